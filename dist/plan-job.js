import { t as compareText } from "./order.js";
import { t as compileGlob } from "./glob.js";
import { n as batchesOf, r as resolveRolloutOrder } from "./terminal-text.js";
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
* restarts. Policy `reload` restarts when a changed path matches one of the globs. Otherwise this policy reloads.
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
	const fresh = steps.filter(({ action, reason }) => action === "start" || action === "job_control" && NEVER_RAN.has(reason));
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
/** The reasons of steps for allocations that do not run. The worker has no files of such an allocation. */
const NEVER_RAN = /* @__PURE__ */ new Set(["new", "missing"]);
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
* Plans a disabled allocation. Such an allocation is stopped once and never started, and no files are delivered to it.
* The hash of the allocation in the state is kept up to date.
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
	if (input.found(allocation.id) === "missing") return {
		action: controlled ? "job_control" : "start",
		reason: "missing"
	};
	const update = planUpdate(input, {
		allocation,
		deployed,
		known
	});
	const isWork = update.action !== "skip" && update.action !== "promote" && update.reason !== "unsigned";
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
	if (input.found(allocation.id) === "behind") return {
		action: rollRestored(input),
		reason: "behind"
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
	if (input.found(allocation.id) === "unsigned") return {
		action: "sync",
		reason: "unsigned"
	};
	return {
		action: "skip",
		reason: "unchanged"
	};
}
/**
* Chooses the command for an allocation whose files on the worker are older than the state. It is not known which files
* changed, so the policy `reload` restarts.
*/
function rollRestored({ job, options }) {
	return options.syncOnly || job.entry.restartPolicy === "never" ? "sync" : "restart";
}
/**
* Plans to roll out an unhealthy allocation again. The action is `start` when the allocation was never promoted, or when
* the policy is `never`, because such a job may have no make target `restart`. Otherwise the action is `restart`.
*/
function rollAgain(policy, known) {
	return {
		action: policy === "never" || !known.promoted ? "start" : "restart",
		reason: "unhealthy"
	};
}
/**
* Plans an allocation after an unfinished deploy. The files on the worker differ from the tree that runs, so the files
* of that tree are delivered again.
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
export { planJob as n, changedPaths as r, NEVER_RAN as t };
