/** Gives every spelling of an IPv6 address one form, so that two spellings are known to be one address. */
import { isIPv6 } from 'node:net';

/** Returns the shortest form of an IPv6 address, and any other host in lower case. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return isIPv6(lower) && !lower.includes('%') ? new URL(`http://[${lower}]`).hostname.slice(1, -1) : lower;
}
