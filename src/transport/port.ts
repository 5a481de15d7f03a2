/** The port to workers: commands and file delivery over one connection per worker and run. */

/** How a worker is reached. */
export interface WorkerAddress {
  /** IPv4, bare IPv6 or a name; also the worker's identity. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absolute folder below which every bucket has its own, e.g. `/opt/worker`. */
  readonly root: string;
  readonly useSudo: boolean;
  /** Pinned key of `workers.json`, `ssh-ed25519 AAAA…`; undefined: known_hosts decides. */
  readonly hostKey: string | undefined;
}

/** A POSIX `sh` script to run on a worker, in one channel. */
export interface RemoteCommand {
  /** For errors and logs, short: `make restart`. Never the place for secrets. */
  readonly label: string;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Bytes for the script's standard input. The script then travels as an argument, which others on the worker can read, and gets
   * no `env`.
   */
  readonly input?: Uint8Array;
  /**
   * The script goes on after it has answered: it reads this as one line from descriptor 8 when it comes, and an end of file when
   * the channel is needed for something else or the connection ends. Not together with `input`.
   */
  readonly lastWord?: Promise<string>;
  /** After it the remote process group is ended (TERM, then KILL). */
  readonly timeoutMs: number;
  /** Called with each complete line as it arrives, without its line break. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Why a worker could not be used, in words for a person; `hint` says what to do. */
export interface TransportProblem {
  readonly kind: 'unreachable' | 'host-key' | 'auth' | 'lost' | 'cancelled' | 'broken';
  readonly host: string;
  readonly message: string;
  readonly hint?: string;
}

export type ConnectOutcome =
  | { readonly kind: 'connected' }
  | { readonly kind: 'failed'; readonly problem: TransportProblem };

/** `stdout` and `stderr` hold at most the last 64 KiB each. */
export type RemoteOutcome =
  | {
      readonly kind: 'exited';
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'timed-out'; readonly stdout: string; readonly stderr: string; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly problem: TransportProblem; readonly durationMs: number };

/** Local folders and files to be mirrored below one folder of a worker. */
export interface Delivery {
  /**
   * Absolute local paths with a `/./` marker: what follows it is the path below `destination`. A folder (trailing slash) is
   * mirrored: what it lacks is deleted on the worker, inside that folder only. Nothing else on the worker is ever deleted.
   */
  readonly sources: readonly string[];
  /** Absolute folder on the worker, made when missing. */
  readonly destination: string;
  /** Folders below `destination` that are neither written nor deleted: `jobs/api/data`. */
  readonly protect: readonly string[];
  /** Programs that the worker must have, besides rsync, or nothing is sent. */
  readonly tools: readonly string[];
  /** A line of POSIX `sh` that runs first; nothing is sent when it ends the shell. Others on the worker can read it. */
  readonly guard?: string;
  readonly timeoutMs: number;
}

export type DeliveryOutcome =
  | { readonly kind: 'delivered'; readonly durationMs: number }
  /** The worker lacks programs; nothing was sent. */
  | { readonly kind: 'unprepared'; readonly missing: readonly string[]; readonly durationMs: number }
  /** rsync ended with a status other than 0 on either side. */
  | { readonly kind: 'rejected'; readonly exitCode: number; readonly stderr: string; readonly durationMs: number }
  | { readonly kind: 'timed-out'; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly problem: TransportProblem; readonly durationMs: number };

/**
 * One connection per worker, opened at its first use and never a second time: a worker whose connection failed or was lost
 * answers `failed` for the rest of the run. No method throws for what a worker does; a cancelled signal answers `failed`.
 * A `Failure` is thrown for what is wrong on this machine: a private key that cannot be read, no rsync.
 */
export interface Transport extends AsyncDisposable {
  connect(worker: WorkerAddress, signal: AbortSignal): Promise<ConnectOutcome>;
  exec(worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal): Promise<RemoteOutcome>;
  deliver(worker: WorkerAddress, delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** Handshakes begun so far, those with jump hosts included, for reports and benchmarks. */
  readonly handshakes: number;
}
