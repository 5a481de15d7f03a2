import { n as messageOf, t as Failure } from "./failure.js";
import { d as refused, u as parsed } from "./grammar.js";
import { n as mapLimit } from "./concurrency.js";
import { t as readSmallFile } from "./small-file.js";
import { a as statusOf, i as newLifetime, r as lifetimeOf } from "./lifetime.js";
import { a as wantedCertificates, i as privateKeyKey, n as certificatesDigest, o as parseCertificate, r as dueCertificates, s as allocationNamespace, t as certificateKey } from "./wanted.js";
import { availableParallelism } from "node:os";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { join } from "node:path";
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
	return readSmallFile(path).catch((thrown) => {
		if (thrown.code === "ENOENT" || thrown.code === "ENOTDIR") return void 0;
		throw new Failure(`cannot read the CA ${path}: ${thrown.message}`, {
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
	const window = {
		nowMs,
		bufferDays: settings.certsRenewalBufferDays
	};
	return {
		due: dueCertificates({
			wanted,
			store,
			authority,
			record,
			digests,
			window
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
export { NEW_PAIR_HINT as a, viewAuthorityPair as c, readAuthorityFiles as i, newAuthority as n, judgeAuthority as o, previewCertificates as r, viewAuthority as s, certify as t };
