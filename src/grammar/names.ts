/**
 * Names that end up in paths, shell commands and KV keys, and so must not hold anything that these read in a special
 * way. Each function trims its text and returns the value in its one form, or the end of a sentence: `host` + ` must be
 * …`.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { quoted } from '../base/text/quote.ts';

const NAME_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const USER = /^[a-z_][a-z0-9_-]*$/;
const ROOT = /^\/[A-Za-z0-9._/-]+$/;
const LABEL = /^[a-z0-9][a-z0-9_.-]*$/;
const JOB = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const FILE_WORD = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const HOST_KEY = /^([a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/;

/** IPv4, bare IPv6 (no brackets, no zone) or an RFC 1123 name. */
export function parseHost(text: string): Parsed<string> {
  const host = text.trim();
  if (host === '') return refused("attribute can't be empty");
  if (isIPv4(host) || (isIPv6(host) && !host.includes('%')) || isHostName(host)) return parsed(host);
  return refused(`must be an IPv4 address, an IPv6 address without brackets, or a host name (got ${quoted(host)})`);
}

/** A last label of digits alone would be a mistyped address. */
function isHostName(host: string): boolean {
  const labels = host.split('.');
  return host.length <= 253 && labels.every((label) => NAME_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** A remote user. */
export function parseUser(text: string): Parsed<string> {
  const user = text.trim();
  if (USER.test(user)) return parsed(user);
  return refused(`must be a user name of lower-case letters, digits, "_" and "-" (got ${quoted(user)})`);
}

/** The folder on a worker below which everything lies; without doubled and trailing slashes. */
export function parseRoot(text: string): Parsed<string> {
  const root = text.trim();
  const steps = root.split('/').filter((step) => step !== '');
  if (ROOT.test(root) && steps.length > 0 && !steps.includes('..') && !steps.includes('.')) {
    return parsed(`/${steps.join('/')}`);
  }
  return refused(
    `must be an absolute path of letters, digits, ".", "_" and "-", without "..", and not "/" (got ${quoted(root)})`,
  );
}

/** A label or selector, lower-cased. A blank one is accepted as '': it means nothing. */
export function parseLabel(text: string): Parsed<string> {
  const label = text.trim().toLowerCase();
  if (label === '' || LABEL.test(label)) return parsed(label);
  return refused(`must begin with a letter or digit and hold letters, digits, "_", "." and "-" (got ${quoted(label)})`);
}

/** The name of a job folder; taken as it is. */
export function isJobName(name: string): boolean {
  return JOB.test(name);
}

/** An environment or a selector: a part of a file name. */
export function isFileWord(text: string): boolean {
  return FILE_WORD.test(text);
}

/** `ssh-ed25519 AAAA…`; a comment behind it is dropped. */
export function parseHostKey(text: string): Parsed<string> {
  const [, type = '', blob = ''] = HOST_KEY.exec(text.trim()) ?? [];
  if (type !== '' && typeInside(blob) === type) return parsed(`${type} ${blob}`);
  return refused(`must be a public host key such as "ssh-ed25519 AAAA…" (got ${quoted(text.trim())})`);
}

/** A key's blob begins with its type once more, preceded by its length. */
function typeInside(blob: string): string {
  const bytes = Buffer.from(blob, 'base64');
  if (bytes.length < 4) return '';
  return bytes.toString('latin1', 4, 4 + bytes.readUInt32BE(0));
}

/** `user@host:port[,…]`, user and port optional, IPv6 in brackets; empty: none. */
export function parseProxyJump(text: string): Parsed<string> {
  const hops = text.trim() === '' ? [] : text.split(',').map((hop) => hop.trim());
  const wrong = hops.find((hop) => !isHop(hop));
  if (wrong === undefined) return parsed(hops.join(','));
  return refused(`must be a list of user@host:port (got ${quoted(wrong)})`);
}

function isHop(hop: string): boolean {
  const [, user, bracketed, plain, port] = /^(?:([^@]*)@)?(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(hop) ?? [];
  const host = bracketed === undefined ? plain !== undefined && parseHost(plain).ok : isIPv6(bracketed);
  const number = Number(port ?? 22);
  return host && (user === undefined || parseUser(user).ok) && number >= 1 && number <= 65535;
}
