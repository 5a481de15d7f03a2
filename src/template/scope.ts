/** The variables and the open blocks of a rendering, as two stacks. */
import type { RangeVariables } from './instruction.ts';
import type { Value } from './value.ts';

/** Variables by name, the youngest first; a definition sees only those from its own `base` on. */
export class Variables {
  readonly #names: string[] = [];
  readonly #values: Value[] = [];
  base = 0;

  get count(): number {
    return this.#names.length;
  }

  declare(name: string, value: Value): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  /** Forgets all variables but the oldest `count`. */
  truncate(count: number): void {
    this.#names.length = count;
    this.#values.length = count;
  }

  /** Undefined when nothing of that name was declared on the way here. */
  read(name: string): Value | undefined {
    return this.#values[this.#indexOf(name)];
  }

  /** False when nothing of that name was declared on the way here. */
  assign(name: string, value: Value): boolean {
    const index = this.#indexOf(name);
    if (index >= 0) this.#values[index] = value;
    return index >= 0;
  }

  /** Fills the variables of a `range`: the youngest two (index, element), the youngest (element), or older ones by name. */
  fill({ names, assigns }: RangeVariables, index: Value, element: Value): void {
    const values = names.length === 1 ? [element] : [index, element];
    names.forEach((name, at) => {
      const value = values[at] ?? null;
      if (assigns) this.assign(name, value);
      else this.#values[this.#values.length - names.length + at] = value;
    });
  }

  #indexOf(name: string): number {
    const index = this.#names.lastIndexOf(name);
    return index >= this.base ? index : -1;
  }
}

/** What a `range` goes over. */
export interface Loop {
  readonly count: number;
  readonly element: (index: number) => Value;
  /** Go gives no index over an integer. */
  readonly hasIndex: boolean;
  readonly variablesBefore: number;
  round: number;
}

/** An open block: what to restore at its end. */
export interface OpenBlock {
  readonly variablesBefore: number;
  readonly dot: Value;
  loop: Loop | undefined;
}
