/** The Twirp part of the cache service: the responses of its three methods. */
import type { Reply } from './cache-blobs.ts';
import type { CacheEntries, CacheEntry } from './cache-entries.ts';
import type { CacheCall, CacheFault } from './cache-faults.ts';
import { scopesOfHeader } from './cache-token.ts';

export interface RpcMessage {
  readonly key?: string;
  readonly restore_keys?: readonly string[];
  readonly version?: string;
  /** An int64. JSON carries an int64 as text. */
  readonly size_bytes?: string;
}

export interface RpcRequest {
  readonly call: CacheCall;
  readonly message: RpcMessage;
  readonly authorization: string | undefined;
  /** Returns the signed address of an entry. */
  readonly addressOf: (entry: CacheEntry, use: 'read' | 'write') => string;
}

export function answerRpc(entries: CacheEntries, request: RpcRequest, fault: CacheFault | undefined): Reply {
  const { call, message, authorization, addressOf } = request;
  const { key = '', restore_keys: restoreKeys = [], version = '' } = message;
  const scopes = scopesOfHeader(authorization);
  if (scopes === undefined) return json(401, { code: 'unauthenticated', msg: 'invalid token' });
  const keys = [key, ...restoreKeys];
  if (keys.length > 10 || keys.some((one) => !/^[^,]{1,512}$/.test(one)) || version === '') {
    return json(400, { code: 'invalid_argument', msg: 'key or version is invalid' });
  }
  if (call === 'lookup') {
    const match = entries.look({ scopes, keys, version, skip: fault?.kind === 'stale' ? fault.skip : 0 });
    const address = match ? addressOf(match, 'read') : '';
    return json(200, { ok: !!match, signed_download_url: address, matched_key: match?.key ?? '' });
  }
  const scope = scopes.find(({ Permission: bits }) => (bits & 2) !== 0)?.Scope;
  if (scope === undefined) return denied(call);
  return call === 'reserve'
    ? reserve(entries, { scope, key, version }, addressOf)
    : finalize(entries, { scope, key, version }, Number(message.size_bytes));
}

type Identity = Pick<CacheEntry, 'scope' | 'key' | 'version'>;

function reserve(entries: CacheEntries, identity: Identity, addressOf: RpcRequest['addressOf']): Reply {
  if (!entries.hasRoom()) return noRoom();
  const entry = entries.reserve(identity);
  if (entry) return json(200, { ok: true, signed_upload_url: addressOf(entry, 'write'), message: '' });
  return json(409, { code: 'already_exists', msg: `cache entry with key ${identity.key} already exists` });
}

function finalize(entries: CacheEntries, identity: Identity, sizeBytes: number): Reply {
  const entry = entries.finalize(identity, sizeBytes);
  return json(200, { ok: !!entry, entry_id: String(entry?.id ?? 0), message: entry ? '' : 'no such upload' });
}

/** Returns the response when a policy forbids the call. A writer receives it with status 200, a reader with status 403. */
export function denied(call: CacheCall): Reply {
  const word = call === 'lookup' ? 'read' : 'write';
  const text = `cache ${word} denied: the token of this run does not allow it`;
  if (call === 'lookup') return json(403, { code: 'permission_denied', msg: text });
  return json(200, { ok: false, signed_upload_url: '', message: text });
}

export function noRoom(): Reply {
  return json(403, { code: 'permission_denied', msg: 'insufficient usage to reserve cache entry' });
}

export function json(status: number, body: object): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
