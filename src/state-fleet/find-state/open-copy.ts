/** Opens the chosen snapshot from any intact copy. Throws a `Failure` when there is no intact copy. */
import type { StateDocument } from '../../state/document.ts';
import { openSnapshot } from '../../state/snapshot.ts';
import type { SnapshotRefusalCode } from '../../state/snapshot-header.ts';
import { type Stop, stopFailure } from '../../state/stop.ts';
import type { WorkerAddress } from '../../transport/port.ts';
import { type CachedSnapshot, toCandidate } from './ask-cache.ts';
import type { Choice } from './evidence.ts';
import type { Search } from './search.ts';
import type { Candidate } from './sights.ts';

export interface CopySearch {
  readonly search: Search;
  readonly signal: AbortSignal;
  readonly cached: CachedSnapshot;
  /** Workers that were asked: the workers of the bucket, and holders that left the bucket. */
  readonly reachable: readonly WorkerAddress[];
}

export interface OpenedCopy {
  readonly candidate: Candidate;
  readonly document: StateDocument;
  readonly bytes: Buffer;
}

/** Opens the copy in the cache. When the cache does not have it, opens the first intact copy on a worker. */
export async function openChosen(
  { search, signal, cached, reachable }: CopySearch,
  { candidate, holders }: Choice & { kind: 'chosen' },
): Promise<OpenedCopy> {
  if (cached.kind === 'found' && cached.candidate.digest === candidate.digest) return cached;
  const problems: string[] = [];
  const reasons = new Set<Unopened>();
  for (const host of holders) {
    const worker = reachable.find((one) => one.host === host);
    if (!worker) continue;
    const { lineage: bucketId, serial, digest } = candidate;
    const copy = await search.copies.read(worker, { bucketId, serial, digest }, signal);
    if (copy.kind !== 'read') {
      reasons.add(copy.kind);
      problems.push(`${host}: ${copy.reason}`);
      continue;
    }
    const { bytes } = copy;
    const opened = await openSnapshot({ bytes, keys: search.keys, expect: { name: search.name, lineage: bucketId } });
    if (opened.kind === 'opened') return { candidate, document: opened.document, bytes };
    reasons.add(opened.code);
    problems.push(`${host}: ${opened.message}`);
  }
  const isWhole = reasons.has('other-key') || reasons.has('newer-format');
  const older = isWhole ? undefined : await openOlder({ search, signal, reachable }, candidate);
  if (older) return older;
  throw stopFailure({
    ...unopenedStop(reasons),
    message: `serial ${candidate.serial} of "${search.name}" (written by ${candidate.writer}) cannot be opened: ${problems.join('; ')}`,
  });
}

type Unopened = SnapshotRefusalCode | 'unread';

/**
 * Returns the stop when no copy could be opened. When one copy is intact but this run cannot open it (another key, a
 * newer format), this reason takes precedence over damaged copies.
 */
function unopenedStop(reasons: ReadonlySet<Unopened>): Pick<Stop, 'code' | 'hint'> {
  if (reasons.has('other-key')) {
    const hint = 'give the key that it was made with; older keys may follow the current one in state-key, a line each';
    return { code: 'state-other-key', hint };
  }
  if (reasons.has('newer-format')) return { code: 'state-newer', hint: 'use that version, or a later one' };
  if (reasons.has('unread')) {
    const hint = 'run again when they can be reached; if they are gone for good: maand state recover --reason TEXT';
    return { code: 'state-not-proven', hint };
  }
  return { code: 'state-damaged', hint: 'use another copy with: maand state recover --from HOST --reason TEXT' };
}

/** Opens the newest intact earlier snapshot on the worker that the operator chose. */
async function openOlder(
  { search, signal, reachable }: Pick<CopySearch, 'search' | 'signal' | 'reachable'>,
  { lineage, serial }: Candidate,
): Promise<OpenedCopy | undefined> {
  const { copies, keys, name, overrides } = search;
  const worker = reachable.find(({ host }) => host === overrides?.from);
  if (!worker) return undefined;
  for (const stored of await copies.list(worker, lineage, signal)) {
    if (stored.serial >= serial) continue;
    const copy = await copies.read(worker, stored, signal);
    if (copy.kind !== 'read') continue;
    const { bytes } = copy;
    const opened = await openSnapshot({ bytes, keys, expect: { name, lineage } });
    if (opened.kind === 'opened')
      return { candidate: toCandidate(opened.header, bytes), document: opened.document, bytes };
  }
  return undefined;
}
