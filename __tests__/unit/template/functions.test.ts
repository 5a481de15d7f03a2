import { describe, expect, it } from 'vitest';
import { DATA, failure, inputOf, kvOf, render } from './render.ts';

const reason = (source: string): string => failure(source).message.replace(/^.*?: error calling /, '');

describe('comparison', () => {
  it.each([
    ['{{ eq 3 1 2 3 }} {{ eq "a" "b" "c" }} {{ ne "a" "b" }}', 'true false true'],
    ['{{ eq (index "abc" 1) 98 }} {{ lt (index "abc" 1) 99 }} {{ gt 99 (index "abc" 1) }}', 'true true true'],
    ['{{ eq .Job nil }} {{ eq nil nil }} {{ ne nil 1 }} {{ eq .Labels nil }}', 'false true true false'],
    ['{{ eq 1.5 1.5 }} {{ le 1.5 2.5 }} {{ ge "b" "a" }} {{ lt "Z" "a" }}', 'true true true true'],
    ['{{ eq 1i 1i }} {{ eq true true }} {{ ne true false }}', 'true true true'],
    ['{{ lt "é" "z" }} {{ lt "z" "é" }}', 'false true'],
  ])('%s is %s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it.each([
    ['{{ eq 1 "1" }}', 'eq: incompatible types for comparison: int and string'],
    ['{{ lt 1 1.5 }}', 'lt: incompatible types for comparison: int and float64'],
    ['{{ eq 1 2 "3" }}', 'eq: incompatible types for comparison: int and string'],
    ['{{ lt true false }}', 'lt: invalid type for comparison'],
    ['{{ gt .Labels 1 }}', 'gt: invalid type for comparison'],
    ['{{ le nil 1 }}', 'le: invalid type for comparison'],
    ['{{ eq .Labels .Labels }}', 'eq: non-comparable type [web eu ssd]: []string'],
    ['{{ eq 1 }}', 'eq: missing argument for comparison'],
  ])('%s fails', (source, expected) => {
    expect(reason(source)).toBe(expected);
  });
});

describe('index, slice and len', () => {
  it.each([
    ['{{ index .Labels 2 }} {{ index .Labels (index "\\x01" 0) }} {{ index .Labels 1.0 }}', undefined],
    ['{{ index .Labels 2 }} {{ index .Labels (index "\\x01" 0) }} {{ index .Labels }}', 'ssd eu [web eu ssd]'],
    [
      '{{ slice .Labels 1 }} {{ slice .Labels 1 2 }} {{ slice .Labels }} {{ len (slice .Labels 3) }}',
      '[eu ssd] [eu] [web eu ssd] 0',
    ],
    ['{{ slice (slice .Labels 0 1) 0 3 }} {{ slice (slice .Labels 1) 0 2 }}', '[web eu ssd] [eu ssd]'],
    ['{{ slice "abcdef" 2 4 }} {{ slice "abc" 3 }}| {{ len "ä" }}', 'cd | 2'],
  ])('%s', (source, expected) => {
    if (expected === undefined) expect(reason(source)).toContain('cannot index slice/array with type float64');
    else expect(render(source)).toBe(expected);
  });

  it.each([
    ['{{ index .Labels 3 }}', 'index: reflect: slice index out of range'],
    ['{{ index .Job 3 }}', 'index: reflect: string index out of range'],
    ['{{ index .Labels 4 }}', 'index: index out of range: 4'],
    ['{{ index .Labels -9223372036854775808 }}', 'index: index out of range: -9223372036854775808'],
    ['{{ index .Labels "0" }}', 'index: cannot index slice/array with type string'],
    ['{{ index .Labels nil }}', 'index: cannot index slice/array with nil'],
    ['{{ index .Labels 0 0 0 }}', "index: can't index item of type uint8"],
    ['{{ index 5 0 }}', "index: can't index item of type int"],
    ['{{ slice .Labels 2 1 }}', 'slice: invalid slice index: 2 > 1'],
    ['{{ slice .Labels 0 2 1 }}', 'slice: invalid slice index: 2 > 1'],
    ['{{ slice (slice .Labels 0 1 1) 0 2 }}', 'slice: index out of range: 2'],
    ['{{ slice .Labels 0 1 2 3 }}', 'slice: too many slice indexes: 4'],
    ['{{ slice nil }}', 'slice: slice of untyped nil'],
    ['{{ slice 5 0 }}', "slice: can't slice item of type int"],
    ['{{ len 1.5 }}', 'len: len of type float64'],
  ])('%s fails', (source, expected) => {
    expect(reason(source)).toBe(expected);
  });
});

