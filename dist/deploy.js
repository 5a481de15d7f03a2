import { t as maskFreeText } from "./free-text.js";
import { A as certifyBuild, C as jobFolder, D as inRolloutOrder, E as hasHooks, O as runHookPhase, S as bucketFolder, T as workerOf, _ as beginBuild, a as withRun, c as runScript, f as inheritedEnvironment, i as postBuild, j as clearJob, k as runJobHooks, l as ProcessOutput, r as withState, s as identityOf, w as jobOf } from "./with-state.js";
import { n as followMovedWorkers, r as builtCatalog, t as withBuilt } from "./with-built.js";
import { i as SHELL_HOOK_WORDING, r as PLAN_WORDING } from "./event-wording.js";
import { n as refusalText } from "./refusal-text.js";
import { i as countPlan, l as endingOf, n as planText, u as DeployReport } from "./plan-text.js";
import { i as shellHookOutputs, n as isReconciled, t as DEPLOY_WORDING } from "./deploy-json.js";
import { i as resultText, n as planSummary, r as reasonIn, t as deploySummary } from "./markdown.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { a as deliveryProblem, d as problemsText, i as connectionProblem, s as unansweredProblem, u as problemText } from "./worker-facts.js";
import { n as mapLimit } from "./concurrency.js";
import { t as JOB_OWNED } from "./tree.js";
import { a as stageProblems, i as stageJob, n as needsHook, o as treeOf, r as planStaged, t as isCurrent } from "./stage-job.js";
import { i as shellQuote, t as workerProgram } from "./program.js";
import { i as timeoutSignal, t as anySignal } from "./abort.js";
import { i as runTarget, n as notesFolder, r as runOnWorker } from "./lifecycle.js";
import { U as resultOf, Y as jobNamespace, q as allocationNamespace } from "./state-key.js";
import { t as NEVER_RAN } from "./plan-job.js";
import { r as resolveRolloutOrder } from "./terminal-text.js";
import { t as compareText } from "./order.js";
import { a as assemblePlan, i as arrangeWaves, n as requireNotRefused, o as planReconcile, t as guardPlan } from "./guarded-plan.js";
import { t as knownAllocation } from "./known-allocation.js";
import { n as stageOf, t as mayRun } from "./allocation-stage.js";
import { t as jobOn } from "./belief.js";
import { a as placeText, n as believe, o as stepFault, r as elsewhereText } from "./beliefs.js";
import { c as stopFailure } from "./keys.js";
import { n as waitHealthy, t as lookAt } from "./gate.js";
import { r as fileDigests } from "./digest.js";
import { t as removalProgram } from "./remove-folders.js";
import { a as withBucket, c as locateBucket, s as jobNames, u as selectJobs } from "./ledger.js";
import { t as formatDiagnostic } from "./diagnostic.js";
import { i as hookNotice, n as failedNotice, o as startedNotice, s as succeededNotice } from "./notice.js";
import { t as askGit } from "./git2.js";
import { userInfo } from "node:os";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
// src/plan/plan-json.ts
/**
* Converts the plan to the JSON that `plan --json` prints (docs/inputs.md "plan"), and computes its digest. Equal
* inputs give equal bytes.
*/
/**
* Converts the plan. `recorded` is the plan that is made from the state alone, without the answers of workers. The
* digest covers `recorded`, because each run asks the workers again and the answers may differ.
*/
function toPlanJson(plan, state, recorded = plan) {
	const { required, notLooked, refused } = plan;
	return {
		required,
		state,
		digest: digestOf(recorded),
		looked: notLooked !== void 0,
		not_looked: notLooked ?? [],
		...countPlan(plan),
		refused: refused === void 0 ? null : refusalJson(refused),
		...partsOf(plan)
	};
}
function digestOf(plan) {
	const { reconcile, waves } = partsOf(plan);
	return `sha256:${createHash("sha256").update(JSON.stringify({
		waves,
		reconcile
	})).digest("hex")}`;
}
function partsOf({ reconcile, waves }) {
	return {
		reconcile: reconcile.map(reconcileJson),
		waves: waves.map(({ seq, jobs }) => ({
			seq,
			jobs: jobs.map(jobJson)
		}))
	};
}
function refusalJson(refused) {
	return {
		code: refused.code,
		jobs: refused.jobs.map(({ job }) => job),
		message: refusalText(refused)
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
// src/rollout/readiness.ts
/** Checks before a delivery whether workers can be reached and have the programs that a deploy needs. */
/** Programs that a deploy needs on a worker besides `sh` and rsync. */
const WORKER_TOOLS = ["make"];
const MISSING = 64;
const TIMEOUT_MS$3 = 3e4;
/**
* Connects to workers, once per run and worker. When a worker cannot be reached, its jobs fail before anything is sent
* to the worker. The delivery itself detects missing programs, which saves a round trip. Only when a worker has a
* problem, the other workers are asked for their programs, so that the report is complete.
*/
async function checkReadiness(run, hosts) {
	const unreachable = await connectAll(run, hosts);
	if (unreachable.size === 0) return unreachable;
	return problemsByHost(hosts, await mapLimit(hosts, run.settings.parallelWorkers, async (host) => {
		return unreachable.get(host) ?? askForTools(run, host);
	}));
}
/** Opens all connections at the same time. Later uses of a worker find its connection open, or get the same problem. */
async function connectAll(run, hosts) {
	const { settings, workers, signal } = run;
	return problemsByHost(hosts, await mapLimit(hosts, settings.parallelWorkers, async (host) => {
		const outcome = await workers.connect(workerOf(run, host), signal);
		return outcome.kind === "failed" ? connectionProblem(outcome.problem) : void 0;
	}));
}
/** Returns host → problem, for the hosts that have a problem. */
function problemsByHost(hosts, problems) {
	const found = hosts.map((host, at) => [host, problems[at]]);
	return new Map(found.filter((entry) => entry[1] !== void 0));
}
async function askForTools(run, host) {
	const command = {
		label: "prerequisites",
		script: workerProgram("missing-tools", { words: [...WORKER_TOOLS, "rsync"] }),
		timeoutMs: TIMEOUT_MS$3
	};
	const outcome = await run.workers.look(workerOf(run, host), command, run.signal);
	if (outcome.kind !== "exited") return unansweredProblem(host, TIMEOUT_MS$3, outcome);
	const { exitCode, stdout, stderr } = outcome;
	if (exitCode === 0) return void 0;
	if (exitCode === MISSING) return {
		kind: "missing-tools",
		worker: host,
		tools: stdout.trim().split(/\s+/)
	};
	return {
		kind: "exit",
		worker: host,
		what: "the prerequisites check",
		exitCode,
		said: stderr.trim()
	};
}
// src/rollout/deliver.ts
/** Delivers staged trees to workers. */
const TIMEOUT_MS$2 = 18e5;
/**
* Sends trees to workers. The first delivery of a run to a worker also sends `worker.json`, `jobs.json` and `bin/`.
* Nothing else in the folder of the bucket is changed.
*/
var Deliverer = class {
	#run;
	#greeted = /* @__PURE__ */ new Set();
	constructor(run) {
		this.#run = run;
	}
	/** Sends the job's tree for each host to that host, to all hosts at the same time. */
	async job(job, staged, hosts) {
		return this.#each(hosts, job.name, async (host) => [await this.#run.staging.tree(job.name, treeOf(staged, host))]);
	}
	/** Sends only `worker.json`, `jobs.json` and `bin/`, to the hosts that did not get these files in this run. */
	async workerFiles(hosts, job) {
		return this.#each(hosts.filter((host) => !this.#greeted.has(host)), job, async () => []);
	}
	async #each(hosts, job, sourcesFor) {
		return problemsByHost(hosts, await mapLimit(hosts, this.#run.settings.parallelWorkers, async (host) => {
			const sources = [...await this.#ownFiles(host), ...await sourcesFor(host)];
			return this.#send(host, job, sources);
		}));
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
			timeoutMs: TIMEOUT_MS$2
		};
		const outcome = await workers.deliver(worker, delivery, signal);
		const problem = deliveryProblem(host, TIMEOUT_MS$2, outcome);
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
			identity: identityOf(this.#run, worker, ledger.updateSeq),
			jobs: here.map(({ job, disabled }) => ({
				job,
				disabled: disabled ? 1 : 0
			}))
		});
	}
};
// src/rollout/dial-stops.ts
/**
* Connects to the workers on which a deploy stops something, all at the same time, before the first stop. A worker that
* left the bucket may be gone for good, so the deploy waits for it only briefly.
*/
const STOP_LIMITS = { leftWorkerMs: 5e3 };
/**
* Returns host → why this worker cannot be asked to stop anything. A worker that left and did not answer the look is not
* waited for again.
*/
async function dialStops(run, { reconcile: steps, notLooked = [] }, limits) {
	const asked = new Map(steps.flatMap((step) => step.action === "forget" ? [] : [[step.host, step]]));
	const problems = await mapLimit([...asked.values()], run.settings.parallelWorkers, (step) => dial(run, step, {
		limits,
		isSilent: notLooked.includes(step.host)
	}));
	return problemsByHost([...asked.keys()], problems);
}
async function dial(run, step, { limits: { leftWorkerMs }, isSilent }) {
	const { host, workerLeft } = step;
	const limit = workerLeft ? timeoutSignal(isSilent ? 0 : leftWorkerMs) : void 0;
	const signal = limit === void 0 ? run.signal : anySignal(run.signal, limit);
	const outcome = await run.workers.connect(workerOfStep(run, step), signal);
	if (outcome.kind === "connected") return void 0;
	return limit?.aborted === true && !run.signal.aborted && outcome.problem.kind === "cancelled" ? {
		kind: "silent",
		worker: host,
		limitMs: leftWorkerMs
	} : connectionProblem(outcome.problem);
}
/** Returns the worker of a step. A worker that left the bucket has its last known address. */
function workerOfStep(run, { allocationId, host }) {
	return run.catalog.removed.find(({ id }) => id === allocationId)?.worker ?? workerOf(run, host);
}
// src/rollout/job/find-applied.ts
/**
* Finds the lifecycle commands that an earlier run completed before it was killed. The state does not record these
* commands, but the workers do. They therefore do not run twice.
*/
const TIMEOUT_MS$1 = 3e4;
/**
* Records in the state the lifecycle commands that succeeded in an earlier run. Returns the jobs of these commands.
* When a worker gives no answer, its commands run again.
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
		timeoutMs: TIMEOUT_MS$1
	};
	const outcome = await run.workers.look(worker, command, run.signal);
	if (outcome.kind !== "exited") return void 0;
	const [hash, version] = outcome.stdout.trim().split(" ");
	return hash !== void 0 && hash !== "" && version !== void 0 ? {
		hash,
		version
	} : void 0;
}
// src/sight/strangers.ts
/**
* Returns every bucket on the workers that forbids the first deploy. Buckets with unrelated names may share a worker.
*/
function findStrangers(seen, newcomer) {
	return seen.flatMap((facts) => strangersOn(facts, newcomer));
}
function strangersOn({ host, states, buckets }, { name, bucketId, jobs }) {
	const marked = states.filter((state) => state.bucketId !== bucketId && buckets.has(state.bucketId));
	const signed = [...buckets].flatMap(([id, { identity }]) => {
		const writer = typeof identity === "object" ? identity.writer : void 0;
		return writer === void 0 || id === bucketId ? [] : [{
			bucketId: id,
			name: writer.name
		}];
	});
	const named = new Map([...marked, ...signed].map((one) => [one.bucketId, one.name]));
	const unnamed = [...buckets].filter(([id, bucket]) => id !== bucketId && !named.has(id) && sharesJob(bucket, jobs));
	return [...[...named].flatMap(([id, other]) => {
		if (other === name) return [{
			kind: "lost",
			host,
			bucketId: id
		}];
		return bucketOf(other) === bucketOf(name) ? [{
			kind: "other-name",
			host,
			bucketId: id,
			name: other
		}] : [];
	}), ...unnamed.map(([id]) => ({
		kind: "lost",
		host,
		bucketId: id
	}))];
}
function sharesJob({ jobs: found }, jobs) {
	return [...found.keys()].some((job) => jobs.has(job));
}
/** Returns the name of a state without its environment. */
function bucketOf(name) {
	return name.slice(0, name.lastIndexOf("/"));
}
// src/rollout/look/refuse.ts
/** Throws the stops of a look: the workers belong to another state, or to another environment of this bucket. */
/** Throws when more than half of the workers that answered were written last by another state. */
function refuseElsewhere({ origin }, believed) {
	const elsewhere = believed.filter(({ belief }) => belief.kind === "elsewhere");
	if (elsewhere.length * 2 <= believed.length) return;
	const sides = elsewhere.map(({ facts, belief }) => `worker ${facts.host}: ${elsewhereText(belief)}`);
	const others = elsewhere.some(({ belief }) => belief.kind === "elsewhere" && belief.writer?.kind === otherKind(origin.kind));
	throw stopFailure({
		code: "state-elsewhere",
		message: `another state than this one (${placeText(origin.kind)}, serial ${origin.serial}) wrote last on ${elsewhere.length} of ${believed.length} workers:\n${sides.join("\n")}`,
		hint: others ? `use the state that wrote last: state = "${otherKind(origin.kind)}" in maand.conf, or --state; or take its work over: maand state adopt` : "this copy of the state is older than what is deployed: bring the newer one back, or accept the older one with: maand state recover --accept-rollback --reason TEXT"
	});
}
function otherKind(kind) {
	return kind === "file" ? "workers" : "file";
}
/** Throws when this state has never deployed, and a worker has what a first deploy must not touch. */
function refuseFirstDeploy({ origin, catalog, ledger }, seen) {
	const jobs = new Set(catalog.jobs.map(({ name }) => name));
	const strangers = findStrangers(seen, {
		name: origin.name,
		bucketId: ledger.bucketId,
		jobs
	});
	const foreign = strangers.find((one) => one.kind === "other-name");
	if (foreign) throw foreignWorker(origin.name, foreign);
	if (strangers.length === 0) return;
	const where = strangers.map(({ host, bucketId }) => `${host} (bucket ${bucketId})`).join(", ");
	throw stopFailure({
		code: "state-lost",
		message: `this state ("${origin.name}") has never deployed, but a bucket with its name or its jobs is deployed on ${where}`,
		hint: "if the state of that bucket is elsewhere, use it; to take it over: maand state adopt; to begin beside it, set another worker_root in maand.conf"
	});
}
function foreignWorker(name, { host, bucketId, name: other }) {
	return stopFailure({
		code: "state-other-name",
		message: `worker ${host} belongs to "${other}" (bucket ${bucketId}), and is listed for "${name}"`,
		hint: `take ${host} out of the workers of "${name}", or out of those of "${other}" and deploy that first`
	});
}
// src/rollout/look/look-ahead.ts
/**
* Looks at the workers of a command before it changes anything, and decides what of the state is still true there. A
* look reads; it writes nothing.
*/
const NOT_LOOKED = {
	found: /* @__PURE__ */ new Map(),
	problems: /* @__PURE__ */ new Map(),
	silent: /* @__PURE__ */ new Map()
};
/**
* Looks at the workers. Throws a `StopFailure` (exit code 3) when another state wrote last on most of them, or when
* this state has never deployed and something of another one is there.
*/
async function lookAhead(run, signal = run.signal) {
	const sights = await askWorkers(run, signal);
	const seen = [...sights.values()].flatMap((sight) => sight.kind === "seen" ? [sight.facts] : []);
	if (run.origin.updateSeq === 0) refuseFirstDeploy(run, seen);
	const beliefs = believe(run, sights);
	refuseElsewhere(run, [...beliefs.values()]);
	const jobs = run.catalog.jobs.filter(({ name }) => run.jobs.has(name));
	return {
		found: new Map(jobs.flatMap((job) => foundIn(run, job, beliefs))),
		problems: new Map(jobs.flatMap((job) => problemIn(run, job, beliefs))),
		silent: silentIn(sights)
	};
}
/** Asks all workers at the same time. A worker that left the bucket is waited for only briefly. */
async function askWorkers(run, signal) {
	const listed = new Set(run.catalog.workers.map(({ host }) => host));
	const workers = workersToAsk(run);
	const left = workers.filter(({ host }) => !listed.has(host));
	const here = workers.filter(({ host }) => listed.has(host));
	const limit = anySignal(signal, timeoutSignal(STOP_LIMITS.leftWorkerMs));
	const sights = await Promise.all([run.look(here, signal), left.length === 0 ? [] : run.look(left, limit)]);
	return new Map(sights.flatMap((some) => [...some]));
}
function silentIn(sights) {
	return new Map([...sights.values()].flatMap((sight) => sight.kind === "silent" ? [[sight.host, sight.reason]] : []));
}
/**
* Returns the workers of the selected jobs: those that hold or should hold an allocation, or held one that is to be
* stopped. The first deploy of a state asks all workers.
*/
function workersToAsk({ catalog, jobs, origin }) {
	if (origin.updateSeq === 0) return [...catalog.workers];
	const hosts = new Set(catalog.jobs.flatMap(({ name, allocations }) => jobs.has(name) ? allocations.map(({ host }) => host) : []));
	const listed = catalog.workers.filter(({ host }) => hosts.has(host));
	const removed = new Map(catalog.removed.map(({ host, worker }) => [host, worker]));
	return [...listed, ...[...removed].flatMap(([host, worker]) => hosts.has(host) ? [] : [worker])];
}
/** Returns what is wrong with the allocations of a job that should run and that the state believes to be deployed. */
function foundIn(run, { allocations }, beliefs) {
	return allocations.flatMap((allocation) => {
		const believed = beliefs.get(allocation.host);
		if (!believed || !shouldBeThere(run, allocation)) return [];
		const reason = reasonFor(believed, sightOf(run, believed.facts, allocation));
		return reason === void 0 ? [] : [[allocation.id, reason]];
	});
}
function reasonFor({ belief }, sight) {
	if (sight === "missing") return "missing";
	switch (belief.kind) {
		case "restored":
		case "nothing": return "behind";
		case "unsigned": return "unsigned";
		case "other-worker": return belief.standing === "former" ? "behind" : void 0;
		case "ours":
		case "elsewhere": return;
	}
}
function shouldBeThere(run, { id, disabled }) {
	const known = knownAllocation(run, id);
	return !disabled && mayRun(stageOf(known)) && (known?.applied ?? known?.promoted) !== void 0;
}
function sightOf({ catalog }, facts, { job }) {
	return jobOn(facts, catalog.bucketId, job);
}
/** Returns why the job must not be touched: a worker that is not ours, a link that leads nowhere, or no folder at all. */
function problemIn(run, job, beliefs) {
	const active = job.allocations.filter(({ disabled }) => !disabled);
	const problems = active.flatMap((allocation) => {
		const believed = beliefs.get(allocation.host);
		return believed ? workerProblem(run, allocation, believed) : [];
	});
	if (problems.length > 0) return [[job.name, {
		kind: "several",
		problems
	}]];
	const deployed = active.filter((allocation) => shouldBeThere(run, allocation));
	const missing = deployed.filter((allocation) => {
		const believed = beliefs.get(allocation.host);
		return believed !== void 0 && sightOf(run, believed.facts, allocation) === "missing";
	});
	return missing.length >= 2 && missing.length === deployed.length && !run.options.force ? [[job.name, {
		kind: "job-missing",
		workers: missing.map(({ host }) => host)
	}]] : [];
}
function workerProblem(run, allocation, { facts, belief }) {
	const { host: worker } = allocation;
	const fault = stepFault(run, belief);
	if (fault !== void 0) return [{
		kind: "out-of-step",
		worker,
		fault,
		remedy: "maand deploy"
	}];
	const sight = sightOf(run, facts, allocation);
	if (typeof sight === "string") return [];
	const { root } = workerOf(run, worker);
	return [{
		kind: "cut-off",
		worker,
		path: sight.dangling === "" ? root : `${root}/${sight.dangling}`
	}];
}
// src/rollout/planned.ts
/**
* The plan of a deploy, together with the trees on which it is based. The plan is made once; the same value is shown,
* approved and carried out. Only jobs whose trees have become outdated are staged and planned again.
*/
const JOBS_AT_ONCE = 8;
const NONE = /* @__PURE__ */ new Set();
/**
* Plans a deploy. It runs no hooks, saves nothing and contacts no worker. A job with broken templates has a `problem`.
* `kv` is the store that templates read; the default is the store of the run.
*/
async function planDeploy(run, kv = run.ledger.kv) {
	const jobs = await mapLimit(selectedJobs(run), JOBS_AT_ONCE, async (job) => planAhead(run, {
		job,
		staged: await stageJob(run, job, kv),
		looked: NOT_LOOKED
	}));
	const plan = assemble(run, jobs);
	return {
		plan,
		recorded: plan,
		looked: NOT_LOOKED,
		jobs: byNameOf(jobs)
	};
}
/** Looks at the workers and plans again what is different there from what the state says. */
async function addLook(run, planned, signal) {
	const looked = await lookAhead(run, signal);
	const jobs = [...planned.jobs.values()].map(({ job, staged }) => planAhead(run, {
		job,
		staged,
		looked
	}));
	const notLooked = [...looked.silent.keys()].sort(compareText);
	return {
		...planned,
		looked,
		plan: {
			...assemble(run, jobs),
			notLooked
		},
		jobs: byNameOf(jobs)
	};
}
/** Plans a deploy after running the `pre_deploy` hooks for real, job after job in the order of the waves. */
async function planWithHooks(run, { recorded, looked, plan: before }) {
	publishVersions(run);
	const jobs = [];
	for (const job of selectedJobs(run)) jobs.push(await planAfterHooks(run, job, looked));
	const { notLooked } = before;
	return {
		plan: {
			...assemble(run, jobs),
			...notLooked === void 0 ? {} : { notLooked }
		},
		recorded,
		looked,
		jobs: byNameOf(jobs)
	};
}
/**
* Returns the plan, unchanged for jobs without changes. When a hook wrote keys or files that a job uses, the job is
* staged and planned again. Jobs in `found` are planned again without staging.
*/
async function renewPlan(run, planned, found) {
	const before = [...planned.jobs.values()];
	const jobs = await mapLimit(before, JOBS_AT_ONCE, async (one) => {
		const { job, staged, looked } = one;
		if (!isCurrent(run, job, staged)) return planAhead(run, {
			job,
			looked,
			staged: await stageJob(run, job)
		});
		return found.has(job.name) ? planAhead(run, one) : one;
	});
	if (jobs.every((job, at) => job === before[at])) return planned;
	const byName = byNameOf(jobs);
	const { reconcile, waves } = planned.plan;
	const renewed = waves.map((wave) => ({
		...wave,
		jobs: wave.jobs.map((one) => byName.get(one.job)?.plan ?? one)
	}));
	return {
		...planned,
		plan: {
			...planned.plan,
			...assemblePlan(reconcile, renewed)
		},
		jobs: byName
	};
}
/**
* Renews the plan of one job just before the job runs. Current trees are kept. The steps follow the current records.
*/
async function renewJob(run, { job, staged, looked }, unhealthy = NONE) {
	const current = isCurrent(run, job, staged) ? staged : await stageJob(run, job);
	return {
		job,
		staged: current,
		looked,
		plan: planStaged(run, {
			job,
			staged: current,
			unhealthy,
			looked
		})
	};
}
/** Publishes the version that each allocation is about to get. Hooks read it as `version`. */
function publishVersions(run) {
	for (const { name, allocations } of selectedJobs(run)) for (const { host, newVersion } of allocations) run.ledger.kv.put(allocationNamespace(name, host), "version", newVersion);
}
function selectedJobs(run) {
	return run.catalog.waves.flat().flatMap((name) => run.jobs.has(name) ? [jobOf(run, name)] : []);
}
function byNameOf(jobs) {
	return new Map(jobs.map((one) => [one.job.name, one]));
}
function assemble(run, jobs) {
	const plans = new Map(jobs.map(({ plan }) => [plan.job, plan]));
	const steps = planReconcile(run.catalog, (id) => knownAllocation(run, id));
	return assemblePlan(steps, arrangeWaves(run.catalog, run.jobs, plans));
}
function planAhead(run, { job, staged, looked }) {
	const problems = stageProblems(staged);
	const messages = job.entry.hooks.length > 0 && needsHook(problems) ? [] : problems.map(({ message }) => message);
	const refused = looked.problems.get(job.name);
	const all = refused === void 0 ? messages : [problemText(refused), ...messages];
	return {
		job,
		staged,
		looked,
		plan: withProblems(planStaged(run, {
			job,
			staged,
			unhealthy: NONE,
			looked
		}), all)
	};
}
/**
* Plans a job after its hooks. Problems of templates are now errors, because the hooks that could solve them have run.
*/
async function planAfterHooks(run, job, looked) {
	const failure = await runJobHooks(run, job, { event: "pre_deploy" });
	const staged = await stageJob(run, job);
	const problems = stageProblems(staged).map(({ message }) => message);
	const all = failure === void 0 ? problems : [problemText(failure), ...problems];
	return {
		job,
		staged,
		looked,
		plan: withProblems(planStaged(run, {
			job,
			staged,
			unhealthy: NONE,
			looked
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
/** Records the tree that is about to be sent to the worker. The record stays when the delivery fails. */
function recordDelivered(run, step, tree) {
	run.ledger.keepTree(tree.hash, fileDigests(tree));
	run.ledger.record({
		...recordOf(run, step),
		delivered: tree.hash
	});
}
/** Records that the lifecycle command ran with this tree. The allocation is promoted when it is healthy. */
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
/** Counts a restart that has no other reason than failed health. Returns the number of such restarts in a row. */
function countUnwellRestart(run, step) {
	const record = recordOf(run, step);
	const unwellRestarts = (record.unwellRestarts ?? 0) + 1;
	run.ledger.record({
		...record,
		unwellRestarts
	});
	return unwellRestarts;
}
/** Removes the record that the lifecycle command ran, so that the command runs again. */
function forgetApplied(run, step) {
	const { applied: _applied, ...rest } = recordOf(run, step);
	run.ledger.record({
		...rest,
		repeat: true
	});
}
/** Records the deployed tree: the applied tree, or the staged tree when the allocation has no lifecycle command. */
function promote(run, step, tree) {
	const record = recordOf(run, step);
	const { applied: _applied, repeat: _repeated, unwellRestarts: _counted, ...rest } = record;
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
* Runs the hooks. Returns the problem, or `undefined` after success. When a hook fails, no allocation counts as rolled
* out, because the progress of the script is unknown.
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
* a script that failed half-way gets the same lists again, and those whose folder is gone.
*/
function divide(run, job, steps) {
	const missing = new Set(steps.filter(({ reason }) => reason === "missing").map(({ allocationId }) => allocationId));
	const isNew = (id) => missing.has(id) || run.ledger.allocation(id)?.promoted === void 0;
	const ids = new Set(steps.map(({ allocationId }) => allocationId));
	const ordered = inRolloutOrder(run, job, job.allocations.filter(({ id }) => ids.has(id)));
	const hosts = (wanted) => wanted.map(({ host }) => host).join(",");
	return {
		NEW_ALLOCATIONS: hosts(ordered.filter(({ id }) => isNew(id))),
		UPDATED_ALLOCATIONS: hosts(ordered.filter(({ id }) => !isNew(id)))
	};
}
// src/rollout/job/roll-group.ts
/**
* Rolls the group. Returns `undefined` after success. Returns the problem after a failure, and then no further batch
* begins.
*/
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
/** Rolls all workers of the batch at the same time. The batch is judged when all workers have finished. */
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
/** Runs the hooks that follow a start. When a hook fails, the batch is not done, and the next run rolls it again. */
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
/** Checks health. Promotes every healthy allocation, even when other allocations fail the gate. */
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
	const { job, looked } = before;
	const refused = looked.problems.get(job.name);
	if (refused !== void 0) return failed$1(run, refused);
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
	const unwell = confirmed.plan.steps.filter(({ reason }) => reason === "unhealthy");
	if (unwell.length > 0 && !run.options.named.has(job.name)) return failed$1(run, {
		kind: "still-unhealthy",
		job: job.name,
		workers: unwell.map(({ host }) => host)
	});
	for (const step of unwell) tellUnwellRestart(run, job, step);
	if (!confirmed.plan.steps.some(({ action }) => DELIVERED.has(action)) || !await rollout.raiseUpdateSeq()) return carryOut$1(rollout, confirmed);
	return carryOut$1(rollout, await renewJob(run, confirmed, unhealthyIn(confirmed.plan)));
}
/** Says how often the allocation was restarted without another reason, so that nobody takes the restart for a cure. */
function tellUnwellRestart(run, { name }, step) {
	const count = countUnwellRestart(run, step);
	const times = count === 1 ? "for the first time" : `for the ${count}. time in a row`;
	const message = `job "${name}" on ${step.host} is unhealthy since an earlier deploy: it is restarted ${times}, and nothing else has changed`;
	run.emit({
		type: "noticed",
		level: "warning",
		message
	});
}
/**
* Emits a notice when the rollout order that someone wrote cannot be used unchanged. This is not an error, but the
* author expects an effect.
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
* Checks the allocations that an earlier run applied but did not confirm as healthy. Healthy allocations are promoted.
* The others are rolled again.
*/
async function confirmApplied({ run }, planned) {
	const { job, plan, staged, looked } = planned;
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
			looked,
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
* Returns the hosts that ran and were healthy before the roll. These hosts must stay healthy. Unhealthy hosts are left
* out, so that they do not block their own fix.
*/
async function healthyBefore(run, { job, plan }) {
	const isNew = new Set(plan.steps.filter(({ reason }) => NEVER_RAN.has(reason)).map(({ host }) => host));
	const running = job.allocations.filter(({ host, disabled }) => !disabled && !isNew.has(host));
	const problems = await lookAt(run, job, running);
	return new Set(running.map(({ host }) => host).filter((host) => !problems.has(host)));
}
/** Promotes allocations that need no lifecycle command, then runs `post_deploy`. */
async function finish(run, { job, plan, staged }) {
	for (const step of plan.steps) if (step.action === "sync" || step.action === "promote" && (step.reason !== "applied" || run.options.syncOnly)) promote(run, step, treeOf(staged, step.host));
	await run.ledger.commit();
	const failure = await runJobHooks(run, job, { event: "post_deploy" });
	if (failure === void 0) run.ledger.markPostDeploy(job.name, "done");
	return failure;
}
/**
* Returns the problem of allocations that are still running although they should be stopped. Reconcile has already
* tried and failed to stop them.
*/
function stillRunning({ plan }) {
	const workers = plan.steps.filter(({ action }) => action === "stop" || action === "stop+promote").map(({ host }) => host);
	return workers.length === 0 ? void 0 : {
		kind: "still-running",
		workers
	};
}
// src/rollout/look/tell-apart.ts
/**
* Tells workers apart before they are changed: two addresses that lead to one root folder would be two deliveries into
* one folder, and two `make start` at once.
*/
const TIMEOUT_MS = 3e4;
/**
* Gives each of these workers an id when it has none. Throws a `StopFailure` (exit code 3) when two listed addresses
* show the same id. A worker that does not answer is left to the step that uses it.
*/
async function tellApart(run, hosts) {
	const wanted = new Set(hosts);
	const workers = run.catalog.workers.filter(({ host }) => wanted.has(host));
	const sights = await run.look(workers, run.signal);
	refuseTwins((await mapLimit(workers, run.settings.parallelWorkers, async (worker) => {
		const sight = sights.get(worker.host);
		if (sight?.kind !== "seen") return void 0;
		const { workerId, bootId } = sight.facts;
		const id = workerId ?? await giveId(run, worker);
		return id === void 0 ? void 0 : {
			worker,
			id,
			bootId
		};
	})).flatMap((one) => one ?? []));
}
async function giveId(run, worker) {
	const variables = {
		root: worker.root,
		id: randomBytes(16).toString("hex")
	};
	const command = {
		label: "worker id",
		script: workerProgram("sight/name", { variables }),
		timeoutMs: TIMEOUT_MS
	};
	const outcome = await run.workers.change(worker, command, run.signal);
	return outcome.kind === "exited" && outcome.exitCode === 0 ? outcome.stdout.trim() : void 0;
}
function refuseTwins(named) {
	const byId = /* @__PURE__ */ new Map();
	for (const one of named) byId.set(one.id, [...byId.get(one.id) ?? [], one]);
	const twins = [...byId.values()].filter(({ length }) => length > 1);
	if (twins.length === 0) return;
	throw stopFailure({
		code: "worker-twice",
		message: twins.map(twinsText).join("\n"),
		hint: "nothing was changed on them; list each worker under one address"
	});
}
function twinsText(group) {
	const hosts = group.map(({ worker }) => worker.host).join(" and ");
	const [first] = group;
	const file = `${first?.worker.root}/.maand/worker-id`;
	return new Set(group.map(({ bootId }) => bootId)).size > 1 ? `${hosts} have the same worker id, and they are different machines: one is a clone of the other. On the clone: rm ${file}` : `${hosts} are two addresses of one worker: both lead to ${first?.worker.root} on the same machine`;
}
// src/rollout/reconcile.ts
/** Carries out the steps of a plan, in their order. `unreachable` is the result of `dialStops` for these steps. */
async function reconcile(rollout, steps, unreachable) {
	const { run } = rollout;
	if (steps.some(({ action, host }) => action !== "forget" && !unreachable.has(host))) await rollout.raiseUpdateSeq();
	const ended = [];
	for (const step of steps) {
		const end = await reconcileOne(rollout, step, unreachable.get(step.host));
		ended.push({
			step,
			end
		});
		report(run, step, end);
		await run.ledger.commit();
	}
	noticeLeftWorkers(run, ended);
	await removeEmptyBuckets(run, steps, unreachable);
	purgeGoneJobs(run, ended);
	const failed = ended.filter(({ step, end }) => "problem" in end && severityOf(step, end) === "error");
	const failures = [...failed.flatMap(({ step, end }) => "problem" in end ? `job ${step.job}: ${problemText(end.problem)}` : []), ...await checkSurvivors(run, ended)];
	await run.ledger.commit();
	return {
		failures,
		failedJobs: new Set(failed.map(({ step }) => step.job))
	};
}
function report({ emit }, step, end) {
	const { job, host: worker, action } = step;
	if ("problem" in end) {
		const { outcome, problem } = end;
		emit({
			type: "reconcile-failed",
			job,
			worker,
			action,
			outcome,
			severity: severityOf(step, end),
			error: problemText(problem)
		});
	} else emit({
		type: "reconciled",
		job,
		worker,
		action,
		outcome: end.outcome
	});
}
/** A worker that left may be switched off for good, so a run does not fail because it could not be asked. */
function severityOf({ workerLeft }, { outcome }) {
	return workerLeft && outcome === "given-up" ? "warning" : "error";
}
/** Tells once for each worker that left what may still run there, and why it could not be stopped. */
function noticeLeftWorkers({ emit }, ended) {
	const givenUp = ended.flatMap(({ step, end }) => "problem" in end && severityOf(step, end) === "warning" ? [{
		...step,
		problem: end.problem
	}] : []);
	for (const host of new Set(givenUp.map((step) => step.host))) {
		const here = givenUp.filter((step) => step.host === host);
		const [first] = here;
		if (first === void 0) continue;
		emit({
			type: "noticed",
			level: "warning",
			message: `${host} is no longer in workers.json and could not be asked to stop ${here.map(({ job }) => job).join(", ")}, which may still run there: ${problemText(first.problem)}; every deploy tries again, and maand gc --forget ${host} drops it`
		});
	}
}
async function reconcileOne(rollout, step, unreachable) {
	const { run } = rollout;
	if (run.signal.aborted) return {
		outcome: "cancelled",
		problem: { kind: "cancelled" }
	};
	if (step.action === "forget") {
		run.ledger.forget(step.allocationId);
		return { outcome: "forgotten" };
	}
	if (unreachable !== void 0) return {
		outcome: "given-up",
		problem: unreachable
	};
	const problem = await stopOn(rollout, step, workerOfStep(run, step));
	if (problem !== void 0) return {
		outcome: failureOf(run, problem),
		problem
	};
	if (step.action === "stop+remove" && !step.workerLeft) keepForGc(run, step);
	else if (step.action !== "stop") run.ledger.forget(step.allocationId);
	return { outcome: "stopped" };
}
/** A command whose connection was lost may have ended or not: nobody has seen it. */
function failureOf({ signal }, problem) {
	if (signal.aborted) return "cancelled";
	if (problem.kind !== "connection") return "failed";
	return problem.cause === "lost" ? "unknown" : "given-up";
}
/**
* Keeps the record until `gc`, because data of the job is still on the worker. The record shows that the allocation is
* stopped.
*/
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
/** Stops the allocation and runs its hooks. Removes the files of a removed allocation, except data and logs. */
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
	if (step.workerLeft) return noticeHooks(run, step, hooks);
	if (hooks !== void 0) return hooks;
	if (step.action === "stop+remove") {
		const script = workerProgram(["links", "job/clean"], { variables: { folder: jobFolder(worker, run.catalog.bucketId, job) } });
		const cleaned = await runOnWorker(run, {
			job,
			worker,
			phase: "clean_up",
			label: "clean-up",
			script,
			env: {}
		});
		if (cleaned !== void 0) return cleaned;
	}
	return refreshWorker(rollout, step);
}
/** Nothing is done on a worker that left after its job was stopped, so a hook that failed there is only a warning. */
function noticeHooks(run, { job, host }, hooks) {
	if (hooks === void 0 || run.signal.aborted) return hooks;
	const message = `job ${job} was stopped on ${host}, which is no longer in workers.json, and then: ${problemText(hooks)}`;
	run.emit({
		type: "noticed",
		level: "warning",
		message
	});
}
/**
* Records immediately that the allocation is stopped, even if hooks or clean-up fail later. When the allocation is
* enabled again, it must be started.
*/
async function recordStopped({ ledger }, { allocationId }) {
	const record = ledger.allocation(allocationId);
	if (record) ledger.record({
		...record,
		stopped: true
	});
	await ledger.commit();
}
/**
* Removes the folder of the bucket from workers that left, when no allocation on the worker still has to be stopped.
*/
async function removeEmptyBuckets(run, steps, unreachable) {
	const ran = steps.filter(({ workerLeft, action, host }) => workerLeft && action !== "forget" && !unreachable.has(host));
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
	const script = removalProgram("bucket", bucketFolder(worker, run.catalog.bucketId));
	return runOnWorker(run, {
		job,
		worker,
		phase: "clean_up",
		label: "clean-up",
		script,
		env: {},
		ending: "worker left"
	});
}
/**
* Runs the hooks after a stop. A job that left the workspace has no hooks any more, so only the `stop` target ran for
* it.
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
* Returns the index that an allocation had before the build removed it. The history of the KV store contains this
* index. A script may use it to find its leader.
*/
function lastIndex({ ledger }, job, host) {
	return Number(ledger.kv.lastValue(allocationNamespace(job, host), `${job}_allocation_index`) ?? 0);
}
/** Removes the keys of jobs that have nothing left anywhere. What may still run keeps the keys of its job. */
function purgeGoneJobs({ catalog, ledger }, ended) {
	const kept = new Set(catalog.jobs.filter(({ allocations }) => allocations.length > 0).map(({ name }) => name));
	for (const { step, end } of ended) if ("problem" in end) kept.add(step.job);
	for (const job of new Set(ended.map(({ step }) => step.job))) {
		if (kept.has(job)) continue;
		clearJob(ledger.kv, job);
		ledger.markPostDeploy(job, "done");
	}
}
/** Checks that a job that lost a running allocation is still healthy on its other workers. */
async function checkSurvivors(run, ended) {
	const failures = [];
	const lost = ended.filter(({ step, end }) => step.action !== "forget" && end.outcome !== "given-up");
	const jobs = new Set(lost.map(({ step }) => step.job));
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
* Carries out the plan of a whole deploy: first the reconcile steps, then the waves one after another, and the jobs of
* a wave one after another. When a job fails, only the jobs that demand it are stopped. Each finished step is saved in
* the state before the next step begins.
*/
/**
* Carries out a plan. Jobs whose keys, files or records have changed since the plan was made are first planned again.
* Then the plan is reported.
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
	const dialled = await Promise.all([dialStops(run, plan, STOP_LIMITS), connectAll(run, hostsOf$1(plan))]);
	await tellApart(run, hostsOf$1(plan));
	const { failures, failedJobs } = await reconcile(rollout, plan.reconcile, dialled[0]);
	const jobs = await rollWaves(rollout, planned, failedJobs);
	await run.ledger.commit();
	const failed = [...jobs].flatMap(([job, { error }]) => error === void 0 ? [] : [`job ${job}: ${error}`]);
	return {
		plan,
		recorded: planned.recorded,
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
		if (results.size > 0) run.workers.forget("phase");
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
* Returns the failed job that this job demands, directly or through other jobs. The jobs in between need not take part
* in this run.
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
// src/commands/deploy/deploy-look.ts
/** Asks the workers what is deployed on them, for a plan and before a deploy changes anything. */
/** Longest time that a plan waits for workers that do not answer. */
const PLAN_LOOK_MS = 5e3;
/**
* Asks the workers and returns the plan with their answers. With `--trust-state`, no worker is asked when the state shows that
* there is nothing to do. Throws a `StopFailure` (exit code 3) when the workers belong to another state.
*/
async function lookBeforeDeploy(run, recorded, { request }) {
	const { trustState } = request.flags;
	if (trustState && run.origin.kind === "workers") throw new Failure("--trust-state has no effect when the state is on the workers: they are asked for it anyway", {
		exitCode: 2,
		hint: "leave out --trust-state (in a workflow: trust-state)"
	});
	if (trustState && !recorded.plan.required) return recorded;
	const looked = await addLook(run, recorded);
	tellSilent(run, looked);
	return looked;
}
/** Asks the workers and returns the plan with their answers. Without an SSH key, returns the plan of the state alone. */
async function lookForPlan(run, recorded, built) {
	const { state, tools, workspace, request, face } = built;
	if (state.origin.serial === 0 || request.flags.trustState && !recorded.plan.required) return recorded;
	try {
		await tools.describeSshKey(workspace);
	} catch (thrown) {
		if (!(thrown instanceof Failure)) throw thrown;
		face.emit({
			type: "noticed",
			level: "info",
			message: `the workers are not asked for this plan: ${thrown.message}`
		});
		return recorded;
	}
	return addLook(run, recorded, anySignal(face.signal, timeoutSignal(PLAN_LOOK_MS)));
}
/**
* Warns of workers that did not answer and that this deploy does not use. The jobs of the deploy report the other workers that
* did not answer.
*/
function tellSilent(run, { plan }) {
	const busy = new Set(plan.waves.flatMap(({ jobs }) => jobs).flatMap(({ steps }) => steps.filter(({ action }) => action !== "skip").map(({ host }) => host)));
	for (const { host } of plan.reconcile) busy.add(host);
	const idle = (plan.notLooked ?? []).filter((host) => !busy.has(host));
	if (idle.length === 0) return;
	const message = `not looked at, because they did not answer: ${idle.join(", ")}; what the state says of them may be out of date`;
	run.emit({
		type: "noticed",
		level: "warning",
		message
	});
}
// src/commands/deploy/deploy-news.ts
/** Reports a deploy to the channels of `notify`, from its start to its end, whether it succeeds or not. */
/**
* How long the end of a run waits for messages that are still being sent. The limit for a cancelled run is short, because
* GitHub gives such a run only a few seconds.
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
/** Opens the notifier. Its code is loaded only in runs that have a notification target. */
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
/** Returns the name of the deployed bucket for people, for example `octo/shop (production)`. */
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
// src/commands/deploy/older-run.ts
/** Notices a run that is older than the one that deployed last, and remembers who deployed. */
/**
* Warns when an older run deploys over a newer one. Throws a `Failure` (exit code 3) instead when maand.conf forbids it
* and the request does not allow it.
*/
async function checkOrder(deploying, { deployer }) {
	const { request, workspace, face } = deploying;
	const why = deployer && await whyOlder(await deployerOf(deploying), deployer, deploying);
	if (why === void 0) return;
	const message = `an older run deploys over a newer one: ${why}`;
	if (workspace.settings.allowDowngrade || request.flags.allowDowngrade || request.flags.dryRun) {
		face.emit({
			type: "noticed",
			level: "warning",
			message
		});
		return;
	}
	throw stopFailure({
		code: "older-run",
		message: `${message}, and maand.conf has allow_downgrade = false`,
		hint: "run the newest workflow run again, or begin a new one; if the older state is meant: --allow-downgrade (input allow-downgrade)"
	});
}
/** Records this run as the one that deployed last. The next commit saves it. */
async function recordDeployer(deploying, ledger) {
	const deployer = await deployerOf(deploying);
	const isKnown = deployer.runNumber !== void 0 || deployer.sha !== "";
	ledger.recordDeployer(isKnown ? deployer : void 0);
}
/** Returns this run. Outside GitHub Actions its commit is the one that is checked out. */
async function deployerOf({ workspace, face }) {
	const { repository, workflow, number, attempt, sha } = face.identity;
	return {
		repository,
		workflow,
		...number === void 0 ? {} : { runNumber: number },
		attempt,
		sha: sha || (workspace.gitPath === void 0 ? "" : await headOf(workspace.bucketDir, face))
	};
}
/** Returns why `own` is older than `deployed`, or undefined when it is not, or when nobody can tell. */
async function whyOlder(own, deployed, deploying) {
	if (own.workflow !== "" && own.workflow === deployed.workflow && own.repository === deployed.repository && own.runNumber !== void 0 && deployed.runNumber !== void 0 && own.runNumber < deployed.runNumber) return `this is run ${own.runNumber} of ${own.workflow}, and run ${deployed.runNumber} has deployed`;
	const { workspace, face } = deploying;
	if (workspace.gitPath === void 0 || !await isAncestor([own.sha, deployed.sha], workspace.bucketDir, face)) return;
	return `commit ${own.sha.slice(0, 12)} comes before ${deployed.sha.slice(0, 12)}, which is deployed`;
}
/** Returns whether git knows both commits, and the first one is a real ancestor of the second one. */
async function isAncestor([older, newer], dir, { env, signal }) {
	const isCommit = (text) => /^[0-9a-f]{40,64}$/.test(text);
	if (!isCommit(older) || !isCommit(newer) || older === newer) return false;
	const answer = await askGit({
		dir,
		args: [
			"merge-base",
			"--is-ancestor",
			older,
			newer
		],
		env,
		signal
	});
	return answer.kind === "answered" && answer.exitCode === 0;
}
async function headOf(dir, { env, signal }) {
	const answer = await askGit({
		dir,
		args: [
			"rev-parse",
			"--verify",
			"--quiet",
			"HEAD"
		],
		env,
		signal
	});
	return answer.kind === "answered" && answer.exitCode === 0 ? answer.text.trim() : "";
}
// src/hooks/shell-hook.ts
const SHELL = "/bin/sh";
/** Exit code of the shell when a command does not exist. */
const NOT_FOUND_EXIT_CODE = 127;
const TIMED_OUT_EXIT_CODE = 124;
/** Runs the hook until it ends. Errors of the hook are in the record and are not thrown. */
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
* Runs the shell hooks of a deploy. One hook runs before the deploy, and its failure aborts the deploy. The other hook runs
* after a deploy that succeeded.
*/
/**
* Throws a `Failure` (exit code 2) when the working directory of the hooks is missing. The check comes before any hook,
* because the hook itself would fail with a misleading message.
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
/** Runs the before-deploy hook. Throws a `Failure` (exit code 1) when the hook fails. At that point nothing was changed. */
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
		hint: "nothing was changed: fix the problem that the hook reported, and deploy again"
	});
}
/** Runs the after-deploy hook. A failure is only a warning, because the deploy has already succeeded. */
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
/** Runs `work` on the bucket. Throws a `Failure` when the bucket lacks a selected job. */
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
	await checkOrder(bucket, state.ledger);
	await followMovedWorkers(bucket, state);
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
* Makes one plan, compares it with the approved plan and carries it out. Before the comparison, no certificate is made and no
* script runs. Before the shell hook succeeds, nothing is saved and no worker is changed.
*/
async function carryOut(run, { built, kv, news, shellHooks }) {
	const { request, face, state } = built;
	const recorded = await planDeploy(run, kv);
	requireApproved(toPlanJson(maskFreeText(recorded.plan, PLAN_WORDING, (text) => face.masker.mask(text)), state.label), request.planDigest);
	requireNotRefused(guardPlan(built, recorded.plan));
	if (request.shellHooks.before !== void 0) await run.checkTools(recorded.plan.required ? "files" : "nothing");
	if (request.flags.build) await certifyBuild({
		...built,
		face: {
			...face,
			warn: () => {}
		}
	});
	news.started(shellHooks.jobs);
	await runBeforeDeploy(shellHooks);
	run.workers.forget("hook");
	const planned = await lookBeforeDeploy(run, recorded, built);
	if (request.flags.build) {
		await state.ledger.commit();
		await postBuild(built);
	}
	await run.stager.forgetChangedFiles();
	if (planned.plan.required) await recordDeployer(built, state.ledger);
	const result = await rollOut(run, planned);
	if (!planned.plan.required && !isIdle(result)) {
		await recordDeployer(built, state.ledger);
		await state.ledger.commit();
	}
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
		message: `the plan is not the approved one: its digest is ${digest}, the approved digest is ${approved}`,
		hint: "something changed since the plan was made: look at the new plan and approve it"
	});
}
/** Returns how the deploy ended, or undefined when something failed. */
function goodEnd(result) {
	if (result.failures.length > 0) return void 0;
	return isIdle(result) ? "skipped" : "success";
}
function isIdle({ plan, jobs }) {
	return plan.reconcile.length === 0 && [...jobs.values()].every(({ outcome }) => outcome === "skipped");
}
const LAST_BUILD = {
	catalog: "last-build",
	hint: "run maand build or pass --build"
};
/** Shows what a build and a deploy would do now. Nothing is saved. */
function dryRun(bucket) {
	const catalog = bucket.request.flags.build ? { catalog: "build-ahead" } : LAST_BUILD;
	return withBuilt(bucket, {
		state: "plan",
		...catalog
	}, async (built) => {
		await checkOrder(built, built.state.ledger);
		return planResult(built, await planOnly(built));
	});
}
/** Returns the plan. With `--with-hooks`, the hooks run first, because they may change the plan. */
async function planOnly(built) {
	const { withHooks, build } = built.request.flags;
	if (withHooks && build) await postBuild(built);
	return withRun(built, async ({ run }) => {
		const planned = await lookForPlan(run, await planDeploy(run), built);
		const last = withHooks ? await planWithHooks(run, planned) : planned;
		return {
			...last,
			plan: guardPlan(built, last.plan)
		};
	});
}
function planResult({ state, catalog }, { plan, recorded }) {
	const broken = plan.waves.flatMap(({ jobs }) => jobs).some(({ problem }) => problem !== void 0);
	return resultOf({
		exitCode: broken ? 1 : 0,
		data: {
			plan,
			recorded,
			state: state.label,
			hosts: hostsOf(catalog)
		},
		wording: PLANNED_WORDING,
		show: showPlan
	});
}
const PLANNED_WORDING = {
	plan: PLAN_WORDING,
	recorded: PLAN_WORDING,
	state: "name",
	hosts: "name"
};
function showPlan({ plan, recorded, state, hosts }) {
	const json = toPlanJson(plan, state, recorded);
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
	const { failures, plan, recorded } = result;
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
				recorded,
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
	const plan = toPlanJson(planned.plan, planned.state, planned.recorded);
	const jobsThat = (...outcomes) => json.jobs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ job }) => job);
	return {
		json,
		text: resultText(json, failures),
		summary: deploySummary(json, failures),
		outputs: {
			changed: jobsThat("deployed").length > 0 || json.reconcile.some(isReconciled),
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
