// src/report/kept-text.ts
/**
* Keeps texts within a budget: each is cut to its end, where the reason of a failure usually is, and when the budget of all of
* them is spent only their last words are kept.
*/
var TextBudget = class {
	#limits;
	#spentChars = 0;
	constructor(limits) {
		this.#limits = limits;
	}
	/** The text, or its end behind a mark that says how much is missing. */
	keep(text) {
		const { eachChars, allChars, leastChars } = this.#limits;
		const kept = keepEnd(text, Math.max(leastChars, Math.min(eachChars, allChars - this.#spentChars)));
		this.#spentChars += kept.length;
		return kept;
	}
	/** Gives back the room of a text that was kept and is no longer wanted. */
	release(kept) {
		this.#spentChars -= kept.length;
	}
};
/** Cut at the front, at a line break where one is near. */
function keepEnd(text, mostChars) {
	if (text.length <= mostChars) return text;
	const from = text.length - mostChars;
	const lineBreak = text.indexOf("\n", from);
	const start = lineBreak !== -1 && lineBreak - from < mostChars / 2 ? lineBreak + 1 : from;
	return `[${start} characters cut] …\n${text.slice(start)}`;
}
// src/report/deploy-report.ts
const OUTPUTS = {
	eachChars: 16384,
	allChars: 4194304,
	leastChars: 512
};
const LONGEST_ERROR_CHARS = 16384;
/** What a job looks like whose end nobody saw. */
const UNFINISHED = {
	outcome: "cancelled",
	duration_ms: 0,
	error: "the run ended before this job was done"
};
var DeployReport = class {
	#startedMs;
	#jobs = /* @__PURE__ */ new Map();
	#waves = /* @__PURE__ */ new Map();
	#reconcile = [];
	#hooks = /* @__PURE__ */ new Map();
	#outputs = new TextBudget(OUTPUTS);
	#hookCount = 0;
	#begun = false;
	constructor(startedMs) {
		this.#startedMs = startedMs;
	}
	add(event) {
		switch (event.type) {
			case "plan-made":
				this.#begun = true;
				this.#addPlan(event.plan);
				return;
			case "wave-started":
				this.#addWave(event.seq, event.jobs);
				return;
			case "phase-finished":
				this.#addPhase(event.job, phaseJson(event));
				return;
			case "allocation-promoted":
				this.#addPhase(event.job, promoteJson(event));
				return;
			case "job-finished":
				this.#entry(event.job).end = endJson(event);
				return;
			case "hook-finished":
				this.#addHook(event.record);
				return;
			case "reconciled":
				this.#reconcile.push({
					job: event.job,
					worker: event.worker,
					action: event.action
				});
				return;
			case "reconcile-failed":
				this.#reconcile.push({
					job: event.job,
					worker: event.worker,
					action: "stop",
					error: cutError(event.error)
				});
				return;
			case "job-started":
			case "batch-started":
			case "phase-started":
			case "output":
			case "health-retried":
			case "noticed": return;
		}
	}
	/** The JSON of contract §5. A job whose end was not seen is `cancelled`. */
	toJson({ ok, updateSeq, serial, runId, nowMs }) {
		const taken = [...this.#jobs].filter(([, { end, inWave }]) => inWave || end !== void 0);
		return {
			ok,
			update_seq: updateSeq,
			serial,
			run_id: runId,
			started_at: new Date(this.#startedMs).toISOString(),
			duration_ms: Math.max(0, Math.round(nowMs - this.#startedMs)),
			reconcile: [...this.#reconcile],
			waves: [...this.#waves].map(([seq, jobs]) => ({
				seq,
				jobs
			})),
			jobs: taken.map(([job, { end = UNFINISHED, phases }]) => ({
				job,
				...end,
				phases: [...phases]
			})),
			hooks: [...this.#hooks.values()]
		};
	}
	/** The result as far as it is known, for a run that broke off; undefined when no deploy had begun. */
	brokenOff(nowMs) {
		return this.#begun ? this.toJson({
			ok: false,
			updateSeq: null,
			serial: null,
			runId: "",
			nowMs
		}) : void 0;
	}
	#addPlan({ waves }) {
		for (const { seq, jobs } of waves) if (jobs.length > 0) this.#addWave(seq, namesOf(jobs));
	}
	#addWave(seq, jobs) {
		this.#waves.set(seq, jobs);
		for (const job of jobs) this.#entry(job).inWave = true;
	}
	#addPhase(job, phase) {
		this.#entry(job).phases.push(phase);
	}
	#addHook({ hook, event, job, worker, command, stdout, stderr, exitCode, durationMs }) {
		const key = event === "health_check" ? JSON.stringify([
			hook,
			job,
			worker
		]) : String(this.#hookCount++);
		const earlier = this.#hooks.get(key);
		for (const text of earlier ? [earlier.stdout, earlier.stderr] : []) this.#outputs.release(text);
		this.#hooks.set(key, {
			hook,
			event,
			job,
			worker,
			command,
			stdout: this.#outputs.keep(stdout),
			stderr: this.#outputs.keep(stderr),
			exit_code: exitCode,
			duration_ms: Math.round(durationMs)
		});
	}
	#entry(job) {
		const known = this.#jobs.get(job);
		if (known) return known;
		const entry = {
			phases: [],
			end: void 0,
			inWave: false
		};
		this.#jobs.set(job, entry);
		return entry;
	}
};
function namesOf(jobs) {
	return jobs.map(({ job }) => job);
}
function phaseJson({ phase, worker, outcome, durationMs, exitCode }) {
	return {
		phase,
		...worker === void 0 ? {} : { worker },
		outcome,
		duration_ms: Math.round(durationMs),
		...exitCode === void 0 ? {} : { exit_code: exitCode }
	};
}
function promoteJson({ worker }) {
	return {
		phase: "promote",
		worker,
		outcome: "succeeded",
		duration_ms: 0
	};
}
function endJson({ outcome, durationMs, reason, error }) {
	return {
		outcome,
		duration_ms: Math.round(durationMs),
		...reason === void 0 ? {} : { reason },
		...error === void 0 ? {} : { error: cutError(error) }
	};
}
function cutError(error) {
	return keepEnd(error, LONGEST_ERROR_CHARS);
}
export { keepEnd as n, DeployReport as t };
