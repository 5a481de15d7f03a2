/**
 * Keeps the variables and open blocks of a rendering. The arrays never shrink, because shrinking them would make
 * renderings much slower.
 */
import { byteOf, elementAt, type Value } from '../go-text/value.ts';

/**
 * The variables. Each variable name of a definition has one slot. If several variables have the same name, the slot
 * contains the value of the variable that was declared last. A declaration saves the previous value of the slot, which
 * is restored at the end of the block. Each running definition has its own slots, starting at `#base`.
 */
export class Variables {
  readonly #slots: (Value | undefined)[] = [];
  readonly #declaredSlots: number[] = [];
  readonly #covered: (Value | undefined)[] = [];
  #count = 0;
  #base = 0;
  #end = 0;

  /** The number of variables that are declared now. */
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

  /** Removes all variables except the first `count` declared ones. */
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

  /**
   * Adds `slots` empty slots for a definition and hides the slots of the caller. Returns the value to pass to `leave`.
   */
  enter(slots: number): number {
    const outer = this.#base;
    this.#base = this.#end;
    this.#end += slots;
    while (this.#slots.length < this.#end) this.#slots.push(undefined);
    return outer;
  }

  /**
   * Removes the slots of the current definition and shows the slots of `outer` again. The variables of the current
   * definition must already be removed.
   */
  leave(outer: number): void {
    this.#end = this.#base;
    this.#base = outer;
  }
}

/**
 * Returns the number of rounds of a `range` over the value: one for each element of a list, or `n` for the integer `n`.
 * Returns undefined when Go cannot range over the value.
 */
export function roundsOver(value: Value): number | undefined {
  if (value === null) return 0;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object') return undefined;
  if (value.kind === 'byte') return value.value;
  return value.kind === 'list' ? value.length : undefined;
}

/** Returns the dot for one round of a `range` over the value. `roundsOver` must accept the value. */
export function elementOf(value: Value, round: number): Value {
  if (typeof value !== 'object' || value === null) return round;
  return value.kind === 'list' ? elementAt(value, round) : byteOf(round);
}

/** Returns whether a `range` over the value has an index. In Go, a range over an integer has none. */
export const hasIndex = (value: Value): boolean =>
  value === null || (typeof value === 'object' && value.kind === 'list');

/** An open block: the values to restore at its end, and the progress of a `range`. */
export interface OpenBlock {
  variablesBefore: number;
  dot: Value;
  over: Value;
  rounds: number;
  round: number;
  /** The number of variables, including the variables of the `range` itself. */
  variablesInRange: number;
}

/** The open blocks. The objects of closed blocks are reused. */
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

  /** Makes the innermost block a loop that starts with its first round. */
  loop(over: Value, rounds: number, variablesInRange: number): void {
    const block = this.innermost();
    block.over = over;
    block.rounds = rounds;
    block.round = 0;
    block.variablesInRange = variablesInRange;
  }

  /** Returns the innermost block. At least one block must be open. */
  innermost(): OpenBlock {
    return this.#blocks[this.#depth - 1] as OpenBlock;
  }

  close(count: number): void {
    this.#depth -= count;
  }
}
