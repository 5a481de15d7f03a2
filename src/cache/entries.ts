/** Finds and stores one entry, step by step. This file is loaded only when the cache is used. */
import { downloadBlob, type EntryShape, uploadBlob } from './blob.ts';
import { type CacheService, connectCacheService } from './cache-service.ts';
import { insist } from './limit.ts';
import type { CacheRuntime } from './runtime.ts';
import { type FindOutcome, type SaveOutcome, type Trouble, unavailable } from './types.ts';

export interface EntriesOptions {
  readonly runtime: CacheRuntime;
  readonly shape: EntryShape;
  readonly version: string;
  readonly pausesMs: readonly number[];
}

export interface NewEntry {
  /** Called for every attempt, because a reservation whose answer was lost may have used its key. */
  readonly newKey: () => string;
  readonly bytes: Buffer;
}

export interface Entries {
  find(prefixes: readonly string[], bound: AbortSignal): Promise<FindOutcome>;
  save(entry: NewEntry, bound: AbortSignal): Promise<SaveOutcome>;
}

export function openEntries(options: EntriesOptions): Entries {
  const { runtime, shape, version, pausesMs } = options;
  const steps = { service: connectCacheService(runtime, version), shape, pausesMs };
  return {
    find: (prefixes, bound) =>
      insist({ kinds: ['unavailable'], pausesMs, bound }, () => findEntry(steps, prefixes, bound)),
    save: (entry, bound) => saveEntry(steps, entry, bound),
  };
}

interface Steps extends Pick<EntriesOptions, 'shape' | 'pausesMs'> {
  readonly service: CacheService;
}

async function findEntry(
  { service, shape }: Steps,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<FindOutcome> {
  const match = await service.look(prefixes, signal);
  if (match.kind !== 'match') return match;
  const { key, downloadUrl } = match;
  if (!prefixes.some((prefix) => key.startsWith(prefix))) {
    return { kind: 'corrupt', reason: 'the lookup returned another entry than the requested one' };
  }
  const download = await downloadBlob({ url: downloadUrl, shape, signal });
  return download.kind === 'downloaded' ? { kind: 'found', key, bytes: download.bytes } : download;
}

async function saveEntry(steps: Steps, entry: NewEntry, bound: AbortSignal): Promise<SaveOutcome> {
  const { service, pausesMs } = steps;
  const again = { kinds: ['unavailable'] as const, pausesMs, bound };
  const reserved = await insist({ ...again, kinds: ['unavailable', 'conflict'] }, () => reserve(service, entry, bound));
  if (reserved.kind !== 'reserved') return reserved;
  const { key, uploadUrl } = reserved;
  const uploaded = await insist(again, () => uploadBlob({ url: uploadUrl, bytes: entry.bytes, signal: bound }));
  if (uploaded.kind !== 'uploaded') return uploaded;
  const finalized = await service.finalize(key, entry.bytes.length, bound);
  if (finalized.kind !== 'finalized' && finalized.kind !== 'unavailable') return finalized;
  const proof = await insist(again, async () => readBack(await findEntry(steps, [key], bound), key, entry.bytes));
  if (proof.kind === 'saved' || finalized.kind === 'finalized') return proof;
  return finalized; // neither the answer nor the entry arrived
}

async function reserve(service: CacheService, { newKey }: NewEntry, signal: AbortSignal) {
  const key = newKey();
  const outcome = await service.reserve(key, signal);
  return outcome.kind === 'reserved' ? { ...outcome, key } : outcome;
}

/**
 * Compares the stored entry with the bytes. Only the entry itself proves that it was saved; an id from the service does
 * not.
 */
function readBack(found: FindOutcome, key: string, bytes: Buffer): SaveOutcome {
  if (found.kind === 'none') return unavailable('the entry was stored and cannot be found');
  if (found.kind !== 'found') return notReadBack(found);
  if (found.key === key && found.bytes.equals(bytes)) return { kind: 'saved', key };
  return { kind: 'corrupt', reason: 'the stored entry differs when it is read back' };
}

function notReadBack(trouble: Trouble): Trouble {
  return { ...trouble, reason: `the entry was stored and cannot be read back: ${trouble.reason}` };
}
