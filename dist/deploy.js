import { a as planText, i as resultText, n as planSummary, o as shellHookOutputs, r as reasonIn, t as deploySummary } from "./markdown.js";
import { a as endingOf, o as DeployReport } from "./output-line.js";
import { n as mapLimit } from "./concurrency.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { a as stageProblems, i as stageJob, n as needsHook, o as treeOf, r as planStaged, s as mayRun, t as knownAllocation } from "./stage-job.js";
import { t as JOB_OWNED } from "./tree.js";
import { a as checkReadiness, c as describeProblem, i as WORKER_TOOLS, l as problemsByHost, n as waitHealthy, o as connectAll, s as describeMissing, t as lookAt } from "./gate.js";
import { d as jobFolder, f as jobOf, i as ProcessOutput, p as workerOf, r as runScript, s as inheritedEnvironment, t as openRun, u as bucketFolder, y as resolveRolloutOrder } from "./open-run.js";
import { n as shellQuote } from "./shell-quote.js";
import { a as runTarget, i as runOnWorker, n as notesFolder } from "./lifecycle.js";
import { i as runJobHooks, n as inRolloutOrder, r as runHookPhase, t as hasHooks } from "./hook-events.js";
import { l as jobNamespace, s as allocationNamespace } from "./wanted.js";
import { a as clearJob, i as postBuild, n as buildInMemory, t as buildAhead } from "./build-in-memory.js";
import { r as fileDigests } from "./digest.js";
import { c as stopFailure } from "./small-file.js";
import { t as builtCatalog } from "./last-build.js";
import { d as stateForPlan, l as readState, m as withState, v as locateBucket, x as selectJobs, y as openWorkspace } from "./open-state.js";
import { t as formatDiagnostic } from "./diagnostic.js";
import { a as startedNotice, o as succeededNotice, r as hookNotice, t as failedNotice } from "./notice.js";
import { t as _usingCtx } from "./usingCtx.js";
import { hostname, userInfo } from "node:os";
import { createHash, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
// src/plan/plan-json.ts
/** The plan as contract §4 publishes it, and its digest: equal inputs give equal bytes. */
function toPlanJson(plan, state) {
	const reconcile = plan.reconcile.map(reconcileJson);
	const waves = plan.waves.map(({ seq, jobs }) => ({
		seq,
		jobs: jobs.map(jobJson)
	}));
	const digest = createHash("sha256").update(JSON.stringify({
		waves,
		reconcile
	})).digest("hex");
	return {
		required: plan.required,
		state,
		digest: `sha256:${digest}`,
		reconcile,
		waves
	};
}
function reconcileJson({ job, host, action }) {
	return {
		job,
		worker: host,
		action
	};
}
function jobJson(plan) {
	return {
		job: plan.job,
		required: plan.required,
		reason: plan.problem ?? plan.reason,
		batches: plan.groups.flatMap(({ batches }) => batches),
		allocations: plan.steps.map((step) => ({
			worker: step.host,
			allocation_id: step.allocationId,
			action: step.action,
			reason: step.reason,
			changed: step.changed,
			matched: step.matched,
			current_version: step.currentVersion,
			new_version: step.newVersion
		}))
	};
}
// src/plan/plan-deploy.ts
/** Allocations that are no longer wanted, by job, then worker (spec 10 §6). */
function planReconcile(catalog, known) {
	const removed = catalog.removed.flatMap(({ id, job, host, workerLeft }) => {
		const record = known(id);
		const ran = record !== void 0 && mayRun(record);
		if (record?.stopped && !ran) return [];
		return [{
			job,
			host,
			allocationId: id,
			action: ran ? "stop+remove" : "forget",
			workerLeft
		}];
	});
	const disabled = catalog.jobs.flatMap((job) => job.allocations.filter((allocation) => allocation.disabled && mustStop(known(allocation.id))).map(({ id, host }) => ({
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
function mustStop(record) {
	return record !== void 0 && !record.stopped && mayRun(record);
}
/** Jobs of one wave in name order; empty waves are kept so that numbers stay true. */
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
// src/rollout/deliver.ts
const TIMEOUT_MS$1 = 18e5;
/** Sends trees, and with the first delivery of a run `worker.json`, `jobs.json` and `bin/`, to workers (contract §9). */
var Deliverer = class {
	#run;
	#greeted = /* @__PURE__ */ new Set();
	constructor(run) {
		this.#run = run;
	}
	/** The job's tree to each of the hosts, side by side. */
	async job(job, staged, hosts) {
		return this.#each(hosts, job.name, async (host) => [await this.#run.staging.tree(job.name, treeOf(staged, host))]);
	}
	/** Only `worker.json`, `jobs.json` and `bin/`, to hosts that did not get them in this run. */
	async workerFiles(hosts, job) {
		return this.#each(hosts.filter((host) => !this.#greeted.has(host)), job, async () => []);
	}
	async #each(hosts, job, sourcesFor) {
		const problems = await mapLimit(hosts, this.#run.settings.parallelWorkers, async (host) => {
			const sources = [...await this.#ownFiles(host), ...await sourcesFor(host)];
			return this.#send(host, job, sources);
		});
		return problemsByHost(hosts, problems);
	}
	async #send(host, job, sources) {
		const { transport, emit, catalog, signal } = this.#run;
		const worker = workerOf(this.#run, host);
		emit({
			type: "phase-started",
			job,
			phase: "sync",
			worker: host
		});
		const delivery = {
			sources,
			destination: bucketFolder(worker, catalog.bucketId),
			protect: JOB_OWNED.map((name) => `jobs/${job}/${name}`),
			tools: WORKER_TOOLS,
			timeoutMs: TIMEOUT_MS$1
		};
		const guard = this.#run.guard.line(worker);
		const outcome = await transport.deliver(worker, {
			...delivery,
			...guard === void 0 ? {} : { guard }
		}, signal);
		const message = problemOf(host, outcome);
		if (message === void 0) {
			this.#greeted.add(host);
			this.#run.ledger.noteDelivered(host);
		}
		emit({
			type: "phase-finished",
			job,
			phase: "sync",
			worker: host,
			outcome: message === void 0 ? "succeeded" : signal.aborted ? "cancelled" : "failed",
			durationMs: outcome.durationMs,
			...message === void 0 ? {} : { message }
		});
		return message;
	}
	async #ownFiles(host) {
		if (this.#greeted.has(host)) return [];
		const { catalog, ledger, staging } = this.#run;
		const worker = workerOf(this.#run, host);
		const here = catalog.jobs.flatMap(({ allocations }) => allocations.filter((one) => one.host === host));
		return staging.workerFiles({
			host,
			identity: {
				bucket_id: catalog.bucketId,
				worker_id: worker.id,
				worker_ip: host,
				labels: worker.labels,
				update_seq: ledger.updateSeq
			},
			jobs: here.map(({ job, disabled }) => ({
				job,
				disabled: disabled ? 1 : 0
			}))
		});
	}
};
function problemOf(host, outcome) {
	switch (outcome.kind) {
		case "delivered": return;
		case "unprepared": return describeMissing(host, outcome.missing);
		case "rejected": return `worker ${host}: rsync failed (exit ${outcome.exitCode}): ${outcome.stderr.trim()}`;
		case "timed-out": return `worker ${host}: rsync did not end within ${TIMEOUT_MS$1 / 6e4} minutes`;
		case "failed": return describeProblem(outcome.problem);
	}
}
// src/rollout/find-applied.ts
/**
* After a run that died: what was sent may also have been started, and the state does not know. The workers noted it, so that
* nothing is started twice.
*/
const TIMEOUT_MS = 3e4;
/** Takes over what lifecycle commands of an earlier run achieved. A worker that cannot say so will have them run again. */
async function findApplied(run) {
	const unsure = run.ledger.allocations.filter((record) => isUnsure(run, record));
	if (unsure.length === 0) return;
	await mapLimit(unsure, run.settings.parallelWorkers, async (record) => {
		const note = await readNote(run, record);
		if (note?.hash !== record.delivered || note?.hash === void 0) return;
		run.ledger.record({
			...record,
			applied: note
		});
	});
	await run.ledger.commit();
}
function isUnsure({ catalog, jobs }, record) {
	const { delivered, applied, promoted, stopped, repeat, removed, disabled, host, job } = record;
	if (delivered === void 0 || delivered === (applied ?? promoted)?.hash) return false;
	return !stopped && !repeat && !removed && !disabled && jobs.has(job) && catalog.workers.some((worker) => worker.host === host);
}
async function readNote(run, { id, host }) {
	const worker = workerOf(run, host);
	const command = {
		label: "last run",
		script: `cat ${shellQuote(`${notesFolder(worker, run.catalog.bucketId)}/${id}`)} 2>/dev/null || :`,
		timeoutMs: TIMEOUT_MS
	};
	const outcome = await run.transport.exec(worker, command, run.signal);
	if (outcome.kind !== "exited") return void 0;
	const [hash, version] = outcome.stdout.trim().split(" ");
	return hash !== void 0 && hash !== "" && version !== void 0 ? {
		hash,
		version
	} : void 0;
}
// src/rollout/reconcile.ts
/** Stops what is no longer wanted (spec 10 §6): allocations that were removed, or disabled since they were started. */
async function reconcile(rollout) {
	const { run } = rollout;
	const steps = planReconcile(run.catalog, (id) => knownAllocation(run, id));
	const failures = [];
	const failedJobs = /* @__PURE__ */ new Set();
	if (steps.some(({ action }) => action !== "forget")) await rollout.raiseUpdateSeq();
	for (const step of steps) {
		const failure = run.signal.aborted ? "cancelled" : await reconcileOne(rollout, step);
		if (failure === void 0) run.emit({
			type: "reconciled",
			job: step.job,
			worker: step.host,
			action: step.action
		});
		else {
			failures.push(`job ${step.job}: ${failure}`);
			failedJobs.add(step.job);
			run.emit({
				type: "reconcile-failed",
				job: step.job,
				worker: step.host,
				error: failure
			});
		}
		await run.ledger.commit();
	}
	await removeEmptyBuckets(run, steps);
	purgeGoneJobs(run, steps, failedJobs);
	failures.push(...await checkSurvivors(run, steps));
	await run.ledger.commit();
	return {
		failures,
		failedJobs
	};
}
async function reconcileOne(rollout, step) {
	const { run } = rollout;
	const { ledger } = run;
	const problem = step.action === "forget" ? void 0 : await stopOn(rollout, step, workerOfStep(run, step));
	if (problem !== void 0 && (!step.workerLeft || run.signal.aborted)) return problem;
	if (problem !== void 0) {
		const message = `job ${step.job} on the removed worker ${step.host} could not be stopped, assuming dead: ${problem}`;
		run.emit({
			type: "noticed",
			level: "warning",
			message
		});
	}
	if (step.action === "stop+remove" && !step.workerLeft) keepForGc(run, step);
	else if (step.action !== "stop") ledger.forget(step.allocationId);
}
/** What the job kept on the worker is still there: the record stays until `gc`, with nothing in it that runs. */
function keepForGc({ ledger }, { allocationId: id, job, host }) {
	ledger.record({
		id,
		job,
		host,
		disabled: false,
		removed: true,
		currentVersion: "0.0.0",
		stopped: true
	});
}
/** The stop itself, its hooks, and for a removed allocation the clean-up: data and logs stay. */
async function stopOn(rollout, step, worker) {
	const { run } = rollout;
	const { job } = step;
	const stopped = await runTarget(run, {
		job,
		worker,
		target: "stop",
		env: {}
	});
	if (stopped !== void 0) return stopped;
	await recordStopped(run, step);
	const hooks = await afterStopped(run, step);
	if (hooks !== void 0 || step.workerLeft) return hooks;
	if (step.action === "stop+remove") {
		const script = removeJob(run, worker, job);
		const cleaned = await runOnWorker(run, {
			job,
			worker,
			phase: "stop",
			label: "clean-up",
			script,
			env: {}
		});
		if (cleaned !== void 0) return cleaned;
	}
	return refreshWorker(rollout, step);
}
/** True from here on, whatever becomes of hooks and clean-up: an allocation that comes back must be started. */
async function recordStopped({ ledger }, { allocationId }) {
	const record = ledger.allocation(allocationId);
	if (record) ledger.record({
		...record,
		stopped: true
	});
	await ledger.commit();
}
/** A worker that left, and on which nothing of the bucket is left to be stopped, loses the bucket's folder. */
async function removeEmptyBuckets(run, steps) {
	const ran = steps.filter(({ workerLeft, action }) => workerLeft && action !== "forget");
	const left = new Map(ran.map((step) => [step.host, step]));
	for (const [host, step] of left) {
		const here = run.ledger.allocations.filter((record) => record.host === host);
		if (here.some(({ removed, stopped }) => !(removed && stopped)) || run.signal.aborted) continue;
		const worker = workerOfStep(run, step);
		const script = removeBucket(run, worker);
		const { job } = step;
		const problem = await runOnWorker(run, {
			job,
			worker,
			phase: "stop",
			label: "clean-up",
			script,
			env: {}
		});
		if (problem === void 0) {
			for (const { id } of here) run.ledger.forget(id);
			continue;
		}
		const message = `the bucket's folder on the removed worker ${host} may still be there: ${problem}`;
		run.emit({
			type: "noticed",
			level: "warning",
			message
		});
	}
}
async function refreshWorker({ deliverer }, step) {
	return (await deliverer.workerFiles([step.host], step.job)).get(step.host);
}
function removeJob({ catalog }, worker, job) {
	return `cd ${shellQuote(jobFolder(worker, catalog.bucketId, job))} 2>/dev/null || exit 0
for entry in * .[!.]* ..?*; do
  case $entry in data|logs) continue ;; esac
  [ ! -e "$entry" ] && [ ! -L "$entry" ] || rm -rf -- "./$entry" || exit 1
done`;
}
function removeBucket({ catalog, guard }, worker) {
	return [`rm -rf -- ${shellQuote(bucketFolder(worker, catalog.bucketId))}`, guard.forget(worker)].filter((line) => line !== void 0).join("\n");
}
/** A job that left the workspace took its hooks along: then only the worker's `stop` target ran. */
async function afterStopped(run, step) {
	const job = run.catalog.jobs.find(({ name }) => name === step.job);
	if (!job) return void 0;
	const allocations = [allocationOf(run, job, step)];
	return runHookPhase(run, {
		event: "after_allocation_stopped",
		job,
		allocations,
		batchSize: 0,
		phase: "stop"
	});
}
function allocationOf(run, job, { allocationId, host }) {
	const index = lastIndex(run, job.name, host);
	return job.allocations.find(({ id }) => id === allocationId) ?? {
		id: allocationId,
		job: job.name,
		host,
		disabled: false,
		index,
		newVersion: job.version
	};
}
/** The place that an allocation had until the build took it away; history keeps it, and a script may tell its leader by it. */
function lastIndex({ ledger }, job, host) {
	return Number(ledger.kv.lastValue(allocationNamespace(job, host), `${job}_allocation_index`) ?? 0);
}
function workerOfStep(run, step) {
	return run.catalog.removed.find(({ id }) => id === step.allocationId)?.worker ?? workerOf(run, step.host);
}
function purgeGoneJobs({ catalog, ledger }, steps, failed) {
	const kept = new Set(catalog.jobs.filter(({ allocations }) => allocations.length > 0).map(({ name }) => name));
	for (const job of new Set(steps.map(({ job: name }) => name))) {
		if (kept.has(job) || failed.has(job)) continue;
		clearJob(ledger.kv, job);
		ledger.markPostDeploy(job, "done");
	}
}
/** A job that lost a running allocation must still be well on those that run. */
async function checkSurvivors(run, steps) {
	const failures = [];
	const jobs = new Set(steps.filter(({ action }) => action !== "forget").map(({ job }) => job));
	for (const job of run.catalog.jobs) {
		if (!jobs.has(job.name)) continue;
		const running = job.allocations.filter(({ id, disabled }) => !disabled && run.ledger.allocation(id)?.promoted);
		const problems = await waitHealthy(run, job, running);
		if (problems.size > 0) failures.push(`job ${job.name}: ${[...problems.values()].join("; ")}`);
	}
	return failures;
}
// src/rollout/promote.ts
/** Notes which tree is about to lie on the worker, whatever becomes of it. */
function recordDelivered(run, step, tree) {
	run.ledger.keepTree(tree.hash, fileDigests(tree));
	run.ledger.record({
		...recordOf(run, step),
		delivered: tree.hash
	});
}
/** Notes that the lifecycle command ran with this tree; it is promoted once healthy (contract §9). */
function recordApplied(run, step, tree) {
	const record = recordOf(run, step);
	run.ledger.keepTree(tree.hash, fileDigests(tree));
	const { stopped: _started, repeat: _repeated, ...rest } = record;
	run.ledger.record({
		...rest,
		applied: {
			hash: tree.hash,
			version: step.newVersion
		}
	});
}
/** As if the lifecycle command had not run: it will run again. */
function forgetApplied(run, step) {
	const { applied: _applied, ...rest } = recordOf(run, step);
	run.ledger.record({
		...rest,
		repeat: true
	});
}
/** What was applied, or for an allocation without lifecycle the staged tree, becomes the deployed truth. */
function promote(run, job, step, tree) {
	const { applied: _applied, repeat: _repeated, ...rest } = recordOf(run, step);
	run.ledger.keepTree(tree.hash, fileDigests(tree));
	const promoted = {
		hash: tree.hash,
		version: step.newVersion
	};
	run.ledger.record({
		...rest,
		promoted,
		currentVersion: step.newVersion
	});
	run.ledger.kv.put(allocationNamespace(job, step.host), "version", step.newVersion);
	run.emit({
		type: "allocation-promoted",
		job,
		worker: step.host,
		version: step.newVersion
	});
}
function recordOf(run, step) {
	const record = run.ledger.allocation(step.allocationId);
	if (!record) throw new Error(`no record of allocation ${step.allocationId}`);
	return record;
}
// src/rollout/control-roll.ts
/** Answers what went wrong. When a script failed, nothing counts as rolled: nobody but the script knows how far it came. */
async function runJobControl(run, { job, plan, staged }) {
	const controlled = plan.steps.filter(({ action }) => action === "job_control");
	const active = job.allocations.filter(({ disabled }) => !disabled);
	const failure = await runJobHooks(run, job, {
		event: "job_control",
		allocations: active,
		extraEnv: divide(run, job, controlled)
	});
	if (failure !== void 0) return failure;
	for (const step of controlled) recordApplied(run, step, treeOf(staged, step.host));
	await run.ledger.commit();
	const problems = await waitHealthy(run, job, active);
	if (run.signal.aborted) return "cancelled";
	for (const step of controlled) if (!problems.has(step.host)) promote(run, job.name, step, treeOf(staged, step.host));
	return problems.size === 0 ? void 0 : `health check failed: ${[...problems.values()].join("; ")}`;
}
/** New is what was never promoted, so a script that failed half-way finds the same lists again. Both are in rollout order. */
function divide(run, job, steps) {
	const isNew = (id) => run.ledger.allocation(id)?.promoted === void 0;
	const ids = new Set(steps.map(({ allocationId }) => allocationId));
	const ordered = inRolloutOrder(run, job, job.allocations.filter(({ id }) => ids.has(id)));
	const hosts = (wanted) => wanted.map(({ host }) => host).join(",");
	return {
		NEW_ALLOCATIONS: hosts(ordered.filter(({ id }) => isNew(id))),
		UPDATED_ALLOCATIONS: hosts(ordered.filter(({ id }) => !isNew(id)))
	};
}
// src/rollout/roll-group.ts
/** Answers what went wrong; then no further batch was begun. */
async function rollGroup(roll) {
	const { group } = roll;
	const rolled = [];
	for (const [index, hosts] of group.batches.entries()) {
		const failure = await rollBatch(roll, hosts, index);
		if (failure !== void 0) return describe(group, failure);
		rolled.push(...hosts);
		if (group.action === "start" && index < group.batches.length - 1) continue;
		const unhealthy = await passGate(roll, rolled.splice(0));
		if (unhealthy !== void 0) return describe(group, unhealthy);
	}
}
function describe({ action }, cause) {
	return `${action} ${action === "start" ? "new" : "updated"} allocations: ${cause}`;
}
/** All workers of the batch side by side; every one is finished before the batch is judged. */
async function rollBatch(roll, hosts, index) {
	const { run, job, group, staged } = roll;
	const count = group.batches.length;
	run.emit({
		type: "batch-started",
		job: job.name,
		action: group.action,
		index,
		count,
		workers: hosts
	});
	const found = (await Promise.all(hosts.map(async (host) => {
		const step = stepOf(roll, host);
		const env = {
			CURRENT_VERSION: step.currentVersion,
			NEW_VERSION: step.newVersion
		};
		const worker = workerOf(run, host);
		const tree = treeOf(staged, host);
		const note = {
			allocationId: step.allocationId,
			hash: tree.hash,
			version: step.newVersion
		};
		const failure = await runTarget(run, {
			job: job.name,
			worker,
			target: group.action,
			env,
			note
		});
		if (failure !== void 0) return failure;
		recordApplied(run, step, tree);
		await run.ledger.commit();
	}))).filter((failure) => failure !== void 0);
	return found.length > 0 ? found.join("\n") : afterStarted(roll, hosts, index);
}
/** When such a hook fails, its batch is not done: the next run rolls it again. */
async function afterStarted(roll, hosts, index) {
	const { run, job, group } = roll;
	const failure = await runHookPhase(run, {
		event: "after_allocation_started",
		job,
		allocations: allocationsOn(job, hosts),
		batchSize: 0,
		phase: group.action === "start" ? "new" : "update",
		batch: {
			index,
			count: group.batches.length
		}
	});
	if (failure === void 0) return void 0;
	for (const host of hosts) forgetApplied(run, stepOf(roll, host));
	await run.ledger.commit();
	return failure;
}
/** Whatever is healthy is promoted, even when the gate as a whole does not open. */
async function passGate(roll, rolled) {
	const { run, job, staged, guarded } = roll;
	for (const host of rolled) guarded.add(host);
	const problems = await waitHealthy(run, job, allocationsOn(job, [...guarded]));
	if (run.signal.aborted) return "cancelled while waiting for health";
	for (const host of rolled) if (!problems.has(host)) promote(run, job.name, stepOf(roll, host), treeOf(staged, host));
	await run.ledger.commit();
	return problems.size === 0 ? void 0 : `health check failed: ${[...problems.values()].join("; ")}`;
}
function allocationsOn(job, hosts) {
	const byHost = new Map(job.allocations.map((allocation) => [allocation.host, allocation]));
	return hosts.flatMap((host) => byHost.get(host) ?? []);
}
function stepOf({ plan }, host) {
	const step = plan.steps.find((one) => one.host === host);
	if (!step) throw new Error(`${host} is not part of the plan of ${plan.job}`);
	return step;
}
// src/rollout/roll-job.ts
const NONE = /* @__PURE__ */ new Set();
async function rollJob(rollout, job) {
	const { run } = rollout;
	const failure = await runJobHooks(run, job, { event: "pre_deploy" });
	if (failure !== void 0) return failed$1(run, failure);
	const staged = await stageJob(run, job);
	const broken = stageProblems(staged);
	if (broken.length > 0) return failed$1(run, broken.map(({ message }) => message).join("\n"));
	const plan = planStaged(run, job, staged, NONE);
	if (plan.problem !== void 0) return failed$1(run, plan.problem);
	if (!plan.required) return {
		outcome: "skipped",
		reason: plan.reason
	};
	noteOrder(run, job);
	const unready = await checkReadiness(run, touchedHosts(plan));
	if (unready.size > 0) return failed$1(run, [...unready.values()].join("\n"));
	const confirmed = await confirmApplied(rollout, {
		job,
		plan,
		staged
	});
	if (run.signal.aborted) return failed$1(run, "cancelled");
	if (!confirmed.plan.steps.some(({ action }) => DELIVERED.has(action)) || !await rollout.raiseUpdateSeq()) return carryOut(rollout, confirmed);
	return carryOut(rollout, await restage(run, confirmed));
}
/** A written order that could not be used as it stands is no error, but somebody meant something by it. */
function noteOrder({ ledger, emit }, job) {
	const hosts = job.allocations.map(({ host }) => host);
	const { note } = resolveRolloutOrder(ledger.kv.get(jobNamespace(job.name), "rollout_order"), hosts, hosts);
	const offByBuild = job.allocations.some(({ disabled }) => disabled);
	if (note !== void 0 && !offByBuild) emit({
		type: "noticed",
		level: "warning",
		message: `job "${job.name}": ${note}`
	});
}
function failed$1(run, error) {
	return {
		outcome: run.signal.aborted ? "cancelled" : "failed",
		error: run.masker.mask(error)
	};
}
const DELIVERED = /* @__PURE__ */ new Set([
	"start",
	"restart",
	"reload",
	"sync",
	"job_control"
]);
/** Workers that get files or commands. */
function touchedHosts({ steps }) {
	return steps.filter(({ action, reason }) => DELIVERED.has(action) || reason === "applied").map(({ host }) => host);
}
/** Asks those that an earlier run applied and never saw healthy: promoted when they are well now, else rolled again. */
async function confirmApplied({ run }, planned) {
	const { job, plan, staged } = planned;
	const steps = plan.steps.filter(({ reason }) => reason === "applied");
	if (steps.length === 0 || run.options.syncOnly) return planned;
	const hosts = new Set(steps.map(({ host }) => host));
	const problems = await lookAt(run, job, job.allocations.filter(({ host }) => hosts.has(host)));
	if (run.signal.aborted) return planned;
	const wellSteps = steps.filter(({ host }) => !problems.has(host));
	for (const step of wellSteps) promote(run, job.name, step, treeOf(staged, step.host));
	await run.ledger.commit();
	return {
		...planned,
		plan: planStaged(run, job, staged, new Set(problems.keys()))
	};
}
async function restage(run, { job, plan }) {
	const staged = await stageJob(run, job);
	const unhealthy = new Set(plan.steps.filter(({ reason }) => reason === "unhealthy").map(({ host }) => host));
	return {
		job,
		staged,
		plan: planStaged(run, job, staged, unhealthy)
	};
}
async function carryOut(rollout, planned) {
	const { run } = rollout;
	const { job, plan, staged } = planned;
	const delivered = plan.steps.filter(({ action }) => DELIVERED.has(action));
	for (const step of delivered) recordDelivered(run, step, treeOf(staged, step.host));
	if (hasHooks(job, "post_deploy")) run.ledger.markPostDeploy(job.name, "pending");
	await run.ledger.commit();
	const undelivered = await rollout.deliverer.job(job, staged, delivered.map(({ host }) => host));
	if (undelivered.size > 0) return failed$1(run, [...undelivered.values()].join("\n"));
	const failure = await rollAllocations(run, planned) ?? await finish(run, planned) ?? stillRunning(planned);
	await run.ledger.commit();
	return failure === void 0 ? { outcome: "deployed" } : failed$1(run, failure);
}
async function rollAllocations(run, planned) {
	if (planned.plan.steps.some(({ action }) => action === "job_control")) return runJobControl(run, planned);
	const { job, plan, staged } = planned;
	if (plan.groups.length === 0) return void 0;
	const guarded = await healthyBefore(run, planned);
	for (const group of plan.groups) {
		const failure = await rollGroup({
			run,
			job,
			plan,
			staged,
			group,
			guarded
		});
		if (failure !== void 0) return failure;
		if (run.signal.aborted) return "cancelled";
	}
}
/** What ran and was well before the roll must stay well; what was broken already does not keep its own fix from arriving. */
async function healthyBefore(run, { job, plan }) {
	const isNew = new Set(plan.steps.filter(({ reason }) => reason === "new").map(({ host }) => host));
	const running = job.allocations.filter(({ host, disabled }) => !disabled && !isNew.has(host));
	const problems = await lookAt(run, job, running);
	return new Set(running.map(({ host }) => host).filter((host) => !problems.has(host)));
}
/** Promotes what has no lifecycle, then runs `post_deploy`. */
async function finish(run, { job, plan, staged }) {
	for (const step of plan.steps) if (step.action === "sync" || step.action === "promote" && (step.reason !== "applied" || run.options.syncOnly)) promote(run, job.name, step, treeOf(staged, step.host));
	await run.ledger.commit();
	const failure = await runJobHooks(run, job, { event: "post_deploy" });
	if (failure === void 0) run.ledger.markPostDeploy(job.name, "done");
	return failure;
}
/** Reconcile came first: what is still to be stopped could not be stopped. */
function stillRunning({ plan }) {
	const hosts = plan.steps.filter(({ action }) => action === "stop" || action === "stop+promote").map(({ host }) => host);
	return hosts.length === 0 ? void 0 : `the disabled allocation on ${hosts.join(", ")} could not be stopped`;
}
// src/rollout/deploy.ts
/**
* A whole deploy: plan without side effects, look at the workers, reconcile, then wave by wave and job by job (spec 10 §5). A
* failed job never stops another, except those that demand it; what is done is in the state before the next step begins.
*/
const JOBS_AT_ONCE = 8;
/**
* What a deploy would do: no hooks, nothing saved, no worker contacted. A job whose templates are broken says so in `problem`.
* `with-hooks`: `pre_deploy` hooks run for real, job after job in the order of the waves.
*/
async function planDeploy(run, mode = "without-hooks") {
	const jobs = run.catalog.waves.flat().flatMap((name) => run.jobs.has(name) ? [jobOf(run, name)] : []);
	const isReal = mode === "with-hooks";
	const plans = await mapLimit(jobs, isReal ? 1 : JOBS_AT_ONCE, (job) => isReal ? planWithHooks(run, job) : planAhead(run, job));
	const steps = planReconcile(run.catalog, (id) => knownAllocation(run, id));
	const byName = new Map(plans.map((plan) => [plan.job, plan]));
	return assemblePlan(steps, arrangeWaves(run.catalog, run.jobs, byName));
}
async function planAhead(run, job) {
	const staged = await stageJob(run, job);
	const problems = stageProblems(staged);
	const plan = planStaged(run, job, staged, /* @__PURE__ */ new Set());
	if (problems.length === 0 || job.entry.hooks.length > 0 && needsHook(problems)) return plan;
	return {
		...plan,
		required: true,
		problem: problems.map(({ message }) => run.masker.mask(message)).join("\n")
	};
}
/** Problems of templates are no longer for hooks to mend: they have run. */
async function planWithHooks(run, job) {
	const failure = await runJobHooks(run, job, { event: "pre_deploy" });
	const staged = await stageJob(run, job);
	const problems = [...failure === void 0 ? [] : [failure], ...stageProblems(staged).map(({ message }) => message)];
	const plan = planStaged(run, job, staged, /* @__PURE__ */ new Set());
	if (problems.length === 0) return plan;
	return {
		...plan,
		required: true,
		problem: problems.map((problem) => run.masker.mask(problem)).join("\n")
	};
}
async function deploy$1(run) {
	await findApplied(run);
	const plan = await planDeploy(run);
	run.emit({
		type: "plan-made",
		plan
	});
	await run.checkTools(plan.required);
	const rollout = openRollout(run);
	await connectAll(run, hostsOf(plan));
	const { failures, failedJobs } = await reconcile(rollout);
	const jobs = await rollWaves(rollout, plan, failedJobs);
	await run.ledger.commit();
	const failed = [...jobs].flatMap(([job, { error }]) => error === void 0 ? [] : [`job ${job}: ${error}`]);
	return {
		plan,
		jobs,
		failures: [...failures.map((failure) => run.masker.mask(failure)), ...failed]
	};
}
function openRollout(run) {
	let raised = false;
	return {
		run,
		deliverer: new Deliverer(run),
		raiseUpdateSeq: async () => {
			if (raised) return false;
			raised = true;
			run.ledger.raiseUpdateSeq();
			await run.ledger.commit();
			return true;
		}
	};
}
function hostsOf(plan) {
	const jobs = plan.waves.flatMap((wave) => wave.jobs).filter(({ required }) => required);
	return [...new Set(jobs.flatMap(touchedHosts))];
}
async function rollWaves(rollout, plan, unreconciled) {
	const { run } = rollout;
	const results = /* @__PURE__ */ new Map();
	for (const { seq, jobs } of plan.waves) {
		if (jobs.length === 0) continue;
		run.emit({
			type: "wave-started",
			seq,
			jobs: jobs.map(({ job }) => job)
		});
		for (const { job } of jobs) {
			run.emit({
				type: "job-started",
				job,
				seq
			});
			const began = run.nowMs();
			const result = await rollOrBlock({
				rollout,
				name: job,
				results,
				unreconciled
			});
			results.set(job, result);
			run.emit({
				type: "job-finished",
				job,
				...result,
				durationMs: run.nowMs() - began
			});
		}
	}
	return results;
}
async function rollOrBlock(turn) {
	const { rollout, name } = turn;
	const { run } = rollout;
	if (run.signal.aborted) return {
		outcome: "cancelled",
		error: "cancelled before it began"
	};
	const job = jobOf(run, name);
	const upstream = failedUpstream(turn, job, /* @__PURE__ */ new Set([name]));
	if (upstream !== void 0) return {
		outcome: "blocked",
		error: `skipped, upstream job ${upstream} failed`
	};
	try {
		return await rollJob(rollout, job);
	} catch (thrown) {
		if (thrown instanceof Failure) throw thrown;
		return {
			outcome: "failed",
			error: run.masker.mask(messageOf(thrown))
		};
	}
}
/** Direct or through others, also through jobs that take no part in this run. */
function failedUpstream(turn, job, seen) {
	for (const demanded of job.demandedJobs) {
		if (seen.has(demanded)) continue;
		seen.add(demanded);
		const outcome = turn.results.get(demanded)?.outcome ?? "skipped";
		if (turn.unreconciled.has(demanded) || outcome !== "deployed" && outcome !== "skipped") return demanded;
		const upstream = turn.rollout.run.catalog.jobs.find(({ name }) => name === demanded);
		const further = upstream && failedUpstream(turn, upstream, seen);
		if (further !== void 0) return further;
	}
}
// src/commands/deploy/deploy-news.ts
/** Tells the channels of `notify` how a deploy goes, from its start to its end, whatever that is (spec 17 §6.2). */
/** How long the end of a run waits for messages on their way; GitHub gives a cancelled run only seconds. */
const CLOSE_LIMITS = {
	limitMs: 3e4,
	cancelledMs: 3e3
};
const FINDINGS_SHOWN = 10;
const SECRET_VARIABLES = [
	"SLACK_TOKEN",
	"MAIL_PASSWORD",
	"NOTIFY_SECRET"
];
const SILENT = {
	started: () => {},
	hookFinished: () => {}
};
/** Runs `deploy` and sends what is to be told of it; its result or failure is handed on as it is. */
async function withNews(input, deploy) {
	const { request, face } = input;
	if (request.notify.length === 0) return deploy(SILENT);
	const bucketDir = await locateBucket(request, face).catch(() => face.workingDirectory);
	const subject = subjectOf(request, face, bucketDir);
	const notifier = await open$1(input, bucketDir).catch((thrown) => {
		warn(face, `Notification error: ${messageOf(thrown)}; nothing is sent`);
	});
	if (!notifier) return deploy(SILENT);
	const { masker, signal } = face;
	try {
		const result = await deploy({
			started: (jobs) => notifier.send(startedNotice(subject, jobs)),
			hookFinished: (record) => notifier.send(hookNotice(masker.maskAll(record)))
		});
		notifier.send(endNotice(subject, {
			...result,
			text: masker.mask(result.text)
		}));
		return result;
	} catch (thrown) {
		const why = whyItEnded(signal.aborted ? signal.reason : thrown);
		notifier.send(failedNotice(subject, masker.mask(why)));
		throw thrown;
	} finally {
		await notifier.close({
			...CLOSE_LIMITS,
			signal
		});
	}
}
function endNotice(subject, { exitCode, text }) {
	return exitCode === 0 ? succeededNotice(subject, text) : failedNotice(subject, reasonIn("deploy", text));
}
/** Loaded only by runs that have somebody to tell. */
async function open$1({ request, face, runId }, bucketDir) {
	const { env, masker } = face;
	const secrets = request.notify.flatMap((target) => target.secrets);
	for (const secret of [...secrets, ...SECRET_VARIABLES.map((name) => env[name] ?? "")]) masker.add(secret);
	const { openNotifier } = await import("./notifier.js");
	return openNotifier({
		targets: request.notify,
		masker,
		warn: (message) => warn(face, message),
		env,
		bucketDir,
		origin: {
			host: hostname(),
			user: userName(env),
			workingDirectory: face.workingDirectory,
			runId,
			runUrl: runUrl(env)
		}
	});
}
function warn({ emit, masker }, message) {
	emit({
		type: "noticed",
		level: "warning",
		message: masker.mask(message)
	});
}
/** `octo/shop (production)`: what people call that which is deployed. */
function subjectOf(request, face, bucketDir) {
	const name = face.env.GITHUB_REPOSITORY || basename(bucketDir);
	return request.environment === "default" ? name : `${name} (${request.environment})`;
}
/** In a container the user may have a number and no name. */
function userName({ USER, LOGNAME }) {
	try {
		return userInfo().username;
	} catch {
		return USER || LOGNAME || "unknown";
	}
}
function runUrl({ GITHUB_RUN_ID, GITHUB_SERVER_URL, GITHUB_REPOSITORY }) {
	if (!GITHUB_RUN_ID || !GITHUB_SERVER_URL || !GITHUB_REPOSITORY) return void 0;
	return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}
function whyItEnded(thrown) {
	const { message, hint, diagnostics } = endingOf(thrown);
	const findings = diagnostics.slice(0, FINDINGS_SHOWN).map(formatDiagnostic);
	return [hint === void 0 ? message : `${message} (${hint})`, ...findings].join("\n");
}
// src/hooks/shell-hook.ts
const SHELL = "/bin/sh";
/** What the shell answers for a command that is not there. */
const NOT_FOUND_EXIT_CODE = 127;
const TIMED_OUT_EXIT_CODE = 124;
/** Runs it to its end. What it does wrong is in the record; nothing is thrown. */
async function runShellHook(shellHook, signal) {
	const { hook, command, cwd, env, timeoutMs, masker, onLine } = shellHook;
	const startedMs = performance.now();
	const mask = (text) => masker.mask(text);
	const output = new ProcessOutput({
		mask,
		onLine
	});
	const onOutput = (stream, chunk) => output.push(stream, chunk);
	const end = await runScript({
		file: SHELL,
		args: ["-c", command],
		cwd,
		env,
		timeoutMs,
		onOutput
	}, signal);
	output.end();
	return {
		hook,
		command: mask(command),
		stdout: output.tail("stdout").trim(),
		stderr: output.tail("stderr").trim(),
		durationMs: Math.round(performance.now() - startedMs),
		...verdictOf(end, timeoutMs)
	};
}
function verdictOf(end, timeoutMs) {
	switch (end.kind) {
		case "exited": return end.exitCode === 0 ? { exitCode: 0 } : failed(end.exitCode, "failed");
		case "timed-out": return failed(TIMED_OUT_EXIT_CODE, `timed out after ${timeoutMs / 1e3} s`);
		case "cancelled": return failed(end.exitCode, "cancelled");
		case "not-started": return {
			exitCode: end.message.includes("ENOENT") ? NOT_FOUND_EXIT_CODE : 1,
			problem: `failed: ${end.message}`
		};
	}
}
function failed(exitCode, what) {
	return {
		exitCode,
		problem: `${what} (exit ${exitCode})`
	};
}
// src/commands/deploy/shell-hooks.ts
/** The shell hooks of a deploy (spec 17 §3, §4): one before anything is touched, one when all is done. */
/** Before anything is done: a folder that is not there would fail the hook with a word that misleads. Throws a `Failure` (2). */
async function checkWorkingDirectory(request, face) {
	const { before, after, workingDirectory } = request.shellHooks;
	if (workingDirectory === void 0 || before === void 0 && after === void 0) return;
	const folder = resolve(face.workingDirectory, workingDirectory);
	if (await stat(folder).then((found) => found.isDirectory(), () => false)) return;
	throw new Failure(`working-directory ${folder} is not a directory`, {
		exitCode: 2,
		hint: "the shell hooks run there; without working-directory they run in the bucket directory"
	});
}
/** Throws a `Failure` (1) when the hook fails: then nothing has been touched. */
async function runBeforeDeploy(run) {
	const { before } = run.request.shellHooks;
	if (before === void 0) return;
	const { problem } = await runHook(run, "before-deploy", before, {});
	if (problem === void 0) return;
	throw new Failure(`before-deploy hook ${problem}`, {
		exitCode: 1,
		hint: "nothing was touched: mend what the hook found and deploy again"
	});
}
/** A failure is a warning: what is deployed stays deployed. */
async function runAfterDeploy(run, end) {
	const { after } = run.request.shellHooks;
	if (after === void 0) return;
	const { problem } = await runHook(run, "after-deploy", after, {
		DEPLOY_STATUS: end,
		DEPLOY_FAILED_JOBS: ""
	});
	if (problem === void 0) return;
	run.face.emit({
		type: "noticed",
		level: "warning",
		message: `after-deploy hook ${problem}; the deploy itself succeeded and stays as it is`
	});
}
async function runHook({ request, face, workspace, runId, jobs, onRecord }, hook, command, variables) {
	const { bucketDir, settings } = workspace;
	face.emit({
		type: "shell-hook-started",
		hook,
		command: face.masker.mask(command)
	});
	const record = await runShellHook({
		hook,
		command,
		cwd: resolve(face.workingDirectory, request.shellHooks.workingDirectory ?? bucketDir),
		env: {
			...inheritedEnvironment(face.env, request.hookEnv),
			DEPLOY_RUN_ID: runId,
			DEPLOY_JOBS: jobs.join(","),
			DEPLOY_DRY_RUN: "false",
			...variables
		},
		timeoutMs: settings.hookTimeoutMs,
		masker: face.masker,
		onLine: (line, stream) => face.emit({
			type: "shell-hook-output",
			hook,
			line,
			stream
		})
	}, face.signal);
	face.emit({
		type: "shell-hook-finished",
		record
	});
	onRecord(record);
	return record;
}
// src/commands/deploy/deploy.ts
/** `maand deploy`: the last build, or with `--build` a new one, brought to the workers; `--dry-run` only says what would happen. */
async function deploy(request, face, tools) {
	if (request.flags.dryRun) return dryRun(await openInput(request, face, tools));
	const runId = randomUUID();
	return withNews({
		request,
		face,
		runId
	}, async (news) => {
		const input = await openInput(request, face, tools);
		await checkWorkingDirectory(request, face);
		return withState(input, (state) => deployWith({
			...input,
			state,
			news,
			runId
		}));
	});
}
async function openInput(request, face, tools) {
	const workspace = await openWorkspace(await locateBucket(request, face), request, face);
	selectJobs(request.filters.jobs, jobNames(workspace));
	return {
		request,
		face,
		tools,
		workspace
	};
}
/** Nothing is saved, no worker is changed and no script runs before the shell hook agrees. */
async function deployWith({ state, news, runId, ...input }) {
	const { request, face, workspace } = input;
	if (request.planDigest !== void 0) await requirePlan(input, request.planDigest);
	const report = new DeployReport(Date.now());
	const watched = {
		...face,
		emit: both((event) => report.add(event), face.emit)
	};
	const { build } = request.flags;
	const catalog = build ? await buildInMemory(state, workspace, face) : builtCatalog({
		state,
		workspace,
		face,
		hint: BUILD_FIRST
	});
	const built = {
		...input,
		face: watched,
		state,
		catalog
	};
	const jobs = [...selectJobs(request.filters.jobs, jobNames(workspace))];
	const shellHooks = {
		...built,
		runId,
		jobs,
		onRecord: (record) => news.hookFinished(record)
	};
	if (request.shellHooks.before !== void 0) await requireTools(built);
	news.started(jobs);
	await runBeforeDeploy(shellHooks);
	if (build) {
		await state.ledger.commit();
		await postBuild(built);
	}
	const result = await rollOutAll(built);
	const end = goodEnd(result);
	if (end !== void 0) await runAfterDeploy(shellHooks, end);
	return toResult({
		built,
		report,
		runId,
		result
	});
}
const both = (...hearers) => (event) => {
	for (const hear of hearers) hear(event);
};
/** What this machine lacks is found before the shell hook has prepared anything for the deploy. */
async function requireTools(built) {
	try {
		var _usingCtx$1 = _usingCtx();
		const opened = _usingCtx$1.a(await openRun(built));
		const { required } = await planDeploy(opened.run);
		await opened.run.checkTools(required);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function rollOutAll(built) {
	try {
		var _usingCtx3 = _usingCtx();
		return await deploy$1(_usingCtx3.a(await openRun(built)).run);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
/** Undefined: something failed. */
function goodEnd({ failures, plan, jobs }) {
	if (failures.length > 0) return void 0;
	return plan.reconcile.length === 0 && [...jobs.values()].every(({ outcome }) => outcome === "skipped") ? "skipped" : "success";
}
const BUILD_FIRST = "run maand build or pass --build";
const jobNames = ({ jobs }) => jobs.map(({ name }) => name);
async function dryRun(input) {
	const state = await stateForPlan(input);
	const { catalog, plan } = await planInMemory(input, state);
	const json = toPlanJson(plan, state.label);
	return {
		exitCode: plan.waves.flatMap(({ jobs }) => jobs).some(({ problem }) => problem !== void 0) ? 1 : 0,
		json,
		text: planText(plan),
		summary: planSummary(plan, json),
		outputs: {
			changed: plan.required,
			plan: json,
			"plan-digest": json.digest,
			"changed-jobs": json.waves.flatMap(({ jobs }) => jobs).filter(({ required }) => required).map(({ job }) => job),
			waves: json.waves.map(({ seq }) => seq),
			hosts: catalog.workers.map(({ host }) => host)
		}
	};
}
/** What would be built and deployed now; nothing of it can be saved. */
async function planInMemory(input, state) {
	try {
		var _usingCtx4 = _usingCtx();
		const { request, workspace, face } = input;
		const catalog = request.flags.build ? await buildAhead(state, workspace, face) : builtCatalog({
			state,
			workspace,
			face,
			hint: BUILD_FIRST
		});
		const isReal = request.flags.dryRun && request.flags.withHooks;
		if (isReal && request.flags.build) await postBuild({
			...input,
			state,
			catalog
		});
		return {
			catalog,
			plan: await planDeploy(_usingCtx4.a(await openRun({
				...input,
				state,
				catalog
			})).run, isReal ? "with-hooks" : "without-hooks")
		};
	} catch (_) {
		_usingCtx4.e = _;
	} finally {
		await _usingCtx4.d();
	}
}
/** Before any hook, and before anything is saved: is this still the plan that was approved (contract §4)? */
async function requirePlan(input, approved) {
	const state = await readState(input);
	const { plan } = await planInMemory({
		...input,
		face: {
			...input.face,
			warn: () => {}
		}
	}, state);
	const { digest } = toPlanJson(plan, state.label);
	if (digest === approved) return;
	throw stopFailure({
		code: "plan-changed",
		message: `the plan is not the approved one: it is ${digest}, approved was ${approved}`,
		hint: "something changed since the plan was made: look at the new plan and approve it"
	});
}
function toResult({ built, report, runId, result }) {
	const { state, catalog } = built;
	const { ledger } = state;
	const plan = toPlanJson(result.plan, state.label);
	const json = report.toJson({
		ok: result.failures.length === 0,
		updateSeq: ledger.updateSeq,
		serial: ledger.serial,
		runId,
		nowMs: Date.now()
	});
	const jobsThat = (...outcomes) => json.jobs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ job }) => job);
	return {
		exitCode: result.failures.length === 0 ? 0 : 1,
		json,
		text: resultText(json, result.failures),
		summary: deploySummary(json, result.failures),
		outputs: {
			changed: jobsThat("deployed").length > 0 || result.plan.reconcile.length > 0,
			plan,
			"plan-digest": plan.digest,
			"deployed-jobs": jobsThat("deployed"),
			"failed-jobs": jobsThat("failed", "cancelled"),
			"skipped-jobs": jobsThat("skipped"),
			"blocked-jobs": jobsThat("blocked"),
			"changed-jobs": jobsThat("deployed", "failed"),
			waves: json.waves.map(({ seq }) => seq),
			hosts: catalog.workers.map(({ host }) => host),
			"update-seq": ledger.updateSeq,
			"state-serial": ledger.serial,
			"bucket-id": ledger.bucketId,
			...shellHookOutputs(json.hooks)
		}
	};
}
export { deploy };
