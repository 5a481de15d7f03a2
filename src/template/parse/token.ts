/** Defines the tokens of a template's source. */
import { firstRunes } from '../go-text/bytes.ts';
import { quote } from '../go-text/quote.ts';

/** The kind of a token. Each keyword is a separate kind. */
export type TokenKind =
  | 'assign'
  | 'bool'
  | 'char'
  | 'char-constant'
  | 'complex'
  | 'declare'
  | 'end-of-file'
  | 'error'
  | 'field'
  | 'identifier'
  | 'left-delimiter'
  | 'left-paren'
  | 'number'
  | 'pipe'
  | 'raw-string'
  | 'right-delimiter'
  | 'right-paren'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | Keyword;

/** The keywords. `dot` is a single `.`; the other keywords are written in the source by their names. */
export type Keyword =
  | 'block'
  | 'break'
  | 'continue'
  | 'define'
  | 'dot'
  | 'else'
  | 'end'
  | 'if'
  | 'nil'
  | 'range'
  | 'template'
  | 'with';

/**
 * A token. `text` contains the bytes of the source, or the message of an `error`. `position` counts bytes from 0, and
 * `line` starts at 1.
 */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly position: number;
  readonly line: number;
}

const WORDS = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
] as const;

/** Maps the words that are keywords to their kind. All other words are identifiers. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(WORDS.map((word) => [word, word]));

const LONGEST_SHOWN_BYTES = 10;

/** Returns the text for a token in an error message. */
export function showToken({ kind, text }: Token): string {
  if (kind === 'end-of-file') return 'EOF';
  if (kind === 'error') return text;
  if (kind === 'dot' || KEYWORDS.has(kind)) return `<${text}>`;
  return text.length > LONGEST_SHOWN_BYTES ? `${quote(firstRunes(text, LONGEST_SHOWN_BYTES))}...` : quote(text);
}
