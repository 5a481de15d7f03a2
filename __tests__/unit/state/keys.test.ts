import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKey, parseStateKeys } from '../../../src/state/keys.ts';

const bytes = Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7));

describe('parseStateKeys', () => {
  it.each([
    ['hex', bytes.toString('hex')],
    ['Base64', `${bytes.toString('base64')}\n`],
    ['URL-safe Base64', bytes.toString('base64url')],
    ['CRLF and blank lines', `\r\n${bytes.toString('hex')}\r\n\r\n`],
  ])('takes %s', (_what, text) => {
    expect(parseStateKeys(text, 'test')).toEqual([bytes]);
  });

  it('takes older keys after the first', () => {
    expect(parseStateKeys(`${bytes.toString('hex')}\n${randomBytes(32).toString('hex')}`, 'test')).toHaveLength(2);
  });

  it.each([
    ['', 'is empty'],
    ['not a key!', 'is neither hex nor Base64'],
    ['abcd', 'has 2 bytes'],
    ['00'.repeat(32), 'is not random'],
  ])('refuses %j without quoting it', (text, reason) => {
    expect(() => parseStateKeys(text, 'input state-key')).toThrow(
      `input state-key${text === '' ? '' : ', key 1'} ${reason}`,
    );
  });
});

describe('deriveKey', () => {
  it('derives a separate, constant key for each purpose', () => {
    const keys = (['kv secrets', 'snapshot', 'digest'] as const).map((purpose) =>
      deriveKey(bytes, purpose).toString('hex'),
    );
    expect(new Set(keys).size).toBe(3);
    expect(deriveKey(bytes, 'digest').toString('hex')).toBe(keys[2]);
  });
});
