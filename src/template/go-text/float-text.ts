/**
 * Formats floats exactly as Go's `strconv.FormatFloat` formats a float64. Digits are exact, and halves are rounded to
 * even. Floats come only from literals, so infinities and NaN do not occur.
 */

/** The verbs of `printf` that format a float. */
export type FloatVerb = 'b' | 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X';

/** Formats a float. Without `precision`, returns the shortest digits that parse to the same number. */
export function formatFloat(value: number, verb: FloatVerb, precision?: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + formatSize(Math.abs(value), verb, precision);
}

function formatSize(size: number, verb: FloatVerb, precision: number | undefined): string {
  switch (verb) {
    case 'b':
      return binaryText(size);
    case 'x':
      return hexText(size, precision);
    case 'X':
      return hexText(size, precision).toUpperCase();
    case 'f': {
      const digits = precision === undefined ? shortestDigits(size) : roundAfterPoint(exactDigits(size), precision);
      return fixedText(digits, precision ?? Math.max(digits.text.length - digits.point, 0));
    }
    case 'e':
    case 'E': {
      const digits = precision === undefined ? shortestDigits(size) : round(exactDigits(size), precision + 1);
      return exponentText(digits, precision ?? Math.max(digits.text.length - 1, 0), verb);
    }
    case 'g':
    case 'G':
      return generalText(size, precision, verb === 'g' ? 'e' : 'E');
  }
}

/** The number `0.text × 10^point`. `text` has no zeros at its beginning or end, and is empty for zero. */
interface Digits {
  readonly text: string;
  readonly point: number;
}

const digitsOf = (text: string, point: number): Digits => {
  const trimmed = text.replace(/0+$/, '');
  return { text: trimmed, point: trimmed === '' ? 0 : point };
};

function shortestDigits(size: number): Digits {
  const [mantissa = '', exponent = '0'] = size.toExponential().split('e');
  return digitsOf(mantissa.replace('.', ''), Number(exponent) + 1);
}

/** Returns all decimal digits of the binary number. */
function exactDigits(size: number): Digits {
  const { mantissa, exponent } = parts(size);
  if (mantissa === 0n) return { text: '', point: 0 };
  if (exponent >= 0) {
    const whole = (mantissa << BigInt(exponent)).toString();
    return digitsOf(whole, whole.length);
  }
  const scaled = (mantissa * 5n ** BigInt(-exponent)).toString();
  return digitsOf(scaled, scaled.length + exponent);
}

const roundAfterPoint = (digits: Digits, places: number): Digits => round(digits, digits.point + places);

function round({ text, point }: Digits, keep: number): Digits {
  if (keep < 0) return { text: '', point: 0 };
  if (keep >= text.length) return { text, point };
  const kept = text.slice(0, keep);
  if (!roundsUp(text, keep)) return digitsOf(kept, point);
  const raised = (BigInt(kept === '' ? '0' : kept) + 1n).toString();
  return digitsOf(raised, point + raised.length - keep);
}

function roundsUp(text: string, keep: number): boolean {
  const next = text.charCodeAt(keep) - 0x30;
  const isHalf = next === 5 && keep + 1 === text.length;
  if (!isHalf) return next >= 5;
  return keep > 0 && (text.charCodeAt(keep - 1) - 0x30) % 2 === 1;
}

function fixedText({ text, point }: Digits, places: number): string {
  const whole = point > 0 ? text.slice(0, point).padEnd(point, '0') : '0';
  if (places === 0) return whole;
  const fraction = ('0'.repeat(Math.max(0, -point)) + text.slice(Math.max(0, point))).slice(0, places);
  return `${whole}.${fraction.padEnd(places, '0')}`;
}

function exponentText({ text, point }: Digits, places: number, letter: 'e' | 'E'): string {
  const first = text[0] ?? '0';
  const fraction = places > 0 ? `.${text.slice(1, places + 1).padEnd(places, '0')}` : '';
  const exponent = text === '' ? 0 : point - 1;
  return `${first}${fraction}${letter}${signed(exponent)}`;
}

const signed = (exponent: number): string =>
  (exponent < 0 ? '-' : '+') + Math.abs(exponent).toString().padStart(2, '0');

const SHORTEST_EXPONENT_LIMIT = 6;

function generalText(size: number, precision: number | undefined, letter: 'e' | 'E'): string {
  const wanted = precision === undefined ? undefined : Math.max(precision, 1);
  const digits = wanted === undefined ? shortestDigits(size) : round(exactDigits(size), wanted);
  const { text, point } = digits;
  const limit = exponentLimit(digits, wanted);
  const exponent = point - 1;
  const most = wanted ?? text.length;
  if (exponent < -4 || exponent >= limit) return exponentText(digits, Math.min(most, text.length) - 1, letter);
  return fixedText(digits, Math.max((most > point ? text.length : most) - point, 0));
}

function exponentLimit({ text, point }: Digits, wanted: number | undefined): number {
  if (wanted === undefined) return SHORTEST_EXPONENT_LIMIT;
  return wanted > text.length && text.length >= point ? text.length : wanted;
}

const MANTISSA_BITS = 52n;
const EXPONENT_BIAS = 1075;

/** Splits a float into integer parts with `size = mantissa × 2^exponent`. */
function parts(size: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new BigUint64Array(new Float64Array([size]).buffer)[0] ?? 0n;
  const stored = Number(bits >> MANTISSA_BITS);
  const fraction = bits & ((1n << MANTISSA_BITS) - 1n);
  if (stored === 0) return { mantissa: fraction, exponent: 1 - EXPONENT_BIAS };
  return { mantissa: fraction | (1n << MANTISSA_BITS), exponent: stored - EXPONENT_BIAS };
}

function binaryText(size: number): string {
  const { mantissa, exponent } = parts(size);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

function hexText(size: number, places: number | undefined): string {
  const { mantissa, exponent } = parts(size);
  if (mantissa === 0n) return `0x0${places ? `.${'0'.repeat(places)}` : ''}p+00`;
  const length = mantissa.toString(2).length;
  const fractionBits = 60;
  let scaled = mantissa << BigInt(fractionBits + 1 - length);
  let power = exponent + length - 1;
  if (places !== undefined && places < 15) scaled = roundHalfEven(scaled, BigInt(fractionBits - 4 * places));
  if (scaled >> BigInt(fractionBits + 1) !== 0n) {
    scaled >>= 1n;
    power++;
  }
  const fraction = scaled.toString(16).slice(1);
  const shown = places === undefined ? fraction.replace(/0+$/, '') : fraction.slice(0, places).padEnd(places, '0');
  return `0x1${shown && `.${shown}`}p${signed(power)}`;
}

function roundHalfEven(scaled: bigint, dropBits: bigint): bigint {
  const unit = 1n << dropBits;
  const rest = scaled % unit;
  const floor = scaled - rest;
  const isOdd = (floor >> dropBits) % 2n === 1n;
  return rest * 2n > unit || (rest * 2n === unit && isOdd) ? floor + unit : floor;
}
