/**
 * Parses pipelines: declarations, commands, words and parentheses. Open parentheses are kept in an array instead of
 * recursive calls, so that deep nesting cannot overflow JavaScript's stack.
 */

import { FUNCTIONS } from '../functions/function-table.ts';
import { quote, unquote } from '../go-text/quote.ts';
import { commandText, pipelineCode, type TemplateCommand } from './command-code.ts';
import type { Code, SourcePiece } from './instruction.ts';
import { charLiteral, complexLiteral, numberLiteral } from './number-literal.ts';
import { isLiteral, type Operand, wordText } from './operand.ts';
import type { Token, TokenKind } from './token.ts';
import type { TokenCursor } from './token-cursor.ts';

/** A complete pipeline. Its code leaves one value on the stack. */
export interface ParsedPipeline extends SourcePiece {
  readonly code: Code;
  readonly variables: readonly string[];
  readonly assigns: boolean;
}

/** The place of the pipeline, as Go's error messages call it. */
export type PipelinePlace = 'command' | 'if' | 'with' | 'range' | 'template clause' | 'block clause';

const DEEPEST_PARENTHESES = 10_000;
const MOST_COMMANDS = 100_000;

interface OpenPipeline {
  readonly place: PipelinePlace | 'parenthesized pipeline';
  readonly end: TokenKind;
  readonly position: number;
  readonly variables: readonly string[];
  readonly assigns: boolean;
  readonly commands: TemplateCommand[];
  /** The words of the command that is being read; undefined between commands. */
  words: Operand[] | undefined;
}

const WORD_KINDS = [
  'bool',
  'char-constant',
  'complex',
  'dot',
  'field',
  'identifier',
  'nil',
  'number',
  'raw-string',
  'string',
  'variable',
] as const;
type WordToken = Token & { readonly kind: (typeof WORD_KINDS)[number] };

const STARTS_WORD: ReadonlySet<TokenKind> = new Set(WORD_KINDS);
const isWord = (token: Token): token is WordToken => STARTS_WORD.has(token.kind);

/**
 * Reads a pipeline including the closing delimiter. `scope` contains the names of the declared variables. The names of
 * new variables are added.
 */
export function parsePipeline(cursor: TokenCursor, scope: string[], place: PipelinePlace): ParsedPipeline {
  return new PipelineParser(cursor, scope).parse(place);
}

const pipedText = (commands: readonly TemplateCommand[]): string =>
  commands.reduce((text, command, stage) => `${text}${stage > 0 ? ' | ' : ''}${commandText(command)}`, '');

class PipelineParser {
  readonly #cursor: TokenCursor;
  readonly #scope: string[];
  readonly #open: OpenPipeline[] = [];

  constructor(cursor: TokenCursor, scope: string[]) {
    this.#cursor = cursor;
    this.#scope = scope;
  }

  parse(place: PipelinePlace): ParsedPipeline {
    this.#open.push(this.#opening(place, 'right-delimiter'));
    for (;;) {
      const pipeline = this.#open.at(-1) as OpenPipeline;
      if (pipeline.words) {
        this.#word(pipeline.words, pipeline);
        continue;
      }
      if (this.#startCommand(pipeline)) continue;
      const parsed = this.#close(pipeline);
      const outer = this.#open.at(-1);
      if (!outer?.words) return parsed;
      this.#endWord(outer, outer.words, { kind: 'pipeline', ...parsed });
    }
  }

  /** Starts a command. Returns false when no command follows, because the pipeline ends. */
  #startCommand(pipeline: OpenPipeline): boolean {
    const token = this.#cursor.nextNonSpace();
    if (token.kind === pipeline.end) return false;
    if (!isWord(token) && token.kind !== 'left-paren') this.#cursor.unexpected(token, pipeline.place);
    this.#cursor.back();
    pipeline.words = [];
    return true;
  }

