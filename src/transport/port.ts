/** The interface to workers: runs commands and delivers files over one connection per worker and run. */

/** How to reach a worker. */
export interface WorkerAddress {
  /** IPv4 address, IPv6 address without brackets, or host name. It also identifies the worker. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absolute folder that contains the folder of every bucket, e.g. `/opt/worker`. */
  readonly root: string;
  readonly useSudo: boolean;
  /** Pinned host key from `workers.json`, such as `ssh-ed25519 AAAA…`. When it is undefined, known_hosts decides. */
  readonly hostKey: string | undefined;
}

/** A POSIX `sh` script that runs in one channel of the worker's connection. */
export interface RemoteCommand {
  /** A short name for errors and logs: `make restart`. It must not contain secrets. */
  readonly label: string;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Bytes for the standard input of the script. With `input`, the script is sent as an argument, which other users of
   * the worker can read, and `env` is not sent.
   */
  readonly input?: Uint8Array;
  /**
   * Lets the script wait after it has printed its answer. The script reads this word as one line from descriptor 8. It
   * reads an end of file instead when another command needs the channel or the connection ends. Not allowed together
   * with `input`.
   */
  readonly lastWord?: Promise<string>;
  /** Time limit. When it has passed, the remote process group is ended with TERM and then KILL. */
  readonly timeoutMs: number;
  /** Called with each complete line, without the line break, as soon as the line arrives. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /**
   * Characters of both streams that are passed to `onLine`. Default 8 Mi: later lines are dropped, one line on stderr
   * says so, and the outcome still has the end of each stream. When a number is given, every line is needed, so a
   * command with a longer output is `failed`.
   */
  readonly mostLineChars?: number;
}

/** Why a worker could not be used. `message` and `hint` are texts for people; `hint` says what to do. */
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
   * Absolute local paths that contain the marker `/./`. The part after the marker is the path below `destination`. A
   * path with a trailing slash is a folder and is mirrored: files that the local folder lacks are deleted from the
   * folder on the worker. Nothing outside mirrored folders is ever deleted.
   */
  readonly sources: readonly string[];
  /** Absolute folder on the worker. It is created when it is missing. */
  readonly destination: string;
  /** Folders below `destination` that stay unchanged, such as `jobs/api/data`. */
  readonly protect: readonly string[];
  /** Programs that the worker must have besides rsync. Nothing is sent when one of them is missing. */
  readonly tools: readonly string[];
  /**
   * A line of POSIX `sh` that runs before rsync. Nothing is sent when this line ends the shell. Other users of the
   * worker can read the line.
   */
  readonly guard?: string;
  readonly timeoutMs: number;
}

export type DeliveryOutcome =
  | { readonly kind: 'delivered'; readonly durationMs: number }
  /** The worker lacks the programs in `missing`. Nothing was sent. */
  | { readonly kind: 'unprepared'; readonly missing: readonly string[]; readonly durationMs: number }
  /** The local or the remote side ended with a status other than 0. */
  | { readonly kind: 'rejected'; readonly exitCode: number; readonly stderr: string; readonly durationMs: number }
  | { readonly kind: 'timed-out'; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly problem: TransportProblem; readonly durationMs: number };

/**
 * One connection per worker. The connection opens at its first use. After a connection has ended, the next use opens a
 * new one, and the host key is checked again. A command or delivery that had begun is never repeated. A failure to open
 * a connection is remembered, see `forget`. No method throws because of what a worker does. When `signal` aborts, a
 * method also returns `failed`. A method throws a `Failure` for a problem of this machine: an unreadable private key, or
 * no rsync.
 */
export interface Transport extends AsyncDisposable {
  connect(worker: WorkerAddress, signal: AbortSignal): Promise<ConnectOutcome>;
  exec(worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal): Promise<RemoteOutcome>;
  deliver(worker: WorkerAddress, delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome>;
  /**
   * Forgets failures to open a connection, so that the next use tries again. The engine calls this method with `phase`
   * at the start of each wave and of each repeated health check. A refused key, login or host key, and a worker that
   * accepts TCP connections and then hangs, are remembered beyond a phase. With `hook`, all failures are forgotten,
   * because the script that ran may have booted or repaired a worker.
   */
  forget(after: 'phase' | 'hook'): void;
  /** Number of SSH handshakes so far, including those with jump hosts. Reports and benchmarks use this number. */
  readonly handshakes: number;
}
