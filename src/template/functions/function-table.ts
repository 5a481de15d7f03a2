/** Lists every function that a template may call. */

import { displayText } from '../go-text/format-value.ts';
import { sprint, sprintf, sprintln } from '../go-text/printf.ts';
import { isTrue, typeName, type Value } from '../go-text/value.ts';
import { CallFailure } from './call-failure.ts';
import { COMPARISONS } from './compare.ts';
import { ESCAPERS } from './escape.ts';
import { type TemplateFunction, unary, variadic } from './function-signature.ts';
import { KV_FUNCTIONS } from './kv-functions.ts';
import { LIST_FUNCTIONS } from './list-functions.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';

const PRINTERS: readonly TemplateFunction[] = [
  variadic('print', [], sprint),
  variadic('println', [], sprintln),
  variadic('printf', ['string'], (values) => sprintf(values[0] as string, values.slice(1))),
];

/**
 * The implementation of `and` and `or`. This implementation is never called, because the compiler turns `and` and `or`
 * into jumps. The jumps skip the arguments after the argument that decides the result.
 */
const unreachable = (): Value => {
  throw new CallFailure('is evaluated argument by argument');
};
/** Go's short-circuit `and`. The compiler handles this function specially. */
export const AND = variadic('and', ['any'], unreachable);
/** Go's short-circuit `or`. The compiler handles this function specially. */
export const OR = variadic('or', ['any'], unreachable);

/**
 * Returns the function `call`. This function always fails, because no value of a template is a function. `callee` is
 * the source text of the first argument, for the error message.
 */
export const refuseCall = (callee?: string): TemplateFunction =>
  variadic('call', ['any'], ([value = null]) => {
    if (value === null) throw new CallFailure('call of nil');
    const piped = typeof value === 'string' ? displayText(value) : `<${typeName(value)} Value>`;
    throw new CallFailure(`non-function ${callee ?? piped} of type ${typeName(value)}`);
  });
/**
 * The function `call` in the function table. The compiler replaces it with `refuseCall(callee)` when it knows the first
 * argument.
 */
export const CALL = refuseCall();

const ALL: readonly TemplateFunction[] = [
  AND,
  OR,
  CALL,
  unary('not', 'any', (value) => !isTrue(value)),
  ...PRINTERS,
  ...COMPARISONS,
  ...LIST_FUNCTIONS,
  ...ESCAPERS,
  ...TEXT_FUNCTIONS,
  ...KV_FUNCTIONS,
];

/** All functions by name. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(ALL.map((fn) => [fn.name, fn]));
