/** Writes private keys in the formats that the SSH library reads. */
import type { KeyObject } from 'node:crypto';

/**
 * Returns a private key of Node's crypto as text that `ssh2` reads. RSA becomes PKCS#1 PEM, EC becomes SEC1 PEM, and
 * Ed25519 becomes the OpenSSH format. Returns `undefined` for key types that SSH does not support.
 */
export function toOpenSshText(key: KeyObject): string | undefined {
  const kind = key.asymmetricKeyType;
  if (kind === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString();
  if (kind === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString();
  return kind === 'ed25519' ? ed25519Text(key) : undefined;
}

/** Returns an Ed25519 key in the layout of OpenSSH's PROTOCOL.key, without encryption. */
function ed25519Text(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const publicBytes = Buffer.from(x, 'base64url');
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(publicBytes)]);
  // A reader compares these two equal numbers to check its decryption. Without a cipher, their value does not matter.
  const check = Buffer.alloc(8);
  const secret = Buffer.concat([Buffer.from(d, 'base64url'), publicBytes]);
  const inner = padded(Buffer.concat([check, publicBlob, field(secret), field('')]));
  const magic = Buffer.from('openssh-key-v1\0', 'latin1');
  const count = Buffer.from([0, 0, 0, 1]);
  const outer = Buffer.concat([magic, field('none'), field('none'), field(''), count, field(publicBlob), field(inner)]);
  const wrapped = outer
    .toString('base64')
    .match(/.{1,70}/g)
    ?.join('\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${wrapped}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function field(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function padded(bytes: Buffer): Buffer {
  const missing = (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}
