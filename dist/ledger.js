import { t as Failure } from "./failure.js";
import { t as didYouMean } from "./nearest-name.js";
import { t as compareText } from "./order.js";
import { c as stopFailure, l as SecretError } from "./keys.js";
import { I as requireSound, k as findBucket, m as readWorkspace } from "./state-key.js";
import { r as isTemplate } from "./tree.js";
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
// src/catalog/identity.ts
/** A stable id for a name (spec 03 §3.1): MD5 of its UTF-8 bytes in the shape of a version 3 UUID. */
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
// src/session/open-bucket.ts
/** First steps of nearly every command: find the bucket, read its workspace, say all that is wrong with it. */
const MOST_LISTED = 20;
async function locateBucket(request, face) {
	const start = resolve(face.workingDirectory, request.bucket ?? ".");
	const found = request.bucket === void 0 ? await findBucket(start) : start;
	if (found !== void 0) return found;
	throw new Failure(`there is no bucket here: no maand.conf in ${start} or above`, {
		exitCode: 2,
		hint: "make one with: maand init"
	});
}
/** Reads without judging: for `build --check`, which reports errors as its result. */
async function inspectWorkspace(bucketDir, request) {
	const selector = request.jobConfigSelector;
	const { workspace, diagnostics } = await readWorkspace({
		bucketDir,
		environment: request.environment,
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
/** The template engine is loaded only where there is a template. */
async function templateFindings(workspace) {
	if (!workspace.jobs.some(({ files }) => files.some(isTemplate))) return [];
	const { checkTemplates } = await import("./check-templates.js");
	return checkTemplates(workspace);
}
/** What the request says wins over `maand.conf`. */
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
async function openWorkspace(bucketDir, request, face) {
	const { workspace, diagnostics } = await inspectWorkspace(bucketDir, request);
	requireSound(diagnostics, face);
	if (!workspace) throw new Error(`nothing was read from ${join(bucketDir, "workspace")}, and nothing was found wrong`);
	return workspace;
}
/** Refuses names of jobs that the bucket does not have; empty means all. */
function selectJobs(wanted, present) {
	return select("jobs", wanted, present);
}
/** The same for hosts of workers. */
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
// src/state/hash-key.ts
/** The key of the content digests, as the state keeps it. */
/** The first thing that the key has to open: says whether it is the right one. */
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
// src/kv/store.ts
const SECONDS_PER_DAY = 86400;
/**
* Namespaced strings with versions (spec 04 §4.1). Every change is a new version; an unchanged value never is. Values are
* kept as given to `putExact` and trimmed by `put`. Nothing here knows who may read or write: that is `access.ts`.
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
	/** Grows with every change; equal revisions of one store mean equal contents. */
	get revision() {
		return this.#revision;
	}
	/** The revision that its newest row came with; 0 for what was there from the start. */
	revisionOf(namespace, key) {
		const row = this.latest(namespace, key);
		return (row && this.#revisions.get(row)) ?? 0;
	}
	/** The newest row, deleted or not. */
	latest(namespace, key) {
		return this.#namespaces.get(namespace)?.get(key)?.at(-1);
	}
	/** The value, or undefined when the key is missing or deleted. */
	get(namespace, key) {
		const row = this.latest(namespace, key);
		return row === void 0 || row.deleted ? void 0 : row.value;
	}
	/** The value, or the one before it was deleted; undefined when history has none. */
	lastValue(namespace, key) {
		return this.#namespaces.get(namespace)?.get(key)?.findLast(({ deleted }) => !deleted)?.value;
	}
	/** Live keys, bytewise sorted. */
	keys(namespace) {
		const rows = this.#namespaces.get(namespace) ?? /* @__PURE__ */ new Map();
		return [...rows.keys()].filter((key) => !rows.get(key)?.at(-1)?.deleted).sort(compareText);
	}
	/** Every namespace that ever held a key, bytewise sorted. */
	namespaces() {
		return [...this.#namespaces.keys()].sort(compareText);
	}
	/** Every key that ever was, deleted ones too, bytewise sorted. */
	allKeys(namespace) {
		return [...this.#namespaces.get(namespace)?.keys() ?? []].sort(compareText);
	}
	/** Stores the trimmed value; answers whether that changed anything. */
	put(namespace, key, value) {
		return this.putExact(namespace, key, value.trim());
	}
	/** As `put`, without trimming. */
	putExact(namespace, key, value) {
		if (this.get(namespace, key) === value) return false;
		this.#append(namespace, key, { value });
		return true;
	}
	/** Marks a key as deleted; false when there is nothing to delete. */
	delete(namespace, key) {
		if (this.get(namespace, key) === void 0) return false;
		this.#append(namespace, key, {
			value: "",
			deleted: true
		});
		return true;
	}
	/** Makes the namespace hold exactly `values`; keys for which `keep` answers true are never deleted. */
	sync(namespace, values, keep = () => false) {
		for (const [key, value] of Object.entries(values)) this.put(namespace, key, value);
		for (const key of this.keys(namespace)) if (!Object.hasOwn(values, key) && !keep(key)) this.delete(namespace, key);
	}
	/** Deletes every key of the namespace. */
	clear(namespace) {
		this.sync(namespace, {});
	}
	/** Drops history that nobody needs (spec 04 §4.1): of keys whose newest row is older than `retainDays`. Answers how many rows. */
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
	/** A plain value to store; sorted, so that equal stores give equal bytes. */
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
var Ledger = class {
	name;
	bucketId;
	hashKey;
	kv;
	#repairs;
	#save;
	#allocations;
	#trees;
	#hostKeys;
	#postDeployPending;
	builtDigest;
	workers;
	ports;
	certificates;
	#updateSeq;
	#serial;
	#saved;
	/** Of the store: up to here it is durable. */
	#kept = 0;
	#saving = Promise.resolve();
	#waiting;
	constructor(document, options) {
		this.name = document.name;
		this.bucketId = document.bucketId;
		this.hashKey = document.hashKey;
		this.kv = new KvStore(document.kv, options.nowSeconds);
		this.#repairs = document.repairs;
		this.#save = options.save;
		this.#allocations = new Map(document.allocations.map((record) => [record.id, record]));
		this.#trees = new Map(Object.entries(document.trees));
		this.#hostKeys = new Map(Object.entries(document.hostKeys));
		this.#postDeployPending = new Set(document.postDeployPending);
		this.builtDigest = document.builtDigest;
		this.workers = document.workers;
		this.ports = document.ports;
		this.certificates = document.certificates;
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
	/** Notes that the `worker.json` on a worker now carries the present `updateSeq`. */
	noteDelivered(host) {
		const known = this.workers[host];
		if (known) this.workers = {
			...this.workers,
			[host]: {
				...known,
				updateSeq: this.#updateSeq
			}
		};
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
	/** The files of a tree that some allocation has or had; undefined when no longer known. */
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
	/** Resolves once the store up to this revision is durable: at once when it is. */
	async keep(revision) {
		if (this.#kept < revision) await this.commit();
	}
	/** Resolves once everything changed so far is durable. */
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
	/** The state as it is now, under the given serial. */
	toDocument(serial) {
		const allocations = this.allocations;
		const used = new Set(allocations.flatMap(({ promoted, applied, delivered }) => [
			promoted?.hash,
			applied?.hash,
			delivered
		]));
		return {
			format: 1,
			name: this.name,
			bucketId: this.bucketId,
			serial,
			updateSeq: this.#updateSeq,
			builtDigest: this.builtDigest,
			hashKey: this.hashKey,
			workers: this.workers,
			ports: this.ports,
			allocations,
			trees: Object.fromEntries([...this.#trees].filter(([hash]) => used.has(hash))),
			postDeployPending: [...this.#postDeployPending],
			hostKeys: Object.fromEntries(this.#hostKeys),
			...this.certificates === void 0 ? {} : { certificates: this.certificates },
			kv: this.kv.toHistory(),
			...this.#repairs ? { repairs: this.#repairs } : {}
		};
	}
};
export { locateBucket as a, selectWorkers as c, inspectWorkspace as i, allocationId as l, KvStore as n, openWorkspace as o, openHashKey as r, selectJobs as s, Ledger as t, nameId as u };
