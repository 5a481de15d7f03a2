/** Makes key pairs for certificates and writes private keys as PEM. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { CertificateEntry } from '../workspace/types.ts';

const generate = promisify(generateKeyPair);

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Makes a key pair on a thread of Node's pool, because finding the primes of a long key can take almost a second. */
export function makeKeyPair(kind: CertificateEntry['key']): Promise<KeyPair> {
  switch (kind) {
    case 'rsa-2048':
      return generate('rsa', { modulusLength: 2048 });
    case 'rsa-4096':
      return generate('rsa', { modulusLength: 4096 });
    case 'ec-p256':
      return generate('ec', { namedCurve: 'P-256' });
  }
}

/**
 * Returns a private key as PEM: `PRIVATE KEY` if `pkcs8` is set, otherwise the older form `RSA PRIVATE KEY` or `EC
 * PRIVATE KEY`.
 */
export function keyText(key: KeyObject, { pkcs8 }: Pick<CertificateEntry, 'pkcs8'>): string {
  const older = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1';
  return key.export({ type: pkcs8 ? 'pkcs8' : older, format: 'pem' }).toString();
}
