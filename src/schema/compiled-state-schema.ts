/**
 * Checks a state against its schema. Ajv compiles the schema at the first call. In the bundle, `rolldown.config.ts`
 * replaces this file with a precompiled check.
 */
import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import stateSchema from '../../schemas/state.schema.json' with { type: 'json' };

/** The options for ajv. The schema is not checked against its meta-schema here, because a test does this. */
export const STATE_CHECK: Options = { validateSchema: false, meta: false };

let compiled: Promise<ValidateFunction> | undefined;

/** Returns the first error, or an empty list when the value is valid. */
export async function validateState(value: unknown): Promise<readonly ErrorObject[]> {
  compiled ??= import('ajv').then(({ Ajv }) => new Ajv(STATE_CHECK).compile(stateSchema));
  const validate = await compiled;
  return validate(value) ? [] : (validate.errors ?? []);
}
