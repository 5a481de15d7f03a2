import { n as messageOf, t as Failure } from "./failure.js";
import { t as fsPath } from "./file-name.js";
import { t as compareText } from "./order.js";
import { r as resolveRolloutOrder, t as plainText } from "./terminal-text.js";
import { r as newAbort, t as anySignal } from "./abort.js";
import { t as _usingCtx } from "./usingCtx.js";
import { f as namesOfAllocations, h as nameId, r as openHashKey, t as Ledger } from "./ledger.js";
import { $ as varsNamespace, A as HOOK_EVENTS, J as bucketVarsNamespace, K as requireSound, Q as tagsNamespace, X as jobNamespaces, Y as jobNamespace, Z as secretsNamespace, a as newDocument, c as lockState, d as openReader, et as workerNamespace, f as openStore, g as stateName, i as blankDocument, l as notInitialized, o as documentIn, p as ownerOf, q as allocationNamespace, t as openKeys, y as stateLocation } from "./state-key.js";
import { a as privateKeyKey, c as judgeAuthority, i as certificateKey, l as viewAuthority, o as readAuthorityFiles, r as previewCertificates, s as NEW_PAIR_HINT, t as certify, u as viewAuthorityPair } from "./certify.js";
import { c as stopFailure, d as isSealed, l as SecretError, t as boxOf, u as createSecretBox } from "./keys.js";
import { n as mapLimit } from "./concurrency.js";
import { u as problemText } from "./worker-facts.js";
import { a as interpreterFailure, c as isOnPath, i as findHookTools, o as missingInterpreters, r as chooseInterpreter, s as readClientLibraries, t as resolveCatalog } from "./resolve-catalog.js";
import { a as outputProblem, i as outputPath, n as isDelivered, r as isTemplate } from "./tree.js";
import { i as shellQuote, n as readProgram, r as shellJoin, t as workerProgram } from "./program.js";
import { n as digestFile, o as lookAtWorkers, t as assembleTree } from "./digest.js";
import { _ as TemplateError, a as displayText, c as isTrue, d as typeName, f as quote, g as CallFailure, h as toBytes, i as LARGEST_TEXT_BYTES, l as listOf, m as fromBytes, n as OP, o as byteOf, p as KvReading, r as byNumber, s as elementAt, t as parseTemplate, u as structOf } from "./parser.js";
import { t as NO_FENCE } from "./port.js";
import { constants } from "node:os";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { constants as constants$1, existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { spawn } from "node:child_process";
// src/kv/draft.ts
/**
* Keeps temporary changes on top of a store. Reads of the draft return the changes, but the store itself never changes.
*/
var KvDraft = class {
	#store;
	/** Maps namespace → key → value. The value undefined means that the key is deleted. */
	#changes = /* @__PURE__ */ new Map();
	#changed = 0;
	constructor(store) {
		this.#store = store;
	}
	/** The revision grows with every change of the draft or of the store. */
	get revision() {
		return this.#store.revision + this.#changed;
	}
	get(namespace, key) {
		const changes = this.#changes.get(namespace);
		return changes?.has(key) ? changes.get(key) : this.#store.get(namespace, key);
	}
	keys(namespace) {
		const changes = this.#changes.get(namespace);
		if (changes === void 0) return this.#store.keys(namespace);
		return [.../* @__PURE__ */ new Set([...this.#store.keys(namespace), ...changes.keys()])].filter((key) => this.get(namespace, key) !== void 0).sort(compareText);
	}
	/** Stores the trimmed value, as `KvStore.put` does. Returns whether this changed the value. */
	put(namespace, key, value) {
		return this.putExact(namespace, key, value.trim());
	}
	putExact(namespace, key, value) {
		if (this.get(namespace, key) === value) return false;
		return this.#change(namespace, key, value);
	}
	delete(namespace, key) {
		if (this.get(namespace, key) === void 0) return false;
		return this.#change(namespace, key, void 0);
	}
	#change(namespace, key, value) {
		const changes = this.#changes.get(namespace) ?? /* @__PURE__ */ new Map();
		this.#changes.set(namespace, changes.set(key, value));
		this.#changed++;
		return true;
	}
};
// src/catalog/kv-entries.ts
/**
* Computes the entries about the catalog that a build writes to the KV store. Each function is pure and returns a
* record from key to value.
*/
const list = (items) => items.join(",");
const activeHosts = (job) => job.allocations.filter((allocation) => !allocation.disabled).map(({ host }) => host);
/** Returns the entries of `maand/bucket`. */
function bucketEntries({ bucketId, jobs }) {
	const active = jobs.filter((job) => activeHosts(job).length > 0);
	const ports = active.flatMap((job) => Object.entries(job.ports).map(([name, number]) => [name, String(number)]));
	return {
		...Object.fromEntries(ports),
		bucket_id: bucketId,
		jobs: list(jobs.map(({ name }) => name)),
		active_jobs: list(active.map(({ name }) => name))
	};
}
function indexLabels(workers) {
	const index = /* @__PURE__ */ new Map();
	for (const worker of workers) for (const label of worker.labels) {
		const members = index.get(label) ?? [];
		members.push(worker);
		index.set(label, members);
	}
	return index;
}
/** Returns the entries of `maand/worker`, which all workers share. */
function sharedWorkerEntries(index) {
	const entries = [...index].flatMap(([label, members]) => [
		[`${label}_workers`, list(members.map(({ host }) => host))],
		[`${label}_workers_length`, String(members.length)],
		[`${label}_label_id`, nameId(label)],
		...members.map(({ host }, at) => [`${label}_${at}`, host])
	]);
	return Object.fromEntries(entries);
}
/** Returns the entries of `maand/worker/<host>`; `jobs` are the names of the jobs that are active on that worker. */
function workerEntries(worker, index, jobs) {
	const labelEntries = worker.labels.flatMap((label) => {
		const hosts = (index.get(label) ?? []).map(({ host }) => host);
		const peers = hosts.filter((host) => host !== worker.host);
		const at = [`${label}_allocation_index`, String(hosts.indexOf(worker.host))];
		return peers.length > 0 ? [at, [`${label}_peers`, list(peers)]] : [at];
	});
	return {
		...Object.fromEntries(labelEntries),
		worker_ip: worker.host,
		worker_id: worker.id,
		...worker.hostname === "" ? {} : { hostname: worker.hostname },
		position: String(worker.position),
		labels: list(worker.labels),
		worker_memory_mb: String(worker.memoryMb),
		worker_cpu_mhz: String(worker.cpuMhz),
		jobs: list([...jobs].sort(compareText))
	};
}
/** Returns the entries of `maand/job/<job>`. */
function jobEntries(job) {
	const { reservation, entry } = job;
	const active = activeHosts(job);
	const memory = boundsOrReservation(entry.memoryMb, reservation.memoryMb);
	const cpu = boundsOrReservation(entry.cpuMhz, reservation.cpuMhz);
	return {
		job_id: job.id,
		name: job.name,
		job_name: job.name,
		version: job.version,
		selectors: list(entry.selectors),
		min_memory_mb: String(memory.min),
		max_memory_mb: String(memory.max),
		min_cpu_mhz: String(cpu.min),
		max_cpu_mhz: String(cpu.max),
		memory: String(reservation.memoryMb),
		cpu: String(reservation.cpuMhz),
		workers: list(active),
		workers_length: String(active.length),
		...Object.fromEntries(active.map((host, at) => [`worker_${at}`, host])),
		rollout_order: list(active)
	};
}
function boundsOrReservation(bounds, reserved) {
	return bounds.min === 0 && bounds.max === 0 ? {
		min: reserved,
		max: reserved
	} : bounds;
}
/** Returns the entries of `maand/job/<job>/worker/<host>`, without the entries that certificates and deploys add. */
function allocationEntries(job, host) {
	const hosts = job.allocations.map((allocation) => allocation.host);
	return {
		[`${job.name}_allocation_index`]: String(hosts.indexOf(host)),
		peer_workers: list(hosts.filter((other) => other !== host))
	};
}
/**
* Returns the entries of `vars/bucket/job/<job>`. `vars.conf` contains the defaults. A key in the job's section of the
* bucket's job configuration replaces the default.
*/
function jobVarsEntries(job, { jobConfig }) {
	const section = Object.hasOwn(jobConfig.sections, job.name) ? jobConfig.sections[job.name] : {};
	return {
		...job.entry.vars,
		...section
	};
}
/** The entries of `maand/prometheus` in a bucket without a Prometheus job. */
const PROMETHEUS_ENTRIES = {
	scrape_configs: "[]",
	scrape_jobs: "",
	scrape_jobs_length: "0"
};
// src/kv/publish.ts
/**
* Writes the keys that a build publishes into the store. Removes the keys of jobs, workers and allocations that no
* longer exist.
*/
/**
* Returns whether `publishCatalog` keeps a key. Later steps of the build write certificates, and deploys write the
* promoted version.
*/
const keepForLater = (key) => key === "version" || key.startsWith("certs/");
/**
* Updates all namespaces that a build writes, so that they match the catalog. Keys are written and deleted. The
* namespaces of jobs and workers that no longer exist are cleared. Values that hooks wrote for an existing job stay.
*/
function publishCatalog(store, catalog, workspace) {
	const index = indexLabels(catalog.workers);
	store.sync("maand/bucket", bucketEntries(catalog));
	store.sync("vars/bucket", workspace.bucketVars);
	store.sync("maand/worker", sharedWorkerEntries(index), (key) => key.startsWith("certs/"));
	store.sync("maand/prometheus", PROMETHEUS_ENTRIES);
	const jobsOn = activeJobsByHost(catalog);
	for (const worker of catalog.workers) {
		store.sync(workerNamespace(worker.host), workerEntries(worker, index, jobsOn.get(worker.host) ?? []));
		store.sync(tagsNamespace(worker.host), worker.tags);
	}
	const emptied = jobsThatLostAll(catalog);
	for (const job of catalog.jobs) {
		if (emptied.has(job.name)) {
			clearPublished(store, job.name);
			continue;
		}
		store.sync(jobNamespace(job.name), jobEntries(job));
		store.sync(bucketVarsNamespace(job.name), jobVarsEntries(job, workspace));
		for (const [key, value] of Object.entries(job.entry.putOnlyVars)) store.put(varsNamespace(job.name), key, value);
		for (const { host } of job.allocations) store.sync(allocationNamespace(job.name, host), allocationEntries(job, host), keepForLater);
	}
	clearWhatLeft(store, catalog);
}
function activeJobsByHost(catalog) {
	const jobsOn = /* @__PURE__ */ new Map();
	for (const { name, allocations } of catalog.jobs) for (const { host, disabled } of allocations) if (!disabled) jobsOn.set(host, [...jobsOn.get(host) ?? [], name]);
	return jobsOn;
}
function clearWhatLeft(store, catalog) {
	for (const { job, host } of catalog.removed) store.clear(allocationNamespace(job, host));
	const jobs = new Set(catalog.jobs.map(({ name }) => name));
	const hosts = new Set(catalog.workers.map(({ host }) => host));
	for (const namespace of store.namespaces()) {
		const host = /^maand\/worker\/([^/]+)(?:\/tags)?$/.exec(namespace)?.[1];
		if (host !== void 0 && !hosts.has(host)) store.clear(namespace);
		const job = /^(?:maand|vars|secrets|vars\/bucket)\/job\/([^/]+)$/.exec(namespace)?.[1];
		if (job !== void 0 && !jobs.has(job)) store.clear(namespace);
	}
}
/**
* Returns the jobs of the workspace that lost their last allocation in this build. The keys that builds published for
* these jobs are removed. The keys that hooks wrote stay.
*/
function jobsThatLostAll(catalog) {
	const lost = new Set(catalog.removed.map(({ job }) => job));
	return new Set(catalog.jobs.filter((job) => lost.has(job.name) && job.allocations.length === 0).map(({ name }) => name));
}
function clearPublished(store, job) {
	store.clear(jobNamespace(job));
	store.clear(bucketVarsNamespace(job));
}
/** Clears every namespace of a job, including the values that its hooks wrote. */
function clearJob(store, job) {
	for (const namespace of jobNamespaces(job)) store.clear(namespace);
}
// src/build/certificates.ts
/** Brings the certificates in the ledger up to date. Throws a `Failure` (exit code 2) when the CA cannot sign. */
async function certifyBuild(step) {
	const { state, face } = step;
	const { files, authority } = await openAuthority(step);
	const input = certificateInput(step, authority);
	requireLiving(step, input);
	const record = await certify({
		...input,
		files,
		box: state.box,
		masker: face.masker,
		signal: face.signal,
		notice: (message) => face.emit({
			type: "noticed",
			level: "info",
			message
		})
	});
	state.ledger.recordCertificates(record);
}
/**
* Adds placeholders to `store` for the certificates that a build would make. `store` cannot be saved. Throws in the
* same cases as a build.
*/
async function planCertificates(step, store) {
	const { authority } = await openAuthority(step);
	const input = {
		...certificateInput(step, authority),
		store
	};
	requireLiving(step, input);
	previewCertificates({
		...input,
		box: step.state.box
	});
}
/**
* Adds placeholders to the ledger for the certificates that a build would make, for a listing. An expired CA is not an
* error here.
*/
async function listCertificatesAhead(step) {
	const { authority } = await openAuthority(step);
	previewCertificates({
		...certificateInput(step, authority),
		box: step.state.box
	});
}
function certificateInput({ state, workspace, catalog }, authority) {
	const { ledger } = state;
	const { kv: store, certificates: record } = ledger;
	return {
		catalog,
		settings: workspace.settings,
		store,
		record,
		authority,
		nowMs: Date.now()
	};
}
function requireLiving({ workspace, face }, { authority, nowMs, settings }) {
	if (authority === void 0) return;
	const file = fileInBucket(workspace, "secrets/ca.crt");
	requireSound(judgeAuthority({
		authority,
		nowMs,
		bufferDays: settings.certsRenewalBufferDays,
		file
	}), face);
}
/**
* Opens the CA. Files in `secrets/` take precedence over the CA in the state, so replacing the files replaces the CA.
* When the state already knows the CA, its key comes from the state.
*/
async function openAuthority({ state, workspace, face }) {
	const files = await readAuthorityFiles(workspace.bucketDir);
	const known = state.ledger.certificates?.authority;
	if (files !== void 0 && files.certificate.trim() !== known?.certificate) {
		face.masker.add(files.key);
		const view = viewAuthorityPair(files);
		if (!view.ok) throw refuse(view.reason, fileInBucket(workspace, "secrets/ca.crt"));
		return {
			files,
			authority: view.value
		};
	}
	const view = known && viewAuthority(known.certificate, files ? "secrets/ca.crt" : "the state");
	if (view && !view.ok) {
		const message = `the CA cannot be used: ${view.reason}`;
		throw stopFailure({
			code: "ca-unusable",
			message,
			hint: NEW_PAIR_HINT
		});
	}
	return {
		files: void 0,
		authority: view?.value
	};
}
function fileInBucket({ bucketPath }, path) {
	return bucketPath === "" ? path : `${bucketPath}/${path}`;
}
function refuse(reason, file) {
	const diagnostic = {
		severity: "error",
		code: "ErrInvalidCA",
		message: `the bucket CA cannot be used: ${reason}`,
		place: {
			file,
			line: 1,
			column: 1
		},
		hint: NEW_PAIR_HINT
	};
	return new Failure("the workspace has 1 error", {
		exitCode: 2,
		diagnostics: [diagnostic]
	});
}
// src/build/check-build.ts
/** Throws a `Failure` (exit code 2) when the root folder of a worker with deployed jobs would change. */
function checkBuild(ledger, catalog) {
	const deployed = ledger.allocations.filter(({ promoted, applied, delivered }) => promoted ?? applied ?? delivered);
	const hosts = new Set(deployed.map(({ host }) => host));
	for (const { host, root } of catalog.workers) {
		const known = Object.hasOwn(ledger.workers, host) ? ledger.workers[host] : void 0;
		if (known === void 0 || known.root === root || !hosts.has(host)) continue;
		throw stopFailure({
			code: "root-moved",
			message: `the root of worker ${host} changes from ${known.root} to ${root}, and jobs are deployed there`,
			hint: "take the worker out of workers.json and deploy, so that its jobs stop (with --allow-stops JOB for a job that has no other worker); then add it with the new root",
			exitCode: 2
		});
	}
}
// src/rollout/hook-events.ts
function hasHooks(job, event) {
	return job.entry.hooks.some((hook) => hook.events.includes(event));
}
/** Returns the allocations of the job in rollout order. */
function inRolloutOrder({ ledger }, job, allocations) {
	const written = ledger.kv.get(jobNamespace(job.name), "rollout_order");
	const all = job.allocations.map(({ host }) => host);
	const { hosts } = resolveRolloutOrder(written, all, allocations.map(({ host }) => host));
	const byHost = new Map(allocations.map((allocation) => [allocation.host, allocation]));
	return hosts.flatMap((host) => byHost.get(host) ?? []);
}
/**
* Runs hooks as one phase of the job. Returns the problem, or `undefined` after success. Does nothing when the job has
* no such hooks.
*/
async function runHookPhase(run, request) {
	const { job, event } = request;
	if (!hasHooks(job, event) || request.allocations.length === 0) return void 0;
	const began = run.nowMs();
	run.emit({
		type: "phase-started",
		job: job.name,
		phase: event
	});
	const { failure } = await run.runHooks(request);
	run.emit({
		type: "phase-finished",
		job: job.name,
		phase: event,
		outcome: failure === void 0 ? "succeeded" : run.signal.aborted ? "cancelled" : "failed",
		durationMs: run.nowMs() - began,
		...failure === void 0 ? {} : { message: failure }
	});
	return failure === void 0 ? void 0 : {
		kind: "hook",
		said: failure
	};
}
/** Runs a job-wide event on allocations of the job, in rollout order and in batches. */
function runJobHooks(run, job, { event, allocations = job.allocations, extraEnv }) {
	return runHookPhase(run, {
		event,
		job,
		allocations: inRolloutOrder(run, job, allocations),
		batchSize: job.entry.maxConcurrentUpgrades,
		phase: event,
		...extraEnv === void 0 ? {} : { extraEnv }
	});
}
// src/rollout/run.ts
const indexes = /* @__PURE__ */ new WeakMap();
/**
* Indexes workers and jobs, because every allocation needs several lookups. A catalog never changes, so the index is
* kept.
*/
function indexOf(catalog) {
	const known = indexes.get(catalog) ?? {
		workers: new Map(catalog.workers.map((worker) => [worker.host, worker])),
		jobs: new Map(catalog.jobs.map((job) => [job.name, job]))
	};
	indexes.set(catalog, known);
	return known;
}
function workerOf({ catalog }, host) {
	const worker = indexOf(catalog).workers.get(host);
	if (!worker) throw new Error(`no worker ${host} in the catalog`);
	return worker;
}
function jobOf({ catalog }, name) {
	const job = indexOf(catalog).jobs.get(name);
	if (!job) throw new Error(`no job ${name} in the catalog`);
	return job;
}
/** Returns the folder of a bucket on a worker, `<root>/<bucket id>`. */
function bucketFolder(worker, bucketId) {
	return `${worker.root}/${bucketId}`;
}
/** Returns the folder of a job on a worker, `<root>/<bucket id>/jobs/<job>`. */
function jobFolder(worker, bucketId, job) {
	return `${bucketFolder(worker, bucketId)}/jobs/${job}`;
}
// src/build/post-build.ts
/** Runs the `post_build` hooks of a build. */
/**
* Throws a `Failure` (exit code 2) when this machine cannot run the `post_build` hooks. Must be called before anything
* is saved.
*/
async function requirePostBuildTools({ jobs }) {
	if (!jobs.some((job) => hasHooks(job, "post_build"))) return;
	const missing = await missingInterpreters(jobs, await findHookTools(), ["post_build"]);
	if (missing.length > 0) throw interpreterFailure(missing);
}
function hasPostBuildHooks({ jobs }) {
	return jobs.some((job) => hasHooks(job, "post_build"));
}
/**
* Runs the `post_build` hooks in the order of the waves. All hooks run even after one fails, and any failure then fails
* the build. Values that the hooks wrote are kept.
*/
async function runPostBuild(run) {
	const failures = [];
	for (const name of run.catalog.waves.flat()) {
		if (run.signal.aborted) break;
		const failure = await runJobHooks(run, jobOf(run, name), { event: "post_build" });
		if (failure !== void 0) failures.push(`post_build: ${problemText(failure)}`);
	}
	if (failures.length > 0) throw new Failure(failures.join("\n"), { exitCode: 1 });
}
// src/build/record-build.ts
/** Returns the decisions of earlier builds that a new build keeps. */
function continuityOf(ledger) {
	const { bucketId, workers, ports, allocations } = ledger;
	return {
		bucketId,
		workers,
		ports,
		allocations
	};
}
/**
* Records a built catalog in the state: a record for every allocation, the ids of workers, and the ports. The record of
* a removed allocation remains until the allocation is stopped and collected.
*/
function recordBuild(ledger, catalog, builtDigest) {
	for (const allocation of catalog.jobs.flatMap((job) => job.allocations)) {
		const known = ledger.allocation(allocation.id);
		ledger.record(updateRecord(known ?? newRecord(allocation), allocation));
	}
	for (const { id } of catalog.removed) {
		const known = ledger.allocation(id);
		if (known) ledger.record({
			...known,
			removed: true
		});
	}
	const known = (worker) => knownWorker(worker, ledger.workers[worker.host]);
	ledger.recordBuild({
		digest: builtDigest,
		workers: Object.fromEntries([...catalog.workers.map((worker) => [worker.host, known(worker)]), ...goneWorkers(catalog).map((worker) => [worker.host, {
			...known(worker),
			left: true
		}])]),
		ports: Object.fromEntries(catalog.jobs.map((job) => [job.name, job.ports]))
	});
}
function newRecord({ id, job, host }) {
	return {
		id,
		job,
		host,
		disabled: false,
		removed: false,
		currentVersion: "0.0.0"
	};
}
/**
* Updates a record. An allocation that was stopped or disabled loses its promoted tree when it is enabled again, so
* that the next deploy starts it.
*/
function updateRecord(record, { disabled }) {
	const { promoted, applied, stopped, ...rest } = record;
	if ((stopped || record.disabled && !record.removed) && !disabled) return {
		...rest,
		disabled,
		removed: false,
		repeat: true
	};
	return {
		...rest,
		disabled,
		removed: false,
		...promoted ? { promoted } : {},
		...applied ? { applied } : {},
		...stopped && disabled ? { stopped } : {}
	};
}
/**
* Returns the workers that left the bucket but still have allocations to stop. The addresses of these workers are
* needed until then.
*/
function goneWorkers({ removed }) {
	return removed.filter(({ workerLeft }) => workerLeft).map(({ worker }) => worker);
}
/**
* Returns the worker for the state. The update sequence is kept only for the same worker with the same root. A
* different worker on the host, or a different root, has received nothing yet.
*/
function knownWorker(worker, earlier) {
	const { id, port, user, root, useSudo, hostKey } = worker;
	const updateSeq = earlier?.id === id && earlier.root === root ? earlier.updateSeq : void 0;
	return {
		id,
		port,
		user,
		root,
		useSudo,
		...hostKey === void 0 ? {} : { hostKey },
		...updateSeq === void 0 ? {} : { updateSeq }
	};
}
// src/build/build-in-memory.ts
const HISTORY_DAYS = 7;
/** Runs a complete build. Throws a `Failure`. The ledger is then unchanged, except when the CA cannot sign. */
async function buildInMemory(state, workspace, face) {
	const catalog = await buildWithoutCertificates(state, workspace, face);
	await certifyBuild({
		state,
		workspace,
		catalog,
		face
	});
	return catalog;
}
/** Runs a build without its certificates. `certifyBuild` makes the certificates after the plan is accepted. */
async function beginBuild(state, workspace, face) {
	const catalog = await buildWithoutCertificates(state, workspace, face);
	const kv = new KvDraft(state.ledger.kv);
	await planCertificates({
		state,
		workspace,
		catalog,
		face
	}, kv);
	return {
		catalog,
		kv
	};
}
async function buildWithoutCertificates(state, workspace, face) {
	const { ledger } = state;
	const catalog = resolveCatalog(workspace, continuityOf(ledger), face);
	checkBuild(ledger, catalog);
	await requirePostBuildTools(catalog);
	apply(ledger, catalog, workspace);
	return catalog;
}
/**
* Runs a build for a plan. Throws in the same cases as a build, but runs no hook and makes no certificate. The ledger
* must not be committed.
*/
async function buildAhead(state, workspace, face) {
	const { ledger } = state;
	const catalog = resolveCatalog(workspace, continuityOf(ledger), face);
	checkBuild(ledger, catalog);
	apply(ledger, catalog, workspace);
	await planCertificates({
		state,
		workspace,
		catalog,
		face
	}, ledger.kv);
	return catalog;
}
/** Runs a build for a listing. The listing also shows catalogs that a build would refuse. */
async function listAhead({ state, workspace, catalog, face }) {
	apply(state.ledger, catalog, workspace);
	await listCertificatesAhead({
		state,
		workspace,
		catalog,
		face
	});
}
/** Updates the KV store, records and ports of the ledger to match the catalog. */
function apply(ledger, catalog, workspace) {
	ledger.kv.purge(HISTORY_DAYS);
	publishCatalog(ledger.kv, catalog, workspace);
	recordBuild(ledger, catalog, workspace.digest);
}
// src/hooks/api/admissions.ts
/** Keeps the tokens that identify hook processes to the runtime API. */
/** Tokens of the hook processes that run now. Only the digests of the tokens are kept. */
var Admissions = class {
	#digests = /* @__PURE__ */ new Map();
	admit(caller) {
		const token = randomBytes(32).toString("base64url");
		const admission = { caller };
		this.#digests.set(admission, digestOf(token));
		return {
			admission,
			token
		};
	}
	revoke(admission) {
		this.#digests.delete(admission);
	}
	has(admission) {
		return this.#digests.has(admission);
	}
	/**
	* Returns the admission of a token, or `undefined` when the token is invalid. The search takes the same time for
	* every token, so that timing does not reveal parts of a valid token.
	*/
	find(token) {
		const digest = digestOf(token);
		let found;
		for (const [admission, known] of this.#digests) if (timingSafeEqual(known, digest)) found = admission;
		return found;
	}
};
function digestOf(token) {
	return createHash("sha256").update(token).digest();
}
// src/kv/older-names.ts
const JOB = /^maand\/job\/[^/]+$/;
const ALLOCATION = /^maand\/job\/[^/]+\/worker\/[^/]+$/;
const JOB_VARS = /^vars\/bucket\/job\/[^/]+$/;
/** Returns the current name of a namespace: `maand` becomes `maand/bucket`. */
function todaysNamespace(namespace) {
	return namespace === "maand" ? "maand/bucket" : namespace;
}
/** Returns the value under the given name. When that key is missing, returns the value under its current name. */
function readByAnyName(store, asked, key) {
	const namespace = todaysNamespace(asked);
	return store.get(namespace, key) ?? readOlder(store, namespace, key);
}
function readOlder(store, namespace, key) {
	const bound = namespace === "vars/bucket" ? ["port_min", "port_max"].indexOf(key) : -1;
	if (bound !== -1) return store.get(namespace, "port_range")?.split(",")[bound]?.trim();
	const today = todaysKey(namespace, key);
	return today === key ? void 0 : store.get(namespace, today);
}
/** Returns the current name of a key. */
function todaysKey(namespace, key) {
	if (namespace === "maand/bucket" && key === "activejobs") return "active_jobs";
	if (JOB.test(namespace) && key === "deploy_order") return "rollout_order";
	if (ALLOCATION.test(namespace) && key === "new_version") return "version";
	if (JOB_VARS.test(namespace) && (key === "MEMORY" || key === "CPU")) return key.toLowerCase();
	return namespace.startsWith("maand/") && /^[A-Z][A-Z0-9_]*$/.test(key) ? key.toLowerCase() : key;
}
/**
* Returns a hint for a key that was removed and has no current name. Returns undefined for a key that was not removed
* or that has a current name.
*/
function insteadOf(asked, key) {
	const namespace = todaysNamespace(asked);
	if (JOB.test(namespace) && key === "ports_json") return "read each port by its name in maand/bucket";
	if (!ALLOCATION.test(namespace)) return void 0;
	if (key === "current_version") return "use .CurrentVersion in templates and CURRENT_VERSION in hooks";
	return [
		"is_primary",
		"is_seed",
		"peer_ports"
	].includes(key) ? "use peer_workers and the allocation index" : void 0;
}
// src/kv/access.ts
/** Returns every namespace that the allocation may read. */
function readableNamespaces({ job, host, demandedJobs }) {
	const own = [
		"maand/bucket",
		"vars/bucket",
		"maand/worker",
		`maand/worker/${host}`,
		`maand/worker/${host}/tags`,
		jobNamespace(job),
		`vars/bucket/job/${job}`,
		varsNamespace(job),
		secretsNamespace(job),
		`maand/job/${job}/worker/${host}`,
		"maand/prometheus"
	];
	const demanded = demandedJobs.flatMap((name) => [
		jobNamespace(name),
		varsNamespace(name),
		secretsNamespace(name)
	]);
	return /* @__PURE__ */ new Set([...own, ...demanded]);
}
/** Returns a description for messages, e.g. `the secret secrets/job/api password`. */
function secretPlace(namespace, key) {
	return `the secret ${namespace} ${key}`;
}
function openView({ store, scope, box, onSecret }) {
	const readable = readableNamespaces(scope);
	const refuse = (namespace) => ({
		kind: "unreadable",
		message: `${namespace} namespace is not available for job ${scope.job}`
	});
	return {
		get(namespace, key) {
			if (!readable.has(todaysNamespace(namespace))) return refuse(namespace);
			const value = readByAnyName(store, namespace, key);
			if (value === void 0) {
				const hint = insteadOf(namespace, key);
				return {
					kind: "missing",
					...hint !== void 0 && { hint }
				};
			}
			if (!namespace.startsWith("secrets/") && !isSealed(value)) return {
				kind: "found",
				value
			};
			return unseal(value, box, (plain) => onSecret(plain, secretPlace(namespace, key)));
		},
		keys(namespace) {
			const today = todaysNamespace(namespace);
			return readable.has(today) ? {
				kind: "found",
				keys: store.keys(today)
			} : refuse(namespace);
		}
	};
}
function unseal(value, box, onSecret) {
	if (box === void 0) return {
		kind: "undecryptable",
		message: "kv encryption key is missing or invalid"
	};
	try {
		const plain = box.open(value);
		onSecret(plain);
		return {
			kind: "found",
			value: plain,
			isSecret: true
		};
	} catch (thrown) {
		if (thrown instanceof SecretError) return {
			kind: "undecryptable",
			message: thrown.message
		};
		throw thrown;
	}
}
/** Returns the reason why a hook may not write, or undefined when the hook may write. */
function writeRefusal({ job, event, route, namespace, key }) {
	const own = namespace === (route === "put-secret" || route === "delete-secret" ? secretsNamespace(job) : varsNamespace(job));
	const order = route === "put" && namespace === jobNamespace(job) && key === "rollout_order";
	if (!own && !(order && (event === "pre_deploy" || event === "cli"))) return "Invalid or unauthorized namespace";
	return event === "health_check" ? "KV writes are not allowed during health_check" : void 0;
}
// src/hooks/api/api-request.ts
const BODY_LIMIT_BYTES = 1048576;
/** Ends a request with an error response that gives the reason. */
var ApiRefusal = class extends Error {
	name = "ApiRefusal";
	status;
	constructor(status, message) {
		super(message);
		this.status = status;
	}
};
const INVALID_TOKEN = "Missing or invalid token: send Authorization: Bearer $HOOK_API_TOKEN";
/**
* Returns the process that the token belongs to. The headers `X-ALLOCATION-ID`, `EVENT`, `HOOK` and `COMMAND` of older
* clients are optional, but must match the token.
*/
function authorize(request, admissions) {
	const [, token] = /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
	const admission = token === void 0 ? void 0 : admissions.find(token);
	if (!admission) throw new ApiRefusal(401, INVALID_TOKEN);
	const { allocationId, hook, event } = admission.caller;
	const claims = {
		"X-ALLOCATION-ID": allocationId,
		EVENT: event,
		HOOK: hook,
		COMMAND: hook
	};
	for (const [header, value] of Object.entries(claims)) {
		const claimed = request.headers[header.toLowerCase()];
		if (claimed !== void 0 && claimed !== value) throw new ApiRefusal(403, `${header} does not agree with the token, which belongs to ${value}`);
	}
	return admission;
}
/** Returns the fields of a request, or `undefined` when the request has no fields. */
async function readFields(request, query) {
	const body = await readBody(request);
	if (body !== "") {
		checkContentType(request.headers["content-type"]);
		return parseObject(body);
	}
	return (request.method === "GET" || request.method === "DELETE") && query.size > 0 ? Object.fromEntries(query) : void 0;
}
async function readBody(request) {
	const chunks = [];
	let sizeBytes = 0;
	try {
		for await (const chunk of request) {
			sizeBytes += chunk.length;
			if (sizeBytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
		}
	} catch {
		throw new ApiRefusal(400, "Failed to read request body");
	}
	if (sizeBytes > BODY_LIMIT_BYTES) throw new ApiRefusal(413, "Request body is larger than 1 MiB");
	return Buffer.concat(chunks).toString("utf8").trim();
}
function checkContentType(type) {
	if (type === void 0 || /^application\/json\s*(;|$)/i.test(type)) return;
	throw new ApiRefusal(415, "Content-Type must be application/json");
}
function parseObject(body) {
	let parsed;
	try {
		parsed = JSON.parse(body);
	} catch {
		throw new ApiRefusal(400, "Invalid JSON format");
	}
	if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new ApiRefusal(400, "Invalid JSON format");
	return parsed;
}
/** Returns a text field, or '' when the field is missing. */
function textField(fields, name) {
	const value = Object.hasOwn(fields, name) ? fields[name] : void 0;
	if (value === void 0 || value === null) return "";
	if (typeof value !== "string") throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a string`);
	return value;
}
/** Returns a number field, or 0 when the field is missing. */
function numberField(fields, name) {
	const value = Object.hasOwn(fields, name) ? fields[name] : void 0;
	if (value === void 0 || value === null) return 0;
	if (typeof value !== "number") throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a number`);
	return value;
}
/** Sends the response. Must be called exactly once for each request. */
function sendAnswer(response, answer) {
	const body = answer.json === void 0 ? answer.text ?? "" : JSON.stringify(answer.json);
	const type = answer.json === void 0 ? "text/plain; charset=utf-8" : "application/json";
	const bytes = Buffer.from(body === "" ? "" : `${body}\n`);
	const headers = {
		"Content-Length": bytes.length,
		...body === "" ? {} : { "Content-Type": type }
	};
	response.writeHead(answer.status, headers).end(bytes);
}
// src/hooks/api/api-kv.ts
const INVALID_NAMESPACE = "Invalid or unauthorized namespace";
const MISSING_FIELD = "Both namespace and key are required";
const NOT_FOUND = {
	status: 404,
	text: "KV get operation failed"
};
const DONE = { status: 200 };
/** Replies only once the value is durable; otherwise a crash would make the next run generate a different value. */
async function getValue(routes, { admission, fields }) {
	const { namespace, key } = readName(fields);
	const { store, box, masker } = routes;
	await settle(routes, namespace, key);
	const read = openView({
		store,
		box,
		scope: admission.caller,
		onSecret: (plain, place) => void masker.add(plain, place)
	}).get(namespace, key);
	switch (read.kind) {
		case "found": return {
			status: 200,
			json: {
				namespace,
				key,
				value: read.value
			}
		};
		case "missing": return read.hint === void 0 ? NOT_FOUND : {
			status: 404,
			text: `Key is gone: ${read.hint}`
		};
		case "unreadable": return {
			status: 400,
			text: INVALID_NAMESPACE
		};
		case "undecryptable": return {
			status: 500,
			text: `Internal server error: ${read.message}`
		};
	}
}
/** Returns the names of the job's variables, of its secrets, or of both. Never returns values. */
function listKeys({ store }, { admission, fields }) {
	const { job } = admission.caller;
	const own = [varsNamespace(job), secretsNamespace(job)];
	const asked = textField(fields, "namespace");
	if (asked !== "" && !own.includes(asked)) return {
		status: 400,
		text: INVALID_NAMESPACE
	};
	return {
		status: 200,
		json: { namespaces: Object.fromEntries((asked === "" ? own : [asked]).map((namespace) => [namespace, store.keys(namespace)])) }
	};
}
async function putValue(routes, request) {
	const { namespace, key: written } = readName(request.fields);
	const key = todaysKey(namespace, written);
	const value = textField(request.fields, "value").trim();
	if (value === "") throw new ApiRefusal(400, MISSING_FIELD);
	checkWrite(request, {
		route: "put",
		namespace,
		key
	});
	routes.store.put(namespace, key, value);
	await settle(routes, namespace, key);
	return DONE;
}
/** Seals and stores a secret. The value is stored unchanged. Storing an equal value again creates no new version. */
async function putSecret(routes, request) {
	const { namespace, key } = readName(request.fields);
	const plain = textField(request.fields, "value");
	if (plain === "") throw new ApiRefusal(400, MISSING_FIELD);
	checkWrite(request, {
		route: "put-secret",
		namespace,
		key
	});
	const box = requireBox(routes);
	if (!routes.masker.add(plain, secretPlace(namespace, key))) routes.warn(`secret ${namespace} ${key} is too short to be hidden in logs: use 6 characters or more`);
	if (openedNow(routes, namespace, key) !== plain) routes.store.putExact(namespace, key, box.seal(plain));
	await settle(routes, namespace, key);
	return DONE;
}
/** Handles both delete routes: `delete` for variables, `delete-secret` for secrets. */
async function deleteKey(routes, request, route) {
	const { namespace, key } = readName(request.fields);
	checkWrite(request, {
		route,
		namespace,
		key
	});
	const wasThere = routes.store.delete(namespace, key);
	await settle(routes, namespace, key);
	return wasThere ? DONE : NOT_FOUND;
}
/** Waits until the current entry of the key is durable, even if a different hook process wrote this entry. */
function settle({ store, persist }, namespace, key) {
	return persist(store.revisionOf(namespace, key));
}
function readName(fields) {
	const namespace = textField(fields, "namespace");
	const key = textField(fields, "key");
	if (namespace === "" || key === "") throw new ApiRefusal(400, MISSING_FIELD);
	return {
		namespace,
		key
	};
}
function checkWrite({ admission }, { route, namespace, key }) {
	const { job, event } = admission.caller;
	const refusal = writeRefusal({
		job,
		event,
		route,
		namespace,
		key
	});
	if (refusal !== void 0) throw new ApiRefusal(400, refusal);
}
function requireBox({ box }) {
	if (box === void 0) throw new ApiRefusal(500, "Internal server error: this run has no state key to seal secrets with");
	return box;
}
/**
* Returns the stored secret as plain text. Returns `undefined` when the secret is missing or can no longer be opened;
* the new value then replaces the stored secret.
*/
function openedNow({ store, box }, namespace, key) {
	const sealed = store.get(namespace, key);
	if (sealed === void 0) return void 0;
	try {
		return box?.open(sealed);
	} catch (thrown) {
		if (thrown instanceof SecretError) return void 0;
		throw thrown;
	}
}
// src/hooks/api/api-semaphores.ts
/** Semaphore routes of the hook API (docs/runtime-api.md "Semaphores"). */
const DEFAULT_TIMEOUT_S$1 = 600;
const LONGEST_TIMEOUT_S$1 = 3600;
const REFUSED = "Semaphore acquire or release failed";
async function acquireSemaphore(semaphores, request) {
	const semaphore = readSemaphore(request);
	const { admission: holder, gone } = request;
	const { allocationId } = holder.caller;
	const capacity = numberField(request.fields, "capacity");
	if (!Number.isInteger(capacity)) throw new ApiRefusal(400, "Invalid JSON format: \"capacity\" must be a whole number");
	const timeoutMs = timeoutSeconds(numberField(request.fields, "timeout_seconds")) * 1e3;
	const outcome = await semaphores.acquire({
		semaphore,
		holder,
		capacity,
		timeoutMs,
		gone
	});
	switch (outcome.kind) {
		case "acquired":
			request.onUndelivered(() => semaphores.release(semaphore, allocationId));
			return acquired(semaphore, allocationId, outcome.capacity);
		case "held": return acquired(semaphore, allocationId, outcome.capacity);
		case "timed-out": return {
			status: 408,
			text: "Timed out waiting for semaphore"
		};
		case "refused": return {
			status: 409,
			text: `${REFUSED}: ${outcome.reason}`
		};
	}
}
function acquired({ name }, allocationId, capacity) {
	return {
		status: 200,
		json: {
			name,
			allocation_id: allocationId,
			capacity,
			acquired: true
		}
	};
}
function releaseSemaphore(semaphores, request) {
	const semaphore = readSemaphore(request);
	return semaphores.release(semaphore, request.admission.caller.allocationId) ? { status: 200 } : {
		status: 409,
		text: REFUSED
	};
}
function semaphoreStatus(semaphores, request) {
	const semaphore = readSemaphore(request);
	return {
		status: 200,
		json: {
			name: semaphore.name,
			...semaphores.status(semaphore)
		}
	};
}
function readSemaphore({ admission, fields }) {
	const name = textField(fields, "name");
	if (name === "") throw new ApiRefusal(400, "Both namespace and key are required");
	const { job, event } = admission.caller;
	return {
		job,
		event,
		name
	};
}
function timeoutSeconds(asked) {
	return asked > 0 ? Math.min(asked, LONGEST_TIMEOUT_S$1) : DEFAULT_TIMEOUT_S$1;
}
// src/hooks/api/api-workers.ts
/**
* Worker routes of the hook API. The functions `run_ssh`, `run_make_target` and `run_runner_target` of the client
* libraries call these routes.
*/
const DEFAULT_TIMEOUT_S = 300;
const LONGEST_TIMEOUT_S = 3600;
const BUILT_IN = [
	"start",
	"stop",
	"restart",
	"reload",
	"status"
];
/** Names of make targets that are allowed, as for `maand job run --target`. */
const TARGET = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** Runs a command in the login folder of a worker. */
function runWorkerCommand(routes, request) {
	const { caller } = request.admission;
	const { fields } = request;
	const command = textField(fields, "command");
	if (command.trim() === "") throw new ApiRefusal(400, "\"command\" is required");
	if (command.includes("\0")) throw new ApiRefusal(400, "\"command\" must not hold a NUL character");
	return runTask$1(routes, request, {
		task: {
			kind: "command",
			host: textField(fields, "worker") || caller.host,
			command,
			timeoutMs: timeoutMs(fields)
		},
		jobs: [caller.job, ...caller.demandedJobs]
	});
}
/** Runs a make target, as a deploy does. The target belongs to the caller's job or to a job that this job demands. */
function runWorkerTarget(routes, request) {
	const { caller } = request.admission;
	const { fields } = request;
	const target = readTarget(fields);
	const job = textField(fields, "job") || caller.job;
	if (job !== caller.job && !caller.demandedJobs.includes(job)) throw new ApiRefusal(400, `Invalid or unauthorized job: no hook of ${caller.job} demands ${job}`);
	return runTask$1(routes, request, {
		task: {
			kind: "target",
			host: textField(fields, "worker") || caller.host,
			job,
			target,
			timeoutMs: timeoutMs(fields)
		},
		jobs: [job]
	});
}
function readTarget(fields) {
	const raw = textField(fields, "target");
	const target = raw.trim();
	if (target === "") throw new ApiRefusal(400, "\"target\" is required");
	if (TARGET.test(target)) return BUILT_IN.includes(target.toLowerCase()) ? target.toLowerCase() : target;
	throw new ApiRefusal(400, `invalid job control target "${raw}" (built-in: ${BUILT_IN.join(", ")}; custom targets must match ${TARGET.source.slice(1, -1)})`);
}
function timeoutMs(fields) {
	const asked = numberField(fields, "timeout_seconds");
	return 1e3 * (asked > 0 ? Math.min(asked, LONGEST_TIMEOUT_S) : DEFAULT_TIMEOUT_S);
}
async function runTask$1({ workers, tasks }, { admission, gone }, { task, jobs }) {
	if (!workers) throw new ApiRefusal(409, "A dry run runs nothing on workers");
	if (!jobs.some((job) => workers.hostsOf(job).includes(task.host))) throw new ApiRefusal(400, `Invalid or unauthorized worker: ${task.host} is none of ${jobs.join(", ")}`);
	return toAnswer(task, await tasks.run(admission, gone, (signal) => workers.run(task, signal)));
}
function toAnswer({ host }, end) {
	if (end.kind === "failed") return {
		status: 502,
		text: end.message
	};
	const { exitCode, stdout, stderr, durationMs } = end;
	return {
		status: 200,
		json: {
			worker: host,
			exit_code: exitCode,
			timed_out: end.kind === "timed-out",
			stdout,
			stderr,
			duration_ms: Math.round(durationMs)
		}
	};
}
// src/hooks/api/semaphores.ts
const LARGEST_CAPACITY = 64;
var Semaphores = class {
	#semaphores = /* @__PURE__ */ new Map();
	/** Waits for a place. A place belongs to an allocation, so all processes of the allocation share it. */
	async acquire(request) {
		const capacity = Math.max(1, request.capacity);
		if (capacity > LARGEST_CAPACITY) return {
			kind: "refused",
			reason: `semaphore capacity is at most ${LARGEST_CAPACITY}, requested ${capacity}`
		};
		const semaphore = this.#open(request.semaphore, capacity);
		if (semaphore.capacity !== capacity) return {
			kind: "refused",
			reason: `semaphore capacity is ${semaphore.capacity}, requested ${capacity}`
		};
		const kind = await this.#enter(semaphore, request);
		return kind === "timed-out" ? { kind } : {
			kind,
			capacity
		};
	}
	/** Frees the place of an allocation. Returns false when the allocation does not hold the semaphore. */
	release(name, allocationId) {
		const semaphore = this.#semaphores.get(keyOf(name));
		if (!semaphore?.holders.delete(allocationId)) return false;
		admitWaiting(semaphore);
		return true;
	}
	/** Returns the status of a semaphore. An unused semaphore is free and has capacity 1. */
	status(name) {
		const semaphore = this.#semaphores.get(keyOf(name));
		if (!semaphore) return {
			capacity: 1,
			holders: [],
			waiting: 0,
			available: 1
		};
		const { capacity, holders, queue } = semaphore;
		return {
			capacity,
			holders: [...holders.keys()],
			waiting: queue.length,
			available: capacity - holders.size
		};
	}
	/** Frees the semaphores of a process that has ended, and removes the process from every queue. */
	releaseAll(holder) {
		for (const semaphore of this.#semaphores.values()) {
			for (const waiter of semaphore.queue.filter((one) => one.holder === holder)) waiter.settle("timed-out");
			for (const [allocationId, process] of semaphore.holders) if (process === holder) semaphore.holders.delete(allocationId);
			admitWaiting(semaphore);
		}
	}
	#open(name, capacity) {
		const key = keyOf(name);
		const semaphore = this.#semaphores.get(key) ?? {
			capacity,
			holders: /* @__PURE__ */ new Map(),
			queue: []
		};
		this.#semaphores.set(key, semaphore);
		return semaphore;
	}
	#enter(semaphore, { holder, timeoutMs, gone }) {
		return new Promise((done) => {
			const settle = (kind) => {
				clearTimeout(timer);
				gone.removeEventListener("abort", giveUp);
				semaphore.queue = semaphore.queue.filter((waiter) => waiter.settle !== settle);
				done(kind);
			};
			const giveUp = () => settle("timed-out");
			const timer = setTimeout(giveUp, timeoutMs);
			gone.addEventListener("abort", giveUp);
			semaphore.queue.push({
				holder,
				settle
			});
			if (gone.aborted) giveUp();
			admitWaiting(semaphore);
		});
	}
};
function keyOf({ job, event, name }) {
	return JSON.stringify([
		job,
		event,
		name
	]);
}
/**
* Grants places from the front of the queue while places are free. An allocation that already has a place is granted
* immediately.
*/
function admitWaiting(semaphore) {
	const { capacity, holders } = semaphore;
	for (const waiter of semaphore.queue) {
		const { allocationId } = waiter.holder.caller;
		if (holders.has(allocationId)) waiter.settle("held");
		else if (holders.size < capacity) {
			holders.set(allocationId, waiter.holder);
			waiter.settle("acquired");
		}
	}
}
// src/hooks/api/worker-tasks.ts
/**
* Runs the tasks that hook processes request on workers, over the connections of the run. A task ends no later than the
* process that requested it.
*/
/** Running tasks, each with the process that requested it. */
var WorkerTasks = class {
	#running = /* @__PURE__ */ new Set();
	/** Runs a task. The task is aborted when `gone` aborts or the process `holder` ends. */
	async run(holder, gone, start) {
		const stop = newAbort();
		const task = {
			holder,
			stop,
			ended: start(anySignal(gone, stop.signal))
		};
		this.#running.add(task);
		try {
			return await task.ended;
		} finally {
			this.#running.delete(task);
		}
	}
	/** Aborts the tasks of a process that has ended. Resolves when all of these tasks have ended. */
	async endAll(holder) {
		const own = [...this.#running].filter((task) => task.holder === holder);
		for (const { stop } of own) stop.abort();
		await Promise.allSettled(own.map(({ ended }) => ended));
	}
};
// src/hooks/api/api-server.ts
const HOOK_API_HOST = "127.0.0.1";
const RECEIVE_LIMIT_MS = 1e4;
const IDLE_LIMIT_MS = 3e4;
/** Starts the API of one command run. Throws a `Failure` when no port is free. */
async function startHookApi(options) {
	const { warn } = options;
	const admissions = new Admissions();
	const semaphores = new Semaphores();
	const tasks = new WorkerTasks();
	const routes = toRoutes({
		...options,
		tasks
	}, semaphores);
	const { createServer } = await import("node:http");
	const server = createServer((request, response) => void serve({
		request,
		response,
		routes,
		admissions,
		warn
	}));
	server.requestTimeout = RECEIVE_LIMIT_MS;
	server.headersTimeout = RECEIVE_LIMIT_MS;
	server.keepAliveTimeout = IDLE_LIMIT_MS;
	return {
		host: HOOK_API_HOST,
		port: await listen(server),
		admit(caller) {
			const { admission, token } = admissions.admit(caller);
			const leave = () => {
				admissions.revoke(admission);
				semaphores.releaseAll(admission);
				return tasks.endAll(admission);
			};
			return {
				token,
				[Symbol.asyncDispose]: leave
			};
		},
		[Symbol.asyncDispose]: () => stop(server)
	};
}
function listen(server) {
	return new Promise((listening, failed) => {
		server.once("error", (cause) => failed(new Failure(`cannot start the runtime API of hooks on ${HOOK_API_HOST}: ${messageOf(cause)}`, {
			exitCode: 1,
			cause
		})));
		server.listen(0, HOOK_API_HOST, () => listening(server.address().port));
	});
}
/** Stops the server. Every hook has already ended. Connections that are still open are closed. */
function stop(server) {
	return new Promise((stopped) => {
		server.close(() => stopped());
		server.closeAllConnections();
	});
}
function toRoutes(parts, semaphores) {
	const fields = (answer) => ({
		answer,
		needsFields: true
	});
	const free = (answer) => ({
		answer,
		needsFields: false
	});
	return {
		"/kv": {
			GET: fields((request) => getValue(parts, request)),
			PUT: fields((request) => putValue(parts, request)),
			DELETE: fields((request) => deleteKey(parts, request, "delete"))
		},
		"/kv/secret": {
			PUT: fields((request) => putSecret(parts, request)),
			DELETE: fields((request) => deleteKey(parts, request, "delete-secret"))
		},
		"/kv/keys": { GET: free((request) => listKeys(parts, request)) },
		"/demands": { GET: free(({ admission }) => listDemands(parts.demandsOn, admission.caller)) },
		"/semaphore/acquire": { POST: fields((request) => acquireSemaphore(semaphores, request)) },
		"/semaphore/release": { POST: fields((request) => releaseSemaphore(semaphores, request)) },
		"/worker/command": { POST: fields((request) => runWorkerCommand(parts, request)) },
		"/worker/target": { POST: fields((request) => runWorkerTarget(parts, request)) },
		"/semaphore/status": { GET: free((request) => semaphoreStatus(semaphores, request)) }
	};
}
function listDemands(demandsOn, { job, hook }) {
	return {
		status: 200,
		json: demandsOn(job, hook).map((row) => ({
			job: row.job,
			hook: row.hook,
			command: row.hook,
			demand_config: row.config
		}))
	};
}
async function serve(exchange) {
	const { response } = exchange;
	try {
		sendAnswer(response, await answerTo(exchange));
	} catch (thrown) {
		sendAnswer(response, toRefusal(exchange, thrown));
	}
}
/**
* Returns the response for a thrown error. An error that is not a refusal is a fault of this program: the run prints a
* warning with the cause, and the response only says that the request failed.
*/
function toRefusal({ request, warn }, thrown) {
	if (thrown instanceof ApiRefusal) return {
		status: thrown.status,
		text: thrown.message
	};
	warn(`runtime API of hooks: ${request.method} ${splitUrl(request)[0]}: ${messageOf(thrown)}`);
	return {
		status: 500,
		text: "Internal server error"
	};
}
async function answerTo(exchange) {
	const { request, admissions } = exchange;
	const [path, query] = splitUrl(request);
	const methods = Object.hasOwn(exchange.routes, path) ? exchange.routes[path] : void 0;
	if (!methods) return {
		status: 404,
		text: "Unknown path"
	};
	const route = methods[request.method];
	if (!route) return { status: 405 };
	const admission = authorize(request, admissions);
	const fields = await readFields(request, new URLSearchParams(query));
	if (!admissions.has(admission)) throw new ApiRefusal(401, "The hook process of this token has ended");
	if (route.needsFields && !fields) throw new ApiRefusal(400, "Failed to read request body");
	return route.answer({
		admission,
		fields: fields ?? {},
		...watchHangUp(exchange.response)
	});
}
function watchHangUp(response) {
	const hangUp = newAbort();
	const undo = [];
	response.once("close", () => {
		hangUp.abort();
		if (!response.writableFinished) for (const step of undo) step();
	});
	return {
		gone: hangUp.signal,
		onUndelivered: (step) => undo.push(step)
	};
}
/** Returns the path and the query as the client sent them. */
function splitUrl({ url = "" }) {
	const mark = url.indexOf("?");
	return mark === -1 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}
// src/hooks/process/environment.ts
/** Names of variables that may contain secrets. A hook gets such a variable only when `hook-env` names it. */
const WITHHELD = [
	/^INPUT_/,
	/^MAAND_/,
	/^ACTIONS_ID_TOKEN_/,
	/^ACTIONS_(RUNTIME_TOKEN|RUNTIME_URL|RESULTS_URL|CACHE_URL)$/
];
/** Variables that are never inherited, because a value from the caller would mislead a `job_control` script. */
const LIFECYCLE = [
	"TARGET",
	"NEW_ALLOCATIONS",
	"UPDATED_ALLOCATIONS"
];
/** Returns the part of the caller's environment that hooks may see. `allowed` contains the names from `hook-env`. */
function inheritedEnvironment(caller, allowed) {
	const kept = {};
	for (const [name, value] of Object.entries(caller)) {
		if (value === void 0) continue;
		if (allowed.includes(name) || !WITHHELD.some((pattern) => pattern.test(name))) kept[name] = value;
	}
	return kept;
}
/** Returns the whole environment of one hook process. `inherited` comes from `inheritedEnvironment`. */
function hookEnvironment(inherited, variables) {
	const base = {
		PYTHONUNBUFFERED: "1",
		HOST: variables.api.host,
		...inherited
	};
	if (variables.event === "job_control") for (const name of LIFECYCLE) delete base[name];
	return {
		...base,
		...allocationVariables(variables),
		...runVariables(variables),
		...variables.extra
	};
}
function allocationVariables(variables) {
	const disabled = variables.disabled ? "1" : "0";
	return {
		ALLOCATION_ID: variables.allocationId,
		ALLOCATION_IP: variables.host,
		ALLOCATION_INDEX: variables.allocationIndex,
		DISABLED: disabled,
		ALLOCATION_DISABLED: disabled,
		JOB: variables.job,
		EVENT: variables.event,
		HOOK: variables.hook,
		COMMAND: variables.hook,
		CURRENT_VERSION: variables.versions.current,
		NEW_VERSION: variables.versions.next
	};
}
function runVariables({ api, batch, phase, rolloutOrder, bucketRoot }) {
	return {
		HOOK_API_HOST: api.host,
		JOB_COMMAND_API_HOST: api.host,
		CONTAINER_HOST: api.host,
		HOOK_API_PORT: String(api.port),
		HOOK_API_TOKEN: api.token,
		BUCKET_ROOT: bucketRoot,
		BATCH_ALLOCATIONS: batch.hosts.join(","),
		BATCH_INDEX: String(batch.index),
		BATCH_COUNT: String(batch.count),
		DEPLOY_PHASE: phase,
		ROLLOUT_ORDER: rolloutOrder.text,
		ROLLOUT_ORDER_SOURCE: rolloutOrder.source,
		DEPLOY_ORDER: rolloutOrder.text,
		DEPLOY_ORDER_SOURCE: rolloutOrder.source
	};
}
// src/hooks/registered.ts
/** Finds the hooks and jobs that are registered for an event, and the hooks that demand a given hook. */
/**
* Returns the hooks of a job for an event, in manifest order. When `hook` is given, returns only this hook. Throws a
* `Failure` (exit code 2) when `hook` is not registered for the event.
*/
function registeredHooks(job, event, hook) {
	const registered = job.entry.hooks.filter((entry) => entry.events.includes(event));
	if (hook === void 0) return registered;
	const named = registered.filter((entry) => entry.name === hook);
	if (named.length > 0) return named;
	throw new Failure(`job "${job.name}" hook "${hook}" is not registered for event "${event}"`, {
		exitCode: 2,
		hint: `add "${event}" to executed_on of ${hook} in workspace/jobs/${job.name}/manifest.json`
	});
}
/**
* Returns every job that registers the hook for the event, sorted by name. Throws a `Failure` (exit code 2) when no job
* registers the hook for the event.
*/
function jobsWithHook(jobs, hook, event) {
	const found = jobs.filter((job) => job.entry.hooks.some((entry) => entry.name === hook && entry.events.includes(event)));
	if (found.length > 0) return found.sort((a, b) => compareText(a.name, b.name));
	throw new Failure(`hook "${hook}" is not registered for event "${event}"`, {
		exitCode: 2,
		hint: `no job has "${event}" in executed_on of ${hook}; maand cat hooks lists what there is`
	});
}
/** Returns the hooks that demand `hook` of `job`, sorted by job and hook. A hook with several events is listed once. */
function demandsOn(jobs, job, hook) {
	return jobs.flatMap(({ name, entry }) => entry.hooks.filter(({ demand }) => demand?.job === job && demand.hook === hook).map((dependent) => ({
		job: name,
		hook: dependent.name,
		config: dependent.demand?.config ?? {}
	}))).sort((a, b) => compareText(a.job, b.job) || compareText(a.hook, b.hook));
}
// src/certs/files.ts
const AUTHORITY = "certs/ca.crt";
/** Returns the certificate files of one allocation. Returns no files for a job that declares no certificate. */
function deliveredCertificates(source, job, host) {
	const { certificates } = job.entry;
	if (certificates.length === 0) return {
		files: [],
		missing: []
	};
	const found = [...certificates.flatMap(({ name }) => [certificateKey(name), privateKeyKey(name)]), AUTHORITY].map((path) => ({
		path,
		file: fileOf(source, sourceKey(job.name, host, path))
	}));
	return {
		files: found.flatMap(({ file }) => file ?? []),
		missing: found.filter(({ file }) => file === void 0).map(({ path }) => path)
	};
}
/** Returns the certificate files that exist for a hook of this allocation. Every job gets the CA certificate. */
function hookCertificates(source, job, host) {
	const own = source.store.keys(allocationNamespace(job, host)).filter((key) => key.startsWith("certs/"));
	return [.../* @__PURE__ */ new Set([...own, AUTHORITY])].flatMap((name) => fileOf(source, sourceKey(job, host, name)) ?? []);
}
function sourceKey(job, host, key) {
	return {
		namespace: key === AUTHORITY ? "maand/worker" : allocationNamespace(job, host),
		key
	};
}
function fileOf({ store, box, onSecret }, { namespace, key }) {
	const value = store.get(namespace, key);
	if (value === void 0) return void 0;
	if (!isSealed(value)) return {
		path: key,
		mode: 420,
		identity: value,
		read: () => `${value}\n`
	};
	const certificate = store.get(namespace, key.replace(/\.key$/, ".crt")) ?? "";
	const open = () => {
		const plain = openKey(box, value, `${key} of ${namespace}`);
		onSecret(plain, secretPlace(namespace, key));
		return `${plain}\n`;
	};
	return {
		path: key,
		mode: 384,
		identity: certificate,
		read: open
	};
}
function openKey(box, sealed, what) {
	try {
		return box.open(sealed);
	} catch (thrown) {
		if (!(thrown instanceof SecretError)) throw thrown;
		throw new SecretError(`${what}: ${thrown.message}`, { cause: thrown });
	}
}
// src/hooks/process/hook-folder.ts
/**
* Creates the folder in which a hook script runs. The folder contains a copy of the job's files before rendering, and
* the client libraries beside the script. This folder is separate from the delivered files. Files are copied, not
* linked: a script may write into its folder, and this must not change the workspace or the folder of a different
* allocation.
*/
const COPIES_AT_ONCE = 8;
/**
* Creates the folder `<staging>/hooks/<job>/<worker>/<hook>`. Removes an existing folder of this path first. Throws an
* `Error` with the cause when the folder cannot be created.
*/
async function stageHookFolder(request) {
	const { stagingDir, job, hook, host } = request;
	const root = join(stagingDir, "hooks", job.name, host.replaceAll(":", "_"), hook.name);
	const files = filesFor(request);
	await rm(root, {
		recursive: true,
		force: true
	});
	await mkdir(join(stagingDir, "hooks"), {
		recursive: true,
		mode: 448
	});
	await mkdir(root, {
		recursive: true,
		mode: 448
	});
	await copyFiles(root, files);
	if (request.event !== "health_check") await makeFolders(root, job.entry.emptyFolders.filter(isStaged));
	const scriptDir = join(root, posix.dirname(hook.script));
	await addToScriptDir(scriptDir, join(job.entry.dir, posix.dirname(hook.script)));
	await addCertificates(scriptDir, request.certificates);
	return {
		scriptDir,
		scriptName: posix.basename(hook.script),
		[Symbol.asyncDispose]: () => rm(root, {
			recursive: true,
			force: true,
			maxRetries: 3
		}).catch(() => {})
	};
}
/** Returns the files to copy. A health check runs often, so it gets only the files that its script needs. */
function filesFor({ job, hook, event }) {
	const files = job.entry.files.filter((file) => isStaged(file.path));
	const script = files.find((file) => file.path === hook.script);
	const stem = hook.script.slice(0, -posix.extname(hook.script).length);
	if (script !== void 0) return event === "health_check" ? files.filter((file) => file.path.startsWith(`${stem}.`)) : files;
	if (event === "health_check") throw new Error(`hook file not found: job ${job.name} hook ${hook.name} module not in job_files`);
	const folder = join(job.entry.dir, posix.dirname(hook.script));
	const { name } = hook;
	throw new Error(`hook file not found: expected ${name}.py, ${name}.ts, or ${name}.js under ${folder}`);
}
/** Returns false for Prometheus files, because the delivered tree does not contain Prometheus files either. */
function isStaged(path) {
	return !path.split("/").includes("_prometheus");
}
async function copyFiles(root, files) {
	await makeFolders(root, [...new Set(files.map((file) => dirname(file.path)))]);
	await mapLimit(files, COPIES_AT_ONCE, async (file) => {
		const target = fsPath(join(root, file.path));
		await copyFile(fsPath(file.sourcePath), target, constants$1.COPYFILE_FICLONE);
		await chmod(target, file.executable ? 493 : 420);
	});
}
async function makeFolders(root, folders) {
	for (const folder of folders) await mkdir(fsPath(join(root, folder)), {
		recursive: true,
		mode: 493
	});
}
/** Adds the files that every script gets in its folder, for every event. */
async function addToScriptDir(scriptDir, workspaceDir) {
	await mkdir(scriptDir, {
		recursive: true,
		mode: 493
	});
	for (const { name, bytes } of await readClientLibraries()) await writeFile(join(scriptDir, name), bytes, { mode: 420 });
	const manifest = join(scriptDir, "package.json");
	if (!existsSync(manifest)) await writeFile(manifest, "{ \"type\": \"module\" }\n", { mode: 420 });
	const packages = join(workspaceDir, "node_modules");
	if (existsSync(packages)) await symlink(packages, join(scriptDir, "node_modules"));
}
/** Writes the certificates. The certificates replace files of the job that have the same names. */
async function addCertificates(scriptDir, certificates) {
	for (const { path, mode, read } of certificates) {
		const file = join(scriptDir, path);
		await mkdir(dirname(file), {
			recursive: true,
			mode: 493
		});
		await rm(file, { force: true });
		await writeFile(file, read(), { mode });
		await chmod(file, mode);
	}
}
// src/hooks/process/output-lines.ts
/**
* Handles stdout and stderr of one script: splits the text into lines, removes terminal escapes, masks secrets, and
* limits the size. Even for endless output or an endless line, the memory use is limited.
*/
/** Maximum number of characters of one line that are shown. */
const LINE_LIMIT = 262144;
/**
* Number of characters that are kept beyond the limit. A secret that crosses the limit is then masked before the line
* is cut.
*/
const LOOKAHEAD = 65536;
/**
* Maximum number of characters of one process that are reported while the process runs. Later output only updates the
* tails.
*/
const LIVE_LIMIT = 8388608;
/** Number of characters at the end of each stream that are kept for the record. */
const TAIL_LIMIT = 65536;
/** Lines and tails of both streams of a process. */
var ProcessOutput = class {
	#options;
	#streams;
	#reported = 0;
	constructor(options) {
		this.#options = options;
		this.#streams = {
			stdout: this.#open("stdout"),
			stderr: this.#open("stderr")
		};
	}
	push(stream, chunk) {
		this.#streams[stream].lines.push(chunk);
	}
	/** Ends the output: text after the last line break becomes a line. */
	end() {
		this.#streams.stdout.lines.end();
		this.#streams.stderr.lines.end();
	}
	/** Returns the last lines of a stream, masked. A mark shows that earlier lines were dropped. */
	tail(stream) {
		return this.#options.mask(this.#streams[stream].tail.text());
	}
	#open(stream) {
		const tail = new Tail();
		return {
			lines: new LineSplitter((raw, droppedCount) => {
				for (const line of this.#clean(raw, droppedCount)) {
					tail.add(line);
					this.#report(line, stream);
				}
			}),
			tail
		};
	}
	/**
	* Splits a raw line at carriage returns. A terminal would overwrite the earlier text, but a log shows all parts. When
	* the end of the line was dropped, the kept characters beyond the limit are dropped too, because they may end in the
	* middle of a secret.
	*/
	#clean(raw, droppedCount) {
		const shown = this.#options.mask(raw).split("\r").filter((part, index) => part !== "" || index === 0).map((part) => this.#plain(part));
		const text = shown.join("\n");
		if (droppedCount === 0) return shown.map((line) => line.length > LINE_LIMIT ? cut(line) : line);
		const lines = text.slice(0, Math.max(0, text.length - LOOKAHEAD)).split("\n");
		return [...lines.slice(0, -1), cut(lines.at(-1) ?? "")];
	}
	/**
	* Removes terminal escapes. Masks again, because an escape in the middle of a secret hides the secret from the first
	* masking.
	*/
	#plain(text) {
		const plain = plainText(text);
		return plain === text ? text : this.#options.mask(plain);
	}
	#report(line, stream) {
		if (this.#reported > LIVE_LIMIT) return;
		this.#reported += line.length + 1;
		if (this.#reported <= LIVE_LIMIT) this.#options.onLine(line, stream);
		else this.#options.onLine(`… [output cut after ${LIVE_LIMIT / 1024 / 1024} MiB]`, stream);
	}
};
function cut(line) {
	return `${line.slice(0, LINE_LIMIT)} … [line cut: longer than ${LINE_LIMIT / 1024} KiB]`;
}
/** Splits bytes into lines of text; invalid UTF-8 becomes U+FFFD. Only the beginning of a very long line is kept. */
var LineSplitter = class {
	#decoder = new StringDecoder("utf8");
	#onLine;
	#held = "";
	#droppedCount = 0;
	constructor(onLine) {
		this.#onLine = onLine;
	}
	push(chunk) {
		this.#split(this.#decoder.write(chunk));
	}
	end() {
		this.#split(this.#decoder.end());
		if (this.#held !== "") this.#flush();
	}
	#split(text) {
		let start = 0;
		for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
			this.#hold(text.slice(start, end));
			this.#flush();
			start = end + 1;
		}
		this.#hold(text.slice(start));
	}
	#hold(part) {
		const room = 327680 - this.#held.length;
		this.#held += part.slice(0, room);
		this.#droppedCount += Math.max(0, part.length - room);
	}
	#flush() {
		const [line, droppedCount] = [this.#held, this.#droppedCount];
		this.#held = "";
		this.#droppedCount = 0;
		this.#onLine(line, droppedCount);
	}
};
/** Keeps the last lines that fit into the limit. */
var Tail = class {
	#lines = [];
	#first = 0;
	#length = 0;
	#cut = false;
	add(line) {
		this.#lines.push(line);
		this.#length += line.length + 1;
		while (this.#length > TAIL_LIMIT) this.#dropFirst();
	}
	text() {
		const text = this.#lines.slice(this.#first).join("\n");
		return this.#cut ? `[earlier output cut] …\n${text}` : text;
	}
	#dropFirst() {
		const first = this.#lines[this.#first] ?? "";
		this.#cut = true;
		this.#length -= first.length + 1;
		if (this.#lines.length - this.#first > 1) this.#lines[this.#first++] = "";
		else this.#lines[this.#first] = this.#keepEnd(first);
		if (this.#first > 1024) {
			this.#lines = this.#lines.slice(this.#first);
			this.#first = 0;
		}
	}
	#keepEnd(line) {
		const kept = line.slice(-65535);
		this.#length += kept.length + 1;
		return kept;
	}
};
// src/base/text/last-words.ts
/** Runs functions when the process exits, even when it exits immediately, e.g. after a second Ctrl-C. */
/**
* The functions to run at exit. The functions are synchronous, because nothing asynchronous runs after the `exit`
* event.
*/
const pending = /* @__PURE__ */ new Set();
/** Runs `act` when the process exits. After the returned object is disposed, `act` is not run. `act` must not throw. */
function atExit(act) {
	if (pending.size === 0) process.on("exit", runAll);
	pending.add(act);
	return { [Symbol.dispose]() {
		pending.delete(act);
		if (pending.size === 0) process.off("exit", runAll);
	} };
}
function runAll() {
	for (const act of pending) act();
}
// src/hooks/process/process-group.ts
/** Ends the processes of a hook, including their children. */
/** The time in milliseconds in which the processes may end after each signal. */
const GRACE_MS = {
	SIGTERM: 5e3,
	SIGKILL: 1e3
};
const SHORTEST_POLL_MS = 10;
const LONGEST_POLL_MS = 160;
/** Ends every process of a group: sends SIGTERM, and SIGKILL after 5 s. Does nothing when no process is left. */
async function endGroup(groupId) {
	await endTargets({ find: () => signalGroup(groupId, 0) && hasRunning(groupId) ? [-groupId] : [] });
}
/** Sends SIGTERM to the targets, and SIGKILL after 5 s. Resolves when all have ended, and at the latest 1 s after SIGKILL. */
async function endTargets({ find }) {
	for (const signal of ["SIGTERM", "SIGKILL"]) {
		const targets = find();
		for (const id of targets) sendSignal(id, signal);
		if (targets.length === 0 || await haveEnded(find, GRACE_MS[signal])) return;
	}
}
/** Kills a group without waiting, for use while this program exits. */
function killGroup(groupId) {
	signalGroup(groupId, "SIGKILL");
}
async function haveEnded(find, limitMs) {
	const deadlineMs = performance.now() + limitMs;
	for (let pollMs = SHORTEST_POLL_MS; performance.now() < deadlineMs; pollMs = Math.min(2 * pollMs, LONGEST_POLL_MS)) {
		await setTimeout$1(pollMs);
		if (find().length === 0) return true;
	}
	return false;
}
/** Returns false when the group has no process left that this user may signal. */
function signalGroup(groupId, signal) {
	return sendSignal(-groupId, signal);
}
function sendSignal(id, signal) {
	try {
		return process.kill(id, signal);
	} catch (thrown) {
		const { code } = thrown;
		if (code === "ESRCH" || code === "EPERM") return false;
		throw thrown;
	}
}
/**
* Returns whether a process of the group still runs. Zombies do not count: a signal also reaches a zombie, and a
* container whose first process does not collect orphans keeps zombies forever.
*/
function hasRunning(groupId) {
	return readdirSync("/proc").some((name) => {
		if (!/^\d+$/.test(name)) return false;
		const [state, , group] = statusFields(name);
		return Number(group) === groupId && state !== "Z" && state !== "X";
	});
}
/** Returns the state, parent and process group of a process. Returns an empty list when the process has ended. */
function statusFields(pid) {
	try {
		const status = readFileSync(`/proc/${pid}/stat`, "latin1");
		return status.slice(status.lastIndexOf(")") + 2).split(" ", 3);
	} catch {
		return [];
	}
}
// src/hooks/process/marked-processes.ts
/**
* Finds the processes of a hook by a mark in their environment. Child processes inherit the mark, even when they leave
* the process group of the hook. A process is not found only when it was started with an environment that lacks the
* mark.
*/
/**
* The environment variable with the mark. The mark consists of the mark of the run, a dot, and the number of the hook
* in this run.
*/
const MARK_VARIABLE = "HOOK_PROCESS_MARK";
/** Ends every process that has the mark: sends SIGTERM, and SIGKILL after 5 s. */
async function endMarked(mark) {
	await endTargets({ find: () => markedProcesses(mark) });
}
/** Returns the process ids, without zombies. Processes of other users are not visible. */
function markedProcesses(mark) {
	const wanted = `${MARK_VARIABLE}=${mark}\0`;
	return readdirSync("/proc").flatMap((name) => /^\d+$/.test(name) && hasMark(name, wanted) ? [Number(name)] : []);
}
function hasMark(pid, wanted) {
	try {
		return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(`\0${wanted}`);
	} catch {
		return false;
	}
}
// src/hooks/process/watchdog.ts
/**
* Ends the hooks of this run when the process of this program has ended, even when SIGKILL ended it. A small shell
* waits on a pipe that only this process holds open. When the pipe closes, the shell ends every process that has the
* mark of the run.
*/
/**
* The script of the shell. The script reads the mark from stdin, so that the arguments and the environment of the shell
* do not contain the mark. Then the script waits until stdin closes. After that, the script sends SIGTERM to the marked
* processes, waits up to 5 seconds, and sends SIGKILL.
*/
const SCRIPT = `read -r mark || exit
while read -r _; do :; done
marked() { grep -ls -e "${MARK_VARIABLE}=$mark" /proc/[0-9]*/environ 2>/dev/null | sed 's|/proc/||; s|/environ||'; }
signal=TERM
for round in 1 2 3 4 5 6; do
  found=$(marked)
  [ -n "$found" ] || exit
  kill -"$signal" $found 2>/dev/null
  if [ "$round" = 5 ]; then signal=KILL; else sleep 1; fi
done
`;
let runMark;
let hooks = 0;
/** Returns the mark for the next hook of this run. The first call also starts the shell. */
function nextMark() {
	runMark ??= watch(randomBytes(16).toString("hex"));
	hooks++;
	return `${runMark}.${hooks}`;
}
/**
* Starts the shell in its own session, so that a signal to the process group of this program does not end the shell.
* The shell does not keep this process alive. Returns the mark.
*/
function watch(mark) {
	const shell = spawn("/bin/sh", ["-c", SCRIPT], {
		cwd: "/",
		detached: true,
		env: { PATH: process.env.PATH ?? "" },
		stdio: [
			"pipe",
			"ignore",
			"ignore"
		]
	});
	shell.on("error", () => {});
	shell.stdin.on("error", () => {});
	shell.stdin.write(`${mark}.\n`);
	shell.unref();
	shell.stdin.unref();
	return mark;
}
// src/hooks/process/script-run.ts
/**
* Runs one script in its own process group. Waits until the script, the whole group and all marked child processes
* outside of the group have ended. The time limit and an abort end all these processes. So a process that a script
* leaves behind cannot block the run or continue after the run.
*/
/** The time in milliseconds in which child processes may still write to the pipes after the script has ended. */
const PIPE_GRACE_MS = 1e3;
/** The longest delay of a timer. Node fires a timer with a longer delay immediately. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/**
* Runs a script with an empty stdin. Resolves when the script, its process group and its marked child processes outside
* of the group have ended. Never throws for errors of the script.
*/
async function runScript(script, signal) {
	try {
		var _usingCtx$4 = _usingCtx();
		if (signal.aborted) return {
			kind: "cancelled",
			exitCode: 128 + constants.signals.SIGTERM
		};
		const mark = nextMark();
		const started = await start({
			...script,
			env: {
				...script.env,
				[MARK_VARIABLE]: mark
			}
		});
		if ("problem" in started) {
			const { cause, problem } = started;
			return {
				kind: "not-started",
				cause,
				message: `could not start ${script.file}: ${problem}`
			};
		}
		const { child, pid, exited, closed } = started;
		_usingCtx$4.u(atExit(() => killGroup(pid)));
		const kind = await firstEnd(exited, script.timeoutMs, signal);
		if (kind !== "exited") await endGroup(pid);
		const exitCode = await exited;
		await within(closed, PIPE_GRACE_MS);
		await endGroup(pid);
		await endMarked(mark);
		child.stdout?.destroy();
		child.stderr?.destroy();
		return {
			kind,
			exitCode
		};
	} catch (_) {
		_usingCtx$4.e = _;
	} finally {
		_usingCtx$4.d();
	}
}
async function start(script) {
	try {
		const child = spawn(script.file, script.args, {
			cwd: script.cwd,
			env: script.env,
			detached: true,
			stdio: [
				"ignore",
				"pipe",
				"pipe"
			]
		});
		child.stdout.on("data", (chunk) => script.onOutput("stdout", chunk));
		child.stderr.on("data", (chunk) => script.onOutput("stderr", chunk));
		const exited = new Promise((done) => child.once("exit", (code, name) => done(toExitCode(code, name))));
		const closed = new Promise((done) => child.once("close", () => done()));
		return {
			child,
			pid: await new Promise((running, failed) => {
				child.once("spawn", () => running(child.pid));
				child.once("error", failed);
			}),
			exited,
			closed
		};
	} catch (thrown) {
		const { code } = thrown;
		return {
			problem: messageOf(thrown),
			cause: code === "ENOENT" ? "missing" : "other"
		};
	}
}
function toExitCode(code, name) {
	return name === null ? code ?? 1 : 128 + constants.signals[name];
}
async function firstEnd(exited, timeoutMs, signal) {
	const { promise: cut, settle } = cutOff(timeoutMs, signal);
	const kind = await Promise.race([exited.then(() => "exited"), cut]);
	settle();
	return kind;
}
/** Settles when the time limit passes or the signal aborts. `settle` removes the timer and the listener. */
function cutOff(timeoutMs, signal) {
	let settle = () => {};
	return {
		promise: new Promise((end) => {
			const timer = setTimeout(() => end("timed-out"), Math.min(timeoutMs, LONGEST_TIMER_MS));
			const abort = () => end("cancelled");
			signal.addEventListener("abort", abort, { once: true });
			settle = () => {
				clearTimeout(timer);
				signal.removeEventListener("abort", abort);
			};
		}),
		settle
	};
}
async function within(event, limitMs) {
	const over = newAbort();
	await Promise.race([event, setTimeout$1(limitMs, void 0, { signal: over.signal }).catch(() => {})]);
	over.abort();
}
// src/hooks/run-allocation.ts
/**
* Runs one hook script for one allocation: creates its folder, token and environment, runs its process, and records the
* result.
*/
/** Exit code after a timeout. The program `timeout` uses the same code. */
const TIMED_OUT_EXIT_CODE$1 = 124;
/** Runs a hook for one allocation. Errors of the script or the machine are in the record and are not thrown. */
async function runForAllocation(run, target, runtime) {
	try {
		var _usingCtx$3 = _usingCtx();
		const startedMs = performance.now();
		const { job, hook, event } = run;
		const pass = _usingCtx$3.a(runtime.api.admit(toCaller(run, target)));
		const output = new ProcessOutput({
			mask: (text) => runtime.masker.mask(text).replaceAll(pass.token, "***"),
			onLine: (line, stream) => runtime.onLine({
				job: job.name,
				worker: target.host,
				hook: hook.name,
				stream,
				line
			})
		});
		const ended = await attempt({
			run,
			target,
			runtime,
			output,
			token: pass.token
		});
		output.end();
		const record = {
			hook: hook.name,
			event,
			job: job.name,
			worker: target.host,
			command: commandText(run),
			stdout: output.tail("stdout"),
			stderr: output.tail("stderr"),
			durationMs: Math.round(performance.now() - startedMs),
			...ended
		};
		runtime.onRecord(record);
		return record;
	} catch (_) {
		_usingCtx$3.e = _;
	} finally {
		await _usingCtx$3.d();
	}
}
async function attempt({ run, target, runtime, output, token }) {
	try {
		var _usingCtx3 = _usingCtx();
		const { job, hook, event, interpreter } = run;
		const index = allocationIndex(run, target, runtime.store);
		if (index === void 0) return notRun(`allocation index not found for job ${job.name} on worker ${target.host}`);
		const { stagingDir, store, box, masker } = runtime;
		const certificates = hookCertificates({
			store,
			box,
			onSecret: (plain, place) => void masker.add(plain, place)
		}, job.name, target.host);
		const folder = await stage({
			stagingDir,
			job,
			hook,
			event,
			host: target.host,
			certificates
		});
		if (typeof folder === "string") return notRun(folder);
		const staged = _usingCtx3.a(folder);
		const timeoutMs = hook.timeoutMs ?? runtime.defaultTimeoutMs;
		return toEnded(await runScript({
			file: interpreter.file,
			args: [...interpreter.args, staged.scriptName],
			cwd: staged.scriptDir,
			env: hookEnvironment(runtime.environment, toVariables({
				run,
				target,
				runtime,
				token
			}, index)),
			timeoutMs,
			onOutput: (stream, chunk) => output.push(stream, chunk)
		}, runtime.signal), timeoutMs);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
/** Returns the allocation's index from the store, or from the catalog when the store has no index. */
function allocationIndex({ job }, { host, index }, store) {
	return store.get(allocationNamespace(job.name, host), `${job.name}_allocation_index`) ?? index?.toString();
}
/** Returns the folder, or the reason why it could not be created. */
async function stage(request) {
	try {
		return await stageHookFolder(request);
	} catch (thrown) {
		return messageOf(thrown);
	}
}
function toCaller({ job, hook, event }, { id, host }) {
	return {
		allocationId: id,
		job: job.name,
		host,
		hook: hook.name,
		event,
		demandedJobs: job.demandedJobs
	};
}
function toVariables({ run, target, runtime, token }, allocationIndex) {
	const { batch, phase, rolloutOrder, extra } = run;
	const { api, bucketRoot } = runtime;
	return {
		job: run.job.name,
		hook: run.hook.name,
		event: run.event,
		allocationId: target.id,
		host: target.host,
		allocationIndex,
		disabled: target.disabled,
		versions: run.versions,
		api: {
			host: api.host,
			port: api.port,
			token
		},
		batch,
		phase,
		rolloutOrder,
		bucketRoot,
		extra
	};
}
function commandText({ interpreter, hook }) {
	return shellJoin([
		interpreter.file,
		...interpreter.args,
		posix.basename(hook.script)
	]);
}
function toEnded(end, timeoutMs) {
	switch (end.kind) {
		case "exited":
			if (end.exitCode === 0) return {
				outcome: "succeeded",
				exitCode: 0
			};
			return {
				outcome: "failed",
				exitCode: end.exitCode,
				problem: `command execution failed (exit ${end.exitCode})`
			};
		case "timed-out": {
			const problem = `timed out after ${timeoutMs / 1e3} s; the script and its children were ended`;
			return {
				outcome: "timed-out",
				exitCode: TIMED_OUT_EXIT_CODE$1,
				problem
			};
		}
		case "cancelled": return {
			outcome: "cancelled",
			exitCode: end.exitCode,
			problem: "cancelled"
		};
		case "not-started": return notRun(end.message);
	}
}
function notRun(problem) {
	return {
		outcome: "failed",
		exitCode: 1,
		problem
	};
}
// src/hooks/run-event.ts
/**
* Runs the hooks of one job for one event. The hooks run one at a time in manifest order, and each hook runs on its
* allocations in batches. A started batch is always finished. The first batch that fails ends its hook, and the first
* hook that fails ends the event. Two events continue after a failed hook: a health check, so that its report is
* complete, and a build, because the hooks of a build are independent of each other.
*/
/** Events that run the next hook even after a hook has failed. */
const TRIES_ALL = ["health_check", "post_build"];
/**
* Runs the hooks of an event. Throws a `Failure` (exit code 2) when a named hook is not registered or an interpreter is
* missing.
*/
async function runHookEvent(request, runtime) {
	const { job, event, targets } = request;
	const hooks = registeredHooks(job, event, request.hook);
	if (hooks.length === 0 || targets.length === 0) return {
		kind: "succeeded",
		records: []
	};
	const records = [];
	const messages = [];
	for (const planned of await withInterpreters(job, hooks, runtime)) {
		const ran = await runBatches(request, planned, runtime);
		records.push(...ran);
		const message = failureMessage(job, planned.hook, ran);
		if (message !== void 0) messages.push(message);
		if (runtime.signal.aborted) return cancelled(records, messages, `job ${job.name} hook ${planned.hook.name} cancelled`);
		if (message !== void 0 && !TRIES_ALL.includes(event)) break;
	}
	if (messages.length === 0) return {
		kind: "succeeded",
		records
	};
	return {
		kind: "failed",
		records,
		message: messages.join("\n")
	};
}
function cancelled(records, messages, fallback) {
	return {
		kind: "cancelled",
		records,
		message: messages.length > 0 ? messages.join("\n") : fallback
	};
}
async function withInterpreters(job, hooks, { tools }) {
	const choices = await Promise.all(hooks.map((hook) => chooseInterpreter(job, hook, tools)));
	const missing = choices.flatMap((choice) => choice.kind === "missing" ? [choice.missing] : []);
	if (missing.length > 0) throw interpreterFailure(missing);
	return hooks.flatMap((hook, index) => {
		const choice = choices[index];
		return choice?.kind === "found" ? [{
			hook,
			interpreter: choice.interpreter
		}] : [];
	});
}
async function runBatches(request, planned, runtime) {
	const records = [];
	for (const batch of toBatches(request)) {
		if (runtime.signal.aborted) break;
		const ran = await runBatch({
			request,
			planned,
			batch
		}, runtime);
		records.push(...ran);
		if (request.event !== "health_check" && ran.some(({ outcome }) => outcome !== "succeeded")) break;
	}
	return records;
}
function toBatches(request) {
	const { targets, batchSize, batch } = request;
	if (batch !== void 0) return [{
		targets,
		...batch
	}];
	const size = batchSize < 1 ? targets.length : batchSize;
	const count = Math.ceil(targets.length / size);
	return Array.from({ length: count }, (_, index) => {
		return {
			targets: targets.slice(index * size, (index + 1) * size),
			index,
			count
		};
	});
}
/**
* Runs all allocations of a batch at the same time. An unexpected error of one allocation is thrown after the hooks of
* all allocations have ended.
*/
async function runBatch({ request, planned, batch: { targets, index, count } }, runtime) {
	const { job, event, rolloutOrder, phase = event, extra = {} } = request;
	const batch = {
		hosts: targets.map(({ host }) => host),
		index,
		count
	};
	return mapLimit(targets, targets.length, (target) => {
		const versions = request.versionsOf(target);
		return runForAllocation({
			job,
			event,
			...planned,
			batch,
			phase,
			rolloutOrder,
			versions,
			extra
		}, target, runtime);
	});
}
/**
* Returns `job <job> hook <hook> failed: <ip>: <cause>; <ip>: <cause>` in batch order. Returns `undefined` when nothing
* failed.
*/
function failureMessage({ name }, hook, records) {
	const causes = records.flatMap(({ worker, problem }) => problem === void 0 ? [] : [`${worker}: ${problem}`]);
	return causes.length === 0 ? void 0 : `job ${name} hook ${hook.name} failed: ${causes.join("; ")}`;
}
// src/rollout/signature.ts
/** Returns the content of `worker.json`. `updateSeq`: the number of the update that is on the worker. */
function identityOf({ catalog, ledger, origin }, worker, updateSeq) {
	const { kind, name, by } = origin;
	const writer = {
		kind,
		name,
		serial: ledger.serial,
		run: by
	};
	return {
		bucket_id: catalog.bucketId,
		worker_id: worker.id,
		worker_ip: worker.host,
		labels: worker.labels,
		update_seq: updateSeq,
		writer
	};
}
/**
* Returns a function that gives the line of POSIX `sh` to run before the first change of a worker in this run. It gives
* none for later changes, and none for a worker that never got a delivery.
*/
function openSignature(signing) {
	const signed = /* @__PURE__ */ new Set();
	return ({ host }) => {
		const worker = signing.catalog.workers.find((one) => one.host === host);
		const updateSeq = signing.ledger.workers[host]?.updateSeq;
		if (signed.has(host) || worker === void 0 || updateSeq === void 0) return void 0;
		signed.add(host);
		const text = JSON.stringify(identityOf(signing, worker, updateSeq), null, 3);
		return workerProgram("sight/sign", { variables: {
			folder: bucketFolder(worker, signing.catalog.bucketId),
			text
		} });
	};
}
// src/sight/sight-book.ts
/**
* Returns a function that asks workers and keeps their answers. `known` contains the answers that were read together
* with the state, by host.
*/
function openSightBook(looking, known) {
	const sights = new Map(known);
	return async (workers, signal) => {
		const unseen = workers.filter(({ host }) => !sights.has(host));
		for (const [host, sight] of await lookAtWorkers(looking, unseen, signal)) sights.set(host, sight);
		return new Map(workers.map(({ host }) => [host, sights.get(host)]));
	};
}
// src/template/run/execution-error.ts
/** Creates the error of a failed rendering, with line, column and source text. */
/** Returns the error with the words that Go uses. `message` is a byte string. */
function executionError({ template, definition, piece }, message, kvMiss) {
	const { name, source } = template;
	const details = {
		phase: "exec",
		templateName: name,
		...kvMiss ? { kvMiss } : {}
	};
	if (!piece) return new TemplateError(`template: ${name}: ${fromBytes(message)}`, {
		...details,
		line: 0
	});
	const before = source.slice(0, piece.position).split("\n");
	const line = before.length;
	const column = before.at(-1)?.length ?? 0;
	const where = fromBytes(`executing ${quote(definition)} at <${piece.text}>: ${message}`);
	return new TemplateError(`template: ${name}:${line}:${column}: ${where}`, {
		...details,
		line,
		column
	});
}
// src/template/run/output.ts
/** Collects the output of a rendering. */
const USUAL_BYTES = 65536;
/** Up to this size, a loop is faster than the methods of Node's `Buffer`. */
const SHORT_BYTES = 64;
/** A buffer that the next rendering reuses, so that most renderings allocate memory only for their result. */
let spare;
/** The output that was written so far. Texts are byte strings (see bytes.ts). */
var Output = class {
	#bytes = spare ?? Buffer.allocUnsafe(USUAL_BYTES);
	#length = 0;
	constructor() {
		spare = void 0;
	}
	/** Appends the bytes from `start` to `end`. Returns false when the output would be too large. */
	copy(source, start, end) {
		const size = end - start;
		if (!this.#hasRoom(size)) return false;
		const bytes = this.#bytes;
		let at = this.#length;
		if (size > SHORT_BYTES) source.copy(bytes, at, start, end);
		else for (let from = start; from < end; from++) bytes[at++] = source[from];
		this.#length += size;
		return true;
	}
	/** Appends a text. Returns false when the output would be too large. */
	write(text) {
		const size = text.length;
		if (!this.#hasRoom(size)) return false;
		const bytes = this.#bytes;
		const at = this.#length;
		if (size > SHORT_BYTES) bytes.write(text, at, "latin1");
		else for (let from = 0; from < size; from++) bytes[at + from] = text.charCodeAt(from);
		this.#length += size;
		return true;
	}
	/** Returns the whole output. Nothing may be written after this call. */
	finish() {
		const written = Buffer.from(this.#bytes.subarray(0, this.#length));
		if (this.#bytes.length === USUAL_BYTES) spare = this.#bytes;
		return written;
	}
	#hasRoom(size) {
		const needed = this.#length + size;
		return needed <= this.#bytes.length || this.#grow(needed);
	}
	#grow(needed) {
		if (needed > 67108864) return false;
		const larger = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * this.#bytes.length, LARGEST_TEXT_BYTES)));
		this.#bytes.copy(larger, 0, 0, this.#length);
		this.#bytes = larger;
		return true;
	}
};
// src/template/run/scope.ts
/**
* Keeps the variables and open blocks of a rendering. The arrays never shrink, because shrinking them would make
* renderings much slower.
*/
/**
* The variables. Each variable name of a definition has one slot. If several variables have the same name, the slot
* contains the value of the variable that was declared last. A declaration saves the previous value of the slot, which
* is restored at the end of the block. Each running definition has its own slots, starting at `#base`.
*/
var Variables = class {
	#slots = [];
	#declaredSlots = [];
	#covered = [];
	#count = 0;
	#base = 0;
	#end = 0;
	/** The number of variables that are declared now. */
	get count() {
		return this.#count;
	}
	declare(slot, value) {
		const at = this.#base + slot;
		this.#declaredSlots[this.#count] = at;
		this.#covered[this.#count] = this.#slots[at];
		this.#count++;
		this.#slots[at] = value;
	}
	/** Removes all variables except the first `count` declared ones. */
	truncate(count) {
		while (this.#count > count) {
			this.#count--;
			this.#slots[this.#declaredSlots[this.#count]] = this.#covered[this.#count];
		}
	}
	/** Returns the value, or undefined when no variable of that name is declared. */
	read(slot) {
		return this.#slots[this.#base + slot];
	}
	/** Assigns a value. Returns false when no variable of that name is declared. */
	assign(slot, value) {
		const at = this.#base + slot;
		if (this.#slots[at] === void 0) return false;
		this.#slots[at] = value;
		return true;
	}
	/**
	* Adds `slots` empty slots for a definition and hides the slots of the caller. Returns the value to pass to `leave`.
	*/
	enter(slots) {
		const outer = this.#base;
		this.#base = this.#end;
		this.#end += slots;
		while (this.#slots.length < this.#end) this.#slots.push(void 0);
		return outer;
	}
	/**
	* Removes the slots of the current definition and shows the slots of `outer` again. The variables of the current
	* definition must already be removed.
	*/
	leave(outer) {
		this.#end = this.#base;
		this.#base = outer;
	}
};
/**
* Returns the number of rounds of a `range` over the value: one for each element of a list, or `n` for the integer `n`.
* Returns undefined when Go cannot range over the value.
*/
function roundsOver(value) {
	if (value === null) return 0;
	if (typeof value === "number" || typeof value === "bigint") return Number(value);
	if (typeof value !== "object") return void 0;
	if (value.kind === "byte") return value.value;
	return value.kind === "list" ? value.length : void 0;
}
/** Returns the dot for one round of a `range` over the value. `roundsOver` must accept the value. */
function elementOf(value, round) {
	if (typeof value !== "object" || value === null) return round;
	return value.kind === "list" ? elementAt(value, round) : byteOf(round);
}
/** Returns whether a `range` over the value has an index. In Go, a range over an integer has none. */
const hasIndex = (value) => value === null || typeof value === "object" && value.kind === "list";
/** The open blocks. The objects of closed blocks are reused. */
var OpenBlocks = class {
	#blocks = [];
	#depth = 0;
	open(variablesBefore, dot) {
		const block = this.#blocks[this.#depth++];
		if (block === void 0) {
			this.#blocks.push({
				variablesBefore,
				dot,
				over: null,
				rounds: 0,
				round: 0,
				variablesInRange: 0
			});
			return;
		}
		block.variablesBefore = variablesBefore;
		block.dot = dot;
		block.rounds = 0;
	}
	/** Makes the innermost block a loop that starts with its first round. */
	loop(over, rounds, variablesInRange) {
		const block = this.innermost();
		block.over = over;
		block.rounds = rounds;
		block.round = 0;
		block.variablesInRange = variablesInRange;
	}
	/** Returns the innermost block. At least one block must be open. */
	innermost() {
		return this.#blocks[this.#depth - 1];
	}
	close(count) {
		this.#depth -= count;
	}
};
// src/template/run/value-stack.ts
/**
* The values that later instructions use. The array never shrinks, because shrinking it would make renderings much
* slower.
*/
var ValueStack = class {
	#values = [];
	#height = 0;
	push(value) {
		this.#values[this.#height++] = value;
	}
	/** Removes and returns the top value. The stack must not be empty. */
	pop() {
		return this.#values[--this.#height];
	}
	/** Returns the top value without removing it. The stack must not be empty. */
	top() {
		return this.#values[this.#height - 1];
	}
	/** Removes the value below the top value. */
	nip() {
		const top = this.pop();
		this.#values[this.#height - 1] = top;
	}
	/**
	* Removes and returns the top `count` values. Most calls take one or two values; for these, `slice` would be slower.
	*/
	take(count) {
		this.#height -= count;
		const values = this.#values;
		const first = this.#height;
		if (count === 1) return [values[first]];
		if (count === 2) return [values[first], values[first + 1]];
		return values.slice(first, first + count);
	}
};
// src/template/run/rendering.ts
const DEEPEST_CALLS = 1e4;
const MOST_ROUNDS = 1e7;
const NOTHING = listOf([]);
/** Matches the JavaScript errors for a string or an array that is too large. */
const BEYOND_JAVASCRIPT = /^Invalid (string|array) length/;
const { text: TEXT, print: PRINT, constant: CONSTANT, dot: DOT, variable: VARIABLE, field: FIELD } = OP;
const { "call-one": CALL_ONE, "call-two": CALL_TWO, call: CALL, if: IF, jump: JUMP, next: NEXT } = OP;
var Rendering = class Rendering {
	#template;
	#pools;
	#kv;
	#variables = new Variables();
	#blocks = new OpenBlocks();
	#callers = [];
	#output = new Output();
	#stack = new ValueStack();
	#definition;
	#code;
	#address = 0;
	#dot;
	#rounds = 0;
	#isOver = false;
	/** The index of the piece of the source that was evaluated last. An error points at this piece. */
	#at = -1;
	constructor(template, input) {
		this.#template = template;
		this.#pools = template.pools;
		this.#kv = new KvReading(input);
		this.#definition = template.definitions.get(toBytes(template.name));
		this.#code = this.#definition.code;
		this.#dot = structOf(input.data, input.onField);
		this.#variables.enter(this.#definition.slots);
		this.#variables.declare(0, this.#dot);
	}
	/** Returns the whole output. Throws a `TemplateError` when the rendering fails. */
	run() {
		const { values, functions } = this.#template.pools;
		while (!this.#isOver) {
			const code = this.#code;
			const at = this.#address;
			this.#address = at + 4;
			const first = code[at + 1];
			const second = code[at + 2];
			const third = code[at + 3];
			const kind = code[at];
			switch (kind) {
				case TEXT:
					this.#text(first, second);
					break;
				case PRINT:
					this.#print(this.#stack.pop(), third);
					break;
				case CONSTANT:
					this.#evaluated(values[first], third);
					break;
				case DOT:
					this.#evaluated(this.#dot, third);
					break;
				case VARIABLE:
					this.#at = third;
					this.#stack.push(this.#variables.read(first) ?? this.#nilOrUndefined(first, second));
					break;
				case FIELD:
					this.#stack.push(this.#field(this.#stack.pop(), first));
					break;
				case CALL_ONE:
					this.#callOne(functions[first]);
					break;
				case CALL_TWO:
					this.#callTwo(functions[first]);
					break;
				case CALL:
					this.#call(functions[first], this.#stack.take(second));
					break;
				case IF:
					if (!isTrue(this.#stack.pop())) this.#address = first;
					break;
				case JUMP:
					this.#address = first;
					break;
				case NEXT:
					this.#next(first, second, third);
					break;
				default: Rendering.#others[kind](this, first, second);
			}
		}
		return this.#output.finish();
	}
	static #others = byNumber({
		"field-call": (run, name) => run.#stack.push(run.#fieldCall(run.#stack.pop(), name)),
		require: (run, type) => run.#stack.push(run.#fit(run.#stack.pop(), run.#pools.types[type])),
		"call-piped": (run, fn, count) => run.#callPiped(run.#pools.functions[fn], count),
		at: (run) => run.#point(),
		fail: (run, message) => run.#point().#fail(run.#pools.names[message]),
		"keep-true": (run, to) => isTrue(run.#stack.top()) ? run.#goTo(to) : run.#stack.pop(),
		"keep-false": (run, to) => isTrue(run.#stack.top()) ? run.#stack.pop() : run.#goTo(to),
		nip: (run) => run.#stack.nip(),
		drop: (run) => run.#stack.pop(),
		declare: (run, slot) => run.#variables.declare(slot, run.#stack.top()),
		assign: (run, slot, name) => run.#variables.assign(slot, run.#stack.top()) || run.#undefined(name),
		open: (run) => run.#blocks.open(run.#variables.count, run.#dot),
		close: (run) => run.#close(),
		with: (run, otherwise) => run.#with(otherwise),
		range: (run, otherwise, variables) => run.#range(run.#stack.pop(), otherwise, variables),
		leave: (run, to, blocks) => run.#leave(to, blocks),
		find: (run, name) => run.#point().#find(run.#pools.names[name]),
		enter: (run, name) => run.#enter(run.#pools.names[name]),
		return: (run) => run.#return()
	});
	#text(start, end) {
		if (!this.#output.copy(this.#template.bytes, start, end)) this.#tooLong();
	}
	#evaluated(value, at) {
		this.#at = at;
		this.#stack.push(value);
	}
	/** The last operand of the current instruction. */
	get #third() {
		return this.#code[this.#address - 1];
	}
	/** Makes all further errors point at the piece of this instruction. */
	#point() {
		this.#at = this.#third;
		return this;
	}
	#goTo(address) {
		this.#address = address;
	}
	#leave(to, blocks) {
		this.#blocks.close(blocks);
		this.#address = to;
	}
	#print(value, at) {
		this.#at = at;
		const text = typeof value === "string" ? value : value === null ? "<no value>" : displayText(value);
		if (!this.#output.write(text)) this.#tooLong();
	}
	#tooLong() {
		this.#fail("output is larger than 64 MiB");
	}
	#nilOrUndefined(slot, name) {
		return this.#variables.read(slot) === null ? null : this.#undefined(name);
	}
	#undefined(name) {
		this.#fail(`undefined variable: ${this.#pools.names[name]}`);
	}
	#field(receiver, number) {
		if (receiver === null) return null;
		const name = this.#pools.names[number];
		return (typeof receiver === "object" && receiver.kind === "struct" ? receiver.fields.get(name) : void 0) ?? this.#fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
	}
	/** Fails for a field with arguments, because no field accepts arguments. Returns nil for a field of nil. */
	#fieldCall(receiver, number) {
		if (this.#field(receiver, number) === null) return null;
		return this.#fail(`${this.#pools.names[number]} has arguments but cannot be invoked as function`);
	}
	/** Returns the value for a parameter of this type. Fails when the type of the value is wrong. */
	#fit(value, type) {
		if (type === "any" || typeName(value) === type) return value;
		if (value !== null) this.#fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
		return type === "[]string" ? NOTHING : this.#fail(`invalid value; expected ${type}`);
	}
	#callOne(fn) {
		try {
			this.#keep(fn.run(this.#stack.pop(), this.#kv), fn);
		} catch (thrown) {
			this.#failCall(thrown, fn);
		}
	}
	#callTwo(fn) {
		try {
			const second = this.#stack.pop();
			this.#keep(fn.run(this.#stack.pop(), second, this.#kv), fn);
		} catch (thrown) {
			this.#failCall(thrown, fn);
		}
	}
	#call(fn, args) {
		try {
			this.#keep(fn.run(args, this.#kv), fn);
		} catch (thrown) {
			this.#failCall(thrown, fn);
		}
	}
	/**
	* Calls a function with `count` arguments and a piped value. The piped value is below the arguments on the stack and
	* becomes the last argument.
	*/
	#callPiped(fn, count) {
		const written = this.#stack.take(count);
		const piped = this.#fit(this.#stack.pop(), fn.parameters[count] ?? fn.rest ?? "any");
		if (fn.arity === "any") {
			this.#call(fn, [...written, piped]);
			return;
		}
		for (const value of [...written, piped]) this.#stack.push(value);
		if (fn.arity === "one") this.#callOne(fn);
		else this.#callTwo(fn);
	}
	#keep(result, fn) {
		if (typeof result === "string" && result.length > 67108864) this.#resultTooLong(fn);
		this.#stack.push(result);
	}
	#failCall(thrown, fn) {
		if (thrown instanceof RangeError && BEYOND_JAVASCRIPT.test(thrown.message)) this.#resultTooLong(fn);
		if (!(thrown instanceof CallFailure)) throw thrown;
		return this.#point().#fail(`error calling ${fn.name}: ${thrown.message}`, thrown.kvMiss);
	}
	#resultTooLong({ name }) {
		return this.#point().#fail(`error calling ${name}: result is larger than 64 MiB`);
	}
	#close() {
		const { variablesBefore, dot } = this.#blocks.innermost();
		this.#variables.truncate(variablesBefore);
		this.#dot = dot;
		this.#blocks.close(1);
	}
	#with(otherwise) {
		const value = this.#stack.pop();
		if (isTrue(value)) this.#dot = value;
		else this.#address = otherwise;
	}
	#range(value, otherwise, variables) {
		const rounds = roundsOver(value) ?? this.#fail(`range can't iterate over ${displayText(value)}`);
		if (variables > 1 && !hasIndex(value)) this.#fail(`can't use ${displayText(value)} to iterate over more than one variable`);
		if (rounds > 0) this.#blocks.loop(value, rounds, this.#variables.count);
		else this.#address = otherwise;
	}
	/**
	* Starts the next round. With two variables, `first` and `second` are the slots of index and element. With one
	* variable, `first` is the slot of the element. A missing slot is -1.
	*/
	#next(end, first, second) {
		const block = this.#blocks.innermost();
		if (block.round >= block.rounds) {
			this.#address = end;
			return;
		}
		this.#countRound();
		const round = block.round++;
		this.#variables.truncate(block.variablesInRange);
		this.#dot = elementOf(block.over, round);
		if (first >= 0) this.#variables.assign(first, second >= 0 ? round : this.#dot);
		if (second >= 0) this.#variables.assign(second, this.#dot);
	}
	#countRound() {
		this.#rounds++;
		if (this.#rounds > MOST_ROUNDS) this.#fail(`more than ${MOST_ROUNDS} rounds of range and template`);
	}
	#find(name) {
		if (!this.#template.definitions.has(name)) this.#fail(`template ${quote(name)} not defined`);
		if (this.#callers.length === DEEPEST_CALLS) this.#fail(`exceeded maximum template depth (${DEEPEST_CALLS})`);
	}
	/** Enters a definition. `find` has already checked that it exists. */
	#enter(name) {
		this.#countRound();
		const variables = this.#variables;
		const definition = this.#template.definitions.get(name);
		this.#callers.push({
			definition: this.#definition,
			address: this.#address,
			dot: this.#dot,
			variablesBefore: variables.count,
			slotsFrom: variables.enter(definition.slots)
		});
		this.#definition = definition;
		this.#code = definition.code;
		this.#address = 0;
		this.#dot = this.#stack.pop();
		variables.declare(0, this.#dot);
	}
	/** Returns to the calling definition. At the end of the file itself, the rendering ends. */
	#return() {
		const caller = this.#callers.pop();
		if (!caller) {
			this.#isOver = true;
			return;
		}
		this.#variables.truncate(caller.variablesBefore);
		this.#variables.leave(caller.slotsFrom);
		this.#definition = caller.definition;
		this.#code = caller.definition.code;
		this.#address = caller.address;
		this.#dot = caller.dot;
	}
	/** Throws the error of the rendering. `message` is a byte string. */
	#fail(message, kvMiss) {
		throw executionError({
			template: this.#template,
			definition: this.#definition.name,
			piece: this.#pools.pieces[this.#at]
		}, message, kvMiss);
	}
};
// src/template/evaluator.ts
/** Returns the rendered bytes. Throws a `TemplateError` with phase `exec`. */
function renderTemplateBytes(template, input) {
	return new Rendering(template, input).run();
}
// src/kv/reads.ts
/** Reads from a store and records each result. Values are shared with the store, not copied. */
var KvReads = class {
	#store;
	#values = /* @__PURE__ */ new Map();
	#listings = /* @__PURE__ */ new Map();
	constructor(store) {
		this.#store = store;
	}
	get(namespace, key) {
		const value = this.#store.get(namespace, key);
		const values = this.#values.get(namespace) ?? /* @__PURE__ */ new Map();
		this.#values.set(namespace, values.set(key, value));
		return value;
	}
	keys(namespace) {
		const keys = this.#store.keys(namespace);
		this.#listings.set(namespace, JSON.stringify(keys));
		return keys;
	}
	/** Returns whether every recorded read has the same result in `store`. */
	holdIn(store) {
		for (const [namespace, values] of this.#values) for (const [key, value] of values) if (store.get(namespace, key) !== value) return false;
		for (const [namespace, keys] of this.#listings) if (JSON.stringify(store.keys(namespace)) !== keys) return false;
		return true;
	}
};
// src/stage/basis.ts
/** The fields of a template's data that can change during a run. */
const MOVING_FIELDS = {
	CurrentVersion: "currentVersion",
	UpdateSeq: "updateSeq"
};
var StageBasis = class {
	/** The store that the templates of the allocation read. Every read is recorded. */
	kv;
	#input;
	#kvRevision;
	#files;
	#filesRevision;
	#moving = /* @__PURE__ */ new Set();
	constructor(input, files) {
		this.#input = input;
		this.kv = new KvReads(storeFor(input));
		this.#kvRevision = input.kv.revision;
		this.#files = files;
		this.#filesRevision = files.revision;
	}
	/** Records that a template has read this field of its data. */
	noteField(name) {
		if (name in MOVING_FIELDS) this.#moving.add(MOVING_FIELDS[name]);
	}
	/** Returns whether staging with `now` would give the same result. `now` must be an input for the same allocation. */
	holds(now) {
		const then = this.#input;
		if (this.#files.changedSince(this.#filesRevision, now.job.entry.files)) return false;
		for (const field of this.#moving) if (then[field] !== now[field]) return false;
		return then.kv === now.kv && this.#kvRevision === now.kv.revision || this.kv.holdIn(storeFor(now));
	}
};
function storeFor({ kv, job, allocation }) {
	const draft = new KvDraft(kv);
	draft.put(allocationNamespace(job.name, allocation.host), "version", allocation.newVersion);
	return draft;
}
// src/stage/source-files.ts
/**
* Caches the digests and parsed templates of workspace files during a run. A file is hashed or parsed only once, even
* when many workers receive it. The cached results are dropped when the file has changed, because shell hooks may
* change files during a run.
*/
const FILES_AT_ONCE$2 = 16;
var SourceFiles = class {
	#key;
	/** Maps the path with symlinks resolved, and then the mode, to the digest. */
	#digests = /* @__PURE__ */ new Map();
	#templates = /* @__PURE__ */ new Map();
	/**
	* Maps the path to the stamp that the file had before it was read. A different stamp means that the file has changed.
	*/
	#stamps = /* @__PURE__ */ new Map();
	/** Maps the path to the revision at which a change of the file was last detected. */
	#changes = /* @__PURE__ */ new Map();
	#revision = 0;
	/** Creates an empty cache; `key` is the key of the content digests. */
	constructor(key) {
		this.#key = key;
	}
	/** The revision grows when `forgetChanged` detects changed files. */
	get revision() {
		return this.#revision;
	}
	digest({ sourcePath }, mode) {
		const digests = this.#digests.get(sourcePath) ?? /* @__PURE__ */ new Map();
		this.#digests.set(sourcePath, digests);
		const source = {
			kind: "file",
			path: sourcePath
		};
		const digest = digests.get(mode) ?? this.#read(sourcePath, () => digestFile({
			key: this.#key,
			mode,
			source
		}));
		digests.set(mode, digest);
		return digest;
	}
	template({ path, sourcePath }) {
		const template = this.#templates.get(sourcePath) ?? this.#read(sourcePath, async () => parseTemplate(path, await readFile(fsPath(sourcePath))));
		this.#templates.set(sourcePath, template);
		return template;
	}
	/** Returns whether a change of one of the files was detected after this revision. */
	changedSince(revision, files) {
		if (revision === this.#revision) return false;
		return files.some(({ sourcePath }) => (this.#changes.get(sourcePath) ?? 0) > revision);
	}
	/** Checks every file that was read. Drops the cached results of files that have changed. */
	async forgetChanged() {
		const known = [...this.#stamps];
		const changed = await mapLimit(known, FILES_AT_ONCE$2, async ([path, stamp]) => await stamp !== await stampOf(path));
		if (!changed.includes(true)) return;
		this.#revision++;
		for (const [at, [path]] of known.entries()) {
			if (changed[at] !== true) continue;
			this.#changes.set(path, this.#revision);
			this.#digests.delete(path);
			this.#templates.delete(path);
			this.#stamps.delete(path);
		}
	}
	async #read(path, read) {
		const stamp = this.#stamps.get(path) ?? stampOf(path);
		this.#stamps.set(path, stamp);
		await stamp;
		return read();
	}
};
/** Returns the stamp of a file (device, inode, size and times), or an empty text when the file cannot be accessed. */
async function stampOf(path) {
	const found = await stat(fsPath(path), { bigint: true }).catch(() => void 0);
	return found === void 0 ? "" : `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}
// src/stage/stager.ts
/**
* Makes the delivered tree of an allocation from its job folder and the KV store: plain files, rendered templates and
* certificates. Plain files are hashed once and templates are parsed once per run, for all workers. Nothing is written
* to disk.
*/
const FILES_AT_ONCE$1 = 16;
var Stager = class {
	#key;
	#files;
	/** Maps output path and digest to a file, so that allocations with equal files share one object. */
	#rendered = /* @__PURE__ */ new Map();
	/** Creates a stager; `key` is the key of the content digests. */
	constructor(key) {
		this.#key = key;
		this.#files = new SourceFiles(key);
	}
	/** Must be called after every command that may have changed files of the workspace. */
	forgetChangedFiles() {
		return this.#files.forgetChanged();
	}
	/**
	* Stages one allocation. After an error in one template, the remaining templates are still rendered, so that all
	* errors are reported together.
	*/
	async stage(input) {
		const basis = new StageBasis(input, this.#files);
		const one = {
			...input,
			basis
		};
		const { entry } = input.job;
		const delivered = entry.files.filter((file) => isDelivered(outputPath(file)));
		const problems = [];
		const rendered = await this.#renderAll(one, delivered.filter(isTemplate), problems);
		const certificates = certificatesOf(one, problems);
		problems.push(...collisions(input, delivered));
		if (problems.length > 0) return {
			kind: "failed",
			problems,
			basis
		};
		const made = byPath([...rendered, ...await mapLimit(certificates, FILES_AT_ONCE$1, (file) => this.#certificate(file))]);
		const plain = delivered.filter((file) => !isTemplate(file) && !made.has(file.path));
		const files = await mapLimit(plain, FILES_AT_ONCE$1, (file) => this.#plainFile(file));
		const folders = entry.emptyFolders.filter((path) => isDelivered(path) && !(path === "certs" && certificates.length > 0));
		return {
			kind: "staged",
			tree: assembleTree(this.#key, [...files, ...made.values()], folders),
			basis
		};
	}
	async #renderAll(one, templates, problems) {
		const files = [];
		for (const file of templates) try {
			files.push(await this.#render(one, file));
		} catch (thrown) {
			if (!(thrown instanceof TemplateError)) throw thrown;
			problems.push(describe(one, file, thrown));
		}
		return files;
	}
	async #render(one, file) {
		const template = await this.#files.template(file);
		const { view, readSecret } = watchSecrets(viewOf(one));
		const onField = (name) => one.basis.noteField(name);
		const bytes = renderTemplateBytes(template, {
			data: templateData(one),
			kv: view,
			onField
		});
		const mode = modeOf(file);
		const source = {
			kind: "bytes",
			bytes
		};
		const digest = await digestFile({
			key: this.#key,
			mode,
			source
		});
		const secret = readSecret() ? { holdsSecret: true } : {};
		return this.#shared({
			path: outputPath(file),
			mode,
			source,
			digest,
			...secret
		});
	}
	#shared(file) {
		const name = `${file.digest} ${file.holdsSecret === true} ${file.path}`;
		const known = this.#rendered.get(name)?.deref();
		if (known !== void 0) return known;
		this.#rendered.set(name, new WeakRef(file));
		return file;
	}
	async #certificate({ path, mode, identity, read }) {
		const source = mode === 384 ? {
			kind: "sealed",
			identity: Buffer.from(identity),
			read
		} : {
			kind: "bytes",
			bytes: Buffer.from(read())
		};
		return {
			path,
			mode,
			source,
			digest: await digestFile({
				key: this.#key,
				mode,
				source
			})
		};
	}
	async #plainFile(file) {
		const mode = modeOf(file);
		const digest = await this.#files.digest(file, mode);
		return {
			path: file.path,
			mode,
			source: {
				kind: "file",
				path: file.sourcePath
			},
			digest
		};
	}
};
function viewOf({ job, allocation, basis, box, onSecret }) {
	const scope = {
		job: job.name,
		host: allocation.host,
		demandedJobs: job.demandedJobs
	};
	return openView({
		store: basis.kv,
		box,
		scope,
		onSecret
	});
}
/** Maps each path to its file. If two files have the same path, the later file is used. */
function byPath(files) {
	return new Map(files.map((file) => [file.path, file]));
}
function certificatesOf({ basis, box, onSecret, job, worker }, problems) {
	const { files, missing } = deliveredCertificates({
		store: basis.kv,
		box,
		onSecret
	}, job, worker.host);
	for (const file of missing) {
		const message = `job ${job.name} on ${worker.host}: ${file} has not been made: run maand build`;
		problems.push({
			host: worker.host,
			file,
			message
		});
	}
	return files;
}
/** Wraps the view and records whether a secret was read through it. */
function watchSecrets(view) {
	let seen = false;
	const get = (namespace, key) => {
		const read = view.get(namespace, key);
		if (read.kind === "found" && read.isSecret) seen = true;
		return read;
	};
	return {
		view: {
			get,
			keys: (namespace) => view.keys(namespace)
		},
		readSecret: () => seen
	};
}
/** Returns a problem for each template whose output has an empty name or the name of a folder. */
function collisions({ job, worker }, files) {
	return files.flatMap((file) => {
		const problem = outputProblem(file, files);
		return problem === void 0 ? [] : [{
			host: worker.host,
			file: file.path,
			message: `job ${job.name}: ${problem}`
		}];
	});
}
const modeOf = (file) => file.executable ? 493 : 420;
/** Returns the data (dot) of a template (docs/templates.md "Data"). */
function templateData({ job, allocation, worker, bucketId, currentVersion, updateSeq }) {
	return {
		AllocationID: allocation.id,
		Job: job.name,
		CurrentVersion: currentVersion,
		NewVersion: allocation.newVersion,
		WorkerIP: worker.host,
		WorkerID: worker.id,
		Labels: worker.labels,
		BucketID: bucketId,
		UpdateSeq: updateSeq,
		BucketPath: `${worker.root}/${bucketId}`,
		JobPath: `${worker.root}/${bucketId}/jobs/${job.name}`
	};
}
function describe({ job, worker }, file, error) {
	const { kvMiss } = error;
	return {
		host: worker.host,
		file: file.path,
		message: `job ${job.name} on ${worker.host}: ${error.phase === "parse" ? "parse" : "execute"} template ${file.path}: ${error.message}`,
		...kvMiss ? { missing: kvMiss } : {}
	};
}
// src/stage/worker-helpers.ts
/**
* Provides the helper scripts that every delivery puts into `bin/` on a worker. People who are logged in to the worker
* can use these scripts.
*/
/** Returns the helper scripts as a record from file name to text. */
function workerHelpers() {
	return Object.fromEntries(["runner", "worker"].map((name) => [`${name}.sh`, readProgram(name)]));
}
// src/stage/staging-area.ts
/**
* Manages the staging folder of a run (mode 0700). The folder contains the delivered trees, `worker.json` and
* `jobs.json` of each worker, and the helper scripts of `bin/`. Trees are stored by hash, so that workers with equal
* trees share one copy. Rendered secrets are written to the runner's disk only here.
*/
const FILES_AT_ONCE = 16;
var StagingArea = class {
	#parent;
	#onOpen;
	#trees = /* @__PURE__ */ new Map();
	#folder;
	#leaving;
	#helpers;
	/**
	* The folder is created below `parent` at the first use. `onOpen` receives the path of the folder, so that it can be
	* removed even after a crash.
	*/
	constructor(parent, onOpen) {
		this.#parent = parent;
		this.#onOpen = onOpen;
	}
	/** Returns the path of the folder. The first call creates the folder. */
	folder() {
		this.#folder ??= this.#make();
		return this.#folder;
	}
	async #make() {
		const folder = await makeFolder(this.#parent, this.#onOpen);
		this.#leaving = atExit(() => rmSync(folder, {
			recursive: true,
			force: true
		}));
		return folder;
	}
	/** Writes the tree if it was not written before. Returns its delivery source `…/./jobs/<job>/`. */
	tree(job, tree) {
		const name = `${job}.${tree.hash.replace(":", ".")}`;
		const known = this.#trees.get(name);
		if (known) return known;
		const written = this.#writeTree(name, job, tree);
		this.#trees.set(name, written);
		return written;
	}
	/** Writes `worker.json`, `jobs.json` and the shared `bin/`. Returns their delivery sources. */
	async workerFiles({ host, identity, jobs }) {
		const root = await this.folder();
		const folder = join(root, "workers", Buffer.from(host).toString("hex"));
		await mkdir(folder, {
			recursive: true,
			mode: 493
		});
		await writeText(join(folder, "worker.json"), `${JSON.stringify(identity, null, 3)}\n`);
		await writeText(join(folder, "jobs.json"), `${JSON.stringify(jobs, null, 3)}\n`);
		this.#helpers ??= writeHelpers(join(root, "helpers"));
		return [
			`${folder}/./worker.json`,
			`${folder}/./jobs.json`,
			await this.#helpers
		];
	}
	async #writeTree(name, job, tree) {
		const root = join(await this.folder(), "trees", name);
		await writeTree(join(root, "jobs", job), tree);
		await chmod(join(root, "jobs"), 493);
		return `${root}/./jobs/${job}/`;
	}
	async [Symbol.asyncDispose]() {
		if (this.#folder) await rm(await this.#folder, {
			recursive: true,
			force: true,
			maxRetries: 3
		});
		this.#leaving?.[Symbol.dispose]();
	}
};
async function makeFolder(parent, onOpen) {
	await mkdir(parent, {
		recursive: true,
		mode: 448
	});
	await removeLeftovers(parent);
	const folder = await mkdtemp(join(parent, `maand-${process.pid}-`));
	onOpen(folder);
	return folder;
}
/**
* Removes the staging folders of killed runs, because these folders may contain secrets. The name of a folder contains
* the process id of its run.
*/
async function removeLeftovers(parent) {
	for (const name of await readdir(parent)) {
		const pid = /^maand-(\d+)-[A-Za-z0-9]{6}$/.exec(name)?.[1];
		if (pid === void 0 || existsSync(`/proc/${pid}`)) continue;
		await rm(join(parent, name), {
			recursive: true,
			force: true,
			maxRetries: 3
		});
	}
}
/**
* Writes a tree to a folder that contains nothing else. Folders and files get their modes on the worker, independent of
* the umask. `modeOf` may return modes that differ from the modes in the tree.
*/
async function writeTree(folder, tree, modeOf = ({ mode }) => mode) {
	const folders = /* @__PURE__ */ new Set([
		".",
		...tree.emptyFolders,
		...tree.files.map(({ path }) => dirname(path))
	]);
	for (const path of folders) await mkdir(fsPath(join(folder, path)), {
		recursive: true,
		mode: 493
	});
	for (const path of parentsOf(folders)) await chmod(fsPath(join(folder, path)), 493);
	await mapLimit(tree.files, FILES_AT_ONCE, (file) => writeTreeFile(fsPath(join(folder, file.path)), file.source, modeOf(file)));
}
/** Returns the folders and all folders above them, up to the job folder. */
function parentsOf(folders) {
	const all = /* @__PURE__ */ new Set();
	for (let path of folders) while (!all.has(path)) {
		all.add(path);
		path = dirname(path);
	}
	return all;
}
async function writeTreeFile(path, source, mode) {
	if (source.kind === "file") await copyFile(fsPath(source.path), path);
	else await writeFile(path, source.kind === "bytes" ? source.bytes : source.read(), {
		mode: 384,
		flag: "wx"
	});
	await chmod(path, mode);
}
async function writeHelpers(root) {
	await mkdir(join(root, "bin"), {
		recursive: true,
		mode: 493
	});
	await chmod(join(root, "bin"), 493);
	for (const [name, text] of Object.entries(workerHelpers())) {
		const path = join(root, "bin", name);
		await writeFile(path, text, { mode: 493 });
		await chmod(path, 493);
	}
	return `${root}/./bin/`;
}
async function writeText(path, text) {
	await writeFile(path, text, { mode: 420 });
	await chmod(path, 420);
}
/** Puts the fence, and after it the signature, before every change. No other code does this. */
function guardWorkers(transport, fence, signature = () => void 0) {
	const change = async (worker, asked, signal) => {
		const name = signature(worker);
		const command = name === void 0 ? asked : {
			...asked,
			script: `(\n${name}\n) || :\n${asked.script}`
		};
		const line = fence.line(worker);
		if (line === void 0) return transport.exec(worker, command, signal);
		const before = new FenceBefore(line);
		const { onLine } = command;
		const guarded = {
			...command,
			script: `${before.text}\n${command.script}`,
			...onLine === void 0 ? {} : { onLine: before.without(onLine) }
		};
		const outcome = await transport.exec(worker, guarded, signal);
		return outcome.kind === "exited" ? before.judge(outcome) : outcome;
	};
	return {
		connect: (worker, signal) => transport.connect(worker, signal),
		look: (worker, command, signal) => transport.exec(worker, command, signal),
		change,
		forget: (after) => transport.forget(after),
		leave: (worker, command, signal) => {
			const forget = fence.forget(worker);
			const script = forget === void 0 ? command.script : `(\n${command.script}\n) || exit\n${forget}`;
			return change(worker, {
				...command,
				script
			}, signal);
		},
		deliver: async (worker, delivery, signal) => {
			const line = fence.line(worker);
			if (line === void 0) return transport.deliver(worker, delivery, signal);
			const before = new FenceBefore(line);
			const outcome = await transport.deliver(worker, {
				...delivery,
				guard: before.text
			}, signal);
			return outcome.kind === "rejected" ? before.judge(outcome) : outcome;
		}
	};
}
/**
* Places the fence before one script. When the fence refuses, it prints a random word. The word distinguishes this
* refusal from any output or exit status of the script.
*/
var FenceBefore = class {
	text;
	#word = `maand-${randomBytes(8).toString("hex")} fence`;
	constructor(line) {
		this.text = `(\n${line}\n) || { maand_status=$?; echo "${this.#word}" >&2; exit "$maand_status"; }`;
	}
	/** Returns a listener that drops the line with the random word and passes on all other lines. */
	without(onLine) {
		return (line, stream) => {
			if (line !== this.#word) onLine(line, stream);
		};
	}
	judge(ended) {
		const lines = ended.stderr.split("\n");
		if (!lines.includes(this.#word)) return ended;
		const stderr = lines.filter((line) => line !== this.#word).join("\n");
		return ended.exitCode === 75 ? {
			...ended,
			stderr,
			kind: "overtaken"
		} : {
			...ended,
			stderr
		};
	}
};
// src/session/hook-workers.ts
/** Gives hooks access to the workers, over the connections of the run. The fence runs before each command. */
/** Exit code after a timeout. The shell command `timeout` uses the same code. */
const TIMED_OUT_EXIT_CODE = 124;
function hookWorkers(run) {
	return {
		hostsOf: (job) => hostsOf(run.catalog, job),
		run: (task, signal) => runTask(run, task, anySignal(run.signal, signal))
	};
}
function hostsOf({ jobs, removed }, name) {
	return [...jobs.find((job) => job.name === name)?.allocations ?? [], ...removed.filter(({ job }) => job === name)].map(({ host }) => host);
}
async function runTask(run, task, signal) {
	const worker = workerFor(run.catalog, task.host);
	const script = scriptFor(run, task, worker);
	const { timeoutMs } = task;
	run.workers.forget("hook");
	try {
		return toEnd(await run.workers.change(worker, {
			...shownAs(run, task),
			script,
			timeoutMs
		}, signal));
	} catch (thrown) {
		const hint = thrown instanceof Failure ? thrown.hint : void 0;
		return {
			kind: "failed",
			message: withHint(`worker ${task.host}: ${messageOf(thrown)}`, hint)
		};
	}
}
/**
* Returns the worker. A worker that is no longer in the catalog is also found while something of the job must still be
* stopped there.
*/
function workerFor({ workers, removed }, host) {
	const worker = workers.find((one) => one.host === host) ?? removed.find((allocation) => allocation.host === host)?.worker;
	if (!worker) throw new Error(`no worker ${host} in the catalog`);
	return worker;
}
/**
* Returns how to show the task. The output of a make target is shown live, as in a deploy. The output of other commands
* goes only to the script that ran them.
*/
function shownAs(run, task) {
	if (task.kind === "command") return { label: "the command of a hook" };
	const { job, host } = task;
	const onLine = (line, stream) => run.emit({
		type: "output",
		job,
		worker: host,
		line,
		stream
	});
	return {
		label: `make ${task.target}`,
		onLine,
		env: versionsOn(run, job, host)
	};
}
/** Returns the versions that a deploy passes to the targets start, restart and reload. */
function versionsOn({ catalog, ledger }, name, host) {
	const allocation = catalog.jobs.find((job) => job.name === name)?.allocations.find((one) => one.host === host);
	if (!allocation) return {};
	return {
		CURRENT_VERSION: ledger.allocation(allocation.id)?.currentVersion ?? "0.0.0",
		NEW_VERSION: allocation.newVersion
	};
}
function scriptFor({ catalog }, task, worker) {
	if (task.kind === "command") return `eval ${shellQuote(task.command)}`;
	const { job, target, host } = task;
	const folder = jobFolder(worker, catalog.bucketId, job);
	const missing = `job ${job} has not been delivered to ${host} yet`;
	return workerProgram("job/make-target", { variables: {
		folder,
		target,
		missing
	} });
}
function toEnd(outcome) {
	switch (outcome.kind) {
		case "exited": return outcome;
		case "overtaken": return {
			...outcome,
			kind: "exited"
		};
		case "timed-out": return {
			...outcome,
			exitCode: TIMED_OUT_EXIT_CODE
		};
		case "failed": {
			const { message, hint } = outcome.problem;
			return {
				kind: "failed",
				message: withHint(message, hint)
			};
		}
	}
}
function withHint(message, hint) {
	return hint === void 0 ? message : `${message} (${hint})`;
}
// src/session/open-run.ts
/**
* Opens everything that a deploy, a check or a hook needs, and closes it at the end. Costly parts open at their first
* use.
*/
async function openRun(built) {
	const { request, face, tools, workspace, state, catalog } = built;
	const closers = new Closers();
	const staging = closers.add(new StagingArea(face.temporaryFolder ?? join(workspace.bucketDir, "tmp"), face.onStaging));
	const { settings, bucketDir } = workspace;
	const transport = closers.add(await tools.openTransport({
		bucketDir,
		settings,
		ledger: state.ledger
	}));
	const hookRecords = [];
	let runtime;
	const guarding = {
		catalog,
		ledger: state.ledger,
		origin: originOf(built)
	};
	const workers = guardWorkers(transport, state.fence, openSignature(guarding));
	const looking = {
		ask: workers.look,
		parallelWorkers: settings.parallelWorkers
	};
	const run = {
		...guarding,
		settings,
		box: state.box,
		masker: face.masker,
		stager: new Stager(state.hashKey),
		staging,
		workers,
		look: openSightBook(looking, state.sights),
		emit: face.emit,
		nowMs: () => performance.now(),
		signal: face.signal,
		jobs: new Set(request.filters.jobs.length === 0 ? catalog.jobs.map(({ name }) => name) : request.filters.jobs),
		options: {
			force: request.flags.force,
			syncOnly: request.flags.syncOnly,
			named: new Set(request.filters.jobs)
		},
		checkTools: (delivery) => checkTools(built, delivery),
		runHooks: async (hooks) => {
			runtime ??= startRuntime({
				built,
				run,
				staging,
				closers,
				hookRecords
			});
			try {
				return await runHooks({
					built,
					hooks,
					runtime: await runtime
				});
			} finally {
				transport.forget("hook");
			}
		}
	};
	return {
		run,
		hookRecords,
		[Symbol.asyncDispose]: () => closers.close()
	};
}
function originOf({ state, request, face }) {
	const { actor, url, runId } = ownerOf({
		request,
		face
	});
	const where = url === "" ? `run ${runId}` : url;
	return {
		...state.origin,
		by: `${actor} (${where}) at ${(/* @__PURE__ */ new Date()).toISOString()}`
	};
}
/** Checks for rsync and for the interpreters of the hooks that this deploy may run. Call it before anything is changed. */
async function checkTools({ catalog, request }, delivery) {
	if (delivery === "files" && !await isOnPath("rsync")) throw new Failure("host prerequisites not met: rsync was not found on this machine", {
		exitCode: 2,
		hint: "install it, for example with: apt-get install rsync"
	});
	const { jobs } = request.filters;
	const selected = catalog.jobs.filter(({ name }) => jobs.length === 0 || jobs.includes(name));
	const missing = await missingInterpreters(selected, await findHookTools(), DEPLOY_EVENTS);
	if (missing.length > 0) throw interpreterFailure(missing);
}
const DEPLOY_EVENTS = HOOK_EVENTS.filter((event) => event !== "cli" && event !== "post_build");
/** Closes everything in reverse order, even when a step fails. */
var Closers = class {
	#open = [];
	add(one) {
		this.#open.push(one);
		return one;
	}
	async close() {
		const failures = [];
		for (const one of this.#open.splice(0).reverse()) try {
			await one[Symbol.asyncDispose]();
		} catch (thrown) {
			failures.push(thrown);
		}
		if (failures.length > 0) throw failures[0];
	}
};
async function startRuntime({ built, run, staging, closers, hookRecords }) {
	const { request, face, workspace, state, catalog } = built;
	const { ledger, box } = state;
	return {
		api: closers.add(await startHookApi({
			store: ledger.kv,
			box,
			masker: face.masker,
			warn: (message) => face.emit({
				type: "noticed",
				level: "warning",
				message
			}),
			persist: (revision) => ledger.keep(revision),
			demandsOn: (job, hook) => demandsOn(catalog.jobs, job, hook),
			workers: request.flags.dryRun ? void 0 : hookWorkers(run)
		})),
		store: ledger.kv,
		box,
		masker: face.masker,
		tools: await findHookTools(),
		environment: inheritedEnvironment(face.env, request.hookEnv),
		bucketRoot: workspace.bucketDir,
		stagingDir: await staging.folder(),
		defaultTimeoutMs: workspace.settings.hookTimeoutMs,
		onLine: ({ job, worker, line, stream }) => face.emit({
			type: "output",
			job,
			worker,
			line,
			stream
		}),
		onRecord: (record) => {
			hookRecords.push(record);
			face.emit({
				type: "hook-finished",
				record
			});
		},
		signal: face.signal
	};
}
async function runHooks({ built, hooks, runtime }) {
	const { ledger } = built.state;
	const { job, event, allocations, phase, extraEnv } = hooks;
	const hosts = job.allocations.map(({ host }) => host);
	const { text, source } = resolveRolloutOrder(ledger.kv.get(jobNamespace(job.name), "rollout_order"), hosts, hosts);
	return toResult(await runHookEvent({
		job,
		event,
		targets: allocations,
		batchSize: hooks.batchSize,
		rolloutOrder: {
			text,
			source
		},
		versionsOf: ({ id, newVersion }) => ({
			current: ledger.allocation(id)?.currentVersion ?? "0.0.0",
			next: newVersion
		}),
		phase,
		...hooks.hook === void 0 ? {} : { hook: hooks.hook },
		...hooks.batch === void 0 ? {} : { batch: hooks.batch },
		...extraEnv === void 0 ? {} : { extra: extraEnv }
	}, runtime));
}
function toResult(outcome) {
	const problems = /* @__PURE__ */ new Map();
	for (const { worker, hook, problem } of outcome.records) {
		if (problem === void 0) continue;
		const sentence = `${worker}: hook ${hook}: ${problem}`;
		const earlier = problems.get(worker);
		problems.set(worker, earlier === void 0 ? sentence : `${earlier}; ${sentence}`);
	}
	return {
		failure: outcome.kind === "succeeded" ? void 0 : outcome.message,
		problems
	};
}
// src/session/with-run.ts
/**
* Performs the third step of commands that use workers or hooks: opens connections, staging folder and hook API while
* the command works.
*/
/** Opens the run and calls `work`. Everything is closed afterwards, even when `work` fails. */
async function withRun(built, work) {
	try {
		var _usingCtx$2 = _usingCtx();
		return await work(_usingCtx$2.a(await openRun(built)));
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
	}
}
/** Runs the `post_build` hooks of a bucket that was just built. */
async function postBuild(built) {
	if (!hasPostBuildHooks(built.catalog)) return;
	await withRun(built, ({ run }) => runPostBuild(run));
}
// src/session/with-state.ts
/** Opens the state while a command works: under the lock and writable, or read-only. */
const nowSeconds = () => Math.floor(Date.now() / 1e3);
/** Takes the lock, loads or creates the state, runs `work`, and releases the lock. */
async function withState(input, work) {
	try {
		var _usingCtx$1 = _usingCtx();
		const keys = await openKeys(input);
		const box = boxOf(keys);
		const store = await openStore(input, keys);
		const held = _usingCtx$1.a(await lockState(input, store));
		const loaded = await held.load();
		const document = documentIn(loaded) ?? firstDocument(input, box);
		input.face.masker.reserve(namesOfAllocations(document.allocations));
		const ledger = new Ledger(document, {
			nowSeconds,
			save: (next) => held.save(next)
		});
		input.tools.pinHostKeys(ledger);
		return await work({
			...openState({
				ledger,
				box,
				document,
				kind: store.kind,
				loaded
			}),
			fence: held.fence
		});
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** Reads the current state without the lock. Nothing can be saved. */
async function readState(input) {
	const keys = await openKeys(input);
	const box = boxOf(keys);
	const reader = await openReader(input, keys);
	const loaded = await reader.load(input.face.signal);
	const document = documentIn(loaded) ?? firstDocument(input, box);
	input.face.masker.reserve(namesOfAllocations(document.allocations));
	return openState({
		ledger: readOnlyLedger(document, input.request),
		box,
		document,
		kind: reader.kind,
		loaded
	});
}
/** Returns an empty state that cannot be saved. */
function noState(request) {
	const box = createSecretBox([randomBytes(32)]);
	const document = blankDocument(box);
	return {
		...openState({
			ledger: readOnlyLedger(document, request),
			box,
			document,
			kind: "file",
			loaded: { kind: "none" }
		}),
		label: "none"
	};
}
/** Reads the state for a plan. Returns an empty state when there is no key. */
async function stateForPlan(input) {
	const { request, face } = input;
	if (!(face.disk === "lost" && request.state.key === void 0)) return readState(input);
	face.emit({
		type: "noticed",
		level: "warning",
		message: "no state-key: the plan is made as if nothing had been deployed yet"
	});
	return noState(request);
}
/**
* Creates a ledger that cannot be saved. In a rehearsal, it accepts writes from hooks and later drops them. In other
* commands, it refuses every write.
*/
function readOnlyLedger(document, { flags }) {
	const save = flags.withHooks ? () => Promise.resolve() : () => Promise.reject(/* @__PURE__ */ new Error("this command takes no lock and saves nothing, so nothing can be written in it"));
	return new Ledger(document, {
		nowSeconds,
		save
	});
}
function openState({ ledger, box, document, kind, loaded }) {
	const { name, bucketId, serial, updateSeq, adopted } = document;
	const label = serial === 0 ? "none" : `serial ${serial}`;
	const origin = {
		kind,
		name,
		bucketId,
		serial,
		updateSeq,
		...adopted === void 0 ? {} : { adopted }
	};
	const { sights = /* @__PURE__ */ new Map() } = loaded;
	return {
		ledger,
		box,
		label,
		hashKey: openHashKey(box, document),
		fence: NO_FENCE,
		origin,
		sights
	};
}
function firstDocument(input, box) {
	const { request, workspace, face } = input;
	if (stateLocation(input).kind === "bucket") throw notInitialized();
	if (request.state.initialize === "never") throw stopFailure({
		code: "state-missing",
		message: "there is no state of this bucket, and initialize is \"never\"",
		hint: "check that the state location is the right one; for a first run use initialize: auto"
	});
	return newDocument(stateName({
		request,
		workspace,
		identity: face.identity
	}), box);
}
export { certifyBuild as A, jobFolder as C, inRolloutOrder as D, hasHooks as E, runHookPhase as O, bucketFolder as S, workerOf as T, beginBuild as _, withRun as a, listAhead as b, runScript as c, registeredHooks as d, inheritedEnvironment as f, todaysNamespace as g, todaysKey as h, postBuild as i, clearJob as j, runJobHooks as k, ProcessOutput as l, secretPlace as m, stateForPlan as n, writeTree as o, readableNamespaces as p, withState as r, identityOf as s, readState as t, jobsWithHook as u, buildAhead as v, jobOf as w, continuityOf as x, buildInMemory as y };
