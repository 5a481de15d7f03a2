import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../src/base/text/glob.ts';

function matches(pattern: string, path: string): boolean {
  const compiled = compileGlob(pattern);
  if ('error' in compiled) throw new Error(compiled.error);
  return compiled.matches(path);
}

describe('compileGlob', () => {
  it.each([
    // a pattern without a slash matches base names at any depth
    ['Makefile', 'Makefile'],
    ['Makefile', 'sub/Makefile'],
    ['*.yaml', 'rules.yaml'],
    ['*.yaml', 'rules/alerts.yaml'],
    ['app.*', 'config/app.toml'],
    ['?.conf', 'a/b.conf'],
    // a pattern with a slash matches whole paths
    ['config/app.toml', 'config/app.toml'],
    ['./config/app.toml', 'config/app.toml'],
    ['/Makefile', 'Makefile'],
    ['config/*.toml', 'config/app.toml'],
    ['*/app.toml', 'config/app.toml'],
    // a slash at the end matches everything below the folder
    ['config/', 'config/app.toml'],
    ['config/', 'config/deep/app.toml'],
    ['conf*/', 'config/app.toml'],
    // double stars
    ['**', 'any/thing'],
    ['bin/**', 'bin/runner'],
    ['bin/**', 'bin/deep/runner'],
    ['bin/**', 'bin'],
    ['**/name', 'name'],
    ['**/name', 'a/b/name'],
    ['**/dir/rest', 'dir/rest'],
    ['**/dir/rest', 'a/b/dir/rest'],
    ['a/**/b', 'a/b'],
    ['a/**/b', 'a/x/y/b'],
    ['a/**/b/**/c', 'a/x/b/y/z/c'],
    ['**/*.conf', 'a/b.conf'],
    // classes and escapes
    ['[abc].txt', 'b.txt'],
    ['[a-c]?', 'b1'],
    ['[!a-c]x', 'dx'],
    ['[^a]x', 'bx'],
    ['[a-]', '-'],
    ['\\*.txt', '*.txt'],
    ['[\\]]', ']'],
    ['a{b}', 'a{b}'],
    ['*', 'größe'],
    ['?', '😀'],
    [' Makefile ', 'Makefile'],
  ])('%j matches %j', (pattern, path) => {
    expect(matches(pattern, path)).toBe(true);
  });

  it.each([
    ['Makefile', 'Makefile.tpl'],
    ['*.yaml', 'a.yaml/b'],
    ['config/app.toml', 'x/config/app.toml'],
    ['/Makefile', 'sub/Makefile'],
    ['config/*.toml', 'config/deep/app.toml'],
    ['config/*', 'config'],
    ['config/', 'config'],
    ['config/', 'x/config/a'],
    ['bin/**', 'binary/x'],
    ['**/dir/rest', 'a/dir/b/rest'],
    ['a/**/b', 'ab'],
    ['a/**/b', 'a/x/c'],
    ['a/**/b', 'x/a/b'],
    ['[abc].txt', 'd.txt'],
    ['[!a-c]x', 'bx'],
    ['?', ''],
    ['?', 'ab'],
    ['\\*.txt', 'a.txt'],
    ['a.b', 'axb'],
    ['A', 'a'],
  ])('%j does not match %j', (pattern, path) => {
    expect(matches(pattern, path)).toBe(false);
  });

  it.each(['[', '[]', '[a', '[!]', '[z-a]', 'a\\', 'x/[', '[a/b]'])('refuses %j', (pattern) => {
    expect(compileGlob(pattern)).toEqual({ error: `invalid glob pattern ${JSON.stringify(pattern)}` });
  });

  it.each(['', '  ', './'])('refuses the empty %j', (pattern) => {
    expect(compileGlob(pattern)).toEqual({ error: 'empty glob pattern' });
  });

  it('matches every path by the path itself with its special characters escaped', () => {
    const step = fc.stringMatching(/^[a-z*?[\]\\!.-]{1,8}$/).filter((text) => text !== '.' && text !== '..');
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
        const path = steps.join('/');
        expect(matches(path.replace(/[*?[\\]/g, '\\$&'), path)).toBe(true);
      }),
    );
  });

  it('answers quickly for a pattern that invites backtracking', () => {
    const started = performance.now();
    expect(matches(`${'*a'.repeat(40)}b`, 'a'.repeat(4000))).toBe(false);
    expect(matches(`${'**/a/'.repeat(40)}b`, 'a/'.repeat(2000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
