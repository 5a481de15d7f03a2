/** Rules of this repository that neither the compiler nor the linters check. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

function filesBelow(folder: string, endings: readonly string[]): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => join(folder, path));
}

function linesThat(match: RegExp, files: readonly string[]): readonly string[] {
  return files.flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, at) => (match.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
  );
}

describe('the title of a test', () => {
  it('is a sentence without the code of a row: cases/rows.ts says which rows it shows', () => {
    const tests = filesBelow('__tests__', ['.test.ts']);
    expect(linesThat(/\(['"`](?:case|row)s? [A-Z]?\d+\b/, tests)).toEqual([]);
  });
});
