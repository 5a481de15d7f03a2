/** What can go wrong with a call to the cache service, and how often it does. */

export type CacheCall = 'reserve' | 'upload' | 'finalize' | 'lookup' | 'download';

export type CacheFault =
  /** Answered with this status instead, e.g. 401, 429, 503. */
  | { readonly kind: 'status'; readonly status: number; readonly msg?: string; readonly retryAfterSeconds?: number }
  /** Carried out, answered later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Never answered, connection open. */
  | { readonly kind: 'hang' }
  /** Connection reset, nothing done. */
  | { readonly kind: 'reset' }
  /** Carried out, then the connection is reset: the caller cannot know. */
  | { readonly kind: 'lost-answer' }
  /** Of `lookup`: so many newest entries are not seen yet. */
  | { readonly kind: 'stale'; readonly skip: number }
  /** Of `download`: the connection ends after so many bytes, though more were announced. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Of `download`: only so many bytes are left of the entry, as after a bad copy. */
  | { readonly kind: 'truncated'; readonly toBytes: number }
  /** Of `download`: one byte is another one. */
  | { readonly kind: 'corrupt'; readonly atByte: number }
  /** The words of the service when a policy forbids it. */
  | { readonly kind: 'denied' }
  | { readonly kind: 'quota' }
  /** Status 200 and this body, e.g. the page of a proxy. */
  | { readonly kind: 'body'; readonly text: string };

export interface PlannedFault {
  readonly on: CacheCall | 'every call';
  readonly fault: CacheFault;
  /** Default: for ever. */
  readonly times?: number;
}

/** The faults to come. Those planned later win. */
export class CacheFaults {
  #planned: { readonly on: PlannedFault['on']; readonly fault: CacheFault; left: number }[] = [];

  plan({ on, fault, times = Number.POSITIVE_INFINITY }: PlannedFault): void {
    this.#planned.unshift({ on, fault, left: times });
  }

  clear(): void {
    this.#planned = [];
  }

  take(call: CacheCall): CacheFault | undefined {
    const next = this.#planned.find(({ on, left }) => left > 0 && (on === call || on === 'every call'));
    if (next) next.left--;
    return next?.fault;
  }
}
