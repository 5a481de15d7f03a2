import { n as mapLimit } from "./concurrency.js";
import { Y as jobNamespace } from "./state-key.js";
import { n as planJob } from "./plan-job.js";
import { r as fileDigests } from "./digest.js";
import { t as knownAllocation } from "./known-allocation.js";
import { T as workerOf } from "./with-state.js";
// src/rollout/job/stage-job.ts
/**
* Stages every allocation of a job, checks whether staged trees are still current, and plans the steps for these trees.
*/
const ALLOCATIONS_AT_ONCE = 16;
/** Stages the job. `kv` is the store that templates read; it is not changed. */
async function stageJob(run, job, kv = run.ledger.kv) {
	const outcomes = await mapLimit(job.allocations, ALLOCATIONS_AT_ONCE, (one) => run.stager.stage(stageInput({
		run,
		job,
		kv
	}, one)));
	return new Map(job.allocations.map(({ host }, at) => [host, outcomes[at]]));
}
/** Returns whether the trees are still current: the keys, versions, update sequence and files are unchanged. */
function isCurrent(run, job, staged) {
	const { kv } = run.ledger;
	return job.allocations.every((one) => staged.get(one.host)?.basis.holds(stageInput({
		run,
		job,
		kv
	}, one)) === true);
}
function stageInput({ run, job, kv }, allocation) {
	const { ledger, catalog, masker, box } = run;
	return {
		job,
		allocation,
		worker: workerOf(run, allocation.host),
		kv,
		box,
		onSecret: (plain, place) => void masker.add(plain, place),
		bucketId: catalog.bucketId,
		currentVersion: ledger.allocation(allocation.id)?.currentVersion ?? "0.0.0",
		updateSeq: ledger.updateSeq
	};
}
/** Returns all problems of rendering, in worker order. */
function stageProblems(staged) {
	return [...staged.values()].flatMap((outcome) => outcome.kind === "failed" ? outcome.problems : []);
}
/**
* Returns whether all problems are missing KV keys that hooks write. Before the hooks have run, such keys are expected
* to be missing.
*/
function needsHook(problems) {
	return problems.every(({ missing }) => missing !== void 0 && /^(?:vars|secrets)\/job\//.test(missing.namespace));
}
function treeOf(staged, host) {
	const outcome = staged.get(host);
	if (outcome?.kind !== "staged") throw new Error(`nothing is staged for ${host}`);
	return outcome.tree;
}
/** Plans a job whose allocations are staged. */
function planStaged(run, { job, staged, unhealthy, looked }) {
	return planJob({
		job,
		known: (id) => knownAllocation(run, id),
		found: (id) => looked.found.get(id),
		staged: (host) => describeStaged(staged.get(host)),
		unhealthy,
		postDeployPending: run.ledger.isPostDeployPending(job.name),
		rolloutOrder: run.ledger.kv.get(jobNamespace(job.name), "rollout_order"),
		options: run.options
	});
}
function describeStaged(outcome) {
	if (outcome?.kind !== "staged") return { kind: "needs-hook" };
	return {
		kind: "staged",
		hash: outcome.tree.hash,
		files: fileDigests(outcome.tree)
	};
}
export { stageProblems as a, stageJob as i, needsHook as n, treeOf as o, planStaged as r, isCurrent as t };
