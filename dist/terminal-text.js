import { o as oneLine, r as hanging } from "./phrases.js";
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
export { errorsFirst as i, diagnosticText as n, diagnosticsText as r, plainText as t };
