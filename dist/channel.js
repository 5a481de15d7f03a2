import { n as messageOf } from "./failure.js";
/**
* Returns the milliseconds to wait before another attempt after an HTTP response. Returns undefined when another attempt is
* useless.
*/
function retryAfter(status, header) {
	if (status !== 429 && status !== 408 && status < 500) return void 0;
	const seconds = Number(header ?? NaN);
	return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1e3 : 500;
}
/** Returns the innermost cause of a failed connection, because the message "fetch failed" gives no cause. */
function networkReason(thrown) {
	if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.map(networkReason).join(", ");
	const cause = thrown instanceof Error ? thrown.cause : void 0;
	return cause === void 0 ? messageOf(thrown) : networkReason(cause);
}
export { retryAfter as n, networkReason as t };
