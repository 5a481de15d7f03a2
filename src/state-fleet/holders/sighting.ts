/** What a worker says of the state, parsed: the answer to `lookScript`. Everything in it may be wrong but is never trusted unproved. */

/** HEAD of a worker's copy. */
export interface Head {
  readonly name: string;
  readonly lineage: string;
  readonly serial: number;
  readonly digest: string;
  readonly updateSeq: number;
  /** Who wrote it and when, for people. */
  readonly writer: string;
}

export interface LockSight {
  readonly token: string;
  /** How long ago it was taken or renewed, and how long it lasts, by the worker's own clock. */
  readonly ageSeconds: number;
  readonly ttlSeconds: number;
  /** JSON of a `LockOwner`, or whatever stands there. */
  readonly owner: string;
}

export interface Sighting {
  readonly host: string;
  /** Bucket id that the state's name stands for there; undefined: never seen. */
  readonly mark: string | undefined;
  readonly head: Head | undefined;
  readonly lock: LockSight | undefined;
  readonly fence: number;
  /** The lock was taken from an owner that did not give it back, and may wake up again. */
  readonly replaced: boolean;
  /** Other states that live on this worker. */
  readonly others: readonly { readonly bucketId: string; readonly name: string }[];
  /** Buckets with a `worker.json`, and the `update_seq` in it. */
  readonly buckets: ReadonlyMap<string, number>;
}

/** Throws a `RangeError` for an answer that is not whole. */
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

/** The text of HEAD, a field a line. */
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
