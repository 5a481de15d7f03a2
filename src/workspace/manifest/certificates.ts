/** Reads `certs` of a manifest: the certificates that a job declares. */
import { compareText } from '../../base/order.ts';
import { fieldOf, flagOf, membersOf, textOf } from '../../document/document.ts';
import type { CertificateEntry } from '../types.ts';
import type { ManifestRequest } from './manifest-request.ts';

/** Returns the certificates, sorted by name. */
export function readCertificates({ document }: ManifestRequest): readonly CertificateEntry[] {
  const certificates = membersOf(fieldOf(document.root, 'certs'));
  const entries = certificates.map(([name, { node }]) => ({
    name,
    pkcs8: flagOf(fieldOf(node, 'pkcs8')) ?? false,
    one: flagOf(fieldOf(node, 'one')) ?? false,
    commonName: textOf(fieldOf(fieldOf(node, 'subject'), 'common_name'))?.trim() ?? '',
    key: keyOf(textOf(fieldOf(node, 'key'))),
  }));
  return entries.sort((a, b) => compareText(a.name, b.name));
}

function keyOf(text: string | undefined): CertificateEntry['key'] {
  return text === 'rsa-4096' || text === 'ec-p256' ? text : 'rsa-2048';
}
