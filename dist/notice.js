import { t as durationText } from "./duration.js";
import { a as nameSome, n as count, t as clip } from "./phrases.js";
// src/report/cut-output.ts
/** What a message shows of a hook's output (spec 17 §6.3). */
const MESSAGE_OUTPUT = {
	lines: 50,
	chars: 2e3,
	cutChars: 1900
};
/** The beginning of an output, and how much of it is missing. */
function cutOutput(text, { lines, chars, cutChars } = MESSAGE_OUTPUT) {
	const all = text.split("\n");
	const more = all.length - lines;
	const first = more > 0 ? `${all.slice(0, lines).join("\n")}\n... (${more} more lines truncated)` : text;
	return first.length > chars ? cutAt(first, cutChars) : first;
}
function cutAt(text, most) {
	const lineBreak = text.lastIndexOf("\n", most);
	const end = wholeCharacters(text, lineBreak > most / 2 ? lineBreak : most);
	return `${text.slice(0, end)}\n... (${text.length - end} more characters truncated)`;
}
/** Never between the halves of a surrogate pair. */
function wholeCharacters(text, end) {
	return /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;
}
// src/report/notice.ts
const LONGEST_TEXT_CHARS = 3e3;
const JOBS_SHOWN = 20;
/** `subject` names what is deployed: `octo/shop (production)`. */
function startedNotice(subject, jobs) {
	return {
		event: "deploy-started",
		text: cut(`${subject}: deploy of ${count(jobs.length, "job")} started: ${nameSome(jobs, JOBS_SHOWN)}`)
	};
}
/** `result`: what a terminal shows as the result. */
function succeededNotice(subject, result) {
	return {
		event: "deploy-succeeded",
		text: cut(`${subject}: ${result}`)
	};
}
/** `reason`: `deploy failed:` and a line for each failure, or one sentence. */
function failedNotice(subject, reason) {
	return {
		event: "deploy-failed",
		text: cut(`${subject}: ${reason.startsWith("deploy failed:") ? reason : `deploy failed: ${reason}`}`)
	};
}
function hookNotice(hook) {
	return {
		event: hook.problem !== void 0 ? "hook-failed" : "hook-succeeded",
		text: hookResultText(hook),
		hook
	};
}
/** `Before Deploy Hook`. */
function hookTitle(hook) {
	switch (hook) {
		case "before-deploy": return "Before Deploy Hook";
		case "after-deploy": return "After Deploy Hook";
	}
}
/** For a channel without parts (spec 17 §6.5). */
function hookResultText({ hook, command, exitCode, durationMs, stdout, stderr, problem }) {
	return [
		`${problem === void 0 ? "✓" : "✗"} ${hookTitle(hook)} Result`,
		`**Command:** ${cutOutput(command)}`,
		`**Exit Code:** ${exitCode}`,
		`**Duration:** ${durationText(durationMs)}`,
		...block("Stdout", stdout),
		...block("Stderr", stderr)
	].join("\n");
}
function block(title, text) {
	return text === "" ? [] : [`**${title}:**`, fenced(cutOutput(text))];
}
/** A code block that its text cannot end. */
function fenced(text) {
	return `\`\`\`\n${text.replaceAll("```", "`​`​`")}\n\`\`\``;
}
function cut(text) {
	return clip(text.trim(), LONGEST_TEXT_CHARS);
}
export { startedNotice as a, hookTitle as i, fenced as n, succeededNotice as o, hookNotice as r, cutOutput as s, failedNotice as t };
