/** Defines a directive (`%…`) of a format. Pads and cuts texts to the width and precision of a directive. */
import { countRunes, firstRunes } from './bytes.ts';

/** The flags, width and precision of a directive, as `printf` reads them. */
export interface Directive {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** Set instead of `plus` for `%+v`: the names of struct fields are shown. */
  readonly plusV: boolean;
  /** Set instead of `sharp` for `%#v`: the value is written in Go syntax. */
  readonly sharpV: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** A directive without flags, width and precision. */
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

/** Pads the text to the width, counted in code points. Zeros are added only on the left. */
export const pad = (text: string, directive: Directive): string =>
  padLeftWith(directive.zero ? '0' : ' ', text, directive);

/** Pads to the width with spaces, even if the directive has the flag for zeros. */
export const padWithSpaces = (text: string, directive: Directive): string => padLeftWith(' ', text, directive);

function padLeftWith(filler: '0' | ' ', text: string, { width, minus }: Directive): string {
  if (!width) return text;
  const missing = width - countRunes(text);
  if (missing <= 0) return text;
  return minus ? text + ' '.repeat(missing) : filler.repeat(missing) + text;
}

/** Cuts the text to the precision, counted in code points. */
export const truncate = (text: string, { precision }: Directive): string =>
  precision === undefined ? text : firstRunes(text, precision);
