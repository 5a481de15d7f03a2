/** Defines the tokens of a template's source. */
import { firstRunes } from '../go-text/bytes.ts';
import { quote } from '../go-text/quote.ts';

/** The kind of a token; each keyword is a kind of its own. */
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

/** The keywords. `dot` stands for a `.` alone; the others are written as they are. */
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

/** `text` holds the bytes as written, or the message of an `error`; `position` counts bytes, and `line` starts at 1. */
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

/** Words that are keywords, not identifiers. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(WORDS.map((word) => [word, word]));

const LONGEST_SHOWN_BYTES = 10;

/** Returns a token as an error message shows it. */
export function showToken({ kind, text }: Token): string {
  if (kind === 'end-of-file') return 'EOF';
  if (kind === 'error') return text;
  if (kind === 'dot' || KEYWORDS.has(kind)) return `<${text}>`;
  return text.length > LONGEST_SHOWN_BYTES ? `${quote(firstRunes(text, LONGEST_SHOWN_BYTES))}...` : quote(text);
}
