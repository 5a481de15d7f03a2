/**
 * Parses the answer to `lookScript`, which describes the state on a worker. Any part of the answer may be wrong, so
 * nothing is trusted without proof.
 */
import { parseFacts, type WorkerFacts } from '../../sight/worker-facts.ts';

/** The contents of the HEAD file of a worker's copy. */
export interface Head {
  readonly name: string;
  readonly lineage: string;
  readonly serial: number;
  readonly digest: string;
  readonly updateSeq: number;
  /** The run that wrote the copy, and when, as text for people. */
  readonly writer: string;
}

export interface LockSight {
  readonly token: string;
  /** Seconds since the lock was taken or renewed, and seconds that it lasts, by the clock of the worker. */
  readonly ageSeconds: number;
  readonly ttlSeconds: number;
  /** The JSON of a `LockOwner`, or any other text in the lock file. */
  readonly owner: string;
}

export interface Sighting {
  readonly host: string;
  /** Bucket id that the worker has for the name of the state. Undefined when the worker does not have this name. */
  readonly mark: string | undefined;
  readonly head: Head | undefined;
  readonly lock: LockSight | undefined;
  readonly fence: number;
  /** True when the lock was taken from an owner that had not released it and may still run. */
  readonly replaced: boolean;
  /** What lies on the worker besides the state. */
  readonly facts: WorkerFacts;
}

/** Parses the answer. Throws a `RangeError` when the answer is incomplete. */
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
    facts: parseFacts(host, lines),
  };
}

/** Returns the text of the HEAD file, with one field on each line. */
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
