/**
 * Runs a parsed template over its data (spec 05). One loop over flat instructions with stacks of its own for values, blocks and
 * definitions: however deep a template nests or calls itself, JavaScript's stack stays flat, and the guards below end what would
 * never end. Nothing is written anywhere: the text comes back whole, or a `TemplateError` is thrown.
 */
import { fromBytes, toBytes } from './bytes.ts';
import { type KvMiss, TemplateError } from './error.ts';
import { displayText } from './format-value.ts';
import { CallFailure, type ParameterType, type TemplateFunction } from './function-signature.ts';
import type { RenderInput } from './input.ts';
import type { Definition, FieldUse, Instruction, Label, SourcePiece, Template } from './instruction.ts';
import { LARGEST_TEXT_BYTES } from './limits.ts';
import { quote } from './quote.ts';
import { type OpenBlock, sequenceOf, Variables } from './scope.ts';
import { isTrue, listOf, structOf, typeName, type Value } from './value.ts';

/** The rendered text; bytes that are no UTF-8 become U+FFFD. Throws `TemplateError` of phase `exec`. */
export function renderTemplate(template: Template, input: RenderInput): string {
  return renderTemplateBytes(template, input).toString('utf8');
}

/** The rendered file, byte for byte. Throws `TemplateError` of phase `exec`. */
export function renderTemplateBytes(template: Template, input: RenderInput): Buffer {
  return Buffer.from(new Rendering(template, input).run(), 'latin1');
}

const DEEPEST_CALLS = 10_000;
const MOST_ROUNDS = 10_000_000;
const NOTHING = listOf([]);
/** A text or a list so large that JavaScript cannot hold it. */
const BEYOND_JAVASCRIPT = /^Invalid (string|array) length/;

/** A definition that waits for the one it has called. */
interface Caller {
  readonly definition: Definition;
  readonly address: number;
  readonly dot: Value;
  readonly base: number;
}

/** What each kind of instruction does. */
type Steps = {
  readonly [Op in Instruction['op']]: (run: Rendering, instruction: Extract<Instruction, { op: Op }>) => unknown;
};
type Step = (run: Rendering, instruction: Instruction) => unknown;

/** The steps of a definition, looked up once: most of what makes many renderings of a template fast. */
const STEPS = new WeakMap<Definition, readonly Step[]>();

class Rendering {
  readonly #template: Template;
  readonly #input: RenderInput;
  /** The values in use are the first `#height` ones; the array itself only grows, which is cheaper. */
  readonly #values: Value[] = [];
  #height = 0;
  readonly #variables = new Variables();
  readonly #blocks: OpenBlock[] = [];
  readonly #callers: Caller[] = [];
  #definition: Definition;
  #instructions: readonly Instruction[];
  #steps: readonly Step[];
  #address = 0;
  #dot: Value;
  #output = '';
  #rounds = 0;
  /** What an error would point at: the piece that was evaluated last. */
  #at: SourcePiece | undefined;

  constructor(template: Template, input: RenderInput) {
    this.#template = template;
    this.#input = input;
    this.#definition = template.definitions.get(toBytes(template.name)) as Definition;
    this.#instructions = this.#definition.instructions;
    this.#steps = Rendering.#stepsOf(this.#definition);
    this.#dot = structOf(input.data);
    this.#variables.declare('$', this.#dot);
  }

