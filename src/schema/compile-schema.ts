/**
 * Compiles a published schema to a validator. Compiling takes a large part of the time of a short command. So the
 * bundle contains precompiled validators instead of this file.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { FORMATS } from './formats.ts';

export function compileSchema(_name: string, schema: object): ValidateFunction {
  // The schemas are not checked against their meta-schema here, because a test does this.
  const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, validateSchema: false, meta: false });
  for (const [format, parse] of Object.entries(FORMATS)) {
    ajv.addFormat(format, { type: 'string', validate: (text: string) => parse(text).ok });
  }
  return ajv.compile(schema);
}
