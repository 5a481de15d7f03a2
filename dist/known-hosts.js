import { t as canonicalHost } from "./host-spelling.js";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
// src/transport/ssh/keys/known-hosts.ts
/** Reads known_hosts files and finds the lines that apply to a host. */
/** Reads lines with host keys. Skips comments and empty lines. Skips and reports unreadable lines, as OpenSSH does. */
function parseKnownHosts(texts) {
	const entries = [];
	const unreadable = [];
	for (const { source, text } of texts) for (const [index, raw] of text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).entries()) {
		const line = raw.trim();
		if (line === "" || line.startsWith("#")) continue;
		const entry = parseLine(line, source, index + 1);
		if (entry) entries.push(entry);
		else unreadable.push(`${source}:${index + 1}`);
	}
	return {
		entries,
		unreadable
	};
}
/**
* Returns the lines that apply to a host. On a port other than 22, a line must name `[host]:port`. Lines for the host
* alone apply only when no such line exists or all such lines are revoked.
*/
function findKnownHosts(known, host, port) {
	const exact = linesNaming(known, hostName(host, port));
	if (port === 22 || exact.some((entry) => entry.marker !== "revoked")) return exact;
	return [...exact, ...linesNaming(known, hostName(host, 22))];
}
/** Returns the lines for exactly this name, like `ssh-keygen -F`. */
function linesNaming(known, name) {
	return known.entries.filter((entry) => matchesHost(entry.hosts, name));
}
/** Returns the name of a host in known_hosts: `host` for port 22, or `[host]:port` for any other port. */
function hostName(host, port) {
	return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}
/** Returns the key type in a key blob, such as `ssh-ed25519`. Returns `undefined` when the bytes are not a key blob. */
function keyTypeOf(blob) {
	const bytes = Buffer.from(blob);
	if (bytes.length < 8) return void 0;
	const length = bytes.readUInt32BE(0);
	return length > 0 && length <= 64 && bytes.length > 4 + length ? bytes.toString("latin1", 4, 4 + length) : void 0;
}
/** Returns the fingerprint of a key blob as `SHA256:…`, the format of `ssh-keygen -l`. */
function fingerprint(blob) {
	return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
function parseLine(line, source, number) {
	const words = line.split(/[ \t]+/);
	const marker = words[0]?.startsWith("@") ? words.shift()?.slice(1) : "none";
	if (marker !== "none" && marker !== "cert-authority" && marker !== "revoked") return void 0;
	const [hosts, keyType, key] = words;
	if (!hosts || !keyType || !key || keyTypeOf(Buffer.from(key, "base64")) !== keyType) return void 0;
	return {
		marker,
		hosts,
		keyType,
		key: key.replace(/=+$/, ""),
		source,
		line: number
	};
}
function matchesHost(patterns, name) {
	const canonical = canonicalName(name);
	if (patterns.startsWith("|")) return [name, canonical].some((one) => matchesHash(patterns, one));
	let matched = false;
	for (const pattern of patterns.toLowerCase().split(",")) {
		const wanted = pattern.replace(/^!/, "");
		if (!matchesPattern(wanted, name) && canonicalName(wanted) !== canonical) continue;
		if (pattern.startsWith("!")) return false;
		matched = true;
	}
	return matched;
}
/** Returns a name of known_hosts with the shortest form of its IPv6 address. */
function canonicalName(name) {
	const [, host, port] = /^\[(.*)\](:\d+)$/.exec(name) ?? [];
	return host === void 0 ? canonicalHost(name) : `[${canonicalHost(host)}]${port}`;
}
function matchesHash(hashed, name) {
	const [, version, salt, expected] = hashed.split("|");
	if (version !== "1" || !salt || !expected) return false;
	const actual = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
	const wanted = Buffer.from(expected, "base64");
	return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}
function matchesPattern(pattern, name) {
	const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*+/g, ".*").replace(/\?/g, ".");
	return new RegExp(`^${source}$`).test(name);
}
export { parseKnownHosts as a, keyTypeOf as i, fingerprint as n, hostName as r, findKnownHosts as t };
