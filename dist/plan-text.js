import { n as messageOf, t as Failure } from "./failure.js";
import { n as count, r as hanging } from "./phrases.js";
import { a as errorsFirst, n as refusalText, t as refusalHint } from "./refusal-text.js";
import { t as NEVER_RAN } from "./plan-job.js";
// src/report/log/kept-text.ts
/**
* Keeps texts within a budget. Only the end of a long text is kept, because the reason of a failure is usually there. When
* the budget for all texts is spent, only a short end of each further text is kept.
*/
var TextBudget = class {
	#limits;
	#spentChars = 0;
	constructor(limits) {
		this.#limits = limits;
	}
	/** Returns the text. When the text is too long, returns its end after a mark that gives the size of the missing part. */
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
/** Returns the end of a text. The returned part starts after a line break when one is near. */
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
/** The fields of a job for which no `job-finished` event arrived. */
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
				this.#reconcile.push(reconcileJson(event));
				return;
			case "reconcile-failed":
				this.#reconcile.push({
					...reconcileJson(event),
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
	/** Returns the result as JSON. A job without a `job-finished` event is `cancelled`. */
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
	/** Returns the partial result of a run that ended early. Returns undefined when no deploy had started. */
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
function reconcileJson({ job, worker, action, outcome }) {
	return {
		job,
		worker,
		action,
		outcome
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
/**
* Describes errors of the operating system for the user. An error of the operating system is not a bug of this program.
*/
/** Maps the code of an error to a hint that tells the user what to do. */
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
/** Returns a message and a hint. Returns undefined when `thrown` is not a system error with a code in `REMEDIES`. */
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
* Turns a thrown value into an ending. A `Failure` is expected. An error of the operating system has a message of its own.
* Any other value is a bug (exit code 1).
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
* Returns the JSON document of a command that ended without a result. It has the partial result of a deploy, and the findings
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
/** Returns `job@worker`. When one of the two is missing, returns only the other. */
function speaker(job, worker) {
	return [job, worker ?? ""].filter((part) => part !== "").join("@");
}
/** Returns a line of a hook or a make target as `job@worker | line`. A line of stderr becomes `job@worker ! line`. */
function outputLine({ job, worker, line, stream }) {
	return `${speaker(job, worker)} ${streamMark(stream)} ${line}`;
}
function streamMark(stream) {
	switch (stream) {
		case "stdout": return "|";
		case "stderr": return "!";
	}
}
// src/plan/plan-counts.ts
/**
* Counts the allocations that are started, restarted, reloaded and stopped. With `job_control`, a new allocation counts
* as started, and an existing allocation counts as restarted. The steps of a job that cannot be planned are not carried
* out, so these steps do not count.
*/
function countPlan({ reconcile, waves }) {
	const steps = waves.flatMap(({ jobs }) => jobs).filter(({ problem }) => problem === void 0).flatMap((job) => job.steps);
	const number = (...kinds) => steps.filter((step) => kinds.includes(kindOf(step))).length;
	const stopped = [...reconcile.filter(({ action }) => action !== "forget"), ...steps.filter((step) => kindOf(step) === "stop")];
	return {
		starts: number("start"),
		restarts: number("restart"),
		reloads: number("reload"),
		stops: new Set(stopped.map(({ allocationId }) => allocationId)).size
	};
}
function kindOf({ action, reason }) {
	if (action === "job_control") return NEVER_RAN.has(reason) ? "start" : "restart";
	return action === "stop+promote" ? "stop" : action;
}
// src/report/plan-text.ts
const PATHS_SHOWN = 20;
const HOSTS_SHOWN = 8;
/** Returns the plan as text. Each line ends with a line break. */
function planText(plan) {
	const waves = plan.waves.filter(({ jobs }) => jobs.length > 0);
	if (waves.length === 0 && plan.reconcile.length === 0) return "deploy dry-run: no jobs matched\n";
	return [
		`deploy dry-run: ${plan.required ? `deployment required (${countsText(plan)})` : "no deployment required"}`,
		...refusedLines(plan),
		...lookLines(plan),
		"",
		...reconcileLines(plan.reconcile),
		...waves.flatMap(waveLines)
	].map((line) => `${line}\n`).join("");
}
/** Returns a line with the workers that did not answer, because other jobs or versions may run there. */
function lookLines({ notLooked = [] }) {
	return notLooked.length === 0 ? [] : [`not looked at, because they did not answer: ${notLooked.join(", ")}`];
}
/** Returns a text such as `1 start, 0 restarts, 2 stops`. Reloads are named only when the plan has reloads. */
function countsText(plan) {
	const { starts, restarts, reloads, stops } = countPlan(plan);
	return [...[
		count(starts, "start"),
		count(restarts, "restart"),
		count(stops, "stop")
	], ...reloads > 0 ? [count(reloads, "reload")] : []].join(", ");
}
function refusedLines({ refused }) {
	if (refused === void 0) return [];
	return [`refused [${refused.code}]: ${refusalText(refused)}`, `  ${refusalHint(refused)}`];
}
function reconcileLines(steps) {
	if (steps.length === 0) return [];
	return ["reconcile:", ...steps.map((step) => `  job "${step.job}": ${step.action} on ${step.host} (${whyReconciled(step)})`)];
}
/** Returns the reason why an allocation is stopped or removed from the state. */
function whyReconciled({ action, workerLeft }) {
	switch (action) {
		case "stop": return "disabled";
		case "stop+remove": return workerLeft ? "the worker left the bucket" : "no longer placed there";
		case "forget": return "no longer placed there, never ran";
	}
}
function waveLines({ seq, jobs }) {
	return [`deployment sequence ${seq}:`, ...jobs.flatMap(jobLines)];
}
function jobLines(plan) {
	const { job, required, reason, problem, groups, steps } = plan;
	const problems = problem === void 0 ? [] : [`    problem: ${hanging(problem, "      ")}`];
	if (!required) return [`  job "${job}": skip (${reason})`, ...problems];
	return [
		`  job "${job}": deploy required (${problem === void 0 ? reason : "cannot be planned"})`,
		...stepLines(steps),
		...groups.flatMap(groupLine),
		...problems
	];
}
function stepLines(steps) {
	const hostWidth = widest(steps.map(({ host }) => host));
	const actionWidth = widest(steps.map(({ action }) => action));
	return steps.map((step) => `    ${step.host.padEnd(hostWidth)}  ${step.action.padEnd(actionWidth)}  ${stepDetails(step)}`);
}
function widest(texts) {
	return texts.reduce((width, { length }) => Math.max(width, length), 0);
}
function stepDetails({ reason, currentVersion, newVersion, changed, matched }) {
	const parts = [`reason=${quoteWord(reason)}`];
	if (currentVersion !== newVersion) parts.push(`version=${currentVersion}->${newVersion}`);
	if (changed.length > 0) parts.push(`changed=${pathList(changed)}`);
	if (matched.length > 0) parts.push(`matched=${pathList(matched)}`);
	return parts.join(" ");
}
function pathList(paths) {
	const shown = paths.slice(0, PATHS_SHOWN).map(quoteWord).join(",");
	return paths.length > PATHS_SHOWN ? `${shown},… (${paths.length - PATHS_SHOWN} more)` : shown;
}
/**
* Quotes a word that would make the line ambiguous. For example, a file name may contain any character except a slash and
* NUL.
*/
function quoteWord(word) {
	return /^[^\s,"=\p{Cc}]+$/u.test(word) ? word : JSON.stringify(word);
}
/** Returns the line of a group of batches. Returns no line when there is only one batch. */
function groupLine({ action, batches }) {
	if (batches.length <= 1) return [];
	const texts = batches.slice(0, HOSTS_SHOWN).map((hosts) => `[${hosts.join(", ")}]`);
	const more = batches.length > HOSTS_SHOWN ? ` … ${batches.length - HOSTS_SHOWN} more` : "";
	return [`    ${action} in ${batches.length} batches: ${texts.join(" ")}${more}`];
}
export { outputLine as a, endingJson as c, keepEnd as d, countPlan as i, endingOf as l, planText as n, speaker as o, whyReconciled as r, streamMark as s, countsText as t, DeployReport as u };
