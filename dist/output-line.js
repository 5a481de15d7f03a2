import { n as messageOf, t as Failure } from "./failure.js";
import { r as errorsFirst } from "./diagnostic-text.js";
// src/report/log/kept-text.ts
/**
* Keeps texts within a budget. Of a long text only the end is kept, where the reason of a failure usually is. When the budget
* for all texts is spent, only a short end of each is kept.
*/
var TextBudget = class {
	#limits;
	#spentChars = 0;
	constructor(limits) {
		this.#limits = limits;
	}
	/** Returns the text, or its end after a mark that says how much is missing. */
	keep(text) {
		const { eachChars, allChars, leastChars } = this.#limits;
		const kept = keepEnd(text, Math.max(leastChars, Math.min(eachChars, allChars - this.#spentChars)));
		this.#spentChars += kept.length;
		return kept;
	}
	/** Frees the budget of a kept text that is no longer needed. */
	release(kept) {
		this.#spentChars -= kept.length;
	}
};
/** Returns the end of a text. The cut is at a line break when one is near. */
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
/** The fields of a job whose end was not seen. */
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
			case "shell-hook-started":
				this.#begun = true;
				return;
			case "shell-hook-finished":
				this.#addShellHook(event.record);
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
			case "shell-hook-output":
			case "health-retried":
			case "noticed": return;
		}
	}
	/** Returns the result as JSON. A job whose end was not seen is `cancelled`. */
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
	/** Returns the result as far as it is known, for a run that ended early; undefined when no deploy had begun. */
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
	#addShellHook({ hook, command, stdout, stderr, exitCode, durationMs }) {
		this.#hooks.set(hook, {
			hook,
			event: hook,
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
// src/base/system-error.ts
/** Puts errors of the operating system into words. Such an error is not a bug of this program. */
/** Maps the code of an error to what the person at the machine can do. */
const REMEDIES = {
	ENOSPC: "make room on this machine, then run it again",
	EDQUOT: "the quota of this user is used up: make room, then run it again",
	EROFS: "the file system is mounted read-only: mount it writable, or work on a copy",
	EACCES: "give the user who runs this access: check owner and mode of the file and of the folders above it",
	EPERM: "give the user who runs this access: check owner and mode of the file and of the folders above it",
	EMFILE: "raise the limit of open files (ulimit -n), then run it again",
	ENFILE: "this machine has too many open files: end what is not needed, then run it again",
	ENOMEM: "this machine is out of memory: end what is not needed, then run it again",
	EIO: "the disk failed to read or write: look into the system log of this machine",
	ENAMETOOLONG: "move the bucket to a folder with a shorter path"
};
/** Returns the error in words, or undefined when `thrown` is not one of these errors of the operating system. */
function describeSystemError(thrown) {
	if (!(thrown instanceof Error)) return void 0;
	const { code = "", syscall, path, message } = thrown;
	const hint = Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : void 0;
	if (hint === void 0 || syscall === void 0) return void 0;
	const words = /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
	return {
		message: `${path === void 0 ? "" : `${path}: `}${words} (${code}, ${syscall})`,
		hint
	};
}
// src/report/ending.ts
const REPORT_IT = "this should not happen: run it again with verbose on, and open an issue in the repository of this action with the output";
/**
* Turns a thrown value into an ending. A `Failure` is expected, and an error of the machine has its own message; any
* other value is a bug (exit code 1).
*/
function endingOf(thrown) {
	if (thrown instanceof Failure) {
		const { exitCode, message, hint, code, see } = thrown;
		return {
			kind: "refused",
			exitCode,
			message,
			hint,
			code,
			see,
			diagnostics: errorsFirst(thrown.diagnostics),
			stack: void 0
		};
	}
	const { message, hint } = describeSystemError(thrown) ?? {
		message: `unexpected error: ${messageOf(thrown)}`,
		hint: REPORT_IT
	};
	return {
		kind: "unexpected",
		exitCode: 1,
		message,
		hint,
		code: void 0,
		see: void 0,
		diagnostics: [],
		stack: thrown instanceof Error ? thrown.stack : void 0
	};
}
/**
* Returns the JSON document of a command that ended without a result: what a deploy had done so far, and the findings
* in the form of `build --check --json`.
*/
function endingJson({ exitCode, message, hint, code, see, diagnostics }, progress) {
	const of = (severity) => diagnostics.filter((one) => one.severity === severity).map(findingJson);
	return {
		...progress,
		ok: false,
		exit_code: exitCode,
		...code === void 0 ? {} : { code },
		error: message,
		...hint === void 0 ? {} : { hint },
		...see === void 0 ? {} : { see },
		errors: of("error"),
		warnings: of("warning")
	};
}
function findingJson({ code, message, place, job, hint }) {
	return {
		code,
		message,
		...place,
		...job === void 0 ? {} : { job },
		...hint === void 0 ? {} : { hint }
	};
}
// src/report/log/output-line.ts
/** Returns `job@worker`, or only one of them when the other is missing. */
function speaker(job, worker) {
	return [job, worker ?? ""].filter((part) => part !== "").join("@");
}
/** Returns a line of a hook or a make target as `job@worker | line`; a line of stderr as `job@worker ! line`. */
function outputLine({ job, worker, line, stream }) {
	return `${speaker(job, worker)} ${streamMark(stream)} ${line}`;
}
function streamMark(stream) {
	switch (stream) {
		case "stdout": return "|";
		case "stderr": return "!";
	}
}
export { endingOf as a, endingJson as i, speaker as n, DeployReport as o, streamMark as r, keepEnd as s, outputLine as t };
