import { t as Failure } from "./failure.js";
import { t as compareText } from "./order.js";
import { a as didYouMean } from "./state-location.js";
import { C as readWorkspace, E as foreignHint, H as placeBucket, K as requireSound, O as BucketReader, Q as tagsNamespace, V as findBucket, et as workerNamespace } from "./state-key.js";
import { c as stopFailure, l as SecretError } from "./keys.js";
import { r as isTemplate } from "./tree.js";
import { n as spelledAs } from "./host-spelling.js";
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
// src/catalog/identity.ts
/** Derives the ids of jobs, labels and allocations from their names, so that every build computes the same ids. */
/** Returns the id of a name: MD5 of its UTF-8 bytes in the form of a version 3 UUID. */
function nameId(name) {
	const bytes = createHash("md5").update(name, "utf8").digest();
	bytes.writeUInt8(bytes.readUInt8(6) & 15 | 48, 6);
	bytes.writeUInt8(bytes.readUInt8(8) & 63 | 128, 8);
	const hex = bytes.toString("hex");
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		hex.slice(12, 16),
		hex.slice(16, 20),
		hex.slice(20)
	].join("-");
}
function allocationId(job, host) {
	return nameId(`${job}|${host}`);
}
// src/session/masks/bucket-names.ts
/** Returns the identifiers in a workspace. */
function namesOfWorkspace({ workers, jobs }) {
	return [...workers.flatMap(({ host, hostname, labels }) => [
		host,
		hostname,
		...labels
	]), ...jobs.flatMap(({ name, selectors, ports, hooks, certificates }) => [
		name,
		...selectors,
		...[
			...ports,
			...hooks,
			...certificates
		].map((one) => one.name)
	])];
}
/** Returns the jobs and hosts of allocations. Some of them may have left the workspace. */
function namesOfAllocations(allocations) {
	return [...allocations].flatMap(({ job, host }) => [job, host]);
}
// src/session/open-bucket.ts
/**
* Performs the first steps of nearly every command: finds the bucket, reads its workspace, and reports all errors in
* it.
*/
const MOST_LISTED = 20;
async function locateBucket({ request, face }) {
	const start = resolve(face.workingDirectory, request.bucket ?? ".");
	const found = request.bucket === void 0 ? await findBucket(start) : start;
	if (found !== void 0) return found;
	const foreign = await foreignHint(new BucketReader(await placeBucket(start)));
	throw new Failure(`there is no bucket here: no maand.conf in ${start} or above`, {
		exitCode: 2,
		hint: foreign ?? "make one with: maand init"
	});
}
/** Reads the workspace. Errors in it do not throw, because `build --check` reports errors as its result. */
async function inspectWorkspace(bucketDir, { request, face }) {
	const selector = request.jobConfigSelector;
	const { workspace, diagnostics } = await readWorkspace({
		bucketDir,
		environment: request.environment,
		checkout: face.identity.checkout,
		...selector === void 0 ? {} : { jobConfigSelector: selector }
	});
	const found = [...diagnostics, ...workspace ? await templateFindings(workspace) : []];
	return {
		workspace: workspace && {
			...workspace,
			settings: override(workspace.settings, request)
		},
		diagnostics: found
	};
}
/** Checks the templates. The template engine is loaded only when there is a template. */
async function templateFindings(workspace) {
	if (!workspace.jobs.some(({ files }) => files.some(isTemplate))) return [];
	const { checkTemplates } = await import("./check-templates.js");
	return checkTemplates(workspace);
}
/** Returns the settings of `maand.conf`. Values of the request take precedence. */
function override(settings, { connection, hookTimeoutMs, parallelWorkers }) {
	return {
		...settings,
		sshUser: connection.user ?? settings.sshUser,
		sshPort: connection.port ?? settings.sshPort,
		sshProxyJump: connection.proxyJump ?? settings.sshProxyJump,
		hookTimeoutMs: hookTimeoutMs ?? settings.hookTimeoutMs,
		parallelWorkers: parallelWorkers ?? settings.parallelWorkers
	};
}
async function openWorkspace(bucketDir, { request, face }) {
	const { workspace, diagnostics } = await inspectWorkspace(bucketDir, {
		request,
		face
	});
	if (workspace) face.masker.reserve(namesOfWorkspace(workspace));
	requireSound(diagnostics, face);
	if (!workspace) throw new Error(`nothing was read from ${join(bucketDir, "workspace")}, and nothing was found wrong`);
	return workspace;
}
function jobNames({ jobs }) {
	return jobs.map(({ name }) => name);
}
/**
* Returns the selected jobs. An empty selection means all jobs. Throws a `Failure` for jobs that the bucket does not
* have.
*/
function selectJobs(wanted, present) {
	return select("jobs", wanted, present);
}
/**
* Returns the selected hosts. An empty selection means all hosts. Throws a `Failure` for workers that the bucket does
* not have.
*/
function selectWorkers(wanted, present) {
	return select("workers", wanted, present);
}
function select(what, wanted, present) {
	const unknown = wanted.filter((name) => !present.includes(name));
	if (unknown.length > 0) {
		const nearest = unknown.length === 1 ? didYouMean(unknown[0] ?? "", present) : void 0;
		throw new Failure(`${what} not in this bucket: ${unknown.join(", ")}`, {
			exitCode: 2,
			hint: nearest ?? `it has: ${listed(present)}`
		});
	}
	return new Set(wanted.length === 0 ? present : wanted);
}
function listed(names) {
	const rest = names.length - MOST_LISTED;
	return `${names.slice(0, MOST_LISTED).join(", ") || "none"}${rest > 0 ? ` and ${rest} more` : ""}`;
}
// src/session/with-bucket.ts
/**
* Performs the first step of nearly every command: finds the bucket and reads its workspace. A command does not
* continue when the workspace has errors.
*/
/**
* Reads the bucket and runs `work`. Throws a `Failure` (exit code 2) when there is no bucket. Also throws when the
* workspace has errors, and then lists all of them.
*/
async function withBucket(call, work) {
	const workspace = await openWorkspace(await locateBucket(call), call);
	return await work({
		...call,
		request: spellHosts(call.request, workspace),
		workspace
	});
}
/** Returns the request with each host in the spelling of `workers.json`. */
function spellHosts(request, { workers }) {
	const listed = workers.map(({ host }) => host);
	const { filters } = request;
	return {
		...request,
		filters: {
			...filters,
			workers: spelledAs(filters.workers, listed),
			allocations: spelledAs(filters.allocations, listed)
		}
	};
}
// src/state/hash-key.ts
/** Opens the key of the content digests, which the state stores sealed. */
/**
* Returns the key of the content digests. The state key opens this text before any other, so a wrong state key is
* noticed here.
*/
function openHashKey(box, document) {
	try {
		return Buffer.from(box.open(document.hashKey), "hex");
	} catch (thrown) {
		if (!(thrown instanceof SecretError)) throw thrown;
		throw stopFailure({
			code: "state-other-key",
			message: `the state of "${document.name}" (serial ${document.serial}) is sealed with another state-key`,
			hint: "give the key that it was made with; older keys may follow the current one, a line each",
			cause: thrown
		});
	}
}
// src/kv/move-host.ts
/** Moves the keys of a worker, and the keys of its allocations, to the namespaces of the new host. */
const ALLOCATION = /^maand\/job\/[^/]+\/worker\//;
/** Moves the current values. Older versions of the values stay in the old namespaces until they are purged. */
function moveHost(store, from, to) {
	for (const namespace of store.namespaces()) {
		const moved = namespaceOn(namespace, from, to);
		if (moved === void 0) continue;
		for (const key of store.keys(namespace)) {
			store.put(moved, key, store.get(namespace, key) ?? "");
			store.delete(namespace, key);
		}
	}
}
/**
* Returns the name that the namespace gets for the host `to`. Returns undefined when the namespace does not belong to
* the host `from`.
*/
function namespaceOn(namespace, from, to) {
	if (namespace === workerNamespace(from)) return workerNamespace(to);
	if (namespace === tagsNamespace(from)) return tagsNamespace(to);
	const [prefix] = ALLOCATION.exec(namespace) ?? [];
	return prefix !== void 0 && namespace === `${prefix}${from}` ? `${prefix}${to}` : void 0;
}
// src/kv/store.ts
/** Keeps the key/value store of a bucket in memory, with the history of every key. */
const SECONDS_PER_DAY = 86400;
/**
* Stores strings by namespace and key, with versions. Every change adds a version; writing an equal value adds none.
* `put` trims values, and `putExact` does not. The store checks no access rules; `access.ts` does.
*/
var KvStore = class {
	#namespaces = /* @__PURE__ */ new Map();
	#nowSeconds;
	#revision = 0;
	#revisions = /* @__PURE__ */ new WeakMap();
	constructor(history, nowSeconds) {
		this.#nowSeconds = nowSeconds;
		for (const [namespace, keys] of Object.entries(history)) {
			const rows = /* @__PURE__ */ new Map();
			for (const [key, versions] of Object.entries(keys)) rows.set(key, [...versions]);
			this.#namespaces.set(namespace, rows);
		}
	}
	/** The revision grows with every change. Equal revisions of one store mean equal content. */
	get revision() {
		return this.#revision;
	}
	/** Returns the revision at which the newest row was added, or 0 when the row was loaded or is missing. */
	revisionOf(namespace, key) {
		const row = this.latest(namespace, key);
		return (row && this.#revisions.get(row)) ?? 0;
	}
	/** Returns the newest row, even if it marks the key as deleted. */
	latest(namespace, key) {
		return this.#namespaces.get(namespace)?.get(key)?.at(-1);
	}
	/** Returns the value, or undefined when the key is missing or deleted. */
	get(namespace, key) {
		const row = this.latest(namespace, key);
		return row === void 0 || row.deleted ? void 0 : row.value;
	}
	/**
	* Returns the value of the key. Returns its last value when the key is deleted, and undefined when the history has no
	* value.
	*/
	lastValue(namespace, key) {
		return this.#namespaces.get(namespace)?.get(key)?.findLast(({ deleted }) => !deleted)?.value;
	}
	/** Returns the keys that are not deleted, sorted by UTF-8 bytes. */
	keys(namespace) {
		const rows = this.#namespaces.get(namespace) ?? /* @__PURE__ */ new Map();
		return [...rows.keys()].filter((key) => !rows.get(key)?.at(-1)?.deleted).sort(compareText);
	}
	/** Returns every namespace in the history, including namespaces with only deleted keys. Sorted by UTF-8 bytes. */
	namespaces() {
		return [...this.#namespaces.keys()].sort(compareText);
	}
	/** Returns every key in the history, including deleted keys. Sorted by UTF-8 bytes. */
	allKeys(namespace) {
		return [...this.#namespaces.get(namespace)?.keys() ?? []].sort(compareText);
	}
	/** Stores the trimmed value. Returns whether this changed the value. */
	put(namespace, key, value) {
		return this.putExact(namespace, key, value.trim());
	}
	/** Stores the value without trimming it. Returns whether this changed the value. */
	putExact(namespace, key, value) {
		if (this.get(namespace, key) === value) return false;
		this.#append(namespace, key, { value });
		return true;
	}
	/** Marks a key as deleted. Returns false when there is nothing to delete. */
	delete(namespace, key) {
		if (this.get(namespace, key) === void 0) return false;
		this.#append(namespace, key, {
			value: "",
			deleted: true
		});
		return true;
	}
	/**
	* Writes `values` and deletes every key of the namespace that is not in `values`. Keys for which `keep` returns true
	* are not deleted.
	*/
	sync(namespace, values, keep = () => false) {
		for (const [key, value] of Object.entries(values)) this.put(namespace, key, value);
		for (const key of this.keys(namespace)) if (!Object.hasOwn(values, key) && !keep(key)) this.delete(namespace, key);
	}
	/** Deletes every key of the namespace. */
	clear(namespace) {
		this.sync(namespace, {});
	}
	/**
	* Drops versions of keys whose newest version is older than `retainDays` days. A deleted key loses all versions; a
	* key that is not deleted keeps its last 8 versions. Returns the number of dropped versions.
	*/
	purge(retainDays) {
		let dropped = 0;
		const before = this.#nowSeconds() - retainDays * SECONDS_PER_DAY;
		for (const [namespace, rows] of this.#namespaces) {
			for (const [key, versions] of rows) {
				const newest = versions.at(-1);
				if (newest === void 0 || newest.at >= before) continue;
				const kept = newest.deleted ? [] : versions.slice(-8);
				dropped += versions.length - kept.length;
				if (kept.length === 0) rows.delete(key);
				else if (kept.length < versions.length) rows.set(key, kept);
			}
			if (rows.size === 0) this.#namespaces.delete(namespace);
		}
		return dropped;
	}
	/** Returns the store as plain data. The data is sorted, so that equal stores give equal bytes. */
	toHistory() {
		const entries = this.namespaces().map((namespace) => {
			const rows = this.#namespaces.get(namespace);
			return [namespace, Object.fromEntries(this.allKeys(namespace).map((key) => [key, [...rows?.get(key) ?? []]]))];
		});
		return Object.fromEntries(entries);
	}
	#append(namespace, key, row) {
		const rows = this.#namespaces.get(namespace) ?? /* @__PURE__ */ new Map();
		this.#namespaces.set(namespace, rows);
		const versions = rows.get(key) ?? [];
		const version = {
			...row,
			version: (versions.at(-1)?.version ?? 0) + 1,
			at: this.#nowSeconds()
		};
		versions.push(version);
		rows.set(key, versions);
		this.#revisions.set(version, ++this.#revision);
	}
};
// src/state/ledger.ts
/**
* The state of a run in memory. It is loaded once, changed by build, hooks and rollout, and made durable by `commit`.
* Commits that arrive while another commit runs are combined into the next one. A hook that writes a thousand keys
* therefore does not write a thousand files.
*/
var Ledger = class {
	name;
	bucketId;
	hashKey;
	kv;
	#repairs;
	#adopted;
	#save;
	#allocations;
	#trees;
	#hostKeys;
	#postDeployPending;
	#builtDigest;
	#workers;
	#ports;
	#certificates;
	#deployer;
	#updateSeq;
	#serial;
	#saved;
	/** Revision of the store up to which all changes are durable. */
	#kept = 0;
	#saving = Promise.resolve();
	#waiting;
	constructor(document, options) {
		this.name = document.name;
		this.bucketId = document.bucketId;
		this.hashKey = document.hashKey;
		this.kv = new KvStore(document.kv, options.nowSeconds);
		this.#repairs = document.repairs;
		this.#adopted = document.adopted;
		this.#save = options.save;
		this.#allocations = new Map(document.allocations.map((record) => [record.id, record]));
		this.#trees = new Map(Object.entries(document.trees));
		this.#hostKeys = new Map(Object.entries(document.hostKeys));
		this.#postDeployPending = new Set(document.postDeployPending);
		this.#builtDigest = document.builtDigest;
		this.#workers = document.workers;
		this.#ports = document.ports;
		this.#certificates = document.certificates;
		this.#deployer = document.deployer;
		this.#updateSeq = document.updateSeq;
		this.#serial = document.serial;
		if (document.serial > 0) this.#saved = JSON.stringify(this.toDocument(0));
	}
	get serial() {
		return this.#serial;
	}
	get updateSeq() {
		return this.#updateSeq;
	}
	raiseUpdateSeq() {
		this.#updateSeq++;
		return this.#updateSeq;
	}
	/** Digest of the workspace in the last build. Empty before the first build. */
	get builtDigest() {
		return this.#builtDigest;
	}
	/**
	* Host → address and settings of the worker. A worker that left the bucket stays here while the state still records
	* something about it.
	*/
	get workers() {
		return this.#workers;
	}
	/** Job → port name → number. */
	get ports() {
		return this.#ports;
	}
	get certificates() {
		return this.#certificates;
	}
	/** Records the result of a build and replaces the record of the previous build. */
	recordBuild({ digest, workers, ports }) {
		this.#builtDigest = digest;
		this.#workers = workers;
		this.#ports = ports;
	}
	recordCertificates(record) {
		this.#certificates = record;
	}
	/** The run that changed workers last; undefined when nothing is known about it. */
	get deployer() {
		return this.#deployer;
	}
	recordDeployer(deployer) {
		this.#deployer = deployer;
	}
	/** Removes every worker whose host is not in `hosts`. */
	keepWorkers(hosts) {
		this.#workers = Object.fromEntries(Object.entries(this.#workers).filter(([host]) => hosts.has(host)));
	}
	/** Records that `worker.json` on this worker now has the current `updateSeq`. */
	noteDelivered(host) {
		const known = this.#workers[host];
		if (known) this.#workers = {
			...this.#workers,
			[host]: {
				...known,
				updateSeq: this.#updateSeq
			}
		};
	}
	/**
	* Moves everything that is recorded about a worker to its new host: the worker keeps its id and its allocations keep
	* what is promoted. An allocation that a build has already placed on the new host keeps its own id.
	*/
	moveWorker(from, to) {
		const { [from]: moved, [to]: _placed, ...others } = this.#workers;
		if (moved === void 0) throw new Error(`no worker ${from} in the state`);
		const { left: _left, ...worker } = moved;
		this.#workers = {
			...others,
			[to]: worker
		};
		for (const record of this.allocations.filter(({ host }) => host === from)) {
			const placed = this.allocations.find(({ job, host }) => job === record.job && host === to);
			if (placed === void 0) {
				this.record({
					...record,
					host: to
				});
				continue;
			}
			this.forget(record.id);
			this.record({
				...record,
				id: placed.id,
				host: to,
				disabled: placed.disabled,
				removed: placed.removed
			});
		}
		moveHost(this.kv, from, to);
	}
	get allocations() {
		return [...this.#allocations.values()];
	}
	allocation(id) {
		return this.#allocations.get(id);
	}
	/** Replaces the record of an allocation. */
	record(record) {
		this.#allocations.set(record.id, record);
	}
	forget(id) {
		this.#allocations.delete(id);
	}
	/**
	* Returns the files of a tree that an allocation has or had. Returns `undefined` when these files are no longer
	* known.
	*/
	filesOf(tree) {
		return tree && this.#trees.get(tree.hash);
	}
	keepTree(hash, files) {
		this.#trees.set(hash, files);
	}
	isPostDeployPending(job) {
		return this.#postDeployPending.has(job);
	}
	markPostDeploy(job, outcome) {
		if (outcome === "pending") this.#postDeployPending.add(job);
		else this.#postDeployPending.delete(job);
	}
	get hostKeys() {
		return this.#hostKeys;
	}
	pinHostKey(address, keyLine) {
		this.#hostKeys.set(address, keyLine);
	}
	/**
	* Resolves when the store is durable up to this revision. Resolves immediately when this revision is already durable.
	*/
	async keep(revision) {
		if (this.#kept < revision) await this.commit();
	}
	/** Resolves when all changes so far are durable. */
	commit() {
		this.#waiting ??= this.#saving.catch(() => {}).then(() => {
			this.#waiting = void 0;
			this.#saving = this.#saveNow();
			return this.#saving;
		});
		return this.#waiting;
	}
	async #saveNow() {
		const { revision } = this.kv;
		const content = JSON.stringify(this.toDocument(0));
		if (content !== this.#saved) {
			const document = this.toDocument(this.#serial + 1);
			await this.#save(document);
			this.#serial = document.serial;
			this.#saved = content;
		}
		this.#kept = revision;
	}
	/** Returns the current state as a document with the given serial. */
	toDocument(serial) {
		const allocations = this.allocations;
		const used = new Set(allocations.flatMap(({ promoted, applied, delivered }) => [
			promoted?.hash,
			applied?.hash,
			delivered
		]));
		return {
			format: 2,
			name: this.name,
			bucketId: this.bucketId,
			serial,
			updateSeq: this.#updateSeq,
			builtDigest: this.#builtDigest,
			hashKey: this.hashKey,
			workers: this.#workers,
			ports: this.#ports,
			allocations,
			trees: Object.fromEntries([...this.#trees].filter(([hash]) => used.has(hash))),
			postDeployPending: [...this.#postDeployPending],
			hostKeys: Object.fromEntries(this.#hostKeys),
			...this.#certificates === void 0 ? {} : { certificates: this.#certificates },
			kv: this.kv.toHistory(),
			...this.#adopted ? { adopted: this.#adopted } : {},
			...this.#deployer === void 0 ? {} : { deployer: this.#deployer },
			...this.#repairs ? { repairs: this.#repairs } : {}
		};
	}
};
export { withBucket as a, locateBucket as c, selectWorkers as d, namesOfAllocations as f, nameId as h, spellHosts as i, openWorkspace as l, allocationId as m, KvStore as n, inspectWorkspace as o, namesOfWorkspace as p, openHashKey as r, jobNames as s, Ledger as t, selectJobs as u };
