/** The shape of a parsed template: its definitions, each compiled to instructions. */
import type { Instruction, Label } from './instruction.ts';
import type { PackedCode, Pools } from './packed-code.ts';

/** One `define`, `block` or the file itself. */
export interface Definition extends PackedCode {
  readonly name: string;
  readonly instructions: readonly (Instruction | Label)[];
  /** Nothing but white space: may be defined again. */
  readonly isBlank: boolean;
}

/** A parsed file, to be rendered any number of times. */
export interface Template {
  /** As given to `parseTemplate`, for error messages. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The same as a text (see bytes.ts). */
  readonly source: string;
  /** By name, in bytes; the file itself is under its own name. */
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly pools: Pools;
}
