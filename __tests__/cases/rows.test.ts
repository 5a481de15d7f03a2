/** Checks that every row of the cases has an existing test, has a reason in a list, or is listed as pending. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANSWERED_DIFFERENTLY } from './answered-differently.ts';
import { PENDING } from './pending.ts';
import { SHOWN } from './rows.ts';

/** The rows of builds are numbered without sections. */
const BUILD_ROWS = Array.from({ length: 123 }, (_, at) => `${at + 1}`);
/** The rows of deploys have sections. This table maps each section to the number of its rows. */
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
const DEPLOY_ROWS = Object.entries(SECTIONS).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, at) => `${section}${at + 1}`),
);
const ROWS = [...BUILD_ROWS, ...DEPLOY_ROWS];

const TESTS = join(import.meta.dirname, '..');
const shown = new Set(
  Object.values(SHOWN).flatMap((titles) => Object.values(titles).flatMap((rows) => rows.split(' '))),
);
const pending = Object.values(PENDING).flatMap((rows) => rows.split(' '));
const reasoned = Object.keys(ANSWERED_DIFFERENTLY);

describe('the table of rows', () => {
  it('contains every row', () => {
    const known = new Set([...shown, ...reasoned, ...pending]);
    expect(ROWS.filter((row) => !known.has(row))).toEqual([]);
  });

  it('contains no other row, and no row twice in a list', () => {
    const rows = new Set(ROWS);
    expect([...shown, ...reasoned, ...pending].filter((row) => !rows.has(row))).toEqual([]);
    expect(new Set(pending).size).toBe(pending.length);
  });

  it('lists no row as pending that has a test or a reason', () => {
    expect(pending.filter((row) => shown.has(row) || reasoned.includes(row))).toEqual([]);
  });

  it.each(Object.entries(SHOWN))('names tests that %s has, each by a title of its own', (file, titles) => {
    const path = join(TESTS, file);
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const gone = Object.keys(titles).filter((title) => timesTitled(text, title) !== 1);
    expect(gone).toEqual([]);
  });
});

/** Returns how often a test or a group has this title. A title is the first argument of a call with more arguments. */
function timesTitled(text: string, title: string): number {
  return ["'", '"', '`'].reduce((times, quote) => {
    const literal = quote + title.replaceAll(quote, `\\${quote}`) + quote;
    const parts = text.split(literal);
    return times + parts.slice(1).filter((after, at) => /\(\s*$/.test(parts[at] ?? '') && /^\s*,/.test(after)).length;
  }, 0);
}
