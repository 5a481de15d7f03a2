/** Implements Go's `index`, `slice` and `len` for lists and for the bytes of strings. */

import { byteOf, elementAt, type List, typeName, type Value } from '../go-text/value.ts';
import { CallFailure } from './call-failure.ts';
import { type TemplateFunction, unary, variadic } from './function-signature.ts';

const asList = (value: Value): List | undefined =>
  typeof value === 'object' && value?.kind === 'list' ? value : undefined;

/**
 * Returns an index as a number from 0 to `limit`, including `limit`, because `slice` may end at `limit`. Throws a
 * `CallFailure` for any other value.
 */
function indexArgument(index: Value, limit: number): number {
  if (index === null) throw new CallFailure('cannot index slice/array with nil');
  const number = typeof index === 'object' && index.kind === 'byte' ? index.value : index;
  if (typeof number !== 'number' && typeof number !== 'bigint') {
    throw new CallFailure(`cannot index slice/array with type ${typeName(index)}`);
  }
  if (number < 0 || number > limit) throw new CallFailure(`index out of range: ${number}`);
  return Number(number);
}

function indexOne(item: Value, index: Value): Value {
  const list = asList(item);
  if (typeof item !== 'string' && !list) throw new CallFailure(`can't index item of type ${typeName(item)}`);
  const length = typeof item === 'string' ? item.length : (list?.length ?? 0);
  const at = indexArgument(index, length);
  if (at === length) throw new CallFailure(`reflect: ${list ? 'slice' : 'string'} index out of range`);
  return list ? elementAt(list, at) : byteOf((item as string).charCodeAt(at));
}

function indexAll([item = null, ...indexes]: readonly Value[]): Value {
  if (item === null) throw new CallFailure('index of untyped nil');
  return indexes.reduce(indexOne, item);
}

function sliceItem([item = null, ...indexes]: readonly Value[]): Value {
  if (item === null) throw new CallFailure('slice of untyped nil');
  if (indexes.length > 3) throw new CallFailure(`too many slice indexes: ${indexes.length}`);
  if (typeof item === 'string') return sliceString(item, indexes);
  const list = asList(item);
  if (!list) throw new CallFailure(`can't slice item of type ${typeName(item)}`);
  const [from = 0, to = list.length, limit = list.capacity] = indexes.map((index) =>
    indexArgument(index, list.capacity),
  );
  checkOrder(from, to);
  checkOrder(to, limit);
  return { ...list, start: list.start + from, length: to - from, capacity: limit - from };
}

function sliceString(text: string, indexes: readonly Value[]): string {
  if (indexes.length === 3) throw new CallFailure('cannot 3-index slice a string');
  const [from = 0, to = text.length] = indexes.map((index) => indexArgument(index, text.length));
  checkOrder(from, to);
  return text.slice(from, to);
}

function checkOrder(from: number, to: number): void {
  if (from > to) throw new CallFailure(`invalid slice index: ${from} > ${to}`);
}

function lengthOf(item: Value): number {
  if (typeof item === 'string') return item.length;
  if (item === null) throw new CallFailure('reflect: call of reflect.Value.Type on zero Value');
  const list = asList(item);
  if (!list) throw new CallFailure(`len of type ${typeName(item)}`);
  return list.length;
}

/** The functions `index`, `slice` and `len`. */
export const LIST_FUNCTIONS: readonly TemplateFunction[] = [
  variadic('index', ['any'], indexAll),
  variadic('slice', ['any'], sliceItem),
  unary('len', 'any', lengthOf),
];
