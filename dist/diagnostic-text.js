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
export { diagnosticsText as n, errorsFirst as r, diagnosticText as t };
