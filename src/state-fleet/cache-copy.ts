/**
 * The copy of the state in the Actions cache, as the fleet store uses it: the store finds this copy and saves it from
 * time to time.
 */

import { anySignal, newAbort } from '../base/abort.ts';
import { messageOf } from '../base/failure.ts';
import type { Sealed } from '../state/snapshot-header.ts';

/** `off`: this run has no cache. `unknown`: the cache gave no usable answer. */
export type CacheAnswer =
  | { readonly kind: 'off'; readonly reason: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'found'; readonly bytes: Buffer };

export interface CacheCopy {
  /**
   * Finds the newest entry of this state without checking its contents. Never throws because of what the service does.
   */
  find(signal: AbortSignal): Promise<CacheAnswer>;
  /** Why this run cannot save. Known before anything is changed. Undefined when this run can save. */
  readonly readOnly: string | undefined;
  /** Creates a cache key for saving a snapshot. This needs the state key, which `post` does not have. */
  newKey(sealed: Sealed): string;
  /** Saves the snapshot and reads it back. Returns the problem, or `undefined` when saving succeeded. */
  save(sealed: Sealed, signal: AbortSignal): Promise<string | undefined>;
}

const PAUSE_MS = 20_000;

/**
 * Saves the newest snapshot, at most every 20 s and one at a time. Snapshots that were replaced by a newer one before
 * their save are never sent.
 */
export class CacheLog {
  readonly #copy: CacheCopy;
  readonly #warn: (message: string) => void;
  readonly #closing = newAbort();
  #newest: Sealed | undefined;
  #saving: Promise<unknown> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #savedAt = Number.NEGATIVE_INFINITY;
  #warned = false;

  constructor(copy: CacheCopy, warn: (message: string) => void) {
    this.#copy = copy;
    this.#warn = warn;
  }

  /** Records a snapshot. It is saved when the interval has passed. */
  offer(sealed: Sealed): void {
    this.#newest = sealed;
    this.#plan();
  }

  /** Saves the newest unsaved snapshot immediately. Returns the problem, or `undefined` when there is none. */
  async saveNow(signal: AbortSignal): Promise<string | undefined> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#saving;
    return this.#saveNewest(anySignal(signal, this.#closing.signal));
  }

  /** Makes the last save. `signal` also ends a save that is already running. */
  async flush(signal: AbortSignal): Promise<string | undefined> {
    const close = () => this.#closing.abort();
    signal.addEventListener('abort', close, { once: true });
    try {
      return await this.saveNow(signal);
    } finally {
      signal.removeEventListener('abort', close);
    }
  }

  #plan(): void {
    if (!this.#newest || this.#timer || this.#saving) return;
    const wait = Math.max(0, this.#savedAt + PAUSE_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#saveNewest(this.#closing.signal).then(() => this.#plan());
    }, wait);
    this.#timer.unref();
  }

  async #saveNewest(signal: AbortSignal): Promise<string | undefined> {
    const sealed = this.#newest;
    if (!sealed) return undefined;
    this.#newest = undefined;
    this.#savedAt = performance.now();
    const saving = this.#copy.save(sealed, signal).catch(messageOf);
    this.#saving = saving;
    const problem = await saving;
    this.#saving = undefined;
    if (problem !== undefined) this.#keep(sealed, problem);
    return problem;
  }

  /** Keeps a snapshot whose save failed for another attempt, unless a newer snapshot has arrived. */
  #keep(sealed: Sealed, problem: string): void {
    this.#newest ??= sealed;
    if (!this.#warned) this.#warn(`the state (serial ${sealed.serial}) is not in the cache: ${problem}`);
    this.#warned = true;
  }
}
