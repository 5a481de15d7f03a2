import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const MODULE = join(import.meta.dirname, '../../../src/base/text/last-words.ts');

function leave(script: string): string {
  const source = `import { atExit } from ${JSON.stringify(MODULE)};\n${script}`;
  return execFileSync(process.execPath, ['--input-type=module', '--no-warnings', '-e', source], { encoding: 'utf8' });
}

describe('atExit', () => {
  it('runs the pending functions when the process exits at once', () => {
    expect(leave("atExit(() => console.log('one')); atExit(() => console.log('two')); process.exit();")).toBe(
      'one\ntwo\n',
    );
  });

  it('forgets a function that was disposed of', () => {
    expect(leave("{ using gone = atExit(() => console.log('gone')); } atExit(() => console.log('kept'));")).toBe(
      'kept\n',
    );
  });
});
