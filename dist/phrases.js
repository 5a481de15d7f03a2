import { a as shownName } from "./file-name.js";
// src/report/phrases.ts
/** Small pieces of sentences that every reporter uses. */
/** On one line whatever it holds: control characters and line breaks become visible escapes. */
function oneLine(text) {
	return shownName(text).replace(/[\p{Cc}\u2028\u2029]/gu, (control) => {
		if (control === "\n") return "\\n";
		if (control === "\r") return "\\r";
		if (control === "	") return "\\t";
		return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
	});
}
/** Lines of a text that may have been written on any system; a trailing line break makes no line. */
function linesOf(text) {
	const lines = text.split(/\r\n|\r|\n/);
	if (lines.at(-1) === "") lines.pop();
	return lines;
}
/** The first line as it is, the others below it, indented. */
function hanging(text, indent) {
	return linesOf(text.trim()).join(`\n${indent}`);
}
/** Cut to `most` characters, with a mark. */
function clip(text, most) {
	return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
/** `3 jobs`, `1 job`. */
function count(number, noun) {
	return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
/** `a, b, c and 47 more`. */
function nameSome(names, most) {
	if (names.length <= most) return names.join(", ");
	return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}
export { nameSome as a, linesOf as i, count as n, oneLine as o, hanging as r, clip as t };
