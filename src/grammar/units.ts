/** Parses amounts of memory and CPU, with or without a unit, into megabytes and megahertz. */
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { quoted } from '../base/text/quote.ts';

interface Kind {
  readonly unsupported: string;
  readonly invalid: string;
  readonly factors: Readonly<Record<string, number>>;
}

const MEMORY: Kind = {
  unsupported: 'unsupported memory unit',
  invalid: 'invalid memory size',
  factors: { MB: 1, GB: 1024, TB: 1024 * 1024 },
};
const CPU: Kind = {
  unsupported: 'unsupported cpu unit',
  invalid: 'invalid cpu frequency',
  factors: { MHZ: 1, GHZ: 1000, THZ: 1_000_000 },
};

/**
 * Parses amounts such as `"512 mb"`, `"1.5 GB"` and `"4096"` into MB; an empty text is 0. A number without a unit may
 * be negative. Callers must refuse negative numbers.
 */
export function parseMemoryMb(text: string): Parsed<number> {
  return parseQuantity(text, MEMORY);
}

/**
 * Parses amounts such as `"2.4 GHZ"` and `"100"` into MHz; an empty text is 0. A number without a unit may be negative.
 * Callers must refuse negative numbers.
 */
export function parseCpuMhz(text: string): Parsed<number> {
  return parseQuantity(text, CPU);
}

const QUANTITY = /^([+-]?)(\d{1,18})(?:\.(\d{1,18}))?\s*([A-Za-z]*)$/;

function parseQuantity(raw: string, { unsupported, invalid, factors }: Kind): Parsed<number> {
  const text = raw.trim();
  if (text === '') return parsed(0);
  const [matched, sign = '', whole = '', fraction = '', unit = ''] = QUANTITY.exec(text) ?? [];
  if (matched === undefined || (sign !== '' && unit !== '')) return refused(`${invalid} ${quoted(raw)}`);
  const name = unit.toUpperCase();
  const factor = unit === '' ? 1 : Object.hasOwn(factors, name) ? factors[name] : undefined;
  if (factor === undefined) return refused(`${unsupported} ${quoted(name)}`);
  const value = multiply({ whole, fraction, factor });
  if (!Number.isSafeInteger(Math.trunc(value))) return refused(`${invalid} ${quoted(raw)}`);
  return parsed(sign === '-' && value !== 0 ? -value : value);
}

interface Product {
  readonly whole: string;
  readonly fraction: string;
  readonly factor: number;
}

/**
 * Multiplies a decimal number by a factor. The multiplication uses whole numbers, so that `1.005 GHZ` is 1005 and not
 * 1004.9999999999999. The result is rounded to six decimals, so that its text needs no exponent.
 */
function multiply({ whole, fraction, factor }: Product): number {
  const scaled = BigInt(whole + fraction) * BigInt(factor);
  return Number((Number(scaled) / 10 ** fraction.length).toFixed(6));
}
