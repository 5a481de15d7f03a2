/** How a template function is described, so that its arguments are checked before it runs. */
import type { KvMiss } from './error.ts';
import type { RenderInput } from './input.ts';
import type { Int } from './integer.ts';
import type { List, Value } from './value.ts';

/** `any` takes every value; the others are named as Go names them. */
export type ParameterType = 'any' | 'string' | 'int' | '[]string';

interface ParameterValues {
  readonly any: Value;
  readonly string: string;
  readonly int: Int;
  readonly '[]string': List;
}

/** `run` gets arguments that were checked against `parameters`, then any number against `rest`; it throws `CallFailure`. */
export interface TemplateFunction {
  readonly name: string;
  readonly parameters: readonly ParameterType[];
  readonly rest: ParameterType | undefined;
  readonly run: (values: readonly Value[], input: RenderInput) => Value;
}

/** A function of one argument. */
export function unary<Type extends ParameterType>(
  name: string,
  type: Type,
  run: (value: ParameterValues[Type], input: RenderInput) => Value,
): TemplateFunction {
  const unpack = (values: readonly Value[], input: RenderInput): Value =>
    run(values[0] as ParameterValues[Type], input);
  return { name, parameters: [type], rest: undefined, run: unpack };
}

/** A function of two arguments of the same type. */
export function binary<Type extends ParameterType>(
  name: string,
  type: Type,
  run: (first: ParameterValues[Type], second: ParameterValues[Type], input: RenderInput) => Value,
): TemplateFunction {
  type Operand = ParameterValues[Type];
  const unpack = (values: readonly Value[], input: RenderInput): Value =>
    run(values[0] as Operand, values[1] as Operand, input);
  return { name, parameters: [type, type], rest: undefined, run: unpack };
}

/** A function of at least `parameters.length` arguments; the rest may hold any value. */
export function variadic(
  name: string,
  parameters: readonly ParameterType[],
  run: TemplateFunction['run'],
): TemplateFunction {
  return { name, parameters, rest: 'any', run };
}

/** A function's own failure; rendering ends with `error calling <name>: <message>`. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly kvMiss: KvMiss | undefined;

  constructor(message: string, kvMiss?: KvMiss) {
    super(message);
    this.kvMiss = kvMiss;
  }
}
