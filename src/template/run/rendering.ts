/**
 * Runs one rendering: a loop over packed instructions. Values, blocks and definitions are kept in arrays instead of
 * recursive calls, so that a deeply nested or recursive template cannot overflow JavaScript's stack. Limits stop a
 * rendering that would never end.
 */

import type { KvMiss } from '../error.ts';
import { CallFailure } from '../functions/call-failure.ts';
import type {
  BinaryFunction,
  ParameterType,
  TemplateFunction,
  UnaryFunction,
  VariadicFunction,
} from '../functions/function-signature.ts';
import { KvReading } from '../functions/kv-reading.ts';
import { toBytes } from '../go-text/bytes.ts';
import { displayText } from '../go-text/format-value.ts';
import { quote } from '../go-text/quote.ts';
import { isTrue, listOf, structOf, typeName, type Value } from '../go-text/value.ts';
import type { RenderInput } from '../input.ts';
import { LARGEST_TEXT_BYTES } from '../limits.ts';
import { byNumber, OP, type Pools, WIDTH } from '../parse/packed-code.ts';
import type { Definition, Template } from '../parse/template.ts';
import { executionError } from './execution-error.ts';
import { Output } from './output.ts';
import { elementOf, hasIndex, OpenBlocks, roundsOver, Variables } from './scope.ts';
import { ValueStack } from './value-stack.ts';

const DEEPEST_CALLS = 10_000;
const MOST_ROUNDS = 10_000_000;
const NOTHING = listOf([]);
/** Matches the JavaScript errors for a string or an array that is too large. */
const BEYOND_JAVASCRIPT = /^Invalid (string|array) length/;

/**
 * The state of a definition that has called another definition. This state is restored when the called definition ends.
 */
interface Caller {
  readonly definition: Definition;
  readonly address: number;
  readonly dot: Value;
  readonly variablesBefore: number;
  readonly slotsFrom: number;
}

// The loop handles the most common kinds directly, without a function call. Constants in this file make the `switch`
// fast.
const { text: TEXT, print: PRINT, constant: CONSTANT, dot: DOT, variable: VARIABLE, field: FIELD } = OP;
const { 'call-one': CALL_ONE, 'call-two': CALL_TWO, call: CALL, if: IF, jump: JUMP, next: NEXT } = OP;

/** Runs an instruction of a kind that the loop does not handle directly. The parameters are the first two operands. */
type Step = (run: Rendering, first: number, second: number) => unknown;

export class Rendering {
  readonly #template: Template;
  readonly #pools: Pools;
  readonly #kv: KvReading;
  readonly #variables = new Variables();
  readonly #blocks = new OpenBlocks();
  readonly #callers: Caller[] = [];
  readonly #output = new Output();
  readonly #stack = new ValueStack();
  #definition: Definition;
  #code: Int32Array;
  #address = 0;
  #dot: Value;
  #rounds = 0;
  #isOver = false;
  /** The index of the piece of the source that was evaluated last. An error points at this piece. */
  #at = -1;

  constructor(template: Template, input: RenderInput) {
    this.#template = template;
    this.#pools = template.pools;
    this.#kv = new KvReading(input);
    this.#definition = template.definitions.get(toBytes(template.name)) as Definition;
    this.#code = this.#definition.code;
    this.#dot = structOf(input.data, input.onField);
    this.#variables.enter(this.#definition.slots);
    this.#variables.declare(0, this.#dot);
  }

