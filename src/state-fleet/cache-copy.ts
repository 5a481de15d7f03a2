/** The copy in the Actions cache as the fleet store sees it: found or not, and saved now and then. */

import { messageOf } from '../base/failure.ts';
import type { Sealed } from '../state/snapshot-header.ts';

/** `off`: this run has no cache; `unknown`: it has one that did not say. */
export type CacheAnswer =
  | { readonly kind: 'off'; readonly reason: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'found'; readonly bytes: Buffer };

export interface CacheCopy {
  /** The newest entry of this state, whatever is in it. Never throws for what the service does. */
  find(signal: AbortSignal): Promise<CacheAnswer>;
  /** Why nothing can be saved from here, known before anything is changed; undefined: it can. */
  readonly readOnly: string | undefined;
  /** A key under which a snapshot can be saved, made with the state key: `post` has none. */
  newKey(sealed: Sealed): string;
  /** Saves and reads back; answers what went wrong. */
  save(sealed: Sealed, signal: AbortSignal): Promise<string | undefined>;
}

const PAUSE_MS = 20_000;

/** Saves the newest snapshot at most every 20 s, one at a time; what is overtaken is never sent. */
export class CacheLog {
  readonly #copy: CacheCopy;
  readonly #warn: (message: string) => void;
  readonly #closing = new AbortController();
  #newest: Sealed | undefined;
  #saving: Promise<unknown> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #savedAt = Number.NEGATIVE_INFINITY;
  #warned = false;

  constructor(copy: CacheCopy, warn: (message: string) => void) {
    this.#copy = copy;
    this.#warn = warn;
  }

  /** Remembers a snapshot; it is saved when its time has come. */
  offer(sealed: Sealed): void {
    this.#newest = sealed;
    this.#plan();
  }

  /** Saves at once what is not saved yet; answers what went wrong with it. */
  async saveNow(signal: AbortSignal): Promise<string | undefined> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#saving;
    return this.#saveNewest(AbortSignal.any([signal, this.#closing.signal]));
  }

  /** The last save: the signal ends one that is under way as well. */
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

  /** What could not be saved is tried again, unless something newer has come. */
  #keep(sealed: Sealed, problem: string): void {
    this.#newest ??= sealed;
    if (!this.#warned) this.#warn(`the state (serial ${sealed.serial}) is not in the cache: ${problem}`);
    this.#warned = true;
  }
}
