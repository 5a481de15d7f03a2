import { excerpt } from '../base/quote.ts';
import { fieldOf, flagOf, membersOf, textOf } from '../document/document.ts';
import type { ManifestRequest } from './manifest-request.ts';
import type { CertificateEntry } from './types.ts';

/** `certs` (spec 02 §2.6). Refused as a whole, in one sentence, until certificates are made. */
export function readCertificates({ document, job, findings }: ManifestRequest): readonly CertificateEntry[] {
  const certificates = membersOf(fieldOf(document.root, 'certs'));
  const key = document.root.kind === 'object' ? document.root.members.get('certs') : undefined;
  if (key && certificates.length > 0) {
    findings.error({
      message: `invalid manifest.json: job ${excerpt(job)} declares certs, but certificates are not available in this version`,
      place: document.source.placeAt(key.keyStart),
    });
  }
  return certificates.map(([name, { node }]) => ({
    name,
    pkcs8: flagOf(fieldOf(node, 'pkcs8')) ?? false,
    one: flagOf(fieldOf(node, 'one')) ?? false,
    commonName: textOf(fieldOf(fieldOf(node, 'subject'), 'common_name'))?.trim() ?? '',
    key: keyOf(textOf(fieldOf(node, 'key'))),
  }));
}

function keyOf(text: string | undefined): CertificateEntry['key'] {
  return text === 'rsa-4096' || text === 'ec-p256' ? text : 'rsa-2048';
}
