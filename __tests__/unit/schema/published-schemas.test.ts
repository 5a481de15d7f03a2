/** Tests the schemas that editors receive, and the page that is generated from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { type Schemas, withFieldTables } from '../../../scripts/field-tables.ts';
import { FORMATS } from '../../../src/schema/formats.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

const NAMES = ['manifest', 'workers', 'disabled'] as const;
/**
 * The schema of the state is published, too. Users do not write a state by hand, so no editor needs this schema and no page
 * has its table.
 */
const PUBLISHED = [...NAMES, 'state'] as const;
const schemas = Object.fromEntries(NAMES.map((name) => [name, read(`schemas/${name}.schema.json`)]));

interface Part {
  readonly [keyword: string]: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

/** Returns every part of a schema that describes a value, by its JSON pointer. */
function partsOf(schema: Part, pointer = '#'): [string, Part][] {
  const children: [string, Part][] = ['properties', 'definitions'].flatMap((group) =>
    Object.entries((schema[group] ?? {}) as Record<string, Part>).map(([name, part]): [string, Part] => [
      `${group}/${name}`,
      part,
    ]),
  );
  for (const keyword of ['items', 'additionalProperties']) {
    const part = schema[keyword];
    if (typeof part === 'object') children.push([keyword, part as Part]);
  }
  const below = children.flatMap(([name, part]) => partsOf(part, `${pointer}/${name}`));
  return '$ref' in schema ? below : [[pointer, schema], ...below];
}

function openAjv(): Ajv {
  const ajv = new Ajv({ allowUnionTypes: true });
  for (const [format, parse] of Object.entries(FORMATS)) {
    ajv.addFormat(format, { type: 'string', validate: (text: string) => parse(text).ok });
  }
  return ajv;
}

describe.each(PUBLISHED)('%s.schema.json', (name) => {
  const schema = read(`schemas/${name}.schema.json`) as Part & { readonly $id: string };
  const ajv = openAjv();
  ajv.addSchema(schema);

  it('has an address, and a description and examples for every field', () => {
    expect(schema.$id).toBe(`https://raw.githubusercontent.com/org/maand-action/main/schemas/${name}.schema.json`);
    const bare = partsOf(schema).filter(
      ([, part]) => !part.description || !part.examples || part.examples.length === 0,
    );
    expect(bare.map(([pointer]) => pointer)).toEqual([]);
  });

  it('has examples and defaults that it accepts itself', () => {
    const wrong = partsOf(schema).flatMap(([pointer, { examples = [], default: fallback }]) => {
      const validate = ajv.compile({ $ref: `${schema.$id}${pointer}` });
      return [...examples, ...(fallback === undefined ? [] : [fallback])].flatMap((value) =>
        validate(value) ? [] : [`${pointer} ${JSON.stringify(value)}`],
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe('the valid buckets of the tests', () => {
  const workspace = '__tests__/fixtures/buckets/good/workspace';
  const files = readdirSync(join(ROOT, workspace), { recursive: true, encoding: 'utf8' });
  const documents = files.flatMap((path) => {
    const name = NAMES.find((one) => path.endsWith(`${one}.json`));
    return name === undefined ? [] : [[path, name] as const];
  });

  it('hold documents of every kind', () => {
    expect(new Set(documents.map(([, name]) => name))).toEqual(new Set(NAMES));
  });

  it.each(documents)('%s is accepted by the schema as published', (path, name) => {
    const validate = openAjv().compile(schemas[name] as Part);
    const text = readFileSync(join(ROOT, workspace, path), 'utf8');
    // maand treats a null field as missing, but editors report it
    validate(JSON.parse(text, (_key, value) => value ?? undefined));
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe('docs/manifest.md', () => {
  const page = readFileSync(join(ROOT, 'docs/manifest.md'), 'utf8');

  it('has the tables of the schemas as they are: if not, npm run docs writes them', () => {
    expect(withFieldTables(page, schemas as Schemas)).toBe(page);
  });

  it('differs when the description of a field changes', () => {
    const changed = structuredClone(schemas) as Record<string, { properties: Record<string, Part> }>;
    Object.assign(changed.manifest?.properties.version ?? {}, { description: 'Something else.' });
    expect(withFieldTables(page, changed as unknown as Schemas)).toContain('| Something else.');
  });

  it('has a place for every table', () => {
    expect(() => withFieldTables('# empty', schemas as Schemas)).toThrow('no place for the fields of workers.json');
  });
});
