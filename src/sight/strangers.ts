/**
 * Checks the workers before the first deploy of a state. The first deploy must not overwrite the bucket of a different
 * state. The functions are pure.
 */
import type { BucketFacts, WorkerFacts } from './worker-facts.ts';

/** The state of this run, and the jobs that this run deploys. */
export interface Newcomer {
  readonly name: string;
  readonly bucketId: string;
  readonly jobs: ReadonlySet<string>;
}

/**
 * The reason why a first deploy is refused. `lost`: the worker already has a bucket whose state has the same name, or a
 * bucket of an unknown state that has a job of this run. `other-name`: the worker belongs to a different environment of
 * the same bucket.
 */
export type Stranger =
  | { readonly kind: 'lost'; readonly host: string; readonly bucketId: string }
  | { readonly kind: 'other-name'; readonly host: string; readonly bucketId: string; readonly name: string };

/**
 * Returns every bucket on the workers that forbids the first deploy. Buckets with unrelated names may share a worker.
 */
export function findStrangers(seen: readonly WorkerFacts[], newcomer: Newcomer): Stranger[] {
  return seen.flatMap((facts) => strangersOn(facts, newcomer));
}

function strangersOn({ host, states, buckets }: WorkerFacts, { name, bucketId, jobs }: Newcomer): Stranger[] {
  const marked = states.filter((state) => state.bucketId !== bucketId && buckets.has(state.bucketId));
  const signed = [...buckets].flatMap(([id, { identity }]) => {
    const writer = typeof identity === 'object' ? identity.writer : undefined;
    return writer === undefined || id === bucketId ? [] : [{ bucketId: id, name: writer.name }];
  });
  const named = new Map([...marked, ...signed].map((one) => [one.bucketId, one.name]));
  const unnamed = [...buckets].filter(([id, bucket]) => id !== bucketId && !named.has(id) && sharesJob(bucket, jobs));
  return [
    ...[...named].flatMap(([id, other]): Stranger[] => {
      if (other === name) return [{ kind: 'lost', host, bucketId: id }];
      return bucketOf(other) === bucketOf(name) ? [{ kind: 'other-name', host, bucketId: id, name: other }] : [];
    }),
    ...unnamed.map(([id]): Stranger => ({ kind: 'lost', host, bucketId: id })),
  ];
}

function sharesJob({ jobs: found }: BucketFacts, jobs: ReadonlySet<string>): boolean {
  return [...found.keys()].some((job) => jobs.has(job));
}

/** Returns the name of a state without its environment. */
function bucketOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/'));
}
