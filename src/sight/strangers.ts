/** Checks the workers of a state that has never deployed: what another state has there must not be deployed over. Pure. */
import type { BucketFacts, WorkerFacts } from './worker-facts.ts';

/** The state of this run, and the jobs that it is about to deploy. */
export interface Newcomer {
  readonly name: string;
  readonly bucketId: string;
  readonly jobs: ReadonlySet<string>;
}

/**
 * Why a first deploy is refused. `lost`: a bucket of this name, or one with the same jobs that no other state explains,
 * is deployed there. `other-name`: the worker belongs to another environment of this bucket.
 */
export type Stranger =
  | { readonly kind: 'lost'; readonly host: string; readonly bucketId: string }
  | { readonly kind: 'other-name'; readonly host: string; readonly bucketId: string; readonly name: string };

/** Returns every bucket that forbids the first deploy. Buckets of other names may share a worker. */
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
