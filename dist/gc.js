import { n as planGarbage, t as clearNamespaces } from "./clear-namespaces.js";
import { _ as tagsNamespace, f as allocationNamespace, h as jobNamespaces, y as workerNamespace } from "./certify.js";
import { n as mapLimit } from "./concurrency.js";
import { i as shellQuote } from "./program.js";
import { t as commandProblem } from "./outcome-problem.js";
import { S as jobFolder, a as withRun, x as bucketFolder } from "./with-state.js";
import { n as knownAllocation } from "./stage-job.js";
import { t as withBucket } from "./with-bucket.js";
import { t as withBuilt } from "./with-built.js";
import { c as stopFailure } from "./keys.js";
import { n as problemText } from "./problem-text.js";
import { P as resultOf } from "./state-key.js";
// src/rollout/by-hand/remove-folders.ts
/** Removes the folders of removed allocations from workers, for `maand gc`. */
/**
* Removes the whole folder of each allocation on its worker, including the data that the job kept there. When a worker
* has left and nothing else of the bucket is there, the folder of the bucket and the files of the state are removed as
* well. The allocations must be stopped already.
*/
async function removeFolders(run, allocations) {
	const ids = new Set(allocations.map(({ id }) => id));
	const others = new Set(run.ledger.allocations.filter(({ id }) => !ids.has(id)).map(({ host }) => host));
	return mapLimit(allocations, run.settings.parallelWorkers, async (allocation) => {
		const { worker, job, workerLeft, host } = allocation;
		const { bucketId } = run.catalog;
		const problem = await remove(run, allocation, workerLeft && !others.has(host) ? {
			folder: bucketFolder(worker, bucketId),
			send: run.workers.leave
		} : {
			folder: jobFolder(worker, bucketId, job),
			send: run.workers.change
		});
		if (problem === void 0) return {
			outcome: "removed",
			allocation
		};
		return {
			outcome: workerLeft && !run.signal.aborted && problem.kind !== "overtaken" ? "abandoned" : "kept",
			allocation,
			problem
		};
	});
}
async function remove(run, { worker, job }, { folder, send }) {
	const { host } = worker;
	if (run.signal.aborted) return notBegun(host);
	const label = `removing the folder of ${job}`;
	const timeoutMs = run.settings.commandTimeoutMs;
	const outcome = await send(worker, {
		label,
		script: `rm -rf -- ${shellQuote(folder)}`,
		timeoutMs
	}, run.signal);
	return commandProblem({
		host,
		what: label,
		limitMs: timeoutMs
	}, outcome);
}
function notBegun(worker) {
	return {
		kind: "connection",
		worker,
		cause: "cancelled",
		message: `worker ${worker}: cancelled`
	};
}
// src/commands/gc/gc-result.ts
/** Makes the result. It is a failure when a folder is left on a worker of the bucket. */
function collectedResult(collected, mode) {
	return resultOf({
		exitCode: isWhole(collected) ? 0 : 1,
		data: {
			...collected,
			removals: collected.removals.map(toldRemoval)
		},
		wording: {
			removals: {
				allocation: "name",
				error: "text"
			},
			neverRan: "name",
			cleared: "name"
		},
		show: (shown) => showCollected(shown, mode)
	});
}
function toldRemoval(removal) {
	const { outcome, allocation } = removal;
	return removal.outcome === "removed" ? {
		outcome,
		allocation
	} : {
		outcome,
		allocation,
		error: problemText(removal.problem)
	};
}
function isWhole({ removals }) {
	return removals.every(({ outcome }) => outcome !== "kept");
}
function showCollected(collected, mode) {
	const { removals, neverRan, cleared, versions } = collected;
	const allocations = [...removals.map(({ allocation, outcome, error }) => ({
		...namesOf(allocation),
		folder: outcome,
		...error === void 0 ? {} : { error }
	})), ...neverRan.map((allocation) => ({
		...namesOf(allocation),
		folder: "none"
	}))];
	return {
		json: {
			ok: isWhole(collected),
			dry_run: mode === "planned",
			allocations,
			cleared,
			purged_versions: versions
		},
		text: textOf(collected, mode === "planned" ? "would be " : "")
	};
}
function namesOf({ id, job, host }) {
	return {
		job,
		worker: host,
		allocation_id: id
	};
}
function textOf({ removals, neverRan, cleared, versions }, would) {
	const lines = [
		...removals.map((removal) => removalLine(removal, would)),
		...neverRan.map(({ job, host }) => `${job}@${host}: ${would}forgotten, it never ran`),
		...cleared.map(({ namespace, keys }) => `${namespace}: ${would}cleared (${keys.join(", ")})`)
	];
	if (lines.length === 0) lines.push("no removed allocation has left anything behind");
	if (versions > 0) lines.push(`history: ${versions} old ${versions === 1 ? "row" : "rows"} ${would}dropped`);
	if (removals.some(({ outcome }) => outcome === "kept")) lines.push("what was not removed is remembered: run maand gc again when the worker can be reached");
	return lines.map((line) => `${line}\n`).join("");
}
function removalLine({ allocation, outcome, error }, would) {
	const name = `${allocation.job}@${allocation.host}`;
	switch (outcome) {
		case "removed": return `${name}: folder ${would}removed, with data/ and logs/`;
		case "abandoned": return `${name}: forgotten, the removed worker is taken for dead: ${error}`;
		case "kept": return `${name}: folder not removed: ${error}`;
	}
}
// src/commands/gc/gc.ts
const LAST_BUILD = {
	catalog: "last-build",
	hint: "run maand build first: it says what is to be removed"
};
async function gc(call) {
	return withBucket(call, (bucket) => call.request.flags.dryRun ? withBuilt(bucket, {
		state: "read",
		...LAST_BUILD
	}, rehearse) : withBuilt(bucket, {
		state: "change",
		...LAST_BUILD
	}, collect));
}
async function collect(built) {
	const plan = requireStopped(built);
	const collected = forget(built, plan, await clearWorkers(built, plan));
	await built.state.ledger.commit();
	return collectedResult(collected, "done");
}
/** Shows what would be deleted, as far as this machine knows: it takes no lock, asks no worker and saves nothing. */
function rehearse(built) {
	const plan = requireStopped(built);
	return collectedResult(forget(built, plan, plan.stopped.map((allocation) => ({
		outcome: "removed",
		allocation
	}))), "planned");
}
function requireStopped({ state, catalog }) {
	const plan = planGarbage(catalog, (id) => knownAllocation(state, id));
	if (plan.running.length === 0) return plan;
	const names = plan.running.map(({ job, host }) => `${job}@${host}`).join(", ");
	throw stopFailure({
		code: "still-running",
		message: `removed allocations that have not been stopped yet: ${names}`,
		hint: "maand deploy stops them; then run maand gc again"
	});
}
async function clearWorkers(built, { stopped }) {
	if (stopped.length === 0) return [];
	return withRun(built, ({ run }) => removeFolders(run, stopped));
}
/**
* Forgets the allocations in memory. An allocation whose folder is still on a worker of the bucket stays, and so do the
* keys of its job.
*/
function forget(built, { neverRan }, removals) {
	const { ledger } = built.state;
	const unfinished = new Set(removals.flatMap(({ outcome, allocation }) => outcome === "kept" ? [allocation.job] : []));
	const gone = [...removals.filter(({ outcome }) => outcome !== "kept").map(({ allocation }) => allocation), ...neverRan];
	const { jobs, namespaces } = namespacesToClear(built.catalog, gone, unfinished);
	const cleared = clearNamespaces(ledger.kv, namespaces);
	for (const job of jobs) ledger.markPostDeploy(job, "done");
	for (const { id } of gone) ledger.forget(id);
	forgetWorkers(built);
	return {
		removals,
		neverRan,
		cleared,
		versions: ledger.kv.purge(built.request.retainDays)
	};
}
/** Returns the namespaces to clear. A job keeps its keys while it has any allocation, even a disabled one. */
function namespacesToClear(catalog, gone, unfinished) {
	const placed = new Set(catalog.jobs.filter(({ allocations }) => allocations.length > 0).map(({ name }) => name));
	const jobs = [...new Set(gone.map(({ job }) => job))].filter((job) => !placed.has(job) && !unfinished.has(job));
	const hosts = new Set(gone.filter(({ workerLeft }) => workerLeft).map(({ host }) => host));
	return {
		jobs,
		namespaces: [
			...gone.map(({ job, host }) => allocationNamespace(job, host)),
			...[...hosts].flatMap((host) => [workerNamespace(host), tagsNamespace(host)]),
			...jobs.flatMap(jobNamespaces)
		]
	};
}
/** Forgets the address of every worker that has left and has no records. If such a worker returns, it counts as new. */
function forgetWorkers({ state: { ledger }, catalog }) {
	ledger.keepWorkers(new Set([...catalog.workers, ...ledger.allocations].map(({ host }) => host)));
}
export { gc };
