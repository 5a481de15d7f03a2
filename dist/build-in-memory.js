import { t as compareText } from "./order.js";
import { n as nameId } from "./identity.js";
import { c as bucketVarsNamespace, f as tagsNamespace, l as jobNamespace, m as workerNamespace, p as varsNamespace, s as allocationNamespace, u as jobNamespaces } from "./wanted.js";
import { c as stopFailure } from "./small-file.js";
import { c as continuityOf, f as jobOf, l as recordBuild, t as openRun } from "./open-run.js";
import { t as Failure } from "./failure.js";
import { a as NEW_PAIR_HINT, c as viewAuthorityPair, i as readAuthorityFiles, o as judgeAuthority, r as previewCertificates, s as viewAuthority, t as certify } from "./certify.js";
import { b as requireSound } from "./open-state.js";
import { i as interpreterFailure, o as missingInterpreters, r as findHookTools, t as resolveCatalog } from "./resolve-catalog.js";
import { i as runJobHooks, t as hasHooks } from "./hook-events.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/catalog/kv-entries.ts
/** What a build publishes about the catalog in the KV store (spec 04 §4.2): namespace → key → value, a pure function. */
const list = (items) => items.join(",");
const activeHosts = (job) => job.allocations.filter((allocation) => !allocation.disabled).map(({ host }) => host);
/** `maand/bucket` */
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
/** `maand/worker`, shared by all */
function sharedWorkerEntries(index) {
	const entries = [...index].flatMap(([label, members]) => [
		[`${label}_workers`, list(members.map(({ host }) => host))],
		[`${label}_workers_length`, String(members.length)],
		[`${label}_label_id`, nameId(label)],
		...members.map(({ host }, at) => [`${label}_${at}`, host])
	]);
	return Object.fromEntries(entries);
}
/** `maand/worker/<host>`; `jobs`: names of the jobs that are active there. */
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
/** `maand/job/<job>` */
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
/** `maand/job/<job>/worker/<host>`, without what certificates and deploys add. */
function allocationEntries(job, host) {
	const hosts = job.allocations.map((allocation) => allocation.host);
	return {
		[`${job.name}_allocation_index`]: String(hosts.indexOf(host)),
		peer_workers: list(hosts.filter((other) => other !== host))
	};
}
/** `vars/bucket/job/<job>`: `vars.conf` gives the defaults, the bucket's section wins key by key. */
function jobVarsEntries(job, { jobConfig }) {
	const section = Object.hasOwn(jobConfig.sections, job.name) ? jobConfig.sections[job.name] : {};
	return {
		...job.entry.vars,
		...section
	};
}
/** `maand/prometheus` of a bucket without a Prometheus job. */
const PROMETHEUS_ENTRIES = {
	scrape_configs: "[]",
	scrape_jobs: "",
	scrape_jobs_length: "0"
};
// src/kv/publish.ts
/** Certificates and the promoted version belong to later steps of the build and to deploys. */
const keepForLater = (key) => key === "version" || key.startsWith("certs/");
/** Brings the store in line with the catalog (spec 04 §4.2–4.3): every namespace a build owns, and what left is cleared. */
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
/** Jobs of the workspace that had allocations and lost the last one: what build published goes, what hooks wrote stays. */
function jobsThatLostAll(catalog) {
	const lost = new Set(catalog.removed.map(({ job }) => job));
	return new Set(catalog.jobs.filter((job) => lost.has(job.name) && job.allocations.length === 0).map(({ name }) => name));
}
function clearPublished(store, job) {
	store.clear(jobNamespace(job));
	store.clear(bucketVarsNamespace(job));
}
/** Everything of a job, what its hooks wrote included (spec 10 §6). */
function clearJob(store, job) {
	for (const namespace of jobNamespaces(job)) store.clear(namespace);
}
// src/state/check-build.ts
/** Throws a `Failure`: exit code 2 for a worker whose folder would move, 3 when nothing at all would be left running. */
function checkBuild(ledger, catalog) {
	const deployed = ledger.allocations.filter(({ promoted, applied, delivered }) => promoted ?? applied ?? delivered);
	const hosts = new Set(deployed.map(({ host }) => host));
	for (const { host, root } of catalog.workers) {
		const known = Object.hasOwn(ledger.workers, host) ? ledger.workers[host] : void 0;
		if (known === void 0 || known.root === root || !hosts.has(host)) continue;
		throw stopFailure({
			code: "root-moved",
			message: `the root of worker ${host} changes from ${known.root} to ${root}, and jobs are deployed there`,
			hint: "take the worker out of workers.json and deploy, so that its jobs stop; then add it with the new root",
			exitCode: 2
		});
	}
	if (catalog.jobs.some(({ allocations }) => allocations.length > 0) || deployed.length === 0 || catalog.workers.length > 0 && catalog.jobs.length > 0) return;
	const what = catalog.workers.length === 0 ? "workers.json lists no worker" : "there is no job in workspace/jobs";
	throw stopFailure({
		code: "stops-everything",
		message: `${what}: that would stop all ${deployed.length} deployed allocations`,
		hint: "check that the workspace is complete; to stop everything on purpose, disable the jobs in disabled.json"
	});
}
// src/steps/certificates.ts
/** Brings the certificates in the ledger up to date. Throws a `Failure` (exit code 2) without a CA that can sign. */
async function certifyBuild(step) {
	const { state, face } = step;
	const { files, authority } = await openAuthority(step);
	const input = certificateInput(step, authority);
	requireLiving(step, input);
	state.ledger.certificates = await certify({
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
}
/** What a build would make, as marks in the ledger of a command that cannot save. Throws where the build would. */
async function planCertificates(step) {
	const { authority } = await openAuthority(step);
	const input = certificateInput(step, authority);
	requireLiving(step, input);
	previewCertificates({
		...input,
		box: step.state.box
	});
}
/** The same for a listing, which an old CA does not stop. */
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
/** Files count more than what the state remembers, so that a CA is replaced by replacing its files. The key of a known CA is in the state. */
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
// src/steps/post-build.ts
/** Throws a `Failure` (2) when this machine cannot run the `post_build` hooks: to be asked before anything is saved. */
async function requirePostBuildTools({ jobs }, face) {
	if (!jobs.some((job) => hasHooks(job, "post_build"))) return;
	const missing = await missingInterpreters(jobs, await findHookTools(face.env.PATH ?? ""), ["post_build"]);
	if (missing.length > 0) throw interpreterFailure(missing);
}
/** `post_build` hooks in the order of waves, all of them tried; then one failure fails the build. What they wrote stays. */
async function postBuild(built) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { catalog } = built;
		if (!catalog.jobs.some((job) => hasHooks(job, "post_build"))) return;
		const failures = [];
		const opened = _usingCtx$1.a(await openRun(built));
		for (const name of catalog.waves.flat()) {
			if (built.face.signal.aborted) break;
			const failure = await runJobHooks(opened.run, jobOf(opened.run, name), { event: "post_build" });
			if (failure !== void 0) failures.push(`post_build: ${failure}`);
		}
		if (failures.length > 0) throw new Failure(failures.join("\n"), { exitCode: 1 });
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
// src/steps/build-in-memory.ts
const HISTORY_DAYS = 7;
/** A build as it is saved. Throws a `Failure` before anything of it is in the ledger, a CA that cannot sign aside. */
async function buildInMemory(state, workspace, face) {
	const { ledger } = state;
	const catalog = resolveCatalog(workspace, continuityOf(ledger), face);
	checkBuild(ledger, catalog);
	await requirePostBuildTools(catalog, face);
	apply(ledger, catalog, workspace);
	await certifyBuild({
		state,
		workspace,
		catalog,
		face
	});
	return catalog;
}
/** For a plan: throws where the build would, runs nothing, and makes no certificate. Such a ledger must not be committed. */
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
	});
	return catalog;
}
/** For a listing, which shows also what a build would refuse. */
async function listAhead({ state, workspace, catalog, face }) {
	apply(state.ledger, catalog, workspace);
	await listCertificatesAhead({
		state,
		workspace,
		catalog,
		face
	});
}
/** KV, records and ports of the ledger follow the catalog. */
function apply(ledger, catalog, workspace) {
	ledger.kv.purge(HISTORY_DAYS);
	publishCatalog(ledger.kv, catalog, workspace);
	recordBuild(ledger, catalog, workspace.digest);
}
export { clearJob as a, postBuild as i, buildInMemory as n, listAhead as r, buildAhead as t };