  /** The output as bytes (see bytes.ts). */
  run(): string {
    for (;;) {
      const address = this.#address++;
      const step = this.#steps[address];
      if (step) step(this, this.#instructions[address] as Instruction);
      else if (!this.#return()) return this.#output;
    }
  }

  static #stepsOf(definition: Definition): readonly Step[] {
    let steps = STEPS.get(definition);
    if (!steps) {
      steps = definition.instructions.map(({ op }) => Rendering.#table[op] as Step);
      STEPS.set(definition, steps);
    }
    return steps;
  }

  static readonly #table: Steps = {
    text: (run, instruction) => run.#write(instruction.text),
    print: (run, instruction) => run.#print(instruction.at),
    constant: (run, instruction) => run.#push(instruction.value, instruction.at),
    dot: (run, instruction) => run.#push(run.#dot, instruction.at),
    variable: (run, instruction) => run.#readVariable(instruction.name, instruction.at),
    field: (run, instruction) => run.#readField(instruction.name, instruction.use),
    require: (run, instruction) => run.#keep(run.#fit(run.#pop(), instruction.type)),
    call: (run, instruction) => run.#call(instruction),
    at: (run, instruction) => run.#pointAt(instruction.at),
    fail: (run, instruction) => run.#pointAt(instruction.at).#fail(instruction.message),
    'keep-true': (run, instruction) => (isTrue(run.#top()) ? run.#goTo(instruction.to) : run.#pop()),
    'keep-false': (run, instruction) => (isTrue(run.#top()) ? run.#pop() : run.#goTo(instruction.to)),
    nip: (run) => run.#nip(),
    drop: (run) => run.#pop(),
    declare: (run, instruction) => run.#variables.declare(instruction.name, run.#top()),
    assign: (run, instruction) =>
      run.#variables.assign(instruction.name, run.#top()) || run.#undefined(instruction.name),
    jump: (run, instruction) => run.#goTo(instruction.to),
    open: (run) => run.#open(),
    close: (run) => run.#close(),
    if: (run, instruction) => isTrue(run.#pop()) || run.#goTo(instruction.otherwise),
    with: (run, instruction) => run.#with(instruction.otherwise),
    range: (run, instruction) => run.#range(instruction),
    next: (run, instruction) => run.#next(instruction),
    leave: (run, instruction) => run.#leave(instruction.blocks, instruction.to),
    find: (run, instruction) => run.#pointAt(instruction.at).#find(instruction.name),
    enter: (run, instruction) => run.#enter(instruction.name),
  };

  #pointAt(at: SourcePiece): this {
    this.#at = at;
    return this;
  }

  #goInto(definition: Definition, address: number): void {
    this.#definition = definition;
    this.#instructions = definition.instructions;
    this.#steps = Rendering.#stepsOf(definition);
    this.#address = address;
  }

  #goTo({ address }: Label): void {
    this.#address = address;
  }

  #open(): void {
    this.#blocks.push({ variablesBefore: this.#variables.count, dot: this.#dot, loop: undefined });
  }

  #with(otherwise: Label): void {
    const value = this.#pop();
    if (isTrue(value)) this.#dot = value;
    else this.#goTo(otherwise);
  }

  #leave(blocks: number, to: Label): void {
    this.#blocks.length -= blocks;
    this.#goTo(to);
  }

