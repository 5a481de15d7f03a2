import { i as timeoutSignal, r as newAbort, t as anySignal } from "./abort.js";
import { n as messageOf } from "./failure.js";
import { t as maskFreeText } from "./free-text.js";
import { t as NOTICE_WORDING } from "./notice.js";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
// src/notify/error-limit.ts
/**
* Limits the number of reported consecutive errors. After the third error, errors are not reported until a deploy succeeds.
*/
const REPORTED = 3;
const HIGHEST_COUNT = 1e3;
const LAST_WORDS = "⚠️ No more error notifications will be sent until errors are resolved.";
/** Counts errors until the next success. */
var ErrorLimit = class {
	#count = 0;
	/** Returns whether the latest result is an error. */
	get isFailing() {
		return this.#count > 0;
	}
	/** Counts an error. Returns the text to send. Returns undefined when the limit was reached by an earlier error. */
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
* Sends messages about a deploy without delaying the deploy. Each channel receives its messages in order. A message that
* cannot be delivered becomes a warning, because notifications never fail a deploy.
*/
const ATTEMPTS = 3;
var Notifier = class {
	#options;
	#errors = new ErrorLimit();
	#queues = /* @__PURE__ */ new Map();
	#closing = newAbort();
	constructor(options) {
		this.#options = options;
	}
	/** Queues a message and returns at once. Failures become warnings. */
	send(notice) {
		const due = this.#due(notice);
		if (due === void 0) return;
		const masked = maskFreeText(due, NOTICE_WORDING, (text) => this.#options.masker.mask(text));
		for (const channel of this.#options.channels) {
			if (channel.quiet && isNoise(due)) continue;
			const earlier = this.#queues.get(channel) ?? Promise.resolve();
			this.#queues.set(channel, earlier.then(() => this.#deliver(channel, masked)));
		}
	}
	/**
	* Waits for messages that are being sent, up to the limit that applies. The remaining messages are dropped with a warning.
	*/
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
	/** Counts errors and returns the notice to send. Returns undefined when nothing is to be sent. */
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
		const { warn } = this.#options;
		warn(`${notice.hook === void 0 ? channel.failure.message : channel.failure.hook}: ${channel.label}: ${problem}`);
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
		const limit = anySignal(this.#closing.signal, timeoutSignal(attemptMs));
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
/** Returns true when quiet mode drops the notice. Quiet mode keeps notices that need action, and the end of a deploy. */
function isNoise({ event }) {
	return event === "deploy-started" || event === "hook-succeeded";
}
/** Opens the channels of all targets. A target that cannot be used causes a warning. */
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
/** Opens a channel. Each library is loaded only when a target needs it. */
async function openChannel(target, surroundings) {
	switch (target.kind) {
		case "slack": return (await import("./slack.js")).openSlack(target, surroundings);
		case "mail": return (await import("./mail.js")).openMail(target, surroundings);
		case "webhook": return (await import("./webhook.js")).openWebhook(target, surroundings);
	}
}
export { openNotifier };
