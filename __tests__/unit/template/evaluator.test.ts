import { describe, expect, it } from 'vitest';
import { renderTemplate, renderTemplateBytes } from '../../../src/template/evaluator.ts';
import { parseTemplate } from '../../../src/template/parse/parser.ts';
import { DATA, failure, inputOf, kvOf, render } from './render.ts';

describe('variables', () => {
  it.each([
    ['{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}', '1'],
    ['{{ $x := 1 }}{{ with 5 }}{{ $x = . }}{{ end }}{{ $x }}', '5'],
    ['{{ $x := 1 }}{{ if false }}{{ $x := 2 }}{{ else }}{{ $x }}{{ end }}', '1'],
    ['{{ $x := 0 }}{{ range 4 }}{{ $x = add $x . }}{{ end }}{{ $x }}', '6'],
    ['{{ range $x := .Labels }}{{ $y := $x }}{{ $y }}{{ end }}', 'webeussd'],
    ['{{ $x := 1 }}{{ range $x = split "" "" }}{{ end }}{{ $x }}', '[]'],
    ['{{ if $x := 3 }}{{ $x }}{{ end }}{{ with $x := 4 }}{{ $x }}{{ . }}{{ end }}', '344'],
    ['{{ ($x := 5) }}{{ $x }}', '55'],
    ['{{ define "d" }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x := 1 }}{{ template "d" }}{{ $x }}', '21'],
    ['{{ define "d" }}{{ $ }}{{ range . }}{{ $ }}{{ end }}{{ end }}{{ template "d" (split "a" ",") }}', '[a][a]'],
  ])('%s renders %s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it('of the caller are unknown in the definition, however many there are', () => {
    const define = '{{ define "d" }}{{ if . }}{{ $a := 1 }}{{ else }}{{ $a }}{{ end }}{{ end }}';
    const caller = '{{ $x := 5 }}{{ $y := 6 }}{{ $z := 7 }}{{ template "d" 0 }}';
    expect(failure(define + caller).message).toContain('executing "d" at <$a>: undefined variable: $a');
  });

  it('are separate for every call of a definition that calls itself', () => {
    const body = '{{ $n := . }}{{ if $n }}{{ $next := sub $n 1 }}{{ template "d" $next }}{{ $n }}{{ $next }};{{ end }}';
    expect(render(`{{ define "d" }}${body}{{ end }}{{ template "d" 3 }}`)).toBe('10;21;32;');
  });

  it('that were not declared at run time are an error of execution', () => {
    const unset = 'executing "t" at';
    expect(failure('{{ $x = 1 }}').message).toBe(`template: t:1:8: ${unset} <1>: undefined variable: $x`);
    const skipped = failure('{{ if false }}{{ $x := 1 }}{{ else }}{{ $x }}{{ end }}');
    expect(skipped).toMatchObject({
      phase: 'exec',
      message: `template: t:1:40: ${unset} <$x>: undefined variable: $x`,
    });
  });
});

describe('range', () => {
  it.each([
    [
      '{{ range $i, $x := .Labels }}{{ if eq $i 1 }}{{ with 1 }}{{ continue }}{{ end }}{{ end }}{{ . }};{{ end }}',
      'web;ssd;',
    ],
    [
      '{{ range .Labels }}{{ $l := . }}{{ range $.Labels }}{{ if eq . $l }}{{ break }}{{ end }}{{ . }}{{ end }};{{ end }}',
      ';web;webeu;',
    ],
    ['{{ range .Labels }}{{ range split "" "" }}{{ else }}{{ continue }}{{ end }}x{{ end }}', ''],
    ['{{ range .Labels }}{{ range split "" "" }}{{ else }}{{ break }}{{ end }}x{{ end }}', 'xxx'],
    ['{{ range .Labels }}{{ break }}{{ else }}none{{ end }}{{ .Job }}', 'api'],
    ['{{ range -1 }}x{{ else }}none{{ end }}', 'none'],
    ['{{ range or nil nil }}x{{ else }}nothing of {{ .Job }}{{ end }}', 'nothing of api'],
    ['{{ range index "\\x03" 0 }}{{ printf "%T" . }} {{ end }}', 'uint8 uint8 uint8 '],
  ])('%s renders %s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it.each([
    ['{{ range 1.5 }}{{ end }}', "range can't iterate over 1.5"],
    ['{{ range . }}{{ end }}', "range can't iterate over {api 10.0.0.1 [web eu ssd] 7}"],
    ['{{ range $i, $x := 3 }}{{ end }}', "can't use 3 to iterate over more than one variable"],
  ])('%s fails', (source, expected) => {
    expect(failure(source).message).toContain(expected);
  });
});

