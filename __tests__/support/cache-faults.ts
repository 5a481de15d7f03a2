/** What can go wrong with a call to the cache service, and how often it does. */

export type CacheCall = 'reserve' | 'upload' | 'finalize' | 'lookup' | 'download';

export type CacheFault =
  /** Answered with this status instead, e.g. 401, 429, 503. */
  | { readonly kind: 'status'; readonly status: number; readonly msg?: string; readonly retryAfterSeconds?: number }
  /** The call is carried out and answered later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The call is never answered and the connection stays open. */
  | { readonly kind: 'hang' }
  /** The connection is reset and nothing is done. */
  | { readonly kind: 'reset' }
  /** The call is carried out, then the connection is reset, so the caller does not know the result. */
  | { readonly kind: 'lost-answer' }
  /** For `lookup`: the number of newest entries that are not found yet. */
  | { readonly kind: 'stale'; readonly skip: number }
  /** For `download`: the connection ends after this number of bytes, although more were announced. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** For `download`: the entry is truncated to this number of bytes. */
  | { readonly kind: 'truncated'; readonly toBytes: number }
  /** For `download`: one byte is changed. */
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

/** The planned faults. Those that were planned later take precedence. */
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
