/** Packs the instructions of a file into numbers. */
import type { ParameterType, TemplateFunction } from '../functions/function-signature.ts';
import type { Value } from '../go-text/value.ts';
import type { Instruction, Label, SourcePiece } from './instruction.ts';
import { type Kind, NONE, OP, type PackedCode, type Pools, WIDTH } from './packed-code.ts';

/** Gives each item a number. Equal items get the same number. */
class Pool<Item> {
  readonly items: Item[] = [];
  readonly #numbers = new Map<Item, number>();

  numberOf(item: Item): number {
    const known = this.#numbers.get(item);
    if (known !== undefined) return known;
    this.#numbers.set(item, this.items.length);
    return this.items.push(item) - 1;
  }
}

/** The variable `$`. Its value is the first dot of the definition. */
const ROOT = '$';

/** The kind of an instruction, and the operands that it uses. */
type Packed = readonly [kind: Kind, ...operands: number[]];
type PackAll = {
  readonly [Op in Instruction['op']]: (packer: Packer, instruction: Extract<Instruction, { op: Op }>) => Packed;
};
type Pack = (packer: Packer, instruction: Instruction) => Packed;

export class Packer {
  readonly #values = new Pool<Value>();
  readonly #names = new Pool<string>();
  readonly #pieces = new Pool<SourcePiece>();
  readonly #functions = new Pool<TemplateFunction>();
  readonly #types = new Pool<ParameterType>();
  #slots = new Pool<string>();

  /** The pools of all definitions that were packed. */
  get pools(): Pools {
    return {
      values: this.#values.items,
      names: this.#names.items,
      pieces: this.#pieces.items,
      functions: this.#functions.items,
      types: this.#types.items,
    };
  }

  /** Packs one definition and sets the addresses of its labels. */
  pack(items: readonly (Instruction | Label)[]): PackedCode {
    const instructions = placeLabels(items);
    this.#slots = new Pool();
    this.#slots.numberOf(ROOT);
    const code = new Int32Array((instructions.length + 1) * WIDTH).fill(NONE);
    instructions.forEach((instruction, at) => {
      const pack = Packer.#table[instruction.op] as Pack;
      const [kind, ...operands] = pack(this, instruction);
      code.set([OP[kind], ...operands], at * WIDTH);
    });
    code[instructions.length * WIDTH] = OP.return;
    return { code, slots: this.#slots.items.length };
  }

  static readonly #table: PackAll = {
    text: (_, { start, end }) => ['text', start, end],
    print: (packer, { at }) => ['print', NONE, NONE, packer.#piece(at)],
    constant: (packer, { value, at }) => ['constant', packer.#values.numberOf(value), NONE, packer.#piece(at)],
    dot: (packer, { at }) => ['dot', NONE, NONE, packer.#piece(at)],
    variable: (packer, { name, at }) => ['variable', packer.#slot(name), packer.#name(name), packer.#piece(at)],
    field: (packer, { name, use }) => [use === 'read' ? 'field' : 'field-call', packer.#name(name)],
    require: (packer, { type }) => ['require', packer.#types.numberOf(type)],
    call: (packer, call) => packer.#call(call),
    at: (packer, { at }) => ['at', NONE, NONE, packer.#piece(at)],
    fail: (packer, { message, at }) => ['fail', packer.#name(message), NONE, packer.#piece(at)],
    'keep-true': (_, { to }) => ['keep-true', to.address],
    'keep-false': (_, { to }) => ['keep-false', to.address],
    nip: () => ['nip'],
    drop: () => ['drop'],
    declare: (packer, { name }) => ['declare', packer.#slot(name)],
    assign: (packer, { name }) => ['assign', packer.#slot(name), packer.#name(name)],
    jump: (_, { to }) => ['jump', to.address],
    open: () => ['open'],
    close: () => ['close'],
    if: (_, { otherwise }) => ['if', otherwise.address],
    with: (_, { otherwise }) => ['with', otherwise.address],
    range: (_, { variables, otherwise }) => ['range', otherwise.address, variables.names.length],
    next: (packer, { variables, end }) => ['next', end.address, ...variables.names.map((name) => packer.#slot(name))],
    leave: (_, { blocks, to }) => ['leave', to.address, blocks],
    find: (packer, { name, at }) => ['find', packer.#name(name), NONE, packer.#piece(at)],
    enter: (packer, { name }) => ['enter', packer.#name(name)],
  };

  #call({ fn, count, piped, at }: Extract<Instruction, { op: 'call' }>): Packed {
    const operands = [this.#functions.numberOf(fn), count, this.#piece(at)] as const;
    if (piped) return ['call-piped', ...operands];
    if (fn.arity === 'any') return ['call', ...operands];
    return [fn.arity === 'one' ? 'call-one' : 'call-two', ...operands];
  }

  #name(name: string): number {
    return this.#names.numberOf(name);
  }

  #piece(at: SourcePiece): number {
    return this.#pieces.numberOf(at);
  }

  #slot(name: string): number {
    return this.#slots.numberOf(name);
  }
}

/** Sets the address of each label and returns the instructions without the labels. */
function placeLabels(items: readonly (Instruction | Label)[]): readonly Instruction[] {
  const instructions: Instruction[] = [];
  for (const item of items) {
    if (item.op === 'label') item.address = instructions.length * WIDTH;
    else instructions.push(item);
  }
  return instructions;
}
