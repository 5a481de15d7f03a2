/** Reads the tokens of one file in order, and throws the syntax errors. */

import { TemplateError } from '../error.ts';
import { fromBytes } from '../go-text/bytes.ts';
import { showToken, type Token, type TokenKind } from './token.ts';

/** Reads tokens in order. The parser can look ahead and step back. */
export class TokenCursor {
  readonly #name: string;
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  /** The highest index of a token that `next` or `peek` returned. As in Go, errors report the line of this token. */
  #furthest = 0;
  /** The line where the current action began; 0 between actions. */
  actionLine = 0;

  /** Creates a cursor for the tokens of `source`. The last token must be `end-of-file` or `error`. */
  constructor(name: string, source: string, tokens: readonly Token[]) {
    this.#name = name;
    this.#source = source;
    this.#tokens = tokens;
  }

  next(): Token {
    const token = this.peek();
    this.#index++;
    return token;
  }

  peek(): Token {
    const index = Math.min(this.#index, this.#tokens.length - 1);
    this.#furthest = Math.max(this.#furthest, index);
    return this.#tokens[index] as Token;
  }

  nextNonSpace(): Token {
    const token = this.peekNonSpace();
    this.#index++;
    return token;
  }

  /** Returns the next token that is not a space, and skips the spaces before it. */
  peekNonSpace(): Token {
    while (this.peek().kind === 'space') this.#index++;
    return this.peek();
  }

  /** Undoes the last `next` or `nextNonSpace`. */
  back(): void {
    this.#index--;
  }

  /** Returns a position for `rewind`. */
  mark(): number {
    return this.#index;
  }

  rewind(mark: number): void {
    this.#index = mark;
  }

  get line(): number {
    return (this.#tokens[this.#furthest] as Token).line;
  }

  expect(kind: TokenKind, where: string): Token {
    const token = this.nextNonSpace();
    return token.kind === kind ? token : this.unexpected(token, where);
  }

  unexpected(token: Token, where: string): never {
    if (token.kind !== 'error') this.fail(`unexpected ${showToken(token)} in ${where}`);
    if (this.actionLine === 0 || this.actionLine === token.line) this.fail(token.text);
    const started = `started at ${this.#name}:${this.actionLine}`;
    this.fail(token.text.endsWith(' action') ? `${token.text} ${started}` : `${token.text} in action ${started}`);
  }

  /** Throws a `TemplateError` with the message. `sentence` is a byte string. */
  fail(sentence: string, line = this.line): never {
    const message = `template: ${this.#name}:${line}: ${fromBytes(sentence)}`;
    throw new TemplateError(message, { phase: 'parse', templateName: this.#name, line, column: this.#columnOn(line) });
  }

  /**
   * Returns the number of bytes before the last read token in its line. (Go does not report this number.) If that token
   * is on another line, the token at `#furthest` is used.
   */
  #columnOn(line: number): number {
    const read = this.#tokens[Math.min(this.#index, this.#tokens.length) - 1];
    const token = [read, this.#tokens[this.#furthest]].find((one) => one?.line === line);
    if (!token) return 0;
    return this.#source.slice(0, token.position).split('\n').at(-1)?.length ?? 0;
  }
}
