// src/report/duration.ts
/** Formats a duration for people: `850ms`, `12.3s`, `3m 04s`, `1h 02m`. */
function durationText(durationMs) {
	const ms = Math.max(0, Math.round(durationMs));
	if (ms < 1e3) return `${ms}ms`;
	if (ms < 59950) return `${(ms / 1e3).toFixed(1)}s`;
	const seconds = Math.round(ms / 1e3);
	if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
	return `${Math.floor(seconds / 3600)}h ${twoDigits(Math.floor(seconds % 3600 / 60))}m`;
}
function twoDigits(number) {
	return String(number).padStart(2, "0");
}
export { durationText as t };
