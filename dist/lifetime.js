// src/certs/lifetime.ts
const DAY_MS = 864e5;
/**
* Certificates are valid from five minutes before their creation, because the clocks of workers and clients may be
* slow.
*/
const BACK_DATE_MS = 3e5;
function lifetimeOf({ validFrom, validTo }) {
	return {
		notBeforeMs: Date.parse(validFrom),
		notAfterMs: Date.parse(validTo)
	};
}
/**
* Returns the lifetime of a new certificate. The lifetime starts five minutes before `nowMs` and ends after `days`
* days, but never after `mostMs`. `nowMs` is rounded down to a whole second.
*/
function newLifetime(nowMs, days, mostMs = Number.POSITIVE_INFINITY) {
	const now = nowMs - nowMs % 1e3;
	return {
		notBeforeMs: now - BACK_DATE_MS,
		notAfterMs: Math.min(now + days * DAY_MS, mostMs)
	};
}
/** Returns whether the lifetime has ended or ends within `bufferDays` days. */
function isDue({ notAfterMs }, { nowMs, bufferDays }) {
	return nowMs >= notAfterMs - Math.max(0, bufferDays) * DAY_MS;
}
function statusOf(lifetime, window) {
	if (window.nowMs > lifetime.notAfterMs) return "expired";
	return isDue(lifetime, window) ? "expiring" : "ok";
}
/** Returns the number of whole days that are left, rounded toward zero. The number is negative after the end. */
function daysLeft({ notAfterMs }, nowMs) {
	return Math.trunc((notAfterMs - nowMs) / DAY_MS) + 0;
}
export { statusOf as a, newLifetime as i, isDue as n, lifetimeOf as r, daysLeft as t };
