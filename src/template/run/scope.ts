/** The variables and open blocks of a rendering. Their arrays only grow, since shrinking them costs more than all else here. */
import { byteOf, elementAt, type Value } from '../go-text/value.ts';

/**
 * Every name of a definition has one slot, which holds the youngest variable of that name; what a declaration covers is put
 * back at the end of its block. A definition that runs has slots of its own, from `base` on.
 */
export class Variables {
  readonly #slots: (Value | undefined)[] = [];
  readonly #declaredSlots: number[] = [];
  readonly #covered: (Value | undefined)[] = [];
  #count = 0;
  #base = 0;
  #end = 0;

  /** How many were declared and not forgotten. */
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

  /** Forgets all variables but the oldest `count`. */
  truncate(count: number): void {
    while (this.#count > count) {
      this.#count--;
      this.#slots[this.#declaredSlots[this.#count] as number] = this.#covered[this.#count];
    }
  }

  /** Undefined when nothing of that name was declared on the way here. */
  read(slot: number): Value | undefined {
    return this.#slots[this.#base + slot];
  }

  /** False when nothing of that name was declared on the way here. */
  assign(slot: number, value: Value): boolean {
    const at = this.#base + slot;
    if (this.#slots[at] === undefined) return false;
    this.#slots[at] = value;
    return true;
  }

  /** Hides what is there behind `slots` empty slots; answers what `leave` takes. */
  enter(slots: number): number {
    const outer = this.#base;
    this.#base = this.#end;
    this.#end += slots;
    while (this.#slots.length < this.#end) this.#slots.push(undefined);
    return outer;
  }

  /** Back to the slots of `outer`, once the variables of these were forgotten. */
  leave(outer: number): void {
    this.#end = this.#base;
    this.#base = outer;
  }
}

/** How many rounds a `range` over the value makes: one for each element, or each number below it. Undefined: Go cannot range over it. */
export function roundsOver(value: Value): number | undefined {
  if (value === null) return 0;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object') return undefined;
  if (value.kind === 'byte') return value.value;
  return value.kind === 'list' ? value.length : undefined;
}

/** The dot in a round over something that `roundsOver` knows. */
export function elementOf(value: Value, round: number): Value {
  if (typeof value !== 'object' || value === null) return round;
  return value.kind === 'list' ? elementAt(value, round) : byteOf(round);
}

/** Go gives no index over an integer. */
export const hasIndex = (value: Value): boolean =>
  value === null || (typeof value === 'object' && value.kind === 'list');

/** An open block: what to restore at its end, and how far a `range` has got. */
export interface OpenBlock {
  variablesBefore: number;
  dot: Value;
  over: Value;
  rounds: number;
  round: number;
  /** Those of the `range` itself included. */
  variablesInRange: number;
}

/** Blocks that were closed are used again. */
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

  /** Makes the innermost block a loop, before its first round. */
  loop(over: Value, rounds: number, variablesInRange: number): void {
    const block = this.innermost();
    block.over = over;
    block.rounds = rounds;
    block.round = 0;
    block.variablesInRange = variablesInRange;
  }

  /** There is one. */
  innermost(): OpenBlock {
    return this.#blocks[this.#depth - 1] as OpenBlock;
  }

  close(count: number): void {
    this.#depth -= count;
  }
}
