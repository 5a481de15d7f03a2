import { t as Failure } from "./failure.js";
import { a as didYouMean } from "./state-location.js";
import { r as quoted } from "./quote.js";
import { u as problemText } from "./worker-facts.js";
import { a as interpreterFailure, i as findHookTools, o as missingInterpreters } from "./resolve-catalog.js";
import { n as stageOf } from "./allocation-stage.js";
import { n as mapLimit } from "./concurrency.js";
import { n as batchesOf } from "./terminal-text.js";
import { t as workerProgram } from "./program.js";
import { C as jobFolder, D as inRolloutOrder, E as hasHooks, O as runHookPhase, T as workerOf, a as withRun, w as jobOf } from "./with-state.js";
import { n as waitHealthy, t as lookAt } from "./gate.js";
import { t as followOnWorker } from "./lifecycle.js";
import { t as findOutOfStep } from "./worker-sync.js";
import { t as knownAllocation } from "./known-allocation.js";
import { n as controlResult, s as maskStoredSecrets } from "./job-control-result.js";
import { a as withBucket, c as locateBucket, d as selectWorkers, s as jobNames, u as selectJobs } from "./ledger.js";
import { t as withBuilt } from "./with-built.js";
import { U as resultOf } from "./state-key.js";
import { n as isJobName } from "./names.js";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
// src/rollout/by-hand/control-job.ts
/**
* Runs a target of one job on chosen allocations when a person requests it. Uses the `job_control` hooks of the job, or
* make when the job has no such hooks. The allocations run in rollout order and in batches. The deployed version does
* not change, so nothing is recorded in the state.
*/
const NOT_THERE = "the job is not there (run maand deploy)";
/** Returns the chosen active allocations in rollout order. Disabled allocations are never chosen. */
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
/** Runs the target on all workers of the batch at the same time. The batch is judged when all workers have finished. */
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
			missing: NOT_THERE
		} }),
		env: {
			CURRENT_VERSION: current,
			NEW_VERSION: next
		}
	});
}
/**
* Returns the versions on the worker, not those of the current workspace, because a restart by hand must not upgrade
* anything.
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
* Checks health after the target ran on `done`. Stopped allocations need not be healthy. All other allocations must be
* or become healthy.
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
// src/commands/job/job-control.ts
/**
* `maand job start|stop|restart|reload|status|run`: runs a make target of the chosen jobs, wave by wave. It runs only on
* workers whose deployed files match the state. `status` takes no lock and changes nothing.
*/
async function jobControl(call, { target, jobs }) {
	return withBucket(call, (bucket) => {
		const wanted = jobs.map((name) => name.trim()).filter((name) => name !== "");
		const names = selectJobs(wanted, jobNames(bucket.workspace));
		if (wanted.length === 0) throw new Failure("the name of the job is empty", { exitCode: 2 });
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
/** Runs the target for one job after another, until the run is cancelled. */
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
/**
* Throws a `Failure` when this machine lacks a tool that the hooks of these jobs need. The check runs before anything is
* changed.
*/
async function requireTools(jobs, { health }) {
	const events = health === "asked" ? ["job_control", "health_check"] : ["job_control"];
	const missing = await missingInterpreters(jobs, await findHookTools(), events);
	if (missing.length > 0) throw interpreterFailure(missing);
}
/**
* Throws a `Failure` (exit code 1) when a chosen worker does not hold the files that the state expects. In this case the
* target runs on no worker. Other workers are not contacted, so an unreachable one among them does not stop the command.
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
/**
* Returns undefined when `name` is a valid job name. Otherwise returns the reason, as the end of a sentence that begins
* with the name.
*/
function jobNameProblem(name) {
	if (isJobName(name)) return void 0;
	return `is not a valid job name: it must begin with a letter or digit, hold letters, digits, ".", "_" and "-", and have at most 63 characters (got ${quoted(name)})`;
}
/**
* Returns the texts of the files of a new job, by their path in the job folder. The new job can be built without
* changes. Its deploy fails until the user fills in the targets of the Makefile, because a job that starts nothing must
* not look deployed. The manifest has selectors only when `selectors` is not empty.
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
const makefile = (name) => `# maand calls these targets on the worker, in the folder of the job there. Fill in each of them: as long as "start" is not,
# a deploy fails. A target that fails must end with an error, and each must work when it is called twice.
#   start    a new allocation        restart  its files or its version changed
#   stop     the job is removed from the worker, or disabled
#   status   "maand job status" shows what it prints; an error means that the job does not run
# data/ and logs/ in that folder belong to the job: a deploy leaves them alone.
#
# A systemd unit in this folder:
#   start:   install -m 644 ${name}.service /etc/systemd/system/ && systemctl daemon-reload && systemctl enable --now ${name}
#   restart: install -m 644 ${name}.service /etc/systemd/system/ && systemctl daemon-reload && systemctl restart ${name}
#   stop:    systemctl disable --now ${name}
#   status:  systemctl is-active ${name}
# A compose.yaml in this folder:
#   start, restart:  docker compose up --detach --remove-orphans        stop:  docker compose down
#   status:          docker compose ps

.PHONY: start restart stop status

start:
	@echo "${name} is not started: fill in the target start of workspace/jobs/${name}/Makefile" >&2; exit 1

restart:
	@echo "${name} is not restarted: fill in the target restart of workspace/jobs/${name}/Makefile" >&2; exit 1

# While "start" is not filled in, nothing runs, so there is nothing to stop.
stop:
	@grep -q '"${name} is not [s]tarted: ' Makefile || { echo "${name} is not stopped: fill in the target stop of workspace/jobs/${name}/Makefile" >&2; exit 1; }

status:
	@echo "the status of ${name} is unknown: fill in the target status of workspace/jobs/${name}/Makefile" >&2; exit 1
`;
// src/commands/job/job-create.ts
/**
* `maand job create NAME`: makes the folder of a new job with files to fill in. An existing folder is never changed.
*/
async function createJob(call) {
	const { request } = call;
	const [name] = request.operands;
	if (name === void 0) throw new Failure("the name of the job is missing (usage: maand job create NAME [--selectors A,B])", { exitCode: 2 });
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
* Makes the folder. Throws a `Failure` when the folder exists, because two people may create the same job at once and their
* files must not mix.
*/
async function makeFolder(folder, path) {
	try {
		await mkdir(join(folder, ".."), {
			recursive: true,
			mode: 493
		});
		await mkdir(folder, { mode: 493 });
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
		for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text, {
			flag: "wx",
			mode: 420
		});
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
		"next: fill in the Makefile (a deploy fails until then), add the files of the job, then: maand build",
		""
	].join("\n");
}
// src/commands/job/job-target.ts
/** Parses the make target that the user gave to `maand job`. */
const BUILT_IN = [
	"start",
	"stop",
	"restart",
	"reload",
	"status"
];
/**
* Returns the target for make: built-in targets in lower case, others unchanged. Throws a `Failure` (exit code 2) when the
* text is not the name of exactly one target.
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
* `maand job VERB …`: commands that a user gives for single jobs. Each verb has its own command, and the first operand names
* the verb.
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
	if (name === void 0) throw new Failure(`the name of a job is missing (usage: maand job ${verb} JOB${verb === "run" ? " --target T" : ""})`, { exitCode: 2 });
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
	if (word === "") return new Failure("the verb is missing (usage: maand job VERB JOB)", {
		exitCode: 2,
		hint
	});
	return new Failure(`job has no verb ${quoted(word)}`, {
		exitCode: 2,
		hint: didYouMean(word, VERBS) ?? hint
	});
}
export { job };
