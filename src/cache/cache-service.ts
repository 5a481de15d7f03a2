/**
 * The three calls of the cache service. Each call returns its outcome as a value. Names, fields and JSON are those of
 * the generated client of `@actions/cache`. The client is imported by file, because the package exports only a wrapper
 * that hides why a call failed. The HTTP transport is part of this program, because the transport of the package cannot
 * be aborted and writes signed addresses to the debug log.
 */
import { CacheServiceClientJSON } from '../../node_modules/@actions/cache/lib/generated/results/api/v1/cache.twirp-client.js';
import { callHttp } from './http-call.ts';
import { troubleOfAnswer, troubleOfText } from './refusal.ts';
import type { CacheRuntime } from './runtime.ts';
import { type None, type Trouble, unavailable } from './types.ts';
import { isWebAddress } from './web-address.ts';

const LARGEST_ANSWER_BYTES = 256 * 1024;

export interface Reserved {
  readonly kind: 'reserved';
  readonly uploadUrl: string;
}

export interface Match {
  readonly kind: 'match';
  readonly key: string;
  readonly downloadUrl: string;
}

export interface CacheService {
  /** Reserves the key for an upload. */
  reserve(key: string, signal: AbortSignal): Promise<Reserved | Trouble>;
  /** Makes an uploaded entry visible. */
  finalize(key: string, sizeBytes: number, signal: AbortSignal): Promise<{ readonly kind: 'finalized' } | Trouble>;
  /**
   * Looks up the first prefix with which any key begins. Returns the newest entry with this prefix, in the order of
   * this run's scopes.
   */
  look(prefixes: readonly string[], signal: AbortSignal): Promise<Match | None | Trouble>;
}

/** Connects to the cache service. Only entries with the same `version` are found. */
export function connectCacheService(runtime: CacheRuntime, version: string): CacheService {
  const call = <T, R>(asked: Asked<T>, read: (answer: T) => R) => callService({ runtime, ...asked }, read);
  return {
    reserve: (key, signal) =>
      call(
        { what: 'the reservation', signal, ask: (client) => client.CreateCacheEntry({ key, version }) },
        ({ ok, signedUploadUrl, message }) => {
          if (!ok) return troubleOfText(message, 'the reservation');
          return isWebAddress(signedUploadUrl)
            ? { kind: 'reserved', uploadUrl: signedUploadUrl }
            : strange('the reservation');
        },
      ),
    finalize: (key, sizeBytes, signal) =>
      call(
        {
          what: 'the end of the upload',
          signal,
          ask: (client) => client.FinalizeCacheEntryUpload({ key, sizeBytes: String(sizeBytes), version }),
        },
        ({ ok, message }) => (ok ? { kind: 'finalized' } : troubleOfText(message, 'the end of the upload')),
      ),
    look: ([key = '', ...restoreKeys], signal) =>
      call(
        { what: 'the lookup', signal, ask: (client) => client.GetCacheEntryDownloadURL({ key, restoreKeys, version }) },
        ({ ok, matchedKey, signedDownloadUrl }): Match | None | Trouble => {
          if (!ok) return matchedKey === '' && signedDownloadUrl === '' ? { kind: 'none' } : strange('the lookup');
          if (!isWebAddress(signedDownloadUrl)) return strange('the lookup');
          return { kind: 'match', key: matchedKey, downloadUrl: signedDownloadUrl };
        },
      ),
  };
}

interface Asked<T> {
  readonly what: string;
  readonly signal: AbortSignal;
  readonly ask: (client: CacheServiceClientJSON) => Promise<T>;
}

/** Passes a refusal through the generated client, whose calls can only succeed or throw. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.reason);
    this.trouble = trouble;
  }
}

async function callService<T, R>(
  { runtime, what, signal, ask }: Asked<T> & { readonly runtime: CacheRuntime },
  read: (answer: T) => R,
): Promise<R | Trouble> {
  const client = new CacheServiceClientJSON({
    // oxlint-disable-next-line max-params -- the generated client calls it with four
    request: (service, method, contentType, data) =>
      post(runtime, { path: `/twirp/${service}/${method}`, what, contentType, data, signal }),
  });
  try {
    return read(await ask(client));
  } catch (thrown) {
    return thrown instanceof Refused ? thrown.trouble : strange(what); // any other error means that fields have wrong types
  }
}

interface Post {
  readonly path: string;
  readonly what: string;
  readonly contentType: string;
  readonly data: object | Uint8Array;
  readonly signal: AbortSignal;
}

async function post({ serviceUrl, token }: CacheRuntime, { path, what, contentType, data, signal }: Post) {
  const answer = await callHttp({
    method: 'POST',
    url: new URL(path, serviceUrl).href,
    headers: { authorization: `Bearer ${token}`, 'content-type': contentType, accept: contentType },
    body: Buffer.from(JSON.stringify(data)),
    largestBytes: LARGEST_ANSWER_BYTES,
    signal,
  });
  if (answer.kind !== 'answer') throw new Refused(unavailable(`${what} failed: ${answer.reason}`));
  if (answer.status < 200 || answer.status > 299) throw new Refused(troubleOfAnswer(answer, what));
  const body = parseAnswer(answer.body);
  if (body === undefined) throw new Refused(strange(what));
  return body;
}

/**
 * Returns the parsed answer when it contains `ok` or has no fields, which protobuf allows. Returns `undefined` for any
 * other body. Without this check, a page from a different server would be read as "not ok".
 */
function parseAnswer(body: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return 'ok' in value || Object.keys(value).length === 0 ? value : undefined;
  } catch {
    return undefined; // the caller reports it
  }
}

function strange(what: string): Trouble {
  return unavailable(`${what} got an answer that is none of a cache service`);
}
