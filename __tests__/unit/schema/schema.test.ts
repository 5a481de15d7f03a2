import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { HOOK_EVENTS } from '../../../src/events/hook-event.ts';
import { FORMATS } from '../../../src/schema/formats.ts';
import { type Schema, schemaOf } from '../../../src/schema/schema.ts';

const NAMES = ['manifest', 'workers', 'disabled'] as const;

function strictAjv(): Ajv {
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, validateSchema: true });
  for (const [name, parse] of Object.entries(FORMATS)) ajv.addFormat(name, (text: string) => parse(text).ok);
  return ajv;
}

describe.each(NAMES)('the published schema of %s', (name) => {
  it('is a valid schema without anything that ajv would ignore', () => {
    expect(strictAjv().validateSchema(schemaOf(name))).toBe(true);
    expect(() => strictAjv().compile(schemaOf(name))).not.toThrow();
  });

  it('accepts its own examples', () => {
    const { examples = [] } = schemaOf(name) as Schema & { readonly examples?: readonly unknown[] };
    const validate = strictAjv().compile(schemaOf(name));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      validate(example);
      expect(validate.errors).toBeNull();
    }
  });
});

it('lists the same events as the code', () => {
  expect(schemaOf('manifest').definitions?.hook?.properties?.executed_on?.items?.enum).toEqual(HOOK_EVENTS);
});
