// src/state/picture.ts
/** Whether `word` names this lock: its token or its run id. */
function isMeant({ token, runId }, word) {
	return word === token || word === runId;
}
/** Returns one sentence that says who has the lock. */
function describeLock({ command, actor, url, runId, since, where, token }) {
	return `"${command}" by ${actor}${since === "" ? "" : ` since ${since}`} (${url || `run ${runId}`}) on ${where.join(", ")}, token ${token}`;
}
/** Returns a serial that is higher than all that were seen. */
function serialAbove(copies) {
	return Math.max(0, ...copies.map(({ serial = 0 }) => serial)) + 1;
}
export { isMeant as n, serialAbove as r, describeLock as t };
