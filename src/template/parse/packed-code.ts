/**
 * Defines instructions that are packed as numbers in one array. Packed instructions run faster. Speed matters, because
 * a deploy renders every template for every worker.
 */
import type { ParameterType, TemplateFunction } from '../functions/function-signature.ts';
import type { Value } from '../go-text/value.ts';
import type { SourcePiece } from './instruction.ts';

/** The count of numbers in one instruction: one number for the kind, and three numbers for the operands. */
export const WIDTH = 4;

/**
 * The number of each kind of instruction. `call-one` and `call-two` call functions with exactly one or two arguments.
 */
export const OP = {
  text: 0,
  print: 1,
  constant: 2,
  dot: 3,
  variable: 4,
  field: 5,
  'call-one': 6,
  'call-two': 7,
  call: 8,
  'call-piped': 9,
  'field-call': 10,
  require: 11,
  at: 12,
  fail: 13,
  'keep-true': 14,
  'keep-false': 15,
  nip: 16,
  drop: 17,
  declare: 18,
  assign: 19,
  jump: 20,
  open: 21,
  close: 22,
  if: 23,
  with: 24,
  range: 25,
  next: 26,
  leave: 27,
  find: 28,
  enter: 29,
  return: 30,
} as const;
export type Kind = keyof typeof OP;
/** The most common kinds. The loop of the rendering handles them directly. */
export type UsualKind =
  | 'text'
  | 'print'
  | 'constant'
  | 'dot'
  | 'variable'
  | 'field'
  | 'call-one'
  | 'call-two'
  | 'call'
  | 'if'
  | 'jump'
  | 'next';

/**
 * Returns the items of a table for the kinds that are not in `UsualKind` as an array. The index of an item is the
 * number of its kind.
 */
export function byNumber<Item>(table: Readonly<Record<Exclude<Kind, UsualKind>, Item>>): readonly Item[] {
  const items: Item[] = [];
  for (const [kind, item] of Object.entries(table)) items[OP[kind as Kind]] = item;
  return items;
}

/** The value of an operand that is not used. */
export const NONE = -1;

/** The lists of a file. Operands of instructions are indexes into these lists. */
export interface Pools {
  readonly values: readonly Value[];
  /** The names of variables, fields and definitions, and the messages of `fail`. */
  readonly names: readonly string[];
  readonly pieces: readonly SourcePiece[];
  readonly functions: readonly TemplateFunction[];
  readonly types: readonly ParameterType[];
}

/** The packed instructions of one definition. */
export interface PackedCode {
  readonly code: Int32Array;
  /** The number of different variable names in the definition. */
  readonly slots: number;
}
