import { n as mapLimit } from "./concurrency.js";
import { r as problemsText } from "./problem-text.js";
import { n as connectionProblem } from "./outcome-problem.js";
// src/rollout/by-hand/worker-gate.ts
/** Checks that every worker of the bucket can be reached, before its health is checked. */
/**
* Returns the problems of the connections to the workers of the bucket, or undefined. Later checks use the same
* connections.
*/
async function workerGateProblem(run) {
	const problems = (await mapLimit(run.catalog.workers, run.settings.parallelWorkers, (worker) => run.workers.connect(worker, run.signal))).flatMap((outcome) => outcome.kind === "failed" ? [outcome.problem] : []);
	if (problems.length === 0) return void 0;
	return `worker health check failed: ${problemsText(problems.map(connectionProblem))}`;
}
export { workerGateProblem as t };
