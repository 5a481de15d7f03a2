import { i as SHELL_HOOK_WORDING } from "./event-wording.js";
import { t as durationText } from "./duration.js";
import { a as nameSome, n as count, t as clip } from "./phrases.js";
// src/report/log/cut-output.ts
/** The limits of a message: 50 lines and 2000 characters. */
const MESSAGE_OUTPUT = {
	lines: 50,
	chars: 2e3,
	cutChars: 1900
};
/** Returns the beginning of an output, with a note of how much was cut. */
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
/** Returns `end`, or one less when the cut would split a surrogate pair. */
function wholeCharacters(text, end) {
	return /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;
}
// src/report/notice.ts
const NOTICE_WORDING = {
	text: "text",
	hook: SHELL_HOOK_WORDING
};
const LONGEST_TEXT_CHARS = 3e3;
const JOBS_SHOWN = 20;
/**
* Returns the notice for the start of a deploy. `subject` names the deployed bucket, for example `octo/shop (production)`.
*/
function startedNotice(subject, jobs) {
	return {
		event: "deploy-started",
		text: cut(`${subject}: deploy of ${count(jobs.length, "job")} started: ${nameSome(jobs, JOBS_SHOWN)}`)
	};
}
/** Returns the notice for a successful deploy. `result` is the text that a terminal shows as the result. */
function succeededNotice(subject, result) {
	return {
		event: "deploy-succeeded",
		text: cut(`${subject}: ${result}`)
	};
}
/**
* Returns the notice for a failed deploy. `reason` is one sentence, or the line `deploy failed:` followed by a line for each
* failure.
*/
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
/** Returns a title such as `Before Deploy Hook`. */
function hookTitle(hook) {
	switch (hook) {
		case "before-deploy": return "Before Deploy Hook";
		case "after-deploy": return "After Deploy Hook";
	}
}
/** Returns the result of a hook as one text. Channels use it when their messages are only text. */
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
/** Returns a code block. Code fences in the text are changed, so the text cannot end the block. */
function fenced(text) {
	return `\`\`\`\n${text.replaceAll("```", "`​`​`")}\n\`\`\``;
}
function cut(text) {
	return clip(text.trim(), LONGEST_TEXT_CHARS);
}
export { hookTitle as a, cutOutput as c, hookNotice as i, failedNotice as n, startedNotice as o, fenced as r, succeededNotice as s, NOTICE_WORDING as t };
