import { setTimeout as setTimeout$1 } from "node:timers/promises";
// src/cache/web-address.ts
/** Whether `text` is a whole `http:` or `https:` URL. */
function isWebAddress(text) {
	return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
// src/cache/limit.ts
/** Limits and repeats calls to a service that may be slow, down, or silent. */
/**
* Runs `work` with a signal that aborts when `signal` does, or after `ms`. It uses a timer of its own, which garbage
* collection cannot remove.
*/
async function within({ ms, signal }, work) {
	const controller = new AbortController();
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
/** Repeats `work` while it ends in one of `kinds`, as often as there are pauses and while time is left. */
async function insist({ kinds, pausesMs, bound }, work) {
	for (const pauseMs of pausesMs) {
		const outcome = await work();
		if (!kinds.includes(outcome.kind) || bound.aborted) return outcome;
		if (await setTimeout$1(pauseMs, false, { signal: bound }).catch(() => true)) return outcome;
	}
	return work();
}
export { within as n, isWebAddress as r, insist as t };
