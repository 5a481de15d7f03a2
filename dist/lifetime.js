// src/certs/lifetime.ts
const DAY_MS = 864e5;
/** Clocks of workers and clients may be behind. */
const BACK_DATE_MS = 3e5;
function lifetimeOf({ validFrom, validTo }) {
	return {
		notBeforeMs: Date.parse(validFrom),
		notAfterMs: Date.parse(validTo)
	};
}
/** From now, to the second; never beyond `mostMs`. */
function newLifetime(nowMs, days, mostMs = Number.POSITIVE_INFINITY) {
	const now = nowMs - nowMs % 1e3;
	return {
		notBeforeMs: now - BACK_DATE_MS,
		notAfterMs: Math.min(now + days * DAY_MS, mostMs)
	};
}
/** Whether the end has come, or is nearer than the buffer. */
function isDue({ notAfterMs }, { nowMs, bufferDays }) {
	return nowMs >= notAfterMs - Math.max(0, bufferDays) * DAY_MS;
}
function statusOf(lifetime, window) {
	if (window.nowMs > lifetime.notAfterMs) return "expired";
	return isDue(lifetime, window) ? "expiring" : "ok";
}
/** Whole days, cut toward zero; negative once it has expired. */
function daysLeft({ notAfterMs }, nowMs) {
	return Math.trunc((notAfterMs - nowMs) / DAY_MS) + 0;
}
export { statusOf as a, newLifetime as i, isDue as n, lifetimeOf as r, daysLeft as t };
