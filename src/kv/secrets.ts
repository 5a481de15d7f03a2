/** Seals and opens the secret values of the store. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const PREFIX = 'enc:v1:';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The error for a stored secret that cannot be read. The message contains the reason and no part of the value. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** Encrypts values for storage as `enc:v1:` + Base64 of nonce, AES-256-GCM ciphertext and tag. */
export interface SecretBox {
  seal(plain: string): string;
  /** Returns the decrypted value. Throws a `SecretError` when the value cannot be decrypted. */
  open(sealed: string): string;
}

export function isSealed(value: string): boolean {
  return value.startsWith(PREFIX);
}

/**
 * Creates a box. Each key has 32 bytes. The first key seals values. To open a value, every key is tried, so that keys
 * can be rotated. Throws a `SecretError` when a key is missing or does not have 32 bytes.
 */
export function createSecretBox(keys: readonly Buffer[]): SecretBox {
  const [current] = keys;
  if (current === undefined || keys.some((key) => key.length !== 32)) {
    throw new SecretError('kv encryption key is missing or invalid');
  }
  // Opened values are cached. A deploy reads the same few secrets for every worker and file, and decrypting is slow.
  const opened = new Map<string, string>();
  return {
    seal: (plain) => sealWith(current, plain),
    open(sealed) {
      const plain = opened.get(sealed) ?? openWith(keys, sealed);
      opened.set(sealed, plain);
      return plain;
    },
  };
}

function sealWith(key: Buffer, plain: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return PREFIX + Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64');
}

function openWith(keys: readonly Buffer[], sealed: string): string {
  if (!isSealed(sealed)) throw new SecretError('value is not encrypted');
  const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SecretError('failed to decrypt kv value');
  for (const key of keys) {
    const plain = tryOpen(key, bytes);
    if (plain !== undefined) return plain;
  }
  throw new SecretError('failed to decrypt kv value');
}

function tryOpen(key: Buffer, bytes: Buffer): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const body = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch {
    return undefined; // this key does not open the value, but the next key may
  }
}
