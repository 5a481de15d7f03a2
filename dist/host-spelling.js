import { isIPv6 } from "node:net";
// src/base/text/host-spelling.ts
/** Converts every spelling of an IPv6 address to one form, so that two spellings of one address are equal. */
/** Returns an IPv6 address in its shortest form. Returns a host name or an IPv4 address in lower case. */
function canonicalHost(host) {
	const lower = host.toLowerCase();
	return isIPv6(lower) && !lower.includes("%") ? new URL(`http://[${lower}]`).hostname.slice(1, -1) : lower;
}
/** Returns each host in the spelling of `listed`. A host that is not listed stays as it is. */
function spelledAs(hosts, listed) {
	const spellings = new Map(listed.map((host) => [canonicalHost(host), host]));
	return hosts.map((host) => spellings.get(canonicalHost(host)) ?? host);
}
export { spelledAs as n, canonicalHost as t };
