/**
 * Makes the CA certificate and key of a new bucket as files that are never overwritten. Only the command line makes these
 * files.
 */
import { join } from 'node:path';
import { createFiles } from '../../base/durable-file.ts';
import type { PemPair } from '../../certs/authority.ts';
import { readAuthorityFiles } from '../../certs/authority-files.ts';
import { newAuthority } from '../../certs/certify.ts';
import { type SecretBox, SecretError } from '../../kv/secrets.ts';
import type { CertificateRecord } from '../../state/document.ts';
import { stopFailure } from '../../state/stop.ts';

export interface AuthorityMaking {
  readonly bucketDir: string;
  readonly bucketId: string;
  readonly box: SecretBox;
  /** The CA that is recorded in the state of the bucket. */
  readonly known: CertificateRecord | undefined;
}

/**
 * Writes `secrets/ca.crt` and `secrets/ca.key` when both are missing. The CA comes from the state when the state has one;
 * otherwise a new CA is made. Returns the written pair.
 */
export async function makeAuthorityFiles({
  bucketDir,
  bucketId,
  box,
  known,
}: AuthorityMaking): Promise<PemPair | undefined> {
  if ((await readAuthorityFiles(bucketDir)) !== undefined) return undefined;
  const pair = known
    ? { certificate: `${known.authority.certificate}\n`, key: openKey(known, box) }
    : await newAuthority(bucketId, Date.now());
  const folder = join(bucketDir, 'secrets');
  await createFiles([
    { path: join(folder, 'ca.key'), text: pair.key, mode: 0o600 },
    { path: join(folder, 'ca.crt'), text: pair.certificate, mode: 0o644 },
  ]); // one file without the other would stop every build
  return pair;
}

function openKey({ authority }: CertificateRecord, box: SecretBox): string {
  try {
    return box.open(authority.sealedKey);
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown;
    throw stopFailure({
      code: 'state-other-key',
      message: 'the state of this bucket is sealed with another state-key',
      hint: 'give the key that it was made with',
      cause: thrown,
    });
  }
}

/** Returns the record of a CA that has signed nothing yet. */
export function unusedAuthority({ certificate, key }: PemPair, box: SecretBox): CertificateRecord {
  return { authority: { certificate: certificate.trim(), sealedKey: box.seal(key) }, issuedBy: '', jobs: {} };
}