  #close({ commands, position, variables, assigns, place }: OpenPipeline): ParsedPipeline {
    this.#open.pop();
    if (commands.length === 0) this.#cursor.fail(`missing value for ${place}`);
    const inert = commands.findIndex(({ first }, stage) => stage > 0 && (isLiteral(first) || first.kind === 'dot'));
    if (inert > 0) this.#cursor.fail(`non executable command in pipeline stage ${inert + 1}`);
    const declared = variables.length > 0 ? `${variables.join(', ')} ${assigns ? '=' : ':='} ` : '';
    const pipeline = { commands, position, variables, assigns, text: declared + pipedText(commands) };
    return { position, variables, assigns, text: pipeline.text, code: pipelineCode(pipeline) };
  }

  #word(words: Operand[], pipeline: OpenPipeline): void {
    const token = this.#cursor.nextNonSpace();
    if (token.kind !== 'left-paren') {
      this.#endWord(pipeline, words, isWord(token) ? this.#operand(token) : undefined);
      return;
    }
    if (this.#open.length > DEEPEST_PARENTHESES) this.#cursor.fail('max expression depth exceeded');
    this.#open.push(this.#opening('parenthesized pipeline', 'right-paren'));
  }

  #endWord(pipeline: OpenPipeline, words: Operand[], word: Operand | undefined): void {
    if (word) words.push(this.#withFields(word));
    else this.#cursor.back();
    const token = this.#cursor.next();
    if (token.kind === 'space') return;
    if (token.kind === 'right-delimiter' || token.kind === 'right-paren') this.#cursor.back();
    else if (token.kind !== 'pipe') this.#cursor.unexpected(token, 'operand');
    const [first, ...others] = words;
    if (first) pipeline.commands.push({ first, others });
    if (pipeline.commands.length > MOST_COMMANDS) this.#cursor.fail('pipeline too long');
    pipeline.words = undefined;
  }

  #opening(place: OpenPipeline['place'], end: TokenKind): OpenPipeline {
    const { position } = this.#cursor.peekNonSpace();
    const variables: string[] = [];
    const assigns = this.#declarations(place, variables);
    return { place, end, position, variables, assigns, commands: [], words: undefined };
  }

  /**
   * Reads `$x :=`, `$x =` or `$i, $x :=` if one of them is next. Returns true for `=`, which assigns to existing
   * variables.
   */
  #declarations(place: OpenPipeline['place'], variables: string[]): boolean {
    while (this.#cursor.peekNonSpace().kind === 'variable') {
      const mark = this.#cursor.mark();
      const { text } = this.#cursor.next();
      const next = this.#cursor.nextNonSpace();
      const isComma = next.kind === 'char' && next.text === ',';
      if (!isComma && next.kind !== 'assign' && next.kind !== 'declare') {
        this.#cursor.rewind(mark);
        return false;
      }
      variables.push(text);
      this.#scope.push(text);
      if (!isComma) return next.kind === 'assign';
      this.#secondVariable(place, variables);
    }
    return false;
  }

  #secondVariable(place: OpenPipeline['place'], variables: readonly string[]): void {
    if (place !== 'range' || variables.length > 1) this.#cursor.fail(`too many declarations in ${place}`);
    const { kind } = this.#cursor.peekNonSpace();
    if (kind === 'variable' || kind === 'right-delimiter' || kind === 'right-paren') return;
    this.#cursor.fail('range can only initialize variables');
  }

  #operand(token: WordToken): Operand {
    const { kind, position, text } = token;
    switch (kind) {
      case 'identifier':
        return this.#function(token);
      case 'variable':
        return this.#variable(token);
      case 'dot':
      case 'nil':
        return { kind, position, text };
      case 'field':
        return { kind, position, text, names: [text.slice(1)] };
      case 'bool':
        return { kind, position, text, value: text === 'true' };
      case 'string':
      case 'raw-string':
        return { kind: 'string', position, text, value: unquote(text) ?? this.#cursor.fail('invalid syntax') };
      case 'char-constant':
      case 'complex':
      case 'number':
        return this.#number(token, kind);
    }
  }

  #function({ position, text }: Token): Operand {
    const fn = FUNCTIONS.get(text) ?? this.#cursor.fail(`function ${quote(text)} not defined`);
    return { kind: 'function', position, text, fn };
  }

  #variable({ position, text }: Token): Operand {
    if (!this.#scope.includes(text)) this.#cursor.fail(`undefined variable ${quote(text)}`);
    return { kind: 'variable', position, text, name: text, names: [] };
  }

  #number({ position, text }: Token, kind: 'char-constant' | 'complex' | 'number'): Operand {
    const read = { 'char-constant': charLiteral, complex: complexLiteral, number: numberLiteral }[kind];
    const number = read(text);
    if ('problem' in number) this.#cursor.fail(number.problem);
    return { kind: 'number', position, text, number };
  }

  /** Adds the field accesses that directly follow a word. The result has the position of the first field. */
  #withFields(word: Operand): Operand {
    const { kind, position } = this.#cursor.peek();
    if (kind !== 'field') return word;
    const names: string[] = [];
    while (this.#cursor.peek().kind === 'field') names.push(this.#cursor.next().text.slice(1));
    if (isLiteral(word) || word.kind === 'dot') this.#cursor.fail(`unexpected . after term ${quote(word.text)}`);
    const text = `${wordText(word)}.${names.join('.')}`;
    switch (word.kind) {
      case 'field':
        return { kind: 'field', position, text, names: [...word.names, ...names] };
      case 'variable':
        return { kind: 'variable', position, text, name: word.name, names };
      case 'chain':
        return { kind: 'chain', position, text, base: word.base, names: [...word.names, ...names] };
      case 'function':
      case 'pipeline':
        return { kind: 'chain', position, text, base: word, names };
    }
  }
}
