// src/state/port.ts
/** For commands that change no worker, and for states whose lock cannot be lost unnoticed. */
const NO_FENCE = {
	line: () => void 0,
	forget: () => void 0
};
export { NO_FENCE as t };
