import { r as quoted } from "./quote.js";
import { isIPv4, isIPv6 } from "node:net";
// src/base/parsed.ts
function parsed(value) {
	return {
		ok: true,
		value
	};
}
function refused(reason) {
	return {
		ok: false,
		reason
	};
}
// src/grammar/names.ts
/**
* What ends up in paths, shells and names of KV (contract §3). Each function trims its text and answers with the value
* in its one form, or with the end of a sentence: `host` + ` must be …`.
*/
const NAME_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const USER = /^[a-z_][a-z0-9_-]*$/;
const ROOT = /^\/[A-Za-z0-9._/-]+$/;
const LABEL = /^[a-z0-9][a-z0-9_.-]*$/;
const JOB = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const FILE_WORD = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const HOST_KEY = /^([a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/;
/** IPv4, bare IPv6 (no brackets, no zone) or an RFC 1123 name. */
function parseHost(text) {
	const host = text.trim();
	if (host === "") return refused("attribute can't be empty");
	if (isIPv4(host) || isIPv6(host) && !host.includes("%") || isHostName(host)) return parsed(host);
	return refused(`must be an IPv4 address, an IPv6 address without brackets, or a host name (got ${quoted(host)})`);
}
/** A last label of digits alone would be a mistyped address. */
function isHostName(host) {
	const labels = host.split(".");
	return host.length <= 253 && labels.every((label) => NAME_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "");
}
/** A remote user. */
function parseUser(text) {
	const user = text.trim();
	if (USER.test(user)) return parsed(user);
	return refused(`must be a user name of lower-case letters, digits, "_" and "-" (got ${quoted(user)})`);
}
/** The folder on a worker below which everything lies; without doubled and trailing slashes. */
function parseRoot(text) {
	const root = text.trim();
	const steps = root.split("/").filter((step) => step !== "");
	if (ROOT.test(root) && steps.length > 0 && !steps.includes("..") && !steps.includes(".")) return parsed(`/${steps.join("/")}`);
	return refused(`must be an absolute path of letters, digits, ".", "_" and "-", without "..", and not "/" (got ${quoted(root)})`);
}
/** A label or selector, lower-cased. A blank one is accepted as '': it means nothing. */
function parseLabel(text) {
	const label = text.trim().toLowerCase();
	if (label === "" || LABEL.test(label)) return parsed(label);
	return refused(`must begin with a letter or digit and hold letters, digits, "_", "." and "-" (got ${quoted(label)})`);
}
/** The name of a job folder; taken as it is. */
function isJobName(name) {
	return JOB.test(name);
}
/** An environment or a selector: a part of a file name. */
function isFileWord(text) {
	return FILE_WORD.test(text);
}
/** `ssh-ed25519 AAAA…`; a comment behind it is dropped. */
function parseHostKey(text) {
	const [, type = "", blob = ""] = HOST_KEY.exec(text.trim()) ?? [];
	if (type !== "" && typeInside(blob) === type) return parsed(`${type} ${blob}`);
	return refused(`must be a public host key such as "ssh-ed25519 AAAA…" (got ${quoted(text.trim())})`);
}
/** A key's blob begins with its type once more, preceded by its length. */
function typeInside(blob) {
	const bytes = Buffer.from(blob, "base64");
	if (bytes.length < 4) return "";
	return bytes.toString("latin1", 4, 4 + bytes.readUInt32BE(0));
}
/** `user@host:port[,…]`, user and port optional, IPv6 in brackets; empty: none. */
function parseProxyJump(text) {
	const hops = text.trim() === "" ? [] : text.split(",").map((hop) => hop.trim());
	const wrong = hops.find((hop) => !isHop(hop));
	if (wrong === void 0) return parsed(hops.join(","));
	return refused(`must be a list of user@host:port (got ${quoted(wrong)})`);
}
function isHop(hop) {
	const [, user, bracketed, plain, port] = /^(?:([^@]*)@)?(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(hop) ?? [];
	const host = bracketed === void 0 ? plain !== void 0 && parseHost(plain).ok : isIPv6(bracketed);
	const number = Number(port ?? 22);
	return host && (user === void 0 || parseUser(user).ok) && number >= 1 && number <= 65535;
}
// src/base/text/nearest-name.ts
const LONGEST = 64;
/** The one of `names` that `written` was probably meant to be, if any comes near; case does not count. */
function nearestName(written, names) {
	if (written.length > LONGEST) return void 0;
	let best;
	for (const name of names) {
		const distance = editDistance(written.toLowerCase(), name.toLowerCase());
		if (distance <= Math.max(1, Math.floor(Math.max(name.length, written.length) / 3)) && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = {
			name,
			distance
		};
	}
	return best?.name;
}
/** The hint `did you mean "x"?`, if there is something near. */
function didYouMean(written, names) {
	const name = nearestName(written, names);
	return name === void 0 ? void 0 : `did you mean "${name}"?`;
}
/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a, b) {
	let beforePrevious = [];
	let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const same = a[row - 1] === b[column - 1] ? 0 : 1;
			const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
			current[column] = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + same, swapped ? at(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY);
		}
		[beforePrevious, previous] = [previous, current];
	}
	return at(previous, b.length);
}
function at(row, column) {
	return row[column] ?? Number.POSITIVE_INFINITY;
}
export { parseHostKey as a, parseRoot as c, refused as d, parseHost as i, parseUser as l, isFileWord as n, parseLabel as o, isJobName as r, parseProxyJump as s, didYouMean as t, parsed as u };
