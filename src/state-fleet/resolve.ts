/**
 * From what the cache and the workers said to the one state that a run may start from, or to a stop (the rules of
 * docs/state-design.md). Pure: nothing is read and nothing decided by time.
 */
import { compareText } from '../base/order.ts';
import type { Stop } from '../state/stop.ts';
import type { Head, Sighting } from './sighting.ts';

/** A genuine snapshot, or what a worker's HEAD says of one. */
export interface Candidate {
  readonly lineage: string;
  readonly serial: number;
  readonly digest: string;
  readonly updateSeq: number;
  /** Who wrote it and when, for people. */
  readonly writer: string;
}

export type CacheSight =
  /** There is no cache for this run, and there need not be one. */
  | { readonly kind: 'off' }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** An entry that is not what it must be: foreign, damaged, or sealed with another key. */
  | { readonly kind: 'refused'; readonly otherKey: boolean; readonly reason: string }
  | { readonly kind: 'found'; readonly candidate: Candidate };

export type WorkerSight =
  | { readonly kind: 'answered'; readonly sighting: Sighting }
  | { readonly kind: 'silent'; readonly host: string; readonly reason: string };

export interface Evidence {
  readonly name: string;
  readonly cache: CacheSight;
  /** Every listed worker, and recorded holders that left the list. */
  readonly workers: readonly WorkerSight[];
  readonly initialize: 'auto' | 'never';
}

export type Choice =
  | { readonly kind: 'stop'; readonly stop: Stop }
  | { readonly kind: 'initialise' }
  | {
      readonly kind: 'chosen';
      readonly candidate: Candidate;
      readonly inCache: boolean;
      readonly holders: readonly string[];
    };

const stop = (code: Stop['code'], message: string, hint: string): Choice & { kind: 'stop' } => ({
  kind: 'stop',
  stop: { code, message, hint },
});

/** Rules 1, 2, 3 and 7: which snapshot is the newest that anybody knows. */
export function chooseState(evidence: Evidence): Choice {
  const { name, cache, workers } = evidence;
  const sightings = workers.flatMap((worker) => (worker.kind === 'answered' ? [worker.sighting] : []));
  const strange = refuseStrangers(name, sightings) ?? refuseLineages(evidence, sightings);
  if (strange) return strange;
  const known = candidatesOf(sightings, cache);
  if (known.length === 0) return chooseNothing(evidence, sightings);
  const top = Math.max(...known.map(({ candidate }) => candidate.serial));
  const newest = known.filter(({ candidate }) => candidate.serial === top);
  return settleFork(newest);
}

interface Known {
  readonly candidate: Candidate;
  /** Undefined: the cache. */
  readonly host: string | undefined;
}

function candidatesOf(sightings: readonly Sighting[], cache: CacheSight): Known[] {
  const onWorkers = sightings.flatMap(({ host, head }) => (head ? [{ candidate: candidateOf(head), host }] : []));
  return cache.kind === 'found' ? [...onWorkers, { candidate: cache.candidate, host: undefined }] : onWorkers;
}

function candidateOf({ lineage, serial, digest, updateSeq, writer }: Head): Candidate {
  return { lineage, serial, digest, updateSeq, writer };
}

/** Equal serial, different content: the majority of those workers wins. */
function settleFork(newest: readonly Known[]): Choice {
  const byDigest = new Map<string, Known[]>();
  for (const one of newest) byDigest.set(one.candidate.digest, [...(byDigest.get(one.candidate.digest) ?? []), one]);
  const votes = (group: readonly Known[]) => group.filter(({ host }) => host !== undefined).length;
  const groups = [...byDigest.values()].sort((a, b) => votes(b) - votes(a));
  const [first, second] = groups;
  const winner = first?.[0]?.candidate;
  if (!first || !winner) throw new RangeError('there is no candidate to choose from');
  const all = groups.reduce((sum, group) => sum + votes(group), 0);
  if (second && votes(first) * 2 <= all) {
    const sides = groups.map((group) => `${whereOf(group)} (written by ${group[0]?.candidate.writer ?? '?'})`);
    return stop(
      'state-fork',
      `two different states have serial ${winner.serial}: ${sides.join('; ')}; no majority of workers has either`,
      'find out which run was the right one, then: maand state recover --from HOST --reason TEXT',
    );
  }
  return {
    kind: 'chosen',
    candidate: winner,
    inCache: first.some(({ host }) => host === undefined),
    holders: first.flatMap(({ host }) => host ?? []).sort(compareText),
  };
}

function whereOf(group: readonly Known[]): string {
  return group.map(({ host }) => host ?? 'the cache').join(', ');
}

/** Rule 1 and 7: a first run is one only when everybody says so. */
function chooseNothing({ name, cache, workers, initialize }: Evidence, sightings: readonly Sighting[]): Choice {
  if (cache.kind === 'refused' && cache.otherKey) {
    return stop(
      'state-other-key',
      `the state of "${name}" is sealed with another key: ${cache.reason}`,
      'give the key that it was made with; older keys may follow the current one in state-key, a line each',
    );
  }
  const marked = sightings.filter(({ mark }) => mark !== undefined);
  const strangers = sightings.flatMap((sighting) =>
    unexplainedBuckets(sighting).map((id) => `${sighting.host} (${id})`),
  );
  const silent = workers.flatMap((worker) => (worker.kind === 'silent' ? [`${worker.host}: ${worker.reason}`] : []));
  if (cache.kind === 'unknown' || cache.kind === 'refused') silent.push(`the cache: ${cache.reason}`);
  if (marked.length > 0 || strangers.length > 0) {
    const where = marked.length > 0 ? marked.map(({ host }) => host) : strangers;
    return stop(
      'state-lost',
      `there is no readable state of "${name}", but a bucket is deployed on ${where.join(', ')}`,
      'to take it over: maand state adopt; to begin a bucket beside it, set another worker_root in maand.conf',
    );
  }
  if (silent.length > 0) {
    return stop(
      'state-unknown',
      `whether "${name}" has a state is unknown: ${silent.join('; ')}`,
      'run again when they answer; a first run needs an answer from all of them',
    );
  }
  if (initialize === 'auto') return { kind: 'initialise' };
  return stop(
    'state-missing',
    `there is no state of "${name}" anywhere, and initialize is "never"`,
    'check state_name and environment; for a first run use initialize: auto',
  );
}

