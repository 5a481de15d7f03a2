import { n as messageOf } from "./failure.js";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
// src/notify/error-limit.ts
/** After a number of errors in a row nobody needs another one (spec 17 §6.2). */
const REPORTED = 3;
const HIGHEST_COUNT = 1e3;
const LAST_WORDS = "⚠️ No more error notifications will be sent until errors are resolved.";
/** Counts errors until the next success. */
var ErrorLimit = class {
	#count = 0;
	/** Whether the last that was heard is an error. */
	get isFailing() {
		return this.#count > 0;
	}
	/** The text to be sent, undefined for none any more. */
	report(error) {
		this.#count = Math.min(this.#count + 1, HIGHEST_COUNT);
		if (this.#count > REPORTED) return void 0;
		const text = `Error occurred (count: ${this.#count}): ${error}`;
		return this.#count === REPORTED ? `${LAST_WORDS}\n${text}` : text;
	}
	reset() {
		this.#count = 0;
	}
};
// src/notify/notifier.ts
/**
* Messages about a deploy on their way: in order for each channel, beside the deploy and never in its way. What cannot be
* delivered is said as a warning and nothing else happens (spec 17 §6.1).
*/
const ATTEMPTS = 3;
var Notifier = class {
	#options;
	#errors = new ErrorLimit();
	#queues = /* @__PURE__ */ new Map();
	#closing = new AbortController();
	constructor(options) {
		this.#options = options;
	}
	/** Returns at once; the rest is heard as warnings. */
	send(notice) {
		const due = this.#due(notice);
		if (due === void 0) return;
		const masked = this.#options.masker.maskAll(due);
		for (const channel of this.#options.channels) {
			if (channel.quiet && isNoise(due)) continue;
			const earlier = this.#queues.get(channel) ?? Promise.resolve();
			this.#queues.set(channel, earlier.then(() => this.#deliver(channel, masked)));
		}
	}
	/** Waits for what is under way, within the limit that fits; what is left then is given up, with a warning. */
	async close({ limitMs, cancelledMs, signal }) {
		const giveUp = () => this.#closing.abort(/* @__PURE__ */ new Error("there was no more time for it"));
		const timers = [setTimeout(giveUp, limitMs)];
		const hurry = () => void timers.push(setTimeout(giveUp, cancelledMs));
		if (signal.aborted) hurry();
		signal.addEventListener("abort", hurry, { once: true });
		await Promise.all(this.#queues.values());
		signal.removeEventListener("abort", hurry);
		for (const timer of timers) clearTimeout(timer);
	}
	/** What is to be said of it while errors are counted; nothing for what errors have made stale. */
	#due(notice) {
		switch (notice.event) {
			case "deploy-failed": {
				const text = this.#errors.report(notice.text);
				return text === void 0 ? void 0 : {
					...notice,
					text
				};
			}
			case "deploy-succeeded":
				this.#errors.reset();
				return notice;
			case "hook-failed": return notice;
			case "deploy-started":
			case "hook-succeeded": return this.#errors.isFailing ? void 0 : notice;
		}
	}
	async #deliver(channel, notice) {
		const problem = await this.#attempts(channel, notice);
		if (problem === void 0) return;
		const { masker, warn } = this.#options;
		const what = notice.hook === void 0 ? channel.failure.message : channel.failure.hook;
		warn(masker.mask(`${what}: ${channel.label}: ${problem}`));
	}
	async #attempts(channel, notice) {
		for (let attempt = 1;; attempt++) {
			const answer = await this.#attempt(channel, notice);
			if (answer.kind === "sent") return void 0;
			const tries = attempt === 1 ? "" : ` (${attempt} attempts)`;
			if (answer.again === void 0 || attempt === ATTEMPTS) return `${answer.problem}${tries}`;
			if (!await this.#rest(answer.again * attempt)) return `${answer.problem}${tries}; there was no more time for another attempt`;
		}
	}
	async #attempt(channel, notice) {
		const { attemptMs = 1e4 } = this.#options;
		if (this.#closing.signal.aborted) return {
			kind: "failed",
			problem: messageOf(this.#closing.signal.reason)
		};
		const limit = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(attemptMs)]);
		const answer = await channel.send(notice, limit).catch((thrown) => {
			return {
				kind: "failed",
				problem: `unexpected error: ${messageOf(thrown)}`
			};
		});
		if (answer.kind === "sent" || !limit.aborted || this.#closing.signal.aborted) return answer;
		return {
			...answer,
			problem: `no answer within ${attemptMs / 1e3} s`
		};
	}
	async #rest(pauseMs) {
		try {
			await setTimeout$1(pauseMs, void 0, { signal: this.#closing.signal });
			return true;
		} catch {
			return false;
		}
	}
};
/** In quiet mode only what needs somebody, and the end of a deploy. */
function isNoise({ event }) {
	return event === "deploy-started" || event === "hook-succeeded";
}
/** A target that cannot be used is a warning; the others are open. */
async function openNotifier({ targets, masker, warn, ...surroundings }) {
	const channels = [];
	for (const target of targets) {
		const channel = await openChannel(target, surroundings);
		if ("problem" in channel) warn(`Notification error: ${target.label}: ${channel.problem}; nothing is sent there`);
		else channels.push(channel);
	}
	return new Notifier({
		channels,
		masker,
		warn
	});
}
/** Each library is loaded only when it is needed. */
async function openChannel(target, surroundings) {
	switch (target.kind) {
		case "slack": return (await import("./slack.js")).openSlack(target, surroundings);
		case "mail": return (await import("./mail.js")).openMail(target, surroundings);
		case "webhook": return (await import("./webhook.js")).openWebhook(target, surroundings);
	}
}
export { openNotifier };
