/** Asks the cache and the workers, decides, and opens the one snapshot that a run may start from. Throws a `Failure` for each stop. */

import { compareText } from '../base/order.ts';
import type { StateDocument } from '../state/document.ts';
import type { Overrides } from '../state/overrides.ts';
import { openSnapshot, snapshotDigest } from '../state/snapshot.ts';
import type { SnapshotHeader, SnapshotRefusalCode } from '../state/snapshot-header.ts';
import { type Stop, stopFailure } from '../state/stop.ts';
import type { WorkerAddress } from '../transport/port.ts';
import type { CacheAnswer, CacheCopy } from './cache-copy.ts';
import type { HolderCopies } from './holder-copies.ts';
import {
  type CacheSight,
  type Candidate,
  type Choice,
  chooseState,
  refuteChoice,
  type WorkerSight,
} from './resolve.ts';
import type { LockWish } from './worker-script.ts';

export interface Search {
  readonly name: string;
  readonly keys: readonly Buffer[];
  /** The workers of the bucket; none when they cannot be asked. */
  readonly workers: readonly WorkerAddress[];
  readonly initialize: 'auto' | 'never';
  readonly cache: CacheCopy | undefined;
  readonly copies: HolderCopies;
  /** Host keys that the cached state has pinned must be known before workers are asked. */
  readonly onCached: (document: StateDocument) => void;
  readonly order: 'side by side' | 'cache first';
  readonly overrides?: Overrides;
  /** Hears what was read before anything is decided, again each time that more is known. */
  readonly onEvidence?: (evidence: SeenState) => void;
}

export interface SeenState {
  readonly cache: CacheSight;
  readonly workers: readonly WorkerSight[];
  /** The chosen one, once it was opened; nothing proves it yet. */
  readonly document: StateDocument | undefined;
}

export interface Found {
  readonly kind: 'found';
  readonly document: StateDocument;
  readonly bytes: Buffer;
  readonly digest: string;
  readonly inCache: boolean;
  readonly sights: readonly WorkerSight[];
  /** Why the cache was no help; undefined: it was, or there is none. */
  readonly cacheTrouble: string | undefined;
}

export interface Nothing {
  readonly kind: 'none';
  readonly sights: readonly WorkerSight[];
}

const CACHE_TIMEOUT_MS = 5000;

/** With a wish, each worker is asked for its lock before it answers. */
export async function findState(search: Search, signal: AbortSignal, wish?: LockWish): Promise<Found | Nothing> {
  const { workers, copies, order } = search;
  const asking = askCache(search, signal);
  if (order === 'cache first') await asking;
  const [cached, sights] = await Promise.all([
    asking,
    copies.look(workers, signal, { wish, sender: senderOf(search) }),
  ]);
  return settle({ search, signal, wish, cached, sights, reachable: workers });
}

/** Without a cache one of the workers has to send what it has: most likely the first by name holds the state. */
function senderOf({ cache, workers }: Search): string | undefined {
  return cache ? undefined : workers.map(({ host }) => host).sort(compareText)[0];
}

type CachedSnapshot =
  | Exclude<CacheSight, { kind: 'found' }>
  | { readonly kind: 'found'; readonly candidate: Candidate; readonly document: StateDocument; readonly bytes: Buffer };

