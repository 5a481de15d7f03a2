/**
 * Compares renderings with the results of Go (fixtures/go-template.json). Outputs must be equal byte for byte. Errors must
 * have the same phase and line.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../src/template/error.ts';
import { renderTemplate } from '../../../src/template/evaluator.ts';
import type { TemplateData } from '../../../src/template/input.ts';
import { parseTemplate } from '../../../src/template/parse/parser.ts';
import { type KvValues, kvOf } from './render.ts';

interface Vector {
  readonly name: string;
  readonly template: string;
  readonly data: TemplateData & { readonly Job: string };
  readonly kv: KvValues;
  readonly output?: string;
  readonly phase?: 'parse' | 'exec';
  readonly error?: string;
}

const FIXTURE = new URL('../../fixtures/go-template.json', import.meta.url);
const VECTORS: readonly Vector[] = JSON.parse(readFileSync(FIXTURE, 'utf8'));
const LEAST_SHARE_WORD_FOR_WORD = 0.95;

const renderVector = ({ template, data, kv }: Vector): string =>
  renderTemplate(parseTemplate('template', template), { data, kv: kvOf(kv, data.Job) });

function errorOf(vector: Vector): TemplateError {
  try {
    renderVector(vector);
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown;
    throw thrown;
  }
  throw new Error(`${vector.name} rendered without an error`);
}

const lineOf = (message: string): number => Number(/^template: template:(\d+):/.exec(message)?.[1]);

describe('the results of Go', () => {
  const outputs = VECTORS.filter(({ output }) => output !== undefined);
  const errors = VECTORS.filter(({ error }) => error !== undefined);

  it('are a complete set of vectors', () => {
    expect(VECTORS).toHaveLength(232);
    expect(outputs.length + errors.length).toBe(VECTORS.length);
  });

  it.each(outputs)('$name renders', (vector) => {
    expect(renderVector(vector)).toBe(vector.output);
  });

  it.each(errors)('$name fails', (vector) => {
    const { phase, line } = errorOf(vector);
    expect({ phase, line }).toEqual({ phase: vector.phase, line: lineOf(vector.error ?? '') });
  });

  it('are worded in the same way', () => {
    const different = errors.filter((vector) => errorOf(vector).message !== vector.error);
    const share = 1 - different.length / errors.length;
    console.log(`error texts word for word: ${(share * 100).toFixed(1)} % of ${errors.length}`);
    expect(share, different.map(({ name }) => name).join(', ')).toBeGreaterThanOrEqual(LEAST_SHARE_WORD_FOR_WORD);
  });
});
