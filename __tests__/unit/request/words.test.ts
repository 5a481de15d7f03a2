import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../../src/base/text/shell-quote.ts';
import { shellWords } from '../../../src/request/shell-words.ts';
import { parseStateLocation } from '../../../src/request/state-location.ts';
import { Values } from '../../../src/request/values.ts';

describe('shellWords', () => {
  it.each([
    ['', []],
    ['  a  b\tc\nd ', ['a', 'b', 'c', 'd']],
    [`'a b' "c d" e\\ f`, ['a b', 'c d', 'e f']],
    [`a'b'"c"`, ['abc']],
    [`'' ""`, ['', '']],
    [`"a \\"b\\" \\x"`, ['a "b" \\x']],
    [`'a\\'`, ['a\\']],
  ])('%j', (text, words) => expect(shellWords(text)).toEqual(words));

  it('refuses an open quote', () => {
    expect(() => shellWords(`a 'b`)).toThrow("a quote is not closed in: a 'b");
  });

  it('splits a text as a shell does', () => {
    const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(shellWords(words.map(shellQuote).join(' '))).toEqual(words);
      }),
    );
  });
});

describe('parseStateLocation', () => {
  const base = { workingDirectory: '/checkout', home: '/home/me' };
  it.each([
    ['cache', { kind: 'cache' }],
    [' workers ', { kind: 'workers' }],
    ['file:/var/state', { kind: 'file', folder: '/var/state' }],
    ['file:state', { kind: 'file', folder: '/checkout/state' }],
    ['file: ~/state', { kind: 'file', folder: '/home/me/state' }],
  ])('%j', (text, value) => expect(parseStateLocation(text, base)).toEqual({ ok: true, value }));

  it.each(['', 'file:', 's3://bucket', 'Cache'])('refuses %j', (text) => {
    expect(parseStateLocation(text, base)).toMatchObject({ ok: false, reason: expect.stringContaining('file:DIR') });
  });

  it('does not make a folder called ~', () => {
    expect(parseStateLocation('file:~/x', { ...base, home: undefined }).ok).toBe(false);
  });
});

describe('Values', () => {
  const values = (texts: Record<string, string>) => new Values(new Map(Object.entries(texts)), (name) => `--${name}`);
  const problemsOf = (one: Values) => {
    try {
      one.requireSound();
    } catch (thrown) {
      return (thrown as Error).message.split('\n');
    }
    return [];
  };

  it.each([
    ['a, b\nc,,a\r\n d ', ['a', 'b', 'c', 'd']],
    ['', []],
    [' , \n', []],
  ])('lists %j', (text, list) => expect(values({ jobs: text }).list('jobs')).toEqual(list));

  it.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['FALSE', false],
    [' ', false],
  ])('reads the boolean %j as YAML does', (text, flag) => {
    const one = values({ force: text });
    expect(one.flag('force')).toBe(flag);
    expect(problemsOf(one)).toEqual([]);
  });

  it('collects everything that is wrong', () => {
    const one = values({ force: 'yes', 'ssh-port': '70000', 'lock-wait': '1.5', initialize: 'maybe' });
    one.flag('force');
    one.integer('ssh-port', { least: 1, most: 65_535 });
    one.integer('lock-wait', { least: 0, most: 10 });
    one.choice('initialize', ['auto', 'never']);
    expect(problemsOf(one)).toEqual([
      '--force must be true or false (got "yes")',
      '--ssh-port must be a whole number between 1 and 65535 (got "70000")',
      '--lock-wait must be a whole number between 0 and 10 (got "1.5")',
      '--initialize must be auto or never (got "maybe")',
    ]);
  });

  it('does not take a flag for given that is false', () => {
    const one = values({ force: 'False', wait: 'true', jobs: 'false' });
    expect([one.isGiven('force'), one.isGiven('wait'), one.isGiven('jobs'), one.isGiven('hook')]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
