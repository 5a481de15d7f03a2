import { n as mapLimit } from "./concurrency.js";
import { c as describeProblem } from "./gate.js";
// src/steps/worker-gate.ts
/** Every worker of the bucket must answer on the connection that checks will use (spec 15 §2); answers what is wrong. */
async function workerGateProblem(run) {
	const problems = (await mapLimit(run.catalog.workers, run.settings.parallelWorkers, (worker) => run.transport.connect(worker, run.signal))).flatMap((outcome) => outcome.kind === "failed" ? [outcome.problem] : []);
	if (problems.length === 0) return void 0;
	return `worker health check failed: ${problems.map(describeProblem).join("; ")}`;
}
export { workerGateProblem as t };
