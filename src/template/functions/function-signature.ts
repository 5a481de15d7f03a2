/**
 * Defines the description of a template function. The description contains the parameter types, so that arguments are
 * checked before a call.
 */
import type { Int } from '../go-text/integer.ts';
import type { List, Value } from '../go-text/value.ts';
import type { KvReading } from './kv-reading.ts';

/** The type of a parameter. `any` accepts every value; the other names are Go's type names. */
export type ParameterType = 'any' | 'string' | 'int' | '[]string';

interface ParameterValues {
  readonly any: Value;
  readonly string: string;
  readonly int: Int;
  readonly '[]string': List;
}

/**
 * A template function. Arguments are checked before `run` is called: the first arguments against `parameters`, and all
 * further arguments against `rest`. `run` throws a `CallFailure` when the function fails.
 */
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

/** Describes a function of one argument. */
export function unary<Type extends ParameterType>(
  name: string,
  type: Type,
  run: (value: ParameterValues[Type], kv: KvReading) => Value,
): UnaryFunction {
  return { arity: 'one', name, parameters: [type], rest: undefined, run: run as UnaryFunction['run'] };
}

/** Describes a function of two arguments of the same type. */
export function binary<Type extends ParameterType>(
  name: string,
  type: Type,
  run: (first: ParameterValues[Type], second: ParameterValues[Type], kv: KvReading) => Value,
): BinaryFunction {
  return { arity: 'two', name, parameters: [type, type], rest: undefined, run: run as BinaryFunction['run'] };
}

/** Describes a function of at least `parameters.length` arguments. Further arguments may have any type. */
export function variadic(
  name: string,
  parameters: readonly ParameterType[],
  run: VariadicFunction['run'],
): VariadicFunction {
  return { arity: 'any', name, parameters, rest: 'any', run };
}
