import { t as Failure } from "./failure.js";
import { n as inRolloutOrder } from "./hook-events.js";
import { o as continuityOf, t as openRun } from "./open-run.js";
import { a as selectJobs, n as locateBucket, r as openWorkspace } from "./open-bucket.js";
import { m as withState } from "./open-state.js";
import { t as resolveCatalog } from "./resolve-catalog.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/commands/hooks.ts
/** `maand hooks HOOK [JOB]`: runs a hook for the event `cli` (spec 12 §6); a failing job does not undo another's writes. */
async function hooks(request, face, tools) {
	const [hook, ...named] = request.operands;
	if (hook === void 0) throw new Failure("which hook? usage: maand hooks HOOK [JOB]", { exitCode: 2 });
	const bucketDir = await locateBucket(request, face);
	const workspace = await openWorkspace(bucketDir, request, face);
	const selected = selectJobs([...named, ...request.filters.jobs], workspace.jobs.map(({ name }) => name));
	return withState({
		request,
		face,
		tools,
		workspace
	}, async (state) => {
		try {
			var _usingCtx$1 = _usingCtx();
			const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
			const jobs = catalog.jobs.filter((job) => selected.has(job.name) && isRegistered(job, hook));
			if (jobs.length === 0) throw notRegistered(hook, named[0]);
			const opened = _usingCtx$1.a(await openRun({
				request,
				face,
				tools,
				workspace,
				state,
				catalog
			}));
			const failures = [];
			for (const job of jobs) {
				face.emit({
					type: "job-started",
					job: job.name,
					seq: job.deploymentSeq
				});
				const { failure } = await opened.run.runHooks({
					event: "cli",
					job,
					allocations: inRolloutOrder(opened.run, job, job.allocations),
					batchSize: job.entry.maxConcurrentUpgrades,
					phase: "cli",
					hook
				});
				if (failure !== void 0) failures.push(`job ${job.name}: ${failure}`);
			}
			await state.ledger.commit();
			const names = jobs.map(({ name }) => name);
			return {
				exitCode: failures.length > 0 ? 1 : 0,
				json: {
					ok: failures.length === 0,
					hook,
					jobs: names,
					errors: failures,
					hooks: opened.hookRecords.map(recordJson)
				},
				text: failures.length > 0 ? `${failures.join("\n")}\n` : `hook ${hook} succeeded: ${names.join(", ")}\n`
			};
		} catch (_) {
			_usingCtx$1.e = _;
		} finally {
			await _usingCtx$1.d();
		}
	});
}
function isRegistered(job, name) {
	return job.entry.hooks.some((hook) => hook.name === name && hook.events.includes("cli"));
}
function notRegistered(hook, job) {
	const whose = job === void 0 ? `hook "${hook}"` : `job "${job}" hook "${hook}"`;
	return new Failure(`${whose} is not registered for event "cli"`, {
		exitCode: 2,
		hint: "maand cat hooks lists hooks and their events; add \"cli\" to executed_on in manifest.json"
	});
}
/** The record of contract §5. */
function recordJson(record) {
	const { exitCode, durationMs, ...rest } = record;
	return {
		...rest,
		exit_code: exitCode,
		duration_ms: durationMs
	};
}
export { hooks };
