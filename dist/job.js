import { t as Failure } from "./failure.js";
import { t as didYouMean } from "./nearest-name.js";
import { r as quoted } from "./quote.js";
import { n as problemText } from "./problem-text.js";
import { a as interpreterFailure, i as findHookTools, o as missingInterpreters } from "./resolve-catalog.js";
import { n as stageOf } from "./allocation-stage.js";
import { n as mapLimit } from "./concurrency.js";
import { C as jobOf, D as runHookPhase, E as inRolloutOrder, S as jobFolder, T as hasHooks, a as withRun, k as batchesOf, w as workerOf, x as bucketFolder } from "./with-state.js";
import { t as workerProgram } from "./program.js";
import { n as waitHealthy, t as lookAt } from "./gate.js";
import { t as followOnWorker } from "./lifecycle.js";
import { a as unansweredProblem } from "./outcome-problem.js";
import { i as problemsByHost } from "./readiness.js";
import { n as knownAllocation } from "./stage-job.js";
import { n as controlResult, s as maskStoredSecrets } from "./job-control-result.js";
import { a as jobNames, c as selectJobs, l as selectWorkers, o as locateBucket } from "./ledger.js";
import { t as withBucket } from "./with-bucket.js";
import { t as withBuilt } from "./with-built.js";
import { P as resultOf } from "./state-key.js";
import { n as isJobName } from "./names.js";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
// src/rollout/by-hand/control-job.ts
/**
* Runs a target of one job on chosen allocations, at the request of a person: with the job's own `job_control` hooks
* when it has any, else with make, in rollout order and batches. What is deployed does not change, so the state records
* nothing.
*/
const NOT_THERE$1 = "the job is not there (run maand deploy)";
/** Returns the chosen active allocations, in rollout order. Disabled ones are never touched. */
function controlledAllocations(run, job, { hosts }) {
	const meant = job.allocations.filter(({ host, disabled }) => !disabled && (hosts?.has(host) ?? true));
	return inRolloutOrder(run, job, meant);
}
async function controlJob(run, job, control) {
	const allocations = controlledAllocations(run, job, control);
	if (allocations.length === 0) return {
		job: job.name,
		outcome: "skipped",
		reason: reasonForNone(job, control),
		workers: []
	};
	const workers = [];
	const order = {
		run,
		job,
		control,
		allocations,
		workers
	};
	const problem = await (hasHooks(job, "job_control") ? byHooks(order) : byMake(order));
	if (problem === void 0) return {
		job: job.name,
		outcome: "succeeded",
		workers
	};
	const outcome = run.signal.aborted ? "cancelled" : "failed";
	return {
		job: job.name,
		outcome,
		error: problemText(problem),
		workers
	};
}
function reasonForNone({ allocations }, { hosts }) {
	const meant = allocations.filter(({ host }) => hosts?.has(host) ?? true);
	if (meant.length > 0) return `disabled on ${meant.map(({ host }) => host).join(", ")}`;
	return hosts === void 0 ? "no allocations" : `no allocation on ${[...hosts].join(", ")}`;
}
async function byHooks({ run, job, control, allocations }) {
	const { target, health } = control;
	const watched = health === "asked" ? await openWatch(run, job, control) : void 0;
	const failure = await runHookPhase(run, {
		event: "job_control",
		job,
		allocations: allocations.map((one) => ({
			...one,
			newVersion: versionsOf(run, one).next
		})),
		batchSize: job.entry.maxConcurrentUpgrades,
		phase: "job_control",
		extraEnv: { TARGET: target }
	});
	if (failure !== void 0) return {
		kind: "target",
		target,
		by: "hooks",
		cause: failure
	};
	return watched && askHealth(watched, allocations);
}
async function byMake(order) {
	const { run, job, control, allocations } = order;
	const watched = control.health === "asked" ? await openWatch(run, job, control) : void 0;
	const isLook = control.target === "status";
	const batches = batchesOf(allocations, isLook ? 0 : Math.max(1, job.entry.maxConcurrentUpgrades));
	for (const [index, batch] of batches.entries()) {
		if (run.signal.aborted) return { kind: "cancelled" };
		const failure = await makeBatch(order, batch, {
			index,
			count: batches.length
		});
		if (failure !== void 0) return {
			kind: "target",
			target: control.target,
			by: "make",
			cause: failure
		};
		const unhealthy = watched && await askHealth(watched, batch);
		if (unhealthy !== void 0) return unhealthy;
	}
}
/** Runs the target on all workers of the batch at the same time; the batch is judged when all have finished. */
async function makeBatch({ run, job, control: { target }, workers }, batch, place) {
	const hosts = batch.map(({ host }) => host);
	run.emit({
		type: "batch-started",
		job: job.name,
		action: target,
		...place,
		workers: hosts
	});
	const ended = await mapLimit(batch, run.settings.parallelWorkers, (allocation) => make(run, allocation, target));
	workers.push(...ended);
	const problems = ended.flatMap(({ problem }) => problem ?? []);
	return problems.length === 0 ? void 0 : {
		kind: "list",
		problems
	};
}
function make(run, allocation, target) {
	const worker = workerOf(run, allocation.host);
	const folder = jobFolder(worker, run.catalog.bucketId, allocation.job);
	const { current, next } = versionsOf(run, allocation);
	return followOnWorker(run, {
		job: allocation.job,
		worker,
		phase: "job_control",
		action: target,
		label: `make ${target}`,
		script: workerProgram("job/make-target", { variables: {
			folder,
			target,
			missing: NOT_THERE$1
		} }),
		env: {
			CURRENT_VERSION: current,
			NEW_VERSION: next
		}
	});
}
/**
* Returns the versions on the worker, not those of the present workspace: a restart by hand must not upgrade anything.
*/
function versionsOf({ ledger }, { id, newVersion }) {
	const record = ledger.allocation(id);
	const deployed = record?.applied ?? record?.promoted;
	return {
		current: record?.currentVersion ?? "0.0.0",
		next: deployed !== void 0 && (record?.delivered ?? deployed.hash) === deployed.hash ? deployed.version : newVersion
	};
}
async function openWatch(run, job, { target }) {
	const active = job.allocations.filter(({ disabled }) => !disabled);
	const problems = target === "status" ? /* @__PURE__ */ new Map() : await lookAt(run, job, active);
	const guarded = active.map(({ host }) => host).filter((host) => !problems.has(host));
	return {
		run,
		job,
		target,
		guarded: new Set(guarded)
	};
}
/**
* Checks health after `done` was changed. What was stopped need not be healthy any more; everything else must be or
* become healthy.
*/
async function askHealth({ run, job, target, guarded }, done) {
	for (const { host } of done) if (target === "stop") guarded.delete(host);
	else guarded.add(host);
	const allocations = job.allocations.filter(({ host }) => guarded.has(host));
	const problems = await (target === "status" ? lookAt(run, job, allocations) : waitHealthy(run, job, allocations));
	if (run.signal.aborted) return {
		kind: "cancelled",
		when: "while waiting for health"
	};
	return problems.size === 0 ? void 0 : {
		kind: "unhealthy",
		problems: [...problems.values()]
	};
}
// src/rollout/by-hand/worker-sync.ts
/**
* Checks whether workers hold what this state expects, before a command changes their jobs by hand. `update_seq` is
* kept per worker, so a worker that the last deploy did not touch is in step as well.
*/
const TIMEOUT_MS = 3e4;
const NOT_THERE = 64;
/** Returns host → why the worker is not in step; workers that are in step have no entry. */
async function findOutOfStep(run, hosts) {
	const problems = await mapLimit(hosts, run.settings.parallelWorkers, (host) => askWorker(run, workerOf(run, host)));
	return problemsByHost(hosts, problems);
}
async function askWorker(run, worker) {
	const { host } = worker;
	const script = workerProgram("show-identity", { variables: { folder: bucketFolder(worker, run.catalog.bucketId) } });
	const outcome = await run.workers.look(worker, {
		label: "worker.json",
		script,
		timeoutMs: TIMEOUT_MS
	}, run.signal);
	if (outcome.kind !== "exited") return unansweredProblem(host, TIMEOUT_MS, outcome);
	const { exitCode, stdout, stderr } = outcome;
	const fault = exitCode === 0 ? faultOf(run, worker, stdout) : exitFault(exitCode, stderr);
	return fault && {
		kind: "out-of-step",
		worker: host,
		fault,
		remedy: remedyFor(run, host)
	};
}
/**
* Returns what the user can do. A deploy does not deliver again what the state expects on the worker, unless it is
* forced.
*/
function remedyFor({ ledger }, host) {
	return ledger.workers[host]?.updateSeq === void 0 ? "maand deploy" : "maand deploy --force";
}
function exitFault(exitCode, stderr) {
	return exitCode === NOT_THERE ? { kind: "absent" } : {
		kind: "unreadable",
		exitCode,
		said: stderr.trim()
	};
}
function faultOf(run, worker, text) {
	const { catalog, ledger } = run;
	const identity = parseIdentity(text);
	if (identity === void 0) return { kind: "damaged" };
	if (identity.bucket_id !== catalog.bucketId) return { kind: "other-bucket" };
	if (identity.worker_id !== worker.id) return { kind: "other-worker" };
	const found = identity.update_seq;
	const newest = ledger.updateSeq;
	if (found > newest) return {
		kind: "ahead",
		found,
		newest
	};
	const delivered = ledger.workers[worker.host]?.updateSeq ?? 0;
	return found >= delivered ? void 0 : {
		kind: "behind",
		found,
		delivered
	};
}
function parseIdentity(text) {
	try {
		const value = JSON.parse(text);
		if (typeof value?.update_seq !== "number") return void 0;
		return {
			bucket_id: value.bucket_id,
			worker_id: value.worker_id,
			update_seq: value.update_seq
		};
	} catch {
		return;
	}
}
// src/commands/job/job-control.ts
/**
* `maand job start|stop|restart|reload|status|run`: runs a target of chosen jobs, wave by wave, on workers that hold
* what the state expects. `status` takes no lock and changes nothing.
*/
async function jobControl(call, { target, jobs }) {
	return withBucket(call, (bucket) => {
		const wanted = jobs.map((name) => name.trim()).filter((name) => name !== "");
		const names = selectJobs(wanted, jobNames(bucket.workspace));
		if (wanted.length === 0) throw new Failure("which job? the name is empty", { exitCode: 2 });
		return withBuilt(bucket, {
			state: target === "status" ? "read" : "change",
			catalog: "workspace"
		}, (built) => control(built, target, names));
	});
}
async function control(built, target, names) {
	maskStoredSecrets(built.state, built.face);
	const jobs = built.catalog.waves.flat().filter((name) => names.has(name)).map((name) => jobOf(built, name));
	const asked = readControl(built, target);
	await requireTools(jobs, asked);
	return withRun(built, async ({ run, hookRecords }) => {
		const results = await controlAll(run, jobs, asked);
		return controlResult(target, results, hookRecords);
	});
}
function readControl({ request, catalog }, target) {
	const { allocations } = request.filters;
	const known = catalog.workers.map(({ host }) => host);
	return {
		target,
		hosts: allocations.length === 0 ? void 0 : selectWorkers(allocations, known),
		health: request.flags.healthCheck ? "asked" : "ignored"
	};
}
/** Runs the target for one job after the other, until the run is cancelled. */
async function controlAll(run, jobs, asked) {
	if (asked.target !== "status") await requireInStep(run, jobs, asked);
	const results = [];
	for (const job of jobs) {
		if (run.signal.aborted) break;
		run.emit({
			type: "job-started",
			job: job.name,
			seq: job.deploymentSeq
		});
		results.push(await controlJob(run, job, asked));
	}
	if (asked.target !== "status") await run.ledger.commit();
	return results;
}
/** Checks that this machine has what the hooks of these jobs need, before anything is changed. */
async function requireTools(jobs, { health }) {
	const events = health === "asked" ? ["job_control", "health_check"] : ["job_control"];
	const missing = await missingInterpreters(jobs, await findHookTools(), events);
	if (missing.length > 0) throw interpreterFailure(missing);
}
/**
* Throws a `Failure` (exit code 1) when a chosen worker does not hold what the state expects; then nothing runs on any
* of them. Other workers are not asked, so that a dead one does not prevent the command.
*/
async function requireInStep(run, jobs, control) {
	const allocations = jobs.flatMap((job) => controlledAllocations(run, job, control));
	const fresh = allocations.filter(({ id }) => {
		const stage = stageOf(knownAllocation(run, id));
		return stage === "placed" || stage === "removed";
	});
	const outOfStep = await findOutOfStep(run, [...new Set(allocations.map(({ host }) => host))]);
	const problems = [...[...outOfStep.values()].map(problemText), ...fresh.filter(({ host }) => !outOfStep.has(host)).map(({ job, host }) => `job ${job} has not been deployed to ${host} yet (run maand deploy)`)];
	if (problems.length === 0) return;
	throw new Failure(problems.join("\n"), {
		exitCode: 1,
		hint: "nothing was run on any worker"
	});
}
// src/workspace/job/new-job.ts
/** Checks the name and makes the files of a new job for `maand job create`. */
const SCHEMA = "https://raw.githubusercontent.com/org/maand-action/v1/schemas/manifest.schema.json";
/** Returns why `name` cannot be a job name, as the end of a sentence that begins with the name; undefined when it can. */
function jobNameProblem(name) {
	if (isJobName(name)) return void 0;
	return `is not a valid job name: it must begin with a letter or digit, hold letters, digits, ".", "_" and "-", and have at most 63 characters (got ${quoted(name)})`;
}
/**
* Returns the files of a new job, by their path in its folder; it can be built and deployed at once. Without selectors
* the manifest has none.
*/
function newJobFiles(name, selectors) {
	const manifest = {
		$schema: SCHEMA,
		version: "1.0.0",
		...selectors.length > 0 ? { selectors } : {}
	};
	return {
		"manifest.json": `${JSON.stringify(manifest, null, 2)}\n`,
		Makefile: makefile(name)
	};
}
const makefile = (name) => `# maand calls these targets on the worker, in the folder of the job there. A target that fails must end with an error, and each
# must work when it is called twice.
#   start    a new allocation        restart  its files or its version changed
#   stop     the job is removed from the worker, or disabled
# data/ and logs/ in that folder belong to the job: a deploy leaves them alone.
#
# A systemd unit in this folder:
#   start:   install -m 644 ${name}.service /etc/systemd/system/ && systemctl daemon-reload && systemctl enable --now ${name}
#   restart: install -m 644 ${name}.service /etc/systemd/system/ && systemctl daemon-reload && systemctl restart ${name}
#   stop:    systemctl disable --now ${name}
# A compose.yaml in this folder:
#   start, restart:  docker compose up --detach --remove-orphans        stop:  docker compose down

.PHONY: start restart stop

start:
	@echo "${name} is not started yet: say how in workspace/jobs/${name}/Makefile"

restart:
	@$(MAKE) -s stop
	@$(MAKE) -s start

stop:
	@echo "${name} is not stopped yet: say how in workspace/jobs/${name}/Makefile"
`;
// src/commands/job/job-create.ts
/**
* `maand job create NAME`: makes the folder of a new job with files to fill in. An existing folder is never changed.
*/
async function createJob(call) {
	const { request } = call;
	const [name] = request.operands;
	if (name === void 0) throw new Failure("which job? usage: maand job create NAME [--selectors A,B]", { exitCode: 2 });
	const problem = jobNameProblem(name);
	if (problem !== void 0) throw new Failure(`this ${problem}`, { exitCode: 2 });
	const bucketDir = await locateBucket(call);
	const path = `workspace/jobs/${name}`;
	await makeFolder(join(bucketDir, path), path);
	const files = newJobFiles(name, request.selectors);
	await writeFiles(join(bucketDir, path), files);
	const created = Object.keys(files).map((file) => `${path}/${file}`);
	return resultOf({
		exitCode: 0,
		data: {
			ok: true,
			job: name,
			selectors: request.selectors,
			created
		},
		wording: "name",
		show: (json) => ({
			json,
			text: nextSteps(name, created, request.selectors)
		})
	});
}
/**
* Makes the folder, or throws a `Failure` when it exists: the files of two people who create the same job at once must
* not mix.
*/
async function makeFolder(folder, path) {
	try {
		await mkdir(join(folder, ".."), { recursive: true });
		await mkdir(folder);
	} catch (thrown) {
		const { code, message } = thrown;
		if (code !== "EEXIST") throw new Failure(`cannot make ${path}: ${message}`, {
			exitCode: 2,
			cause: thrown
		});
		throw new Failure(`${path} exists already`, {
			exitCode: 2,
			hint: "choose another name; nothing was changed"
		});
	}
}
async function writeFiles(folder, files) {
	try {
		for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text, { flag: "wx" });
	} catch (thrown) {
		await rm(folder, {
			recursive: true,
			force: true
		});
		throw new Failure(`cannot write the files of the job: ${thrown.message}`, {
			exitCode: 1,
			cause: thrown
		});
	}
}
function nextSteps(name, created, selectors) {
	const wanted = (selectors.length > 0 ? selectors : [name.toLowerCase()]).map((label) => `"${label}"`).join(" and ");
	return [
		"made",
		...created.map((path) => `  ${path}`),
		`it goes to every worker with the label ${wanted} in workspace/workers.json`,
		"next: say in the Makefile how it starts, restarts and stops, add its files, then: maand build",
		""
	].join("\n");
}
// src/commands/job/job-target.ts
/** Parses the make target that a person gave to `maand job`. */
const BUILT_IN = [
	"start",
	"stop",
	"restart",
	"reload",
	"status"
];
/**
* Returns the target as make receives it: built-in ones in lower case, others unchanged. Throws a `Failure` (exit code
* 2) for anything that is not the name of one target.
*/
function parseTarget(raw) {
	const word = raw.trim();
	const builtIn = BUILT_IN.find((name) => name === word.toLowerCase());
	if (builtIn !== void 0) return builtIn;
	if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(word)) return word;
	throw new Failure(`invalid job control target "${raw}" (built-in: ${BUILT_IN.join(", ")}; custom targets must match [a-zA-Z0-9][a-zA-Z0-9_.-]*)`, {
		exitCode: 2,
		hint: "give the name of one target of the Makefile"
	});
}
// src/commands/job/job.ts
/**
* `maand job VERB …`: commands that a person gives for one job. Each verb is a command of its own; the first operand
* names it.
*/
const VERBS = [
	...[
		"start",
		"stop",
		"restart",
		"reload",
		"status"
	],
	"run",
	"create"
];
async function job(call) {
	const { request } = call;
	const [word = "", name] = request.operands;
	const verb = word.toLowerCase();
	if (verb === "create") return createJob({
		...call,
		request: {
			...request,
			operands: request.operands.slice(1)
		}
	});
	if (!VERBS.includes(verb)) throw refusal(word);
	const target = parseTarget(verb === "run" ? targetOfRun(request) : verb);
	if (name === void 0) throw new Failure(`which job? usage: maand job ${verb} JOB${verb === "run" ? " --target T" : ""}`, { exitCode: 2 });
	return jobControl(call, {
		target,
		jobs: name.split(",")
	});
}
function targetOfRun({ target }) {
	if (target !== void 0) return target;
	throw new Failure("job run needs a target", {
		exitCode: 2,
		hint: "usage: maand job run JOB --target T"
	});
}
function refusal(word) {
	const hint = `available are: ${VERBS.join(", ")}`;
	if (word === "") return new Failure("what about which job? usage: maand job VERB JOB", {
		exitCode: 2,
		hint
	});
	return new Failure(`job has no verb ${quoted(word)}`, {
		exitCode: 2,
		hint: didYouMean(word, VERBS) ?? hint
	});
}
export { job };
