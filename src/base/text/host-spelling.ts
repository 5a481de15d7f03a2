/** Converts every spelling of an IPv6 address to one form, so that two spellings of one address are equal. */
import { isIPv6 } from 'node:net';

/** Returns an IPv6 address in its shortest form. Returns a host name or an IPv4 address in lower case. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return isIPv6(lower) && !lower.includes('%') ? new URL(`http://[${lower}]`).hostname.slice(1, -1) : lower;
}

/** Returns each host in the spelling of `listed`. A host that is not listed stays as it is. */
export function spelledAs(hosts: readonly string[], listed: readonly string[]): readonly string[] {
  const spellings = new Map(listed.map((host) => [canonicalHost(host), host]));
  return hosts.map((host) => spellings.get(canonicalHost(host)) ?? host);
}
