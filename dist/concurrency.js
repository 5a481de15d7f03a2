// src/base/concurrency.ts
/** Runs asynchronous work on a few items at a time, and limits how many tasks are inside a section of code at once. */
/**
* Runs `work` on every item, at most `limit` at once. Returns the results in the order of `items`. After a first error
* no new work starts; the error is thrown once the work under way has ended.
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
/** Lets at most `limit` tasks in at once; the others wait in order of arrival. */
var Turnstile = class {
	#limit;
	#waiting = [];
	#inside = 0;
	constructor(limit) {
		this.#limit = limit;
	}
	/** Runs `work` once there is room. */
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
