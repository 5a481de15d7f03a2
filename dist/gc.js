import { n as planGarbage, t as clearNamespaces } from "./clear-namespaces.js";
import { f as tagsNamespace, m as workerNamespace, s as allocationNamespace, u as jobNamespaces } from "./wanted.js";
import { n as mapLimit } from "./concurrency.js";
import { n as shellQuote } from "./shell-quote.js";
import { r as problemOf } from "./lifecycle.js";
import { d as jobFolder, t as openRun, u as bucketFolder } from "./open-run.js";
import { t as knownAllocation } from "./stage-job.js";
import { c as stopFailure } from "./small-file.js";
import { t as builtCatalog } from "./last-build.js";
import { l as readState, m as withState, v as locateBucket, y as openWorkspace } from "./open-state.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/rollout/remove-folders.ts
/**
* Removes the whole folder of each allocation on its worker, what the job kept there included (spec 07 §7.8). A worker that left
* and has nothing else of the bucket loses the bucket's folder. The allocations must have been stopped.
*/
async function removeFolders(run, allocations) {
	const ids = new Set(allocations.map(({ id }) => id));
	const others = new Set(run.ledger.allocations.filter(({ id }) => !ids.has(id)).map(({ host }) => host));
	return mapLimit(allocations, run.settings.parallelWorkers, async (allocation) => {
		const { worker, job, workerLeft, host } = allocation;
		const { bucketId } = run.catalog;
		const problem = await removeFolder(run, allocation, workerLeft && !others.has(host) ? bucketFolder(worker, bucketId) : jobFolder(worker, bucketId, job));
		if (problem === void 0) return {
			outcome: "removed",
			allocation
		};
		return {
			outcome: workerLeft && !run.signal.aborted ? "abandoned" : "kept",
			allocation,
			problem
		};
	});
}
async function removeFolder(run, { worker, job }, folder) {
	const { host } = worker;
	if (run.signal.aborted) return `worker ${host}: cancelled`;
	const label = `removing the folder of ${job}`;
	const timeoutMs = run.settings.commandTimeoutMs;
	const script = `rm -rf -- ${shellQuote(folder)}`;
	const outcome = await run.transport.exec(worker, {
		label,
		script,
		timeoutMs
	}, run.signal);
	return problemOf({
		host,
		label,
		timeoutMs
	}, outcome);
}
// src/commands/gc/gc-result.ts
/** As a result; it fails when a worker of the bucket kept a folder. */
function collectedResult(collected, mode) {
	const { removals, neverRan, cleared, versions } = collected;
	const isWhole = removals.every(({ outcome }) => outcome !== "kept");
	const allocations = [...removals.map((removal) => ({
		...namesOf(removal.allocation),
		folder: removal.outcome,
		...removal.outcome === "removed" ? {} : { error: removal.problem }
	})), ...neverRan.map((allocation) => ({
		...namesOf(allocation),
		folder: "none"
	}))];
	return {
		exitCode: isWhole ? 0 : 1,
		json: {
			ok: isWhole,
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
function removalLine(removal, would) {
	const name = `${removal.allocation.job}@${removal.allocation.host}`;
	switch (removal.outcome) {
		case "removed": return `${name}: folder ${would}removed, with data/ and logs/`;
		case "abandoned": return `${name}: forgotten, the removed worker is taken for dead: ${removal.problem}`;
		case "kept": return `${name}: folder not removed: ${removal.problem}`;
	}
}
// src/commands/gc/gc.ts
async function gc(request, face, tools) {
	const bucketDir = await locateBucket(request, face);
	const input = {
		request,
		face,
		tools,
		workspace: await openWorkspace(bucketDir, request, face)
	};
	if (request.flags.dryRun) return rehearse(input);
	return withState(input, async (state) => {
		const built = withCatalog(input, state);
		const plan = requireStopped(built);
		const collected = forget(built, plan, await clearWorkers(built, plan));
		await state.ledger.commit();
		return collectedResult(collected, "done");
	});
}
/** What would go, as far as that is known here: no lock, no worker, nothing saved. */
async function rehearse(input) {
	const built = withCatalog(input, await readState(input));
	const plan = requireStopped(built);
	return collectedResult(forget(built, plan, plan.stopped.map((allocation) => ({
		outcome: "removed",
		allocation
	}))), "planned");
}
function withCatalog(input, state) {
	const { workspace, face } = input;
	const catalog = builtCatalog({
		state,
		workspace,
		face,
		hint: "run maand build first: it says what is to be removed"
	});
	return {
		...input,
		state,
		catalog
	};
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
	try {
		var _usingCtx$1 = _usingCtx();
		if (stopped.length === 0) return [];
		return await removeFolders(_usingCtx$1.a(await openRun(built)).run, stopped);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** In memory. An allocation whose folder is still on a worker of the bucket stays, and so do the keys of its job. */
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
/** A job that has allocations, be they disabled, keeps its keys. */
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
/** A worker that left, and of which nothing is recorded, needs no address any more; if it comes back it is a new one. */
function forgetWorkers({ state: { ledger }, catalog }) {
	const needed = new Set([...catalog.workers, ...ledger.allocations].map(({ host }) => host));
	ledger.workers = Object.fromEntries(Object.entries(ledger.workers).filter(([host]) => needed.has(host)));
}
export { gc };