  #push(value: Value, at: SourcePiece): void {
    this.#at = at;
    this.#values[this.#height++] = value;
  }

  #keep(value: Value): void {
    this.#values[this.#height++] = value;
  }

  #pop(): Value {
    return this.#values[--this.#height] as Value;
  }

  #top(): Value {
    return this.#values[this.#height - 1] as Value;
  }

  #nip(): void {
    const top = this.#pop();
    this.#values[this.#height - 1] = top;
  }

  #write(text: string): void {
    this.#output += text;
    if (this.#output.length > LARGEST_TEXT_BYTES) this.#fail('output is larger than 64 MiB');
  }

  #print(at: SourcePiece): void {
    this.#at = at;
    const value = this.#pop();
    this.#write(value === null ? '<no value>' : displayText(value));
  }

  #readVariable(name: string, at: SourcePiece): void {
    this.#at = at;
    const value = this.#variables.read(name);
    this.#keep(value === undefined ? this.#undefined(name) : value);
  }

  #undefined(name: string): never {
    return this.#fail(`undefined variable: ${name}`);
  }

  #readField(name: string, use: FieldUse): void {
    const receiver = this.#pop();
    if (receiver === null) {
      this.#keep(null);
      return;
    }
    const isStruct = typeof receiver === 'object' && receiver.kind === 'struct';
    const field = isStruct ? receiver.fields.get(name) : undefined;
    if (field === undefined) this.#fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
    if (use === 'call') this.#fail(`${name} has arguments but cannot be invoked as function`);
    this.#keep(field);
  }

  /** The value as a parameter of this type takes it. */
  #fit(value: Value, type: ParameterType): Value {
    if (type === 'any' || typeName(value) === type) return value;
    if (value !== null) this.#fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
    return type === '[]string' ? NOTHING : this.#fail(`invalid value; expected ${type}`);
  }

  #call({ fn, count, piped, at }: Extract<Instruction, { op: 'call' }>): void {
    const args = this.#take(count);
    if (piped) args.push(this.#fit(this.#pop(), fn.parameters[count] ?? fn.rest ?? 'any'));
    const result = this.#result(fn, args, at);
    if (typeof result === 'string' && result.length > LARGEST_TEXT_BYTES) this.#tooLong(fn, at);
    this.#keep(result);
  }

  /** The youngest `count` values; a slice costs more than the few arguments that most calls have. */
  #take(count: number): Value[] {
    this.#height -= count;
    const values = this.#values;
    const first = this.#height;
    if (count === 1) return [values[first] as Value];
    if (count === 2) return [values[first] as Value, values[first + 1] as Value];
    return values.slice(first, first + count);
  }

  #result(fn: TemplateFunction, args: readonly Value[], at: SourcePiece): Value {
    try {
      return fn.run(args, this.#input);
    } catch (thrown) {
      if (thrown instanceof RangeError && BEYOND_JAVASCRIPT.test(thrown.message)) this.#tooLong(fn, at);
      if (!(thrown instanceof CallFailure)) throw thrown;
      this.#at = at;
      return this.#fail(`error calling ${fn.name}: ${thrown.message}`, thrown.kvMiss);
    }
  }

  #tooLong({ name }: TemplateFunction, at: SourcePiece): never {
    this.#at = at;
    return this.#fail(`error calling ${name}: result is larger than 64 MiB`);
  }

  #close(): void {
    const block = this.#blocks.pop();
    if (!block) return;
    this.#variables.truncate(block.variablesBefore);
    this.#dot = block.dot;
  }

  #range({ variables, otherwise }: Extract<Instruction, { op: 'range' }>): void {
    const value = this.#pop();
    const over = sequenceOf(value) ?? this.#fail(`range can't iterate over ${displayText(value)}`);
    const isPair = variables.names.length > 1;
    if (isPair && !over.hasIndex) this.#fail(`can't use ${displayText(value)} to iterate over more than one variable`);
    const block = this.#blocks.at(-1);
    if (block && over.count > 0) block.loop = { over, variablesBefore: this.#variables.count, round: 0 };
    else this.#goTo(otherwise);
  }

  #next({ variables, end }: Extract<Instruction, { op: 'next' }>): void {
    const loop = this.#blocks.at(-1)?.loop;
    if (!loop || loop.round >= loop.over.count) {
      this.#goTo(end);
      return;
    }
    this.#countRound();
    const index = loop.round++;
    this.#variables.truncate(loop.variablesBefore);
    this.#dot = loop.over.element(index);
    this.#variables.fill(variables, index, this.#dot);
  }

  #countRound(): void {
    this.#rounds++;
    if (this.#rounds > MOST_ROUNDS) this.#fail(`more than ${MOST_ROUNDS} rounds of range and template`);
  }

  #find(name: string): void {
    if (!this.#template.definitions.has(name)) this.#fail(`template ${quote(name)} not defined`);
    if (this.#callers.length === DEEPEST_CALLS) this.#fail(`exceeded maximum template depth (${DEEPEST_CALLS})`);
  }

  #enter(name: string): void {
    this.#countRound();
    const variables = this.#variables;
    this.#callers.push({ definition: this.#definition, address: this.#address, dot: this.#dot, base: variables.base });
    this.#goInto(this.#template.definitions.get(name) as Definition, 0);
    this.#dot = this.#pop();
    variables.base = variables.count;
    variables.declare('$', this.#dot);
  }

  /** False at the end of the file itself. */
  #return(): boolean {
    const caller = this.#callers.pop();
    if (!caller) return false;
    this.#variables.truncate(this.#variables.base);
    this.#variables.base = caller.base;
    this.#goInto(caller.definition, caller.address);
    this.#dot = caller.dot;
    return true;
  }

  /** `message` is in bytes. */
  #fail(message: string, kvMiss?: KvMiss): never {
    const { name, source } = this.#template;
    const details = { phase: 'exec', templateName: name, ...(kvMiss ? { kvMiss } : {}) } as const;
    if (!this.#at) throw new TemplateError(`template: ${name}: ${fromBytes(message)}`, { ...details, line: 0 });
    const before = source.slice(0, this.#at.position).split('\n');
    const line = before.length;
    const column = before.at(-1)?.length ?? 0;
    const where = fromBytes(`executing ${quote(this.#definition.name)} at <${this.#at.text}>: ${message}`);
    throw new TemplateError(`template: ${name}:${line}:${column}: ${where}`, { ...details, line, column });
  }
}
