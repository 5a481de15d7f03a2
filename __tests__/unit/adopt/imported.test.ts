import { describe, expect, it } from 'vitest';
import { parseImported, withImported } from '../../../src/adopt/imported.ts';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import { stateOf } from '../../support/state-document.ts';

const own = createSecretBox([Buffer.alloc(32, 1)]);
const foreign = createSecretBox([Buffer.alloc(32, 2)]);

describe('an import', () => {
  it('seals secrets with the key of this bucket, in whatever form they come', () => {
    const kv = { 'secrets/job/api': { a: 'clear', b: foreign.seal(' theirs ') }, 'vars/job/api': { c: 'x' } };
    const imported = parseImported(JSON.stringify({ ports: { api: { http: 31_000 } }, kv }));
    const document = withImported(stateOf(1000), { imported, boxes: { own, foreign }, nowSeconds: 7 });
    const value = (namespace: string, name: string) => document.kv[namespace]?.[name]?.at(-1)?.value ?? '';
    expect(document.ports).toEqual({ api: { http: 31_000 } });
    expect(own.open(value('secrets/job/api', 'a'))).toBe('clear');
    expect(own.open(value('secrets/job/api', 'b'))).toBe(' theirs ');
    expect(value('vars/job/api', 'c')).toBe('x');
    expect(() => withImported(stateOf(1000), { imported, boxes: { own, foreign: undefined }, nowSeconds: 7 })).toThrow(
      'secrets/kv.key',
    );
    expect(() => withImported(stateOf(1000), { imported, boxes: { own, foreign: own }, nowSeconds: 7 })).toThrow(
      'does not open',
    );
  });

  it.each([
    ['{', 'not JSON'],
    ['[]', 'must be an object'],
    ['{"port":{}}', '"port" means nothing'],
    ['{"ports":{"api":{"http":0}}}', '"ports" must be'],
    ['{"ports":{"api":{"http":"80"}}}', '"ports" must be'],
    ['{"kv":{"vars/job/a":{"x":1}}}', '"kv" must be'],
    ['{"kv":{"maand/bucket":{}}}', 'maand/bucket'],
  ])('is refused when it is %s', (text, message) => expect(() => parseImported(text)).toThrow(message));
});
