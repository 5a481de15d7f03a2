/**
 * Writes notices as JSON for receivers, in the format of maand or of a known service. The JSON stays within the size limits
 * of each service.
 */

import type { ShellHookRecord } from '../events/hook-record.ts';
import { durationText } from '../report/duration.ts';
import { cutOutput } from '../report/log/cut-output.ts';
import { clip } from '../report/log/phrases.ts';
import { fenced, hookTitle, type Notice } from '../report/notice.ts';
import type { WebhookTemplate } from '../request/notify/target.ts';
import type { Origin } from './channel.ts';

export interface Envelope {
  /** Id of the message. It is the same in every attempt to deliver the message. */
  readonly id: string;
  readonly sentAt: Date;
  readonly origin: Origin;
}

export function webhookBody(template: WebhookTemplate, notice: Notice, envelope: Envelope): unknown {
  switch (template) {
    case 'json':
      return ownBody(notice, envelope);
    case 'teams':
      return teamsBody(notice, envelope);
    case 'discord':
      return discordBody(notice, envelope);
  }
}

function ownBody({ event, text, hook }: Notice, { id, sentAt, origin }: Envelope) {
  const { host, runId, runUrl } = origin;
  return {
    id,
    sent_at: sentAt.toISOString(),
    event,
    ok: !isBad(event),
    text,
    host,
    run_id: runId,
    ...(runUrl === undefined ? {} : { run_url: runUrl }),
    ...(hook === undefined ? {} : { hook: hookFields(hook) }),
  };
}

function hookFields({ hook, command, stdout, stderr, exitCode, durationMs, problem }: ShellHookRecord) {
  return {
    hook,
    command: cutOutput(command),
    stdout: cutOutput(stdout),
    stderr: cutOutput(stderr),
    exit_code: exitCode,
    duration_ms: durationMs,
    success: problem === undefined,
  };
}

/** Returns an Adaptive Card. Teams refuses messages larger than 28 KB; the limits here keep messages far smaller. */
function teamsBody(notice: Notice, { origin }: Envelope) {
  const { event, text, hook } = notice;
  const title = hook ? `${hookTitle(hook.hook)}: exit code ${hook.exitCode}` : titleOf(event);
  const parts = hook ? hookParts(hook) : [{ type: 'TextBlock', text: literal(text), wrap: true }];
  const colour = isBad(event) ? 'Attention' : 'Good';
  const link = origin.runUrl === undefined ? [] : [{ type: 'Action.OpenUrl', title: 'Run', url: origin.runUrl }];
  const card = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    body: [
      { type: 'TextBlock', text: title, weight: 'Bolder', color: colour, wrap: true },
      ...parts,
      { type: 'TextBlock', text: literal(origin.host), isSubtle: true, size: 'Small' },
    ],
    actions: link,
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }] };
}

function hookParts({ command, stdout, stderr, durationMs }: ShellHookRecord) {
  const named = { Command: command, Stdout: stdout, Stderr: stderr };
  const shown = Object.entries(named).filter(([, text]) => text !== '');
  const blocks = shown.flatMap(([name, text]) => [
    { type: 'TextBlock', text: name, weight: 'Bolder' },
    { type: 'TextBlock', text: literal(cutOutput(text)), wrap: true, fontType: 'Monospace' },
  ]);
  return [...blocks, { type: 'TextBlock', text: `Duration: ${durationText(durationMs)}` }];
}

/**
 * Escapes text for a card. A card reads Markdown links and lists. It also joins lines, unless two spaces or an empty line
 * separate them.
 */
function literal(text: string): string {
  return text.replace(/[\\*_[\]]/g, '\\$&').replaceAll('\n', '\n\n');
}

const DISCORD = { description: 4096, field: { lines: 50, chars: 1000, cutChars: 900 } };
const GREEN = 0x36a64f;
const RED = 0xdd0000;

/** Returns an embed of at most 6,000 characters. Mentions in the text are inactive. */
function discordBody({ event, text, hook }: Notice, { sentAt, origin }: Envelope) {
  const { host, runUrl } = origin;
  const parts = hook ? discordHook(hook) : { title: titleOf(event), description: clip(text, DISCORD.description) };
  const embed = {
    ...parts,
    color: isBad(event) ? RED : GREEN,
    footer: { text: clip(host, 2048) },
    timestamp: sentAt.toISOString(),
    ...(runUrl === undefined ? {} : { url: runUrl }),
  };
  return { username: 'maand', embeds: [embed], allowed_mentions: { parse: [] } };
}

function discordHook({ hook, command, stdout, stderr, exitCode, durationMs }: ShellHookRecord) {
  const outputs = Object.entries({ Stdout: stdout, Stderr: stderr }).filter(([, text]) => text !== '');
  const field = (name: string, value: string) => ({ name, value, inline: true });
  return {
    title: hookTitle(hook),
    description: fenced(cutOutput(command)),
    fields: [
      ...outputs.map(([name, text]) => ({ name, value: fenced(cutOutput(text, DISCORD.field)), inline: false })),
      field('Exit Code', `\`${exitCode}\``),
      field('Duration', durationText(durationMs)),
    ],
  };
}

function isBad(event: Notice['event']): boolean {
  return event === 'deploy-failed' || event === 'hook-failed';
}

function titleOf(event: Notice['event']): string {
  switch (event) {
    case 'deploy-started':
      return 'Deploy started';
    case 'deploy-succeeded':
      return 'Deploy succeeded';
    case 'deploy-failed':
      return 'Deploy failed';
    case 'hook-succeeded':
      return 'Hook succeeded';
    case 'hook-failed':
      return 'Hook failed';
  }
}
