/** Defines the stack of values of a rendering. */
import type { Value } from '../go-text/value.ts';

/**
 * The values that later instructions use. The array never shrinks, because shrinking it would make renderings much
 * slower.
 */
export class ValueStack {
  readonly #values: Value[] = [];
  #height = 0;

  push(value: Value): void {
    this.#values[this.#height++] = value;
  }

  /** Removes and returns the top value. The stack must not be empty. */
  pop(): Value {
    return this.#values[--this.#height] as Value;
  }

  /** Returns the top value without removing it. The stack must not be empty. */
  top(): Value {
    return this.#values[this.#height - 1] as Value;
  }

  /** Removes the value below the top value. */
  nip(): void {
    const top = this.pop();
    this.#values[this.#height - 1] = top;
  }

  /**
   * Removes and returns the top `count` values. Most calls take one or two values; for these, `slice` would be slower.
   */
  take(count: number): Value[] {
    this.#height -= count;
    const values = this.#values;
    const first = this.#height;
    if (count === 1) return [values[first] as Value];
    if (count === 2) return [values[first] as Value, values[first + 1] as Value];
    return values.slice(first, first + count);
  }
}