describe('pipelines', () => {
  it.each([
    ['{{ 1 | and 1 }} {{ 0 | and 1 }} {{ 1 | or 0 }} {{ 0 | or 0 }} {{ 5 | or 3 }} {{ 5 | and }}', '1 0 1 0 3 5'],
    ['{{ or 0 1 (index .Labels 9) }} {{ and 1 0 (index .Labels 9) }}', '1 0'],
    ['{{ if true | not | and 1 }}yes{{ else }}no{{ end }}', 'no'],
    ['{{ printf "%d %d" (2 | add 3) (add 4 (add 5 6)) }}', '5 15'],
    ['{{ ($).Job }} {{ (.).Job }} {{ ($ | printf "%T") }}', 'api api deploy.AllocationData'],
    ['{{ with 0 }}a{{ else with false }}b{{ else with "c" }}{{ . }}{{ end }}', 'c'],
    ['{{ or nil nil }}|{{ print (or nil nil) }}|{{ (or nil nil).Field }}', '<no value>|<nil>|<no value>'],
  ])('%s renders %s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it.each([
    ['{{ 1 2 }}', '1:3', '1', "can't give argument to non-function 1"],
    ['{{ (1) 2 }}', '1:3', '(1) 2', "can't give argument to non-function 1"],
    ['{{ $ 2 }}', '1:3', '$', "can't give argument to non-function $"],
    ['{{ .Job | (1) }}', '1:3', '.Job | (1)', "can't give argument to non-function 1"],
    ['{{ 3 | $.Job }}', '1:8', '$.Job', 'Job has arguments but cannot be invoked as function'],
    ['{{ (.).Nope }}', '1:4', '.', "can't evaluate field Nope in type deploy.AllocationData"],
    ['{{ print split }}', '1:9', 'split', 'wrong number of args for split: want 2 got 0'],
    ['{{ trim (or nil nil) }}', '1:16', 'nil', 'invalid value; expected string'],
    ['{{ 1 | upper }}', '1:7', 'upper', 'wrong type for value; expected string; got int'],
    ['{{ 18446744073709551615 }}', '1:3', '18446744073709551615', '18446744073709551615 overflows int'],
    ['{{ call nil }}', '1:3', 'call nil', 'error calling call: call of nil'],
    ['{{ call .Job 1 }}', '1:3', 'call .Job 1', 'error calling call: non-function .Job of type string'],
    ['{{ 1 | call }}', '1:7', 'call', 'error calling call: non-function <int Value> of type int'],
    [
      '{{  printf   "%d"  (  index   .Labels 9 ) }}',
      '1:22',
      'index .Labels 9',
      'error calling index: index out of range: 9',
    ],
    ['é\n é{{ .Nope }}', '2:6', '.Nope', "can't evaluate field Nope in type deploy.AllocationData"],
  ])('%s fails', (source, place, at, expected) => {
    const { message } = failure(source);
    expect(message).toBe(`template: t:${place}: executing "t" at <${at}>: ${expected}`);
  });

  it('fail in the definition that was running', () => {
    const source = '{{ define "inner \\"x\\"" }}\n{{ .Nope }}{{ end }}{{ template "inner \\"x\\"" . }}';
    expect(failure(source).message).toBe(
      'template: t:2:3: executing "inner \\"x\\"" at <.Nope>: can\'t evaluate field Nope in type deploy.AllocationData',
    );
    expect(failure(source)).toMatchObject({ line: 2, column: 3, templateName: 't', phase: 'exec' });
  });
});

describe('bytes', () => {
  it('of strings are counted and cut as UTF-8', () => {
    const input = { data: { ...DATA, Name: 'héllo' }, kv: kvOf({}) };
    expect(render('{{ len .Name }} {{ index .Name 1 }} {{ slice .Name 0 3 }}', input)).toBe('6 195 hé');
    expect(render('{{ printf "%q" (slice .Name 0 2) }}', input)).toBe('"h\\xc3"');
  });

  it('that are not valid UTF-8 are written unchanged', () => {
    const source = Uint8Array.from([0xff, ...Buffer.from('{{ "\\xc3" }}{{ slice "é" 1 }}'), 0xfe]);
    expect([...renderTemplateBytes(parseTemplate('t', source), inputOf())]).toEqual([0xff, 0xc3, 0xa9, 0xfe]);
    expect(render('{{ "\\xc3" }}|')).toBe('\ufffd|');
  });
});

