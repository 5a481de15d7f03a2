/** Defines a row of the table of options: the name and kind of an option, and the commands that support it. */
import type { CommandName } from './request.ts';

/** Kinds of option values. An option of kind `lines` may be repeated; each value becomes a line of the text. */
export type OptionKind = 'text' | 'lines' | 'list' | 'flag' | 'secret';

export interface OptionSpec {
  /**
   * The name with dashes. The command line reads a secret from the variable `MAAND_<NAME>`, where underscores replace the
   * dashes.
   */
  readonly name: string;
  readonly kind: OptionKind;
  /** The short form on the command line. */
  readonly short?: string;
  /** Marks a flag that is not an input of the action. */
  readonly only?: 'cli';
  /** The name of the value in the help. */
  readonly value?: string;
  readonly summary: string;
  /** A description of the default value. */
  readonly fallback?: string;
  /** Commands that support the option. When missing, all commands support it. */
  readonly commands?: readonly CommandName[];
  /**
   * The text may contain secrets. The command line reads it from a flag or from a variable, and child processes do not
   * inherit the variable.
   */
  readonly sensitive?: true;
  /** The option is part of the interface, but this version does not have it. A value is refused. */
  readonly missing?: true;
}
