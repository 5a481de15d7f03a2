/**
 * Lists the data that an adoption does not take over, as sentences for the person who adopts. The functions are pure.
 */
import type { JobEntry } from '../workspace/types.ts';
import type { FoundBucket } from './find-bucket.ts';

export interface AdoptingBucket {
  /** Jobs of the workspace. */
  readonly jobs: readonly JobEntry[];
  /** Whether ports and KV come from a file. */
  readonly imports: 'given' | 'none';
}

/** Returns a sentence for each kind of data that the files on workers do not contain. */
export function leftOut({ findings, layout }: FoundBucket, { jobs, imports }: AdoptingBucket): string[] {
  const dynamic = jobs.flatMap(({ name, ports }) =>
    ports.filter(({ number }) => number === undefined).map((port) => `${name}.${port.name}`),
  );
  const folders = findings.flatMap(({ host, bucket, trees }) => {
    const listed = new Set(bucket.jobs.map(({ job }) => job));
    return [...trees.keys()].filter((job) => !listed.has(job)).map((job) => `${job} on ${host}`);
  });
  const missing = findings.flatMap(({ host, bucket, trees }) =>
    bucket.jobs.filter(({ job }) => !trees.has(job)).map(({ job }) => `${job} on ${host}`),
  );
  const sentences: readonly (readonly [applies: boolean, sentence: string])[] = [
    [
      imports === 'none' && dynamic.length > 0,
      `port numbers from the pool (${dynamic.join(', ')}): they are on no worker; give them with --import, or they are assigned anew`,
    ],
    [imports === 'none', 'KV that hooks wrote, secrets, their history: they are on no worker; give them with --import'],
    [true, 'which post_deploy hooks were still to run, and the trees before these: there is nothing to roll back to'],
    [layout === 'other', 'file modes: the maand CLI makes every file executable, the workspace counts'],
    [folders.length > 0, `folders of jobs that jobs.json does not list: ${folders.join(', ')}`],
    [
      missing.length > 0,
      `jobs that jobs.json lists and that have no folder, a deploy starts them: ${missing.join(', ')}`,
    ],
  ];
  return sentences.filter(([applies]) => applies).map(([, sentence]) => sentence);
}
