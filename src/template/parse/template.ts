/** Defines a parsed template: its definitions, each compiled to instructions. */
import type { Instruction, Label } from './instruction.ts';
import type { PackedCode, Pools } from './packed-code.ts';

/** A `define`, a `block`, or the file itself. */
export interface Definition extends PackedCode {
  readonly name: string;
  readonly instructions: readonly (Instruction | Label)[];
  /** Whether the definition contains only white space. If so, the name may be defined again. */
  readonly isBlank: boolean;
}

/** A parsed file, which can be rendered any number of times. */
export interface Template {
  /** The name that was given to `parseTemplate`, for error messages. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The bytes as a byte string (see bytes.ts). */
  readonly source: string;
  /** The definitions by name (a byte string). The file itself has an entry under its own name. */
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly pools: Pools;
}
