/** Every row of the build cases is a test of this folder, or has its reason in the list. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ANSWERED_DIFFERENTLY } from './answered-differently.ts';

const ROWS = Array.from({ length: 123 }, (_, at) => at + 1);

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
const tested = sources.flatMap((text) =>
  [...text.matchAll(/(['"`])case (\d+): /g)].map(([, , number]) => Number(number)),
);

it('leaves no row out', () => {
  const known = new Set([...tested, ...Object.keys(ANSWERED_DIFFERENTLY).map(Number)]);
  expect(ROWS.filter((row) => !known.has(row))).toEqual([]);
});

it('knows no rows beside them', () => {
  const rows = new Set(ROWS);
  const numbers = [...tested, ...Object.keys(ANSWERED_DIFFERENTLY).map(Number)];
  expect(numbers.filter((row) => !rows.has(row))).toEqual([]);
});
