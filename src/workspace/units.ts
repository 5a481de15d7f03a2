import { type Parsed, parsed, refused } from './parsed.ts';
import { quoted } from './quote.ts';

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

/** `"512 mb"`, `"1.5 GB"`, `"4096"` → MB; empty → 0 (spec 01 §1.2). A bare number may be negative: callers refuse that in their own words. */
export function parseMemoryMb(text: string): Parsed<number> {
  return parseQuantity(text, MEMORY);
}

/** `"2.4 GHZ"`, `"100"` → MHz; empty → 0 (spec 01 §1.2). A bare number may be negative. */
export function parseCpuMhz(text: string): Parsed<number> {
  return parseQuantity(text, CPU);
}

const BARE = /^[+-]?\d+(?:\.\d+)?$/;
const WITH_UNIT = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/;

function parseQuantity(raw: string, { unsupported, invalid, factors }: Kind): Parsed<number> {
  const text = raw.trim();
  if (text === '') return parsed(0);
  const [, digits = text, unit = ''] = WITH_UNIT.exec(text) ?? [];
  const name = unit.toUpperCase();
  if (unit === '' && !BARE.test(text)) return refused(`${invalid} ${quoted(raw)}`);
  const factor = unit === '' ? 1 : Object.hasOwn(factors, name) ? factors[name] : undefined;
  if (factor === undefined) return refused(`${unsupported} ${quoted(name)}`);
  const value = withoutNoise(Number(digits) * factor);
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? parsed(value) : refused(`${invalid} ${quoted(raw)}`);
}

/** `1.005 GHZ` is 1005, not 1004.9999999999999; six decimals also keep the text of every value free of exponents. */
function withoutNoise(value: number): number {
  return Number(value.toFixed(6)) + 0;
}
