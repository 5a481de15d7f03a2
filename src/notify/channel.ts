/** The port that every channel of notifications implements, and what its implementations share. */
import { messageOf } from '../base/failure.ts';
import type { Notice } from '../report/notice.ts';

/** Who speaks: the foot of every message. */
export interface Origin {
  /** Name of this machine. */
  readonly host: string;
  readonly user: string;
  readonly workingDirectory: string;
  /** Of the workflow run; undefined outside of one. */
  readonly runUrl: string | undefined;
  readonly runId: string;
}

/** `again`: milliseconds after which another attempt is worth it; undefined: none is. */
export type MessageOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly problem: string; readonly again?: number };

/** One place where messages go. */
export interface Channel {
  readonly label: string;
  readonly quiet: boolean;
  /** How the log names its failures. */
  readonly failure: { readonly message: string; readonly hook: string };
  /** One attempt, ended by the signal. What goes wrong is answered; nothing is thrown. */
  send(notice: Notice, signal: AbortSignal): Promise<MessageOutcome>;
}

export interface ChannelSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly bucketDir: string;
  readonly origin: Origin;
}

/** A target that cannot be used as it stands. */
export interface Unusable {
  readonly problem: string;
}

export const SOON_MS = 500;

/** For answers of an HTTP server: whether to try again, and when. */
export function retryAfter(status: number, header: string | null): number | undefined {
  if (status !== 429 && status !== 408 && status < 500) return undefined;
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : SOON_MS;
}

/** Why a connection failed: the innermost reason, since "fetch failed" alone helps nobody. */
export function networkReason(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.map(networkReason).join(', ');
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : networkReason(cause);
}
