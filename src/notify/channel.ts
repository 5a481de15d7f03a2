/** Defines the interface that every notification channel implements, and the functions that the channels share. */
import { messageOf } from '../base/failure.ts';
import type { Notice } from '../report/notice.ts';

/** The sender of a message. It is shown at the end of every message. */
export interface Origin {
  /** Name of this machine. */
  readonly host: string;
  readonly user: string;
  readonly workingDirectory: string;
  /** Link to the workflow run. Undefined outside of a workflow run. */
  readonly runUrl: string | undefined;
  readonly runId: string;
}

/**
 * The outcome of one attempt. `again` is the time in milliseconds to wait before the next attempt; it is undefined when
 * another attempt is useless.
 */
export type MessageOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly problem: string; readonly again?: number };

/** One destination of messages. */
export interface Channel {
  readonly label: string;
  readonly quiet: boolean;
  /** The log messages for failures of this channel. */
  readonly failure: { readonly message: string; readonly hook: string };
  /** Makes one attempt. The attempt ends when the signal is aborted. Errors are returned, not thrown. */
  send(notice: Notice, signal: AbortSignal): Promise<MessageOutcome>;
}

export interface ChannelSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly bucketDir: string;
  readonly origin: Origin;
}

/** A target that cannot be used with its current settings. */
export interface Unusable {
  readonly problem: string;
}

export const SOON_MS = 500;

/**
 * Returns the milliseconds to wait before another attempt after an HTTP response. Returns undefined when another attempt is
 * useless.
 */
export function retryAfter(status: number, header: string | null): number | undefined {
  if (status !== 429 && status !== 408 && status < 500) return undefined;
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : SOON_MS;
}

/** Returns the innermost cause of a failed connection, because the message "fetch failed" gives no cause. */
export function networkReason(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.map(networkReason).join(', ');
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : networkReason(cause);
}
