/** Reads known_hosts files and finds the lines that apply to a host. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalHost } from '../../../base/text/host-spelling.ts';

/** A text in the known_hosts format of OpenSSH. `source` is its name in messages, such as `workspace/known_hosts`. */
export interface KnownHostsText {
  readonly source: string;
  readonly text: string;
}

/** One line with a host key. `key` is the key blob in Base64. */
export interface KnownHost {
  readonly marker: 'none' | 'cert-authority' | 'revoked';
  readonly hosts: string;
  readonly keyType: string;
  readonly key: string;
  readonly source: string;
  readonly line: number;
}

/** All lines with host keys. `unreadable` lists the lines that could not be read, as `file:line`. */
export interface KnownHosts {
  readonly entries: readonly KnownHost[];
  readonly unreadable: readonly string[];
}

/** Reads lines with host keys. Skips comments and empty lines. Skips and reports unreadable lines, as OpenSSH does. */
export function parseKnownHosts(texts: readonly KnownHostsText[]): KnownHosts {
  const entries: KnownHost[] = [];
  const unreadable: string[] = [];
  for (const { source, text } of texts) {
    for (const [index, raw] of text
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\r|\n/)
      .entries()) {
      const line = raw.trim();
      if (line === '' || line.startsWith('#')) continue;
      const entry = parseLine(line, source, index + 1);
      if (entry) entries.push(entry);
      else unreadable.push(`${source}:${index + 1}`);
    }
  }
  return { entries, unreadable };
}

/**
 * Returns the lines that apply to a host. On a port other than 22, a line must name `[host]:port`. Lines for the host
 * alone apply only when no such line exists or all such lines are revoked.
 */
export function findKnownHosts(known: KnownHosts, host: string, port: number): readonly KnownHost[] {
  const exact = linesNaming(known, hostName(host, port));
  if (port === 22 || exact.some((entry) => entry.marker !== 'revoked')) return exact;
  return [...exact, ...linesNaming(known, hostName(host, 22))];
}

/** Returns the lines for exactly this name, like `ssh-keygen -F`. */
export function linesNaming(known: KnownHosts, name: string): readonly KnownHost[] {
  return known.entries.filter((entry) => matchesHost(entry.hosts, name));
}

/** Returns the name of a host in known_hosts: `host` for port 22, or `[host]:port` for any other port. */
export function hostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** Returns the key type in a key blob, such as `ssh-ed25519`. Returns `undefined` when the bytes are not a key blob. */
export function keyTypeOf(blob: Uint8Array): string | undefined {
  const bytes = Buffer.from(blob);
  if (bytes.length < 8) return undefined;
  const length = bytes.readUInt32BE(0);
  return length > 0 && length <= 64 && bytes.length > 4 + length ? bytes.toString('latin1', 4, 4 + length) : undefined;
}

/** Returns the fingerprint of a key blob as `SHA256:…`, the format of `ssh-keygen -l`. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function parseLine(line: string, source: string, number: number): KnownHost | undefined {
  const words = line.split(/[ \t]+/);
  const marker = words[0]?.startsWith('@') ? words.shift()?.slice(1) : 'none';
  if (marker !== 'none' && marker !== 'cert-authority' && marker !== 'revoked') return undefined;
  const [hosts, keyType, key] = words;
  if (!hosts || !keyType || !key || keyTypeOf(Buffer.from(key, 'base64')) !== keyType) return undefined;
  return { marker, hosts, keyType, key: key.replace(/=+$/, ''), source, line: number };
}

function matchesHost(patterns: string, name: string): boolean {
  const canonical = canonicalName(name);
  if (patterns.startsWith('|')) return [name, canonical].some((one) => matchesHash(patterns, one));
  let matched = false;
  for (const pattern of patterns.toLowerCase().split(',')) {
    const wanted = pattern.replace(/^!/, '');
    if (!matchesPattern(wanted, name) && canonicalName(wanted) !== canonical) continue;
    if (pattern.startsWith('!')) return false;
    matched = true;
  }
  return matched;
}

/** Returns a name of known_hosts with the shortest form of its IPv6 address. */
function canonicalName(name: string): string {
  const [, host, port] = /^\[(.*)\](:\d+)$/.exec(name) ?? [];
  return host === undefined ? canonicalHost(name) : `[${canonicalHost(host)}]${port}`;
}

function matchesHash(hashed: string, name: string): boolean {
  const [, version, salt, expected] = hashed.split('|');
  if (version !== '1' || !salt || !expected) return false;
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  const wanted = Buffer.from(expected, 'base64');
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}

function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`).test(name);
}
