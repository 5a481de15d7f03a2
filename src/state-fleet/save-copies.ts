/**
 * Saves one sealed snapshot on workers and returns the outcome of each copy. Each save first compares the digest in
 * HEAD.
 */
import { mapLimit } from '../base/concurrency.ts';
import type { Failure } from '../base/failure.ts';
import { snapshotDigest } from '../state/snapshot.ts';
import { readSnapshotHeader, type Sealed } from '../state/snapshot-header.ts';
import { stopFailure } from '../state/stop.ts';
import type { WorkerAddress } from '../transport/port.ts';
import { writerOf } from './find-state/ask-cache.ts';
import type { Search } from './find-state/search.ts';
import type { HeldLock } from './held-lock.ts';
import { answeredIn, knownWorkers } from './holders/choose-holders.ts';
import type { WriteOutcome } from './holders/holder-copies.ts';
import { type Head, headText } from './holders/sighting.ts';

export interface CopiesOptions {
  readonly search: Search;
  readonly lock: HeldLock;
  readonly parallelWorkers: number;
}

/** The copies on workers while this run has their lock. */
export class CopySaver {
  readonly #options: CopiesOptions;
  /** Host → digest in its HEAD file, or '' when there is no HEAD. Workers that never answered are missing. */
  readonly #heads: Map<string, string>;
  readonly #workers: ReadonlyMap<string, WorkerAddress>;

  constructor(options: CopiesOptions) {
    const { lock, search } = options;
    this.#options = options;
    this.#heads = new Map(answeredIn(lock.state.sights).map(({ host, head }) => [host, head?.digest ?? '']));
    this.#workers = knownWorkers(lock.state, search.workers);
  }

  /** Workers that this run has locked. */
  get locked(): WorkerAddress[] {
    return [...this.#options.lock.hosts].flatMap((host) => this.#workers.get(host) ?? []);
  }

  /** Returns the hosts that answered and have a different snapshot or no snapshot. */
  lagging(hosts: readonly string[], digest: string): readonly string[] {
    return hosts.filter((host) => this.#heads.has(host) && this.#heads.get(host) !== digest);
  }

  /** Writes the snapshot to every host. Never throws because of what workers do. */
  save(sealed: Sealed, hosts: readonly string[], signal: AbortSignal): Promise<CopyOutcome[]> {
    return mapLimit(hosts, this.#options.parallelWorkers, async (host) => ({
      host,
      problem: await this.#saveOn(host, sealed, signal),
    }));
  }

  /** Writes the snapshot to one worker. Returns the problem, or `undefined` when the write succeeded. */
  async #saveOn(
    host: string,
    { bytes, lineage, serial }: Sealed,
    signal: AbortSignal,
  ): Promise<CopyProblem | undefined> {
    const { search, lock } = this.#options;
    const worker = this.#workers.get(host);
    const expected = this.#heads.get(host);
    if (!worker || expected === undefined) return { kind: 'silent' };
    if (!lock.hosts.has(host)) return { kind: 'locked' };
    const digest = snapshotDigest(bytes);
    const texts = { head: headText(headOf(bytes)), markText: `${lineage}\n${search.name}` };
    const from = search.overrides ? 'any' : expected; // after an operator's decision, a save replaces every copy
    const write = { bytes, token: lock.token, bucketId: lineage, expected: from, serial, digest, ...texts };
    const outcome = await search.copies.write(worker, write, signal);
    if (outcome.kind !== 'written') return outcome;
    this.#heads.set(host, digest);
    return undefined;
  }
}

/** Why a worker has no copy of the snapshot. */
type CopyProblem =
  /** The worker did not answer when this run began. */
  | { readonly kind: 'silent' }
  /** Another run has had the lock of the worker since this run began. */
  | { readonly kind: 'locked' }
  | Exclude<WriteOutcome, { readonly kind: 'written' }>;

export interface CopyOutcome {
  readonly host: string;
  readonly problem: CopyProblem | undefined;
}

const OF_ANOTHER_RUN: ReadonlySet<CopyProblem['kind']> = new Set(['locked', 'conflict', 'lost']);

/**
 * Returns whether another run works on these workers. The decision uses the result of the programs there, not the text
 * of a message.
 */
export function isTakenOver(outcomes: readonly CopyOutcome[]): boolean {
  return outcomes.some(({ problem }) => problem !== undefined && OF_ANOTHER_RUN.has(problem.kind));
}

export function problemsIn(outcomes: readonly CopyOutcome[]): string[] {
  return outcomes.flatMap(({ host, problem }) => (problem === undefined ? [] : [`${host}: ${describeCopy(problem)}`]));
}

function describeCopy(problem: CopyProblem): string {
  switch (problem.kind) {
    case 'silent':
      return 'it did not answer at the start of this run';
    case 'locked':
      return 'another run has its lock';
    case 'conflict':
      return 'another run has written there';
    case 'lost':
      return 'another run has taken the lock over';
    case 'failed':
      return problem.reason;
  }
}

function headOf(bytes: Buffer): Head {
  const read = readSnapshotHeader(bytes);
  if (read.kind !== 'header') throw new Error('a snapshot of our own has no header');
  const { header } = read;
  const { name, lineage, serial, updateSeq } = header;
  return { name, lineage, serial, digest: snapshotDigest(bytes), updateSeq, writer: writerOf(header) };
}

export function notSavedOnMajority(outcomes: readonly CopyOutcome[]): Failure {
  const problems = problemsIn(outcomes);
  return stopFailure({
    code: isTakenOver(outcomes) ? 'state-taken-over' : 'state-no-quorum',
    message: `the state could not be saved on a majority of its workers: ${problems.join('; ')}`,
    hint: 'nothing more was changed; make the workers reachable and run again',
  });
}
