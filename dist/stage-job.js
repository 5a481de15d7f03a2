import { n as mapLimit } from "./concurrency.js";
import { m as jobNamespace } from "./certify.js";
import { t as compareText } from "./order.js";
import { r as compileGlob } from "./formats.js";
import { A as resolveRolloutOrder, k as batchesOf, w as workerOf } from "./with-state.js";
import { i as fileDigests } from "./with-bucket.js";
// src/plan/changes.ts
/** Compares two trees and chooses the command for an allocation whose files or version changed. */
/** Returns the paths that were added, changed or deleted, sorted. */
function changedPaths(before, after) {
	const paths = /* @__PURE__ */ new Set([...Object.keys(before), ...Object.keys(after)]);
	const digest = (files, path) => Object.hasOwn(files, path) ? files[path] : void 0;
	return [...paths].filter((path) => digest(before, path) !== digest(after, path)).sort(compareText);
}
/**
* Chooses the command for an updated allocation. `--sync-only` and policy `never` only sync files. Policy `always`
* restarts. Policy `reload` restarts when a changed path matches one of the globs, and reloads otherwise.
*/
function chooseLifecycle({ policy, globs, changed, syncOnly }) {
	if (syncOnly || policy === "never") return {
		action: "sync",
		matched: []
	};
	if (policy === "always") return {
		action: "restart",
		matched: []
	};
	const matchers = globs.map(compileGlob);
	const matched = (changed ?? []).filter((path) => matchers.some((glob) => "matches" in glob && glob.matches(path)));
	return {
		action: matched.length > 0 ? "restart" : "reload",
		matched
	};
}
// src/plan/plan-job.ts
function planJob(input) {
	const { job, options } = input;
	const steps = job.allocations.map((allocation) => planAllocation(input, allocation));
	const busy = steps.filter(({ action }) => action !== "skip");
	const fresh = steps.filter(({ action, reason }) => action === "start" || action === "job_control" && reason === "new");
	const problem = options.syncOnly && fresh.length > 0 ? `sync-only deploy cannot start new allocations on job "${job.name}": ${fresh.map(({ host }) => host).join(",")}` : void 0;
	return {
		job: job.name,
		required: busy.length > 0 || input.postDeployPending,
		reason: reasonOf(input, steps, busy),
		...problem === void 0 ? {} : { problem },
		groups: groupBatches(input, steps),
		steps
	};
}
function reasonOf(input, steps, busy) {
	if (busy.length > 0) return [...new Set(busy.map(({ reason }) => reason))].sort().join(", ");
	if (input.postDeployPending) return "post_deploy pending";
	return steps.length === 0 ? "no allocations" : "already promoted on all allocations";
}
function planAllocation(input, allocation) {
	const known = input.known(allocation.id);
	const decided = allocation.disabled ? planDisabled(input, allocation, known) : planActive(input, allocation, known);
	return {
		host: allocation.host,
		allocationId: allocation.id,
		changed: [],
		matched: [],
		...decided,
		currentVersion: known?.currentVersion ?? "0.0.0",
		newVersion: allocation.newVersion
	};
}
/**
* Plans a disabled allocation: it is stopped once and its hash is kept up to date. It is never run, and nothing is
* delivered to it.
*/
function planDisabled(input, allocation, known) {
	const deployed = known?.applied ?? known?.promoted;
	if (!known || !deployed) return {
		action: "skip",
		reason: "disabled"
	};
	const staged = input.staged(allocation.host);
	const pending = !(staged.kind === "staged" && staged.hash === deployed.hash && known.currentVersion === allocation.newVersion) && staged.kind === "staged" || known.applied !== void 0;
	if (known.stopped) return pending ? {
		action: "promote",
		reason: "disabled"
	} : {
		action: "skip",
		reason: "disabled"
	};
	return {
		action: pending ? "stop+promote" : "stop",
		reason: "disabled"
	};
}
function planActive(input, allocation, known) {
	const deployed = known?.applied ?? known?.promoted;
	const controlled = hasJobControl(input.job) && !input.options.syncOnly;
	if (!known || !deployed) return {
		action: controlled ? "job_control" : "start",
		reason: "new"
	};
	const update = planUpdate(input, {
		allocation,
		deployed,
		known
	});
	const isWork = update.action !== "skip" && update.action !== "promote";
	return controlled && isWork ? {
		...update,
		matched: [],
		action: "job_control"
	} : update;
}
function planUpdate(input, { allocation, deployed, known }) {
	const { job, options, unhealthy } = input;
	const { restartPolicy: policy, restartGlobs: globs } = job.entry;
	const { syncOnly } = options;
	const staged = input.staged(allocation.host);
	if (staged.kind === "needs-hook") return {
		action: chooseLifecycle({
			policy,
			globs,
			changed: void 0,
			syncOnly
		}).action,
		reason: "needs-hook"
	};
	if (staged.hash !== deployed.hash) {
		const changed = deployed.files && changedPaths(deployed.files, staged.files);
		return {
			...chooseLifecycle({
				policy,
				globs,
				changed,
				syncOnly
			}),
			reason: "content",
			changed: changed ?? []
		};
	}
	if (deployed.version !== allocation.newVersion) return {
		...chooseLifecycle({
			policy,
			globs,
			changed: void 0,
			syncOnly
		}),
		reason: "version"
	};
	if (known.delivered !== void 0 && known.delivered !== staged.hash) return planUndelivered(input, known);
	if (unhealthy.has(allocation.host)) return rollAgain(policy, known);
	if (options.force) return {
		...chooseLifecycle({
			policy,
			globs,
			changed: void 0,
			syncOnly
		}),
		reason: "forced"
	};
	if (known.applied) return {
		action: "promote",
		reason: "applied"
	};
	return {
		action: "skip",
		reason: "unchanged"
	};
}
/** Plans to roll an unhealthy allocation again, with a make target that the job must have. */
function rollAgain(policy, known) {
	return {
		action: policy === "never" || !known.promoted ? "start" : "restart",
		reason: "unhealthy"
	};
}
/**
* Plans an allocation that has other files than those that run, left by an unfinished deploy: the right files are
* delivered again.
*/
function planUndelivered({ job, options }, known) {
	const { restartPolicy: policy, restartGlobs: globs } = job.entry;
	if (!known.applied) return {
		action: "sync",
		reason: "unfinished"
	};
	return {
		...chooseLifecycle({
			policy,
			globs,
			changed: void 0,
			syncOnly: options.syncOnly
		}),
		reason: "unfinished"
	};
}
function hasJobControl(job) {
	return job.entry.hooks.some((hook) => hook.events.includes("job_control"));
}
function groupBatches({ job, rolloutOrder }, steps) {
	const all = job.allocations.map(({ host }) => host);
	const groupOf = (action, size) => {
		const candidates = steps.filter((step) => step.action === action).map(({ host }) => host);
		const { hosts } = resolveRolloutOrder(rolloutOrder, all, candidates);
		return hosts.length === 0 ? [] : [{
			action,
			batches: batchesOf(hosts, size)
		}];
	};
	const { maxConcurrentStarts, maxConcurrentUpgrades } = job.entry;
	return [
		...groupOf("start", maxConcurrentStarts),
		...groupOf("reload", maxConcurrentUpgrades),
		...groupOf("restart", maxConcurrentUpgrades)
	];
}
// src/rollout/job/stage-job.ts
/** Stages every allocation of a job, tells whether this must be repeated, and plans what to do with the trees. */
const ALLOCATIONS_AT_ONCE = 16;
/** Stages the job. `kv`: the store that templates read; it is not changed. */
async function stageJob(run, job, kv = run.ledger.kv) {
	const outcomes = await mapLimit(job.allocations, ALLOCATIONS_AT_ONCE, (one) => run.stager.stage(stageInput({
		run,
		job,
		kv
	}, one)));
	return new Map(job.allocations.map(({ host }, at) => [host, outcomes[at]]));
}
/** Whether the trees are still current: made from the same keys, versions, update sequence and files. */
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
/** Whether only KV keys are missing that hooks write. Before the hooks have run, this is expected and no error. */
function needsHook(problems) {
	return problems.every(({ missing }) => missing !== void 0 && /^(?:vars|secrets)\/job\//.test(missing.namespace));
}
function treeOf(staged, host) {
	const outcome = staged.get(host);
	if (outcome?.kind !== "staged") throw new Error(`nothing is staged for ${host}`);
	return outcome.tree;
}
/** Plans a job whose allocations are staged. */
function planStaged(run, { job, staged, unhealthy }) {
	return planJob({
		job,
		known: (id) => knownAllocation(run, id),
		staged: (host) => describeStaged(staged.get(host)),
		unhealthy,
		postDeployPending: run.ledger.isPostDeployPending(job.name),
		rolloutOrder: run.ledger.kv.get(jobNamespace(job.name), "rollout_order"),
		options: run.options
	});
}
/** Returns what the state knows about an allocation, in the form that a plan needs. */
function knownAllocation({ ledger }, id) {
	const record = ledger.allocation(id);
	if (!record) return void 0;
	const tree = (deployed) => deployed && {
		...deployed,
		files: ledger.filesOf(deployed)
	};
	return {
		currentVersion: record.currentVersion,
		promoted: tree(record.promoted),
		applied: tree(record.applied),
		delivered: record.delivered,
		stopped: record.stopped ?? false
	};
}
function describeStaged(outcome) {
	if (outcome?.kind !== "staged") return { kind: "needs-hook" };
	return {
		kind: "staged",
		hash: outcome.tree.hash,
		files: fileDigests(outcome.tree)
	};
}
export { stageJob as a, changedPaths as c, planStaged as i, knownAllocation as n, stageProblems as o, needsHook as r, treeOf as s, isCurrent as t };
