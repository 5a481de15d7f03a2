import { t as maskFreeText } from "./free-text.js";
import { A as resolveRolloutOrder, C as jobOf, D as runHookPhase, E as inRolloutOrder, M as clearJob, O as runJobHooks, S as jobFolder, T as hasHooks, a as withRun, c as ProcessOutput, d as inheritedEnvironment, g as beginBuild, i as postBuild, j as certifyBuild, r as withState, s as runScript, w as workerOf, x as bucketFolder } from "./with-state.js";
import { n as builtCatalog, t as withBuilt } from "./with-built.js";
import { i as SHELL_HOOK_WORDING, r as PLAN_WORDING } from "./event-wording.js";
import { r as shellHookOutputs, t as DEPLOY_WORDING } from "./deploy-json.js";
import { a as endingOf, o as DeployReport } from "./output-line.js";
import { a as planText, i as resultText, n as planSummary, r as reasonIn, t as deploySummary } from "./markdown.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { n as problemText, r as problemsText } from "./problem-text.js";
import { n as mapLimit } from "./concurrency.js";
import { t as JOB_OWNED } from "./tree.js";
import { r as deliveryProblem } from "./outcome-problem.js";
import { a as stageJob, i as planStaged, n as knownAllocation, o as stageProblems, r as needsHook, s as treeOf, t as isCurrent } from "./stage-job.js";
import { i as problemsByHost, n as checkReadiness, r as connectAll, t as WORKER_TOOLS } from "./readiness.js";
import { i as shellQuote, t as workerProgram } from "./program.js";
import { i as runTarget, n as notesFolder, r as runOnWorker } from "./lifecycle.js";
import { f as allocationNamespace, m as jobNamespace } from "./certify.js";
import { n as stageOf, t as mayRun } from "./allocation-stage.js";
import { n as waitHealthy, t as lookAt } from "./gate.js";
import { i as fileDigests, t as withBucket } from "./with-bucket.js";
import { P as resultOf } from "./state-key.js";
import { a as jobNames, c as selectJobs, o as locateBucket } from "./ledger.js";
import { c as stopFailure } from "./keys.js";
import { t as formatDiagnostic } from "./diagnostic.js";
import { i as hookNotice, n as failedNotice, o as startedNotice, s as succeededNotice } from "./notice.js";
import { userInfo } from "node:os";
import { createHash, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
// src/plan/plan-json.ts
/**
* Turns the plan into the form that `plan --json` prints (docs/inputs.md "plan") and computes its digest. Equal inputs
* give equal bytes.
*/
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
// src/rollout/deliver.ts
/** Delivers staged trees to workers. */
const TIMEOUT_MS$1 = 18e5;
/**
* Sends trees to workers, and with the first delivery of a run also `worker.json`, `jobs.json` and `bin/`. Nothing else
* in the folder of the bucket is changed.
*/
var Deliverer = class {
	#run;
	#greeted = /* @__PURE__ */ new Set();
	constructor(run) {
		this.#run = run;
	}
	/** Sends the job's tree to each host, to all at the same time. */
	async job(job, staged, hosts) {
		return this.#each(hosts, job.name, async (host) => [await this.#run.staging.tree(job.name, treeOf(staged, host))]);
	}
	/** Sends only `worker.json`, `jobs.json` and `bin/`, to hosts that did not get them in this run. */
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
		const { workers, emit, catalog, signal } = this.#run;
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
		const outcome = await workers.deliver(worker, delivery, signal);
		const problem = deliveryProblem(host, TIMEOUT_MS$1, outcome);
		if (problem === void 0) {
			this.#greeted.add(host);
			this.#run.ledger.noteDelivered(host);
		}
		emit({
			type: "phase-finished",
			job,
			phase: "sync",
			worker: host,
			outcome: problem === void 0 ? "succeeded" : signal.aborted ? "cancelled" : "failed",
			durationMs: outcome.durationMs,
			...problem === void 0 ? {} : { message: problemText(problem) }
		});
		return problem;
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
// src/rollout/job/find-applied.ts
/**
* Finds what an earlier run that died has already started. The state does not record it, but the workers noted it, so
* nothing is started twice.
*/
const TIMEOUT_MS = 3e4;
/**
* Records in the state the lifecycle commands that succeeded in an earlier run, and returns their jobs. When a worker
* gives no answer, its commands run again.
*/
async function findApplied(run) {
	const found = /* @__PURE__ */ new Set();
	const unsure = run.ledger.allocations.filter((record) => isUnsure(run, record));
	if (unsure.length === 0) return found;
	await mapLimit(unsure, run.settings.parallelWorkers, async (record) => {
		const note = await readNote(run, record);
		if (note?.hash !== record.delivered || note?.hash === void 0) return;
		run.ledger.record({
			...record,
			applied: note
		});
		found.add(record.job);
	});
	await run.ledger.commit();
	return found;
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
	const outcome = await run.workers.look(worker, command, run.signal);
	if (outcome.kind !== "exited") return void 0;
	const [hash, version] = outcome.stdout.trim().split(" ");
	return hash !== void 0 && hash !== "" && version !== void 0 ? {
		hash,
		version
	} : void 0;
}
// src/plan/plan-deploy.ts
/**
* Plans the stops of allocations that are no longer wanted, sorted by job, then worker. Removed allocations are stopped
* and then removed; disabled ones are stopped once.
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
/** Returns the waves with their jobs sorted by name. Empty waves are kept so that the numbers of the waves stay correct. */
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
// src/rollout/planned.ts
/**
* The plan of a deploy, together with the trees that it was made from. It is made once: this value is shown, approved
* and carried out. Only jobs whose trees would be different by now are staged and planned again.
*/
const JOBS_AT_ONCE = 8;
const NONE = /* @__PURE__ */ new Set();
/**
* Plans a deploy. It runs no hooks, saves nothing and contacts no worker. A job with broken templates has a `problem`.
* `kv`: the store that templates read, when it is not that of the run.
*/
async function planDeploy(run, kv = run.ledger.kv) {
	return assemble(run, await mapLimit(selectedJobs(run), JOBS_AT_ONCE, async (job) => planAhead(run, job, await stageJob(run, job, kv))));
}
/** Plans a deploy after running the `pre_deploy` hooks for real, job after job in the order of the waves. */
async function planWithHooks(run) {
	publishVersions(run);
	const jobs = [];
	for (const job of selectedJobs(run)) jobs.push(await planAfterHooks(run, job));
	return assemble(run, jobs);
}
/**
* Returns the plan, unchanged for jobs where nothing has changed. Jobs whose trees would be different, because a hook
* wrote keys or files that they use, are staged and planned again. Jobs in `found` are only planned again.
*/
async function renewPlan(run, planned, found) {
	const before = [...planned.jobs.values()];
	const jobs = await mapLimit(before, JOBS_AT_ONCE, async (one) => {
		if (!isCurrent(run, one.job, one.staged)) return planAhead(run, one.job, await stageJob(run, one.job));
		return found.has(one.job.name) ? planAhead(run, one.job, one.staged) : one;
	});
	if (jobs.every((job, at) => job === before[at])) return planned;
	const byName = new Map(jobs.map((one) => [one.job.name, one]));
	const { reconcile, waves } = planned.plan;
	return {
		plan: assemblePlan(reconcile, waves.map((wave) => ({
			...wave,
			jobs: wave.jobs.map((one) => byName.get(one.job)?.plan ?? one)
		}))),
		jobs: byName
	};
}
/**
* Renews the plan of one job when it is about to run: its trees are kept when they are current, and the steps follow
* the present records.
*/
async function renewJob(run, { job, staged }, unhealthy = NONE) {
	const current = isCurrent(run, job, staged) ? staged : await stageJob(run, job);
	return {
		job,
		staged: current,
		plan: planStaged(run, {
			job,
			staged: current,
			unhealthy
		})
	};
}
/** Publishes the version that each allocation is about to get; hooks read it as `version`. */
function publishVersions(run) {
	for (const { name, allocations } of selectedJobs(run)) for (const { host, newVersion } of allocations) run.ledger.kv.put(allocationNamespace(name, host), "version", newVersion);
}
function selectedJobs(run) {
	return run.catalog.waves.flat().flatMap((name) => run.jobs.has(name) ? [jobOf(run, name)] : []);
}
function assemble(run, jobs) {
	const plans = new Map(jobs.map(({ plan }) => [plan.job, plan]));
	return {
		plan: assemblePlan(planReconcile(run.catalog, (id) => knownAllocation(run, id)), arrangeWaves(run.catalog, run.jobs, plans)),
		jobs: new Map(jobs.map((one) => [one.job.name, one]))
	};
}
function planAhead(run, job, staged) {
	const problems = stageProblems(staged);
	const messages = job.entry.hooks.length > 0 && needsHook(problems) ? [] : problems.map(({ message }) => message);
	return {
		job,
		staged,
		plan: withProblems(planStaged(run, {
			job,
			staged,
			unhealthy: NONE
		}), messages)
	};
}
/**
* Plans a job after its hooks. Problems of templates are now errors, because the hooks that could solve them have run.
*/
async function planAfterHooks(run, job) {
	const failure = await runJobHooks(run, job, { event: "pre_deploy" });
	const staged = await stageJob(run, job);
	const problems = stageProblems(staged).map(({ message }) => message);
	const all = failure === void 0 ? problems : [problemText(failure), ...problems];
	return {
		job,
		staged,
		plan: withProblems(planStaged(run, {
			job,
			staged,
			unhealthy: NONE
		}), all)
	};
}
function withProblems(plan, problems) {
	if (problems.length === 0) return plan;
	return {
		...plan,
		required: true,
		problem: problems.join("\n")
	};
}
// src/rollout/job/promote.ts
/** Records which tree is about to be on the worker, whether the delivery succeeds or not. */
function recordDelivered(run, step, tree) {
	run.ledger.keepTree(tree.hash, fileDigests(tree));
	run.ledger.record({
		...recordOf(run, step),
		delivered: tree.hash
	});
}
/** Records that the lifecycle command ran with this tree. The allocation is promoted once it is healthy. */
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
/** Forgets that the lifecycle command ran, so that it runs again. */
function forgetApplied(run, step) {
	const { applied: _applied, ...rest } = recordOf(run, step);
	run.ledger.record({
		...rest,
		repeat: true
	});
}
/** Records the applied tree, or for an allocation without lifecycle the staged tree, as the deployed one. */
function promote(run, step, tree) {
	const record = recordOf(run, step);
	const { applied: _applied, repeat: _repeated, ...rest } = record;
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
	const { job } = record;
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
// src/rollout/job/control-roll.ts
/**
* Runs the hooks. Returns the problem, or undefined. When a hook failed, no allocation counts as rolled, because it is
* unknown how far the script came.
*/
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
	if (run.signal.aborted) return { kind: "cancelled" };
	for (const step of controlled) if (!problems.has(step.host)) promote(run, step, treeOf(staged, step.host));
	return problems.size === 0 ? void 0 : {
		kind: "unhealthy",
		problems: [...problems.values()]
	};
}
/**
* Divides the allocations into new and updated ones, both in rollout order. New are those that were never promoted, so
* a script that failed half-way gets the same lists again.
*/
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
// src/rollout/job/roll-group.ts
/** Rolls the group. Returns the problem, after which no further batch begins, or undefined. */
async function rollGroup(roll) {
	const { group } = roll;
	const rolled = [];
	for (const [index, hosts] of group.batches.entries()) {
		const failure = await rollBatch(roll, hosts, index);
		if (failure !== void 0) return stoppedBy(group, failure);
		rolled.push(...hosts);
		if (group.action === "start" && index < group.batches.length - 1) continue;
		const unhealthy = await passGate(roll, rolled.splice(0));
		if (unhealthy !== void 0) return stoppedBy(group, unhealthy);
	}
}
function stoppedBy({ action }, cause) {
	return {
		kind: "batches",
		action,
		cause
	};
}
/** Rolls all workers of the batch at the same time; the batch is judged when all have finished. */
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
	return found.length > 0 ? {
		kind: "several",
		problems: found
	} : afterStarted(roll, hosts, index);
}
/** Runs the hooks that follow a start. When one fails, the batch is not done, and the next run rolls it again. */
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
/** Checks health and promotes every healthy allocation, even when the gate fails. */
async function passGate(roll, rolled) {
	const { run, job, staged, guarded } = roll;
	for (const host of rolled) guarded.add(host);
	const problems = await waitHealthy(run, job, allocationsOn(job, [...guarded]));
	if (run.signal.aborted) return {
		kind: "cancelled",
		when: "while waiting for health"
	};
	for (const host of rolled) if (!problems.has(host)) promote(run, stepOf(roll, host), treeOf(staged, host));
	await run.ledger.commit();
	return problems.size === 0 ? void 0 : {
		kind: "unhealthy",
		problems: [...problems.values()]
	};
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
// src/rollout/job/roll-job.ts
async function rollJob(rollout, before) {
	const { run } = rollout;
	const { job } = before;
	const failure = await runJobHooks(run, job, { event: "pre_deploy" });
	if (failure !== void 0) return failed$1(run, failure);
	const planned = await renewJob(run, before);
	const { plan, staged } = planned;
	const broken = stageProblems(staged);
	if (broken.length > 0) return failed$1(run, {
		kind: "templates",
		messages: broken.map(({ message }) => message)
	});
	if (plan.problem !== void 0) return failed$1(run, {
		kind: "templates",
		messages: [plan.problem]
	});
	if (!plan.required) return {
		outcome: "skipped",
		reason: plan.reason
	};
	noteOrder(run, job);
	const unready = await checkReadiness(run, touchedHosts(plan));
	if (unready.size > 0) return failed$1(run, {
		kind: "several",
		problems: [...unready.values()]
	});
	const confirmed = await confirmApplied(rollout, planned);
	if (run.signal.aborted) return failed$1(run, { kind: "cancelled" });
	if (!confirmed.plan.steps.some(({ action }) => DELIVERED.has(action)) || !await rollout.raiseUpdateSeq()) return carryOut$1(rollout, confirmed);
	return carryOut$1(rollout, await renewJob(run, confirmed, unhealthyIn(confirmed.plan)));
}
/**
* Emits a notice when the written rollout order cannot be used as it is: this is no error, but its author expects an
* effect.
*/
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
function failed$1(run, problem) {
	return {
		outcome: run.signal.aborted ? "cancelled" : "failed",
		error: problemText(problem)
	};
}
const DELIVERED = /* @__PURE__ */ new Set([
	"start",
	"restart",
	"reload",
	"sync",
	"job_control"
]);
/** Returns the workers that get files or commands. */
function touchedHosts({ steps }) {
	return steps.filter(({ action, reason }) => DELIVERED.has(action) || reason === "applied").map(({ host }) => host);
}
/**
* Checks the allocations that an earlier run applied but never saw healthy. They are promoted when they are healthy
* now, else rolled again.
*/
async function confirmApplied({ run }, planned) {
	const { job, plan, staged } = planned;
	const steps = plan.steps.filter(({ reason }) => reason === "applied");
	if (steps.length === 0 || run.options.syncOnly) return planned;
	const hosts = new Set(steps.map(({ host }) => host));
	const problems = await lookAt(run, job, job.allocations.filter(({ host }) => hosts.has(host)));
	if (run.signal.aborted) return planned;
	const wellSteps = steps.filter(({ host }) => !problems.has(host));
	for (const step of wellSteps) promote(run, step, treeOf(staged, step.host));
	await run.ledger.commit();
	return {
		...planned,
		plan: planStaged(run, {
			job,
			staged,
			unhealthy: new Set(problems.keys())
		})
	};
}
function unhealthyIn({ steps }) {
	return new Set(steps.filter(({ reason }) => reason === "unhealthy").map(({ host }) => host));
}
async function carryOut$1(rollout, planned) {
	const { run } = rollout;
	const { job, plan, staged } = planned;
	const delivered = plan.steps.filter(({ action }) => DELIVERED.has(action));
	for (const step of delivered) recordDelivered(run, step, treeOf(staged, step.host));
	if (hasHooks(job, "post_deploy")) run.ledger.markPostDeploy(job.name, "pending");
	await run.ledger.commit();
	const undelivered = await rollout.deliverer.job(job, staged, delivered.map(({ host }) => host));
	if (undelivered.size > 0) return failed$1(run, {
		kind: "several",
		problems: [...undelivered.values()]
	});
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
		if (run.signal.aborted) return { kind: "cancelled" };
	}
}
/**
* Returns the hosts that ran and were healthy before the roll, which must stay healthy. Unhealthy hosts are left out,
* so that they do not block their own fix.
*/
async function healthyBefore(run, { job, plan }) {
	const isNew = new Set(plan.steps.filter(({ reason }) => reason === "new").map(({ host }) => host));
	const running = job.allocations.filter(({ host, disabled }) => !disabled && !isNew.has(host));
	const problems = await lookAt(run, job, running);
	return new Set(running.map(({ host }) => host).filter((host) => !problems.has(host)));
}
/** Promotes allocations without lifecycle, then runs `post_deploy`. */
async function finish(run, { job, plan, staged }) {
	for (const step of plan.steps) if (step.action === "sync" || step.action === "promote" && (step.reason !== "applied" || run.options.syncOnly)) promote(run, step, treeOf(staged, step.host));
	await run.ledger.commit();
	const failure = await runJobHooks(run, job, { event: "post_deploy" });
	if (failure === void 0) run.ledger.markPostDeploy(job.name, "done");
	return failure;
}
/**
* Returns the problem of an allocation that should be stopped by now. Reconcile ran first, so it could not be stopped.
*/
function stillRunning({ plan }) {
	const workers = plan.steps.filter(({ action }) => action === "stop" || action === "stop+promote").map(({ host }) => host);
	return workers.length === 0 ? void 0 : {
		kind: "still-running",
		workers
	};
}
// src/rollout/reconcile.ts
/** Stops allocations that are no longer wanted: removed ones, and those that were disabled after they were started. */
/** Carries out the steps of a plan, in their order. */
async function reconcile(rollout, steps) {
	const { run } = rollout;
	const failures = [];
	const failedJobs = /* @__PURE__ */ new Set();
	if (steps.some(({ action }) => action !== "forget")) await rollout.raiseUpdateSeq();
	for (const step of steps) {
		const failure = run.signal.aborted ? { kind: "cancelled" } : await reconcileOne(rollout, step);
		if (failure === void 0) run.emit({
			type: "reconciled",
			job: step.job,
			worker: step.host,
			action: step.action
		});
		else {
			const error = problemText(failure);
			failures.push(`job ${step.job}: ${error}`);
			failedJobs.add(step.job);
			run.emit({
				type: "reconcile-failed",
				job: step.job,
				worker: step.host,
				error
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
	if (problem !== void 0) {
		if (!step.workerLeft || run.signal.aborted || problem.kind === "overtaken") return problem;
		const message = `job ${step.job} on the removed worker ${step.host} could not be stopped, assuming dead: ${problemText(problem)}`;
		run.emit({
			type: "noticed",
			level: "warning",
			message
		});
	}
	if (step.action === "stop+remove" && !step.workerLeft) keepForGc(run, step);
	else if (step.action !== "stop") ledger.forget(step.allocationId);
}
/** Keeps the record until `gc`, because data of the job is still on the worker; the record says that nothing runs. */
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
/** Stops the allocation, runs its hooks, and removes its files if it was removed; data and logs stay. */
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
		const script = workerProgram("job/clean", { variables: { folder: jobFolder(worker, run.catalog.bucketId, job) } });
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
/**
* Records at once that the allocation is stopped, whether hooks and clean-up succeed or not: when it returns, it must
* be started.
*/
async function recordStopped({ ledger }, { allocationId }) {
	const record = ledger.allocation(allocationId);
	if (record) ledger.record({
		...record,
		stopped: true
	});
	await ledger.commit();
}
/** Removes the folder of the bucket from workers that left when nothing of the bucket must be stopped there. */
async function removeEmptyBuckets(run, steps) {
	const ran = steps.filter(({ workerLeft, action }) => workerLeft && action !== "forget");
	const left = new Map(ran.map((step) => [step.host, step]));
	for (const [host, step] of left) {
		const here = run.ledger.allocations.filter((record) => record.host === host);
		if (here.some(({ removed, stopped }) => !(removed && stopped)) || run.signal.aborted) continue;
		const problem = await removeBucket(run, workerOfStep(run, step), step.job);
		if (problem === void 0) {
			for (const { id } of here) run.ledger.forget(id);
			continue;
		}
		const message = `the bucket's folder on the removed worker ${host} may still be there: ${problemText(problem)}`;
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
function removeBucket(run, worker, job) {
	const script = `rm -rf -- ${shellQuote(bucketFolder(worker, run.catalog.bucketId))}`;
	return runOnWorker(run, {
		job,
		worker,
		phase: "stop",
		label: "clean-up",
		script,
		env: {},
		ending: "worker left"
	});
}
/**
* Runs the hooks after a stop. A job that left the workspace has no hooks any more; then only the `stop` target of the
* worker ran.
*/
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
/**
* Returns the position that an allocation had before the build removed it. The history of the KV store has it, and a
* script may use it to find its leader.
*/
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
/** Checks that a job that lost a running allocation is still healthy on the others. */
async function checkSurvivors(run, steps) {
	const failures = [];
	const jobs = new Set(steps.filter(({ action }) => action !== "forget").map(({ job }) => job));
	for (const job of run.catalog.jobs) {
		if (!jobs.has(job.name)) continue;
		const running = job.allocations.filter(({ id, disabled }) => !disabled && run.ledger.allocation(id)?.promoted);
		const problems = await waitHealthy(run, job, running);
		if (problems.size > 0) failures.push(`job ${job.name}: ${problemsText(problems.values())}`);
	}
	return failures;
}
// src/rollout/deploy.ts
/**
* Carries out the plan of a whole deploy: first the reconcile steps, then wave by wave and job by job. A failed job
* stops only the jobs that demand it. Each finished step is saved in the state before the next step begins.
*/
/**
* Carries out a plan. Only jobs whose keys, files or records have changed since it was made are planned again, before
* the plan is reported.
*/
async function rollOut(run, approved) {
	publishVersions(run);
	const planned = await renewPlan(run, approved, await findApplied(run));
	const { plan } = planned;
	run.emit({
		type: "plan-made",
		plan
	});
	await run.checkTools(plan.required ? "files" : "nothing");
	const rollout = openRollout(run);
	await connectAll(run, hostsOf$1(plan));
	const { failures, failedJobs } = await reconcile(rollout, plan.reconcile);
	const jobs = await rollWaves(rollout, planned, failedJobs);
	await run.ledger.commit();
	const failed = [...jobs].flatMap(([job, { error }]) => error === void 0 ? [] : [`job ${job}: ${error}`]);
	return {
		plan,
		jobs,
		failures: [...failures, ...failed]
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
function hostsOf$1(plan) {
	const jobs = plan.waves.flatMap((wave) => wave.jobs).filter(({ required }) => required);
	return [...new Set(jobs.flatMap(touchedHosts))];
}
async function rollWaves(rollout, planned, unreconciled) {
	const { run } = rollout;
	const results = /* @__PURE__ */ new Map();
	for (const { seq, jobs } of planned.plan.waves) {
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
				planned,
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
		error: problemText({
			kind: "cancelled",
			when: "before it began"
		})
	};
	const planned = plannedJob(turn);
	const upstream = failedUpstream(turn, planned.job, /* @__PURE__ */ new Set([name]));
	if (upstream !== void 0) return {
		outcome: "blocked",
		error: problemText({
			kind: "upstream",
			job: upstream
		})
	};
	try {
		return await rollJob(rollout, planned);
	} catch (thrown) {
		if (thrown instanceof Failure) throw thrown;
		return {
			outcome: "failed",
			error: messageOf(thrown)
		};
	}
}
function plannedJob({ planned, name }) {
	const job = planned.jobs.get(name);
	if (!job) throw new Error(`job ${name} is in a wave of the plan and has no plan`);
	return job;
}
/**
* Returns the failed job that this job demands, directly or through other jobs, even those that take no part in this
* run.
*/
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
/** Reports a deploy to the channels of `notify`, from its start to its end, whether it succeeds or not. */
/**
* How long the end of a run waits for messages that are being sent; GitHub gives a cancelled run only a few seconds.
*/
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
/** Runs `deploy` and sends notifications about it. Returns its result, or throws its failure, unchanged. */
async function withNews(input, deploy) {
	const { request, face } = input;
	if (request.notify.length === 0) return deploy(SILENT);
	const bucketDir = await locateBucket(input).catch(() => face.workingDirectory);
	const subject = subjectOf(request, face, bucketDir);
	const notifier = await open$1(input, bucketDir).catch((thrown) => {
		warn(face, `Notification error: ${messageOf(thrown)}; nothing is sent`);
	});
	if (!notifier) return deploy(SILENT);
	const { signal } = face;
	const mask = (text) => face.masker.mask(text);
	try {
		const result = await deploy({
			started: (jobs) => notifier.send(startedNotice(subject, jobs)),
			hookFinished: (record) => notifier.send(hookNotice(maskFreeText(record, SHELL_HOOK_WORDING, mask)))
		});
		notifier.send(endNotice(subject, result.exitCode, result.show(mask).text));
		return result;
	} catch (thrown) {
		const why = whyItEnded(signal.aborted ? signal.reason : thrown);
		notifier.send(failedNotice(subject, mask(why)));
		throw thrown;
	} finally {
		await notifier.close({
			...CLOSE_LIMITS,
			signal
		});
	}
}
function endNotice(subject, exitCode, text) {
	return exitCode === 0 ? succeededNotice(subject, text) : failedNotice(subject, reasonIn("deploy", text));
}
/** Opens the notifier. It is loaded only in runs that have somebody to notify. */
async function open$1({ request, face, runId }, bucketDir) {
	const { env, masker } = face;
	const secrets = request.notify.flatMap((target) => target.secrets);
	for (const secret of secrets) masker.add(secret, "a secret of notify");
	for (const name of SECRET_VARIABLES) masker.add(env[name] ?? "", `the environment variable ${name}`);
	const { openNotifier } = await import("./notifier.js");
	return openNotifier({
		targets: request.notify,
		masker,
		warn: (message) => warn(face, message),
		env,
		bucketDir,
		origin: {
			host: face.identity.host,
			user: userName(env),
			workingDirectory: face.workingDirectory,
			runId,
			runUrl: face.identity.url || void 0
		}
	});
}
function warn({ emit }, message) {
	emit({
		type: "noticed",
		level: "warning",
		message
	});
}
/** Returns what people call the deployed bucket: `octo/shop (production)`. */
function subjectOf(request, face, bucketDir) {
	const name = face.identity.repository || basename(bucketDir);
	return request.environment === "default" ? name : `${name} (${request.environment})`;
}
/** Returns the name of the user. In a container the user may have a number but no name. */
function userName({ USER, LOGNAME }) {
	try {
		return userInfo().username;
	} catch {
		return USER || LOGNAME || "unknown";
	}
}
function whyItEnded(thrown) {
	const { message, hint, diagnostics } = endingOf(thrown);
	const findings = diagnostics.slice(0, FINDINGS_SHOWN).map(formatDiagnostic);
	return [hint === void 0 ? message : `${message} (${hint})`, ...findings].join("\n");
}
// src/hooks/shell-hook.ts
const SHELL = "/bin/sh";
/** The exit code of the shell for a command that does not exist. */
const NOT_FOUND_EXIT_CODE = 127;
const TIMED_OUT_EXIT_CODE = 124;
/** Runs the hook to its end. Its errors are in the record; they are not thrown. */
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
			exitCode: end.cause === "missing" ? NOT_FOUND_EXIT_CODE : 1,
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
/**
* Runs the shell hooks of a deploy: one before the deploy, whose failure aborts it, and one after a deploy that
* succeeded.
*/
/**
* Throws a `Failure` (exit code 2) when the working directory is missing. It is checked first, because the hook itself
* would fail with a misleading message.
*/
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
/** Throws a `Failure` (exit code 1) when the hook fails. At that point nothing was changed. */
async function runBeforeDeploy(run) {
	const { before } = run.request.shellHooks;
	if (before === void 0) return;
	const { problem } = await runHook(run, {
		hook: "before-deploy",
		command: before,
		variables: {}
	});
	if (problem === void 0) return;
	throw new Failure(`before-deploy hook ${problem}`, {
		exitCode: 1,
		hint: "nothing was touched: mend what the hook found and deploy again"
	});
}
/** Runs the after-deploy hook. A failure is only a warning: what is deployed stays deployed. */
async function runAfterDeploy(run, end) {
	const { after } = run.request.shellHooks;
	if (after === void 0) return;
	const { problem } = await runHook(run, {
		hook: "after-deploy",
		command: after,
		variables: {
			DEPLOY_STATUS: end,
			DEPLOY_FAILED_JOBS: ""
		}
	});
	if (problem === void 0) return;
	run.face.emit({
		type: "noticed",
		level: "warning",
		message: `after-deploy hook ${problem}; the deploy itself succeeded and stays as it is`
	});
}
async function runHook({ request, face, workspace, runId, jobs, onRecord }, { hook, command, variables }) {
	const { bucketDir, settings } = workspace;
	face.emit({
		type: "shell-hook-started",
		hook,
		command
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
/**
* `maand deploy`: deploys the last build, or with `--build` a new one, to the workers. `--dry-run` only shows what
* would happen.
*/
async function deploy(call) {
	if (call.request.flags.dryRun) return withSelected(call, dryRun);
	const runId = randomUUID();
	return withNews({
		...call,
		runId
	}, (news) => withSelected(call, async (bucket) => {
		await checkWorkingDirectory(call.request, call.face);
		return withState(bucket, (state) => deployWith({
			...bucket,
			state,
			news,
			runId
		}));
	}));
}
/** Throws a `Failure` when the bucket lacks a selected job. */
function withSelected(call, work) {
	return withBucket(call, (bucket) => {
		selectJobs(call.request.filters.jobs, jobNames(bucket.workspace));
		return work(bucket);
	});
}
async function deployWith({ state, news, runId, ...bucket }) {
	const { request, face, workspace } = bucket;
	const report = new DeployReport(Date.now());
	face.hear((event) => report.add(event));
	const { catalog, kv } = await catalogToDeploy(bucket, state);
	const built = {
		...bucket,
		state,
		catalog
	};
	const jobs = [...selectJobs(request.filters.jobs, jobNames(workspace))];
	const onRecord = (record) => news.hookFinished(record);
	return toResult({
		built,
		report,
		runId,
		result: await withRun(built, ({ run }) => carryOut(run, {
			built,
			kv,
			news,
			shellHooks: {
				...built,
				runId,
				jobs,
				onRecord
			}
		}))
	});
}
/**
* Makes one plan, compares it with the approved one and carries it out. Before it is approved, no certificate is made
* and no script runs; before the shell hook succeeds, nothing is saved and no worker is changed.
*/
async function carryOut(run, { built, kv, news, shellHooks }) {
	const { request, face, state } = built;
	const planned = await planDeploy(run, kv);
	requireApproved(toPlanJson(maskFreeText(planned.plan, PLAN_WORDING, (text) => face.masker.mask(text)), state.label), request.planDigest);
	if (request.shellHooks.before !== void 0) await run.checkTools(planned.plan.required ? "files" : "nothing");
	if (request.flags.build) await certifyBuild({
		...built,
		face: {
			...face,
			warn: () => {}
		}
	});
	news.started(shellHooks.jobs);
	await runBeforeDeploy(shellHooks);
	if (request.flags.build) {
		await state.ledger.commit();
		await postBuild(built);
	}
	await run.stager.forgetChangedFiles();
	const result = await rollOut(run, planned);
	const end = goodEnd(result);
	if (end !== void 0) await runAfterDeploy(shellHooks, end);
	return result;
}
async function catalogToDeploy({ request, workspace, face }, state) {
	if (request.flags.build) return beginBuild(state, workspace, face);
	return {
		catalog: builtCatalog({
			state,
			workspace,
			face,
			hint: LAST_BUILD.hint
		}),
		kv: state.ledger.kv
	};
}
/** Throws a `Failure` (exit code 3) when the plan is not the one that was approved. */
function requireApproved({ digest }, approved) {
	if (approved === void 0 || digest === approved) return;
	throw stopFailure({
		code: "plan-changed",
		message: `the plan is not the approved one: it is ${digest}, approved was ${approved}`,
		hint: "something changed since the plan was made: look at the new plan and approve it"
	});
}
/** Returns how the deploy ended, or undefined when something failed. */
function goodEnd({ failures, plan, jobs }) {
	if (failures.length > 0) return void 0;
	return plan.reconcile.length === 0 && [...jobs.values()].every(({ outcome }) => outcome === "skipped") ? "skipped" : "success";
}
const LAST_BUILD = {
	catalog: "last-build",
	hint: "run maand build or pass --build"
};
/** Shows what would be built and deployed now; nothing is saved. */
function dryRun(bucket) {
	const catalog = bucket.request.flags.build ? { catalog: "build-ahead" } : LAST_BUILD;
	return withBuilt(bucket, {
		state: "plan",
		...catalog
	}, async (built) => planResult(built, await planOnly(built)));
}
/** Returns the plan; with hooks, the plan after they have run. */
async function planOnly(built) {
	const { withHooks, build } = built.request.flags;
	if (withHooks && build) await postBuild(built);
	const { plan } = await withRun(built, ({ run }) => withHooks ? planWithHooks(run) : planDeploy(run));
	return plan;
}
function planResult({ state, catalog }, plan) {
	const broken = plan.waves.flatMap(({ jobs }) => jobs).some(({ problem }) => problem !== void 0);
	return resultOf({
		exitCode: broken ? 1 : 0,
		data: {
			plan,
			state: state.label,
			hosts: hostsOf(catalog)
		},
		wording: PLANNED_WORDING,
		show: showPlan
	});
}
const PLANNED_WORDING = {
	plan: PLAN_WORDING,
	state: "name",
	hosts: "name"
};
function showPlan({ plan, state, hosts }) {
	const json = toPlanJson(plan, state);
	return {
		json,
		text: planText(plan),
		summary: planSummary(plan, json),
		outputs: {
			changed: plan.required,
			plan: json,
			"plan-digest": json.digest,
			"changed-jobs": json.waves.flatMap(({ jobs }) => jobs).filter(({ required }) => required).map(({ job }) => job),
			waves: json.waves.map(({ seq }) => seq),
			hosts
		}
	};
}
const hostsOf = ({ workers }) => workers.map(({ host }) => host);
function toResult({ built, report, runId, result }) {
	const { ledger, label } = built.state;
	const { failures, plan } = result;
	const { updateSeq, serial, bucketId } = ledger;
	const ok = failures.length === 0;
	return resultOf({
		exitCode: ok ? 0 : 1,
		data: {
			json: report.toJson({
				ok,
				updateSeq,
				serial,
				runId,
				nowMs: Date.now()
			}),
			failures,
			planned: {
				plan,
				state: label,
				hosts: hostsOf(built.catalog)
			},
			state: {
				updateSeq,
				serial,
				bucketId
			}
		},
		wording: {
			json: DEPLOY_WORDING,
			failures: "text",
			planned: PLANNED_WORDING,
			state: "name"
		},
		show: showDeploy
	});
}
function showDeploy({ json, failures, planned, state }) {
	const plan = toPlanJson(planned.plan, planned.state);
	const jobsThat = (...outcomes) => json.jobs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ job }) => job);
	return {
		json,
		text: resultText(json, failures),
		summary: deploySummary(json, failures),
		outputs: {
			changed: jobsThat("deployed").length > 0 || planned.plan.reconcile.length > 0,
			plan,
			"plan-digest": plan.digest,
			"deployed-jobs": jobsThat("deployed"),
			"failed-jobs": jobsThat("failed", "cancelled"),
			"skipped-jobs": jobsThat("skipped"),
			"blocked-jobs": jobsThat("blocked"),
			"changed-jobs": jobsThat("deployed", "failed"),
			waves: json.waves.map(({ seq }) => seq),
			hosts: planned.hosts,
			"update-seq": state.updateSeq,
			"state-serial": state.serial,
			"bucket-id": state.bucketId,
			...shellHookOutputs(json.hooks)
		}
	};
}
export { deploy };
