import { U as isSealed } from "./open-state.js";
import { t as compareText } from "./order.js";
import { n as isDue, r as lifetimeOf } from "./lifetime.js";
import { isIP } from "node:net";
import { X509Certificate, createHash } from "node:crypto";
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
// src/certs/parse-certificate.ts
/** Undefined for what is no certificate in PEM form; OpenSSL's own words say nothing more. */
function parseCertificate(text) {
	try {
		return new X509Certificate(text);
	} catch {
		return;
	}
}
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
	const certificate = parseCertificate(stored);
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
export { wantedCertificates as a, bucketVarsNamespace as c, secretsNamespace as d, tagsNamespace as f, privateKeyKey as i, jobNamespace as l, workerNamespace as m, certificatesDigest as n, parseCertificate as o, varsNamespace as p, dueCertificates as r, allocationNamespace as s, certificateKey as t, jobNamespaces as u };
