import { n as mapLimit } from "./concurrency.js";
import { t as Failure } from "./failure.js";
import { n as waitHealthy, r as hasHealthCheck, t as lookAt } from "./gate.js";
import { n as inRolloutOrder } from "./hook-events.js";
import { c as continuityOf, f as jobOf, t as openRun } from "./open-run.js";
import { l as readState, v as locateBucket, x as selectJobs, y as openWorkspace } from "./open-state.js";
import { t as resolveCatalog } from "./resolve-catalog.js";
import { t as workerGateProblem } from "./worker-gate.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/commands/health-check.ts
/** `maand health_check`: are the workers there, and is every job well (spec 15)? Reads only. */
const JOBS_AT_ONCE = 16;
async function healthCheck(request, face, tools) {
	try {
		var _usingCtx$1 = _usingCtx();
		const bucketDir = await locateBucket(request, face);
		const workspace = await openWorkspace(bucketDir, request, face);
		const jobs = selectJobs(request.filters.jobs, workspace.jobs.map(({ name }) => name));
		const state = await readState({
			request,
			face,
			tools,
			workspace
		});
		const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
		const began = Date.now();
		const { run } = _usingCtx$1.a(await openRun({
			request,
			face,
			tools,
			workspace,
			state,
			catalog
		}));
		const gate = await workerGateProblem(run);
		if (gate !== void 0) throw new Failure(gate, { exitCode: 1 });
		const names = catalog.waves.flat().filter((name) => jobs.has(name));
		return toResult(await mapLimit(names, JOBS_AT_ONCE, (name) => checkOne(run, jobOf(run, name), request.flags.wait)), Date.now() - began);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
function toResult(results, durationMs) {
	const failed = results.filter(({ outcome }) => outcome === "failed");
	const lines = results.map(({ job, outcome, reason, error }) => {
		const why = reason ?? error;
		return `health check ${outcome}: ${job}${why === void 0 ? "" : ` (${why})`}\n`;
	});
	return {
		exitCode: failed.length > 0 ? 1 : 0,
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
async function checkOne(run, job, wait) {
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
	const allocations = inRolloutOrder(run, job, job.allocations);
	const problems = await (wait ? waitHealthy(run, job, allocations) : lookAt(run, job, allocations));
	if (problems.size === 0) return {
		job: job.name,
		outcome: "passed"
	};
	return {
		job: job.name,
		outcome: "failed",
		error: run.masker.mask([...problems.values()].join("; "))
	};
}
export { healthCheck };
