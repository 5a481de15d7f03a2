/**
 * Makes the validator of a published schema. This takes a large part of a short command's time, so the bundle holds validators
 * that were made when it was built, in place of this file.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { FORMATS } from './formats.ts';

export function compileSchema(_name: string, schema: object): ValidateFunction {
  // A test checks the schemas against their meta-schema, so a run need not.
  const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, validateSchema: false, meta: false });
  for (const [format, parse] of Object.entries(FORMATS)) {
    ajv.addFormat(format, { type: 'string', validate: (text: string) => parse(text).ok });
  }
  return ajv.compile(schema);
}
