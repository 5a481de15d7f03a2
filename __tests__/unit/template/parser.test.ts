import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../src/template/parse/parser.ts';
import { failure, render } from './render.ts';

const parseError = (source: string): string => {
  const { phase, message } = failure(source);
  expect(phase).toBe('parse');
  return message;
};

describe('the place of a parse error', () => {
  it.each([
    ['first\n{{', 't:2: unclosed action'],
    ['first\n{{define `x`}}second\n{{', 't:3: unclosed action'],
    ['first\n{{"x"\n"y"\n', 't:4: unclosed action started at t:2'],
    ['{{if true}}\n{{/* never closed', 't:2: unclosed comment in action started at t:1'],
    ['{{/*\ntwo\nlines\n*/}}\n{{ unknown }}', 't:5: function "unknown" not defined'],
    ['{{ $x := `\n\n` }}{{ $y }}', 't:3: undefined variable "$y"'],
    ['{{\n\nunknown\n}}', 't:3: function "unknown" not defined'],
    ['a\r\n{{ .A b }}', 't:2: function "b" not defined'],
  ])('%j', (source, expected) => {
    expect(parseError(source)).toBe(`template: ${expected}`);
  });

  it('names the file as it was given, and the line as a number', () => {
    const read = () => parseTemplate('jobs/api/ünï.conf.tpl', '\n{{ nope }}');
    expect(read).toThrow('template: jobs/api/ünï.conf.tpl:2: function "nope" not defined');
    expect(read).toThrow(expect.objectContaining({ templateName: 'jobs/api/ünï.conf.tpl', line: 2, column: 3 }));
  });
});

describe('the message of a parse error', () => {
  it.each([
    ['{{}}', 'missing value for command'],
    ['{{ ( ) }}', 'missing value for parenthesized pipeline'],
    ['{{ if }}x{{ end }}', 'missing value for if'],
    ['{{ range $k, }}{{ end }}', 'missing value for range'],
    ['{{ range $k, . }}{{ end }}', 'range can only initialize variables'],
    ['{{ with $a, $b := 1 }}{{ end }}', 'too many declarations in with'],
    ['{{ block "b" }}x{{ end }}', 'missing value for block clause'],
    ['{{ template .X }}', 'unexpected ".X" in template clause'],
    ['{{ template "a" "b" "c }}', 'unterminated quoted string'],
    ['{{ 12 | . }}', 'non executable command in pipeline stage 2'],
    ['{{ .A | upper | "x" }}', 'non executable command in pipeline stage 3'],
    ['{{ nil.A }}', 'unexpected . after term "nil"'],
    ['{{ "text".A }}', 'unexpected . after term "\\"text\\""'],
    ['{{ ..A }}', 'unexpected . after term "."'],
    ['{{ $x += 1 }}', 'undefined variable "$x"'],
    ['{{ a# }}', "bad character U+0023 '#'"],
    ['{{ .A☃ }}', "bad character U+2603 '☃'"],
    ['{{ \u0001 }}', 'unrecognized character in action: U+0001'],
    ['{{ $x := 1 }}{{ $x : 1 }}', 'expected :='],
    ["{{ 'ab' }}", "malformed character constant: 'ab'"],
    ["{{ '' }}", 'invalid syntax'],
    ['{{ "\\q" }}', 'invalid syntax'],
    ['{{ "\\ud800" }}', 'invalid syntax'],
    ['{{ 08 }}', 'integer overflow: "08"'],
    ['{{ 0x }}', 'illegal number syntax: "0x"'],
    ['{{ 0b12 }}', 'bad number syntax: "0b12"'],
    ['{{ 1__0 }}', 'illegal number syntax: "1__0"'],
    ['{{ printf 3`x` }}', 'unexpected "`x`" in operand'],
    ['{{ else }}', 'unexpected {{else}}'],
    ['{{ define "d" }}{{ else }}{{ end }}', 'unexpected {{else}} in define clause'],
    ['{{ block "d" . }}{{ else }}{{ end }}', 'unexpected {{else}} in block clause'],
    ['{{ if 1 }}{{ else with 1 }}{{ end }}', 'unexpected <with> in input'],
    ['{{ range .A }}{{ else if 1 }}{{ end }}', 'unexpected <if> in input'],
    ['{{ if 1 }}{{ else }}{{ else if 1 }}{{ end }}', 'expected end; found {{else}}'],
    ['{{ end 1 }}', 'unexpected "1" in end'],
    ['{{ break 20 }}', 'unexpected "20" in {{break}}'],
    ['{{ if 1 }}{{ define "d" }}{{ end }}{{ end }}', 'unexpected <define> in command'],
    ['{{ "a rather long text" 1 }} {{ 1 "a rather long text"1 }}', 'unexpected "1" in operand'],
  ])('%j', (source, expected) => {
    expect(parseError(source)).toBe(`template: t:1: ${expected}`);
  });
});

describe('definitions', () => {
  it.each([
    ['{{ define "x" }} {{ end }}{{ define "x" }}y{{ end }}{{ template "x" }}', 'y'],
    ['{{ define "x" }}y{{ end }}{{ define "x" }}\n{{/* note */}}{{ end }}{{ template "x" }}', 'y'],
    [' {{ define "t" }}own{{ end }}\n', 'own'],
    ['{{ block "b" 1 }}{{ . }}{{ end }}{{ template "b" 2 }}', '12'],
    ['{{ define "a" }}{{ block "b" . }}<{{ . }}>{{ end }}{{ end }}{{ template "a" 3 }}{{ template "b" 4 }}', '<3><4>'],
  ])('%j renders %j', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it('cannot use the variables of the place that defines or calls them', () => {
    expect(parseError('{{ $x := 1 }}{{ define "d" }}{{ $x }}{{ end }}')).toContain('undefined variable "$x"');
    expect(parseError('{{ $x := 1 }}{{ block "d" $x }}{{ $x }}{{ end }}')).toContain('undefined variable "$x"');
  });

  it('in a block cannot leave a loop around the block', () => {
    expect(parseError('{{ range .Labels }}{{ block "b" . }}{{ break }}{{ end }}{{ end }}')).toContain(
      'outside {{range}}',
    );
  });
});

describe('deep nesting in the source', () => {
  const inside = (depth: number, open: string, close: string): string => `${open.repeat(depth)}x${close.repeat(depth)}`;
  const called = (depth: number): string => `{{ ${'(add 1 '.repeat(depth)}0${')'.repeat(depth)} }}`;

  it('of 10 000 levels renders', () => {
    expect(render(inside(10_000, '{{ if true }}', '{{ end }}'))).toBe('x');
    expect(render(inside(10_000, '{{ with 1 }}', '{{ else }}y{{ end }}'))).toBe('x');
    expect(render(called(10_000))).toBe('10000');
  });

  it('beyond 10 000 levels is an error, however deep', () => {
    for (const depth of [10_001, 100_000]) {
      expect(parseError(inside(depth, '{{ if true }}', '{{ end }}'))).toBe('template: t:1: max block depth exceeded');
      expect(parseError(called(depth))).toBe('template: t:1: max expression depth exceeded');
    }
  });

  it('does not include a long else-if chain', () => {
    const chain = '{{ else if false }}b'.repeat(20_000);
    expect(render(`{{ if false }}a${chain}{{ else }}c{{ end }}`)).toBe('c');
  });

  it('is shown in an execution error', () => {
    const depth = 9_000;
    const source = `{{ ${'('.repeat(depth)}index .Labels 9${')'.repeat(depth)} }}`;
    expect(failure(source).message).toContain(`t:1:${depth + 3}: executing "t" at <index .Labels 9>`);
  });
});
