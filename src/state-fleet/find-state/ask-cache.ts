/**
 * Asks the cache for its newest entry and opens the entry. A foreign or damaged entry is also returned, as `refused`.
 */
import { anySignal, timeoutSignal } from '../../base/abort.ts';
import type { StateDocument } from '../../state/document.ts';
import { openSnapshot, snapshotDigest } from '../../state/snapshot.ts';
import type { SnapshotHeader } from '../../state/snapshot-header.ts';
import type { CacheAnswer } from '../cache-copy.ts';
import type { Search } from './search.ts';
import type { CacheSight, Candidate } from './sights.ts';

const CACHE_TIMEOUT_MS = 5000;

export type CachedSnapshot =
  | Exclude<CacheSight, { kind: 'found' }>
  | { readonly kind: 'found'; readonly candidate: Candidate; readonly document: StateDocument; readonly bytes: Buffer };

export async function askCache({ cache, name, keys, onCached }: Search, signal: AbortSignal): Promise<CachedSnapshot> {
  if (!cache) return { kind: 'off' };
  const answer: CacheAnswer = await cache.find(anySignal(signal, timeoutSignal(CACHE_TIMEOUT_MS)));
  if (answer.kind === 'off') return { kind: 'off' };
  if (answer.kind !== 'found') return answer;
  const opened = await openSnapshot({ bytes: answer.bytes, keys, expect: { name } });
  if (opened.kind === 'refused') {
    return { kind: 'refused', otherKey: opened.code === 'other-key', reason: opened.message };
  }
  onCached(opened.document);
  const { document, header } = opened;
  return { kind: 'found', candidate: toCandidate(header, answer.bytes), document, bytes: answer.bytes };
}

export function toCandidate(header: SnapshotHeader, bytes: Buffer): Candidate {
  const { lineage, serial, updateSeq } = header;
  return { lineage, serial, updateSeq, digest: snapshotDigest(bytes), writer: writerOf(header) };
}

/** Returns the writer as text, for HEAD files and for people. */
export function writerOf({ writer, at }: SnapshotHeader): string {
  return `run ${writer.runId} of ${writer.actor} on ${writer.ref || 'no ref'} at ${at}`;
}
