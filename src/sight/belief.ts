/**
 * Decides which state wrote the files on a worker last: this state, an older copy of this state, or a different state.
 * The functions are pure.
 */
import type { BucketFacts, Identity, WorkerFacts, Writer } from './worker-facts.ts';

/** The state of this run: where the state is kept, and its newest serial and update numbers. */
export interface OurState {
  readonly kind: Writer['kind'];
  readonly name: string;
  readonly bucketId: string;
  /** The serial number of the state when it was loaded. */
  readonly serial: number;
  /** The number of the newest update that this state knows. */
  readonly updateSeq: number;
  /** The state from which this state was adopted. Files that the adopted state wrote count as written by this state. */
  readonly adopted?: Pick<Writer, 'kind' | 'name' | 'serial'>;
}

/** The facts about one worker that the state has recorded. */
export interface KnownHere {
  readonly workerId: string;
  /** Ids of all workers that the bucket lists. */
  readonly listedIds: ReadonlySet<string>;
  /** The number of the update that was delivered to the worker last; undefined when the number is not known. */
  readonly noted: number | undefined;
  /** `open`: an upload to the worker began, but its end was not recorded. */
  readonly upload: 'open' | 'none';
}

export type Belief =
  /** The worker has no files of this bucket. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'ours' }
  /** The folder of the bucket exists on the worker, but its `worker.json` cannot be used. */
  | { readonly kind: 'unsigned'; readonly fault: 'absent' | 'damaged' | 'other-bucket' }
  /** The files on the worker are older than this state, because the worker was restored from an image or a backup. */
  | { readonly kind: 'restored'; readonly found: number; readonly noted: number }
  /**
   * The id in `worker.json` belongs to a different worker of this bucket. `listed`: the bucket still lists the worker
   * with that id, so two workers may have exchanged their addresses. `former`: the bucket no longer lists the worker
   * with that id, so both ids may belong to the same machine.
   */
  | { readonly kind: 'other-worker'; readonly standing: 'listed' | 'former' }
  /** A different state wrote the files last. `writer` is undefined when `worker.json` does not name that state. */
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

/** Judges a `worker.json` from the first version of this program. Such a file does not name the state that wrote it. */
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
  // This state never gave this update number, so the name in `worker.json` does not prove that this state wrote the
  // file.
  if (found > ours.updateSeq) return { kind: 'elsewhere', writer: undefined, found };
  return noted !== undefined && found < noted ? { kind: 'restored', found, noted } : { kind: 'ours' };
}

function isAdopted({ kind, name, serial }: Writer, { adopted }: OurState): boolean {
  return adopted !== undefined && adopted.kind === kind && adopted.name === name && serial <= adopted.serial;
}

/** Whether the folder of a job exists on a worker. `dangling` is the path of a symlink whose target is missing. */
export type JobSight = 'there' | 'missing' | { readonly dangling: string };

/**
 * Returns whether the folder of a job exists on the worker. Returns `dangling` when the path contains a symlink whose
 * target is missing. The folder then does not count as missing, because a disk may not be mounted. The path in
 * `dangling` is relative to the root folder of the worker.
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
