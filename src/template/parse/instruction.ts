/**
 * What a parsed template is turned into: a flat list of small steps over a stack of values. Blocks are jumps and calls are frames,
 * so that no depth of nesting in a template, written or at run time, ever rests on JavaScript's own stack.
 */
import type { ParameterType, TemplateFunction } from '../functions/function-signature.ts';
import type { Value } from '../go-text/value.ts';

/** A piece of the source that an error can point at. */
export interface SourcePiece {
  /** Bytes before it in the source. */
  readonly position: number;
  /** How Go writes it: one space between operands. */
  readonly text: string;
}

/** A jump's goal; `address` is set when the instructions are packed. */
export interface Label {
  readonly op: 'label';
  address: number;
}

/** How many variables a `range` fills, and whether it declares them or assigns to older ones. */
export interface RangeVariables {
  readonly names: readonly string[];
  readonly assigns: boolean;
}

/** `call`: arguments follow, which no field takes. */
export type FieldUse = 'read' | 'call';

/** One step; `text` is that of the source between these bytes, "top" is the youngest value on the stack, `at` what an error from here on points at. */
export type Instruction =
  | { readonly op: 'text'; readonly start: number; readonly end: number }
  /** Pops a value and writes it. */
  | { readonly op: 'print'; readonly at: SourcePiece }
  | { readonly op: 'constant'; readonly value: Value; readonly at: SourcePiece }
  | { readonly op: 'dot'; readonly at: SourcePiece }
  | { readonly op: 'variable'; readonly name: string; readonly at: SourcePiece }
  /** Replaces the top value by a field of it. */
  | { readonly op: 'field'; readonly name: string; readonly use: FieldUse }
  /** The top value must fit the parameter. */
  | { readonly op: 'require'; readonly type: ParameterType }
  /** Pops `count` arguments, and below them the piped one, which comes last in the call. */
  | {
      readonly op: 'call';
      readonly fn: TemplateFunction;
      readonly count: number;
      readonly piped: boolean;
      readonly at: SourcePiece;
    }
  /** Errors from here on point at this piece. */
  | { readonly op: 'at'; readonly at: SourcePiece }
  | { readonly op: 'fail'; readonly message: string; readonly at: SourcePiece }
  /** With a true top value: goes on at `to` and keeps it; with a false one: drops it. */
  | { readonly op: 'keep-true'; readonly to: Label }
  /** The same for a false value. */
  | { readonly op: 'keep-false'; readonly to: Label }
  /** Removes the value below the top one. */
  | { readonly op: 'nip' }
  | { readonly op: 'drop' }
  /** New variable holding the top value, which stays. */
  | { readonly op: 'declare'; readonly name: string }
  | { readonly op: 'assign'; readonly name: string }
  | { readonly op: 'jump'; readonly to: Label }
  /** Opens a block: `close` restores the variables and the dot of this moment. */
  | { readonly op: 'open' }
  | { readonly op: 'close' }
  | { readonly op: 'if'; readonly otherwise: Label }
  /** Like `if`, and the value becomes the dot. */
  | { readonly op: 'with'; readonly otherwise: Label }
  /** Pops what to go over; nothing in it: `otherwise`. */
  | { readonly op: 'range'; readonly variables: RangeVariables; readonly otherwise: Label }
  /** The next element, or `end`. */
  | { readonly op: 'next'; readonly variables: RangeVariables; readonly end: Label }
  /** `break` and `continue`: leaves `blocks` blocks at once. */
  | { readonly op: 'leave'; readonly blocks: number; readonly to: Label }
  /** Looks a definition up before its argument is evaluated, as Go does. */
  | { readonly op: 'find'; readonly name: string; readonly at: SourcePiece }
  /** Pops the dot of a definition and runs it. */
  | { readonly op: 'enter'; readonly name: string };

/** Instructions and goals of jumps, nested as they were made; `layOut` flattens them. */
export type Code = readonly (Instruction | Label | Code)[];

/** A goal that has no address yet. */
export const newLabel = (): Label => ({ op: 'label', address: -1 });

/** One after the other, from any depth of nesting. */
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
