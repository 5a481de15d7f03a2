import { o as oneLine, r as hanging } from "./phrases.js";
// src/report/diagnostic-text.ts
/**
* Returns `file:line:column: error: message`, which editors and CI systems can parse, with the hint on its own line. The text
* ends with a line break.
*/
function diagnosticText({ severity, message, place, hint }) {
	const where = place ? `${oneLine(place.file)}:${place.line}:${place.column}: ` : "";
	const advice = hint === void 0 ? "" : `\n    hint: ${hanging(hint, "          ")}`;
	return `${where}${severity}: ${hanging(message, "    ")}${advice}\n`;
}
/** Returns the text of all diagnostics: first the errors, then the warnings. Each group keeps the given order. */
function diagnosticsText(diagnostics) {
	return errorsFirst(diagnostics).map(diagnosticText).join("");
}
function errorsFirst(diagnostics) {
	const of = (severity) => diagnostics.filter((one) => one.severity === severity);
	return [...of("error"), ...of("warning")];
}
// src/events/refusal-text.ts
const JOBS_SHOWN = 10;
const WORKERS_SHOWN = 8;
/** Returns one sentence without a full stop: which jobs would be stopped, where, and for which cause. */
function refusalText({ code, empty, jobs }) {
	const shown = some(jobs.map((job) => empty === void 0 ? `${placesText(job)} (${causeText(job)})` : placesText(job)), JOBS_SHOWN, "; ");
	switch (code) {
		case "stops-everything": return `${empty === void 0 ? "" : `${EMPTY[empty]}, so `}this deploy would stop everything that is deployed: ${shown}`;
		case "stops-job": return `this deploy would stop the last allocation of ${jobs.length === 1 ? "a job" : `${jobs.length} jobs`}: ${shown}`;
	}
}
const EMPTY = {
	workers: "workers.json lists no worker",
	jobs: "there is no job in workspace/jobs"
};
/** Returns what to do: correct the workspace, or allow the stops. */
function refusalHint({ allow }) {
	const names = allow.length > JOBS_SHOWN ? "all" : allow.join(",");
	return `check workers.json, the selectors and the folders in workspace/jobs; if these stops are meant: --allow-stops ${names} (the input allow-stops: ${names})`;
}
function placesText({ job, workers }) {
	return `${job} on ${some(workers, WORKERS_SHOWN, ", ")}`;
}
function causeText({ job, cause }) {
	switch (cause.kind) {
		case "left": return `workspace/jobs/${job} is no longer there`;
		case "no-worker": return `no worker has ${cause.selectors.length === 1 ? "the label" : "all of the labels"} ${cause.selectors.join(", ")}`;
		case "rest-disabled": return "its other allocations are disabled";
		case "not-started": return `this deploy does not start it on ${some(cause.workers, WORKERS_SHOWN, ", ")}`;
		case "moves": return `it would then be started on ${some(cause.workers, WORKERS_SHOWN, ", ")}`;
	}
}
function some(texts, most, separator) {
	const rest = texts.length - most;
	return `${texts.slice(0, most).join(separator)}${rest > 0 ? ` and ${rest} more` : ""}`;
}
export { errorsFirst as a, diagnosticsText as i, refusalText as n, diagnosticText as r, refusalHint as t };
