/** Every row of the families that are worked through is a test of this folder, or has its reason in the list. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ANSWERED_DIFFERENTLY } from './answered-differently.ts';

/** Family → how many rows it has. */
const FAMILIES: Readonly<Record<string, number>> = {
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
const WORKED_THROUGH = ['L'];

const rowsOf = (family: string): string[] =>
  Array.from({ length: FAMILIES[family] ?? 0 }, (_, at) => `${family}${at + 1}`);

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
const tested = sources.flatMap((text) => [...text.matchAll(/['"`]case ([A-Z]\d+): /g)].map(([, row = '']) => row));
const known = new Set([...tested, ...Object.keys(ANSWERED_DIFFERENTLY)]);

it('leaves no row out', () => {
  expect(WORKED_THROUGH.flatMap(rowsOf).filter((row) => !known.has(row))).toEqual([]);
});

it('knows no rows beside them', () => {
  const rows = new Set(Object.keys(FAMILIES).flatMap(rowsOf));
  expect([...known].filter((row) => !rows.has(row))).toEqual([]);
});
