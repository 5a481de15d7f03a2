/** The check of a state, compiled by ajv at its first use. In the bundle it is compiled already: `rolldown.config.ts` replaces this file. */
import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import stateSchema from '../../schemas/state.schema.json' with { type: 'json' };

/** The schema is checked against its meta-schema by a test, not in each run. */
export const STATE_CHECK: Options = { validateSchema: false, meta: false };

let compiled: Promise<ValidateFunction> | undefined;

/** Returns the first error; none when the value fits. */
export async function validateState(value: unknown): Promise<readonly ErrorObject[]> {
  compiled ??= import('ajv').then(({ Ajv }) => new Ajv(STATE_CHECK).compile(stateSchema));
  const validate = await compiled;
  return validate(value) ? [] : (validate.errors ?? []);
}
