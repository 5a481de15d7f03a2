/**
 * Defines the instructions of a compiled template: a flat list of small steps that use a stack of values. Blocks are
 * compiled to jumps, and `template` calls use an array of frames. So deep nesting never overflows JavaScript's stack.
 */
import type { ParameterType, TemplateFunction } from '../functions/function-signature.ts';
import type { Value } from '../go-text/value.ts';

/** A piece of the source. Errors point at such a piece. */
export interface SourcePiece {
  /** The number of bytes before the piece in the source. */
  readonly position: number;
  /** The text of the piece as Go formats it, with one space between operands. */
  readonly text: string;
}

/** The target of a jump. `address` is set when the instructions are packed. */
export interface Label {
  readonly op: 'label';
  address: number;
}

/**
 * The variables that a `range` sets. If `assigns` is true, it assigns to existing variables instead of declaring new
 * ones.
 */
export interface RangeVariables {
  readonly names: readonly string[];
  readonly assigns: boolean;
}

/**
 * The way in which a field is used. `call` means that the field has arguments; this is an error, because no field
 * accepts arguments.
 */
export type FieldUse = 'read' | 'call';

/**
 * One instruction. `text` writes the bytes of the source from `start` to `end`. The "top" value is the value that was
 * pushed last. `at` is the piece of the source that errors of this and later instructions point at.
 */
export type Instruction =
  | { readonly op: 'text'; readonly start: number; readonly end: number }
  /** Pops a value and writes it. */
  | { readonly op: 'print'; readonly at: SourcePiece }
  | { readonly op: 'constant'; readonly value: Value; readonly at: SourcePiece }
  | { readonly op: 'dot'; readonly at: SourcePiece }
  | { readonly op: 'variable'; readonly name: string; readonly at: SourcePiece }
  /** Replaces the top value with one of its fields. */
  | { readonly op: 'field'; readonly name: string; readonly use: FieldUse }
  /** Fails when the top value is not valid for a parameter of this type. */
  | { readonly op: 'require'; readonly type: ParameterType }
  /**
   * Pops `count` arguments and calls the function. If `piped` is true, also pops the value below them, which becomes
   * the last argument.
   */
  | {
      readonly op: 'call';
      readonly fn: TemplateFunction;
      readonly count: number;
      readonly piped: boolean;
      readonly at: SourcePiece;
    }
  /** Errors of later instructions point at this piece. */
  | { readonly op: 'at'; readonly at: SourcePiece }
  | { readonly op: 'fail'; readonly message: string; readonly at: SourcePiece }
  /** If the top value is true, keeps it and continues at `to`; otherwise drops it. */
  | { readonly op: 'keep-true'; readonly to: Label }
  /** If the top value is false, keeps it and continues at `to`; otherwise drops it. */
  | { readonly op: 'keep-false'; readonly to: Label }
  /** Removes the value below the top value. */
  | { readonly op: 'nip' }
  | { readonly op: 'drop' }
  /** Declares a variable with the top value, which stays on the stack. */
  | { readonly op: 'declare'; readonly name: string }
  | { readonly op: 'assign'; readonly name: string }
  | { readonly op: 'jump'; readonly to: Label }
  /** Opens a block. `close` restores the variables and the dot that exist at this instruction. */
  | { readonly op: 'open' }
  | { readonly op: 'close' }
  | { readonly op: 'if'; readonly otherwise: Label }
  /** Does the same as the instruction `if`, but a true value also becomes the dot. */
  | { readonly op: 'with'; readonly otherwise: Label }
  /** Pops the value to iterate over; continues at `otherwise` when it has no elements. */
  | { readonly op: 'range'; readonly variables: RangeVariables; readonly otherwise: Label }
  /** Takes the next element. Continues at `end` when no element is left. */
  | { readonly op: 'next'; readonly variables: RangeVariables; readonly end: Label }
  /** Leaves `blocks` blocks at once, for `break` and `continue`. */
  | { readonly op: 'leave'; readonly blocks: number; readonly to: Label }
  /**
   * Fails when the definition does not exist. As in Go, this happens before the argument of the definition is
   * evaluated.
   */
  | { readonly op: 'find'; readonly name: string; readonly at: SourcePiece }
  /** Pops a value and runs the definition with this value as its dot. */
  | { readonly op: 'enter'; readonly name: string };

/** Instructions and jump targets in nested lists, as the compiler creates them. `layOut` flattens the lists. */
export type Code = readonly (Instruction | Label | Code)[];

/** Returns a jump target that has no address yet. */
export const newLabel = (): Label => ({ op: 'label', address: -1 });

/** Returns the instructions as a flat list. The lists may be nested to any depth. */
export function layOut(code: Code): readonly (Instruction | Label)[] {
  const flat: (Instruction | Label)[] = [];
  const pending: { readonly code: Code; at: number }[] = [{ code, at: 0 }];
  for (let open = pending.at(-1); open !== undefined; open = pending.at(-1)) {
    const item = open.code[open.at++];
    if (item === undefined) pending.pop();
    else if (isCode(item)) pending.push({ code: item, at: 0 });
    else flat.push(item);
  }
  return flat;
}

const isCode = (item: Instruction | Label | Code): item is Code => Array.isArray(item);
