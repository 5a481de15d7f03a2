/**
 * Tests how much work a rendering needs. The work is counted in steps and not timed. Each read of an instruction or of the
 * store is a step.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../../src/template/evaluator.ts';
import type { RenderInput } from '../../../src/template/input.ts';
import { parseTemplate, type Template } from '../../../src/template/parse/parser.ts';
import { DATA, kvOf } from './render.ts';

interface Work {
  readonly steps: number;
  readonly bytes: number;
}

/** Renders a template with its instructions behind a proxy that counts the reads. */
function workOf(source: string, values: Readonly<Record<string, string>>): Work {
  let steps = 0;
  const counted = (code: Int32Array): Int32Array =>
    new Proxy(code, {
      get(target, property) {
        steps++;
        return Reflect.get(target, property);
      },
    });
  const template = parseTemplate('t', source);
  const definitions = new Map(
    [...template.definitions].map(([name, one]) => [name, { ...one, code: counted(one.code) }]),
  );
  const kv = kvOf({ ns: values });
  const input: RenderInput = {
    data: DATA,
    kv: {
      get(namespace, key) {
        steps++;
        return kv.get(namespace, key);
      },
      keys: (namespace) => kv.keys(namespace),
    },
  };
  const watched: Template = { ...template, definitions };
  const bytes = renderTemplate(watched, input).length;
  return { steps, bytes };
}

const listOf = (count: number): string => Array(count).fill('10.0.0.1').join(',');
const keysOf = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`key${at.toString().padStart(5, '0')}`, 'v']));

/** Generates bodies of a loop. Each body prints at least one byte in each round. */
const BODY = fc.letrec<{ body: string }>((tie) => ({
  body: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      '{{ . }};',
      '{{ $x }} ',
      '{{ $n = add $n 1 }}{{ $n }},',
      '{{ $own := print . "x" }}{{ $own }}',
      '{{ get "ns" "list" | len }}',
      '{{ template "line" . }}',
      '{{ printf "%-20s|%02d" . $i }}',
    ),
    fc.tuple(tie('body'), tie('body')).map(([one, other]) => one + other),
    tie('body').map((body) => `{{ if eq . "10.0.0.1" }}${body}{{ else }}-{{ end }}`),
    tie('body').map((body) => `{{ with $x }}${body}{{ end }}`),
    tie('body').map((body) => `{{ range $i, $x := split "a b" " " }}${body}{{ end }}`),
  ),
})).body;

const around = (body: string): string =>
  `{{ define "line" }}<{{ . }}>{{ end }}{{ $n := 0 }}{{ range $i, $x := split (get "ns" "list") "," }}${body}{{ end }}`;

describe('work', () => {
  it('grows with the length of a list by the same amount for every element', () => {
    fc.assert(
      fc.property(BODY, (body) => {
        const [small, middle, large] = [20, 40, 60].map((count) => workOf(around(body), { list: listOf(count) }).steps);
        expect((large ?? 0) - (middle ?? 0)).toBe((middle ?? 0) - (small ?? 0));
      }),
    );
  });

  it.each([
    ['keys of a namespace', '{{ range keys "ns" }}{{ . }}={{ get "ns" . }}\n{{ end }}'],
    ['a loop in a loop', '{{ range $a := keys "ns" }}{{ range $b := keys "ns" }}{{ $a }}{{ $b }}{{ end }}{{ end }}'],
    ['a text that grows', '{{ $all := "" }}{{ range keys "ns" }}{{ $all = print $all . }}{{ end }}{{ $all }}'],
    ['an else that is never taken', '{{ range keys "ns" }}{{ . }}{{ else }}none{{ end }}'],
    ['an early end', '{{ range $i, $k := keys "ns" }}{{ if eq $i 9 }}{{ break }}{{ end }}{{ $k }}{{ end }}'],
  ])('per byte of output does not grow: %s', (_, source) => {
    const [small, large] = [50, 500].map((count) => workOf(source, keysOf(count)));
    expect(small?.bytes).toBeGreaterThan(0);
    expect((large?.steps ?? 0) / (large?.bytes ?? 1)).toBeLessThanOrEqual((small?.steps ?? 0) / (small?.bytes ?? 1));
  });
});
