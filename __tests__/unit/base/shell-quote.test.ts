import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellJoin, shellQuote } from '../../../src/base/text/shell-quote.ts';

describe('shellQuote', () => {
  it('is undone by a real shell, which returns the original text', () => {
    const word = fc
      .string({ unit: 'binary', maxLength: 30 })
      .filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const output = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellJoin(words)}`], { encoding: 'utf8' });
        expect(output).toBe(words.map((text) => `${text}\0`).join(''));
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a NUL byte', () => {
    expect(() => shellQuote('a\0b')).toThrow(RangeError);
  });
});
