import { a as shownName } from "./file-name.js";
// src/report/log/phrases.ts
/** Makes parts of sentences that several reporters use. */
/** Returns the text on one line: control characters and line breaks become visible escapes. */
function oneLine(text) {
	return shownName(text).replace(/[\p{Cc}\u2028\u2029]/gu, (control) => {
		if (control === "\n") return "\\n";
		if (control === "\r") return "\\r";
		if (control === "	") return "\\t";
		return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
	});
}
/**
* Splits a text into lines at the line breaks of any operating system. A line break at the end does not add an empty line.
*/
function linesOf(text) {
	const lines = text.split(/\r\n|\r|\n/);
	if (lines.at(-1) === "") lines.pop();
	return lines;
}
/** Returns the text with every line after the first one indented. */
function hanging(text, indent) {
	return linesOf(text.trim()).join(`\n${indent}`);
}
/** Cuts the text to `most` characters and marks the cut with `…`. */
function clip(text, most) {
	return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
/** Returns a number with its noun: `3 jobs`, `1 job`. */
function count(number, noun) {
	return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
/** Returns the first `most` names and the number of the others: `a, b, c and 47 more`. */
function nameSome(names, most) {
	if (names.length <= most) return names.join(", ");
	return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}
export { nameSome as a, linesOf as i, count as n, oneLine as o, hanging as r, clip as t };
