/** Converts every spelling of an IPv6 address to one form, so that two spellings of one address are equal. */
import { isIPv6 } from 'node:net';

/** Returns an IPv6 address in its shortest form. Returns a host name or an IPv4 address in lower case. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return isIPv6(lower) && !lower.includes('%') ? new URL(`http://[${lower}]`).hostname.slice(1, -1) : lower;
}
