import { t as Failure } from "./failure.js";
import { n as HOOK_WORDING } from "./event-wording.js";
import { a as interpreterFailure, i as findHookTools, o as missingInterpreters } from "./resolve-catalog.js";
import { D as inRolloutOrder, a as withRun, d as registeredHooks, u as jobsWithHook } from "./with-state.js";
import { n as requireOurs } from "./worker-sync.js";
import { U as resultOf } from "./state-key.js";
import { a as withBucket, s as jobNames, u as selectJobs } from "./ledger.js";
import { t as withBuilt } from "./with-built.js";
import { t as hookRecordJson } from "./hook-json.js";
// src/commands/hooks.ts
/**
* `maand hooks HOOK [JOB]`: runs a hook for the event `cli`. When the hook of one job fails, the values that hooks of other
* jobs wrote are kept.
*/
async function hooks(call) {
	const order = readOrder(call.request);
	return withBucket(call, (bucket) => {
		const selected = selectJobs([...order.named, ...call.request.filters.jobs], jobNames(bucket.workspace));
		return withBuilt(bucket, {
			state: "change",
			catalog: "workspace"
		}, async (built) => {
			const jobs = chooseJobs(built.catalog.jobs.filter(({ name }) => selected.has(name)), order);
			await requireTools(jobs, order.hook);
			return withRun(built, async ({ run, hookRecords }) => {
				const hosts = new Set(jobs.flatMap(({ allocations }) => allocations.map(({ host }) => host)));
				await requireOurs(run, run.catalog.workers.filter(({ host }) => hosts.has(host)));
				const failures = await runAll(run, jobs, order.hook);
				await run.ledger.commit();
				return toResult({
					hook: order.hook,
					jobs,
					failures,
					hookRecords
				});
			});
		});
	});
}
function readOrder({ operands }) {
	const [hook, ...named] = operands;
	if (hook === void 0) throw new Failure("the name of a hook is missing (usage: maand hooks HOOK [JOB])", { exitCode: 2 });
	return {
		hook,
		named
	};
}
/**
* Returns the named jobs, each of which must have the hook. Without names, returns every job that has the hook, sorted by
* name.
*/
function chooseJobs(jobs, { hook, named }) {
	if (named.length === 0) return jobsWithHook(jobs, hook, "cli");
	for (const job of jobs) registeredHooks(job, "cli", hook);
	return jobs;
}
/** Runs the hook of each job. Returns a sentence for each job that failed. */
async function runAll(run, jobs, hook) {
	const failures = [];
	for (const job of jobs) {
		if (jobs.length > 1) run.emit({
			type: "noticed",
			level: "info",
			message: `hooks: ${job.name}`
		});
		run.emit({
			type: "job-started",
			job: job.name,
			seq: job.deploymentSeq
		});
		const { failure } = await run.runHooks({
			event: "cli",
			job,
			allocations: inRolloutOrder(run, job, job.allocations),
			batchSize: job.entry.maxConcurrentUpgrades,
			phase: "cli",
			hook
		});
		if (failure !== void 0) failures.push(`job ${job.name}: ${failure}`);
	}
	return failures;
}
function toResult({ hook, jobs, failures, hookRecords }) {
	const names = jobs.map(({ name }) => name);
	const ok = failures.length === 0;
	return resultOf({
		exitCode: ok ? 0 : 1,
		data: {
			errors: failures,
			records: hookRecords
		},
		wording: {
			errors: "text",
			records: HOOK_WORDING
		},
		show: ({ errors, records }) => ({
			json: {
				ok,
				hook,
				jobs: names,
				errors,
				hooks: records.map(hookRecordJson)
			},
			text: ok ? `hook ${hook} succeeded: ${names.join(", ")}\n` : `${errors.join("\n")}\n`
		})
	});
}
/**
* Checks the tools of all jobs before the first job runs, so that no hook has run when a tool for a later job is
* missing.
*/
async function requireTools(jobs, hook) {
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
	const missing = await missingInterpreters(alone, await findHookTools());
	if (missing.length > 0) throw interpreterFailure(missing);
}
export { hooks };
