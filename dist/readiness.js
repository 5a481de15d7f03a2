import { n as mapLimit } from "./concurrency.js";
import { a as unansweredProblem, n as connectionProblem } from "./outcome-problem.js";
import { t as workerProgram } from "./program.js";
import { w as workerOf } from "./with-state.js";
// src/rollout/readiness.ts
/** Checks before a delivery that workers can be reached and have the programs that a deploy needs. */
/** Programs that a deploy needs on a worker besides `sh` and rsync. */
const WORKER_TOOLS = ["make"];
const MISSING = 64;
const TIMEOUT_MS = 3e4;
/**
* Connects to workers, each once per run. When a worker cannot be reached, its jobs fail before anything is sent for
* them. The delivery itself notices missing programs, which saves a round trip. Only when there is a problem anyway are
* the other workers asked for their programs, so that the report is complete.
*/
async function checkReadiness(run, hosts) {
	const unreachable = await connectAll(run, hosts);
	if (unreachable.size === 0) return unreachable;
	return problemsByHost(hosts, await mapLimit(hosts, run.settings.parallelWorkers, async (host) => {
		return unreachable.get(host) ?? askForTools(run, host);
	}));
}
/** Opens all connections at the same time. Later uses of a worker find its connection open, or get the same problem. */
async function connectAll(run, hosts) {
	const { settings, workers, signal } = run;
	return problemsByHost(hosts, await mapLimit(hosts, settings.parallelWorkers, async (host) => {
		const outcome = await workers.connect(workerOf(run, host), signal);
		return outcome.kind === "failed" ? connectionProblem(outcome.problem) : void 0;
	}));
}
/** Returns host → problem, for hosts that have one. */
function problemsByHost(hosts, problems) {
	const found = hosts.map((host, at) => [host, problems[at]]);
	return new Map(found.filter((entry) => entry[1] !== void 0));
}
async function askForTools(run, host) {
	const command = {
		label: "prerequisites",
		script: workerProgram("missing-tools", { words: [...WORKER_TOOLS, "rsync"] }),
		timeoutMs: TIMEOUT_MS
	};
	const outcome = await run.workers.look(workerOf(run, host), command, run.signal);
	if (outcome.kind !== "exited") return unansweredProblem(host, TIMEOUT_MS, outcome);
	const { exitCode, stdout, stderr } = outcome;
	if (exitCode === 0) return void 0;
	if (exitCode === MISSING) return {
		kind: "missing-tools",
		worker: host,
		tools: stdout.trim().split(/\s+/)
	};
	return {
		kind: "exit",
		worker: host,
		what: "the prerequisites check",
		exitCode,
		said: stderr.trim()
	};
}
export { problemsByHost as i, checkReadiness as n, connectAll as r, WORKER_TOOLS as t };
