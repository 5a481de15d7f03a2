import { n as mapLimit } from "./concurrency.js";
import { d as problemsText, i as connectionProblem } from "./worker-facts.js";
// src/rollout/by-hand/worker-gate.ts
/** Checks that every worker of the bucket can be reached, before its health is checked. */
/**
* Connects to all workers of the bucket. Returns the connection problems, or `undefined` when there are none. Later
* checks use the same connections.
*/
async function workerGateProblem(run) {
	const problems = (await mapLimit(run.catalog.workers, run.settings.parallelWorkers, (worker) => run.workers.connect(worker, run.signal))).flatMap((outcome) => outcome.kind === "failed" ? [outcome.problem] : []);
	if (problems.length === 0) return void 0;
	return `worker health check failed: ${problemsText(problems.map(connectionProblem))}`;
}
export { workerGateProblem as t };
