import { t as Failure } from "./failure.js";
import { i as interpreterFailure, o as missingInterpreters, r as findHookTools, t as resolveCatalog } from "./resolve-catalog.js";
import { a as jobsWithHook, c as continuityOf, o as registeredHooks, t as openRun } from "./open-run.js";
import { n as inRolloutOrder } from "./hook-events.js";
import { m as withState, v as locateBucket, x as selectJobs, y as openWorkspace } from "./open-state.js";
import { t as hookRecordJson } from "./hook-json.js";
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
			const jobs = chooseJobs(catalog.jobs.filter(({ name }) => selected.has(name)), hook, named);
			await requireTools(jobs, hook, face);
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
				if (jobs.length > 1) face.emit({
					type: "noticed",
					level: "info",
					message: `hooks: ${job.name}`
				});
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
					hooks: opened.hookRecords.map(hookRecordJson)
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
/** The job that was named has to know the hook; without a name, every job that does, in name order. */
function chooseJobs(jobs, hook, named) {
	if (named.length === 0) return jobsWithHook(jobs, hook, "cli");
	for (const job of jobs) registeredHooks(job, "cli", hook);
	return jobs;
}
/** Before the first job, so that nothing has run when this machine lacks what the second needs. */
async function requireTools(jobs, hook, face) {
	const alone = jobs.map((job) => {
		const hooks = job.entry.hooks.filter(({ name }) => name === hook);
		return {
			...job,
			entry: {
				...job.entry,
				hooks
			}
		};
	});
	const missing = await missingInterpreters(alone, await findHookTools(face.env.PATH ?? ""));
	if (missing.length > 0) throw interpreterFailure(missing);
}
export { hooks };
