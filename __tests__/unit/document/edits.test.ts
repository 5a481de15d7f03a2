import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextEdit } from '../../../src/base/repair.ts';
import type { ObjectNode } from '../../../src/document/document.ts';
import { applyEdits, dropItem, dropMember, renameKey, replace } from '../../../src/document/edits.ts';
import { Findings } from '../../../src/document/findings.ts';
import { parseJson } from '../../../src/document/json.ts';
import { Source } from '../../../src/document/source.ts';
import { parseToml } from '../../../src/document/toml.ts';

function open(text: string, kind: 'json' | 'toml') {
  const source = new Source('file', text);
  const findings = new Findings('ErrUnexpectedError');
  const document = kind === 'json' ? parseJson(source, 'file', findings) : parseToml(source, 'file', findings);
  if (document?.root.kind !== 'object') throw new Error(`not an object: ${text}`);
  return { source, root: document.root };
}

function without(text: string, names: readonly string[], kind: 'json' | 'toml' = 'json'): string {
  const { source, root } = open(text, kind);
  return applyEdits(
    text,
    names.map((name) => dropMember(source, root, name)),
  );
}

function renamed(text: string, older: string, today: string, kind: 'json' | 'toml'): string {
  const { source, root } = open(text, kind);
  const member = root.members.get(older);
  if (!member) throw new Error(`no ${older}`);
  return applyEdits(text, [renameKey(source, member, today)]);
}

describe('dropMember', () => {
  it.each([
    ['{"a":1,"b":2,"c":3}', ['a'], '{"b":2,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['b'], '{"a":1,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['c'], '{"a":1,"b":2}'],
    ['{"a":1,"b":2,"c":3}', ['a', 'b'], '{"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['b', 'c'], '{"a":1}'],
    ['{"a":1,"b":2,"c":3}', ['c', 'a'], '{"b":2}'],
    ['{"a":1,"b":2}', ['a', 'b'], '{}'],
    ['{\n  "a": 1,\n  "b": 2\n}\n', ['b'], '{\n  "a": 1\n}\n'],
    ['{\n  "a": 1,\n  "b": 2\n}\n', ['a'], '{\n  "b": 2\n}\n'],
  ])('%j without %j', (text, names, expected) => expect(without(text, names)).toBe(expected));

  it.each([
    ['# head\na = "1"\nb = "2" # kept\nc = "3"\n', ['a'], '# head\nb = "2" # kept\nc = "3"\n'],
    ['a = "1"\r\nb = "2"\r\n', ['b'], 'a = "1"\r\n'],
    ['a = "1"\nb = "2" # kept\n', ['b'], 'a = "1"\n# kept\n'],
    ['a = "1"', ['a'], ''],
  ])('%j of TOML without %j', (text, names, expected) => expect(without(text, names, 'toml')).toBe(expected));

  it('leaves JSON with exactly the other fields, whichever fields are removed', () => {
    const list = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(list, fc.infiniteStream(fc.boolean()), fc.constantFrom(undefined, 2), (names, coins, indent) => {
        const text = JSON.stringify(Object.fromEntries(names.map((name, at) => [`k${name}`, at])), undefined, indent);
        const gone = names.map((name) => `k${name}`).filter(() => coins.next().value);
        const kept = Object.entries(JSON.parse(text)).filter(([name]) => !gone.includes(name));
        expect(Object.entries(JSON.parse(without(text, gone)))).toEqual(kept);
      }),
    );
  });
});

describe('renameKey', () => {
  it.each([
    ['{ "a\\"b" : 1 }', 'a"b', 'json', '{ "new" : 1 }'],
    ['a = "1"', 'a', 'toml', 'new = "1"'],
    ['"a" = "1"', 'a', 'toml', '"new" = "1"'],
    [`'a' = "1"`, 'a', 'toml', `'new' = "1"`],
  ] as const)('%j', (text, older, kind, expected) => expect(renamed(text, older, 'new', kind)).toBe(expected));
});

describe('applyEdits', () => {
  it('moves a piece with the edits inside it, and drops the edits inside a dropped piece', () => {
    const text = '{"old": {"x": 1}, "new": {"y": 2}}';
    const { source, root } = open(text, 'json');
    const [old, today] = ['old', 'new'].map((name) => root.members.get(name)?.node as ObjectNode);
    const x = old?.members.get('x');
    if (!old || !today || !x) throw new Error('not as written');
    const end = today.end - 1;
    const edits: TextEdit[] = [
      renameKey(source, x, 'z'),
      dropMember(source, root, 'old'),
      replace({ start: end, end }, ', ', { start: old.start + 1, end: old.end - 1 }),
    ];
    expect(applyEdits(text, edits)).toBe('{"new": {"y": 2, "z": 1}}');
  });

  it('drops an item', () => {
    const text = '{"a": ["x", "y"]}';
    const list = open(text, 'json').root.members.get('a')?.node;
    if (list?.kind !== 'array') throw new Error('no list');
    expect(applyEdits(text, [dropItem(list, 0)])).toBe('{"a": ["y"]}');
  });
});
