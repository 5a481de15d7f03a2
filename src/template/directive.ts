/** One `%…` of a format and how it pads. */
import { countRunes, firstRunes } from './bytes.ts';

/** Flags, width and precision, as `printf` reads them. */
export interface Directive {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%+v`: field names in structs. Replaces `plus`. */
  readonly plusV: boolean;
  /** `%#v`: Go syntax. Replaces `sharp`. */
  readonly sharpV: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** No flags, no width, no precision. */
export const PLAIN: Directive = {
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  plusV: false,
  sharpV: false,
  width: undefined,
  precision: undefined,
};

/** Pads to the width, counted in code points; zeros only ever go to the left. */
export function pad(text: string, { width, minus, zero }: Directive): string {
  if (!width) return text;
  const missing = width - countRunes(text);
  if (missing <= 0) return text;
  return minus ? text + ' '.repeat(missing) : (zero ? '0' : ' ').repeat(missing) + text;
}

/** Pads with spaces even where the directive says zeros. */
export const padWithSpaces = (text: string, directive: Directive): string => pad(text, { ...directive, zero: false });

/** Cuts to the precision, counted in code points. */
export const truncate = (text: string, { precision }: Directive): string =>
  precision === undefined ? text : firstRunes(text, precision);
