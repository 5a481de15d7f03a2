/**
 * Parses the answer of a worker: the ids of the machine, its states and buckets, and the jobs that have a folder. Any
 * part of the answer may be wrong. `belief.ts` decides which parts to trust.
 */

/**
 * The kind of a path on a worker. `link`: a symlink, for example to a separate disk. `dangling`: a symlink whose target
 * is missing.
 */
export type FolderKind = 'folder' | 'link' | 'dangling' | 'file';

/** The state that last wrote the files of this program on a worker. */
export interface Writer {
  /** Where this state is kept: in a file, or on the workers. */
  readonly kind: 'file' | 'workers';
  /** The name of the state. */
  readonly name: string;
  /** The serial number of the state when it wrote the files. */
  readonly serial: number;
  /** A text for people: the user who started the run, the machine, and the time (ISO 8601). */
  readonly run: string;
}

/** The content of a `worker.json`. */
export interface Identity {
  readonly bucketId: string;
  readonly workerId: string;
  readonly updateSeq: number;
  /** Undefined when the first version of this program, or a different program, wrote the file. */
  readonly writer: Writer | undefined;
}

export interface BucketFacts {
  readonly identity: Identity | 'absent' | 'damaged';
  readonly kind: FolderKind;
  /** True when `jobs/` is a symlink whose target is missing. */
  readonly isCutOff: boolean;
  /** Maps each job to the kind of its folder. Jobs without a folder are omitted. */
  readonly jobs: ReadonlyMap<string, FolderKind>;
}

export interface WorkerFacts {
  readonly host: string;
  /** The random id of the root folder; undefined when no deploy has changed the worker yet. */
  readonly workerId: string | undefined;
  /** The random id that the kernel makes at each boot; undefined when the id is not known. */
  readonly bootId: string | undefined;
  /** The states that have a marker file below the root folder. */
  readonly states: readonly { readonly bucketId: string; readonly name: string }[];
  /** True when the root folder itself is a symlink whose target is missing. */
  readonly isRootCutOff: boolean;
  /** Maps the id of each bucket on the worker to its facts. */
  readonly buckets: ReadonlyMap<string, BucketFacts>;
}

/** The answer of one worker, or the reason why there is no answer. */
export type Sight =
  | { readonly kind: 'seen'; readonly facts: WorkerFacts }
  | { readonly kind: 'silent'; readonly host: string; readonly reason: string };

const KINDS: ReadonlySet<string> = new Set<FolderKind>(['folder', 'link', 'dangling', 'file']);

/** Parses the lines that `sight/facts.sh` printed on the worker. Unknown lines are ignored. */
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

/** Parses the text of a `worker.json`. The text is on one line. */
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

/** Splits the text after its first word. Returns the first word and the rest. */
function cut(text: string): readonly [string, string] {
  const at = text.indexOf(' ');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
