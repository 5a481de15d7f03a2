/**
 * Decides which names a certificate is good for: addresses and DNS names. Clients check these and ignore the common
 * name.
 */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { compareText } from '../base/order.ts';

export interface AlternativeNames {
  readonly ips: readonly string[];
  readonly dns: readonly string[];
}

/** A worker as its certificate names it. */
export interface NamedWorker {
  readonly host: string;
  /** Free text; only a DNS name counts. */
  readonly hostname: string;
}

/** Loopback first, then the workers in order of their hosts, then what the common name says. */
export function alternativeNames(workers: readonly NamedWorker[], commonName: string): AlternativeNames {
  const sorted = [...workers].sort((a, b) => compareText(a.host, b.host));
  const names = [...sorted.map(({ host }) => host), ...sorted.map(({ hostname }) => hostname), commonName];
  const ips = names.filter((name) => isIP(name) !== 0);
  const dns = names.filter((name) => isIP(name) === 0 && isDnsName(name));
  return { ips: [...new Set(['127.0.0.1', ...ips])], dns: [...new Set(['localhost', ...dns])] };
}

const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** A wildcard may stand for the first label. */
function isDnsName(text: string): boolean {
  const labels = text.replace(/^\*\.(?=.)/, '').split('.');
  return text.length <= 253 && labels.every((label) => LABEL.test(label));
}

/** Whether the certificate is good for all of these; it may be good for more. */
export function hasNames(certificate: X509Certificate, { ips, dns }: AlternativeNames): boolean {
  const listed = new Set((certificate.subjectAltName ?? '').split(', '));
  return ips.every((ip) => certificate.checkIP(ip) !== undefined) && dns.every((name) => listed.has(`DNS:${name}`));
}
