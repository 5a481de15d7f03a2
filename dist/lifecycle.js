import { r as commandProblem, u as problemText } from "./worker-facts.js";
import { t as workerProgram } from "./program.js";
import { C as jobFolder, S as bucketFolder } from "./with-state.js";
// src/rollout/lifecycle.ts
/** Runs a make target of a job on its worker. Returns the problem, or `undefined` after success. */
async function runTarget(run, command) {
	const { job, worker, target, env } = command;
	const script = target === "stop" ? stopProgram(run, command) : startProgram(run, command);
	return runOnWorker(run, {
		job,
		worker,
		phase: target,
		label: `make ${target}`,
		script,
		env
	});
}
/**
* Runs a script on a worker as one phase of a job, and reports its output line by line. Returns the problem, or
* `undefined` after success.
*/
async function runOnWorker(run, script) {
	return (await followOnWorker(run, script)).problem;
}
/** Runs a script like `runOnWorker`, but returns the full result. */
async function followOnWorker(run, asked) {
	const { job, worker, phase, action, label, script, env } = asked;
	const { emit, settings, signal } = run;
	const { host } = worker;
	const named = {
		job,
		phase,
		worker: host,
		...action === void 0 ? {} : { action }
	};
	emit({
		type: "phase-started",
		...named
	});
	const onLine = (line, stream) => emit({
		type: "output",
		job,
		worker: host,
		line,
		stream
	});
	const timeoutMs = settings.commandTimeoutMs;
	const outcome = await (asked.ending === "worker left" ? run.workers.leave : run.workers.change)(worker, {
		label,
		script,
		env,
		timeoutMs,
		onLine
	}, signal);
	const problem = commandProblem({
		host,
		what: label,
		limitMs: timeoutMs
	}, outcome);
	const message = problem === void 0 ? {} : { message: problemText(problem) };
	const ended = {
		outcome: phaseOutcome(outcome, signal),
		durationMs: outcome.durationMs,
		...outcome.kind === "exited" || outcome.kind === "overtaken" ? { exitCode: outcome.exitCode } : {}
	};
	emit({
		type: "phase-finished",
		...named,
		...ended,
		...message
	});
	const { stdout, stderr } = outcome.kind === "failed" ? {
		stdout: "",
		stderr: ""
	} : outcome;
	return {
		worker: host,
		...ended,
		stdout,
		stderr,
		...message,
		...problem === void 0 ? {} : { problem }
	};
}
function startProgram({ catalog }, { worker, job, target, note }) {
	const variables = {
		folder: jobFolder(worker, catalog.bucketId, job),
		target,
		notes: notesFolder(worker, catalog.bucketId),
		note: note === void 0 ? "" : `${note.hash} ${note.version}`,
		allocation: note?.allocationId ?? ""
	};
	return workerProgram("job/start-target", { variables });
}
/** Returns the folder where a worker stores its notes: the tree of the last lifecycle command of each allocation. */
function notesFolder(worker, bucketId) {
	return `${bucketFolder(worker, bucketId)}/state/applied`;
}
function stopProgram({ catalog }, { worker, job }) {
	return workerProgram(["links", "job/stop"], { variables: { folder: jobFolder(worker, catalog.bucketId, job) } });
}
function phaseOutcome(outcome, signal) {
	if (outcome.kind === "exited") return outcome.exitCode === 0 ? "succeeded" : "failed";
	if (outcome.kind === "overtaken") return "failed";
	if (outcome.kind === "timed-out") return "timed-out";
	return signal.aborted ? "cancelled" : "failed";
}
export { runTarget as i, notesFolder as n, runOnWorker as r, followOnWorker as t };
