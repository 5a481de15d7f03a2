/**
 * Parses template files: text, actions, blocks and definitions. The parser directly compiles each part to instructions.
 * Open blocks and definitions are kept in arrays instead of recursive calls, so that deep nesting cannot overflow
 * JavaScript's stack.
 */
import { toBytes } from '../go-text/bytes.ts';
import { quote, unquote } from '../go-text/quote.ts';
import { trimSpace } from '../go-text/unicode.ts';
import { type Code, type Instruction, type Label, layOut, newLabel, type SourcePiece } from './instruction.ts';
import { lex } from './lexer.ts';
import type { Pools } from './packed-code.ts';
import { Packer } from './packer.ts';
import { type ParsedPipeline, type PipelinePlace, parsePipeline } from './pipeline-parser.ts';
import type { Definition, Template } from './template.ts';
import type { Token, TokenKind } from './token.ts';
import { TokenCursor } from './token-cursor.ts';

/** The result of `parseTemplate`. A template can be rendered any number of times. Callers must not use its fields. */
export type { Template } from './template.ts';

/**
 * Parses one file. `name` is its path, for error messages. If the source is given as bytes, bytes that are not valid
 * UTF-8 are kept. Throws a `TemplateError` with phase `parse` at the first syntax error or unknown function.
 */
export function parseTemplate(name: string, source: string | Uint8Array): Template {
  const bytes = Buffer.from(source);
  const text = bytes.toString('latin1');
  const parser = new TemplateParser(name, text);
  const definitions = parser.parse();
  return { name, source: text, bytes, definitions, pools: parser.pools };
}

const DEEPEST_BLOCKS = 10_000;

const STATEMENT_KINDS = ['if', 'with', 'range', 'block', 'break', 'continue', 'else', 'end', 'template'] as const;
type StatementKind = (typeof STATEMENT_KINDS)[number];

const STATEMENTS: ReadonlySet<TokenKind> = new Set(STATEMENT_KINDS);
const isStatement = (kind: TokenKind): kind is StatementKind => STATEMENTS.has(kind);

/** An `if`, `with` or `range` whose `end` has not been read yet. */
interface Block {
  readonly kind: 'if' | 'with' | 'range';
  /**
   * True when `else if` or `else with` opened the block. In this case, one `end` closes this block and the block around
   * this block.
   */
  readonly isChained: boolean;
  readonly variablesBefore: number;
  /** The jump target for the next element of a `range`. */
  readonly again: Label;
  readonly otherwise: Label;
  readonly end: Label;
  isInElse: boolean;
}

/** The file itself, or a `define` or `block` whose `end` has not been read yet. */
interface Body {
  readonly kind: 'file' | 'define clause' | 'block clause';
  readonly name: string;
  readonly code: (Instruction | Label | Code)[];
  /** The names of the variables that are declared at this point. */
  readonly scope: string[];
  readonly blocks: Block[];
  isBlank: boolean;
  /** The code that calls a `block`. This code is added to the body around the block. */
  readonly call: Code;
  readonly line: number;
}

class TemplateParser {
  readonly #cursor: TokenCursor;
  readonly #definitions = new Map<string, Definition>();
  readonly #packer = new Packer();
  readonly #bodies: Body[] = [];
  #body: Body;
  #depth = 0;

  constructor(name: string, source: string) {
    this.#cursor = new TokenCursor(name, source, lex(source));
    this.#body = this.#newBody('file', toBytes(name), []);
  }

  get pools(): Pools {
    return this.#packer.pools;
  }

  parse(): ReadonlyMap<string, Definition> {
    for (;;) {
      const token = this.#cursor.next();
      if (token.kind === 'text') this.#text(token);
      else if (token.kind === 'left-delimiter') this.#action(token);
      else if (token.kind === 'end-of-file') break;
      else this.#cursor.unexpected(token, 'input');
    }
    if (this.#bodies.length > 0 || this.#body.blocks.length > 0) this.#cursor.fail('unexpected EOF');
    this.#define();
    return this.#definitions;
  }

  #newBody(kind: Body['kind'], name: string, call: Code): Body {
    const { line } = this.#cursor;
    return { kind, name, code: [], scope: ['$'], blocks: [], isBlank: true, call, line };
  }

