/**
 * Parses what a worker shows of itself: which machine it is, which states and buckets are there, and which jobs have a
 * folder. Any part may be wrong, so nothing is trusted here; `belief.ts` decides what is.
 */

/** A path that may be missing, and may be a link to another disk. `dangling`: a link that leads nowhere. */
export type FolderKind = 'folder' | 'link' | 'dangling' | 'file';

/** Who wrote the files of this program on a worker last. */
export interface Writer {
  /** Where the state of the writer is kept: in a file, or on the workers. */
  readonly kind: 'file' | 'workers';
  /** Name of the state. */
  readonly name: string;
  /** Serial of the state at the time of the write. */
  readonly serial: number;
  /** Who started the run, where, and when (ISO 8601), for people. */
  readonly run: string;
}

/** The content of a `worker.json`. */
export interface Identity {
  readonly bucketId: string;
  readonly workerId: string;
  readonly updateSeq: number;
  /** Undefined when the first edition of this program, or another program, wrote the file. */
  readonly writer: Writer | undefined;
}

export interface BucketFacts {
  readonly identity: Identity | 'absent' | 'damaged';
  readonly kind: FolderKind;
  /** Set when `jobs/` is a link that leads nowhere. */
  readonly isCutOff: boolean;
  /** Job → its folder, for jobs that have one. */
  readonly jobs: ReadonlyMap<string, FolderKind>;
}

export interface WorkerFacts {
  readonly host: string;
  /** Random id of the root folder; undefined before the first change. */
  readonly workerId: string | undefined;
  /** Random id that the kernel makes at each boot; undefined when it is not known. */
  readonly bootId: string | undefined;
  /** The states that have a mark below this root. */
  readonly states: readonly { readonly bucketId: string; readonly name: string }[];
  /** Set when the root itself is a link that leads nowhere. */
  readonly isRootCutOff: boolean;
  /** Bucket id → what is there. */
  readonly buckets: ReadonlyMap<string, BucketFacts>;
}

/** What a look at one worker gave. */
export type Sight =
  | { readonly kind: 'seen'; readonly facts: WorkerFacts }
  | { readonly kind: 'silent'; readonly host: string; readonly reason: string };

const KINDS: ReadonlySet<string> = new Set<FolderKind>(['folder', 'link', 'dangling', 'file']);

/** Parses the lines of the facts; other lines are ignored. */
export function parseFacts(host: string, lines: readonly string[]): WorkerFacts {
  const all = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => cut(line.slice(word.length + 1)));
  const [workerId] = all('worker-id').map(([id]) => id);
  const [bootId] = all('boot').map(([id]) => id);
  const identities = new Map(all('identity').map(([bucket, text]) => [bucket, parseIdentity(text)]));
  const cutOff = new Set(all('jobs').map(([bucket]) => bucket));
  const jobs = all('job').map(([bucket, rest]) => ({ bucket, folder: cut(rest) }));
  const buckets = all('folder').map(([bucket, kind]): [string, BucketFacts] => [
    bucket,
    {
      identity: identities.get(bucket) ?? 'absent',
      kind: kindOf(kind),
      isCutOff: cutOff.has(bucket),
      jobs: new Map(
        jobs.filter((job) => job.bucket === bucket).map(({ folder: [jobKind, name] }) => [name, kindOf(jobKind)]),
      ),
    },
  ]);
  return {
    host,
    workerId: workerId !== undefined && /^[0-9a-f]{32}$/.test(workerId) ? workerId : undefined,
    bootId,
    states: all('state').map(([bucketId, name]) => ({ bucketId, name })),
    isRootCutOff: all('dangling').length > 0,
    buckets: new Map(buckets),
  };
}

/** Parses the text of a `worker.json`, on one line. */
export function parseIdentity(text: string): Identity | 'damaged' {
  try {
    const json = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    const { bucket_id: bucketId, worker_id: workerId, update_seq: updateSeq, writer } = json ?? {};
    if (!isCount(updateSeq)) return 'damaged';
    return { bucketId: textOf(bucketId), workerId: textOf(workerId), updateSeq, writer: parseWriter(writer) };
  } catch {
    return 'damaged';
  }
}

/** Parses the `writer` of a `worker.json`; returns undefined when it is missing or malformed. */
export function parseWriter(json: unknown): Writer | undefined {
  const { kind, name, serial, run } = (json ?? {}) as Readonly<Record<string, unknown>>;
  if ((kind !== 'file' && kind !== 'workers') || typeof name !== 'string' || !isCount(serial)) return undefined;
  return { kind, name, serial, run: textOf(run) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function kindOf(word: string): FolderKind {
  return KINDS.has(word) ? (word as FolderKind) : 'file';
}

/** Cuts the first word off. */
function cut(text: string): readonly [string, string] {
  const at = text.indexOf(' ');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
