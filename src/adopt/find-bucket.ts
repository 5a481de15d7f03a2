/** Asks every worker for its deployed buckets, chooses the bucket to adopt, and reads the files of this bucket. */
import type { WorkerAddress } from '../transport/port.ts';
import type { JobEntry } from '../workspace/types.ts';
import type { WorkerFinding } from './adopted-document.ts';
import { type BucketChoice, chooseBucket } from './choose-bucket.ts';
import { modesFor } from './modes.ts';
import { type Asking, listBuckets, readTrees } from './read-bucket.ts';
import type { DeployedBucket } from './read-listing.ts';

export interface BucketSearch extends BucketChoice {
  readonly asking: Asking;
  readonly workers: readonly WorkerAddress[];
  /** Jobs of the workspace. */
  readonly jobs: readonly JobEntry[];
  /** Key of the content digests. */
  readonly hashKey: Buffer;
}

/** A bucket as it is deployed on the workers. */
export interface FoundBucket {
  readonly bucketId: string;
  /** `other` when at least one worker has the layout of the maand CLI. */
  readonly layout: DeployedBucket['layout'];
  /** Findings on the workers that have the bucket, in the order of the workers. */
  readonly findings: readonly WorkerFinding[];
}

/** Finds the bucket. Throws a `Failure` when a worker does not answer, or when it is unclear which bucket to adopt. */
export async function findDeployedBucket(search: BucketSearch): Promise<FoundBucket> {
  const { asking, workers, jobs, hashKey } = search;
  const listings = await listBuckets(asking, workers);
  const bucketId = chooseBucket(listings, search);
  const holders = workers.flatMap((worker, at) => {
    const bucket = listings[at]?.buckets.find(({ id }) => id === bucketId);
    return bucket ? [{ worker, bucket }] : [];
  });
  const layout = holders.some(({ bucket }) => bucket.layout === 'other') ? 'other' : 'ours';
  const modeOf = modesFor(layout, jobs);
  const trees = await readTrees(
    asking,
    holders.map(({ worker }) => worker),
    { id: bucketId, inputOf: () => ({ key: hashKey, modeOf }) },
  );
  const findings = holders.map(
    ({ worker: { host, hostKey, ...address }, bucket }, at): WorkerFinding => ({
      host,
      address: { ...address, ...(hostKey === undefined ? {} : { hostKey }) },
      bucket,
      trees: trees[at] ?? new Map(),
    }),
  );
  return { bucketId, layout, findings };
}
