import { describe, expect, it } from 'vitest';
import { showResult } from '../../../src/cli/show-result.ts';

function shown(text: string, { isTTY, colors }: { isTTY: boolean; colors: 'on' | 'off' }): string {
  const parts: string[] = [];
  const stream = { isTTY, write: (part: string) => parts.push(part) };
  showResult(stream, { json: null, text, textForm: 'diff' }, { form: 'text', colors });
  return parts.join('');
}

const DIFF = '1 file changed\n--- a\n+++ a\n@@ -1,1 +1,1 @@\n-old \u001b[31m\n+new\n same\n';

describe('a result with a diff in it', () => {
  it('is coloured on a terminal, and its own escapes are taken out', () => {
    expect(shown(DIFF, { isTTY: true, colors: 'on' })).toBe(
      [
        '1 file changed',
        '\u001b[1m--- a\u001b[0m',
        '\u001b[1m+++ a\u001b[0m',
        '\u001b[2m@@ -1,1 +1,1 @@\u001b[0m',
        '\u001b[31m-old \u001b[0m',
        '\u001b[32m+new\u001b[0m',
        ' same',
        '',
      ].join('\n'),
    );
  });

  it('is plain without colours, and unchanged in a pipe', () => {
    expect(shown(DIFF, { isTTY: true, colors: 'off' })).toBe(DIFF.replace('\u001b[31m', ''));
    expect(shown(DIFF, { isTTY: false, colors: 'on' })).toBe(DIFF);
  });
});
