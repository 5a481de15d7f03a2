/**
 * Implements Go's comparison functions. The functions compare only values of the same kind. A byte and an `int` are
 * both integers.
 */

import { PLAIN } from '../go-text/directive.ts';
import { displayText, formatValue } from '../go-text/format-value.ts';
import type { Int } from '../go-text/integer.ts';
import { typeName, type Value } from '../go-text/value.ts';
import { CallFailure } from './call-failure.ts';
import { binary, type TemplateFunction, variadic } from './function-signature.ts';

type Kind = 'bool' | 'complex' | 'integer' | 'float' | 'string' | 'other';

function kindOf(value: Value): Kind {
  if (value === null) return 'other';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'object' || value.kind === 'byte') return 'integer';
  return value.kind === 'list' || value.kind === 'struct' ? 'other' : value.kind;
}

/** Returns a JavaScript value that can be compared with `===` and `<`. Adding zero turns -0 into 0. */
function plain(value: Value): string | Int | boolean {
  if (typeof value !== 'object') return value;
  if (value?.kind === 'complex') return `${value.real + 0},${value.imaginary + 0}`;
  return value?.kind === 'byte' || value?.kind === 'float' ? value.value : false;
}

const incompatible = (left: Value, right: Value): CallFailure =>
  new CallFailure(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`);

function isEqual(left: Value, right: Value): boolean {
  const kind = kindOf(left);
  if (kind !== kindOf(right)) {
    if (left === null || right === null) return false;
    throw incompatible(left, right);
  }
  if (kind === 'other') return areBothNil(left, right);
  return plain(left) === plain(right);
}

/**
 * Compares two values of the kind `other`: lists, the template data and nil. Lists and the data can be compared only
 * with nil.
 */
function areBothNil(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  const [shownLeft, shownRight] = [left, right].map((value) => formatValue(value, 's', PLAIN));
  if (typeName(left) !== typeName(right)) {
    const types = `${shownLeft}: ${typeName(left)}, ${typeName(right)}: ${displayText(right)}`;
    throw new CallFailure(`non-comparable types ${types}`);
  }
  throw new CallFailure(`non-comparable type ${shownRight}: ${typeName(right)}`);
}

function isLess(left: Value, right: Value): boolean {
  const kinds = [kindOf(left), kindOf(right)];
  if (kinds.includes('other')) throw new CallFailure('invalid type for comparison');
  if (kinds[0] !== kinds[1]) throw incompatible(left, right);
  if (kinds[0] === 'bool' || kinds[0] === 'complex') throw new CallFailure('invalid type for comparison');
  return plain(left) < plain(right);
}

function equalsAny(values: readonly Value[]): boolean {
  if (values.length === 1) throw new CallFailure('missing argument for comparison');
  const first = values[0] ?? null;
  for (let at = 1; at < values.length; at++) if (isEqual(first, values[at] ?? null)) return true;
  return false;
}

const isAtMost = (left: Value, right: Value): boolean => isLess(left, right) || isEqual(left, right);

/** The functions `eq`, `ne`, `lt`, `le`, `gt` and `ge`. */
export const COMPARISONS: readonly TemplateFunction[] = [
  variadic('eq', ['any'], equalsAny),
  binary('ne', 'any', (left, right) => !isEqual(left, right)),
  binary('lt', 'any', (left, right) => isLess(left, right)),
  binary('le', 'any', (left, right) => isAtMost(left, right)),
  binary('gt', 'any', (left, right) => !isAtMost(left, right)),
  binary('ge', 'any', (left, right) => !isLess(left, right)),
];
