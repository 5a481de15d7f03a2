/** Writes notices as Slack attachments. */
import { createHash } from 'node:crypto';
import type { ShellHookRecord } from '../events/hook-record.ts';
import { durationText } from '../report/duration.ts';
import { cutOutput } from '../report/log/cut-output.ts';
import { hookTitle, type Notice } from '../report/notice.ts';
import type { SlackTarget } from '../request/notify/target.ts';
import type { Origin } from './channel.ts';

const GOOD = '#36a64f';
const BAD = '#dd0000';

/** The fields of an attachment that maand sends, with Slack's names. */
export interface SlackAttachment {
  readonly color: string;
  readonly fallback: string;
  readonly title?: string;
  readonly title_link?: string;
  readonly text: string;
  readonly fields?: readonly { readonly title: string; readonly value: string; readonly short: boolean }[];
  /** The fields in which Slack reads markup. */
  readonly mrkdwn_in: readonly ('text' | 'fields')[];
  readonly footer: string;
  /** Seconds since 1970. */
  readonly ts: string;
}

export type Heading = Pick<SlackTarget, 'title' | 'url'>;

/** Returns the attachment of a message. A message has exactly one. */
export function slackAttachment({ text, event, hook }: Notice, origin: Origin, heading: Heading): SlackAttachment {
  const foot = { footer: footerOf(origin, heading), ts: String(Math.floor(Date.now() / 1000)) };
  const link = origin.runUrl === undefined ? {} : { title_link: origin.runUrl };
  if (hook) return { ...hookParts(hook), ...link, ...foot };
  const whole = origin.runUrl === undefined ? escaped(text) : `${escaped(text)}\n<${origin.runUrl}|Run>`;
  const color = event === 'deploy-failed' ? BAD : hostColour(origin.host);
  return { color, fallback: text, text: whole, mrkdwn_in: ['text'], ...foot };
}

function hookParts({ hook, command, stdout, stderr, exitCode, durationMs, problem }: ShellHookRecord) {
  const title = hookTitle(hook);
  const outputs = [
    { title: 'Stdout', text: stdout },
    { title: 'Stderr', text: stderr },
  ].filter(({ text }) => text !== '');
  return {
    color: problem === undefined ? GOOD : BAD,
    fallback: `${title}: exit code ${exitCode}`,
    title,
    text: codeBlock(command),
    fields: [
      ...outputs.map((output) => ({ title: output.title, value: codeBlock(output.text), short: false })),
      { title: 'Exit Code', value: `\`${exitCode}\``, short: true },
      { title: 'Duration', value: durationText(durationMs), short: true },
    ],
    mrkdwn_in: ['text', 'fields'] as const,
  };
}

/** Returns a code block. Code fences in the text are changed, so the text cannot end the block. */
function codeBlock(text: string): string {
  return `\`\`\`\n${escaped(cutOutput(text).replaceAll('```', '`\u200b`\u200b`'))}\n\`\`\``;
}

/** Escapes the text. Slack reads links, mentions and channels only from angle brackets. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function footerOf({ host }: Origin, { title, url }: Heading): string {
  if (title === undefined) return escaped(host);
  const shown = url === undefined ? escaped(title) : `<${url}|${escaped(title)}>`;
  return `${shown}/${escaped(host)}`;
}

/**
 * Returns the colour of a host. The colour of a host never changes, and it has little red, so that it does not look like an
 * alarm.
 */
export function hostColour(host: string): string {
  const [red = 0, green = 0, blue = 0] = createHash('md5').update(host).digest();
  const parts = [red % 0x60, 0x40 + (green % 0xc0), 0x40 + (blue % 0xc0)];
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
