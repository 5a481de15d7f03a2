/** Makes the texts of notifications about a deploy (docs/notifications.md). Each channel formats the texts in its own way. */
import type { WordingOf } from '../base/free-text.ts';
import { SHELL_HOOK_WORDING } from '../events/event-wording.ts';
import type { ShellHookName, ShellHookRecord } from '../events/hook-record.ts';
import { durationText } from './duration.ts';
import { cutOutput } from './log/cut-output.ts';
import { clip, count, nameSome } from './log/phrases.ts';

export type NoticeEvent = 'deploy-started' | 'hook-succeeded' | 'hook-failed' | 'deploy-succeeded' | 'deploy-failed';

export interface Notice {
  readonly event: NoticeEvent;
  /** Plain text of one or more lines. */
  readonly text: string;
  /** The record of the hook, when the notice reports the result of a hook. */
  readonly hook?: ShellHookRecord;
}

export const NOTICE_WORDING: WordingOf<Notice> = { text: 'text', hook: SHELL_HOOK_WORDING };

const LONGEST_TEXT_CHARS = 3000;
const JOBS_SHOWN = 20;

/**
 * Returns the notice for the start of a deploy. `subject` names the deployed bucket, for example `octo/shop (production)`.
 */
export function startedNotice(subject: string, jobs: readonly string[]): Notice {
  const text = `${subject}: deploy of ${count(jobs.length, 'job')} started: ${nameSome(jobs, JOBS_SHOWN)}`;
  return { event: 'deploy-started', text: cut(text) };
}

/** Returns the notice for a successful deploy. `result` is the text that a terminal shows as the result. */
export function succeededNotice(subject: string, result: string): Notice {
  return { event: 'deploy-succeeded', text: cut(`${subject}: ${result}`) };
}

/**
 * Returns the notice for a failed deploy. `reason` is one sentence, or the line `deploy failed:` followed by a line for each
 * failure.
 */
export function failedNotice(subject: string, reason: string): Notice {
  const said = reason.startsWith('deploy failed:') ? reason : `deploy failed: ${reason}`;
  return { event: 'deploy-failed', text: cut(`${subject}: ${said}`) };
}

export function hookNotice(hook: ShellHookRecord): Notice {
  const failed = hook.problem !== undefined;
  return { event: failed ? 'hook-failed' : 'hook-succeeded', text: hookResultText(hook), hook };
}

/** Returns a title such as `Before Deploy Hook`. */
export function hookTitle(hook: ShellHookName): string {
  switch (hook) {
    case 'before-deploy':
      return 'Before Deploy Hook';
    case 'after-deploy':
      return 'After Deploy Hook';
  }
}

/** Returns the result of a hook as one text. Channels use it when their messages are only text. */
function hookResultText({ hook, command, exitCode, durationMs, stdout, stderr, problem }: ShellHookRecord): string {
  const lines = [
    `${problem === undefined ? '✓' : '✗'} ${hookTitle(hook)} Result`,
    `**Command:** ${cutOutput(command)}`,
    `**Exit Code:** ${exitCode}`,
    `**Duration:** ${durationText(durationMs)}`,
    ...block('Stdout', stdout),
    ...block('Stderr', stderr),
  ];
  return lines.join('\n');
}

function block(title: string, text: string): string[] {
  return text === '' ? [] : [`**${title}:**`, fenced(cutOutput(text))];
}

/** Returns a code block. Code fences in the text are changed, so the text cannot end the block. */
export function fenced(text: string): string {
  return `\`\`\`\n${text.replaceAll('```', '`\u200b`\u200b`')}\n\`\`\``;
}

function cut(text: string): string {
  return clip(text.trim(), LONGEST_TEXT_CHARS);
}
