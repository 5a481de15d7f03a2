/** Every row of the deploy cases is named in the title of a test, has its reason in a list, or is listed as pending. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ANSWERED_DIFFERENTLY } from './answered-differently.ts';
import { PENDING } from './pending.ts';

/** Section → number of its rows. */
const SECTIONS = {
  A: 15,
  B: 16,
  C: 6,
  D: 23,
  E: 15,
  F: 14,
  G: 5,
  H: 18,
  I: 18,
  J: 12,
  K: 30,
  L: 27,
  M: 14,
  N: 22,
  O: 16,
};

const ROWS = Object.entries(SECTIONS).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, at) => `${section}${at + 1}`),
);

const TESTS = join(import.meta.dirname, '../..');
const titles = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .flatMap((path) => [...readFileSync(join(TESTS, path), 'utf8').matchAll(/['"`]case ([A-O]\d+(?:, [A-O]\d+)*): /g)]);
const tested = new Set(titles.flatMap(([, rows = '']) => rows.split(', ')));
const pending = Object.values(PENDING).flatMap((rows) => rows.split(' '));
const reasoned = Object.keys(ANSWERED_DIFFERENTLY);

it('leaves no row out', () => {
  const known = new Set([...tested, ...reasoned, ...pending]);
  expect(ROWS.filter((row) => !known.has(row))).toEqual([]);
});

it('knows no rows beside them, and none twice in a list', () => {
  const rows = new Set(ROWS);
  expect([...tested, ...reasoned, ...pending].filter((row) => !rows.has(row))).toEqual([]);
  expect(new Set(pending).size).toBe(pending.length);
});

it('calls nothing pending that has a test or a reason', () => {
  expect(pending.filter((row) => tested.has(row) || reasoned.includes(row))).toEqual([]);
});
