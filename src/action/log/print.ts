/** Prints text to the log of the action. */
import * as core from '@actions/core';
import { safeLines } from './safe-line.ts';

/** Prints any text to the log line by line. The runner does not execute commands in the text. */
export function print(text: string): void {
  for (const line of safeLines(text)) core.info(line);
}
