/** Checks rules of this repository that neither the compiler nor the linters check. */
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

const TEXTS = ['.ts', '.mjs', '.js', '.py', '.sh', '.md', '.json'] as const;
/** Matches a section sign, or the number of a document that is not in this repository. */
const UNKNOWN_DOCUMENT = /\b(?:spec|contract) ?(?:§|\d{1,2})|§ ?\d/i;

describe('a text', () => {
  it('refers to no document that a reader of this repository does not have', () => {
    const folders = ['src', '__tests__', 'docs', 'bench', 'demo', 'scripts'];
    const files = [...folders.flatMap((folder) => filesBelow(folder, TEXTS)), 'README.md'];
    expect(files.length).toBeGreaterThan(500);
    expect(linesThat(UNKNOWN_DOCUMENT, files)).toEqual([]);
  });
});

describe('a file of src/', () => {
  it('starts with a comment about the purpose of the file', () => {
    const files = filesBelow('src', ['.ts', '.sh']);
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter((file) => !opensWithSentence(file))).toEqual([]);
  });
});

describe('an abort signal', () => {
  it('is made in one file, which allows one listener per worker: Node 20 warns of more than ten', () => {
    const files = filesBelow('src', ['.ts']).filter(
      (file) => file !== 'src/base/abort.ts' && !file.includes('clients/'),
    );
    expect(files.length).toBeGreaterThan(300);
    expect(linesThat(/new AbortController|AbortSignal\.(?:any|timeout)/, files)).toEqual([]);
  });
});

describe('a call that makes a file or a folder', () => {
  it('names the mode, so that a umask of 000 opens nothing to others', () => {
    const files = filesBelow('src', ['.ts']);
    const calls = files.flatMap((file) =>
      makingCalls(readFileSync(join(ROOT, file), 'utf8')).map((call) => `${file}: ${call}`),
    );
    expect(calls.length).toBeGreaterThan(15);
    expect(calls.filter((call) => !/\bmode\b/.test(call))).toEqual([]);
  });
});

/** Returns the calls of `mkdir` and `writeFile` of node:fs, with their arguments. */
function makingCalls(text: string): string[] {
  return [...text.matchAll(/(?<![.\w])(?:mkdir|writeFile|mkdirSync|writeFileSync)\(/g)].map(({ 0: start, index }) => {
    let depth = 1;
    let end = index + start.length;
    for (; depth > 0 && end < text.length; end++) depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0;
    return text.slice(index, end).replaceAll(/\s+/g, ' ');
  });
}

/**
 * Returns true when the file starts with a comment of at least one sentence. Only the line that names the interpreter may
 * come before that comment.
 */
function opensWithSentence(file: string): boolean {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/^#!.*\n/, '');
  const opening = file.endsWith('.sh') ? /^(?:# ?.*\n)+/.exec(text)?.[0] : /^\/\*\*[\s\S]*?\*\//.exec(text)?.[0];
  return /[a-z] [\s\S]*[.:](?:\s|$)/.test((opening ?? '').replaceAll(/^\/\*\*|\*\/$/g, ''));
}

describe('the title of a test', () => {
  it('is a sentence without the code of a row, because cases/rows.ts maps titles to rows', () => {
    const tests = filesBelow('__tests__', ['.test.ts']);
    expect(linesThat(/\(['"`](?:case|row)s? [A-Z]?\d+\b/, tests)).toEqual([]);
  });
});
