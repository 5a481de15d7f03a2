import { n as messageOf, t as Failure } from "./failure.js";
import { d as refused, u as parsed } from "./nearest-name.js";
import { t as _usingCtx } from "./usingCtx.js";
import { n as mapLimit } from "./concurrency.js";
import { r as parseStateKeys, t as deriveKey } from "./keys.js";
import { a as statusOf, i as newLifetime, n as isDue, r as lifetimeOf } from "./lifetime.js";
import { t as compareText } from "./order.js";
import { availableParallelism } from "node:os";
import { isIP } from "node:net";
import { X509Certificate, createCipheriv, createDecipheriv, createHash, createPrivateKey, randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
// src/kv/namespaces.ts
/** Names of the namespaces that belong to a job or an allocation (spec 04 §4.2), each spelled once. */
const jobNamespace = (job) => `maand/job/${job}`;
const allocationNamespace = (job, host) => `maand/job/${job}/worker/${host}`;
const varsNamespace = (job) => `vars/job/${job}`;
const bucketVarsNamespace = (job) => `vars/bucket/job/${job}`;
const secretsNamespace = (job) => `secrets/job/${job}`;
const workerNamespace = (host) => `maand/worker/${host}`;
const tagsNamespace = (host) => `maand/worker/${host}/tags`;
/** All that the store keeps for a job as a whole. */
const jobNamespaces = (job) => [
	jobNamespace(job),
	bucketVarsNamespace(job),
	varsNamespace(job),
	secretsNamespace(job)
];
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
// src/certs/authority.ts
/** The bucket's CA as people hand it over: read, and refused in words when it cannot sign. Nothing here loads the X.509 library. */
const CURVES = [
	"prime256v1",
	"secp384r1",
	"secp521r1"
];
const NEW_PAIR_HINT = "put a new pair in its place: openssl req -x509 -newkey rsa:4096 -nodes -days 3650 -subj \"/CN=my CA\" -addext keyUsage=critical,keyCertSign,cRLSign -keyout secrets/ca.key -out secrets/ca.crt";
/** The certificate alone. */
function viewAuthority(certificate, source) {
	const leaf = parseCertificate(certificate);
	if (leaf === void 0) return refused(`${source} holds no certificate in PEM form`);
	if (!leaf.ca) return refused(`${source} holds no certificate of a CA: its basic constraints lack CA:TRUE`);
	const view = {
		certificate: certificate.trim(),
		fingerprint: leaf.fingerprint256,
		lifetime: lifetimeOf(leaf),
		source
	};
	return parsed(view);
}
/** The pair of `secrets/`: a certificate of a CA, with a key that belongs to it and can sign here. */
function viewAuthorityPair({ certificate, key }) {
	const view = viewAuthority(certificate, "secrets/ca.crt");
	if (!view.ok) return view;
	const problem = keyProblem({
		certificate,
		key
	});
	return problem === void 0 ? view : refused(problem);
}
function parseCertificate(text) {
	try {
		return new X509Certificate(text);
	} catch {
		return;
	}
}
function keyProblem({ certificate, key }) {
	const privateKey = parseKey(key);
	if (typeof privateKey === "string") return privateKey;
	const type = privateKey.asymmetricKeyType ?? "unknown";
	const curve = privateKey.asymmetricKeyDetails?.namedCurve;
	if (type !== "rsa" && !(type === "ec" && CURVES.includes(curve ?? ""))) return `secrets/ca.key is a key of type ${curve ?? type}: RSA, P-256, P-384 and P-521 can be used`;
	return new X509Certificate(certificate).checkPrivateKey(privateKey) ? void 0 : "secrets/ca.key is not the key of secrets/ca.crt";
}
/** The key, or why there is none. */
function parseKey(text) {
	try {
		return createPrivateKey(text);
	} catch (thrown) {
		return /passphrase|interrupted or cancelled/i.test(messageOf(thrown)) ? "secrets/ca.key is locked with a passphrase: nobody is there to type it" : "secrets/ca.key holds no private key in PEM form (PKCS#1, PKCS#8 or EC)";
	}
}
/** An error when the CA has expired or is not valid yet, a warning inside the renewal window (spec 06 §6.1). */
function judgeAuthority({ authority, nowMs, bufferDays, file }) {
	const { lifetime, source } = authority;
	const subject = source === "the state" ? "the bucket CA certificate in the state" : `bucket CA certificate (${source})`;
	const place = source === "the state" ? {} : { place: {
		file,
		line: 1,
		column: 1
	} };
	const until = rfc3339(lifetime.notAfterMs);
	if (nowMs > lifetime.notAfterMs) return [{
		severity: "error",
		code: "ErrExpiredCA",
		message: `${subject} expired on ${until}`,
		hint: NEW_PAIR_HINT,
		...place
	}];
	if (nowMs < lifetime.notBeforeMs) return [{
		severity: "error",
		code: "ErrInvalidCA",
		message: `${subject} is not valid before ${rfc3339(lifetime.notBeforeMs)}`,
		hint: "check the clock of this machine",
		...place
	}];
	if (statusOf(lifetime, {
		nowMs,
		bufferDays
	}) !== "expiring") return [];
	return [{
		severity: "warning",
		code: "ErrExpiredCA",
		message: `${subject} expires on ${until}; no certificate that it signs lasts longer`,
		hint: "docs/certificates.md tells how to replace it",
		...place
	}];
}
function rfc3339(ms) {
	return new Date(ms).toISOString().replace(".000Z", "Z");
}
// src/certs/authority-files.ts
/** The pair in a bucket's `secrets/`; undefined when neither file is there. Throws a `Failure` (exit code 2) when only one is. */
async function readAuthorityFiles(bucketDir) {
	const [certificate, key] = await Promise.all([readSecret(bucketDir, "ca.crt"), readSecret(bucketDir, "ca.key")]);
	if (certificate === void 0 && key === void 0) return void 0;
	if (certificate !== void 0 && key !== void 0) return {
		certificate,
		key
	};
	throw new Failure("bucket CA is incomplete: secrets must contain both ca.crt and ca.key", {
		exitCode: 2,
		hint: `put secrets/${certificate === void 0 ? "ca.crt" : "ca.key"} back, or move the other one away: then the CA that the state knows is used`
	});
}
async function readSecret(bucketDir, name) {
	const path = join(bucketDir, "secrets", name);
	return readFile(path, "utf8").catch((thrown) => {
		if (thrown.code === "ENOENT" || thrown.code === "ENOTDIR") return void 0;
		const why = thrown.code === "EISDIR" ? "it is a folder" : thrown.message;
		throw new Failure(`cannot read the CA ${path}: ${why}`, {
			exitCode: 2,
			cause: thrown
		});
	});
}
// src/certs/progress.ts
const EVERY_MS = 2e3;
/** Says every two seconds how many certificates there are, so that long work is seen to go on. */
var Progress = class {
	#total;
	#notice;
	#nowMs;
	#done = 0;
	#saidMs;
	constructor(total, notice, nowMs = () => performance.now()) {
		this.#total = total;
		this.#notice = notice;
		this.#nowMs = nowMs;
		this.#saidMs = nowMs();
	}
	step() {
		this.#done++;
		const now = this.#nowMs();
		if (this.#done === this.#total || now - this.#saidMs < EVERY_MS) return;
		this.#saidMs = now;
		this.#notice(`certificates: ${this.#done} of ${this.#total} made`);
	}
};
// src/certs/alternative-names.ts
/** Loopback first, then the workers in order of their hosts, then what the common name says. */
function alternativeNames(workers, commonName) {
	const sorted = [...workers].sort((a, b) => compareText(a.host, b.host));
	const names = [
		...sorted.map(({ host }) => host),
		...sorted.map(({ hostname }) => hostname),
		commonName
	];
	const ips = names.filter((name) => isIP(name) !== 0);
	const dns = names.filter((name) => isIP(name) === 0 && isDnsName(name));
	return {
		ips: [.../* @__PURE__ */ new Set(["127.0.0.1", ...ips])],
		dns: [.../* @__PURE__ */ new Set(["localhost", ...dns])]
	};
}
const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
/** A wildcard may stand for the first label. */
function isDnsName(text) {
	const labels = text.replace(/^\*\.(?=.)/, "").split(".");
	return text.length <= 253 && labels.every((label) => LABEL.test(label));
}
/** Whether the certificate is good for all of these; it may be good for more. */
function hasNames(certificate, { ips, dns }) {
	const listed = new Set((certificate.subjectAltName ?? "").split(", "));
	return ips.every((ip) => certificate.checkIP(ip) !== void 0) && dns.every((name) => listed.has(`DNS:${name}`));
}
// src/certs/wanted.ts
/** Which certificates the jobs of a catalog declare, for whom, and which of them have to be made (spec 06 §6.3). */
/** For all allocations, disabled ones too. */
function wantedCertificates({ jobs, workers }) {
	const hostnames = new Map(workers.map(({ host, hostname }) => [host, hostname]));
	const named = (host) => ({
		host,
		hostname: hostnames.get(host) ?? ""
	});
	return jobs.flatMap(({ name, entry, allocations }) => {
		const hosts = allocations.map(({ host }) => host);
		return entry.certificates.flatMap((certificate) => {
			return (certificate.one ? [hosts].filter(({ length }) => length > 0) : hosts.map((host) => [host])).map((group) => ({
				job: name,
				entry: certificate,
				hosts: group,
				names: alternativeNames(group.map(named), certificate.commonName)
			}));
		});
	});
}
/** Digest of what the manifest says of certificates, every default applied. */
function certificatesDigest({ entry }) {
	const canonical = entry.certificates.map(({ name, pkcs8, one, commonName, key }) => [
		name,
		pkcs8,
		one,
		commonName,
		key
	]);
	return createHash("sha256").update(JSON.stringify(canonical)).digest("base64url");
}
const certificateKey = (name) => `certs/${name}.crt`;
const privateKeyKey = (name) => `certs/${name}.key`;
/** No key is opened for this: a key was sealed together with its certificate. */
function dueCertificates(input) {
	return input.wanted.flatMap((one) => {
		const reason = issueReason(one, input);
		return reason === void 0 ? [] : {
			...one,
			reason
		};
	});
}
function issueReason(wanted, input) {
	const { store, authority, record, digests, window } = input;
	const stored = storedTexts(store, wanted);
	if (stored === void 0) return "new";
	if (authority === void 0 || record?.issuedBy !== authority.fingerprint) return "new CA";
	if (record.jobs[wanted.job] !== digests.get(wanted.job)) return "changed in manifest.json";
	const certificate = parse(stored);
	if (certificate === void 0) return "unreadable";
	if (!hasNames(certificate, wanted.names)) return "new names";
	const lifetime = lifetimeOf(certificate);
	return !(lifetime.notAfterMs >= authority.lifetime.notAfterMs) && isDue(lifetime, window) ? "due" : void 0;
}
/** The certificate that all hosts hold; undefined when one of them lacks it, its key, or holds another. */
function storedTexts(store, { job, entry, hosts }) {
	const texts = hosts.map((host) => {
		const namespace = allocationNamespace(job, host);
		const key = store.get(namespace, privateKeyKey(entry.name));
		return key !== void 0 && isSealed(key) ? store.get(namespace, certificateKey(entry.name)) : void 0;
	});
	return texts.every((text) => text === texts[0]) ? texts[0] : void 0;
}
function parse(text) {
	try {
		return new X509Certificate(text);
	} catch {
		return;
	}
}
// src/certs/certify.ts
/**
* The certificates of a build (spec 06): which CA, which pairs are due, and the pairs into the KV store, keys sealed. All of
* it in memory; the build's commit makes the CA and what it signed durable together, before anybody uses either.
*/
/** Makes what is due; answers what the state has to remember. Makes the CA itself when there is none. */
async function certify(input) {
	const { catalog, box, masker, files, nowMs } = input;
	const pair = files ?? (input.authority ? void 0 : await newAuthority(catalog.bucketId, nowMs));
	const authority = input.authority ?? viewOf(pair);
	const { due, digests } = surveyCertificates(input);
	const known = input.record?.authority;
	const kept = known !== void 0 && (pair === void 0 || known.certificate === authority.certificate) ? known : {
		certificate: authority.certificate,
		sealedKey: box.seal(pair?.key ?? "")
	};
	if (due.length > 0) {
		const key = pair?.key ?? box.open(kept.sealedKey);
		masker.add(key);
		await issueAll(input, due, {
			certificate: authority.certificate,
			key,
			authority
		});
	}
	publishAuthority(input.store, authority.certificate);
	return {
		authority: kept,
		issuedBy: authority.fingerprint,
		jobs: Object.fromEntries(digests)
	};
}
/** A CA for a bucket that has none: self-signed, with the bucket's id as its name. */
async function newAuthority(bucketId, nowMs) {
	const { makeAuthority } = await import("./issue.js");
	return makeAuthority(bucketId, nowMs);
}
function viewOf(made) {
	const view = viewAuthority(made?.certificate ?? "", "the state");
	if (!view.ok) throw new Error(`the CA that was just made cannot be read: ${view.reason}`);
	return view.value;
}
/** What is due; what is no longer declared is deleted from the store. */
function surveyCertificates({ catalog, settings, store, record, authority, nowMs }) {
	const wanted = wantedCertificates(catalog);
	deleteStale(store, catalog, wanted);
	const declaring = catalog.jobs.filter(({ entry }) => entry.certificates.length > 0);
	const digests = new Map(declaring.map((job) => [job.name, certificatesDigest(job)]));
	return {
		due: dueCertificates({
			wanted,
			store,
			authority,
			record,
			digests,
			window: {
				nowMs,
				bufferDays: settings.certsRenewalBufferDays
			}
		}),
		digests
	};
}
function deleteStale(store, { jobs }, wanted) {
	const keep = new Set(wanted.flatMap(({ job, entry, hosts }) => hosts.flatMap((host) => [certificateKey(entry.name), privateKeyKey(entry.name)].map((key) => `${allocationNamespace(job, host)} ${key}`))));
	for (const { name, allocations } of jobs) for (const { host } of allocations) {
		const namespace = allocationNamespace(name, host);
		const stale = store.keys(namespace).filter((key) => key.startsWith("certs/") && !keep.has(`${namespace} ${key}`));
		for (const key of stale) store.delete(namespace, key);
	}
}
function publishAuthority(store, certificate) {
	store.put("maand/worker", "certs/ca.crt", certificate);
}
async function issueAll(input, due, signer) {
	const { settings, nowMs, signal, notice } = input;
	const { openIssuer } = await import("./issue.js");
	const issuer = await openIssuer(signer);
	const lifetime = newLifetime(nowMs, settings.certsTtlDays, signer.authority.lifetime.notAfterMs);
	const progress = new Progress(due.length, notice);
	await mapLimit(due, availableParallelism(), async (one) => {
		signal.throwIfAborted();
		store(input, one, await issuer.issue({
			entry: one.entry,
			names: one.names,
			lifetime
		}));
		progress.step();
	});
	for (const line of issuedLines(due)) notice(line);
}
function store({ store: kv, box }, { job, entry, hosts }, pair) {
	for (const host of hosts) {
		const namespace = allocationNamespace(job, host);
		kv.put(namespace, certificateKey(entry.name), pair.certificate);
		kv.putExact(namespace, privateKeyKey(entry.name), box.seal(pair.key.trim()));
	}
}
/** A line for each certificate and reason, in the order of the catalog. */
function issuedLines(due) {
	const groups = /* @__PURE__ */ new Map();
	for (const { job, entry, hosts, reason } of due) {
		const title = `job ${job}: certificate ${entry.name} issued (${reason})`;
		groups.set(title, [...groups.get(title) ?? [], ...hosts]);
	}
	return [...groups].map(([title, hosts]) => `${title} for ${nameSome(hosts)}`);
}
const NAMED = 4;
function nameSome(hosts) {
	if (hosts.length <= NAMED) return hosts.join(", ");
	return `${hosts.slice(0, 3).join(", ")} and ${hosts.length - NAMED + 1} more`;
}
/** Stands where a certificate or a key will be: unlike every real one, and always the same. */
const TO_BE_MADE = {
	certificate: "-----BEGIN CERTIFICATE-----\nto be made by the build\n-----END CERTIFICATE-----",
	key: "-----BEGIN PRIVATE KEY-----\nto be made by the build\n-----END PRIVATE KEY-----"
};
/** The same for a plan: marks in place of what a build would make. No key is made and nothing can be saved. */
function previewCertificates(input) {
	const { due } = surveyCertificates(input);
	for (const one of due) for (const host of one.hosts) {
		const namespace = allocationNamespace(one.job, host);
		input.store.put(namespace, certificateKey(one.entry.name), TO_BE_MADE.certificate);
		input.store.putExact(namespace, privateKeyKey(one.entry.name), input.box.seal(TO_BE_MADE.key));
	}
	publishAuthority(input.store, input.authority?.certificate ?? TO_BE_MADE.certificate);
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
			kv: this.kv.toHistory()
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
	const document = {
		...newDocument("", box, "00000000000000000000000000000000"),
		bucketId: NO_BUCKET
	};
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
function openStore(input, keys, purpose) {
	const { tools, request, workspace, face } = input;
	const { bucketDir } = workspace;
	return tools.openStore({
		bucketDir,
		name: stateName(request, workspace, face.env),
		keys,
		workspace,
		purpose
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
async function readKey({ state }, bucketDir, face) {
	const given = face.name === "action" ? "input state-key" : "MAAND_STATE_KEY";
	if (state.key !== void 0) return {
		text: state.key,
		source: given
	};
	const path = stateKeyFile(bucketDir);
	return {
		text: await readFile(path, "utf8").catch((thrown) => {
			const action = face.name === "action" ? "give it as input state-key, from a secret" : "put it back (a new bucket gets one from maand init), or set MAAND_STATE_KEY";
			const why = thrown.code === "ENOENT" ? "does not exist" : thrown.message;
			throw new Failure(`there is no state key: ${path} ${why}`, {
				exitCode: 2,
				hint: action
			});
		}),
		source: path
	};
}
function ownerOf({ request, face }) {
	const { env } = face;
	const url = env.GITHUB_RUN_ID === void 0 ? "" : `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;
	return {
		runId: env.GITHUB_RUN_ID ?? String(process.pid),
		command: [request.command, ...request.operands].join(" "),
		actor: env.GITHUB_ACTOR ?? env.USER ?? "unknown",
		url
	};
}
export { jobNamespaces as C, workerNamespace as D, varsNamespace as E, jobNamespace as S, tagsNamespace as T, viewAuthorityPair as _, stateKeyFile as a, allocationNamespace as b, certify as c, certificateKey as d, privateKeyKey as f, viewAuthority as g, judgeAuthority as h, stateForPlan as i, newAuthority as l, NEW_PAIR_HINT as m, newDocument as n, stateName as o, readAuthorityFiles as p, readState as r, withState as s, boxOf as t, previewCertificates as u, SecretError as v, secretsNamespace as w, bucketVarsNamespace as x, isSealed as y };
