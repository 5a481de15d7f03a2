// src/state/picture.ts
/** Whether a person who types `word` means this lock. */
function isMeant({ token, runId }, word) {
	return word === token || word === runId;
}
/** One sentence on who has a lock. */
function describeLock({ command, actor, url, runId, since, where, token }) {
	return `"${command}" by ${actor}${since === "" ? "" : ` since ${since}`} (${url || `run ${runId}`}) on ${where.join(", ")}, token ${token}`;
}
/** Higher than every serial that anybody has seen. */
function serialAbove(copies) {
	return Math.max(0, ...copies.map(({ serial = 0 }) => serial)) + 1;
}
export { isMeant as n, serialAbove as r, describeLock as t };
