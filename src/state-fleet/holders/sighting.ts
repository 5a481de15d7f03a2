/**
 * Parses the answer to `lookScript`: what a worker says about the state. Any part may be wrong, so nothing is trusted
 * without proof.
 */

/** The HEAD of a worker's copy. */
export interface Head {
  readonly name: string;
  readonly lineage: string;
  readonly serial: number;
  readonly digest: string;
  readonly updateSeq: number;
  /** Who wrote it and when, as text for people. */
  readonly writer: string;
}

export interface LockSight {
  readonly token: string;
  /** How long ago the lock was taken or renewed, and how long it lasts, by the clock of the worker. */
  readonly ageSeconds: number;
  readonly ttlSeconds: number;
  /** The JSON of a `LockOwner`, or any other text found there. */
  readonly owner: string;
}

export interface Sighting {
  readonly host: string;
  /** Bucket id that the worker has for the name of the state; undefined when it does not know the name. */
  readonly mark: string | undefined;
  readonly head: Head | undefined;
  readonly lock: LockSight | undefined;
  readonly fence: number;
  /** The lock was taken from an owner that had not released it and may continue. */
  readonly replaced: boolean;
  /** Other states that are kept on this worker. */
  readonly others: readonly { readonly bucketId: string; readonly name: string }[];
  /** Buckets with a `worker.json`, and the `update_seq` in that file. */
  readonly buckets: ReadonlyMap<string, number>;
}

/** Parses the answer. Throws a `RangeError` when it is incomplete. */
export function parseSighting(host: string, text: string): Sighting {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines[0] !== 'maand-state 1' || lines.at(-1) !== 'end') throw new RangeError('its answer is not whole');
  const all = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const now = Number(all('now')[0]);
  return {
    host,
    mark: all('mark')[0],
    head: parseHead(all('head')),
    lock: parseLock(all('lock')[0], now),
    fence: countOf(all('fence')[0]),
    replaced: all('replaced').length > 0,
    others: all('other').map((line) => {
      const [bucketId = '', ...name] = line.split(' ');
      return { bucketId, name: name.join(' ') };
    }),
    buckets: new Map(
      all('bucket').map((line) => {
        const [id = '', seq] = line.split(' ');
        return [id, countOf(seq)];
      }),
    ),
  };
}

/** Returns the text of HEAD, with one field a line. */
export function headText({ name, lineage, serial, digest, updateSeq, writer }: Head): string {
  return [
    `name ${name}`,
    `lineage ${lineage}`,
    `serial ${serial}`,
    `digest ${digest}`,
    `update_seq ${updateSeq}`,
    `writer ${writer}`,
  ].join('\n');
}

function parseHead(lines: readonly string[]): Head | undefined {
  if (lines.length === 0) return undefined;
  const field = (word: string) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1) ?? '';
  return {
    name: field('name'),
    lineage: field('lineage'),
    serial: countOf(field('serial')),
    digest: field('digest'),
    updateSeq: countOf(field('update_seq')),
    writer: field('writer'),
  };
}

function parseLock(line: string | undefined, now: number): LockSight | undefined {
  const [, token, at, ttl, owner] = /^(\S+) (\d+) (\d+) ?(.*)$/.exec(line ?? '') ?? [];
  if (token === undefined) return undefined;
  return { token, ageSeconds: now - Number(at), ttlSeconds: Number(ttl), owner: owner ?? '' };
}

function countOf(text: string | undefined): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : 0;
}
