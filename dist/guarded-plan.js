import { n as refusalText, t as refusalHint } from "./refusal-text.js";
import { n as stageOf, t as mayRun } from "./allocation-stage.js";
import { t as knownAllocation } from "./known-allocation.js";
import { c as stopFailure } from "./keys.js";
// src/plan/guard-stops.ts
/**
* Returns the stops that a deploy must refuse, or undefined when there are none. A deploy refuses to stop everything
* that runs. A deploy also refuses to stop all running allocations of an enabled job, unless the deploy starts the job
* on workers where it did not run. A deploy never refuses stops that `disabled.json` asks for. A deploy also never
* refuses to remove a job while a different deployed job stays in the workspace.
*/
function guardStops(input) {
	const { reconcile, allowed } = input;
	const stopping = new Set(reconcile.flatMap(({ action, allocationId }) => action === "forget" ? [] : [allocationId]));
	const running = runningIn(input);
	const stopped = running.filter(({ id }) => stopping.has(id));
	if (stopped.length === 0 || allowed === "all") return void 0;
	const scale = stopped.length === running.length ? "everything" : "some";
	const kept = new Set(running.flatMap(({ id, job }) => stopping.has(id) ? [] : [job]));
	const suspects = [...new Set(stopped.map(({ job }) => job))].sort().flatMap((job) => {
		const own = stopped.filter((one) => one.job === job);
		const cause = kept.has(job) || own.every(({ disabled }) => disabled) ? void 0 : causeOf(input, job, scale);
		return cause ? [{
			job,
			workers: own.map(({ host }) => host),
			cause
		}] : [];
	});
	const jobs = suspects.filter(({ job }) => !allowed.has(job));
	if (jobs.length === 0) return void 0;
	return {
		code: scale === "everything" ? "stops-everything" : "stops-job",
		...emptiness(input.catalog),
		jobs,
		allow: suspects.map(({ job }) => job)
	};
}
function emptiness({ workers, jobs }) {
	if (workers.length === 0) return { empty: "workers" };
	return jobs.length === 0 ? { empty: "jobs" } : {};
}
/** Returns why the job would stop on every worker, or undefined when the stop is intended. */
function causeOf(input, name, scale) {
	const job = input.catalog.jobs.find((one) => one.name === name);
	if (job === void 0) return scale === "everything" && !isOtherDeployed(input) ? { kind: "left" } : void 0;
	if (job.allocations.length === 0) return {
		kind: "no-worker",
		selectors: job.entry.selectors
	};
	const workers = job.allocations.filter(({ disabled }) => !disabled).map(({ host }) => host);
	if (workers.length === 0) return { kind: "rest-disabled" };
	if (!input.starts(name)) return {
		kind: "not-started",
		workers
	};
	return scale === "everything" ? {
		kind: "moves",
		workers
	} : void 0;
}
/**
* Returns whether at least one job of the workspace is deployed. Such a job may be disabled, and this plan may stop it.
*/
function isOtherDeployed({ catalog, known }) {
	const own = new Set(catalog.jobs.map(({ name }) => name));
	return [...catalog.jobs.flatMap(({ allocations }) => allocations), ...catalog.removed].filter(({ job }) => own.has(job)).map(({ id }) => id).some((id) => isApplied(known(id)));
}
function runningIn({ catalog, known }) {
	return [...catalog.jobs.flatMap(({ allocations }) => allocations), ...catalog.removed].filter(({ id }) => {
		const record = known(id);
		return isApplied(record) && record?.stopped === false;
	});
}
/**
* Returns whether a lifecycle command has succeeded for the allocation. An upload alone does not start the allocation.
*/
function isApplied(record) {
	return (record?.promoted ?? record?.applied) !== void 0;
}
// src/plan/plan-deploy.ts
/**
* Plans the stops of allocations that must no longer run, sorted by job, then worker. Removed allocations are stopped
* and then removed. Disabled allocations are stopped once.
*/
function planReconcile(catalog, known) {
	const removed = catalog.removed.flatMap(({ id, job, host, workerLeft }) => {
		const stage = stageOf(known(id));
		if (stage === "removed") return [];
		return [{
			job,
			host,
			allocationId: id,
			action: stage === "placed" ? "forget" : "stop+remove",
			workerLeft
		}];
	});
	const disabled = catalog.jobs.flatMap((job) => job.allocations.filter((allocation) => allocation.disabled && mayRun(stageOf(known(allocation.id)))).map(({ id, host }) => ({
		job: job.name,
		host,
		allocationId: id,
		action: "stop",
		workerLeft: false
	})));
	const order = new Map(catalog.workers.map(({ host }, at) => [host, at]));
	const rank = (host) => order.get(host) ?? order.size;
	return [...removed, ...disabled].sort((a, b) => a.job === b.job ? rank(a.host) - rank(b.host) : a.job < b.job ? -1 : 1);
}
/**
* Returns the waves with their jobs sorted by name. Empty waves are kept, so that the numbers of the waves stay
* correct.
*/
function arrangeWaves(catalog, selected, plans) {
	return catalog.waves.map((names, seq) => ({
		seq,
		jobs: names.flatMap((name) => {
			const plan = plans.get(name);
			return plan && selected.has(name) && plan.steps.length > 0 ? [plan] : [];
		})
	}));
}
function assemblePlan(reconcile, waves) {
	return {
		required: reconcile.length > 0 || waves.some(({ jobs }) => jobs.some((job) => job.required)),
		reconcile,
		waves
	};
}
// src/commands/deploy/guarded-plan.ts
/** Returns the plan. `refused` is set when a deploy must not carry it out. */
function guardPlan(built, plan) {
	const { request, state, catalog } = built;
	warnUnknown(built);
	const started = new Set(plan.waves.flatMap(({ jobs }) => jobs).filter(({ problem, steps }) => problem === void 0 && steps.some(({ reason }) => reason !== "disabled")).map(({ job }) => job));
	const refused = guardStops({
		catalog,
		known: (id) => knownAllocation(state, id),
		reconcile: plan.reconcile,
		starts: (job) => started.has(job),
		allowed: allowedStops(request)
	});
	return refused === void 0 ? plan : {
		...plan,
		refused
	};
}
/** Throws a `Failure` (exit code 3) when the plan is refused. */
function requireNotRefused({ refused }) {
	if (refused === void 0) return;
	throw stopFailure({
		code: refused.code,
		message: refusalText(refused),
		hint: refusalHint(refused)
	});
}
/** Warns that a deploy of this build would be refused. */
function warnOfRefusal({ state, catalog, face }) {
	const known = (id) => knownAllocation(state, id);
	const refused = guardStops({
		catalog,
		known,
		reconcile: planReconcile(catalog, known),
		starts: () => true,
		allowed: /* @__PURE__ */ new Set()
	});
	if (refused === void 0) return;
	const message = `a deploy of this build would be refused [${refused.code}]: ${refusalText(refused)}; ${refusalHint(refused)}`;
	face.emit({
		type: "noticed",
		level: "warning",
		message
	});
}
function allowedStops({ allowStops }) {
	return allowStops.includes("all") ? "all" : new Set(allowStops);
}
/** Warns about names that belong to no job and to no deployed job. This is not an error, because the job may have been removed. */
function warnUnknown({ request, catalog, face }) {
	const names = /* @__PURE__ */ new Set([
		"all",
		...catalog.jobs.map(({ name }) => name),
		...catalog.removed.map(({ job }) => job)
	]);
	const unknown = request.allowStops.filter((name) => !names.has(name));
	if (unknown.length === 0) return;
	const message = `allow-stops names no job of this bucket: ${unknown.join(", ")}`;
	face.emit({
		type: "noticed",
		level: "warning",
		message
	});
}
export { assemblePlan as a, arrangeWaves as i, requireNotRefused as n, planReconcile as o, warnOfRefusal as r, guardPlan as t };
