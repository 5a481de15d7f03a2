import { n as messageOf, t as Failure } from "./failure.js";
import { t as compareText } from "./order.js";
import { l as parsed, u as refused } from "./names.js";
import { a as statusOf, i as newLifetime, n as isDue, r as lifetimeOf } from "./lifetime.js";
import { q as allocationNamespace } from "./state-key.js";
import { d as isSealed, f as readSmallFile } from "./keys.js";
import { n as mapLimit } from "./concurrency.js";
import { availableParallelism } from "node:os";
import { isIP } from "node:net";
import { X509Certificate, createHash, createPrivateKey } from "node:crypto";
import { join } from "node:path";
// src/certs/parse-certificate.ts
/** Parses PEM certificates from untrusted text, such as a file that a person put into `secrets/`. */
/**
* Returns the certificate, or undefined when the text is not a PEM certificate. The error message of OpenSSL is
* dropped, because it adds no information.
*/
function parseCertificate(text) {
	try {
		return new X509Certificate(text);
	} catch {
		return;
	}
}
// src/certs/authority.ts
/** Checks a CA, and returns the reason when the CA cannot be used. This file does not load the X.509 library. */
const CURVES = [
	"prime256v1",
	"secp384r1",
	"secp521r1"
];
const NEW_PAIR_HINT = "put a new pair in its place: openssl req -x509 -newkey rsa:4096 -nodes -days 3650 -subj \"/CN=my CA\" -addext keyUsage=critical,keyCertSign,cRLSign -keyout secrets/ca.key -out secrets/ca.crt";
/** Checks a CA certificate without its key. Returns the reason when the text is not the certificate of a CA. */
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
/**
* Checks the CA certificate and the key in `secrets/`. The key must belong to the certificate and must have a supported
* type.
*/
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
/** Returns the key, or the reason why it cannot be read. */
function parseKey(text) {
	try {
		return createPrivateKey(text);
	} catch (thrown) {
		return /passphrase|interrupted or cancelled/i.test(messageOf(thrown)) ? "secrets/ca.key is protected with a passphrase: remove the passphrase, since nobody can type it here" : "secrets/ca.key has no private key in PEM form (PKCS#1, PKCS#8 or EC)";
	}
}
/** Returns an error when the CA has expired or is not valid yet, and a warning when the CA must be renewed soon. */
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
		message: `${subject} expires on ${until}; its certificates are not valid for longer`,
		hint: "docs/certificates.md describes how to replace it",
		...place
	}];
}
function rfc3339(ms) {
	return new Date(ms).toISOString().replace(".000Z", "Z");
}
// src/certs/authority-files.ts
/** Reads the CA pair from the `secrets/` folder of a bucket. */
/**
* Returns the CA pair in `secrets/`, or undefined when both files are missing. Throws a `Failure` (exit code 2) when
* only one of the two files exists.
*/
async function readAuthorityFiles(bucketDir) {
	const [certificate, key] = await Promise.all([readSecret(bucketDir, "ca.crt"), readSecret(bucketDir, "ca.key")]);
	if (certificate === void 0 && key === void 0) return void 0;
	if (certificate !== void 0 && key !== void 0) return {
		certificate,
		key
	};
	throw new Failure("bucket CA is incomplete: secrets must contain both ca.crt and ca.key", {
		exitCode: 2,
		hint: `restore secrets/${certificate === void 0 ? "ca.crt" : "ca.key"}, or move the other file away: then the CA of the state is used`
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
/** Reports how many certificates a long build has made so far. */
const EVERY_MS = 2e3;
/** Reports every two seconds how many certificates were made, so that users see the progress of a long build. */
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
/** Returns the names: first loopback, then the workers sorted by host, then the common name. */
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
/** Returns whether the text is a DNS name; its first label may be a wildcard. */
function isDnsName(text) {
	const labels = text.replace(/^\*\.(?=.)/, "").split(".");
	return text.length <= 253 && labels.every((label) => LABEL.test(label));
}
/** Returns whether the certificate is valid for all of these names. The certificate may be valid for more names. */
function hasNames(certificate, { ips, dns }) {
	const listed = new Set((certificate.subjectAltName ?? "").split(", "));
	return ips.every((ip) => certificate.checkIP(ip) !== void 0) && dns.every((name) => listed.has(`DNS:${name}`));
}
// src/certs/wanted.ts
/**
* Lists the certificates that the jobs of a catalog declare, with their workers, and finds the certificates that must
* be made.
*/
/** Returns the certificates for all allocations, including disabled allocations. */
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
/** Returns the digest of the certificates in the manifest. The digest includes every default value. */
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
/**
* Returns the certificates that must be made. Only certificates are read and no key is decrypted, because each key was
* stored together with its certificate.
*/
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
	const certificate = parseCertificate(stored);
	if (certificate === void 0) return "unreadable";
	if (!hasNames(certificate, wanted.names)) return "new names";
	const lifetime = lifetimeOf(certificate);
	return !(lifetime.notAfterMs >= authority.lifetime.notAfterMs) && isDue(lifetime, window) ? "due" : void 0;
}
/**
* Returns the stored certificate that is the same for all hosts. Returns undefined when a host lacks the certificate or
* its key, or when the certificates differ.
*/
function storedTexts(store, { job, entry, hosts }) {
	const texts = hosts.map((host) => {
		const namespace = allocationNamespace(job, host);
		const key = store.get(namespace, privateKeyKey(entry.name));
		return key !== void 0 && isSealed(key) ? store.get(namespace, certificateKey(entry.name)) : void 0;
	});
	return texts.every((text) => text === texts[0]) ? texts[0] : void 0;
}
// src/certs/certify.ts
/**
* Makes the certificates of a build: chooses the CA, makes the certificates that are due, and puts them into the KV
* store with sealed keys. All of this happens in memory. The commit of the build saves the CA and its certificates in
* one step, before they are used.
*/
/** Makes the certificates that are due. Also makes a CA when the bucket has no CA. Returns the record for the state. */
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
/** Makes a self-signed CA for a bucket that has none. The common name of the CA is the id of the bucket. */
async function newAuthority(bucketId, nowMs) {
	const { makeAuthority } = await import("./issue.js");
	return makeAuthority(bucketId, nowMs);
}
function viewOf(made) {
	const view = viewAuthority(made?.certificate ?? "", "the state");
	if (!view.ok) throw new Error(`the CA that was just made cannot be read: ${view.reason}`);
	return view.value;
}
/** Returns the certificates that are due. Also deletes from the store all certificates that are no longer declared. */
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
/** Returns one line for each certificate and reason, in the order of the catalog. */
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
/**
* Placeholders for a certificate and a key that a build will make. The placeholders are constant and differ from every
* real certificate and key.
*/
const TO_BE_MADE = {
	certificate: "-----BEGIN CERTIFICATE-----\nto be made by the build\n-----END CERTIFICATE-----",
	key: "-----BEGIN PRIVATE KEY-----\nto be made by the build\n-----END PRIVATE KEY-----"
};
/**
* Puts placeholders into the store for the certificates that a build would make. Only plans call this function. A plan
* makes no keys and never saves its store.
*/
function previewCertificates(input) {
	const { due } = surveyCertificates(input);
	for (const one of due) for (const host of one.hosts) {
		const namespace = allocationNamespace(one.job, host);
		input.store.put(namespace, certificateKey(one.entry.name), TO_BE_MADE.certificate);
		input.store.putExact(namespace, privateKeyKey(one.entry.name), input.box.seal(TO_BE_MADE.key));
	}
	publishAuthority(input.store, input.authority?.certificate ?? TO_BE_MADE.certificate);
}
export { privateKeyKey as a, judgeAuthority as c, parseCertificate as d, certificateKey as i, viewAuthority as l, newAuthority as n, readAuthorityFiles as o, previewCertificates as r, NEW_PAIR_HINT as s, certify as t, viewAuthorityPair as u };
