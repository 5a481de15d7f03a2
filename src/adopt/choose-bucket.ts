/** Chooses the bucket to adopt from the buckets on the workers. The functions are pure. */
import { stopFailure } from '../state/stop.ts';
import type { WorkerListing } from './read-listing.ts';

export interface BucketChoice {
  /** Name of the state that adopts the bucket. */
  readonly name: string;
  /** Bucket id that the user named. When it is undefined, the only free bucket is chosen. */
  readonly wanted: string | undefined;
}

/** Returns a bucket id. Throws a `Failure` when no bucket can be adopted, or when several buckets can be adopted. */
export function chooseBucket(listings: readonly WorkerListing[], { name, wanted }: BucketChoice): string {
  const marks = new Map(listings.flatMap((listing) => [...listing.marks]));
  const belongsElsewhere = (id: string) => (marks.get(id) ?? name) !== name;
  const ids = [...new Set(listings.flatMap(({ buckets }) => buckets.map(({ id }) => id)))].sort();
  const free = ids.filter((id) => !belongsElsewhere(id));
  if (wanted !== undefined && belongsElsewhere(wanted)) {
    throw stopFailure({
      code: 'state-other-name',
      message: `bucket ${wanted} belongs to "${marks.get(wanted)}"`,
      hint: 'run state adopt in the bucket and environment of that name',
    });
  }
  const [only] = wanted === undefined ? free : free.filter((id) => id === wanted);
  if (only === undefined) {
    const what = wanted === undefined ? 'no bucket is' : `bucket ${wanted} is not`;
    throw stopFailure({
      code: 'state-not-adopted',
      message: `${what} deployed on the workers of this bucket`,
      hint:
        free.length > 0 ? `there are: ${free.join(', ')}` : 'check worker_root in maand.conf and root in workers.json',
      exitCode: 2,
    });
  }
  if (wanted !== undefined || free.length === 1) return only;
  throw stopFailure({
    code: 'state-not-adopted',
    message: `several buckets are deployed there: ${free.join(', ')}`,
    hint: 'give the id of one of them: maand state adopt BUCKET-ID',
    exitCode: 2,
  });
}
