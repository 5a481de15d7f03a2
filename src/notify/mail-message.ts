/** Writes notices as mails. */

import type { ShellHookRecord } from '../events/hook-record.ts';
import { durationText } from '../report/duration.ts';
import { cutOutput } from '../report/log/cut-output.ts';
import { hookTitle, type Notice } from '../report/notice.ts';
import type { Origin } from './channel.ts';

const SUBJECT = 'maand notification';

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

/**
 * Returns the mail for a notice. `subject` is the configured subject. For the result of a hook, the verdict follows the
 * subject.
 */
export function mailText({ text, hook }: Notice, origin: Origin, subject: string | undefined): MailText {
  const foot = footOf(origin);
  if (!hook) return { subject: subject ?? SUBJECT, text: `${text}\n\n${foot}` };
  const verdict = `${hookTitle(hook.hook)} ${hook.problem === undefined ? 'SUCCESS' : 'FAILED'}`;
  return { subject: `${subject ?? 'maand'} ${verdict}`, text: `${verdict}\n\n${resultOf(hook)}\n${foot}` };
}

function resultOf({ command, exitCode, durationMs, stdout, stderr }: ShellHookRecord): string {
  const lines = [
    `Command: ${cutOutput(command)}`,
    `Exit Code: ${exitCode}`,
    `Duration: ${durationText(durationMs)}`,
    ...block('STDOUT:', stdout),
    ...block('STDERR:', stderr),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function block(title: string, text: string): string[] {
  return text === '' ? [] : ['', title, cutOutput(text)];
}

function footOf({ host, user, workingDirectory, runUrl }: Origin): string {
  const run = runUrl === undefined ? [] : [`Run: ${runUrl}`];
  const lines = [`Host: ${host}`, `User: ${user}`, `Working dir: ${workingDirectory}`, ...run, '-- ', 'sent by maand'];
  return lines.map((line) => `${line}\n`).join('');
}
