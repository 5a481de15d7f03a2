/**
 * Decides what a run may believe about a worker: whether what lies there was written by this state, by an older copy of
 * it, or by another one. Pure.
 */
import type { BucketFacts, Identity, WorkerFacts, Writer } from './worker-facts.ts';

/** Where the state of this run is kept, and how far it has come. */
export interface OurState {
  readonly kind: Writer['kind'];
  readonly name: string;
  readonly bucketId: string;
  /** Serial of the state as it was loaded. */
  readonly serial: number;
  /** The number of the newest update that this state knows. */
  readonly updateSeq: number;
  /** The state that this one was adopted from: what it wrote counts as ours. */
  readonly adopted?: Pick<Writer, 'kind' | 'name' | 'serial'>;
}

/** What the state knows of one worker. */
export interface KnownHere {
  readonly workerId: string;
  /** Ids of all workers that the bucket lists. */
  readonly listedIds: ReadonlySet<string>;
  /** The number of the update that was delivered there last; undefined when it is not known. */
  readonly noted: number | undefined;
  /** Whether an upload to the worker is open: it was sent, and its end was not recorded. */
  readonly upload: 'open' | 'none';
}

export type Belief =
  /** Nothing of this bucket is there. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'ours' }
  /** The folder of the bucket is there, and its `worker.json` cannot be used. */
  | { readonly kind: 'unsigned'; readonly fault: 'absent' | 'damaged' | 'other-bucket' }
  /** The worker is older than this state: it was restored from an image or a backup. */
  | { readonly kind: 'restored'; readonly found: number; readonly noted: number }
  /**
   * The files belong to another worker of this bucket. `listed`: the bucket still has that worker, so two workers may
   * have exchanged their addresses. `former`: it has left, and this one may be the same machine under a new id.
   */
  | { readonly kind: 'other-worker'; readonly standing: 'listed' | 'former' }
  /** Another state wrote last; `writer` is undefined when the file does not name it. */
  | { readonly kind: 'elsewhere'; readonly writer: Writer | undefined; readonly found: number };

export function judgeWorker(facts: WorkerFacts, ours: OurState, known: KnownHere): Belief {
  const bucket = facts.buckets.get(ours.bucketId);
  if (!bucket) return { kind: 'nothing' };
  const { identity } = bucket;
  if (identity === 'absent' || identity === 'damaged') return { kind: 'unsigned', fault: identity };
  if (identity.bucketId !== ours.bucketId) return { kind: 'unsigned', fault: 'other-bucket' };
  if (identity.workerId !== known.workerId) {
    return { kind: 'other-worker', standing: known.listedIds.has(identity.workerId) ? 'listed' : 'former' };
  }
  return identity.writer === undefined
    ? judgeUnsigned(identity, ours, known)
    : judgeWriter(identity, identity.writer, { ours, known });
}

/** Judges a file of the first edition, which does not name its writer. */
function judgeUnsigned({ updateSeq: found }: Identity, { updateSeq }: OurState, { noted, upload }: KnownHere): Belief {
  const elsewhere = { kind: 'elsewhere', writer: undefined, found } as const;
  if (found > updateSeq) return elsewhere;
  if (noted === undefined || found === noted) return { kind: 'ours' };
  if (found < noted) return { kind: 'restored', found, noted };
  return upload === 'open' ? { kind: 'ours' } : elsewhere;
}

interface Judging {
  readonly ours: OurState;
  readonly known: KnownHere;
}

function judgeWriter({ updateSeq: found }: Identity, writer: Writer, { ours, known: { noted } }: Judging): Belief {
  if (!isAdopted(writer, ours) && (writer.kind !== ours.kind || writer.serial > ours.serial)) {
    return { kind: 'elsewhere', writer, found };
  }
  // our own name under a number that this state never gave proves nothing
  if (found > ours.updateSeq) return { kind: 'elsewhere', writer: undefined, found };
  return noted !== undefined && found < noted ? { kind: 'restored', found, noted } : { kind: 'ours' };
}

function isAdopted({ kind, name, serial }: Writer, { adopted }: OurState): boolean {
  return adopted !== undefined && adopted.kind === kind && adopted.name === name && serial <= adopted.serial;
}

/** How the folder of a job is found. */
export type JobSight = 'there' | 'missing' | { readonly dangling: string };

/**
 * Tells whether the folder of a job is there. `dangling` names the link that leads nowhere, below the root of the
 * worker: then a disk may not be mounted, and the folder does not count as missing.
 */
export function jobOn({ isRootCutOff, buckets }: WorkerFacts, bucketId: string, job: string): JobSight {
  if (isRootCutOff) return { dangling: '' };
  const bucket = buckets.get(bucketId);
  if (bucket === undefined) return 'missing';
  const dangling = danglingIn(bucket, job);
  if (dangling !== undefined) return { dangling: `${bucketId}${dangling}` };
  const kind = bucket.jobs.get(job);
  return kind === 'folder' || kind === 'link' ? 'there' : 'missing';
}

function danglingIn({ kind, isCutOff, jobs }: BucketFacts, job: string): string | undefined {
  if (kind === 'dangling') return '';
  if (isCutOff) return '/jobs';
  return jobs.get(job) === 'dangling' ? `/jobs/${job}` : undefined;
}
