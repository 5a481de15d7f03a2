/** Prints text to the log of the action. */
import * as core from '@actions/core';
import { safeLines } from './safe-line.ts';

/** Text of any origin to the log, line by line, none of it a command. */
export function print(text: string): void {
  for (const line of safeLines(text)) core.info(line);
}
