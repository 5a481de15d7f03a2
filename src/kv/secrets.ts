/** Seals and opens the secret values of the store. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const PREFIX = 'enc:v1:';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A stored secret that cannot be read; the message says why and holds no part of the value. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** Seals values at rest as `enc:v1:` + Base64 of nonce, AES-256-GCM ciphertext and tag. */
export interface SecretBox {
  seal(plain: string): string;
  /** Throws `SecretError`. */
  open(sealed: string): string;
}

export function isSealed(value: string): boolean {
  return value.startsWith(PREFIX);
}

/** `keys`: 32 bytes each; the first seals, all of them are tried to open (so that a key can be rotated). */
export function createSecretBox(keys: readonly Buffer[]): SecretBox {
  const [current] = keys;
  if (current === undefined || keys.some((key) => key.length !== 32)) {
    throw new SecretError('kv encryption key is missing or invalid');
  }
  // A deploy reads the same few secrets for every worker and file; opening one is dearer than rendering a page.
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
    return undefined; // another key of the list may fit
  }
}
