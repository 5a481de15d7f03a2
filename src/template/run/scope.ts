/**
 * Keeps the variables and open blocks of a rendering. The arrays only grow, since shrinking them would cost more than
 * everything else here.
 */
import { byteOf, elementAt, type Value } from '../go-text/value.ts';

/**
 * The variables. Every name of a definition has one slot, which holds the youngest variable of that name. The value
 * that a declaration covers is restored at the end of its block. A running definition has its own slots, starting at
 * `base`.
 */
export class Variables {
  readonly #slots: (Value | undefined)[] = [];
  readonly #declaredSlots: number[] = [];
  readonly #covered: (Value | undefined)[] = [];
  #count = 0;
  #base = 0;
  #end = 0;

  /** How many variables are declared now. */
  get count(): number {
    return this.#count;
  }

  declare(slot: number, value: Value): void {
    const at = this.#base + slot;
    this.#declaredSlots[this.#count] = at;
    this.#covered[this.#count] = this.#slots[at];
    this.#count++;
    this.#slots[at] = value;
  }

  /** Removes all variables except the oldest `count`. */
  truncate(count: number): void {
    while (this.#count > count) {
      this.#count--;
      this.#slots[this.#declaredSlots[this.#count] as number] = this.#covered[this.#count];
    }
  }

  /** Returns the value, or undefined when no variable of that name is declared. */
  read(slot: number): Value | undefined {
    return this.#slots[this.#base + slot];
  }

  /** Assigns a value. Returns false when no variable of that name is declared. */
  assign(slot: number, value: Value): boolean {
    const at = this.#base + slot;
    if (this.#slots[at] === undefined) return false;
    this.#slots[at] = value;
    return true;
  }

  /** Adds `slots` empty slots and hides the earlier ones. Returns the value for `leave`. */
  enter(slots: number): number {
    const outer = this.#base;
    this.#base = this.#end;
    this.#end += slots;
    while (this.#slots.length < this.#end) this.#slots.push(undefined);
    return outer;
  }

  /** Returns to the slots of `outer`, after the variables of these slots were removed. */
  leave(outer: number): void {
    this.#end = this.#base;
    this.#base = outer;
  }
}

/**
 * Returns how many rounds a `range` over the value makes: one for each element, or for each number below it. Returns
 * undefined when Go cannot range over the value.
 */
export function roundsOver(value: Value): number | undefined {
  if (value === null) return 0;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object') return undefined;
  if (value.kind === 'byte') return value.value;
  return value.kind === 'list' ? value.length : undefined;
}

/** Returns the dot in a round over a value that `roundsOver` accepts. */
export function elementOf(value: Value, round: number): Value {
  if (typeof value !== 'object' || value === null) return round;
  return value.kind === 'list' ? elementAt(value, round) : byteOf(round);
}

/** Returns whether a `range` over the value has an index; Go gives none for integers. */
export const hasIndex = (value: Value): boolean =>
  value === null || (typeof value === 'object' && value.kind === 'list');

/** An open block: the values to restore at its end, and the progress of a `range`. */
export interface OpenBlock {
  variablesBefore: number;
  dot: Value;
  over: Value;
  rounds: number;
  round: number;
  /** The number of variables including those of the `range` itself. */
  variablesInRange: number;
}

/** The open blocks; the objects of closed blocks are used again. */
export class OpenBlocks {
  readonly #blocks: OpenBlock[] = [];
  #depth = 0;

  open(variablesBefore: number, dot: Value): void {
    const block = this.#blocks[this.#depth++];
    if (block === undefined) {
      this.#blocks.push({ variablesBefore, dot, over: null, rounds: 0, round: 0, variablesInRange: 0 });
      return;
    }
    block.variablesBefore = variablesBefore;
    block.dot = dot;
    block.rounds = 0;
  }

  /** Turns the innermost block into a loop, before its first round. */
  loop(over: Value, rounds: number, variablesInRange: number): void {
    const block = this.innermost();
    block.over = over;
    block.rounds = rounds;
    block.round = 0;
    block.variablesInRange = variablesInRange;
  }

  /** Returns the innermost block; there must be one. */
  innermost(): OpenBlock {
    return this.#blocks[this.#depth - 1] as OpenBlock;
  }

  close(count: number): void {
    this.#depth -= count;
  }
}
