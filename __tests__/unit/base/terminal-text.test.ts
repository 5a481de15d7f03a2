import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../../src/base/text/terminal-text.ts';

describe('plainText', () => {
  it.each([
    ['plain text, with a tab:\t|', 'plain text, with a tab:\t|'],
    ['\x1b[1;31mred\x1b[0m', 'red'],
    ['\x1b]0;a title\x07after', 'after'],
    ['\x1b]8;;https://example.test\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1bPq#0;device\x1b\\after', 'after'],
    ['\x9b31mred', 'red'],
    ['\x1bcreset', 'reset'],
    ['bell\x07 backspace\x08', 'bell\ufffd backspace\ufffd'],
    ['nul\x00 delete\x7f', 'nul\ufffd delete\ufffd'],
    ['line\u2028separator', 'line\ufffdseparator'],
    ['unfinished \x1b[31', 'unfinished 31'],
    ['äöü 漢字 🎉', 'äöü 漢字 🎉'],
  ])('makes %j to %j', (foreign, plain) => {
    expect(plainText(foreign)).toBe(plain);
  });

  it('leaves no control character except the tab, whatever the input is', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('\x1b', '[', ']', '\x07', '\\', 'm', '3', ';', 'a', '\t', '\x9c'),
    });
    fc.assert(fc.property(hostile, (text) => !/(?!\t)\p{Cc}/u.test(plainText(text))));
  });
});
