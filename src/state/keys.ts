/** Reads the text of state keys and derives child keys from them. */
import { hkdfSync } from 'node:crypto';
import { createSecretBox, type SecretBox } from '../kv/secrets.ts';
import { type StopFailure, stopFailure } from './stop.ts';

const KEY_BYTES = 32;
const FEWEST_VALUES = 12;
const KEY_ID_BYTES = 8;

/** Purpose of a child key. Each purpose has its own child key. */
export type KeyPurpose = 'kv secrets' | 'snapshot' | 'digest' | 'cache names' | 'key id';

/**
 * Parses the text of state keys, with one key on each line. The first key is the current one (docs/state-design.md). A
 * key has at least 32 bytes in hex or Base64, with at least 12 distinct byte values. `source` names the origin of the
 * text in messages. Throws a `Failure` that never quotes the key.
 */
export function parseStateKeys(text: string, source: string): Buffer[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== '').map((line, index) => parseKey(line, `${source}, key ${index + 1}`));
  if (keys.length === 0) throw refuse(`${source} is empty`);
  return keys;
}

function parseKey(line: string, source: string): Buffer {
  const hex = /^(?:[0-9a-f]{2})+$/i.test(line);
  const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(line);
  if (!hex && !base64) throw refuse(`${source} is neither hex nor Base64`);
  const bytes = Buffer.from(line, hex ? 'hex' : 'base64');
  if (bytes.length < KEY_BYTES) throw refuse(`${source} has ${bytes.length} bytes, ${KEY_BYTES} are needed`);
  if (new Set(bytes).size < FEWEST_VALUES) throw refuse(`${source} is not random`);
  return bytes;
}

function refuse(reason: string): StopFailure {
  return stopFailure({
    code: 'state-key',
    message: `invalid state key: ${reason}`,
    hint: 'make one with: openssl rand -hex 32',
    exitCode: 2,
  });
}

/** Derives a 32-byte key for one purpose with HKDF-SHA256. */
export function deriveKey(key: Buffer, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `maand ${purpose} v1`, KEY_BYTES));
}

/** Returns 16 hex digits that identify a key but reveal nothing about it. */
export function keyId(key: Buffer): string {
  return deriveKey(key, 'key id').toString('hex', 0, KEY_ID_BYTES);
}

/** Returns the box that seals KV secrets. The box uses a child key of every state key. */
export function boxOf(keys: readonly Buffer[]): SecretBox {
  return createSecretBox(keys.map((key) => deriveKey(key, 'kv secrets')));
}
