/** Splits the bytes of a source into tokens. The last token is either `end-of-file` or an `error`. */
import { encodeRune, runeAt } from '../go-text/bytes.ts';
import { quote } from '../go-text/quote.ts';
import { isAlphaNumeric, isPrintable } from '../go-text/unicode.ts';
import { KEYWORDS, type Token, type TokenKind } from './token.ts';

/** Splits a template into tokens. After a mistake, the list ends with an `error` token, whose text is Go's message. */
export function lex(source: string): readonly Token[] {
  return new Lexer(source).run();
}

const LEFT_DELIMITER = '{{';
const RIGHT_DELIMITER = '}}';
const SPACES = ' \t\r\n';
const TRIM_MARKER_BYTES = 2;

const isSpace = (char: string | undefined): boolean => char !== undefined && char !== '' && SPACES.includes(char);

const QUOTES = {
  '"': { kind: 'string', problem: 'unterminated quoted string' },
  "'": { kind: 'char-constant', problem: 'unterminated character constant' },
} as const;

/**
 * Reads a source in one pass. `#start` is the offset at which the current token begins, and `#at` is the offset of the
 * next byte.
 */
class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #start = 0;
  #at = 0;
  #line = 1;
  #countedTo = 0;
  #parenDepth = 0;
  #isInside = false;

  constructor(source: string) {
    this.#source = source;
  }

  run(): readonly Token[] {
    for (;;) {
      if (this.#isInside) this.#inside();
      else this.#outside();
      const last = this.#tokens.at(-1)?.kind;
      if (last === 'end-of-file' || last === 'error') return this.#tokens;
    }
  }

  #emit(kind: TokenKind, text = this.#source.slice(this.#start, this.#at)): void {
    this.#tokens.push({ kind, text, position: this.#start, line: this.#lineAtStart() });
    this.#start = this.#at;
  }

  #fail(sentence: string): void {
    this.#emit('error', sentence);
  }

  /** Returns the line of the current token. Each line break is counted only once for all tokens. */
  #lineAtStart(): number {
    let found = this.#source.indexOf('\n', this.#countedTo);
    while (found >= 0 && found < this.#start) {
      this.#line++;
      this.#countedTo = found + 1;
      found = this.#source.indexOf('\n', this.#countedTo);
    }
    if (found < 0) this.#countedTo = this.#source.length;
    return this.#line;
  }

  #startsWith(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  /** Skips to `at` and starts the next token at this offset. */
  #skipTo(at: number): void {
    this.#at = at;
    this.#start = at;
  }

  #outside(): void {
    const open = this.#source.indexOf(LEFT_DELIMITER, this.#at);
    const end = open < 0 ? this.#source.length : open;
    const isTrimmed = open >= 0 && this.#hasLeftMarker(open + LEFT_DELIMITER.length);
    this.#at = isTrimmed ? this.#trimmedEnd(end) : end;
    if (this.#at > this.#start) this.#emit('text');
    this.#skipTo(end);
    if (open < 0) this.#emit('end-of-file', '');
    else this.#leftDelimiter();
  }

  #hasLeftMarker(at: number): boolean {
    return this.#source[at] === '-' && isSpace(this.#source[at + 1]);
  }

  #hasRightMarker(at: number): boolean {
    return (
      isSpace(this.#source[at]) &&
      this.#source[at + 1] === '-' &&
      this.#source.startsWith(RIGHT_DELIMITER, at + TRIM_MARKER_BYTES)
    );
  }

  #trimmedEnd(end: number): number {
    let trimmed = end;
    while (trimmed > this.#start && isSpace(this.#source[trimmed - 1])) trimmed--;
    return trimmed;
  }

  #skipSpaces(): void {
    while (isSpace(this.#source[this.#at])) this.#at++;
    this.#start = this.#at;
  }

  #leftDelimiter(): void {
    const behind = this.#at + LEFT_DELIMITER.length;
    const inner = behind + (this.#hasLeftMarker(behind) ? TRIM_MARKER_BYTES : 0);
    if (this.#source.startsWith('/*', inner)) {
      this.#skipTo(inner);
      this.#comment();
      return;
    }
    this.#at = behind;
    this.#emit('left-delimiter');
    this.#skipTo(inner);
    this.#isInside = true;
    this.#parenDepth = 0;
  }

  #comment(): void {
    const close = this.#source.indexOf('*/', this.#at + 2);
    if (close < 0) {
      this.#fail('unclosed comment');
      return;
    }
    const behind = close + 2;
    const isTrimmed = this.#hasRightMarker(behind);
    if (!isTrimmed && !this.#source.startsWith(RIGHT_DELIMITER, behind)) {
      this.#fail('comment ends before closing delimiter');
      return;
    }
    this.#skipTo(behind + (isTrimmed ? TRIM_MARKER_BYTES : 0) + RIGHT_DELIMITER.length);
    if (isTrimmed) this.#skipSpaces();
  }

  #rightDelimiter(): void {
    const isTrimmed = this.#hasRightMarker(this.#at);
    if (isTrimmed) this.#skipTo(this.#at + TRIM_MARKER_BYTES);
    this.#at += RIGHT_DELIMITER.length;
    this.#emit('right-delimiter');
    if (isTrimmed) this.#skipSpaces();
    this.#isInside = false;
  }

  #inside(): void {
    if (this.#hasRightMarker(this.#at) || this.#startsWith(RIGHT_DELIMITER)) {
      if (this.#parenDepth === 0) this.#rightDelimiter();
      else this.#fail('unclosed left paren');
      return;
    }
    const char = this.#source[this.#at];
    if (char === undefined) this.#fail('unclosed action');
    else if (isSpace(char)) this.#space();
    else if (/[0-9+-]/.test(char) || (char === '.' && /^[0-9]?$/.test(this.#source[this.#at + 1] ?? '')))
      this.#number();
    else this.#mark(char);
  }

  #space(): void {
    while (isSpace(this.#source[this.#at]) && !this.#hasRightMarker(this.#at)) this.#at++;
    this.#emit('space');
  }

  #mark(char: string): void {
    switch (char) {
      case '=':
        this.#single('assign');
        break;
      case '|':
        this.#single('pipe');
        break;
      case ':':
        this.#declare();
        break;
      case '"':
      case "'":
        this.#quoted(char);
        break;
      case '`':
        this.#rawString();
        break;
      case '$':
      case '.':
        this.#fieldOrVariable(char);
        break;
      case '(':
        this.#parenDepth++;
        this.#single('left-paren');
        break;
      case ')':
        this.#rightParen();
        break;
      default:
        this.#other();
        break;
    }
  }

  #single(kind: TokenKind): void {
    this.#at++;
    this.#emit(kind);
  }

  #declare(): void {
    this.#at += 2;
    if (this.#source[this.#at - 1] === '=') this.#emit('declare');
    else this.#fail('expected :=');
  }

  #rightParen(): void {
    this.#parenDepth--;
    if (this.#parenDepth < 0) this.#fail('unexpected right paren');
    else this.#single('right-paren');
  }

  #quoted(mark: '"' | "'"): void {
    const { kind, problem } = QUOTES[mark];
    for (this.#at++; this.#source[this.#at] !== mark; this.#at++) {
      if (this.#source[this.#at] === '\\') this.#at++;
      const char = this.#source[this.#at];
      if (char === undefined || char === '\n') {
        this.#fail(problem);
        return;
      }
    }
    this.#single(kind);
  }

  #rawString(): void {
    const close = this.#source.indexOf('`', this.#at + 1);
    this.#at = Math.max(close, this.#at);
    if (close < 0) this.#fail('unterminated raw quoted string');
    else this.#single('raw-string');
  }

  #fieldOrVariable(mark: '$' | '.'): void {
    this.#at++;
    const isBare = this.#isAtEndOfWord();
    this.#alphaNumerics();
    if (!this.#isAtEndOfWord()) this.#badCharacter();
    else if (mark === '$') this.#emit('variable');
    else this.#emit(isBare ? 'dot' : 'field');
  }

  #other(): void {
    const { code } = runeAt(this.#source, this.#at);
    if (isAlphaNumeric(code)) this.#identifier();
    else if (code < 0x80 && isPrintable(code)) this.#single('char');
    else this.#fail(`unrecognized character in action: ${showRune(code)}`);
  }

  #identifier(): void {
    this.#alphaNumerics();
    const word = this.#source.slice(this.#start, this.#at);
    if (!this.#isAtEndOfWord()) this.#badCharacter();
    else if (word === 'true' || word === 'false') this.#emit('bool');
    else this.#emit(KEYWORDS.get(word) ?? 'identifier');
  }

  #badCharacter(): void {
    this.#fail(`bad character ${showRune(runeAt(this.#source, this.#at).code)}`);
  }

  #alphaNumerics(): void {
    while (this.#isAtAlphaNumeric()) this.#at += runeAt(this.#source, this.#at).size;
  }

  #isAtAlphaNumeric(): boolean {
    const char = this.#source[this.#at];
    if (char === undefined) return false;
    return char < '\x80' ? /[A-Za-z0-9_]/.test(char) : isAlphaNumeric(runeAt(this.#source, this.#at).code);
  }

  #isAtEndOfWord(): boolean {
    const char = this.#source[this.#at];
    return char === undefined || isSpace(char) || '.,|:)('.includes(char) || this.#startsWith(RIGHT_DELIMITER);
  }

  #number(): void {
    const isNumber = this.#scanNumber();
    const sign = this.#source[this.#at];
    if (isNumber && sign !== '+' && sign !== '-') this.#emit('number');
    else if (isNumber && this.#scanNumber() && this.#source[this.#at - 1] === 'i') this.#emit('complex');
    else this.#fail(`bad number syntax: ${quote(this.#source.slice(this.#start, this.#at))}`);
  }

  /** Reads text that looks like a number. The parser later checks whether the text is a valid number. */
  #scanNumber(): boolean {
    NUMBER.lastIndex = this.#at;
    this.#at += NUMBER.exec(this.#source)?.[0].length ?? 0;
    if (!this.#isAtAlphaNumeric()) return true;
    this.#at += runeAt(this.#source, this.#at).size;
    return false;
  }
}

const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

const showRune = (code: number): string => {
  const digits = code.toString(16).toUpperCase().padStart(4, '0');
  return `U+${digits}${isPrintable(code) ? ` '${encodeRune(code)}'` : ''}`;
};
