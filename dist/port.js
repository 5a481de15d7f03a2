// src/state/port.ts
/**
* A fence that does nothing, for commands that change no worker, and for states whose lock cannot be lost unnoticed.
*/
const NO_FENCE = {
	line: () => void 0,
	forget: () => void 0
};
export { NO_FENCE as t };
