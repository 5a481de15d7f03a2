/**
 * Opens one SSH connection. An attempt is repeated when the other side accepted the TCP connection and closed it before
 * it sent its SSH version, as an `sshd` does that currently accepts no logins. The pauses between attempts grow and vary
 * at random. Other failures are not repeated. One time limit covers all attempts.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, PublicKeyAuthMethod } from 'ssh2';
import type { TransportProblem } from '../port.ts';
import { type DialFailure, type DialStage, explainDialError, refusal } from './dial-error.ts';
import type { Endpoint } from './endpoint.ts';
import { expectHostKey, type HostKeyAlgorithm, type HostKeyPolicy, type HostKeyVerdict } from './keys/host-key.ts';
import type { SshLibrary } from './ssh-library.ts';

export interface DialOptions {
  readonly library: SshLibrary;
  readonly hostKeys: HostKeyPolicy;
  /**
   * Opens a new byte stream to the endpoint: a socket that is connecting, or a channel through a jump host. Throws when
   * the stream is refused, or when a jump host has not opened it within `timeoutMs`.
   */
  readonly openStream: (timeoutMs: number) => Promise<Duplex>;
  readonly connectTimeoutMs: number;
  readonly keepaliveIntervalMs: number;
  /**
   * Pauses between attempts. Each pause varies at random by up to half of its value. Each entry allows one more
   * attempt.
   */
  readonly retryDelaysMs: readonly number[];
  /** Time limit for attempts after the first one. It counts from the start of the first attempt. */
  readonly retryWithinMs: number;
  readonly onHandshake: () => void;
  readonly signal: AbortSignal;
}

export type DialOutcome = { readonly kind: 'connected'; readonly client: Client } | DialFailure;

interface Attempt extends DialOptions {
  readonly endpoint: Endpoint;
  readonly algorithms: readonly HostKeyAlgorithm[];
  readonly judge: (blob: Uint8Array) => HostKeyVerdict;
  readonly budgetMs: number;
}

/** Connects and authenticates both sides. Never throws because of what the endpoint does. */
export async function dial(endpoint: Endpoint, options: DialOptions): Promise<DialOutcome> {
  const expected = expectHostKey(endpoint, options.hostKeys);
  if (expected.kind === 'refused') return refusal(expected.problem);
  const startedAt = performance.now();
  const deadline = startedAt + options.connectTimeoutMs;
  const lastStart = startedAt + Math.min(options.connectTimeoutMs, options.retryWithinMs);
  const delays = [...options.retryDelaysMs];
  for (;;) {
    const budgetMs = Math.max(1, deadline - performance.now());
    const outcome = await attempt({ ...options, ...expected, endpoint, budgetMs });
    if (outcome.kind === 'connected') return outcome;
    const pauseMs = (delays.shift() ?? Number.POSITIVE_INFINITY) * (0.5 + Math.random());
    const inTime = performance.now() + pauseMs < lastStart;
    if (!outcome.mayRetry || !inTime || options.signal.aborted) return outcome;
    await sleep(pauseMs, undefined, { signal: options.signal }).catch(() => {});
  }
}

async function attempt(options: Attempt): Promise<DialOutcome> {
  const { connectTimeoutMs: timeoutMs, signal } = options;
  let stream: Duplex;
  try {
    stream = await options.openStream(options.budgetMs);
  } catch (error) {
    return explainDialError({ ...options, error, stage: 'connecting', timeoutMs });
  }
  const progress = watchProgress(stream, options.onHandshake);
  const end = (): void => void stream.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    return { kind: 'connected', client: await handshake(stream, options, progress) };
  } catch (error) {
    stream.destroy();
    const { stage, refused } = progress;
    return refused ? refusal(refused) : explainDialError({ ...options, error, stage, timeoutMs });
  } finally {
    signal.removeEventListener('abort', end);
  }
}

async function handshake(sock: Duplex, options: Attempt, progress: Progress): Promise<Client> {
  const { endpoint, library, hostKeys } = options;
  const { host, port, user } = endpoint;
  let newKeyLine: string | undefined;
  const login: PublicKeyAuthMethod = { type: 'publickey', username: user, key: library.key };
  const ssh = new library.NodeSSH();
  const ready = ssh.connect({
    sock: sock as Socket,
    username: user,
    // `login` contains the parsed key, so connections do not parse it again. Naming only one method saves a round trip.
    authHandler: [login],
    algorithms: { serverHostKey: [...options.algorithms] },
    hostVerifier: (blob: Buffer): boolean => {
      const verdict = options.judge(blob);
      if (verdict.kind === 'refused') progress.refused = verdict.problem;
      if (verdict.kind === 'new') newKeyLine = verdict.keyLine;
      return verdict.kind !== 'refused';
    },
    readyTimeout: options.budgetMs,
    keepaliveInterval: options.keepaliveIntervalMs,
    keepaliveCountMax: 3,
  });
  const client = ssh.connection;
  // More errors may follow the first one. Without a listener, such an error would end the process.
  client?.on('error', () => {});
  // Only a complete handshake proves that the host owns the key.
  client?.once('handshake', () => {
    progress.stage = 'login';
    if (newKeyLine !== undefined) hostKeys.onNewHostKey(host, port, newKeyLine);
  });
  await ready;
  if (!client) throw new Error('the SSH library connected without a connection');
  return client;
}

/** How far an attempt got. `refused` is set when the host key was refused. */
interface Progress {
  stage: DialStage;
  refused?: TransportProblem;
}

function watchProgress(stream: Duplex, onHandshake: () => void): Progress {
  // A channel through a jump host is already open; only a socket has to connect first.
  const progress: Progress = { stage: 'connecting' in stream && stream.connecting ? 'connecting' : 'silent' };
  stream.once('connect', () => {
    progress.stage = 'silent';
  });
  let head = '';
  const look = (chunk: Buffer): void => {
    head = (head + chunk.toString('latin1')).slice(-8192);
    if (!/^SSH-/m.test(head)) return;
    stream.off('data', look);
    progress.stage = 'handshaking';
    onHandshake();
  };
  stream.on('data', look);
  return progress;
}
