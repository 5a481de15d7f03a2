// src/certs/lifetime.ts
const DAY_MS = 864e5;
/** Certificates start a little earlier, since the clocks of workers and clients may be slow. */
const BACK_DATE_MS = 3e5;
function lifetimeOf({ validFrom, validTo }) {
	return {
		notBeforeMs: Date.parse(validFrom),
		notAfterMs: Date.parse(validTo)
	};
}
/** Returns a lifetime from now, in whole seconds, that ends at `mostMs` at the latest. */
function newLifetime(nowMs, days, mostMs = Number.POSITIVE_INFINITY) {
	const now = nowMs - nowMs % 1e3;
	return {
		notBeforeMs: now - BACK_DATE_MS,
		notAfterMs: Math.min(now + days * DAY_MS, mostMs)
	};
}
/** Returns whether the end has passed or is nearer than the buffer. */
function isDue({ notAfterMs }, { nowMs, bufferDays }) {
	return nowMs >= notAfterMs - Math.max(0, bufferDays) * DAY_MS;
}
function statusOf(lifetime, window) {
	if (window.nowMs > lifetime.notAfterMs) return "expired";
	return isDue(lifetime, window) ? "expiring" : "ok";
}
/** Returns the whole days that are left, truncated toward zero; negative after the end. */
function daysLeft({ notAfterMs }, nowMs) {
	return Math.trunc((notAfterMs - nowMs) / DAY_MS) + 0;
}
export { statusOf as a, newLifetime as i, isDue as n, lifetimeOf as r, daysLeft as t };
