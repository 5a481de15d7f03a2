/** The stack on which a rendering keeps the values that later instructions use. */
import type { Value } from '../go-text/value.ts';

/** The values that wait to be used. The array behind it only grows, since shrinking it costs more than all else that happens here. */
export class ValueStack {
  readonly #values: Value[] = [];
  #height = 0;

  push(value: Value): void {
    this.#values[this.#height++] = value;
  }

  /** There is one. */
  pop(): Value {
    return this.#values[--this.#height] as Value;
  }

  /** There is one. */
  top(): Value {
    return this.#values[this.#height - 1] as Value;
  }

  /** Removes the value below the top one. */
  nip(): void {
    const top = this.pop();
    this.#values[this.#height - 1] = top;
  }

  /** Removes the youngest `count` values; a slice costs more than the few that most calls take. */
  take(count: number): Value[] {
    this.#height -= count;
    const values = this.#values;
    const first = this.#height;
    if (count === 1) return [values[first] as Value];
    if (count === 2) return [values[first] as Value, values[first + 1] as Value];
    return values.slice(first, first + count);
  }
}