describe('rendering', () => {
  it('gives the same text again: nothing is kept between renderings', () => {
    const template = parseTemplate(
      't',
      '{{ $n := 0 }}{{ range .Labels }}{{ $n = add $n 1 }}{{ end }}{{ .Job }}{{ $n }}',
    );
    expect(renderTemplate(template, inputOf())).toBe('api3');
    expect(renderTemplate(template, { data: { Job: 'db', Labels: [] }, kv: kvOf({}) })).toBe('db0');
    expect(renderTemplate(template, inputOf())).toBe('api3');
  });

  it('works after a failed rendering of the same template', () => {
    const template = parseTemplate('t', '{{ range .Labels }}{{ with 1 }}{{ index $.Labels 1 }}{{ end }}{{ end }}');
    expect(() => renderTemplate(template, { data: { Labels: ['one'] }, kv: kvOf({}) })).toThrow('out of range');
    expect(renderTemplate(template, inputOf())).toBe('eueueu');
  });
});

describe('a runaway template', () => {
  it('stops at 64 MiB of output', () => {
    const source = `{{ range 100000 }}${'x'.repeat(1024)}{{ end }}`;
    expect(failure(source).message).toContain('output is larger than 64 MiB');
    const most = 64 * 1024;
    expect(render(`{{ range ${most} }}${'x'.repeat(1024)}{{ end }}`)).toHaveLength(most * 1024);
  });

  it('stops when a value grows beyond 64 MiB', () => {
    expect(failure('{{ $x := "text" }}{{ range 99 }}{{ $x = print $x $x }}{{ end }}').message).toContain(
      'at <print $x $x>: error calling print: result is larger than 64 MiB',
    );
    const wide = '{{ $x := printf "%1000000d" 1 }}{{ range 6 }}{{ $x = print $x $x }}{{ end }}';
    expect(failure(`${wide}{{ len (print ${'$x '.repeat(99)}) }}`).message).toContain('result is larger than 64 MiB');
  });

  it('stops after 10 000 nested calls', () => {
    const source = '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}';
    expect(failure(source).message).toBe(
      'template: t:1:28: executing "a" at <{{template "a"}}>: exceeded maximum template depth (10000)',
    );
    const counted = '{{ define "down" }}{{ if . }}{{ template "down" (sub . 1) }}{{ else }}bottom{{ end }}{{ end }}';
    expect(render(`${counted}{{ template "down" 9999 }}`)).toBe('bottom');
    expect(failure(`${counted}{{ template "down" 10000 }}`).message).toContain('exceeded maximum template depth');
  });

  it('stops when it repeats without end', () => {
    expect(failure('{{ range 9223372036854775807 }}{{ end }}').message).toContain('rounds of range and template');
  });
});

describe('a missing key', () => {
  it.each([
    ['{{ get "vars/job/api" "nope" }}', 'vars/job/api'],
    ['{{ getSecret "nope" }}', 'secrets/job/api'],
    ['{{ getJob "nope" }}', 'maand/job/api'],
    ['{{ getJob "db" "nope" }}', 'maand/job/db'],
    ['{{ getWorker "nope" }}', 'maand/worker/10.0.0.1'],
    ['{{ getJobWorker "nope" }}', 'maand/job/api/worker/10.0.0.1'],
    ['{{ if true }}{{ print (upper (get "vars/job/api" "nope")) }}{{ end }}', 'vars/job/api'],
  ])('of %s is named', (source, namespace) => {
    const empty = ['vars/job/api', 'secrets/job/api', 'maand/job/api', 'maand/job/db', 'maand/worker/10.0.0.1'];
    const kv = Object.fromEntries([...empty, 'maand/job/api/worker/10.0.0.1'].map((name) => [name, {}]));
    const error = failure(source, inputOf(kv));
    expect(error.kvMiss).toEqual({ namespace, key: 'nope' });
    expect(error.message).toContain('key not found or deleted');
  });

  it('is reported for no other failure', () => {
    expect(failure('{{ get "vars/job/other" "nope" }}').kvMiss).toBeUndefined();
    expect(failure('{{ index .Labels 9 }}').kvMiss).toBeUndefined();
    expect(failure('{{ nope }}').kvMiss).toBeUndefined();
  });
});
