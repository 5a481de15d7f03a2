/**
 * The state on the workers while this run has its lock. Outdated copies are repaired first. A save replaces a copy only
 * when this copy has the expected digest, and it must succeed on a majority of the holders. The copy in the Actions
 * cache is updated later. The lock is renewed until it is released.
 */
import { timeoutSignal } from '../base/abort.ts';
import type { Failure } from '../base/failure.ts';
import type { Sight } from '../sight/worker-facts.ts';
import type { StateDocument } from '../state/document.ts';
import type { Handover } from '../state/handover.ts';
import type { HeldState, LockOwner, StateLoad } from '../state/port.ts';
import { sealSnapshot, snapshotDigest } from '../state/snapshot.ts';
import type { Sealed, SnapshotWriter } from '../state/snapshot-header.ts';
import { stopFailure } from '../state/stop.ts';
import type { Fence } from '../transport/guarded-workers.ts';
import { CacheLog } from './cache-copy.ts';
import { fenceOf } from './fence.ts';
import type { Found, Nothing, Search } from './find-state/search.ts';
import type { WorkerSight } from './find-state/sights.ts';
import { LOCK_TTL_SECONDS, type Locking, takeLock } from './fleet-lock.ts';
import type { HeldLock } from './held-lock.ts';
import { chooseHolders, holdersOf, votesOf } from './holders/choose-holders.ts';
import { hasQuorum } from './holders/quorum.ts';
import { withPatience } from './patience.ts';
import { type CopyOutcome, CopySaver, isTakenOver, notSavedOnMajority, problemsIn } from './save-copies.ts';
import { markOf } from './worker-script.ts';

const RENEW_MS = (LOCK_TTL_SECONDS * 1000) / 4;
/** Time limits. A cancelled run has less time, because GitHub gives a cancelled step only ten seconds in total. */
const FOR_WORKERS = { ms: 60_000, cancelledMs: 2000 };
const FOR_CACHE = { ms: 60_000, cancelledMs: 3500 };

export interface FleetStoreOptions {
  readonly search: Search;
  readonly writer: SnapshotWriter;
  readonly parallelWorkers: number;
  readonly isGone: Locking['isGone'];
  readonly notice: (message: string) => void;
  readonly warn: (message: string) => void;
  /** Called with the data that `post` needs to finish the work of a killed run. */
  readonly onHandover: (handover: Handover) => Promise<void>;
}

export function toLoad(state: Found | Nothing): StateLoad {
  const sights = new Map(state.sights.map((sight) => [hostOf(sight), toSight(sight)]));
  return state.kind === 'found' ? { kind: 'found', document: state.document, sights } : { kind: 'none', sights };
}

function hostOf(sight: WorkerSight): string {
  return sight.kind === 'answered' ? sight.sighting.host : sight.host;
}

function toSight(sight: WorkerSight): Sight {
  return sight.kind === 'answered' ? { kind: 'seen', facts: sight.sighting.facts } : sight;
}

export interface Taking {
  readonly owner: LockOwner;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** The state while this run has the lock. */
export class HeldFleet implements HeldState {
  readonly #options: FleetStoreOptions;
  readonly #lock: HeldLock;
  readonly #signal: AbortSignal;
  readonly #log: CacheLog | undefined;
  readonly #saver: CopySaver;
  readonly #renewing: NodeJS.Timeout;
  readonly fence: Fence;
  #load: StateLoad;
  #holders: readonly string[];
  #digest: string;
  #sealed: Sealed | undefined;
  #takenOver = false;
  #ending: Promise<void> | undefined;

  static async take(options: FleetStoreOptions, { owner, waitMs, signal }: Taking): Promise<HeldFleet> {
    const { search, isGone, notice } = options;
    const readOnly = search.cache?.readOnly;
    if (readOnly !== undefined) throw refuseReadOnly(readOnly);
    if (search.workers.length === 0 && search.cache === undefined) throw noHolder();
    const lock = await takeLock({ search, owner, waitMs, signal, isGone, onWait: notice });
    const state = new HeldFleet(options, lock, signal);
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
    const { search, warn, parallelWorkers } = options;
    const found = lock.state;
    this.fence = fenceOf(lock.fence, search.name);
    this.#load = toLoad(found);
    this.#saver = new CopySaver({ search, lock, parallelWorkers });
    this.#options = options;
    this.#lock = lock;
    this.#signal = signal;
    this.#log = search.cache && new CacheLog(search.cache, warn);
    const recorded = search.overrides ? holdersOf(found, search) : found.kind === 'found' && found.document.holders;
    this.#holders = recorded || [];
    this.#digest = found.kind === 'found' ? found.digest : '';
    this.#renewing = setInterval(() => void this.#renew(), RENEW_MS);
    this.#renewing.unref();
  }

