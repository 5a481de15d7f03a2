/** The port to workers: commands and file delivery over one connection per worker and run. */

/** How a worker is reached. */
export interface WorkerAddress {
  /** IPv4, IPv6 without brackets, or a name; also the identity of the worker. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absolute folder that contains the folder of every bucket, e.g. `/opt/worker`. */
  readonly root: string;
  readonly useSudo: boolean;
  /** Pinned key from `workers.json`, `ssh-ed25519 AAAA…`; undefined when known_hosts decides. */
  readonly hostKey: string | undefined;
}

/** A POSIX `sh` script to run on a worker, in one channel. */
export interface RemoteCommand {
  /** A short name for errors and logs: `make restart`. It must not contain secrets. */
  readonly label: string;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Bytes for the standard input of the script. The script then travels as an argument, which other users of the worker
   * can read, and gets no `env`.
   */
  readonly input?: Uint8Array;
  /**
   * Keeps the script running after its answer: it reads this word as one line from descriptor 8, or an end of file when
   * the channel is needed for something else or the connection ends. Not allowed together with `input`.
   */
  readonly lastWord?: Promise<string>;
  /** Time limit; afterwards the remote process group is ended (TERM, then KILL). */
  readonly timeoutMs: number;
  /** Called with each complete line as it arrives, without the line break. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Why a worker could not be used, as text for people; `hint` says what to do. */
export interface TransportProblem {
  readonly kind: 'unreachable' | 'host-key' | 'auth' | 'lost' | 'cancelled' | 'broken';
  readonly host: string;
  readonly message: string;
  readonly hint?: string;
}

export type ConnectOutcome =
  | { readonly kind: 'connected' }
  | { readonly kind: 'failed'; readonly problem: TransportProblem };

/** The outcome of a command. `stdout` and `stderr` contain at most the last 64 KiB each. */
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

/** Local folders and files to copy into one folder of a worker. */
export interface Delivery {
  /**
   * Absolute local paths with a `/./` marker: what follows it is the path below `destination`. A folder (trailing
   * slash) is mirrored: files that it lacks are deleted on the worker, but only inside that folder. Nothing else on the
   * worker is ever deleted.
   */
  readonly sources: readonly string[];
  /** Absolute folder on the worker; it is made when missing. */
  readonly destination: string;
  /** Folders below `destination` that are not changed, such as `jobs/api/data`. */
  readonly protect: readonly string[];
  /** Programs that the worker must have besides rsync; otherwise nothing is sent. */
  readonly tools: readonly string[];
  /**
   * A line of POSIX `sh` that runs first; nothing is sent when it ends the shell. Other users of the worker can read
   * it.
   */
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
 * One connection per worker. It opens at its first use and never again: when it failed or was lost, every later call
 * for this worker returns `failed`. No method throws for what a worker does; a cancelled signal also returns `failed`.
 * A `Failure` is thrown for problems of this machine: an unreadable private key, or no rsync.
 */
export interface Transport extends AsyncDisposable {
  connect(worker: WorkerAddress, signal: AbortSignal): Promise<ConnectOutcome>;
  exec(worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal): Promise<RemoteOutcome>;
  deliver(worker: WorkerAddress, delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** Number of handshakes so far, those with jump hosts included, for reports and benchmarks. */
  readonly handshakes: number;
}
