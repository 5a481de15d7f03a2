/**
 * Shows an operator the state on workers and in the cache. Breaks the lock of the state on request. Makes no decisions
 * itself.
 */
import { timeoutSignal } from '../base/abort.ts';
import type { StateDocument } from '../state/document.ts';
import {
  isMeant,
  type LockPicture,
  type StateCopy,
  type StatePicture,
  type StateVerdict,
  type Unlocking,
} from '../state/picture.ts';
import type { StateInspector } from '../state/port.ts';
import { StopFailure } from '../state/stop.ts';
import { fenceAllOff } from './fence.ts';
import { findState } from './find-state/find-state.ts';
import type { Search, SeenState } from './find-state/search.ts';
import type { CacheSight, Candidate, WorkerSight } from './find-state/sights.ts';
import { parseOwner } from './fleet-lock.ts';
import { answeredIn } from './holders/choose-holders.ts';
import type { LockSight } from './holders/sighting.ts';

const RELEASE_MS = 20_000;

export function openFleetInspector(search: Search): StateInspector {
  return {
    inspect: (signal) => inspectFleet(search, signal),
    unlock: (word, signal) => unlockFleet(search, word, signal),
  };
}

/** Reads the same data as a run. A stop is part of the result. */
async function inspectFleet(search: Search, signal: AbortSignal): Promise<StatePicture> {
  let seen: SeenState = { cache: { kind: 'off' }, workers: [], document: undefined };
  const onEvidence = (evidence: SeenState) => {
    seen = evidence;
  };
  const verdict = await judge({ ...search, onEvidence }, signal, () => seen.document);
  const copies = [...cacheCopy(seen.cache), ...seen.workers.map(workerCopy)];
  const readOnly = search.cache?.readOnly;
  const cacheReadOnly = readOnly === undefined ? {} : { cacheReadOnly: readOnly };
  return { name: search.name, copies, locks: locksIn(seen.workers), verdict, ...cacheReadOnly };
}

async function judge(
  search: Search,
  signal: AbortSignal,
  opened: () => StateDocument | undefined,
): Promise<StateVerdict> {
  try {
    const found = await findState(search, signal);
    return found.kind === 'none' ? { kind: 'none' } : { kind: 'proven', document: found.document };
  } catch (thrown) {
    if (!(thrown instanceof StopFailure)) throw thrown;
    const { code, message, hint } = thrown;
    return { kind: 'stopped', code, message, hint, document: opened() };
  }
}

function cacheCopy(cache: CacheSight): StateCopy[] {
  const where = 'the cache';
  switch (cache.kind) {
    case 'off':
      return [];
    case 'none':
      return [{ where, status: 'none' }];
    case 'unknown':
    case 'refused':
      return [{ where, status: cache.kind, problem: cache.reason }];
    case 'found':
      return [{ where, status: 'found', ...candidateFields(cache.candidate) }];
  }
}

function workerCopy(sight: WorkerSight): StateCopy {
  if (sight.kind === 'silent') return { where: sight.host, status: 'unknown', problem: sight.reason };
  const { host, head, mark } = sight.sighting;
  const buckets = Object.fromEntries(
    [...sight.sighting.facts.buckets].flatMap(([id, { identity }]) =>
      identity === 'absent' ? [] : [[id, identity === 'damaged' ? 0 : identity.updateSeq]],
    ),
  );
  if (head) {
    const { lineage, serial, digest, writer } = head;
    return { where: host, status: 'found', lineage, serial, digest, writer, updateSeq: head.updateSeq, buckets };
  }
  if (mark === undefined) return { where: host, status: 'none', buckets };
  const problem = `its mark names bucket ${mark}, but the state of that bucket is missing on it`;
  return { where: host, status: 'refused', lineage: mark, problem, buckets };
}

function candidateFields({ lineage, serial, digest, updateSeq, writer }: Candidate) {
  return { lineage, serial, digest, updateSeq, writer };
}

/** Returns one lock for each token, with all workers that have this lock. */
function locksIn(sights: readonly WorkerSight[]): LockPicture[] {
  const locks = new Map<string, LockPicture>();
  for (const { host, lock } of answeredIn(sights)) {
    if (!lock) continue;
    const known = locks.get(lock.token);
    locks.set(lock.token, known ? { ...known, where: [...known.where, host] } : lockPicture(host, lock));
  }
  return [...locks.values()];
}

function lockPicture(host: string, { token, owner, ageSeconds, ttlSeconds }: LockSight): LockPicture {
  const { runId = '?', command = 'an unknown run', actor = 'unknown', url = '', at = '' } = parseOwner(owner) ?? {};
  return { where: [host], token, runId, command, actor, url, since: at, renewedSecondsAgo: ageSeconds, ttlSeconds };
}

/**
 * Releases the lock with this token or run id on every worker that has it. The fence is raised first, so that workers
 * refuse changes of the other run if it still runs.
 */
async function unlockFleet(search: Search, word: string, signal: AbortSignal): Promise<Unlocking> {
  const sights = await search.copies.look(search.workers, signal);
  const locks = locksIn(sights);
  const lock = locks.find((one) => isMeant(one, word));
  const unasked = sights.flatMap((sight) => (sight.kind === 'silent' ? [`${sight.host}: ${sight.reason}`] : []));
  if (!lock) return locks.length === 0 ? { kind: 'none', unasked } : { kind: 'another', locks };
  const workers = search.workers.filter(({ host }) => lock.where.includes(host));
  const asked = search.workers.flatMap((worker) =>
    answeredIn(sights)
      .filter(({ host }) => host === worker.host)
      .map((sighting) => ({ worker, sighting })),
  );
  await fenceAllOff(search, asked, timeoutSignal(RELEASE_MS));
  const kept = await search.copies.release(workers, lock.token, timeoutSignal(RELEASE_MS));
  return { kind: 'broken', lock, problems: [...kept.map((host) => `${host}: could not be unlocked`), ...unasked] };
}