async function askCache({ cache, name, keys, onCached }: Search, signal: AbortSignal): Promise<CachedSnapshot> {
  if (!cache) return { kind: 'off' };
  const answer: CacheAnswer = await cache.find(AbortSignal.any([signal, AbortSignal.timeout(CACHE_TIMEOUT_MS)]));
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

function toCandidate(header: SnapshotHeader, bytes: Buffer): Candidate {
  const { lineage, serial, updateSeq } = header;
  return { lineage, serial, updateSeq, digest: snapshotDigest(bytes), writer: writerOf(header) };
}

/** For HEAD and for people. */
export function writerOf({ writer, at }: SnapshotHeader): string {
  return `run ${writer.runId} of ${writer.actor} on ${writer.ref || 'no ref'} at ${at}`;
}

interface Settling {
  readonly search: Search;
  readonly signal: AbortSignal;
  readonly wish: LockWish | undefined;
  readonly cached: CachedSnapshot;
  readonly sights: readonly WorkerSight[];
  /** Workers that were asked: the bucket's, and holders that left it. */
  readonly reachable: readonly WorkerAddress[];
}

async function settle(settling: Settling): Promise<Found | Nothing> {
  const { search, sights, cached: cache } = settling;
  search.onEvidence?.({ cache, workers: sights, document: undefined });
  const choice = pick(settling);
  if (choice.kind === 'stop') throw stopFailure(choice.stop);
  if (choice.kind === 'initialise') return { kind: 'none', sights };
  const opened = await openChosen(settling, choice);
  search.onEvidence?.({ cache, workers: sights, document: opened.document });
  const holders = opened.document.holders ?? [];
  const further = await askFurther(settling, opened.document);
  if (further.sights.length > 0) {
    const reachable = [...settling.reachable, ...further.known];
    return settle({ ...settling, reachable, sights: [...sights, ...further.sights] });
  }
  const { overrides = {}, name } = search;
  const { candidate } = opened;
  const inCache = choice.inCache && candidate.digest === choice.candidate.digest;
  const stop = refuteChoice({ name, candidate, inCache, holders, workers: sights });
  const accepted =
    overrides.from !== undefined ||
    (stop?.code === 'state-rolled-back' ? overrides.acceptRollback : overrides.acceptUnproven);
  if (stop && !accepted) throw stopFailure(stop);
  const { cached } = settling;
  const cacheTrouble = cached.kind === 'unknown' || cached.kind === 'refused' ? cached.reason : undefined;
  const { document, bytes } = opened;
  return { kind: 'found', document, bytes, digest: candidate.digest, inCache, sights, cacheTrouble };
}

function pick({ search, cached, sights }: Settling): Choice {
  const { name, initialize, overrides } = search;
  const cache: CacheSight = cached;
  const trusted = overrides?.from;
  const choice = chooseState({ name, cache, workers: sights, initialize });
  if (overrides?.adopt && isAdoptable(choice, cache, sights)) return { kind: 'initialise' };
  if (trusted === undefined || (choice.kind === 'stop' && choice.stop.code === 'state-other-name')) return choice;
  const only = sights.filter((sight) => sight.kind === 'answered' && sight.sighting.host === trusted);
  return chooseState({ name, cache: { kind: 'off' }, workers: only, initialize: 'never' });
}

/** A bucket that is deployed, and certainly no state: everybody was asked and said so. */
function isAdoptable(choice: Choice, cache: CacheSight, sights: readonly WorkerSight[]): boolean {
  const isLost = choice.kind === 'stop' && choice.stop.code === 'state-lost';
  const said = cache.kind === 'none' || cache.kind === 'off';
  return isLost && said && sights.every(({ kind }) => kind === 'answered');
}

interface OpenedCopy {
  readonly candidate: Candidate;
  readonly document: StateDocument;
  readonly bytes: Buffer;
}

/** From the cache when it has it, else from the first worker whose copy is whole. */
async function openChosen(
  { search, signal, cached, reachable }: Settling,
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

/** A copy that is whole and only not for us counts more than others that are broken. */
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

/** The newest snapshot before it that the worker of an operator's choice still keeps whole. */
async function openOlder(
  { search, signal, reachable }: Pick<Settling, 'search' | 'signal' | 'reachable'>,
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

interface Further {
  readonly known: readonly WorkerAddress[];
  readonly sights: readonly WorkerSight[];
}

/** Holders that are not among the bucket's workers any more hold copies too. */
async function askFurther({ search, signal, wish, sights }: Settling, document: StateDocument): Promise<Further> {
  if (search.workers.length === 0) return { known: [], sights: [] };
  const asked = new Set(sights.map((sight) => (sight.kind === 'answered' ? sight.sighting.host : sight.host)));
  const hosts = (document.holders ?? []).filter((host) => !asked.has(host));
  const known = hosts.flatMap((host) => {
    const worker = Object.hasOwn(document.workers, host) ? document.workers[host] : undefined;
    return worker ? [{ ...worker, host, hostKey: worker.hostKey }] : [];
  });
  const forgotten = hosts
    .filter((host) => !known.some((worker) => worker.host === host))
    .map((host): WorkerSight => ({ kind: 'silent', host, reason: 'how it was reached is no longer known' }));
  return { known, sights: [...(await search.copies.look(known, signal, { wish })), ...forgotten] };
}
