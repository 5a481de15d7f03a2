/**
 * Defines the instructions of a compiled template: a flat list of small steps over a stack of values. Blocks are jumps
 * and calls are frames, so that deep nesting, in the source or at run time, never fills JavaScript's own stack.
 */
import type { ParameterType, TemplateFunction } from '../functions/function-signature.ts';
import type { Value } from '../go-text/value.ts';

/** A piece of the source that an error can point at. */
export interface SourcePiece {
  /** The number of bytes before it in the source. */
  readonly position: number;
  /** The text as Go writes it, with one space between operands. */
  readonly text: string;
}

/** The target of a jump; `address` is set when the instructions are packed. */
export interface Label {
  readonly op: 'label';
  address: number;
}

/** The variables that a `range` sets, and whether it assigns to existing ones instead of declaring them. */
export interface RangeVariables {
  readonly names: readonly string[];
  readonly assigns: boolean;
}

/** How a field is used. `call` means that arguments follow, which no field accepts. */
export type FieldUse = 'read' | 'call';

/**
 * One step. `text` stands for the bytes of the source from `start` to `end`, "top" is the youngest value on the stack,
 * and `at` is the piece that an error points at from here on.
 */
export type Instruction =
  | { readonly op: 'text'; readonly start: number; readonly end: number }
  /** Pops a value and writes it. */
  | { readonly op: 'print'; readonly at: SourcePiece }
  | { readonly op: 'constant'; readonly value: Value; readonly at: SourcePiece }
  | { readonly op: 'dot'; readonly at: SourcePiece }
  | { readonly op: 'variable'; readonly name: string; readonly at: SourcePiece }
  /** Replaces the top value by one of its fields. */
  | { readonly op: 'field'; readonly name: string; readonly use: FieldUse }
  /** Fails when the top value does not fit the parameter. */
  | { readonly op: 'require'; readonly type: ParameterType }
  /** Pops `count` arguments and the piped value below them, which is the last argument of the call. */
  | {
      readonly op: 'call';
      readonly fn: TemplateFunction;
      readonly count: number;
      readonly piped: boolean;
      readonly at: SourcePiece;
    }
  /** From here on, errors point at this piece. */
  | { readonly op: 'at'; readonly at: SourcePiece }
  | { readonly op: 'fail'; readonly message: string; readonly at: SourcePiece }
  /** If the top value is true, keeps it and continues at `to`; otherwise drops it. */
  | { readonly op: 'keep-true'; readonly to: Label }
  /** If the top value is false, keeps it and continues at `to`; otherwise drops it. */
  | { readonly op: 'keep-false'; readonly to: Label }
  /** Removes the value below the top one. */
  | { readonly op: 'nip' }
  | { readonly op: 'drop' }
  /** Declares a variable with the top value, which stays on the stack. */
  | { readonly op: 'declare'; readonly name: string }
  | { readonly op: 'assign'; readonly name: string }
  | { readonly op: 'jump'; readonly to: Label }
  /** Opens a block. `close` restores the variables and the dot of this moment. */
  | { readonly op: 'open' }
  | { readonly op: 'close' }
  | { readonly op: 'if'; readonly otherwise: Label }
  /** As `if`, but a true value also becomes the dot. */
  | { readonly op: 'with'; readonly otherwise: Label }
  /** Pops the value to iterate over; continues at `otherwise` when it has no elements. */
  | { readonly op: 'range'; readonly variables: RangeVariables; readonly otherwise: Label }
  /** Takes the next element; continues at `end` after the last one. */
  | { readonly op: 'next'; readonly variables: RangeVariables; readonly end: Label }
  /** Leaves `blocks` blocks at once, for `break` and `continue`. */
  | { readonly op: 'leave'; readonly blocks: number; readonly to: Label }
  /** Finds a definition before its argument is evaluated, as Go does. */
  | { readonly op: 'find'; readonly name: string; readonly at: SourcePiece }
  /** Pops the dot for a definition and runs the definition. */
  | { readonly op: 'enter'; readonly name: string };

/** Instructions and jump targets, nested as they were compiled; `layOut` flattens them. */
export type Code = readonly (Instruction | Label | Code)[];

/** Returns a jump target that has no address yet. */
export const newLabel = (): Label => ({ op: 'label', address: -1 });

/** Returns the instructions as a flat list, from any depth of nesting. */
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
