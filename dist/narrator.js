import { o as speaker, t as countsText } from "./plan-text.js";
import { a as nameSome, n as count, r as hanging } from "./phrases.js";
import { t as durationText } from "./duration.js";
// src/request/run-identity.ts
/** Reads the identity. It never throws, because an invalid variable is treated as missing. */
function parseRunIdentity(env, { pid, hostname }) {
	const { GITHUB_RUN_ID: runId, GITHUB_SERVER_URL: server = "", GITHUB_REPOSITORY: repository = "" } = env;
	return {
		runId: runId || String(pid),
		attempt: positive(env.GITHUB_RUN_ATTEMPT) ?? 1,
		number: positive(env.GITHUB_RUN_NUMBER),
		actor: env.GITHUB_ACTOR || env.USER || "unknown",
		repository,
		ref: env.GITHUB_REF ?? "",
		sha: env.GITHUB_SHA ?? "",
		url: runId && server && repository ? `${server}/${repository}/actions/runs/${runId}` : "",
		server,
		api: env.GITHUB_API_URL ?? "",
		workflow: env.GITHUB_WORKFLOW_REF?.split("@")[0] || env.GITHUB_WORKFLOW || "",
		checkout: env.GITHUB_WORKSPACE ?? "",
		host: hostname
	};
}
function positive(text) {
	const number = Number(text);
	return Number.isSafeInteger(number) && number > 0 ? number : void 0;
}
// src/report/log/shell-hook-log.ts
/**
* Returns the fields of the log lines: one line for a hook that succeeded, two lines for a hook that failed. Empty outputs
* are included.
*/
function shellHookFields(record, nowMs) {
	const { hook, command, stdout, stderr, exitCode, durationMs, problem } = record;
	const time = new Date(nowMs).toISOString();
	const level = problem === void 0 ? "INFO" : "ERROR";
	const result = {
		time,
		level,
		msg: problem === void 0 ? "Execute hook success" : "Execute hook failed",
		hook,
		command,
		stdout,
		stderr,
		exit_code: exitCode,
		duration: durationText(durationMs),
		duration_ms: Math.round(durationMs)
	};
	if (problem === void 0) return [result];
	return [result, {
		time,
		level,
		msg: `${hookTitle(hook)} failure`,
		error: errorText(record)
	}];
}
/** Returns a title such as `Before deploy hook`. */
function hookTitle(hook) {
	switch (hook) {
		case "before-deploy": return "Before deploy hook";
		case "after-deploy": return "After deploy hook";
	}
}
function errorText({ exitCode, problem = "" }) {
	return problem === `failed (exit ${exitCode})` ? `exit status ${exitCode}` : problem;
}
// src/report/log/log-line.ts
const LONGEST_COMMAND_CHARS = 200;
/** Returns the fields of one event. Returns undefined for events that are not logged. */
function logFields(event, { command, nowMs }) {
	const fields = fieldsOf(event);
	if (!fields) return void 0;
	const { event: name, worker, ...rest } = fields;
	return {
		ts: new Date(nowMs).toISOString(),
		level: "INFO",
		...name === void 0 ? {} : { event: name },
		maand: logName(command),
		worker: worker ?? "-",
		...rest
	};
}
/** Returns the fields of a message that does not come from an event: `error`, `warning` or `notice`. */
function logMessage(event, msg, { command, nowMs }) {
	return {
		ts: new Date(nowMs).toISOString(),
		level: "INFO",
		event,
		maand: logName(command),
		worker: "-",
		msg
	};
}
/** Returns the name of a command in the log; programs that read the log rely on it. */
function logName(command) {
	switch (command) {
		case "health_check": return "healthcheck";
		case "plan": return "deploy";
		case "validate": return "build";
		default: return command;
	}
}
function fieldsOf(event) {
	switch (event.type) {
		case "output": return {
			worker: event.worker,
			job: event.job,
			stream: event.stream,
			msg: event.line
		};
		case "shell-hook-output": return {
			phase: "hook",
			action: event.hook,
			stream: event.stream,
			msg: event.line
		};
		case "shell-hook-started": return {
			event: "command_begin",
			phase: "hook",
			action: event.hook,
			cmd: squeeze(event.command)
		};
		case "shell-hook-finished": return;
		case "phase-started": return {
			event: "command_begin",
			...phaseFields(event)
		};
		case "phase-finished": return {
			event: "command_end",
			...phaseFields(event),
			...endFields(event)
		};
		case "hook-finished": return hookFields(event.record);
		case "job-finished": return jobFields(event);
		case "reconciled": return {
			event: "reconciled",
			worker: event.worker,
			job: event.job,
			phase: "reconcile",
			action: event.action,
			reason: event.outcome
		};
		case "reconcile-failed": return {
			event: "reconcile_failed",
			worker: event.worker,
			job: event.job,
			phase: "reconcile",
			action: event.action,
			reason: event.outcome,
			msg: event.error
		};
		case "plan-made": return {
			event: "plan_made",
			msg: event.plan.required ? "deployment required" : "no deployment required"
		};
		case "wave-started": return {
			event: "wave_started",
			msg: `wave ${event.seq}: ${event.jobs.join(",")}`
		};
		case "batch-started": return batchFields(event);
		case "health-retried": return {
			event: "health_retried",
			job: event.job,
			phase: "health",
			msg: event.problems.join("; ")
		};
		case "allocation-promoted": return {
			event: "promoted",
			worker: event.worker,
			job: event.job,
			phase: "rollout",
			msg: `version ${event.version}`
		};
		case "noticed": return {
			event: event.level === "warning" ? "warning" : "notice",
			msg: event.message
		};
		case "job-started": return {
			event: "job_started",
			job: event.job
		};
	}
}
function phaseFields({ job, phase, action, worker }) {
	const names = logPhase(phase);
	return {
		...worker === void 0 ? {} : { worker },
		job,
		...names,
		action: action ?? names.action
	};
}
/** Returns the names of a phase in the log; programs that read the log rely on them. */
function logPhase(phase) {
	switch (phase) {
		case "sync": return {
			phase: "rsync",
			action: "rsync"
		};
		case "stop":
		case "clean_up": return {
			phase: "reconcile",
			action: phase
		};
		case "stage":
		case "start":
		case "restart":
		case "reload":
		case "promote": return {
			phase: "rollout",
			action: phase
		};
		case "health": return {
			phase: "health",
			action: phase
		};
		case "post_build":
		case "job_control": return {
			phase,
			action: phase
		};
		case "run_command": return {
			phase,
			action: "ssh"
		};
		case "pre_deploy":
		case "post_deploy":
		case "after_allocation_started":
		case "after_allocation_stopped": return {
			phase: "hook",
			action: phase
		};
	}
}
function endFields({ outcome, durationMs, exitCode, message }) {
	return {
		...exitCode === void 0 ? {} : { exit: exitCode },
		duration_ms: Math.round(durationMs),
		reason: outcome,
		...message === void 0 ? {} : { msg: message }
	};
}
function hookFields({ hook, job, worker, command, exitCode, durationMs }) {
	return {
		event: "hook_end",
		worker,
		job,
		phase: "hook",
		action: hook,
		cmd: squeeze(command),
		exit: exitCode,
		duration_ms: Math.round(durationMs)
	};
}
function jobFields({ job, outcome, durationMs, reason, error }) {
	return {
		event: outcome === "skipped" ? "deploy_skip" : "job_finished",
		job,
		duration_ms: Math.round(durationMs),
		reason: reason ?? outcome,
		...error === void 0 ? {} : { msg: error }
	};
}
function batchFields({ job, action, index, count, workers }) {
	return {
		event: "batch_started",
		job,
		phase: "rollout",
		action,
		msg: `batch ${index + 1} of ${count}: ${workers.join(",")}`
	};
}
function squeeze(command) {
	const line = command.replace(/\s+/g, " ").trim();
	return line.length <= LONGEST_COMMAND_CHARS ? line : `${line.slice(0, 197)}...`;
}
/** Returns the lines of one event, without line breaks. Returns no line for events that are not logged. */
function logLines(event, origin, format) {
	if (event.type === "shell-hook-finished") return shellHookFields(event.record, origin.nowMs).map((fields) => formatPairs(Object.entries(fields), format));
	const fields = logFields(event, origin);
	return fields === void 0 ? [] : [formatLog(fields, format)];
}
/** Returns one line without its line break. */
function formatLog(fields, format) {
	return formatPairs(Object.entries(fields).filter(([, value]) => value !== void 0 && value !== ""), format);
}
function formatPairs(pairs, format) {
	switch (format) {
		case "json": return JSON.stringify(Object.fromEntries(pairs));
		case "kv": return pairs.map(([name, value]) => `${name}=${kvValue(String(value))}`).join(" ");
	}
}
/** Returns the value, quoted with JSON escapes when it contains special characters, so that programs can parse it. */
function kvValue(value) {
	return /^[^\s="\\\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}
// src/report/phase-tally.ts
var PhaseTally = class {
	#tallies = /* @__PURE__ */ new Map();
	start({ job, phase }) {
		this.#tally(job, phase).open++;
	}
	/**
	* Returns the line to show now, or undefined. A failure is shown immediately; successes are shown together at the end of
	* the phase.
	*/
	finish(event) {
		const { job, phase, outcome } = event;
		const tally = this.#tally(job, phase);
		tally.open = Math.max(0, tally.open - 1);
		if (outcome === "succeeded") tally.succeeded.push(event);
		else return phaseText(event);
		return tally.open > 0 ? void 0 : this.#close(job, phase);
	}
	/**
	* Closes the phases of a job that are still open. Returns one line for each such phase, about the workers that succeeded.
	*/
	closeJob(job) {
		return [...this.#tallies.keys()].map((key) => JSON.parse(key)).filter(([name]) => name === job).flatMap(([name, phase]) => this.#close(name, phase) ?? []);
	}
	#close(job, phase) {
		const key = JSON.stringify([job, phase]);
		const { succeeded = [] } = this.#tallies.get(key) ?? {};
		this.#tallies.delete(key);
		const slowest = succeeded.reduce((a, b) => a && a.durationMs >= b.durationMs ? a : b, void 0);
		if (!slowest) return void 0;
		if (succeeded.length === 1) return phaseText(slowest);
		const what = `${slowest.action ?? phase} ok on ${succeeded.length} workers`;
		return `${job === "" ? "" : `${job}: `}${what}, slowest ${slowest.worker ?? ""} ${durationText(slowest.durationMs)}`;
	}
	#tally(job, phase) {
		const key = JSON.stringify([job, phase]);
		const known = this.#tallies.get(key);
		if (known) return known;
		const tally = {
			open: 0,
			succeeded: []
		};
		this.#tallies.set(key, tally);
		return tally;
	}
};
/** Returns a sentence such as `api@10.0.0.1: restart failed (exit 2) after 1.3s`. */
function phaseText({ job, worker, phase, action, outcome, durationMs, exitCode }) {
	const exit = exitCode === void 0 || exitCode === 0 ? "" : ` (exit ${exitCode})`;
	const verdict = outcome === "succeeded" ? "ok" : outcome.replace("-", " ");
	return `${speaker(job, worker)}: ${action ?? phase} ${verdict}${exit} after ${durationText(durationMs)}`;
}
// src/report/log/narrator.ts
const NAMES_SHOWN = 8;
const PROBLEMS_SHOWN = 3;
var Narrator = class {
	#detail;
	#phases = new PhaseTally();
	#lastProblems = /* @__PURE__ */ new Map();
	constructor({ detail }) {
		this.#detail = detail;
	}
	/** Returns the sentences to show now. Many events return no sentence. */
	tell(event) {
		switch (event.type) {
			case "plan-made": return [{
				tone: "plain",
				text: planSentence(event)
			}];
			case "wave-started": return [{
				tone: "heading",
				text: `wave ${event.seq}: ${nameSome(event.jobs, NAMES_SHOWN)}`
			}];
			case "job-started": return this.#inDetail(`${event.job}: started`);
			case "batch-started": return [{
				tone: "plain",
				text: batchSentence(event)
			}];
			case "phase-started":
				this.#phases.start(event);
				return [];
			case "phase-finished": return this.#tellPhase(event);
			case "hook-finished": return this.#tellHook(event.record);
			case "shell-hook-started": return [{
				tone: "heading",
				text: `${event.hook} hook`
			}];
			case "shell-hook-finished": return [{
				tone: event.record.problem === void 0 ? "good" : "bad",
				text: shellHookText(event.record)
			}];
			case "health-retried": return this.#tellRetry(event);
			case "allocation-promoted": return this.#inDetail(`${speaker(event.job, event.worker)}: promoted to version ${event.version}`);
			case "job-finished": return [...this.#closePhases(event.job), jobSentence(event)];
			case "reconciled": return [{
				tone: "good",
				text: reconciledText(event)
			}];
			case "reconcile-failed": return reconcileFailure(event);
			case "noticed": return [noticeSentence(event)];
			case "output":
			case "shell-hook-output": return [];
		}
	}
	#inDetail(text) {
		return this.#detail === "all" ? [{
			tone: "faint",
			text
		}] : [];
	}
	#tellPhase(event) {
		const tone = event.outcome === "succeeded" ? "faint" : "bad";
		const text = this.#phases.finish(event);
		if (this.#detail === "all") return [{
			tone,
			text: phaseText(event)
		}];
		return text === void 0 ? [] : [{
			tone,
			text
		}];
	}
	#closePhases(job) {
		this.#lastProblems.delete(job);
		const texts = this.#phases.closeJob(job);
		return this.#detail === "all" ? [] : texts.map((text) => ({
			tone: "faint",
			text
		}));
	}
	/**
	* Reports a hook that failed, and a successful hook of the event `cli`. Other hooks, and hooks of health checks, are
	* reported only with `detail: 'all'`.
	*/
	#tellHook(record) {
		const text = hookText(record);
		if (record.exitCode !== 0) return record.event === "health_check" ? this.#inDetail(text) : [{
			tone: "bad",
			text
		}];
		return record.event === "cli" ? [{
			tone: "good",
			text
		}] : this.#inDetail(text);
	}
	/** Reports a repeated health check. A check with the same problems as the previous one is not reported. */
	#tellRetry({ job, attempt, attempts, problems }) {
		const found = problems.join("\n");
		if (this.#lastProblems.get(job) === found && this.#detail === "compact") return [];
		this.#lastProblems.set(job, found);
		const more = problems.length > PROBLEMS_SHOWN ? `; and ${problems.length - PROBLEMS_SHOWN} more` : "";
		return [{
			tone: "plain",
			text: `${job}: not healthy yet (attempt ${attempt} of ${attempts}): ${problems.slice(0, PROBLEMS_SHOWN).map((problem) => hanging(problem, "  ")).join("; ")}${more}`
		}];
	}
};
function planSentence({ plan }) {
	const jobs = plan.waves.flatMap((wave) => wave.jobs);
	const required = jobs.filter((job) => job.required);
	const steps = required.flatMap((job) => job.steps).filter(({ action }) => action !== "skip");
	const unwanted = plan.reconcile.length === 0 ? "" : `, ${count(plan.reconcile.length, "allocation")} no longer wanted`;
	if (!plan.required) return `plan: nothing to do for ${count(jobs.length, "job")}`;
	return `plan: ${required.length} of ${count(jobs.length, "job")} to deploy, ${count(steps.length, "allocation")}${unwanted} (${countsText(plan)})`;
}
function batchSentence({ job, action, index, count: batches, workers }) {
	return `${job}: ${action}${batches === 1 ? "" : `, batch ${index + 1} of ${batches}`}: ${nameSome(workers, NAMES_SHOWN)}`;
}
/** Returns a sentence such as `api@10.0.0.1: hook hook_migrate (pre_deploy) failed (exit 3) after 1.2s`. */
function hookText({ job, worker, hook, event, exitCode, durationMs }) {
	const verdict = exitCode === 0 ? "ok" : `failed (exit ${exitCode})`;
	return `${speaker(job, worker)}: hook ${hook} (${event}) ${verdict} after ${durationText(durationMs)}`;
}
/** Returns a sentence such as `before-deploy hook failed (exit 3) after 1.2s`. */
function shellHookText({ hook, problem, durationMs }) {
	return `${hook} hook ${problem ?? "ok"} after ${durationText(durationMs)}`;
}
function jobSentence({ job, outcome, durationMs, reason, error }) {
	const why = hanging(error ?? reason ?? "", "  ");
	switch (outcome) {
		case "deployed": return {
			tone: "good",
			text: `${job}: deployed after ${durationText(durationMs)}`
		};
		case "skipped": return {
			tone: "faint",
			text: `${job}: skipped (${why})`
		};
		case "failed":
		case "blocked":
		case "cancelled": return {
			tone: "bad",
			text: `${job}: ${outcome}: ${why}`
		};
	}
}
function reconciledText({ job, worker, outcome }) {
	return `${speaker(job, worker)}: ${outcome === "forgotten" ? "forgotten, it never ran" : "stopped, no longer wanted"}`;
}
/** Returns no sentence for a warning, because one notice reports the warning for all jobs of the worker. */
function reconcileFailure({ job, worker, severity, error }) {
	if (severity === "warning") return [];
	return [{
		tone: "bad",
		text: `${speaker(job, worker)}: ${hanging(error, "  ")}`
	}];
}
function noticeSentence({ level, message }) {
	switch (level) {
		case "info": return {
			tone: "plain",
			text: hanging(message, "  ")
		};
		case "warning": return {
			tone: "warning",
			text: `warning: ${hanging(message, "  ")}`
		};
	}
}
export { formatLog as a, parseRunIdentity as c, phaseText as i, hookText as n, logLines as o, shellHookText as r, logMessage as s, Narrator as t };