describe('escaping', () => {
  it.each([
    ['{{ html "<a b=\'c\'>&\\"\\x00" 1 }}', '&lt;a b=&#39;c&#39;&gt;&amp;&#34;\ufffd1'],
    ['{{ html nil }} {{ html .Labels }}', '&lt;no value&gt; [web eu ssd]'],
    ['{{ js "\'\\"\\\\<>&=\\n\\x7fé\\u2028" }}', '\\\'\\"\\\\\\u003C\\u003E\\u0026\\u003D\\u000A\u007fé\\u2028'],
    ['{{ urlquery "a b" "/é~.-_+" }}', 'a+b%2F%C3%A9~.-_%2B'],
  ])('%s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });
});

describe('texts', () => {
  it.each([
    ['{{ upper "straße ŉ ᾳ ǆ" }} {{ lower "İΣ" }}', 'STRAßE ŉ ᾼ Ǆ iσ'],
    ['{{ upper "\\xff" | printf "%q" }}', '"\ufffd"'],
    ['{{ trim "\\u0085\\u2003\\v x \\u00a0\\ufeff" | printf "%q" }}', '"x \\u00a0\\ufeff"'],
    ['{{ trim " \\t\\r\\n" | printf "%q" }}', '""'],
    ['{{ split "a--b-c" "--" | printf "%q" }} {{ split "" "" | len }}', '["a" "b-c"] 0'],
    ['{{ join nil "," | printf "%q" }} {{ join (split "a☃" "") "-" }}', '"" a-☃'],
  ])('%s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });
});

describe('integers', () => {
  it.each([
    ['{{ int " -42\\n" }} {{ int "+5" }} {{ int "007" }} {{ int (index "a" 0) }} {{ int "-0" }}', '-42 5 7 97 0'],
    ['{{ min 3 -2 }} {{ max 3 -2 }} {{ div -9223372036854775808 -1 }} {{ mul -1 0 }}', '-2 3 -9223372036854775808 0'],
    ["{{ add 1.0 2 }} {{ add 1e3 0x10 }} {{ add 'a' 1_000 }} {{ add 0i 0b11 }}", '3 1016 1097 3'],
  ])('%s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it.each([
    ['{{ int "" }}', 'int: strconv.Atoi: parsing "": invalid syntax'],
    ['{{ int "12.5" }}', 'int: strconv.Atoi: parsing "12.5": invalid syntax'],
    ['{{ int "1e3" }}', 'int: strconv.Atoi: parsing "1e3": invalid syntax'],
    ['{{ int "9223372036854775808" }}', 'int: strconv.Atoi: parsing "9223372036854775808": value out of range'],
    ['{{ int .Labels }}', 'int: int: expected string or integer'],
    ['{{ div 1 (sub 1 1) }}', 'div: runtime error: integer divide by zero'],
  ])('%s fails', (source, expected) => {
    expect(reason(source)).toBe(expected);
  });

  it('are not converted from text by arithmetic', () => {
    expect(failure('{{ add "1" 2 }}').message).toContain('at <"1">: expected integer; found "1"');
    expect(failure('{{ min 1 2 3 }}').message).toContain('wrong number of args for min: want 2 got 3');
  });
});

describe('key/value functions', () => {
  const input = inputOf({
    'vars/job/api': { ünï: 'grün', b: '2', a: '1', Z: '0', '\u{10000}': '4', '\uffff': '3' },
    'maand/job/api': { memory: '512' },
    'maand/worker/10.0.0.1': { zone: 'a' },
    'maand/job/api/worker/10.0.0.1': { index: '0' },
  });

  it('read by namespace, and pass names and values on as text', () => {
    expect(render('{{ get "vars/job/api" "ünï" }}', input)).toBe('grün');
    expect(render('{{ getJob "memory" }}{{ getWorker "zone" }}{{ getJobWorker "index" }}', input)).toBe('512a0');
    expect(render('{{ getJobWorkerOptional "x" }}|{{ getWorkerOptional "x" }}|{{ getJobOptional "x" }}', input)).toBe(
      '||',
    );
  });

  it('list keys in bytewise order', () => {
    expect(render('{{ keys "vars/job/api" }}', input)).toBe('[Z a b ünï \uffff \u{10000}]');
  });

  it('report a value that cannot be decrypted, also in their optional forms', () => {
    const sealed = { kind: 'undecryptable', message: 'failed to decrypt kv value' } as const;
    const kv = { ...kvOf({}), get: () => sealed };
    for (const call of ['getSecret "x"', 'getOptional "secrets/job/api" "x"', 'getJobOptional "x"']) {
      const { message, kvMiss } = failure(`{{ ${call} }}`, { data: DATA, kv });
      expect(message).toContain(': failed to decrypt kv value');
      expect(kvMiss).toBeUndefined();
    }
  });

  it('of a worker fail when there is no worker', () => {
    const data = { Job: 'api', NewVersion: '1.0.0' };
    expect(failure('{{ getWorker "zone" }}', { data, kv: input.kv }).message).toContain(
      'error calling getWorker: not available here: the data has no .WorkerIP',
    );
  });
});
