import { o as oneLine, r as hanging } from "./phrases.js";
// src/report/diagnostic-text.ts
/**
* Returns `file:line:column: error: message`, which editors and CI systems can parse, with the hint on its own line.
* Ends with a line break.
*/
function diagnosticText({ severity, message, place, hint }) {
	const where = place ? `${oneLine(place.file)}:${place.line}:${place.column}: ` : "";
	const advice = hint === void 0 ? "" : `\n    hint: ${hanging(hint, "          ")}`;
	return `${where}${severity}: ${hanging(message, "    ")}${advice}\n`;
}
/** Returns errors first, then warnings; each group in the order of the findings. */
function diagnosticsText(diagnostics) {
	return errorsFirst(diagnostics).map(diagnosticText).join("");
}
function errorsFirst(diagnostics) {
	const of = (severity) => diagnostics.filter((one) => one.severity === severity);
	return [...of("error"), ...of("warning")];
}
export { diagnosticsText as n, errorsFirst as r, diagnosticText as t };
