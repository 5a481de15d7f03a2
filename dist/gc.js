import { t as Failure } from "./failure.js";
import { n as planGarbage, t as clearNamespaces } from "./clear-namespaces.js";
import { Q as tagsNamespace, U as resultOf, X as jobNamespaces, et as workerNamespace, q as allocationNamespace } from "./state-key.js";
import { n as removeFolders } from "./remove-folders.js";
import { n as requireOurs } from "./worker-sync.js";
import { t as knownAllocation } from "./known-allocation.js";
import { a as withBucket } from "./ledger.js";
import { t as withBuilt } from "./with-built.js";
import { a as withRun } from "./with-state.js";
import { c as stopFailure } from "./keys.js";
import { u as problemText } from "./worker-facts.js";
// src/commands/gc/gc-result.ts
/** Makes the result. The exit code is 1 when a folder is left on a worker of the bucket. */
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
				error: "text",
				left: "name"
			},
			neverRan: "name",
			givenUp: "name",
			forgotten: "name",
			cleared: "name"
		},
		show: (shown) => showCollected(shown, mode)
	});
}
function toldRemoval(removal) {
	const { outcome, allocation } = removal;
	return removal.outcome === "removed" ? {
		outcome,
		allocation,
		...removal.left.length === 0 ? {} : { left: removal.left }
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
	const { removals, neverRan, givenUp, forgotten, cleared, versions } = collected;
	const allocations = [
		...removals.map(({ allocation, outcome, error, left }) => ({
			...namesOf(allocation),
			folder: outcome,
			...error === void 0 ? {} : { error },
			...left === void 0 ? {} : { left }
		})),
		...neverRan.map((allocation) => ({
			...namesOf(allocation),
			folder: "none"
		})),
		...givenUp.map((allocation) => ({
			...namesOf(allocation),
			folder: "not-stopped"
		})),
		...forgotten.map((allocation) => ({
			...namesOf(allocation),
			folder: "forgotten"
		}))
	];
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
function textOf(collected, would) {
	const { removals, neverRan, givenUp, forgotten, cleared, versions } = collected;
	const lines = [
		...removals.map((removal) => removalLine(removal, would)),
		...neverRan.map(({ job, host }) => `${job}@${host}: ${would}forgotten, it never ran`),
		...givenUp.map(({ job, host }) => `${job}@${host}: kept, it may still run: its worker left, and no deploy has stopped it; maand deploy tries again, and maand gc --forget ${host} drops it`),
		...forgotten.map(({ job, host }) => `${job}@${host}: ${would}forgotten without asking its worker: what runs there goes on, and its files stay`),
		...cleared.map(({ namespace, keys }) => `${namespace}: ${would}cleared (${keys.join(", ")})`)
	];
	if (lines.length === 0) lines.push("no removed allocation has left anything behind");
	if (versions > 0) lines.push(`history: ${versions} old ${versions === 1 ? "row" : "rows"} ${would}dropped`);
	if (removals.some(({ outcome }) => outcome === "kept")) lines.push("what was not removed is remembered: run maand gc again when the worker can be reached");
	return lines.map((line) => `${line}\n`).join("");
}
function removalLine({ allocation, outcome, error, left = [] }, would) {
	const name = `${allocation.job}@${allocation.host}`;
	switch (outcome) {
		case "removed": return left.length === 0 ? `${name}: folder ${would}removed, with data/ and logs/` : `${name}: folder removed, but not what its links led to: ${left.join(", ")}`;
		case "abandoned": return `${name}: forgotten, the removed worker is taken for dead: ${error}`;
		case "kept": return `${name}: folder not removed: ${error}`;
	}
}
// src/commands/gc/gc.ts
/**
* `maand gc`: deletes what removed allocations left behind: their folders on workers, their records, the keys of jobs without
* allocations, and old versions of keys. The command refuses to run while a removed allocation may still be running, because
* only a deploy stops an allocation. On a worker that left the bucket, such an allocation is kept until `--forget` names the
* worker.
*/
const LAST_BUILD = {
	catalog: "last-build",
	hint: "run maand build first: it records which allocations to remove"
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
	const plan = planOf(built);
	const collected = forget(built, plan, await clearWorkers(built, plan));
	await built.state.ledger.commit();
	return collectedResult(collected, "done");
}
/** Shows what would be deleted, according to the state. It takes no lock, contacts no worker and saves nothing. */
function rehearse(built) {
	const plan = planOf(built);
	return collectedResult(forget(built, plan, plan.stopped.map((allocation) => ({
		outcome: "removed",
		allocation,
		left: []
	}))), "planned");
}
function planOf({ state, catalog, request }) {
	const forget = new Set(request.forgottenWorkers);
	requireLeft(catalog, forget);
	const plan = planGarbage({
		catalog,
		known: (id) => knownAllocation(state, id),
		forget
	});
	if (plan.running.length === 0) return plan;
	const names = plan.running.map(({ job, host }) => `${job}@${host}`).join(", ");
	throw stopFailure({
		code: "still-running",
		message: `removed allocations that have not been stopped yet: ${names}`,
		hint: "maand deploy stops them; then run maand gc again"
	});
}
/** Throws a `Failure` (exit code 2) when a host is still in workers.json or has no records. */
function requireLeft({ workers, removed }, hosts) {
	const listed = workers.filter(({ host }) => hosts.has(host)).map(({ host }) => host);
	if (listed.length > 0) throw new Failure(`gc --forget: ${listed.join(", ")} is still in workers.json`, {
		exitCode: 2,
		hint: "take a worker that is gone for good out of workers.json, run maand build, then maand gc --forget HOST"
	});
	const left = new Set(removed.filter(({ workerLeft }) => workerLeft).map(({ host }) => host));
	const unknown = [...hosts].filter((host) => !left.has(host));
	if (unknown.length === 0) return;
	throw new Failure(`gc --forget: nothing is recorded of ${unknown.join(", ")}`, {
		exitCode: 2,
		hint: "maand cat deployments lists what is recorded, with the names of the workers"
	});
}
async function clearWorkers(built, { stopped }) {
	if (stopped.length === 0) return [];
	return withRun(built, async ({ run }) => {
		const workers = new Map(stopped.map(({ worker }) => [worker.host, worker]));
		await requireOurs(run, [...workers.values()]);
		return removeFolders(run, stopped);
	});
}
/**
* Removes the allocations from the state in memory. An allocation stays when its folder is still on a worker of the bucket;
* then the keys of its job stay, too.
*/
function forget(built, plan, removals) {
	const { neverRan, givenUp, forgotten } = plan;
	const { ledger } = built.state;
	const unfinished = /* @__PURE__ */ new Set([...removals.flatMap(({ outcome, allocation }) => outcome === "kept" ? [allocation.job] : []), ...givenUp.map(({ job }) => job)]);
	const gone = [
		...removals.filter(({ outcome }) => outcome !== "kept").map(({ allocation }) => allocation),
		...neverRan,
		...forgotten
	];
	const { jobs, namespaces } = namespacesToClear(built.catalog, gone, unfinished);
	const cleared = clearNamespaces(ledger.kv, namespaces);
	for (const job of jobs) ledger.markPostDeploy(job, "done");
	for (const { id } of gone) ledger.forget(id);
	forgetWorkers(built);
	return {
		removals,
		neverRan,
		givenUp,
		forgotten,
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
/** Removes the address of every worker that has left and has no records. If such a worker returns, it counts as new. */
function forgetWorkers({ state: { ledger }, catalog }) {
	ledger.keepWorkers(new Set([...catalog.workers, ...ledger.allocations].map(({ host }) => host)));
}
export { gc };
