/** The product's text and integer functions (spec 05 §5.3). */
import { runesOf } from './bytes.ts';
import { CallFailure, fixed, type TemplateFunction } from './function-signature.ts';
import { addInts, divideInts, type Int, multiplyInts, parseInt64, subtractInts } from './integer.ts';
import { quote } from './quote.ts';
import { toLower, toUpper, trimSpace } from './unicode.ts';
import { elementsOf, listOf, type Value } from './value.ts';

/** An empty separator splits into code points. */
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

/** `split join trim upper lower add sub mul div min max int`. */
export const TEXT_FUNCTIONS: readonly TemplateFunction[] = [
  fixed('split', ['string', 'string'], ([text, separator]) => listOf(split(text, separator))),
  fixed('join', ['[]string', 'string'], ([list, separator]) => elementsOf(list).join(separator)),
  fixed('trim', ['string'], ([text]) => trimSpace(text)),
  fixed('upper', ['string'], ([text]) => toUpper(text)),
  fixed('lower', ['string'], ([text]) => toLower(text)),
  fixed('add', ['int', 'int'], ([a, b]) => addInts(a, b)),
  fixed('sub', ['int', 'int'], ([a, b]) => subtractInts(a, b)),
  fixed('mul', ['int', 'int'], ([a, b]) => multiplyInts(a, b)),
  fixed('div', ['int', 'int'], ([a, b]) => divide(a, b)),
  fixed('min', ['int', 'int'], ([a, b]) => (a < b ? a : b)),
  fixed('max', ['int', 'int'], ([a, b]) => (a > b ? a : b)),
  fixed('int', ['any'], ([value]) => toInteger(value)),
];
