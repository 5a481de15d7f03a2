/** A place in the tokens of one file, and the words for what is wrong there. */

import { TemplateError } from '../error.ts';
import { fromBytes } from '../go-text/bytes.ts';
import { showToken, type Token, type TokenKind } from './token.ts';

/** Walks forward over tokens, with as much look-ahead and going back as the grammar needs. */
export class TokenCursor {
  readonly #name: string;
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  /** Go reports the line of the last token that it has looked at, even if only ahead. */
  #furthest = 0;
  /** Where the action began that is being read; 0 between actions. */
  actionLine = 0;

  /** `tokens`, of `source`, end with `end-of-file` or `error`. */
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

  /** Also goes past the space. */
  peekNonSpace(): Token {
    while (this.peek().kind === 'space') this.#index++;
    return this.peek();
  }

  /** Undoes the last `next` or `nextNonSpace`. */
  back(): void {
    this.#index--;
  }

  /** A place to come back to. */
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

  /** `sentence` is in bytes. */
  fail(sentence: string, line = this.line): never {
    const message = `template: ${this.#name}:${line}: ${fromBytes(sentence)}`;
    throw new TemplateError(message, { phase: 'parse', templateName: this.#name, line, column: this.#columnOn(line) });
  }

  /** Bytes before the token that was read last, which Go does not tell: of the one looked at last when that is on another line. */
  #columnOn(line: number): number {
    const read = this.#tokens[Math.min(this.#index, this.#tokens.length) - 1];
    const token = [read, this.#tokens[this.#furthest]].find((one) => one?.line === line);
    if (!token) return 0;
    return this.#source.slice(0, token.position).split('\n').at(-1)?.length ?? 0;
  }
}
