/** Writes the result of a command to standard output, as JSON or as text. */
import { plainText } from '../base/text/terminal-text.ts';
import type { Tone } from '../report/log/narrator.ts';
import type { Shown } from '../session/face.ts';
import { paint } from './colors.ts';

/** The members of standard output that this module uses. `process.stdout` has them. */
export interface ResultStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

export interface ResultForm {
  readonly form: 'json' | 'text';
  readonly colors: 'on' | 'off';
}

/**
 * Writes only the result. On a terminal, escapes are removed, so the text cannot move the cursor. In a pipe the text is
 * unchanged.
 */
export function showResult(
  stream: ResultStream,
  { json, text, textForm }: Pick<Shown, 'json' | 'text' | 'textForm'>,
  { form, colors }: ResultForm,
): void {
  switch (form) {
    case 'json':
      stream.write(`${JSON.stringify(json, undefined, 2)}\n`);
      return;
    case 'text':
      if (!stream.isTTY) stream.write(text);
      else {
        const show = textForm === 'diff' ? (line: string) => paint(line, toneOf(line), colors) : (line: string) => line;
        const lines = text.split('\n').map(plainText);
        stream.write(lines.map(show).join('\n'));
      }
  }
}

/** Returns the tone of one line of a unified diff. */
function toneOf(line: string): Tone {
  if (line.startsWith('+++ ') || line.startsWith('--- ')) return 'heading';
  if (line.startsWith('@@ ')) return 'faint';
  if (line.startsWith('+')) return 'good';
  return line.startsWith('-') ? 'bad' : 'plain';
}
