/**
 * Decides for which names a certificate is valid: addresses and DNS names. Clients check these names and ignore the
 * common name.
 */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { compareText } from '../base/order.ts';

export interface AlternativeNames {
  readonly ips: readonly string[];
  readonly dns: readonly string[];
}

/** The names of a worker for its certificate. */
export interface NamedWorker {
  readonly host: string;
  /** Any text; the text is used only if it is a DNS name. */
  readonly hostname: string;
}

/** Returns the names: first loopback, then the workers sorted by host, then the common name. */
export function alternativeNames(workers: readonly NamedWorker[], commonName: string): AlternativeNames {
  const sorted = [...workers].sort((a, b) => compareText(a.host, b.host));
  const names = [...sorted.map(({ host }) => host), ...sorted.map(({ hostname }) => hostname), commonName];
  const ips = names.filter((name) => isIP(name) !== 0);
  const dns = names.filter((name) => isIP(name) === 0 && isDnsName(name));
  return { ips: [...new Set(['127.0.0.1', ...ips])], dns: [...new Set(['localhost', ...dns])] };
}

const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** Returns whether the text is a DNS name; its first label may be a wildcard. */
function isDnsName(text: string): boolean {
  const labels = text.replace(/^\*\.(?=.)/, '').split('.');
  return text.length <= 253 && labels.every((label) => LABEL.test(label));
}

/** Returns whether the certificate is valid for all of these names. The certificate may be valid for more names. */
export function hasNames(certificate: X509Certificate, { ips, dns }: AlternativeNames): boolean {
  const listed = new Set((certificate.subjectAltName ?? '').split(', '));
  return ips.every((ip) => certificate.checkIP(ip) !== undefined) && dns.every((name) => listed.has(`DNS:${name}`));
}
