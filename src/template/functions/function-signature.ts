/** How a template function is described, so that its arguments are checked before it runs. */
import type { Int } from '../go-text/integer.ts';
import type { List, Value } from '../go-text/value.ts';
import type { KvReading } from './kv-reading.ts';

/** `any` takes every value; the others are named as Go names them. */
export type ParameterType = 'any' | 'string' | 'int' | '[]string';

interface ParameterValues {
  readonly any: Value;
  readonly string: string;
  readonly int: Int;
  readonly '[]string': List;
}

/** `run` gets arguments that were checked against `parameters`, then any number against `rest`; it throws `CallFailure`. */
export type TemplateFunction = UnaryFunction | BinaryFunction | VariadicFunction;

interface Signature {
  readonly name: string;
  readonly parameters: readonly ParameterType[];
  readonly rest: ParameterType | undefined;
}

/** A function of one argument. */
export interface UnaryFunction extends Signature {
  readonly arity: 'one';
  readonly parameters: readonly [ParameterType];
  readonly run: (value: Value, kv: KvReading) => Value;
}

/** A function of two arguments. */
export interface BinaryFunction extends Signature {
  readonly arity: 'two';
  readonly run: (first: Value, second: Value, kv: KvReading) => Value;
}

/** A function of any number of arguments. */
export interface VariadicFunction extends Signature {
  readonly arity: 'any';
  readonly run: (values: readonly Value[], kv: KvReading) => Value;
}

/** A function of one argument. */
export function unary<Type extends ParameterType>(
  name: string,
  type: Type,
  run: (value: ParameterValues[Type], kv: KvReading) => Value,
): UnaryFunction {
  return { arity: 'one', name, parameters: [type], rest: undefined, run: run as UnaryFunction['run'] };
}

/** A function of two arguments of the same type. */
export function binary<Type extends ParameterType>(
  name: string,
  type: Type,
  run: (first: ParameterValues[Type], second: ParameterValues[Type], kv: KvReading) => Value,
): BinaryFunction {
  return { arity: 'two', name, parameters: [type, type], rest: undefined, run: run as BinaryFunction['run'] };
}

/** A function of at least `parameters.length` arguments; the rest may hold any value. */
export function variadic(
  name: string,
  parameters: readonly ParameterType[],
  run: VariadicFunction['run'],
): VariadicFunction {
  return { arity: 'any', name, parameters, rest: 'any', run };
}
