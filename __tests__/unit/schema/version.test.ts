import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, parseVersion, type Version } from '../../../src/grammar/version.ts';

function versionOf(text: string): Version {
  const result = parseVersion(text);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

function compare(a: string, b: string): number {
  return Math.sign(compareVersions(versionOf(a), versionOf(b)));
}

describe('parseVersion', () => {
  it.each([
    ['1.2.3', [1, 2, 3, '']],
    ['v2.1', [2, 1, 0, '']],
    ['V3', [3, 0, 0, '']],
    ['  1.0 ', [1, 0, 0, '']],
    ['2.0.0-rc1', [2, 0, 0, 'rc1']],
    ['1-beta', [1, 0, 0, 'beta']],
    ['1.0.0-rc-1', [1, 0, 0, 'rc-1']],
    ['01.002', [1, 2, 0, '']],
  ])('reads %j', (text, [major, minor, patch, prerelease]) => {
    expect(versionOf(text)).toEqual({ major, minor, patch, prerelease });
  });

  it.each([
    '',
    ' ',
    'unknown',
    'UNKNOWN',
    '1.2.3.4',
    '1..2',
    'a.b',
    '1.2.-3',
    '1.0.0-',
    '1.0.0+5',
    'vv1',
    '1 .0',
    '9'.repeat(17),
  ])('refuses %j', (text) => {
    const result = parseVersion(text);
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining('invalid job version: ') });
  });
});

describe('compareVersions', () => {
  it.each([
    ['1.2.0', '1.10.0', -1],
    ['1.2.0-rc1', '1.2.0', -1],
    ['1.2.0', '1.2.0-rc1', 1],
    ['2.0.0-rc10', '2.0.0-rc2', -1],
    ['1.0', 'v1.0.0', 0],
    ['2', '1.9.9', 1],
    ['1.0.0-a', '1.0.0-a', 0],
    ['1.0.0-rc2', '1.0.1-rc1', -1],
  ])('%s against %s is %i', (a, b, expected) => {
    expect(compare(a, b)).toBe(expected);
  });

  const part = fc.integer({ min: 0, max: 12 });
  const version = fc
    .tuple(part, part, part, fc.constantFrom('', 'rc1', 'rc10', 'rc2', 'alpha', 'Z', '0'))
    .map(([major, minor, patch, prerelease]) => `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}`);

  it('is a total order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compare(a, b)).toBe(0 - compare(b, a));
        expect(compare(a, b) === 0).toBe(a === b);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('puts a release above its prereleases and below the next patch', () => {
    fc.assert(
      fc.property(part, part, part, (major, minor, patch) => {
        const release = `${major}.${minor}.${patch}`;
        expect(compare(`${release}-zz`, release)).toBe(-1);
        expect(compare(release, `${major}.${minor}.${patch + 1}-0`)).toBe(-1);
      }),
    );
  });
});
