// src/base/diagnostic.ts
/** Returns `file:line:column: message (hint)`, the one-line form for terminals and logs. */
function formatDiagnostic(diagnostic) {
	const { place, hint } = diagnostic;
	return `${place ? `${place.file}:${place.line}:${place.column}: ` : ""}${diagnostic.message}${hint ? ` (${hint})` : ""}`;
}
function hasErrors(diagnostics) {
	return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
export { hasErrors as n, formatDiagnostic as t };
