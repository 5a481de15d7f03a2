/** Defines the values that a template can hold, with Go's names and rules. Texts are byte strings (see bytes.ts). */

import type { TemplateData } from '../input.ts';
import { toBytes } from './bytes.ts';
import type { Int } from './integer.ts';

/** A value. `null` represents Go's nil, and also a missing value. Numbers and bigints represent Go's `int`. */
export type Value = string | Int | boolean | null | Float | Complex | Byte | List | Struct;

/** A `float64`. */
export interface Float {
  readonly kind: 'float';
  readonly value: number;
}

/** A `complex128`. Only literals can have this type. */
export interface Complex {
  readonly kind: 'complex';
  readonly real: number;
  readonly imaginary: number;
}

/** One byte of a string. The function `index` returns such values. */
export interface Byte {
  readonly kind: 'byte';
  readonly value: number;
}

/** A `[]string`: a part of `items`. As in Go, `slice` can extend the part again up to `capacity`. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly string[];
  readonly start: number;
  readonly length: number;
  readonly capacity: number;
}

/** The data of a template. */
export interface Struct {
  readonly kind: 'struct';
  readonly typeName: string;
  readonly fields: ReadonlyMap<string, Value>;
}

const DATA_TYPE_NAME = 'deploy.AllocationData';

/** Returns a `float64`. */
export const floatOf = (value: number): Float => ({ kind: 'float', value });
/** Returns a `uint8`; `value` is 0 to 255. */
export const byteOf = (value: number): Byte => ({ kind: 'byte', value });
/** Returns a whole array as a list, without spare capacity. */
export const listOf = (items: readonly string[]): List => ({
  kind: 'list',
  items,
  start: 0,
  length: items.length,
  capacity: items.length,
});

/** Returns the elements of the list. */
export const elementsOf = ({ items, start, length }: List): readonly string[] =>
  start === 0 && length === items.length ? items : items.slice(start, start + length);

/** Returns the element at an index of the list. */
export const elementAt = ({ items, start }: List, index: number): string => items[start + index] ?? '';

/** Returns the data as the dot of a template. `onField` is called with each field that is read. */
export function structOf(data: TemplateData, onField?: (name: string) => void): Struct {
  const fields = onField === undefined ? new Map<string, Value>() : new HeardFields(onField);
  for (const [name, field] of Object.entries(data)) {
    if (typeof field === 'string') fields.set(name, toBytes(field));
    else fields.set(name, typeof field === 'number' ? field : listOf(field.map(toBytes)));
  }
  return { kind: 'struct', typeName: DATA_TYPE_NAME, fields };
}

/** Fields that report each read to `onField`. Printing the whole struct reads all fields. */
class HeardFields extends Map<string, Value> {
  readonly #onField: (name: string) => void;

  constructor(onField: (name: string) => void) {
    super();
    this.#onField = onField;
  }

  override get(name: string): Value | undefined {
    this.#onField(name);
    return super.get(name);
  }

  override [Symbol.iterator](): MapIterator<[string, Value]> {
    for (const name of this.keys()) this.#onField(name);
    return super[Symbol.iterator]();
  }
}

/** Returns Go's name of the type; `<nil>` for nil, which has no type. */
export function typeName(value: Value): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? objectTypeName(value) : 'int';
}

function objectTypeName(value: Float | Complex | Byte | List | Struct): string {
  switch (value.kind) {
    case 'float':
      return 'float64';
    case 'complex':
      return 'complex128';
    case 'byte':
      return 'uint8';
    case 'list':
      return '[]string';
    case 'struct':
      return value.typeName;
  }
}

/**
 * Returns whether Go treats the value as true. `false`, 0, `""`, empty lists and nil count as false. The texts `"0"`
 * and `"false"` count as true.
 */
export function isTrue(value: Value): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  switch (value.kind) {
    case 'float':
    case 'byte':
      return value.value !== 0;
    case 'complex':
      return value.real !== 0 || value.imaginary !== 0;
    case 'list':
      return value.length > 0;
    case 'struct':
      return true;
  }
}
