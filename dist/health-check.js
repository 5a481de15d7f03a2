import { n as mapLimit } from "./concurrency.js";
import { t as Failure } from "./failure.js";
import { d as problemsText } from "./worker-facts.js";
import { n as waitHealthy, r as hasHealthCheck, t as lookAt } from "./gate.js";
import { t as workerGateProblem } from "./worker-gate.js";
import { D as inRolloutOrder, a as withRun, w as jobOf } from "./with-state.js";
import { U as resultOf } from "./state-key.js";
import { a as withBucket, s as jobNames, u as selectJobs } from "./ledger.js";
import { t as withBuilt } from "./with-built.js";
// src/commands/health-check.ts
/** `maand health_check`: checks that the workers can be reached and that every job is healthy. Changes nothing. */
const JOBS_AT_ONCE = 16;
async function healthCheck(call) {
	return withBucket(call, (bucket) => {
		const jobs = selectJobs(call.request.filters.jobs, jobNames(bucket.workspace));
		return withBuilt(bucket, {
			state: "read",
			catalog: "workspace"
		}, async (built) => {
			const began = Date.now();
			const results = await withRun(built, ({ run }) => checkJobs(run, jobs, call.request));
			return resultOf({
				exitCode: results.some(({ outcome }) => outcome === "failed") ? 1 : 0,
				data: {
					results,
					durationMs: Date.now() - began
				},
				wording: { results: {
					job: "name",
					reason: "name",
					error: "text"
				} },
				show: showHealth
			});
		});
	});
}
/** Checks the health of the jobs. Throws a `Failure` (exit code 1) when a worker does not answer. */
async function checkJobs(run, jobs, { flags }) {
	const gate = await workerGateProblem(run);
	if (gate !== void 0) throw new Failure(gate, { exitCode: 1 });
	const names = run.catalog.waves.flat().filter((name) => jobs.has(name));
	const ask = flags.wait ? waitHealthy : lookAt;
	return mapLimit(names, JOBS_AT_ONCE, (name) => checkOne(run, jobOf(run, name), ask));
}
function showHealth({ results, durationMs }) {
	const failed = results.filter(({ outcome }) => outcome === "failed");
	const lines = results.map(({ job, outcome, reason, error }) => {
		const why = reason ?? error;
		return `health check ${outcome}: ${job}${why === void 0 ? "" : ` (${why})`}\n`;
	});
	return {
		json: {
			ok: failed.length === 0,
			duration_ms: durationMs,
			jobs: results
		},
		text: lines.join(""),
		summary: [
			"## maand health_check",
			"",
			...lines.map((line) => `- ${line.trim()}`),
			""
		].join("\n"),
		outputs: { "failed-jobs": failed.map(({ job }) => job) }
	};
}
async function checkOne(run, job, ask) {
	if (job.allocations.length === 0) return {
		job: job.name,
		outcome: "skipped",
		reason: "no allocations"
	};
	if (!hasHealthCheck(job)) return {
		job: job.name,
		outcome: "skipped",
		reason: "no health_check config or hooks"
	};
	const problems = await ask(run, job, inRolloutOrder(run, job, job.allocations));
	if (problems.size === 0) return {
		job: job.name,
		outcome: "passed"
	};
	return {
		job: job.name,
		outcome: "failed",
		error: problemsText(problems.values())
	};
}
export { healthCheck };
