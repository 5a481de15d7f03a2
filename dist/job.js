import { t as Failure } from "./failure.js";
import { l as didYouMean, n as isJobName } from "./grammar.js";
import { r as quoted } from "./quote.js";
import { i as interpreterFailure, o as missingInterpreters, r as findHookTools, t as resolveCatalog } from "./resolve-catalog.js";
import { s as mayRun, t as knownAllocation } from "./stage-job.js";
import { n as mapLimit } from "./concurrency.js";
import { n as shellQuote } from "./shell-quote.js";
import { c as continuityOf, d as jobFolder, f as jobOf, p as workerOf, t as openRun, u as bucketFolder, v as batchesOf } from "./open-run.js";
import { c as describeProblem, l as problemsByHost, n as waitHealthy, t as lookAt } from "./gate.js";
import { n as inRolloutOrder, r as runHookPhase, t as hasHooks } from "./hook-events.js";
import { t as followOnWorker } from "./lifecycle.js";
import { a as maskStoredSecrets, t as controlResult } from "./job-control-result.js";
import { S as selectWorkers, l as readState, m as withState, v as locateBucket, x as selectJobs, y as openWorkspace } from "./open-state.js";
import { t as _usingCtx } from "./usingCtx.js";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
// src/rollout/control-job.ts
/**
* A target of one job on chosen allocations, by hand (spec 16 §1): the job's own `job_control` hooks when it has any, else make,
* in rollout order and batches. What is deployed does not change by it, so nothing of it goes into the state.
*/
/** The active allocations that are meant, in rollout order. Disabled ones are never touched. */
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
	const error = await (hasHooks(job, "job_control") ? byHooks(order) : byMake(order));
	if (error === void 0) return {
		job: job.name,
		outcome: "succeeded",
		workers
	};
	const outcome = run.signal.aborted ? "cancelled" : "failed";
	return {
		job: job.name,
		outcome,
		error: run.masker.mask(error),
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
	if (failure !== void 0) return `target ${target}: ${failure}`;
	return watched && askHealth(watched, allocations);
}
async function byMake(order) {
	const { run, job, control, allocations } = order;
	const watched = control.health === "asked" ? await openWatch(run, job, control) : void 0;
	const isLook = control.target === "status";
	const batches = batchesOf(allocations, isLook ? 0 : Math.max(1, job.entry.maxConcurrentUpgrades));
	for (const [index, batch] of batches.entries()) {
		if (run.signal.aborted) return "cancelled";
		const failure = await makeBatch(order, batch, {
			index,
			count: batches.length
		});
		if (failure !== void 0) return `target ${control.target} failed: ${failure}`;
		const unhealthy = watched && await askHealth(watched, batch);
		if (unhealthy !== void 0) return unhealthy;
	}
}
/** All workers of the batch side by side; each is finished before the batch is judged. */
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
	return problems.length === 0 ? void 0 : problems.join("; ");
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
		script: makeScript(folder, target),
		env: {
			CURRENT_VERSION: current,
			NEW_VERSION: next
		}
	});
}
/** What lies on the worker, not what the workspace says by now: a restart by hand must not upgrade anything. */
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
/** After `done` was worked on: what was stopped need not be well any more, everything else has to be, or become so. */
async function askHealth({ run, job, target, guarded }, done) {
	for (const { host } of done) if (target === "stop") guarded.delete(host);
	else guarded.add(host);
	const allocations = job.allocations.filter(({ host }) => guarded.has(host));
	const problems = await (target === "status" ? lookAt(run, job, allocations) : waitHealthy(run, job, allocations));
	if (run.signal.aborted) return "cancelled while waiting for health";
	return problems.size === 0 ? void 0 : `health check failed: ${[...problems.values()].join("; ")}`;
}
function makeScript(folder, target) {
	return `cd ${shellQuote(folder)} 2>/dev/null || { echo "the job is not there (run maand deploy)" >&2; exit 1; }
exec make -s ${target}`;
}
// src/rollout/worker-sync.ts
/**
* Whether workers hold what this state believes they hold (spec 16 §1.3): asked before anything is done to their jobs by hand.
* `update_seq` is kept per worker (contract §9), so a worker that the last deploy did not touch is in step as well.
*/
const TIMEOUT_MS = 3e4;
const NOT_THERE = 64;
/** Host → why the worker is not in step; workers that are have no entry. */
async function findOutOfStep(run, hosts) {
	const problems = await mapLimit(hosts, run.settings.parallelWorkers, (host) => askWorker(run, workerOf(run, host)));
	return problemsByHost(hosts, problems);
}
async function askWorker(run, worker) {
	const { host } = worker;
	const file = shellQuote(`${bucketFolder(worker, run.catalog.bucketId)}/worker.json`);
	const script = `[ -e ${file} ] || exit ${NOT_THERE}\ncat ${file}`;
	const outcome = await run.transport.exec(worker, {
		label: "worker.json",
		script,
		timeoutMs: TIMEOUT_MS
	}, run.signal);
	switch (outcome.kind) {
		case "failed": return describeProblem(outcome.problem);
		case "timed-out": return `worker ${host}: no answer within ${TIMEOUT_MS / 1e3} s`;
		case "exited": {
			const fault = outcome.exitCode === 0 ? faultOf(run, worker, outcome.stdout) : `${exitFault(outcome)}${adviceFor(run, host)}`;
			return fault === void 0 ? void 0 : `worker ${host}: ${fault}`;
		}
	}
}
/** A deploy leaves alone what it believes to be there, unless it is forced. */
function adviceFor({ ledger }, host) {
	return ` (run maand deploy${ledger.workers[host]?.updateSeq === void 0 ? "" : " --force"})`;
}
function exitFault({ exitCode, stderr }) {
	if (exitCode === NOT_THERE) return "nothing of this bucket is there";
	return `worker.json cannot be read (exit ${exitCode}): ${stderr.trim()}`;
}
function faultOf(run, worker, text) {
	const { catalog, ledger } = run;
	const advice = adviceFor(run, worker.host);
	const identity = parseIdentity(text);
	if (identity === void 0) return `worker.json is damaged${advice}`;
	if (identity.bucket_id !== catalog.bucketId) return `bucket id mismatch${advice}`;
	if (identity.worker_id !== worker.id) return `worker id mismatch${advice}`;
	const found = identity.update_seq;
	const newest = ledger.updateSeq;
	if (found > newest) return `update_seq mismatch: it was deployed to with number ${found}, and this state only knows numbers up to ${newest}: is this the right state?`;
	const delivered = ledger.workers[worker.host]?.updateSeq ?? 0;
	if (found >= delivered) return void 0;
	return `update_seq mismatch: it holds an older deploy (${found}) than the last one (${delivered})${advice}`;
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
* `maand job start|stop|restart|reload|status|run` (spec 16 §1): a target of chosen jobs, wave by wave, on workers that hold what
* the state believes. `status` takes no lock and changes nothing.
*/
async function jobControl({ request, face, tools }, order) {
	const bucketDir = await locateBucket(request, face);
	const workspace = await openWorkspace(bucketDir, request, face);
	const wanted = order.jobs.map((name) => name.trim()).filter((name) => name !== "");
	const jobs = selectJobs(wanted, workspace.jobs.map(({ name }) => name));
	if (wanted.length === 0) throw new Failure("which job? the name is empty", { exitCode: 2 });
	const input = {
		request,
		face,
		tools,
		workspace
	};
	const work = (state) => {
		maskStoredSecrets(state, face);
		const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
		return control({
			...input,
			state,
			catalog
		}, order.target, jobs);
	};
	return order.target === "status" ? work(await readState(input)) : withState(input, work);
}
async function control(built, target, names) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { request, face, catalog } = built;
		const { allocations } = request.filters;
		const known = catalog.workers.map(({ host }) => host);
		const asked = {
			target,
			hosts: allocations.length === 0 ? void 0 : selectWorkers(allocations, known),
			health: request.flags.healthCheck ? "asked" : "ignored"
		};
		const opened = _usingCtx$1.a(await openRun(built));
		const { run } = opened;
		const jobs = catalog.waves.flatMap((wave) => wave.filter((name) => names.has(name))).map((name) => jobOf(run, name));
		await requireTools(jobs, asked, face);
		if (target !== "status") await requireInStep(run, jobs, asked);
		const results = [];
		for (const job of jobs) {
			if (face.signal.aborted) break;
			face.emit({
				type: "job-started",
				job: job.name,
				seq: job.deploymentSeq
			});
			results.push(await controlJob(run, job, asked));
		}
		if (target !== "status") await run.ledger.commit();
		return controlResult(target, results, opened.hookRecords);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** What hooks of this order need on this machine, before anything is touched. */
async function requireTools(jobs, { health }, face) {
	const events = health === "asked" ? ["job_control", "health_check"] : ["job_control"];
	const missing = await missingInterpreters(jobs, await findHookTools(face.env.PATH ?? ""), events);
	if (missing.length > 0) throw interpreterFailure(missing);
}
/** Asked of the chosen workers only: a dead one elsewhere does not stand in the way. All or nothing. */
async function requireInStep(run, jobs, control) {
	const allocations = jobs.flatMap((job) => controlledAllocations(run, job, control));
	const fresh = allocations.filter(({ id }) => {
		const known = knownAllocation(run, id);
		return known === void 0 || !mayRun(known);
	});
	const outOfStep = await findOutOfStep(run, [...new Set(allocations.map(({ host }) => host))]);
	const problems = [...outOfStep.values(), ...fresh.filter(({ host }) => !outOfStep.has(host)).map(({ job, host }) => `job ${job} has not been deployed to ${host} yet (run maand deploy)`)];
	if (problems.length === 0) return;
	throw new Failure(problems.join("\n"), {
		exitCode: 1,
		hint: "nothing was run on any worker"
	});
}
// src/workspace/new-job.ts
const SCHEMA = "https://raw.githubusercontent.com/org/maand-action/v1/schemas/manifest.schema.json";
/** The end of a sentence that begins with the name: why no job can have it; undefined when one can. */
function jobNameProblem(name) {
	if (isJobName(name)) return void 0;
	return `is no name for a job: it must begin with a letter or digit, hold letters, digits, ".", "_" and "-", and have at most 63 of them (got ${quoted(name)})`;
}
/** The files of a job that can be built and deployed at once, by their path in its folder. Without selectors the manifest has none. */
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
const makefile = (name) => `# What maand calls on the worker, in the folder of the job there. A target that fails must end with an error, and each must
# stand being called twice.
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
/** `maand job create NAME`: the folder of a new job, ready to be filled in (spec 07 §7.6). Nothing that exists is touched. */
async function createJob(request, face) {
	const [name] = request.operands;
	if (name === void 0) throw new Failure("which job? usage: maand job create NAME [--selectors A,B]", { exitCode: 2 });
	const problem = jobNameProblem(name);
	if (problem !== void 0) throw new Failure(`this ${problem}`, { exitCode: 2 });
	const bucketDir = await locateBucket(request, face);
	const path = `workspace/jobs/${name}`;
	await makeFolder(join(bucketDir, path), path);
	const files = newJobFiles(name, request.selectors);
	await writeFiles(join(bucketDir, path), files);
	const created = Object.keys(files).map((file) => `${path}/${file}`);
	return {
		exitCode: 0,
		json: {
			ok: true,
			job: name,
			selectors: request.selectors,
			created
		},
		text: nextSteps(name, created, request.selectors)
	};
}
/** Made here and by nobody else, or refused: two people who make the same job at once do not mix. */
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
const BUILT_IN = [
	"start",
	"stop",
	"restart",
	"reload",
	"status"
];
/** A target as it was typed → as make gets it (spec 16 §1.1): built-in ones in lower case, others as they are. Throws a `Failure` (2). */
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
/** `maand job VERB …`: what a person does to one job by hand. Each verb is a command of its own, named by the first operand. */
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
async function job(request, face, tools) {
	const [word = "", name] = request.operands;
	const verb = word.toLowerCase();
	if (verb === "create") return createJob({
		...request,
		operands: request.operands.slice(1)
	}, face);
	if (!VERBS.includes(verb)) throw refusal(word);
	const target = parseTarget(verb === "run" ? targetOfRun(request) : verb);
	if (name === void 0) throw new Failure(`which job? usage: maand job ${verb} JOB${verb === "run" ? " --target T" : ""}`, { exitCode: 2 });
	return jobControl({
		request,
		face,
		tools
	}, {
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
