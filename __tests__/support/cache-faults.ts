/** The faults that a test can plan for calls to the cache service, and how often each fault happens. */

export type CacheCall = 'reserve' | 'upload' | 'finalize' | 'lookup' | 'download';

export type CacheFault =
  /** The service responds with this status, for example 401, 429 or 503, and does not carry out the call. */
  | { readonly kind: 'status'; readonly status: number; readonly msg?: string; readonly retryAfterSeconds?: number }
  /** The call is carried out at once, and the response is delayed. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The call is never answered and the connection stays open. */
  | { readonly kind: 'hang' }
  /** The connection is reset and nothing is done. */
  | { readonly kind: 'reset' }
  /** The call is carried out, then the connection is reset. The caller does not learn the result. */
  | { readonly kind: 'lost-answer' }
  /** For `lookup`: the number of newest entries that are not found yet. */
  | { readonly kind: 'stale'; readonly skip: number }
  /** For `download`: the connection ends after this number of bytes, although the header announced more. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** For `download`: the entry is truncated to this number of bytes. */
  | { readonly kind: 'truncated'; readonly toBytes: number }
  /** For `download`: one byte is changed. */
  | { readonly kind: 'corrupt'; readonly atByte: number }
  /** The response of the service when a policy forbids the call. */
  | { readonly kind: 'denied' }
  | { readonly kind: 'quota' }
  /** The response has status 200 and this body, for example the page of a proxy. */
  | { readonly kind: 'body'; readonly text: string };

export interface PlannedFault {
  readonly on: CacheCall | 'every call';
  readonly fault: CacheFault;
  /** How often the fault happens. Default: without a limit. */
  readonly times?: number;
}

/** The planned faults. A fault that was planned later takes precedence. */
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
