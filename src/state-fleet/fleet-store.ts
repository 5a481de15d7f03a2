/**
 * State on the workers themselves, with a copy in the Actions cache (docs/state.md). Loading proves that the newest copy is
 * the newest; saving is a compare and swap on a majority; every change of a worker carries the fence of this run's lock.
 */
import { mapLimit } from '../base/concurrency.ts';
import type { Failure } from '../base/failure.ts';
import type { StateDocument } from '../state/document.ts';
import type { Handover } from '../state/handover.ts';
import type { LockOwner, StateLoad, StateStore, WorkerGuard } from '../state/port.ts';
import { sealSnapshot, snapshotDigest } from '../state/snapshot.ts';
import { readSnapshotHeader, type Sealed, type SnapshotWriter } from '../state/snapshot-header.ts';
import { stopFailure } from '../state/stop.ts';
import type { WorkerAddress } from '../transport/port.ts';
import { CacheLog } from './cache-copy.ts';
import { type Found, findState, type Nothing, type Search, writerOf } from './find-state.ts';
import { inspectFleet, unlockFleet } from './fleet-inspection.ts';
import { type HeldLock, LOCK_TTL_SECONDS, type Locking, takeLock } from './fleet-lock.ts';
import { answeredIn, chooseMembers, knownWorkers, membersOf, votesOf } from './members.ts';
import { withPatience } from './patience.ts';
import { hasQuorum } from './resolve.ts';
import { type Head, headText } from './sighting.ts';
import type { WriteOutcome } from './worker-replicas.ts';
import { fenceGuard, forgetLine, markOf } from './worker-script.ts';

const RENEW_MS = (LOCK_TTL_SECONDS * 1000) / 4;
/** GitHub gives a cancelled step ten seconds altogether. */
const FOR_WORKERS = { ms: 60_000, cancelledMs: 2000 };
const FOR_CACHE = { ms: 60_000, cancelledMs: 3500 };

export interface FleetStoreOptions {
  readonly search: Search;
  readonly writer: SnapshotWriter;
  readonly parallelWorkers: number;
  readonly isGone: Locking['isGone'];
  readonly notice: (message: string) => void;
  readonly warn: (message: string) => void;
  /** Hears what `post` needs to finish the work of a run that was killed. */
  readonly onHandover: (handover: Handover) => Promise<void>;
}

export function openFleetStore(options: FleetStoreOptions): StateStore {
  let held: FleetState | undefined;
  const { search } = options;
  return {
    description: 'the state on the workers',
    lock: async (owner, waitMs, signal) => {
      held = await FleetState.take(options, { owner, waitMs, signal });
      return held;
    },
    load: async (signal) => toLoad(held?.found ?? (await findState(search, signal))),
    save: async (document) => {
      if (!held) throw new Error('the state was not locked');
      await held.save(document);
    },
    guard: () => held?.guard() ?? NO_GUARD,
    inspect: (signal) => inspectFleet(search, signal),
    unlock: (word, signal) => unlockFleet(search, word, signal),
  };
}

/** Nothing changes a worker without a lock; reading needs none. */
const NO_GUARD: WorkerGuard = { line: () => undefined, forget: () => undefined };

function toLoad(state: Found | Nothing): StateLoad {
  return state.kind === 'found' ? { kind: 'found', document: state.document } : { kind: 'none' };
}

interface Taking {
  readonly owner: LockOwner;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** The state while this run has the lock. */
class FleetState implements AsyncDisposable {
  readonly #options: FleetStoreOptions;
  readonly #lock: HeldLock;
  readonly #signal: AbortSignal;
  readonly #log: CacheLog | undefined;
  /** Digest that each worker's HEAD holds; '' for none. Workers that never answered are not in it. */
  readonly #heads: Map<string, string>;
  readonly #workers: Map<string, WorkerAddress>;
  readonly #renewing: NodeJS.Timeout;
  #members: readonly string[];
  #digest: string;
  #sealed: Sealed | undefined;
  #takenOver = false;

  static async take(options: FleetStoreOptions, { owner, waitMs, signal }: Taking): Promise<FleetState> {
    const { search, isGone, notice } = options;
    const readOnly = search.cache?.readOnly;
    if (readOnly !== undefined) throw refuseReadOnly(readOnly);
    if (search.workers.length === 0 && search.cache === undefined) throw noHolder();
    const lock = await takeLock({ search, owner, waitMs, signal, isGone, onWait: notice });
    const state = new FleetState(options, lock, signal);
    try {
      await state.#tellPost();
      await state.#repair();
    } catch (thrown) {
      await state[Symbol.asyncDispose]();
      throw thrown;
    }
    return state;
  }

