// src/plan/rollout-order.ts
/**
* Orders the hosts in `candidates`. `written` is the value of the job's key `rollout_order`. `all` contains the hosts
* of all allocations, in the order of the workers. A list with duplicates or unknown hosts is ignored, with a note.
* Hosts that the list does not mention come last.
*/
function resolveRolloutOrder(written, all, candidates) {
	const listed = (written ?? "").split(",").flatMap((host) => host.trim() === "" ? [] : [host.trim()]);
	const wanted = new Set(candidates);
	const fallback = all.filter((host) => wanted.has(host));
	const fault = listed.length === 0 ? void 0 : faultOf(listed, all);
	if (listed.length === 0 || fault !== void 0) {
		const note = fault === void 0 ? {} : { note: `${fault}; using default order` };
		return {
			hosts: fallback,
			source: "default",
			text: fallback.join(","),
			...note
		};
	}
	const mentioned = new Set(listed);
	const appended = fallback.filter((host) => !mentioned.has(host));
	const hosts = [...listed.filter((host) => wanted.has(host)), ...appended];
	const note = appended.length > 0 ? { note: `rollout_order does not mention ${appended.join(", ")}; they come last` } : {};
	return {
		hosts,
		source: "kv",
		text: written ?? "",
		...note
	};
}
function faultOf(listed, all) {
	const known = new Set(all);
	const seen = /* @__PURE__ */ new Set();
	for (const host of listed) {
		if (seen.has(host)) return `rollout_order duplicate ${host}`;
		if (!known.has(host)) return `rollout_order unknown allocation ${host}`;
		seen.add(host);
	}
}
/** Splits items into consecutive batches of at most `size`; 0 means a single batch. */
function batchesOf(items, size) {
	const width = size <= 0 ? items.length : size;
	const batches = [];
	for (let at = 0; at < items.length; at += width) batches.push(items.slice(at, at + width));
	return batches;
}
// src/base/text/terminal-text.ts
/**
* Cleans text from stdout and stderr of programs for terminals and logs. The result cannot move the cursor, change
* colours or ring the bell.
*/
const ESC = "\x1B";
const EVERY_SEQUENCE = new RegExp([
	`(?:${ESC}\\[|\\x9b)[0-?]*[ -/]*[@-~]`,
	`(?:${ESC}\\]|\\x9d)[^\\x07${ESC}\\x9c]*(?:\\x07|${ESC}\\\\|\\x9c)?`,
	`(?:${ESC}[PX^_]|[\\x90\\x98\\x9e\\x9f])[^${ESC}\\x9c]*(?:${ESC}\\\\|\\x9c)?`,
	`${ESC}[ -/]*[0-~]`
].join("|"), "g");
/** Control characters and the line separators of Unicode, except the tab. */
const CONTROL = /(?!\t)[\p{Cc}\u2028\u2029]/u;
const EVERY_CONTROL = new RegExp(CONTROL, "gu");
/**
* Returns one line without terminal escapes. The line must not contain a line feed. Every other control character
* except the tab becomes U+FFFD.
*/
function plainText(line) {
	if (!CONTROL.test(line)) return line;
	return line.replace(EVERY_SEQUENCE, "").replace(EVERY_CONTROL, "�");
}
export { batchesOf as n, resolveRolloutOrder as r, plainText as t };
