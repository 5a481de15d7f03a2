import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fsPath, isStrangeName, nameBytes, nameOf, shownName } from '../../../src/base/file-name.ts';

const BYTES = fc.uint8Array({ maxLength: 24 }).map((bytes) => Buffer.from(bytes));

describe('a file name as text', () => {
  it('can be turned back into its bytes, also after a way through JSON', () => {
    fc.assert(
      fc.property(BYTES, (bytes) => {
        const name = nameOf(bytes);
        expect(nameBytes(name)).toEqual(bytes);
        expect(JSON.parse(Buffer.from(JSON.stringify(name)).toString())).toBe(name);
      }),
    );
  });

  it('differs for different bytes', () => {
    fc.assert(fc.property(BYTES, BYTES, (a, b) => (nameOf(a) === nameOf(b)) === a.equals(b)));
  });

  it.each([
    ['é 😀\n', 'é 😀\n'],
    [Buffer.from([0x63, 0xe9, 0x21]), 'c\\xE9!'],
    // half of a surrogate pair, encoded as UTF-8, is not valid UTF-8
    [Buffer.from([0xed, 0xb3, 0xa9]), '\\xED\\xB3\\xA9'],
  ])('is shown to people: %j', (bytes, shown) => {
    expect(shownName(nameOf(Buffer.from(bytes as string)))).toBe(shown);
  });

  it('is used as a path unchanged while it is valid text', () => {
    expect(fsPath('a/é')).toBe('a/é');
    expect(isStrangeName('😀')).toBe(false);
    expect(fsPath(nameOf(Buffer.from([0x61, 0xff])))).toEqual(Buffer.from([0x61, 0xff]));
  });
});
