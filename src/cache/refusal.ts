/** Converts an unsuccessful answer of the cache service to a `Trouble`. */
import { quoted } from '../base/text/quote.ts';
import type { HttpAnswer } from './http-call.ts';
import { type Trouble, unavailable } from './types.ts';

/** An error in the format of Twirp. */
interface TwirpError {
  readonly code?: unknown;
  readonly msg?: unknown;
}

/** Returns the trouble for an answer with a status other than 2xx. `asked` names the call in the message. */
export function troubleOfAnswer({ status, headers, body }: HttpAnswer, asked: string): Trouble {
  const { code, msg } = parseError(body);
  const said = typeof msg === 'string' && msg !== '' ? `: ${quoted(msg)}` : '';
  const reason = `${asked} was answered with status ${status}${said}`;
  const byText = typeof msg === 'string' ? kindOfText(msg) : undefined;
  if (byText !== undefined) return { kind: byText, reason };
  if (status === 429) return { kind: 'rate-limited', reason, ...retryAfter(headers['retry-after']) };
  if (status === 401 || status === 403) return { kind: 'denied', reason };
  if (status === 409 || code === 'already_exists') return { kind: 'conflict', reason };
  return unavailable(reason);
}

/** Returns the trouble for an answer with status 200 that means "not ok". The answer may give a reason. */
export function troubleOfText(message: string, asked: string): Trouble {
  const reason = `${asked} was refused${message === '' ? '' : `: ${quoted(message)}`}`;
  return { kind: kindOfText(message) ?? 'unavailable', reason };
}

/**
 * Returns the kind of trouble from the text of the answer, because the service distinguishes these kinds only by text.
 */
function kindOfText(text: string): Trouble['kind'] | undefined {
  if (/insufficient usage|quota|storage limit/i.test(text)) return 'quota';
  if (/cache (?:read|write) denied/i.test(text)) return 'denied';
  if (/already exists/i.test(text)) return 'conflict';
  return undefined;
}

function retryAfter(header: string | undefined): { readonly retryAfterSeconds?: number } {
  const seconds = Number(header);
  return header !== undefined && Number.isInteger(seconds) && seconds > 0 ? { retryAfterSeconds: seconds } : {};
}

function parseError(body: Buffer): TwirpError {
  try {
    return (JSON.parse(body.toString('utf8')) as TwirpError | null) ?? {};
  } catch {
    return {}; // for example, the page of a proxy; the status is enough
  }
}
