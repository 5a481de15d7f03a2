/** Looking up and storing one entry, step by step. Loaded only when the cache is used. */
import { downloadBlob, type EntryShape, uploadBlob } from './blob.ts';
import { type CacheService, connectCacheService } from './cache-service.ts';
import { insist } from './limit.ts';
import { type FindOutcome, type SaveOutcome, type Trouble, unavailable } from './outcome.ts';
import type { CacheRuntime } from './runtime.ts';

export interface EntriesOptions {
  readonly runtime: CacheRuntime;
  readonly shape: EntryShape;
  readonly version: string;
}

export interface NewEntry {
  /** Called for every attempt: a reservation whose answer got lost has used up its key. */
  readonly newKey: () => string;
  readonly bytes: Buffer;
}

export interface Entries {
  find(prefixes: readonly string[], bound: AbortSignal): Promise<FindOutcome>;
  save(entry: NewEntry, bound: AbortSignal): Promise<SaveOutcome>;
}

export function openEntries({ runtime, shape, version }: EntriesOptions): Entries {
  const service = connectCacheService(runtime, version);
  const find = (prefixes: readonly string[], bound: AbortSignal) =>
    insist(() => findEntry({ service, shape }, prefixes, bound), ['unavailable'], bound);
  return { find, save: (entry, bound) => saveEntry({ service, find }, entry, bound) };
}

async function findEntry(
  { service, shape }: { readonly service: CacheService; readonly shape: EntryShape },
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<FindOutcome> {
  const match = await service.look(prefixes, signal);
  if (match.kind !== 'match') return match;
  const { key, downloadUrl } = match;
  if (!prefixes.some((prefix) => key.startsWith(prefix))) {
    return { kind: 'corrupt', reason: 'the lookup was answered with an entry that was not asked for' };
  }
  const download = await downloadBlob({ url: downloadUrl, shape, signal });
  return download.kind === 'downloaded' ? { kind: 'found', key, bytes: download.bytes } : download;
}

interface Saver {
  readonly service: CacheService;
  readonly find: Entries['find'];
}

async function saveEntry({ service, find }: Saver, entry: NewEntry, bound: AbortSignal): Promise<SaveOutcome> {
  const reserved = await insist(() => reserve(service, entry, bound), ['unavailable', 'conflict'], bound);
  if (reserved.kind !== 'reserved') return reserved;
  const { key, uploadUrl } = reserved;
  const upload = { url: uploadUrl, bytes: entry.bytes, signal: bound };
  const uploaded = await insist(() => uploadBlob(upload), ['unavailable'], bound);
  if (uploaded.kind !== 'uploaded') return uploaded;
  const finalized = await service.finalize(key, entry.bytes.length, bound);
  if (finalized.kind !== 'finalized' && finalized.kind !== 'unavailable') return finalized;
  const proof = await insist(async () => readBack(await find([key], bound), key, entry.bytes), ['unavailable'], bound);
  if (proof.kind === 'saved' || finalized.kind === 'finalized') return proof;
  return finalized; // neither its answer nor the entry arrived
}

async function reserve(service: CacheService, { newKey }: NewEntry, signal: AbortSignal) {
  const key = newKey();
  const outcome = await service.reserve(key, signal);
  return outcome.kind === 'reserved' ? { ...outcome, key } : outcome;
}

/** An id that the service gives, or fails to give, proves nothing; the entry itself does. */
function readBack(found: FindOutcome, key: string, bytes: Buffer): SaveOutcome {
  if (found.kind === 'none') return unavailable('the entry was stored and cannot be found');
  if (found.kind !== 'found') return withPrefix(found);
  if (found.key === key && found.bytes.equals(bytes)) return { kind: 'saved', key };
  return { kind: 'corrupt', reason: 'what was stored reads back differently' };
}

function withPrefix(trouble: Trouble): Trouble {
  return { ...trouble, reason: `the entry was stored and cannot be read back: ${trouble.reason}` };
}
