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
// src/report/diagnostic-text.ts
/** `file:line:column: error: message` as editors and CI systems parse it; the hint on a line of its own. Ends with a line break. */
function diagnosticText({ severity, message, place, hint }) {
	const where = place ? `${oneLine(place.file)}:${place.line}:${place.column}: ` : "";
	const advice = hint === void 0 ? "" : `\n    hint: ${hanging(hint, "          ")}`;
	return `${where}${severity}: ${hanging(message, "    ")}${advice}\n`;
}
/** Errors first, each group in the order of the findings. */
function diagnosticsText(diagnostics) {
	return errorsFirst(diagnostics).map(diagnosticText).join("");
}
function errorsFirst(diagnostics) {
	const of = (severity) => diagnostics.filter((one) => one.severity === severity);
	return [...of("error"), ...of("warning")];
}
// src/base/terminal-text.ts
/** Foreign output that cannot move the cursor, colour the log or ring: for people's terminals and logs. */
const ESC = "\x1B";
const EVERY_SEQUENCE = new RegExp([
	`(?:${ESC}\\[|\\x9b)[0-?]*[ -/]*[@-~]`,
	`(?:${ESC}\\]|\\x9d)[^\\x07${ESC}\\x9c]*(?:\\x07|${ESC}\\\\|\\x9c)?`,
	`(?:${ESC}[PX^_]|[\\x90\\x98\\x9e\\x9f])[^${ESC}\\x9c]*(?:${ESC}\\\\|\\x9c)?`,
	`${ESC}[ -/]*[0-~]`
].join("|"), "g");
/** Control characters and the line separators of Unicode, without the tab. */
const CONTROL = /(?!\t)[\p{Cc}\u2028\u2029]/u;
const EVERY_CONTROL = new RegExp(CONTROL, "gu");
/** One line (no line feed in it) without terminal escapes; any other control character but the tab becomes U+FFFD. */
function plainText(line) {
	if (!CONTROL.test(line)) return line;
	return line.replace(EVERY_SEQUENCE, "").replace(EVERY_CONTROL, "�");
}
export { clip as a, linesOf as c, errorsFirst as i, nameSome as l, diagnosticText as n, count as o, diagnosticsText as r, hanging as s, plainText as t, oneLine as u };