/** Buckets that no state's mark accounts for: deployed by something else than this program. */
function unexplainedBuckets({ buckets, others, mark }: Sighting): string[] {
  const explained = new Set([...others.map(({ bucketId }) => bucketId), mark]);
  return [...buckets.keys()].filter((id) => !explained.has(id));
}

/** Rule 2: a host of one environment listed in another. Other buckets may share a worker. */
function refuseStrangers(name: string, sightings: readonly Sighting[]): (Choice & { kind: 'stop' }) | undefined {
  const bucketOf = (full: string) => full.slice(0, full.lastIndexOf('/'));
  for (const { host, others } of sightings) {
    const other = others.find((one) => one.name !== name && bucketOf(one.name) === bucketOf(name));
    if (!other) continue;
    return stop(
      'state-other-name',
      `worker ${host} belongs to "${other.name}" (bucket ${other.bucketId}), and is listed for "${name}"`,
      `take ${host} out of the workers of "${name}", or out of those of "${other.name}" and deploy that first`,
    );
  }
  return undefined;
}

interface Side {
  readonly lineage: string;
  readonly where: string;
  readonly writer?: string;
}

function refuseLineages({ name, cache }: Evidence, sightings: readonly Sighting[]) {
  const known = candidatesOf(sightings, cache);
  const marks: Side[] = sightings.flatMap(({ host, mark, head }) =>
    mark && !head ? [{ lineage: mark, where: `worker ${host}` }] : [],
  );
  const heads = known.map(
    ({ candidate, host }): Side => ({
      lineage: candidate.lineage,
      where: host === undefined ? 'the cache' : `worker ${host}`,
      writer: candidate.writer,
    }),
  );
  const byLineage = new Map<string, string[]>();
  for (const one of [...heads, ...marks]) {
    const text = one.writer === undefined ? one.where : `${one.where}, written by ${one.writer}`;
    byLineage.set(one.lineage, [...(byLineage.get(one.lineage) ?? []), text]);
  }
  if (byLineage.size < 2) return undefined;
  const sides = [...byLineage].map(([lineage, where]) => `bucket ${lineage} on ${where.join(', ')}`);
  return stop(
    'state-two-lineages',
    `"${name}" has two states that never were one: ${sides.join('; ')}`,
    'decide which one is right, then: maand state recover --from HOST --reason TEXT',
  );
}

export interface Proof {
  readonly name: string;
  readonly candidate: Candidate;
  readonly inCache: boolean;
  /** Hosts that hold the state, as it says itself. */
  readonly holders: readonly string[];
  readonly workers: readonly WorkerSight[];
}

/** Rules 4 and 5 for the chosen snapshot, now that it was opened: undefined when it is proven to be the newest. */
export function refuteChoice({ name, candidate, inCache, holders, workers }: Proof): Stop | undefined {
  for (const worker of workers) {
    if (worker.kind === 'silent') continue;
    const { host, buckets } = worker.sighting;
    const seen = buckets.get(candidate.lineage) ?? 0;
    if (seen <= candidate.updateSeq) continue;
    return {
      code: 'state-rolled-back',
      message: `the newest state of "${name}" that is left (serial ${candidate.serial}, update ${candidate.updateSeq}, written by ${candidate.writer}) is older than worker ${host}, which has update ${seen}`,
      hint: 'bring the newer state back, or accept the older one with: maand state recover --accept-rollback --reason TEXT',
    };
  }
  if (inCache) return undefined;
  // Who lost its copy may have had a newer one; before the second save, others have had none yet.
  const remembers = ({ head }: Sighting) => head !== undefined || candidate.serial === 1;
  const remembering = workers.flatMap((worker) =>
    worker.kind === 'answered' && remembers(worker.sighting) ? [worker.sighting.host] : [],
  );
  const voices = holders.filter((host) => remembering.includes(host));
  if (hasQuorum({ holders, voices })) return undefined;
  const silent = holders.filter((host) => !remembering.includes(host));
  return {
    code: 'state-not-proven',
    message: `serial ${candidate.serial} of "${name}" may not be the newest: the cache does not have it, and only ${voices.length} of ${holders.length} workers that hold the state answered with a copy (silent, or without: ${silent.join(', ')})`,
    hint: 'bring those workers back, or accept it with: maand state recover --reason TEXT',
  };
}

export interface Vote {
  /** Sorted. */
  readonly holders: readonly string[];
  readonly voices: readonly string[];
}

/**
 * More than half of the holders; exactly half when the first of them is among these. Any two quorums share a holder, which is
 * what everything else rests on; the cache has no voice, because runs of two branches do not see the same one. Nobody to ask is
 * enough.
 */
export function hasQuorum({ holders, voices }: Vote): boolean {
  const [first] = holders;
  const isHalf = voices.length * 2 === holders.length;
  return voices.length * 2 > holders.length || (isHalf && (first === undefined || voices.includes(first)));
}
