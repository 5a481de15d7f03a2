/**
 * Chooses the one state from which a run may start, or a stop. The decision uses only the answers of the cache and the
 * workers (rules in docs/state-design.md). The functions are pure: they read nothing, and time does not affect the
 * decision.
 */
import { compareText } from '../../base/order.ts';
import type { Sighting } from '../holders/sighting.ts';
import { type Choice, candidatesOf, type Evidence, type Known, stopWith } from './evidence.ts';
import { refuseLineages, refuseStrangers } from './refuse-mix-ups.ts';

/** Returns the newest snapshot among all answers, or a stop. */
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

/** Decides between different snapshots with the same serial. Chooses the snapshot that most of these workers have. */
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
    return stopWith(
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

/**
 * Decides what happens when there is no snapshot. It is a first run only when all places answered that they have no
 * state.
 */
function chooseNothing({ name, cache, workers, initialize }: Evidence, sightings: readonly Sighting[]): Choice {
  if (cache.kind === 'refused' && cache.otherKey) {
    return stopWith(
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
    return stopWith(
      'state-lost',
      `there is no readable state of "${name}", but a bucket is deployed on ${where.join(', ')}`,
      'to take it over: maand state adopt; to begin a bucket beside it, set another worker_root in maand.conf',
    );
  }
  if (silent.length > 0) {
    return stopWith(
      'state-unknown',
      `whether "${name}" has a state is unknown: ${silent.join('; ')}`,
      'run again when they answer; a first run needs an answer from all of them',
    );
  }
  if (initialize === 'auto') return { kind: 'initialise' };
  return stopWith(
    'state-missing',
    `there is no state of "${name}" anywhere, and initialize is "never"`,
    'check state_name and environment; for a first run use initialize: auto',
  );
}

/** Returns the buckets that belong to no known state: another program deployed them. */
function unexplainedBuckets({ facts, mark }: Sighting): string[] {
  const explained = new Set([...facts.states.map(({ bucketId }) => bucketId), mark]);
  const deployed = [...facts.buckets].filter(([, { identity }]) => identity !== 'absent');
  return deployed.map(([id]) => id).filter((id) => !explained.has(id));
}
