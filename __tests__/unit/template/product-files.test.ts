/** Tests configuration files for well-known products. The expected output was written by hand, not by the program. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { renderTemplateBytes } from '../../../src/template/evaluator.ts';
import type { TemplateData } from '../../../src/template/input.ts';
import { parseTemplate } from '../../../src/template/parse/parser.ts';
import { type KvValues, kvOf } from './render.ts';

const FOLDER = new URL('../../fixtures/templates/', import.meta.url);

interface Values {
  readonly data: TemplateData & { readonly Job: string };
  readonly kv: KvValues;
}

const products = readdirSync(FOLDER).sort();
const templates = products.flatMap((product) =>
  readdirSync(new URL(`${product}/`, FOLDER))
    .filter((name) => name.endsWith('.tpl'))
    .map((name) => [product, name] as const),
);

describe('a configuration file', () => {
  it('exists for each product', () => {
    expect(products).toEqual(['cassandra', 'clickhouse', 'postgres', 'prometheus', 'vault']);
    expect(templates).toHaveLength(7);
  });

  it.each(templates)('of %s renders byte for byte: %s', (product, name) => {
    const folder = new URL(`${product}/`, FOLDER);
    const { data, kv }: Values = JSON.parse(readFileSync(new URL('values.json', folder), 'utf8'));
    const template = parseTemplate(name, readFileSync(new URL(name, folder)));
    const rendered = renderTemplateBytes(template, { data, kv: kvOf(kv, data.Job) });
    const expected = readFileSync(fileURLToPath(new URL(name.replace(/\.tpl$/, ''), folder)));
    expect(rendered.toString()).toBe(expected.toString());
    expect(rendered.equals(expected)).toBe(true);
  });
});
