// src/base/concurrency.ts
/**
* Limits concurrency: `mapLimit` runs work on a limited number of items at once, and `Turnstile` runs a limited number
* of tasks at once.
*/
/**
* Runs `work` on every item, at most `limit` at once. Returns the results in the order of `items`. After the first
* error, no new work starts. The error is thrown after all running work has ended.
*/
async function mapLimit(items, limit, work) {
	const results = [];
	results.length = items.length;
	let next = 0;
	let failed = false;
	const lane = async () => {
		while (next < items.length && !failed) {
			const index = next++;
			try {
				results[index] = await work(items[index], index);
			} catch (thrown) {
				failed = true;
				throw thrown;
			}
		}
	};
	const lanes = Array.from({ length: Math.min(Math.max(1, limit), items.length) }, lane);
	const settled = await Promise.allSettled(lanes);
	for (const lane of settled) if (lane.status === "rejected") throw lane.reason;
	return results;
}
/** Runs at most `limit` tasks at once. Further tasks wait and start in the order of their calls. */
var Turnstile = class {
	#limit;
	#waiting = [];
	#inside = 0;
	constructor(limit) {
		this.#limit = limit;
	}
	/** Waits until fewer than `limit` tasks are running, then runs `work`. */
	async run(work) {
		if (this.#inside < this.#limit) this.#inside++;
		else await new Promise((enter) => this.#waiting.push(enter));
		try {
			return await work();
		} finally {
			const next = this.#waiting.shift();
			if (next) next();
			else this.#inside--;
		}
	}
};
export { mapLimit as n, Turnstile as t };