  /** Returns the whole output. Throws a `TemplateError` when the rendering fails. */
  run(): Buffer {
    const { values, functions } = this.#template.pools;
    while (!this.#isOver) {
      const code = this.#code;
      const at = this.#address;
      this.#address = at + WIDTH;
      const first = code[at + 1] as number;
      const second = code[at + 2] as number;
      const third = code[at + 3] as number;
      const kind = code[at] as number;
      switch (kind) {
        case TEXT:
          this.#text(first, second);
          break;
        case PRINT:
          this.#print(this.#stack.pop(), third);
          break;
        case CONSTANT:
          this.#evaluated(values[first] as Value, third);
          break;
        case DOT:
          this.#evaluated(this.#dot, third);
          break;
        case VARIABLE:
          this.#at = third;
          this.#stack.push(this.#variables.read(first) ?? this.#nilOrUndefined(first, second));
          break;
        case FIELD:
          this.#stack.push(this.#field(this.#stack.pop(), first));
          break;
        case CALL_ONE:
          this.#callOne(functions[first] as UnaryFunction);
          break;
        case CALL_TWO:
          this.#callTwo(functions[first] as BinaryFunction);
          break;
        case CALL:
          this.#call(functions[first] as VariadicFunction, this.#stack.take(second));
          break;
        case IF:
          if (!isTrue(this.#stack.pop())) this.#address = first;
          break;
        case JUMP:
          this.#address = first;
          break;
        case NEXT:
          this.#next(first, second, third);
          break;
        default:
          (Rendering.#others[kind] as Step)(this, first, second);
      }
    }
    return this.#output.finish();
  }

  static readonly #others: readonly Step[] = byNumber<Step>({
    'field-call': (run, name) => run.#stack.push(run.#fieldCall(run.#stack.pop(), name)),
    require: (run, type) => run.#stack.push(run.#fit(run.#stack.pop(), run.#pools.types[type] as ParameterType)),
    'call-piped': (run, fn, count) => run.#callPiped(run.#pools.functions[fn] as TemplateFunction, count),
    at: (run) => run.#point(),
    fail: (run, message) => run.#point().#fail(run.#pools.names[message] as string),
    'keep-true': (run, to) => (isTrue(run.#stack.top()) ? run.#goTo(to) : run.#stack.pop()),
    'keep-false': (run, to) => (isTrue(run.#stack.top()) ? run.#stack.pop() : run.#goTo(to)),
    nip: (run) => run.#stack.nip(),
    drop: (run) => run.#stack.pop(),
    declare: (run, slot) => run.#variables.declare(slot, run.#stack.top()),
    assign: (run, slot, name) => run.#variables.assign(slot, run.#stack.top()) || run.#undefined(name),
    open: (run) => run.#blocks.open(run.#variables.count, run.#dot),
    close: (run) => run.#close(),
    with: (run, otherwise) => run.#with(otherwise),
    range: (run, otherwise, variables) => run.#range(run.#stack.pop(), otherwise, variables),
    leave: (run, to, blocks) => run.#leave(to, blocks),
    find: (run, name) => run.#point().#find(run.#pools.names[name] as string),
    enter: (run, name) => run.#enter(run.#pools.names[name] as string),
    return: (run) => run.#return(),
  });

  #text(start: number, end: number): void {
    if (!this.#output.copy(this.#template.bytes, start, end)) this.#tooLong();
  }

  #evaluated(value: Value, at: number): void {
    this.#at = at;
    this.#stack.push(value);
  }

  /** The last operand of the current instruction. */
  get #third(): number {
    return this.#code[this.#address - 1] as number;
  }

  /** Makes all further errors point at the piece of this instruction. */
  #point(): this {
    this.#at = this.#third;
    return this;
  }

  #goTo(address: number): void {
    this.#address = address;
  }

  #leave(to: number, blocks: number): void {
    this.#blocks.close(blocks);
    this.#address = to;
  }

  #print(value: Value, at: number): void {
    this.#at = at;
    const text = typeof value === 'string' ? value : value === null ? '<no value>' : displayText(value);
    if (!this.#output.write(text)) this.#tooLong();
  }

