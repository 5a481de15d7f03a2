/** Implements the text and integer functions of templates (docs/templates.md "Functions"). */
import { runesOf } from '../go-text/bytes.ts';
import { addInts, divideInts, type Int, multiplyInts, parseInt64, subtractInts } from '../go-text/integer.ts';
import { quote } from '../go-text/quote.ts';
import { toLower, toUpper, trimSpace } from '../go-text/unicode.ts';
import { elementsOf, type List, listOf, type Value } from '../go-text/value.ts';
import { CallFailure } from './call-failure.ts';
import { binary, type TemplateFunction, unary } from './function-signature.ts';

/** Splits a text. An empty separator splits it into code points. */
function split(text: string, separator: string): readonly string[] {
  if (separator !== '') return text.split(separator);
  const pieces: string[] = [];
  let at = 0;
  for (const { size } of runesOf(text)) {
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

function divide(a: Int, b: Int): Int {
  if (b === 0) throw new CallFailure('runtime error: integer divide by zero');
  return divideInts(a, b);
}

function toInteger(value: Value): Int {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'object' && value?.kind === 'byte') return value.value;
  if (typeof value !== 'string') throw new CallFailure('int: expected string or integer');
  const text = trimSpace(value);
  const parsed = parseInt64(text);
  if (parsed === 'syntax') throw new CallFailure(`strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  if (parsed === 'range') throw new CallFailure(`strconv.Atoi: parsing ${quote(text)}: value out of range`);
  return parsed;
}

const JOIN: TemplateFunction = {
  arity: 'two',
  name: 'join',
  parameters: ['[]string', 'string'],
  rest: undefined,
  run: (list, separator) => elementsOf(list as List).join(separator as string),
};

/** The functions `split`, `join`, `trim`, `upper`, `lower`, `add`, `sub`, `mul`, `div`, `min`, `max` and `int`. */
export const TEXT_FUNCTIONS: readonly TemplateFunction[] = [
  binary('split', 'string', (text, separator) => listOf(split(text, separator))),
  JOIN,
  unary('trim', 'string', (text) => trimSpace(text)),
  unary('upper', 'string', (text) => toUpper(text)),
  unary('lower', 'string', (text) => toLower(text)),
  binary('add', 'int', (a, b) => addInts(a, b)),
  binary('sub', 'int', (a, b) => subtractInts(a, b)),
  binary('mul', 'int', (a, b) => multiplyInts(a, b)),
  binary('div', 'int', (a, b) => divide(a, b)),
  binary('min', 'int', (a, b) => (a < b ? a : b)),
  binary('max', 'int', (a, b) => (a > b ? a : b)),
  unary('int', 'any', (value) => toInteger(value)),
];