  #emit(...code: Code): void {
    this.#body.code.push(...code);
  }

  #text({ text, position }: Token): void {
    if (trimSpace(text) !== '') this.#body.isBlank = false;
    this.#emit({ op: 'text', start: position, end: position + text.length });
  }

  #action({ line }: Token): void {
    const word = this.#cursor.nextNonSpace();
    if (word.kind === 'define' && this.#body.kind === 'file' && this.#body.blocks.length === 0) {
      this.#openDefine();
      return;
    }
    this.#cursor.actionLine = line;
    if (word.kind !== 'end') this.#body.isBlank = false;
    if (isStatement(word.kind)) this.#statement(word.kind);
    else this.#command(word);
  }

  #statement(kind: StatementKind): void {
    switch (kind) {
      case 'if':
      case 'with':
      case 'range':
        this.#openBlock(kind, 'own');
        // As in Go, `actionLine` stays set until an action inside the block ends.
        return;
      case 'block':
        this.#openBlockClause();
        break;
      case 'break':
      case 'continue':
        this.#leave(kind);
        break;
      case 'else':
        this.#else();
        break;
      case 'end':
        this.#end();
        break;
      case 'template':
        this.#template();
        break;
    }
    this.#cursor.actionLine = 0;
  }

  #pipeline(place: PipelinePlace): ParsedPipeline {
    return parsePipeline(this.#cursor, this.#body.scope, place);
  }

  #command({ position }: Token): void {
    this.#cursor.back();
    const { code, text, variables } = this.#pipeline('command');
    const at = { position, text: `{{${text}}}` };
    this.#emit(code, variables.length === 0 ? { op: 'print', at } : { op: 'drop' });
    this.#cursor.actionLine = 0;
  }

  #openBlock(kind: Block['kind'], ending: 'own' | 'chained'): void {
    const isChained = ending === 'chained';
    if (!isChained) this.#deepen();
    const variablesBefore = this.#body.scope.length;
    const labels = { again: newLabel(), otherwise: newLabel(), end: newLabel() };
    const { code, variables: names, assigns } = this.#pipeline(kind);
    this.#body.blocks.push({ kind, isChained, variablesBefore, ...labels, isInElse: false });
    const { again, otherwise, end } = labels;
    this.#emit({ op: 'open' }, code);
    const variables = { names, assigns };
    if (kind !== 'range') this.#emit({ op: kind, otherwise });
    else this.#emit({ op: 'range', variables, otherwise }, again, { op: 'next', variables, end });
  }

  #deepen(): void {
    this.#depth++;
    if (this.#depth > DEEPEST_BLOCKS) this.#cursor.fail('max block depth exceeded');
  }

  #else(): void {
    const next = this.#cursor.peekNonSpace();
    const isChain = next.kind === 'if' || next.kind === 'with';
    if (!isChain) this.#cursor.expect('right-delimiter', 'else');
    const block = this.#body.blocks.at(-1);
    if (!block) this.#misplaced('{{else}}');
    if (block.isInElse) this.#cursor.fail('expected end; found {{else}}');
    this.#emit({ op: 'jump', to: block.kind === 'range' ? block.again : block.end }, block.otherwise);
    block.isInElse = true;
    this.#cursor.actionLine = 0;
    if (!isChain) return;
    this.#cursor.next();
    if (next.kind !== block.kind) this.#cursor.unexpected(next, 'input');
    this.#openBlock(block.kind, 'chained');
  }

  #misplaced(word: '{{else}}' | '{{end}}'): never {
    const { kind, line } = this.#body;
    if (kind === 'file') this.#cursor.fail(`unexpected ${word}`);
    this.#cursor.fail(`unexpected ${word} in ${kind}`, kind === 'block clause' ? line : undefined);
  }

  #end(): void {
    this.#cursor.expect('right-delimiter', 'end');
    if (this.#body.blocks.length === 0) this.#endBody();
    else this.#endBlock();
  }

  #endBlock(): void {
    this.#depth--;
    for (let block = this.#body.blocks.pop(); block; block = this.#body.blocks.pop()) {
      this.#closeBlock(block);
      if (!block.isChained) return;
    }
  }

  #closeBlock({ kind, isInElse, again, otherwise, end, variablesBefore }: Block): void {
    if (!isInElse) this.#emit(...(kind === 'range' ? [{ op: 'jump', to: again } as const] : []), otherwise);
    this.#emit(end, { op: 'close' });
    this.#body.scope.length = variablesBefore;
  }

  #endBody(): void {
    const { kind, call } = this.#body;
    if (kind === 'file') this.#misplaced('{{end}}');
    if (kind === 'block clause') this.#depth--;
    this.#define();
    this.#body = this.#bodies.pop() as Body;
    this.#emit(call);
  }

  #leave(word: 'break' | 'continue'): void {
    const token = this.#cursor.nextNonSpace();
    if (token.kind !== 'right-delimiter') this.#cursor.unexpected(token, `{{${word}}}`);
    const { blocks } = this.#body;
    const looping = blocks.findLastIndex(({ kind, isInElse }) => kind === 'range' && !isInElse);
    if (looping < 0) this.#cursor.fail(`{{${word}}} outside {{range}}`);
    // In the `else` of an inner range, Go treats the words differently: `break` ends the inner range, and `continue`
    // continues the outer one.
    const index = word === 'continue' ? looping : blocks.findLastIndex(({ kind }) => kind === 'range');
    const { again, end } = blocks[index] as Block;
    this.#emit({ op: 'leave', blocks: blocks.length - 1 - index, to: word === 'continue' ? again : end });
  }

  #openDefine(): void {
    const token = this.#cursor.nextNonSpace();
    const name = this.#name(token, 'define clause');
    this.#cursor.expect('right-delimiter', 'define clause');
    this.#enterBody(this.#newBody('define clause', name, []));
  }

  #openBlockClause(): void {
    this.#deepen();
    const token = this.#cursor.nextNonSpace();
    const name = this.#name(token, 'block clause');
    const call = callCode(name, token, this.#pipeline('block clause'));
    this.#enterBody(this.#newBody('block clause', name, call));
  }

  #enterBody(body: Body): void {
    this.#bodies.push(this.#body);
    this.#body = body;
  }

  #template(): void {
    const token = this.#cursor.nextNonSpace();
    const name = this.#name(token, 'template clause');
    const isBare = this.#cursor.nextNonSpace().kind === 'right-delimiter';
    if (!isBare) this.#cursor.back();
    this.#emit(callCode(name, token, isBare ? undefined : this.#pipeline('template clause')));
  }

  #name(token: Token, where: string): string {
    if (token.kind !== 'string' && token.kind !== 'raw-string') this.#cursor.unexpected(token, where);
    return unquote(token.text) ?? this.#cursor.fail('invalid syntax');
  }

  /**
   * Adds the finished definition. A name may be defined only once. A blank definition is the exception: a later
   * definition may replace a blank definition, and a blank definition does not replace an earlier definition.
   */
  #define(): void {
    const { name, code, isBlank } = this.#body;
    const older = this.#definitions.get(name);
    if (older && !older.isBlank) {
      if (!isBlank) this.#cursor.fail(`template: multiple definition of template ${quote(name)}`);
      return;
    }
    const instructions = layOut(code);
    this.#definitions.set(name, { name, instructions, ...this.#packer.pack(instructions), isBlank });
  }
}

/**
 * Returns the code that runs a definition. The value of the pipeline becomes the dot; without a pipeline, the dot is
 * nil.
 */
function callCode(name: string, { position }: Token, pipeline: ParsedPipeline | undefined): Code {
  const at: SourcePiece = { position, text: `{{template ${quote(name)}${pipeline ? ` ${pipeline.text}` : ''}}}` };
  const argument: Code = pipeline ? pipeline.code : [{ op: 'constant', value: null, at }];
  return [{ op: 'find', name, at }, argument, { op: 'enter', name }];
}
