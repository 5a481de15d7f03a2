// src/state/picture.ts
/** Returns whether `word` is the token or the run id of this lock. */
function isMeant({ token, runId }, word) {
	return word === token || word === runId;
}
/** Returns a text that names the owner of the lock. */
function describeLock({ command, actor, url, runId, since, where, token }) {
	return `"${command}" by ${actor}${since === "" ? "" : ` since ${since}`} (${url || `run ${runId}`}) on ${where.join(", ")}, token ${token}`;
}
/** Returns a serial that is higher than the serials of all copies. */
function serialAbove(copies) {
	return Math.max(0, ...copies.map(({ serial = 0 }) => serial)) + 1;
}
export { isMeant as n, serialAbove as r, describeLock as t };
