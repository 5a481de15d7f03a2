/** Stops a run that would mix two states: workers of a different environment, or two states with the same name. */
import type { Sighting } from '../holders/sighting.ts';
import { type Choice, candidatesOf, type Evidence, stopWith } from './evidence.ts';

/** Refuses a host that belongs to another environment of this bucket. Different buckets may share a worker. */
export function refuseStrangers(name: string, sightings: readonly Sighting[]): (Choice & { kind: 'stop' }) | undefined {
  const bucketOf = (full: string) => full.slice(0, full.lastIndexOf('/'));
  for (const { host, facts } of sightings) {
    const other = facts.states.find((one) => one.name !== name && bucketOf(one.name) === bucketOf(name));
    if (!other) continue;
    return stopWith(
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

/** Refuses two states that have the same name but different origins. */
export function refuseLineages(
  { name, cache }: Evidence,
  sightings: readonly Sighting[],
): (Choice & { kind: 'stop' }) | undefined {
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
  return stopWith(
    'state-two-lineages',
    `"${name}" has two states that never were one: ${sides.join('; ')}`,
    'decide which one is right, then: maand state recover --from HOST --reason TEXT',
  );
}
