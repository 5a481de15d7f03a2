import { plainText } from '../base/terminal-text.ts';
import type { CommandResult } from '../commands/face.ts';

/** Standard output; `process.stdout` fits. */
export interface ResultStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** The result and nothing else. On a terminal its text cannot move the cursor; in a pipe it is left as it is. */
export function showResult(
  stream: ResultStream,
  { json, text }: Pick<CommandResult, 'json' | 'text'>,
  form: 'json' | 'text',
): void {
  switch (form) {
    case 'json':
      stream.write(`${JSON.stringify(json, undefined, 2)}\n`);
      return;
    case 'text':
      stream.write(stream.isTTY ? text.split('\n').map(plainText).join('\n') : text);
  }
}