  #tooLong(): never {
    this.#fail('output is larger than 64 MiB');
  }

  #nilOrUndefined(slot: number, name: number): null {
    return this.#variables.read(slot) === null ? null : this.#undefined(name);
  }

  #undefined(name: number): never {
    this.#fail(`undefined variable: ${this.#pools.names[name]}`);
  }

  #field(receiver: Value, number: number): Value {
    if (receiver === null) return null;
    const name = this.#pools.names[number] as string;
    const isStruct = typeof receiver === 'object' && receiver.kind === 'struct';
    const field = isStruct ? receiver.fields.get(name) : undefined;
    return field ?? this.#fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
  }

  /** Fails for a field with arguments, because no field accepts arguments. Returns nil for a field of nil. */
  #fieldCall(receiver: Value, number: number): Value {
    if (this.#field(receiver, number) === null) return null;
    return this.#fail(`${this.#pools.names[number]} has arguments but cannot be invoked as function`);
  }

  /** Returns the value for a parameter of this type. Fails when the type of the value is wrong. */
  #fit(value: Value, type: ParameterType): Value {
    if (type === 'any' || typeName(value) === type) return value;
    if (value !== null) this.#fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
    return type === '[]string' ? NOTHING : this.#fail(`invalid value; expected ${type}`);
  }

  #callOne(fn: UnaryFunction): void {
    try {
      this.#keep(fn.run(this.#stack.pop(), this.#kv), fn);
    } catch (thrown) {
      this.#failCall(thrown, fn);
    }
  }

  #callTwo(fn: BinaryFunction): void {
    try {
      const second = this.#stack.pop();
      this.#keep(fn.run(this.#stack.pop(), second, this.#kv), fn);
    } catch (thrown) {
      this.#failCall(thrown, fn);
    }
  }

  #call(fn: VariadicFunction, args: readonly Value[]): void {
    try {
      this.#keep(fn.run(args, this.#kv), fn);
    } catch (thrown) {
      this.#failCall(thrown, fn);
    }
  }

  /**
   * Calls a function with `count` arguments and a piped value. The piped value is below the arguments on the stack and
   * becomes the last argument.
   */
  #callPiped(fn: TemplateFunction, count: number): void {
    const written = this.#stack.take(count);
    const piped = this.#fit(this.#stack.pop(), fn.parameters[count] ?? fn.rest ?? 'any');
    if (fn.arity === 'any') {
      this.#call(fn, [...written, piped]);
      return;
    }
    for (const value of [...written, piped]) this.#stack.push(value);
    if (fn.arity === 'one') this.#callOne(fn);
    else this.#callTwo(fn);
  }

  #keep(result: Value, fn: TemplateFunction): void {
    if (typeof result === 'string' && result.length > LARGEST_TEXT_BYTES) this.#resultTooLong(fn);
    this.#stack.push(result);
  }

  #failCall(thrown: unknown, fn: TemplateFunction): never {
    if (thrown instanceof RangeError && BEYOND_JAVASCRIPT.test(thrown.message)) this.#resultTooLong(fn);
    if (!(thrown instanceof CallFailure)) throw thrown;
    return this.#point().#fail(`error calling ${fn.name}: ${thrown.message}`, thrown.kvMiss);
  }

  #resultTooLong({ name }: TemplateFunction): never {
    return this.#point().#fail(`error calling ${name}: result is larger than 64 MiB`);
  }

  #close(): void {
    const { variablesBefore, dot } = this.#blocks.innermost();
    this.#variables.truncate(variablesBefore);
    this.#dot = dot;
    this.#blocks.close(1);
  }

  #with(otherwise: number): void {
    const value = this.#stack.pop();
    if (isTrue(value)) this.#dot = value;
    else this.#address = otherwise;
  }

  #range(value: Value, otherwise: number, variables: number): void {
    const rounds = roundsOver(value) ?? this.#fail(`range can't iterate over ${displayText(value)}`);
    if (variables > 1 && !hasIndex(value)) {
      this.#fail(`can't use ${displayText(value)} to iterate over more than one variable`);
    }
    if (rounds > 0) this.#blocks.loop(value, rounds, this.#variables.count);
    else this.#address = otherwise;
  }

  /**
   * Starts the next round. With two variables, `first` and `second` are the slots of index and element. With one
   * variable, `first` is the slot of the element. A missing slot is -1.
   */
  #next(end: number, first: number, second: number): void {
    const block = this.#blocks.innermost();
    if (block.round >= block.rounds) {
      this.#address = end;
      return;
    }
    this.#countRound();
    const round = block.round++;
    this.#variables.truncate(block.variablesInRange);
    this.#dot = elementOf(block.over, round);
    if (first >= 0) this.#variables.assign(first, second >= 0 ? round : this.#dot);
    if (second >= 0) this.#variables.assign(second, this.#dot);
  }

  #countRound(): void {
    this.#rounds++;
    if (this.#rounds > MOST_ROUNDS) this.#fail(`more than ${MOST_ROUNDS} rounds of range and template`);
  }

  #find(name: string): void {
    if (!this.#template.definitions.has(name)) this.#fail(`template ${quote(name)} not defined`);
    if (this.#callers.length === DEEPEST_CALLS) this.#fail(`exceeded maximum template depth (${DEEPEST_CALLS})`);
  }

  /** Enters a definition. `find` has already checked that it exists. */
  #enter(name: string): void {
    this.#countRound();
    const variables = this.#variables;
    const definition = this.#template.definitions.get(name) as Definition;
    this.#callers.push({
      definition: this.#definition,
      address: this.#address,
      dot: this.#dot,
      variablesBefore: variables.count,
      slotsFrom: variables.enter(definition.slots),
    });
    this.#definition = definition;
    this.#code = definition.code;
    this.#address = 0;
    this.#dot = this.#stack.pop();
    variables.declare(0, this.#dot);
  }

  /** Returns to the calling definition. At the end of the file itself, the rendering ends. */
  #return(): void {
    const caller = this.#callers.pop();
    if (!caller) {
      this.#isOver = true;
      return;
    }
    this.#variables.truncate(caller.variablesBefore);
    this.#variables.leave(caller.slotsFrom);
    this.#definition = caller.definition;
    this.#code = caller.definition.code;
    this.#address = caller.address;
    this.#dot = caller.dot;
  }

  /** Throws the error of the rendering. `message` is a byte string. */
  #fail(message: string, kvMiss?: KvMiss): never {
    const place = { template: this.#template, definition: this.#definition.name, piece: this.#pools.pieces[this.#at] };
    throw executionError(place, message, kvMiss);
  }
}
