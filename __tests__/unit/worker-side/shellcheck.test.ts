import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workerProgram } from '../../../src/worker-side/program.ts';

const FOLDER = join(import.meta.dirname, '../../../src/worker-side');
const PROGRAMS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sh'));
const isMissing = spawnSync('shellcheck', ['--version']).error !== undefined;

describe('programs for workers', () => {
  it.skipIf(isMissing).each(PROGRAMS)(
    `%s passes shellcheck${isMissing ? ' (skipped: shellcheck is missing)' : ''}`,
    (name) => {
      const { status, stdout } = spawnSync('shellcheck', ['--shell=sh', join(FOLDER, name)], { encoding: 'utf8' });
      expect([status, stdout]).toEqual([0, '']);
    },
  );

  it.each(PROGRAMS)('%s opens with what it is for', (name) => {
    expect(readFileSync(join(FOLDER, name), 'utf8')).toMatch(/^#!\/bin\/sh\n# [A-Z][^\n]+\n/);
  });

  it('are sent without comments, after their parameters', () => {
    expect(workerProgram('job/stop', { variables: { folder: "it's" }, words: ['a b'] }).split('\n')).toEqual([
      "maand_folder='it'\\''s'",
      "set -- 'a b'",
      expect.stringMatching(/^: "..maand_folder/),
      'refuse_dead_links "$maand_folder"',
      'cd "$maand_folder" 2>/dev/null || exit 0',
      expect.stringContaining('Makefile'),
      'exec make -s stop',
    ]);
  });
});
