/**
 * Checks a state against schemas/state.schema.json. Compiling this schema takes as much CPU time as loading ajv. So the
 * bundle contains a precompiled check (see `rolldown.config.ts`), in a chunk that is loaded when the first state is
 * read.
 */
import type { ErrorObject } from 'ajv';

/**
 * Returns a message with the path of the first invalid value and the expected value. Returns undefined when the state
 * is valid.
 */
export async function checkState(value: unknown): Promise<string | undefined> {
  const { validateState } = await import('./compiled-state-schema.ts');
  const [error] = await validateState(value);
  return error && describe(error);
}

function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const { missingProperty, additionalProperty, type, pattern } = params as Readonly<Record<string, unknown>>;
  const path = pathOf(instancePath);
  switch (keyword) {
    case 'required':
      return `${below(path, String(missingProperty))} is missing`;
    case 'additionalProperties':
      return `${below(path, String(additionalProperty))} is not a field of this format`;
    case 'type':
      return `${path} must be ${TYPES[String(type)] ?? String(type)}`;
    case 'pattern':
      return `${path} must match ${String(pattern)}`;
    case 'minItems':
      return `${path} must not be empty`;
    default:
      return `${path} ${message ?? 'does not fit'}`;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  integer: 'an integer',
  boolean: 'true or false',
};

/** Converts a JSON pointer to text, e.g. `/kv/vars~1job~1api/0` to `kv["vars/job/api"][0]`. */
function pathOf(pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')).reduce(below, '');
}

function below(path: string, step: string): string {
  if (/^\d+$/.test(step)) return `${path}[${step}]`;
  if (!/^[A-Za-z_]\w*$/.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}
