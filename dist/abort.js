import { setMaxListeners } from "node:events";
// src/base/abort.ts
/**
* Makes abort controllers and signals. All signals of the program are made here, because Node 20 prints a warning when
* more than ten listeners wait for one signal. One listener per worker is normal in this program.
*/
/** Returns a controller whose signal may have any number of listeners. */
function newAbort() {
	const controller = new AbortController();
	unlimited(controller.signal);
	return controller;
}
/** Returns a signal that aborts as soon as one of `signals` aborts, with the same reason. */
function anySignal(...signals) {
	return unlimited(AbortSignal.any([...signals]));
}
/**
* Returns a signal that aborts after `ms` milliseconds. The reason of the signal is a `TimeoutError`. The timer keeps
* the signal alive, but does not keep the process alive. `AbortSignal.timeout` is not used, because garbage collection
* can remove its timer.
*/
function timeoutSignal(ms) {
	const controller = newAbort();
	setTimeout(() => controller.abort(new DOMException("the time limit has passed", "TimeoutError")), ms).unref();
	return controller.signal;
}
/** Returns whether a signal aborted because a time limit passed, and not because the work was cancelled. */
function isTimeLimit(signal) {
	return signal.aborted && signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
}
function unlimited(signal) {
	setMaxListeners(0, signal);
	return signal;
}
export { timeoutSignal as i, isTimeLimit as n, newAbort as r, anySignal as t };
