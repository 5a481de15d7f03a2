/** The variables, open blocks and loops of a rendering. */
import type { RangeVariables } from './instruction.ts';
import { byteOf, elementAt, type Value } from './value.ts';

/**
 * Variables by name, the youngest first; a definition sees only those from its own `base` on. The arrays only grow, since
 * shrinking them costs more than all else that happens here.
 */
export class Variables {
  readonly #names: string[] = [];
  readonly #values: Value[] = [];
  count = 0;
  base = 0;

  declare(name: string, value: Value): void {
    this.#names[this.count] = name;
    this.#values[this.count] = value;
    this.count++;
  }

  /** Forgets all variables but the oldest `count`. */
  truncate(count: number): void {
    this.count = count;
  }

  /** Undefined when nothing of that name was declared on the way here. */
  read(name: string): Value | undefined {
    const index = this.#indexOf(name);
    return index < 0 ? undefined : this.#values[index];
  }

  /** False when nothing of that name was declared on the way here. */
  assign(name: string, value: Value): boolean {
    const index = this.#indexOf(name);
    if (index >= 0) this.#values[index] = value;
    return index >= 0;
  }

  /** Fills the variables of a `range`: the youngest two (index, element), the youngest (element), or older ones by name. */
  fill({ names, assigns }: RangeVariables, index: Value, element: Value): void {
    for (let at = 0; at < names.length; at++) {
      const value = at === 0 && names.length === 2 ? index : element;
      if (assigns) this.assign(names[at] as string, value);
      else this.#values[this.count - names.length + at] = value;
    }
  }

  #indexOf(name: string): number {
    for (let index = this.count - 1; index >= this.base; index--) {
      if (this.#names[index] === name) return index;
    }
    return -1;
  }
}

/** What a `range` goes over. */
export interface Sequence {
  readonly count: number;
  readonly element: (index: number) => Value;
  /** Go gives no index over an integer. */
  readonly hasIndex: boolean;
}

/** A `range` under way. */
export interface Loop {
  readonly over: Sequence;
  readonly variablesBefore: number;
  round: number;
}

const EMPTY: Sequence = { count: 0, element: () => null, hasIndex: true };

/** The elements of a list, the numbers below an integer, nothing of nil; undefined for what Go cannot range over. */
export function sequenceOf(value: Value): Sequence | undefined {
  if (value === null) return EMPTY;
  if (typeof value === 'number' || typeof value === 'bigint') {
    return { count: Number(value), element: (index) => index, hasIndex: false };
  }
  if (typeof value !== 'object') return undefined;
  if (value.kind === 'byte') return { count: value.value, element: byteOf, hasIndex: false };
  if (value.kind !== 'list') return undefined;
  return { count: value.length, element: (index) => elementAt(value, index), hasIndex: true };
}

/** An open block: what to restore at its end. */
export interface OpenBlock {
  readonly variablesBefore: number;
  readonly dot: Value;
  loop: Loop | undefined;
}
