import { t as Failure } from "./failure.js";
import { r as parseStateKeys, t as deriveKey } from "./keys.js";
import { t as compareText } from "./order.js";
import { t as _usingCtx } from "./usingCtx.js";
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { constants } from "node:fs";
// src/kv/secrets.ts
const PREFIX = "enc:v1:";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A stored secret that cannot be read; the message says why and holds no part of the value. */
var SecretError = class extends Error {
	name = "SecretError";
};
function isSealed(value) {
	return value.startsWith(PREFIX);
}
/** `keys`: 32 bytes each; the first seals, all of them are tried to open (so that a key can be rotated). */
function createSecretBox(keys) {
	const [current] = keys;
	if (current === void 0 || keys.some((key) => key.length !== 32)) throw new SecretError("kv encryption key is missing or invalid");
	const opened = /* @__PURE__ */ new Map();
	return {
		seal: (plain) => sealWith(current, plain),
		open(sealed) {
			const plain = opened.get(sealed) ?? openWith(keys, sealed);
			opened.set(sealed, plain);
			return plain;
		}
	};
}
function sealWith(key, plain) {
	const nonce = randomBytes(NONCE_BYTES);
	const cipher = createCipheriv("aes-256-gcm", key, nonce);
	const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
	return PREFIX + Buffer.concat([
		nonce,
		body,
		cipher.getAuthTag()
	]).toString("base64");
}
function openWith(keys, sealed) {
	if (!isSealed(sealed)) throw new SecretError("value is not encrypted");
	const bytes = Buffer.from(sealed.slice(7), "base64");
	if (bytes.length < 28) throw new SecretError("failed to decrypt kv value");
	for (const key of keys) {
		const plain = tryOpen(key, bytes);
		if (plain !== void 0) return plain;
	}
	throw new SecretError("failed to decrypt kv value");
}
function tryOpen(key, bytes) {
	const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
	decipher.setAuthTag(bytes.subarray(-16));
	const body = decipher.update(bytes.subarray(NONCE_BYTES, -16));
	try {
		return Buffer.concat([body, decipher.final()]).toString("utf8");
	} catch {
		return;
	}
}
// src/base/small-file.ts
const LARGEST_BYTES = 1048576;
/**
* The text of a key or a certificate, wherever it lies. Rejects as `readFile` does, and with a sentence for what is no regular
* file (a pipe would never end) or larger than 1 MiB.
*/
async function readSmallFile(path) {
	const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		const stats = await file.stat();
		if (stats.isDirectory()) throw new Error("it is a folder");
		if (!stats.isFile()) throw new Error("it is not a regular file");
		if (stats.size > LARGEST_BYTES) throw new Error("it is larger than 1 MiB");
		return await file.readFile("utf8");
	} finally {
		await file.close();
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
	/** The newest row, deleted or not. */
	latest(namespace, key) {
		return this.#namespaces.get(namespace)?.get(key)?.at(-1);
	}
	/** The value, or undefined when the key is missing or deleted. */
	get(namespace, key) {
		const row = this.latest(namespace, key);
		return row === void 0 || row.deleted ? void 0 : row.value;
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
		versions.push({
			...row,
			version: (versions.at(-1)?.version ?? 0) + 1,
			at: this.#nowSeconds()
		});
		rows.set(key, versions);
		this.#revision++;
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
		const content = JSON.stringify(this.toDocument(0));
		if (content === this.#saved) return;
		const document = this.toDocument(this.#serial + 1);
		await this.#save(document);
		this.#serial = document.serial;
		this.#saved = content;
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
// src/commands/open-state.ts
/** State for the length of a command: with the lock and saved, or read only. */
const nowSeconds = () => Math.floor(Date.now() / 1e3);
/** Takes the lock, loads (or begins) the state, runs `work`, releases the lock. */
async function withState(input, work) {
	try {
		var _usingCtx$1 = _usingCtx();
		const keys = await openKeys(input);
		const box = boxOf(keys);
		const store = openStore(input, keys, "change");
		_usingCtx$1.a(await store.lock(ownerOf(input), input.request.state.lockWaitMs, input.face.signal));
		const document = await loadDocument(store, input) ?? firstDocument(input, box);
		const ledger = new Ledger(document, {
			nowSeconds,
			save: (next) => store.save(next)
		});
		input.tools.pinHostKeys(ledger);
		return await work({
			...openState(ledger, box, document),
			guard: store.guard()
		});
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** The state as it is, without the lock; nothing can be saved. */
async function readState(input) {
	const keys = await openKeys(input);
	const box = boxOf(keys);
	const document = await loadDocument(openStore(input, keys, "read"), input) ?? firstDocument(input, box);
	return openState(readOnlyLedger(document), box, document);
}
/** As if there had never been a state. Nothing can be saved. */
function noState() {
	const box = createSecretBox([randomBytes(32)]);
	const document = blankDocument(box);
	return {
		...openState(readOnlyLedger(document), box, document),
		label: "none"
	};
}
/** Without a key, what only looks ahead answers as if there were no state (contract §2). */
async function stateForPlan(input) {
	const { request, face } = input;
	if (!(face.name === "action" && request.state.key === void 0)) return readState(input);
	face.emit({
		type: "noticed",
		level: "warning",
		message: "no state-key: the plan is made as if nothing had been deployed yet"
	});
	return noState();
}
/** A document that stands for none. */
function blankDocument(box = createSecretBox([randomBytes(32)])) {
	return {
		...newDocument("", box, "00000000000000000000000000000000"),
		bucketId: NO_BUCKET
	};
}
const NO_BUCKET = "00000000-0000-0000-0000-000000000000";
function readOnlyLedger(document) {
	const save = () => Promise.reject(/* @__PURE__ */ new Error("this command must not save state"));
	return new Ledger(document, {
		nowSeconds,
		save
	});
}
/** Who changes no worker needs none. */
const NO_GUARD = {
	line: () => void 0,
	forget: () => void 0
};
function openState(ledger, box, document) {
	return {
		ledger,
		box,
		label: document.serial === 0 ? "none" : `serial ${document.serial}`,
		hashKey: openHashKey(box, document),
		guard: NO_GUARD
	};
}
/** The first thing that the key has to open: says whether it is the right one. */
function openHashKey(box, document) {
	try {
		return Buffer.from(box.open(document.hashKey), "hex");
	} catch (thrown) {
		if (!(thrown instanceof SecretError)) throw thrown;
		throw new Failure(`the state of "${document.name}" (serial ${document.serial}) is sealed with another state-key`, {
			exitCode: 3,
			hint: "give the key that it was made with; older keys may follow the current one, a line each",
			cause: thrown
		});
	}
}
/** A document for a bucket that has no state yet; not saved. */
function newDocument(name, box, hashKey = randomBytes(32).toString("hex")) {
	return {
		format: 1,
		name,
		bucketId: randomUUID(),
		serial: 0,
		updateSeq: 0,
		builtDigest: "",
		hashKey: box.seal(hashKey),
		workers: {},
		ports: {},
		allocations: [],
		trees: {},
		postDeployPending: [],
		hostKeys: {},
		kv: {}
	};
}
async function loadDocument(store, { face }) {
	const loaded = await store.load(face.signal);
	return loaded.kind === "found" ? loaded.document : void 0;
}
function firstDocument({ request, workspace, face }, box) {
	if (request.state.location.kind === "bucket") throw notInitialized();
	if (request.state.initialize === "never") throw new Failure("there is no state of this bucket, and initialize is \"never\"", {
		exitCode: 3,
		hint: "check that the state location is the right one; for a first run use initialize: auto"
	});
	return newDocument(stateName(request, workspace, face.env), box);
}
function notInitialized() {
	return new Failure("maand is not initialized: there is no state of this bucket", {
		exitCode: 2,
		hint: "run: maand init"
	});
}
/** The store of this bucket's state, with what an operator overrides. */
function openStore(input, keys, purpose, overrides) {
	const { tools, request, workspace, face } = input;
	const { bucketDir } = workspace;
	return tools.openStore({
		bucketDir,
		name: stateName(request, workspace, face.env),
		keys,
		workspace,
		purpose,
		overrides
	});
}
/** Names the state wherever the repository moves (contract §7). */
function stateName({ environment }, { settings, bucketPath }, env) {
	const repository = env.GITHUB_REPOSITORY ?? "local";
	return `${settings.stateName !== "" ? settings.stateName : [repository, bucketPath].filter(Boolean).join("/")}/${environment}`;
}
/** The key file of a bucket on a laptop. */
function stateKeyFile(bucketDir) {
	return join(bucketDir, "secrets", "state.key");
}
/** Throws a `Failure` (2) when there is none, or one that is none. */
async function openKeys(input) {
	const { request, workspace, face } = input;
	const { text, source } = await readKey(request, workspace.bucketDir, face).catch(async (thrown) => {
		if (request.state.location.kind === "bucket" && !await loadDocument(openStore(input, [], "read"), input)) throw notInitialized();
		throw thrown;
	});
	face.masker.add(text);
	return parseStateKeys(text, source);
}
/** Seals KV secrets; a child key of every state key. */
function boxOf(keys) {
	return createSecretBox(keys.map((key) => deriveKey(key, "kv secrets")));
}
/** Undefined: there is no such file. Throws a `Failure` (2). */
async function readStateKeyFile(path) {
	return readSmallFile(path).catch((thrown) => {
		if (thrown.code === "ENOENT") return void 0;
		throw new Failure(`cannot read the state key ${path}: ${thrown.message}`, {
			exitCode: 2,
			cause: thrown
		});
	});
}
async function readKey({ state, command }, bucketDir, face) {
	const given = face.name === "action" ? "input state-key" : "MAAND_STATE_KEY";
	if (state.key !== void 0) return {
		text: state.key,
		source: given
	};
	const path = stateKeyFile(bucketDir);
	const text = await readStateKeyFile(path);
	if (text !== void 0) return {
		text,
		source: path
	};
	if (face.name === "action") throw keyless(command);
	throw new Failure(`there is no state key: ${path} does not exist`, {
		exitCode: 2,
		hint: "put it back (a new bucket gets one from maand init), or set MAAND_STATE_KEY"
	});
}
/** GitHub gives no secrets to pull requests from forks: there this is what people see. */
function keyless(command) {
	return new Failure(`${command} needs the input state-key, and it is empty`, {
		exitCode: 2,
		hint: "give it from a secret; runs that get no secrets, as pull requests from forks, can plan and validate"
	});
}
/** How this run is named in locks and records. */
function ownerOf({ request, face }) {
	const { env } = face;
	const url = env.GITHUB_RUN_ID === void 0 ? "" : `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;
	return {
		runId: env.GITHUB_RUN_ID ?? String(process.pid),
		command: [request.command, ...request.operands].join(" "),
		actor: env.GITHUB_ACTOR ?? env.USER ?? "unknown",
		url,
		at: (/* @__PURE__ */ new Date()).toISOString()
	};
}
export { readSmallFile as _, openHashKey as a, isSealed as b, ownerOf as c, stateForPlan as d, stateKeyFile as f, KvStore as g, Ledger as h, newDocument as i, readState as l, withState as m, boxOf as n, openKeys as o, stateName as p, loadDocument as r, openStore as s, blankDocument as t, readStateKeyFile as u, SecretError as v, createSecretBox as y };
