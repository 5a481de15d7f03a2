import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

function flood(sizeMb: number, ending: 'lines' | 'one-line') {
  const program = join(import.meta.dirname, 'flood-program.ts');
  const output = execFileSync(process.execPath, [program, String(sizeMb), ending], { encoding: 'utf8' });
  return JSON.parse(output);
}

it('takes 100 MB of lines in bounded memory, shows 8 MiB of them, and keeps end and exit code', () => {
  const { peakMb, ...seen } = flood(100, 'lines');
  expect(seen).toEqual({
    exitCode: 5,
    tailChars: expect.any(Number),
    last: 'the end',
    lineCount: 8 * 1024 + 1,
    longestLine: 1023,
    lastLine: '… [output cut after 8 MiB]',
  });
  expect(seen.tailChars).toBeLessThan(65 * 1024);
  expect(peakMb).toBeLessThan(200);
});

it('takes one line of 50 MB in bounded memory', () => {
  const { peakMb, ...seen } = flood(50, 'one-line');
  expect(seen).toMatchObject({ exitCode: 5, last: 'the end', lineCount: 2, lastLine: 'the end' });
  expect(seen.longestLine).toBeLessThan(257 * 1024);
  expect(peakMb).toBeLessThan(200);
});
