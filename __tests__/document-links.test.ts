/**
 * Checks that every link between the documents leads to an existing file, and to an existing heading or anchor in that file.
 */
import { existsSync, globSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksOf, ROOT, readDocument } from './support/documents.ts';

const PAGES = ['README.md', ...globSync('{docs,examples}/**/*.md', { cwd: ROOT })].sort();

function problemWith(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : posix.join(posix.dirname(page), path);
  if (!existsSync(join(ROOT, target))) return `${link}: there is no ${target}`;
  if (anchor === undefined) return undefined;
  return anchorsOf(readDocument(target)).has(anchor) ? undefined : `${link}: ${target} has no such section`;
}

describe('links between documents', () => {
  it('are found, with and without an anchor', () => {
    expect(PAGES).toContain('docs/state.md');
    const all = PAGES.flatMap((page) => linksOf(readDocument(page)));
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter((link) => link.includes('#')).length).toBeGreaterThan(10);
  });

  it('are distinguished from links without a target', () => {
    expect(problemWith('docs/state.md', 'nowhere.md')).toBe('nowhere.md: there is no docs/nowhere.md');
    expect(problemWith('README.md', 'docs/state.md#nowhere')).toContain('no such section');
    expect(problemWith('docs/state.md', '#state-locked')).toBeUndefined();
    expect(problemWith('docs/state.md', '../README.md#a-bucket')).toBeUndefined();
  });

  it.each(PAGES)('of %s lead somewhere', (page) => {
    const problems = linksOf(readDocument(page)).map((link) => problemWith(page, link));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });
});
