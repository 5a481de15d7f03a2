import { n as shellQuote } from "./shell-quote.js";
import { d as jobFolder, u as bucketFolder } from "./open-run.js";
// src/rollout/lifecycle.ts
/** Runs a make target of a job on its worker; answers what went wrong, or undefined. */
async function runTarget(run, command) {
	const { job, worker, target, env } = command;
	const script = target === "stop" ? stopScript(run, command) : makeScript(run, command);
	return runOnWorker(run, {
		job,
		worker,
		phase: target,
		label: `make ${target}`,
		script,
		env
	});
}
/** Runs a script on a worker as one phase of a job, its output streamed; answers what went wrong, or undefined. */
async function runOnWorker(run, script) {
	return (await followOnWorker(run, script)).problem;
}
/** The same, and answers all that is to be told of it. */
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
	const guarded = [run.guard.line(worker), script].filter((part) => part !== void 0).join("\n");
	const outcome = await run.transport.exec(worker, {
		label,
		script: guarded,
		env,
		timeoutMs,
		onLine
	}, signal);
	const message = problemOf({
		host,
		label,
		timeoutMs
	}, outcome);
	const ended = {
		outcome: phaseOutcome(outcome, signal),
		durationMs: outcome.durationMs,
		...outcome.kind === "exited" ? { exitCode: outcome.exitCode } : {}
	};
	emit({
		type: "phase-finished",
		...named,
		...ended,
		...message === void 0 ? {} : { message }
	});
	const { stdout, stderr } = outcome.kind === "failed" ? {
		stdout: "",
		stderr: ""
	} : outcome;
	const told = {
		stdout,
		stderr,
		...message === void 0 ? {} : { problem: message }
	};
	return {
		worker: host,
		...ended,
		...run.masker.maskAll(told)
	};
}
function makeScript({ catalog }, { worker, job, target, note }) {
	const folder = shellQuote(jobFolder(worker, catalog.bucketId, job));
	if (!note) return `cd ${folder} || exit 1\nexec make -s ${target}`;
	const notes = shellQuote(notesFolder(worker, catalog.bucketId));
	return `cd ${folder} || exit 1
make -s ${target} || exit $?
umask 077
mkdir -p ${notes} && printf '%s %s\\n' ${shellQuote(note.hash)} ${shellQuote(note.version)} >${notes}/${shellQuote(note.allocationId)} || :`;
}
/** Where a worker notes which tree the lifecycle command of each allocation ran with last. */
function notesFolder(worker, bucketId) {
	return `${bucketFolder(worker, bucketId)}/state/applied`;
}
/** Nothing to stop where nothing was delivered, or where the job is driven without a Makefile. */
function stopScript({ catalog }, { worker, job }) {
	return `cd ${shellQuote(jobFolder(worker, catalog.bucketId, job))} 2>/dev/null || exit 0
[ -f Makefile ] || [ -f makefile ] || [ -f GNUmakefile ] || exit 0
exec make -s stop`;
}
function phaseOutcome(outcome, signal) {
	if (outcome.kind === "exited") return outcome.exitCode === 0 ? "succeeded" : "failed";
	if (outcome.kind === "timed-out") return "timed-out";
	return signal.aborted ? "cancelled" : "failed";
}
/** What went wrong on the worker, in a sentence; undefined when nothing did. */
function problemOf({ host, label, timeoutMs }, outcome) {
	switch (outcome.kind) {
		case "exited": return outcome.exitCode === 0 ? void 0 : `worker ${host}: ${label} failed (exit ${outcome.exitCode})${lastWords(outcome.stderr)}`;
		case "timed-out": return `worker ${host}: ${label} timed out after ${timeoutMs / 1e3} s (command_timeout in maand.conf)`;
		case "failed": return outcome.problem.message;
	}
}
function lastWords(stderr) {
	const line = stderr.trim().split("\n").at(-1) ?? "";
	return line === "" ? "" : `: ${line.slice(0, 300)}`;
}
export { runTarget as a, runOnWorker as i, notesFolder as n, problemOf as r, followOnWorker as t };
