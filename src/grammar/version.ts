/** Parses the versions of jobs and compares them. */
import compareMain from 'semver/functions/compare.js';
import { compareText } from '../base/order.ts';
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { quoted } from '../base/text/quote.ts';

/** The version of a job. Examples in a manifest are `1`, `v2.1` and `2.0.0-rc1`. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Everything after the first hyphen; empty for a release. */
  readonly prerelease: string;
}

const FORM = /^[vV]?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z._-]+))?$/;

/**
 * Parses `[v]major[.minor[.patch]][-prerelease]`. Surrounding white space is ignored, and missing numbers are 0. A text
 * that does not have this form is refused, including an empty text and `unknown`.
 */
export function parseVersion(text: string): Parsed<Version> {
  const [matched, major, minor = '0', patch = '0', prerelease = ''] = FORM.exec(text.trim()) ?? [];
  const numbers = [Number(major), Number(minor), Number(patch)] as const;
  if (matched === undefined || !numbers.every(Number.isSafeInteger)) {
    return refused(`invalid job version: ${quoted(text)} (want [v]major[.minor[.patch]][-prerelease])`);
  }
  return parsed({ major: numbers[0], minor: numbers[1], patch: numbers[2], prerelease });
}

/**
 * Returns a negative number, zero or a positive number. Numbers are compared by value. A prerelease is below its
 * release. Two prereleases are compared as plain texts.
 */
export function compareVersions(a: Version, b: Version): number {
  const byMain = compareMain(mainOf(a), mainOf(b));
  if (byMain !== 0 || a.prerelease === b.prerelease) return byMain;
  if (a.prerelease === '' || b.prerelease === '') return a.prerelease === '' ? 1 : -1;
  return compareText(a.prerelease, b.prerelease);
}

function mainOf({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}