  private constructor(options: FleetStoreOptions, lock: HeldLock, signal: AbortSignal) {
    const { search, warn } = options;
    const found = lock.state;
    this.#options = options;
    this.#lock = lock;
    this.#signal = signal;
    this.#log = search.cache && new CacheLog(search.cache, warn);
    this.#heads = new Map(answeredIn(found.sights).map(({ host, head }) => [host, head?.digest ?? '']));
    this.#workers = knownWorkers(found, search.workers);
    const recorded = search.overrides ? membersOf(found, search) : found.kind === 'found' && found.document.members;
    this.#members = recorded || [];
    this.#digest = found.kind === 'found' ? found.digest : '';
    this.#renewing = setInterval(() => void this.#renew(), RENEW_MS);
    this.#renewing.unref();
  }

  get found(): Found | Nothing {
    return this.#lock.state;
  }

  guard(): WorkerGuard {
    const { fence } = this.#lock;
    const mark = this.#mark;
    return {
      line: ({ root }) => fenceGuard({ root, mark }, fence),
      forget: ({ root }) => forgetLine({ root, mark }),
    };
  }

  async save(document: StateDocument): Promise<void> {
    if (this.#takenOver) throw takenOver();
    const { search, writer } = this.#options;
    // Who did not answer at the start gets no copy in this run, so nobody is to wait for it in the next.
    const reached = search.workers.filter(({ host }) => this.#members.includes(host) || this.#lock.hosts.has(host));
    const members = chooseMembers(this.#members, reached);
    const bytes = await sealSnapshot({
      document: { ...document, members },
      parent: this.#digest,
      writer,
      at: new Date(),
      keys: search.keys,
    });
    const sealed = { bytes, lineage: document.bucketId, serial: document.serial };
    await this.#tellPost(sealed);
    const outcomes = await this.#replicate(sealed, [...new Set([...members, ...this.#members])]);
    const written = outcomes.filter(({ problem }) => problem === undefined);
    if (![members, this.#members].every((group) => hasQuorum({ members: group, voices: votesOf(group, written) }))) {
      this.#takenOver ||= isTakenOver(outcomes);
      throw notReplicated(outcomes);
    }
    this.#log?.offer(sealed);
    if (members.length === 0) await this.#saveOnlyCopy();
    this.#members = members;
    this.#digest = snapshotDigest(bytes);
    this.#sealed = sealed;
  }

  /** Gives the lock back, after the newest snapshot is in the cache as well; each in its time, whatever the other does. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#renewing);
    const signal = this.#signal;
    const { replicas } = this.#options.search;
    const [problem, kept] = await Promise.all([
      // A run that was replaced would put an older snapshot before a newer one.
      this.#takenOver ? undefined : withPatience({ signal, ...FOR_CACHE }, async (bound) => this.#log?.flush(bound)),
      withPatience({ signal, ...FOR_WORKERS }, (bound) =>
        replicas.release(this.#lockedWorkers(), this.#lock.token, bound),
      ),
    ]);
    if (problem === undefined && kept.length === 0) await this.#tellPost(this.#sealed, true);
  }

  get #mark(): string {
    return markOf(this.#options.search.name);
  }

  #lockedWorkers(): WorkerAddress[] {
    return [...this.#lock.hosts].flatMap((host) => this.#workers.get(host) ?? []);
  }

  async #tellPost(sealed: Sealed | undefined = this.#sealed, done = false): Promise<void> {
    const { token } = this.#lock;
    const cacheKey = sealed && this.#options.search.cache?.newKey(sealed);
    await this.#options.onHandover({
      token,
      mark: this.#mark,
      workers: this.#lockedWorkers(),
      sealed,
      cacheKey,
      done,
    });
  }

  /** Lagging copies first, before anything else is changed. */
  async #repair(): Promise<void> {
    const { found } = this;
    if (found.kind !== 'found' || this.#options.search.overrides) return; // an operator's save replaces every copy
    const { document, bytes, digest } = found;
    const sealed = { bytes, lineage: document.bucketId, serial: document.serial };
    const members = this.#members.length > 0 ? this.#members : chooseMembers([], this.#options.search.workers);
    const lagging = members.filter((host) => this.#heads.has(host) && this.#heads.get(host) !== digest);
    const outcomes = await this.#replicate(sealed, lagging);
    const healed = outcomes.flatMap(({ host, problem }) => (problem === undefined ? [host] : []));
    if (healed.length > 0) {
      this.#options.notice(`state serial ${document.serial} was missing on ${healed.join(', ')}: it is there again`);
    }
    this.#sealed = sealed;
    const failed = problemsIn(outcomes);
    if (failed.length > 0) {
      this.#options.warn(`state serial ${document.serial} is missing on some of its workers: ${failed.join('; ')}`);
    }
    if (found.inCache || !this.#log) return;
    const { cacheTrouble: trouble } = found;
    const why = trouble === undefined ? '' : ` (${trouble})`;
    this.#options.notice(`state serial ${document.serial} was not in the cache${why}: it is saved again`);
    this.#log.offer(sealed);
  }

  #replicate(sealed: Sealed, hosts: readonly string[]): Promise<Replication[]> {
    return withPatience({ signal: this.#signal, ...FOR_WORKERS }, (bound) =>
      mapLimit(hosts, this.#options.parallelWorkers, async (host) => ({
        host,
        problem: await this.#writeTo(host, sealed, bound),
      })),
    );
  }

  /** Answers what went wrong. */
  async #writeTo(
    host: string,
    { bytes, lineage, serial }: Sealed,
    signal: AbortSignal,
  ): Promise<CopyProblem | undefined> {
    const { replicas, name, overrides } = this.#options.search;
    const worker = this.#workers.get(host);
    const expected = this.#heads.get(host);
    if (!worker || expected === undefined) return { kind: 'silent' };
    if (!this.#lock.hosts.has(host)) return { kind: 'locked' };
    const digest = snapshotDigest(bytes);
    const { token } = this.#lock;
    const texts = { head: headText(headOf(bytes)), markText: `${lineage}\n${name}` };
    const write = { bytes, token, bucketId: lineage, expected: overrides ? 'any' : expected, serial, digest, ...texts };
    const outcome = await replicas.write(worker, write, signal);
    if (outcome.kind !== 'written') return outcome;
    this.#heads.set(host, digest);
    return undefined;
  }

  /** Where there are no workers, the cache has all there is. */
  async #saveOnlyCopy(): Promise<void> {
    const saving = { signal: this.#signal, ...FOR_CACHE };
    const problem = await withPatience(saving, async (bound) => this.#log?.saveNow(bound));
    if (problem === undefined) return;
    throw stopFailure({
      code: 'state-unusable',
      exitCode: 1,
      message: `the state cannot be saved, and there is no worker to hold it: ${problem}`,
      hint: 'nothing was changed; add workers, or run again when the cache is back',
    });
  }

  async #renew(): Promise<void> {
    const workers = this.#lockedWorkers();
    const lost = await this.#options.search.replicas.renew(workers, this.#lock.token, AbortSignal.timeout(RENEW_MS));
    if (lost.length * 2 > workers.length) this.#takenOver = true;
  }
}

/** Why a worker has no copy of a snapshot. */
type CopyProblem =
  /** It did not answer when this run began. */
  | { readonly kind: 'silent' }
  /** Its lock was another run's from the beginning. */
  | { readonly kind: 'locked' }
  | Exclude<WriteOutcome, { readonly kind: 'written' }>;

interface Replication {
  readonly host: string;
  readonly problem: CopyProblem | undefined;
}

const OF_ANOTHER_RUN: ReadonlySet<CopyProblem['kind']> = new Set(['locked', 'conflict', 'lost']);

/** Whether another run works on these workers: told by what the programs there answered, never by the words of a message. */
function isTakenOver(outcomes: readonly Replication[]): boolean {
  return outcomes.some(({ problem }) => problem !== undefined && OF_ANOTHER_RUN.has(problem.kind));
}

function problemsIn(outcomes: readonly Replication[]): string[] {
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

function refuseReadOnly(reason: string): Failure {
  return stopFailure({
    code: 'state-read-only',
    message: `this run may not write the cache: ${reason}`,
    hint: 'deploy from a push, schedule or dispatch of the repository itself; a pull request may plan and validate',
  });
}

function noHolder(): Failure {
  return stopFailure({
    code: 'state-place',
    exitCode: 2,
    message: 'there is no worker to hold the state: workers.json lists none',
    hint: 'add workers, or keep the state in a folder with state: file:DIR',
  });
}

function takenOver(): Failure {
  return stopFailure({
    code: 'state-taken-over',
    message: 'another run has taken over the lock of this one: nothing more is changed',
    hint: 'look at that run; then run this command again',
  });
}

function notReplicated(outcomes: readonly Replication[]): Failure {
  const problems = problemsIn(outcomes);
  return stopFailure({
    code: isTakenOver(outcomes) ? 'state-taken-over' : 'state-no-quorum',
    message: `the state could not be saved on a majority of its workers: ${problems.join('; ')}`,
    hint: 'nothing more was changed; bring the workers back and run again',
  });
}
