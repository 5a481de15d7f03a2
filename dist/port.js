// src/state/port.ts
/**
* Returns true when `other` is an earlier attempt of the run of `mine`. GitHub starts an attempt of a run only after the
* earlier one has ended, and both have the same run id.
*/
function isFormerAttempt(mine, other) {
	if (mine.url === "" || mine.url !== other.url || mine.runId !== other.runId) return false;
	return mine.attempt !== void 0 && other.attempt !== void 0 && other.attempt < mine.attempt;
}
/**
* A fence that does nothing. It is for commands that change no worker, and for states whose lock cannot be lost without
* notice.
*/
const NO_FENCE = {
	line: () => void 0,
	forget: () => void 0
};
export { isFormerAttempt as n, NO_FENCE as t };
