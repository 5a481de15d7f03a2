/** Parses the webhook targets of `notify`. */
import type { Parsed } from '../../base/parsed.ts';
import { WEBHOOK_TEMPLATES, type WebhookTarget, type WebhookTemplate } from './target.ts';
import { UrlSettings } from './url-settings.ts';

/** Services whose webhooks accept only their own message format. */
const SERVICES: readonly { readonly host: RegExp; readonly template: WebhookTemplate }[] = [
  { host: /(^|\.)discord(app)?\.com$/, template: 'discord' },
  { host: /(^|\.)(webhook\.office\.com|logic\.azure\.com|powerplatform\.com)$/, template: 'teams' },
];
/** Parts of an address with at least this length are treated as tokens. */
const SHORTEST_TOKEN = 16;

/**
 * Parses `https://…#template=…&secret=…&quiet=…`. The settings are in the fragment, because a fragment is never sent. The
 * query of the address belongs to the receiver.
 */
export function parseWebhook(url: URL): Parsed<WebhookTarget> {
  const settings = new UrlSettings(new URLSearchParams(url.hash.slice(1)), ['template', 'secret', 'quiet']);
  const secret = settings.text('secret');
  if (url.username !== '' || url.password !== '') settings.refuse('an address with user or password cannot be called');
  const address = new URL(url);
  address.hash = '';
  return settings.finish({
    kind: 'webhook',
    label: `webhook ${url.host}`,
    url: address.href,
    template: templateOf(settings, url.hostname),
    secret,
    quiet: settings.flag('quiet'),
    secrets: [...tokensOf(address), ...(secret === undefined ? [] : [secret])],
  });
}

function templateOf(settings: UrlSettings, host: string): WebhookTemplate {
  const asked = settings.text('template');
  const template = WEBHOOK_TEMPLATES.find((one) => one === asked);
  if (asked !== undefined && template === undefined)
    settings.refuse(`template must be ${WEBHOOK_TEMPLATES.join(', ')} (got ${JSON.stringify(asked)})`);
  return template ?? SERVICES.find((one) => one.host.test(host))?.template ?? 'json';
}

/**
 * Returns the secrets of an address. Anybody who knows the address can post to it, so the whole address is secret. Each part
 * that looks like a token is also secret.
 */
function tokensOf(url: URL): string[] {
  const parts = [...url.pathname.split('/'), ...url.searchParams.values()];
  return [url.href, ...parts.filter((part) => part.length >= SHORTEST_TOKEN)];
}
