/** The options of the transport over SSH: keys, hosts on the way, and time limits. */
import type { KnownHostsText } from './keys/known-hosts.ts';
import type { PrivateKeyText } from './keys/private-key.ts';

export interface SshTransportOptions {
  readonly privateKey: PrivateKeyText;
  /** Texts in known_hosts format. All of them are used. Messages ask people to add missing lines to the first text. */
  readonly knownHosts: readonly KnownHostsText[];
  readonly hostKeyPolicy: 'strict' | 'accept-new';
  /** Called with each key that `accept-new` accepted. `keyLine` is a line for known_hosts. */
  readonly onNewHostKey?: (host: string, port: number, keyLine: string) => void;
  /** Jump hosts as `user@host:port[,…]`. Empty when workers are reached directly. */
  readonly proxyJump?: string;
  /** Maximum number of connections that open at once, and of rsync processes that run at once. Default 32. */
  readonly parallelWorkers?: number;
  /** Time limit for all attempts to reach one worker. Default 15 s. */
  readonly connectTimeoutMs?: number;
  /** Interval of keepalives. A peer that misses three keepalives counts as lost. Default 5 s. */
  readonly keepaliveIntervalMs?: number;
  /** Time between TERM and KILL when a command is ended. Default 5 s. */
  readonly killGraceMs?: number;
  /**
   * Pauses before further attempts when `sshd` closes a connection before it says anything. Default: three pauses, from
   * 0.4 to 3.6 s.
   */
  readonly retryDelaysMs?: readonly number[];
  /** Time limit for further attempts to open one connection. Default 10 s. */
  readonly retryWithinMs?: number;
  /** Time limit for the answer to a request, such as to open a channel or to run a command. Default 10 s. */
  readonly answerTimeoutMs?: number;
  /** Time limit from that answer until a script of this program begins. Default 30 s. */
  readonly startTimeoutMs?: number;
  /** Called once for a host when a connection to it takes longer than `announceAfterMs`. `title` names the host. */
  readonly onSlowDial?: (title: string) => void;
  /** Default 1 s. */
  readonly announceAfterMs?: number;
}
