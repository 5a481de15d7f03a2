/**
 * Parses the text of `notify`, which has one URL per line, into targets. A refusal quotes the line without the parts that may
 * be secret.
 */
import { type Parsed, parsed, refused } from '../../base/parsed.ts';
import { quoted } from '../../base/text/quote.ts';
import { parseMail } from './parse-mail.ts';
import { parseWebhook } from './parse-webhook.ts';
import type { NotifyTarget, SlackTarget, SlackThread } from './target.ts';
import { decoded, shownUrl, UrlSettings } from './url-settings.ts';

const KNOWN = 'want slack://CHANNEL, smtp://HOST/RECIPIENT, mail://HOST/RECIPIENT or https://…';

export function parseTargets(text: string): Parsed<NotifyTarget[]> {
  const lines = text.split('\n').map((line) => line.trim());
  const targets: NotifyTarget[] = [];
  const reasons: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (line === '') continue;
    const target = parseTarget(line);
    if (target.ok) targets.push(target.value);
    else reasons.push(`line ${at + 1}: ${target.reason}`);
  }
  return reasons.length === 0 ? parsed(targets) : refused(reasons.join('; '));
}

function parseTarget(line: string): Parsed<NotifyTarget> {
  const url = URL.canParse(line) ? new URL(line) : undefined;
  if (!url) return unsupported(url);
  switch (url.protocol) {
    case 'slack:':
      return parseSlack(url);
    case 'smtp:':
    case 'mail:':
      return parseMail(url);
    case 'https:':
    case 'http:':
      return parseWebhook(url);
    default:
      return unsupported(url);
  }
}

function unsupported(url: URL | undefined): Parsed<never> {
  return refused(`unsupported notify: ${shownUrl(url)} (${KNOWN})`);
}

const TIMESTAMP = /^\d{1,12}\.\d{1,9}$/;

function parseSlack(url: URL): Parsed<SlackTarget> {
  const settings = new UrlSettings(url.searchParams, [
    'title',
    'url',
    'quiet',
    'thread',
    'thread_ts',
    'username',
    'api',
  ]);
  const channel = decoded(url.hostname);
  const timestamp = settings.text('thread_ts');
  if (timestamp !== undefined && !TIMESTAMP.test(timestamp))
    settings.refuse(
      `thread_ts must be the timestamp of a message such as 1503435956.000247 (got ${quoted(timestamp)})`,
    );
  return settings.finish({
    kind: 'slack',
    label: channel === '' ? 'slack' : `slack ${channel}`,
    channel,
    title: settings.text('title'),
    url: settings.webAddress('url'),
    username: settings.text('username') ?? 'maand',
    quiet: settings.flag('quiet'),
    thread: threadOf(settings.flag('thread') ? 'in-file' : 'none', timestamp),
    apiUrl: settings.webAddress('api'),
    secrets: [],
  });
}

/** Returns the thread. A given timestamp takes precedence over `kind`. */
function threadOf(kind: 'in-file' | 'none', timestamp: string | undefined): SlackThread {
  if (timestamp !== undefined) return { kind: 'given', timestamp };
  return { kind };
}
