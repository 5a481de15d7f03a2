import { r as newAbort } from "./abort.js";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
// src/cache/web-address.ts
/** Returns whether `text` is a complete `http:` or `https:` URL. */
function isWebAddress(text) {
	return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
// src/cache/limit.ts
/** Limits and repeats calls to a service that may be slow, down, or silent. */
/** Runs `work` with a signal that aborts when `signal` aborts or after `ms`. */
async function within({ ms, signal }, work) {
	const controller = newAbort();
	const stop = () => controller.abort();
	const timer = setTimeout(stop, ms);
	signal.addEventListener("abort", stop, { once: true });
	if (signal.aborted) stop();
	try {
		return await work(controller.signal);
	} finally {
		clearTimeout(timer);
		signal.removeEventListener("abort", stop);
	}
}
/**
* Repeats `work` while it returns one of `kinds`. The number of pauses limits the repetitions, and `bound` limits the
* time.
*/
async function insist({ kinds, pausesMs, bound }, work) {
	for (const pauseMs of pausesMs) {
		const outcome = await work();
		if (!kinds.includes(outcome.kind) || bound.aborted) return outcome;
		if (await setTimeout$1(pauseMs, false, { signal: bound }).catch(() => true)) return outcome;
	}
	return work();
}
export { within as n, isWebAddress as r, insist as t };