  async load(): Promise<StateLoad> {
    return this.#load;
  }

  async save(document: StateDocument): Promise<void> {
    if (this.#ending) throw new Error('the lock of the state was given back already');
    if (this.#takenOver || !this.#follows(document)) throw takenOver();
    const { search, writer } = this.#options;
    // A worker that did not answer at the start gets no copy in this run. The next run then need not wait for this
    // worker.
    const reached = search.workers.filter(({ host }) => this.#holders.includes(host) || this.#lock.hosts.has(host));
    const holders = chooseHolders(this.#holders, reached);
    const next = { ...document, holders };
    const bytes = await sealSnapshot({
      document: next,
      parent: this.#digest,
      writer,
      at: new Date(),
      keys: search.keys,
    });
    const sealed = { bytes, lineage: document.bucketId, serial: document.serial };
    await this.#tellPost(sealed);
    const outcomes = await this.#saveCopies(sealed, [...new Set([...holders, ...this.#holders])]);
    const written = outcomes.filter(({ problem }) => problem === undefined);
    if (![holders, this.#holders].every((group) => hasQuorum({ holders: group, voices: votesOf(group, written) }))) {
      this.#takenOver ||= isTakenOver(outcomes);
      throw notSavedOnMajority(outcomes);
    }
    this.#log?.offer(sealed);
    if (holders.length === 0) await this.#saveOnlyCopy();
    this.#holders = holders;
    this.#digest = snapshotDigest(bytes);
    this.#sealed = sealed;
    this.#load = { kind: 'found', document: next };
  }

  /**
   * Returns whether the document may be saved next. After an operator's decision, the serial may skip numbers that
   * other copies use.
   */
  #follows({ serial }: StateDocument): boolean {
    const before = this.#load.kind === 'found' ? this.#load.document.serial : 0;
    return serial === before + 1 || this.#options.search.overrides !== undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /**
   * Releases the lock and saves the newest snapshot in the cache. Both steps run at the same time, each with its own
   * limit.
   */
  async #end(): Promise<void> {
    clearInterval(this.#renewing);
    const signal = this.#signal;
    const { copies } = this.#options.search;
    const [problem, kept] = await Promise.all([
      // A run that was replaced must not save its older snapshot after a newer one.
      this.#takenOver ? undefined : withPatience({ signal, ...FOR_CACHE }, async (bound) => this.#log?.flush(bound)),
      withPatience({ signal, ...FOR_WORKERS }, (bound) => copies.release(this.#saver.locked, this.#lock.token, bound)),
    ]);
    if (problem === undefined && kept.length === 0) await this.#tellPost(this.#sealed, 'nothing left');
  }

  async #tellPost(
    sealed: Sealed | undefined = this.#sealed,
    todo: 'work left' | 'nothing left' = 'work left',
  ): Promise<void> {
    const { token } = this.#lock;
    const cacheKey = sealed && this.#options.search.cache?.newKey(sealed);
    await this.#options.onHandover({
      token,
      mark: markOf(this.#options.search.name),
      workers: this.#saver.locked,
      sealed,
      cacheKey,
      done: todo === 'nothing left',
    });
  }

  /** Repairs outdated copies before anything else is changed. */
  async #repair(): Promise<void> {
    const found = this.#lock.state;
    // after an operator's decision, a save replaces every copy
    if (found.kind !== 'found' || this.#options.search.overrides) return;
    const { document, bytes, digest } = found;
    const sealed = { bytes, lineage: document.bucketId, serial: document.serial };
    const holders = this.#holders.length > 0 ? this.#holders : chooseHolders([], this.#options.search.workers);
    const outcomes = await this.#saveCopies(sealed, this.#saver.lagging(holders, digest));
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

  #saveCopies(sealed: Sealed, hosts: readonly string[]): Promise<CopyOutcome[]> {
    return withPatience({ signal: this.#signal, ...FOR_WORKERS }, (bound) => this.#saver.save(sealed, hosts, bound));
  }

  /** Saves to the cache immediately when there are no workers, because the cache then has the only copy. */
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
    const workers = this.#saver.locked;
    const lost = await this.#options.search.copies.renew(workers, this.#lock.token, timeoutSignal(RENEW_MS));
    if (lost.length * 2 > workers.length) this.#takenOver = true;
  }
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
