import { n as messageOf } from "./failure.js";
/** For answers of an HTTP server: whether to try again, and when. */
function retryAfter(status, header) {
	if (status !== 429 && status !== 408 && status < 500) return void 0;
	const seconds = Number(header ?? NaN);
	return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1e3 : 500;
}
/** Why a connection failed: the innermost reason, since "fetch failed" alone helps nobody. */
function networkReason(thrown) {
	if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.map(networkReason).join(", ");
	const cause = thrown instanceof Error ? thrown.cause : void 0;
	return cause === void 0 ? messageOf(thrown) : networkReason(cause);
}
export { retryAfter as n, networkReason as t };
