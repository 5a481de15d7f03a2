import { describe, expect, it } from 'vitest';
import { excerpt, quoted } from '../../../src/base/text/quote.ts';

describe('names in messages', () => {
  it.each([
    ['plain ü', '"plain ü"'],
    ['a\nb', '"a\\nb"'],
    ['\u001b[31m', '"\\u001b[31m"'],
    ['del\u007f csi\u009b', '"del\\u007f csi\\u009b"'],
    ['turned\u202e around', '"turned\\u202e around"'],
    ['x'.repeat(100), `"${'x'.repeat(80)}…"`],
  ])('are quoted on one line that no terminal acts upon (%#)', (text, shown) => expect(quoted(text)).toBe(shown));

  it('are shown unquoted with white space folded', () => {
    expect(excerpt('{\n  "a": \u001b\u009b 1 }')).toBe('{ "a": \\u001b\\u009b 1 }');
  });
});
