import { l as jobNamespace } from "./wanted.js";
import { y as resolveRolloutOrder } from "./open-run.js";
// src/rollout/hook-events.ts
function hasHooks(job, event) {
	return job.entry.hooks.some((hook) => hook.events.includes(event));
}
/** `allocations` of the job, in rollout order. */
function inRolloutOrder({ ledger }, job, allocations) {
	const written = ledger.kv.get(jobNamespace(job.name), "rollout_order");
	const all = job.allocations.map(({ host }) => host);
	const { hosts } = resolveRolloutOrder(written, all, allocations.map(({ host }) => host));
	const byHost = new Map(allocations.map((allocation) => [allocation.host, allocation]));
	return hosts.flatMap((host) => byHost.get(host) ?? []);
}
/** Runs hooks as one phase of the job; answers what went wrong. A job without such hooks is done at once. */
async function runHookPhase(run, request) {
	const { job, event } = request;
	if (!hasHooks(job, event) || request.allocations.length === 0) return void 0;
	const began = run.nowMs();
	run.emit({
		type: "phase-started",
		job: job.name,
		phase: event
	});
	const { failure } = await run.runHooks(request);
	run.emit({
		type: "phase-finished",
		job: job.name,
		phase: event,
		outcome: failure === void 0 ? "succeeded" : run.signal.aborted ? "cancelled" : "failed",
		durationMs: run.nowMs() - began,
		...failure === void 0 ? {} : { message: failure }
	});
	return failure;
}
/** Runs a job-wide event on its allocations, in rollout order and in batches. */
function runJobHooks(run, job, { event, allocations = job.allocations, extraEnv }) {
	return runHookPhase(run, {
		event,
		job,
		allocations: inRolloutOrder(run, job, allocations),
		batchSize: job.entry.maxConcurrentUpgrades,
		phase: event,
		...extraEnv === void 0 ? {} : { extraEnv }
	});
}
export { runJobHooks as i, inRolloutOrder as n, runHookPhase as r, hasHooks as t };
