/**
 * Makes one delivery: runs rsync on this machine and sends its stream through a channel of the worker's connection. The
 * delivery succeeds when the local and the remote rsync both end with status 0. After the local rsync has ended, the
 * remote rsync has five seconds to end.
 */

import type { Delivery, DeliveryOutcome, TransportProblem, WorkerAddress } from '../port.ts';
import type { Connection } from './connection.ts';
import { OutputTail } from './exec/output-tail.ts';
import { newToken, Preamble } from './exec/preamble.ts';
import type { ChannelEnd, RemoteChannel } from './exec/remote-channel.ts';
import { rsyncCommandLine, TOOLS_MISSING } from './exec/remote-script.ts';
import { cancelled, runAs, withoutStatus } from './exec/run-command.ts';
import { explainNoStart } from './exec/start-failure.ts';
import { isRsyncServer, type LocalRsync, readRemoteWords, startRsync } from './rsync.ts';
import { firstOf } from './wait.ts';

const LINGER_MS = 5000;

export interface DeliveryRun {
  readonly worker: WorkerAddress;
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
}

type Verdict =
  | { readonly kind: 'delivered' | 'timed-out' }
  | { readonly kind: 'unprepared'; readonly missing: readonly string[] }
  | { readonly kind: 'rejected'; readonly exitCode: number; readonly stderr: string }
  | { readonly kind: 'failed'; readonly problem: TransportProblem };

interface Transfer extends DeliveryRun {
  readonly token: string;
  readonly connection: Connection;
  readonly local: LocalRsync;
  readonly remote: RemoteChannel;
  readonly stdout: Preamble;
  readonly stderr: { readonly preamble: Preamble; readonly tail: OutputTail };
}

interface BothEnds {
  readonly local: number;
  readonly remote: ChannelEnd | 'lingers';
}

/** Delivers files over an open connection. Throws a `Failure` (exit code 2) only when this machine has no rsync. */
export async function deliverFiles(connection: Connection, run: DeliveryRun): Promise<DeliveryOutcome> {
  const startedAt = performance.now();
  const local = startRsync(run.delivery);
  try {
    const verdict = await transfer(connection, run, local);
    return { ...verdict, durationMs: performance.now() - startedAt };
  } finally {
    await local.stop();
  }
}

async function transfer(connection: Connection, run: DeliveryRun, local: LocalRsync): Promise<Verdict> {
  const { worker, delivery, signal } = run;
  const words = await readRemoteWords(local.link);
  if (words === undefined) return { kind: 'rejected', exitCode: await local.exited, stderr: local.stderr.text() };
  if (!isRsyncServer(words)) return { kind: 'failed', problem: strangeCommand(worker, words) };
  const token = newToken();
  const { destination, tools, guard } = delivery;
  const line = rsyncCommandLine({ token, runAs: runAs(worker), destination, tools, guard, rsyncWords: words });
  const opening = await connection.openChannel(line, signal);
  if (opening.kind !== 'open') {
    return { kind: 'failed', problem: opening.kind === 'failed' ? opening.problem : cancelled(worker, 'a delivery') };
  }
  const stderr = { preamble: new Preamble(token), tail: new OutputTail() };
  const started = { ...run, token, connection, local, remote: opening.remote, stdout: new Preamble(token), stderr };
  join(started);
  return finish(started);
}

/**
 * Connects both streams as soon as the remote rsync is about to start. Earlier output comes from login files and is
 * dropped.
 */
function join({ local, remote, stdout, stderr }: Transfer): void {
  const { channel } = remote;
  const awaitStart = (chunk: Buffer): void => {
    const rest = stdout.take(chunk);
    if (rest === undefined) return;
    channel.off('data', awaitStart);
    channel.pause();
    if (rest.length > 0) channel.unshift(rest);
    channel.pipe(local.link);
    local.link.pipe(channel);
  };
  channel.on('data', awaitStart);
  channel.stderr.on('data', (chunk: Buffer) => {
    const rest = stderr.preamble.take(chunk);
    if (rest) stderr.tail.push(rest);
  });
  // The end of the channel also ends the link, even when the remote rsync never started.
  channel.once('end', () => local.link.end());
}

async function finish(transfer: Transfer): Promise<Verdict> {
  const { connection, delivery, remote, signal, stdout, worker } = transfer;
  const first = await firstOf(bothEnds(transfer), { timeoutMs: delivery.timeoutMs, signal });
  if (first.kind === 'ended' && first.value.remote !== 'lingers')
    return judge(transfer, first.value.local, first.value.remote);
  await transfer.local.stop();
  await connection.end({ remote, groupIds: stdout.groupIds, runAs: runAs(worker) });
  if (connection.lost) return { kind: 'failed', problem: connection.lost };
  if (first.kind === 'timed-out') return { kind: 'timed-out' };
  return { kind: 'failed', problem: first.kind === 'cancelled' ? cancelled(worker, 'a delivery') : lingering(worker) };
}

async function bothEnds({ local, remote }: Transfer): Promise<BothEnds> {
  // A broken connection does not always end the channel's stream, so the link is ended here as well.
  void remote.ended.then(() => local.link.end());
  const localStatus = await local.exited;
  remote.channel.end();
  remote.channel.resume();
  const first = await firstOf(remote.ended, { timeoutMs: LINGER_MS });
  return { local: localStatus, remote: first.kind === 'ended' ? first.value : 'lingers' };
}

async function judge(transfer: Transfer, local: number, remote: ChannelEnd): Promise<Verdict> {
  const { connection, stdout, worker } = transfer;
  if (remote.kind === 'unknown') {
    return { kind: 'failed', problem: (await connection.lostSoon()) ?? withoutStatus(worker, 'a delivery') };
  }
  if (!stdout.isReady) return neverStarted(transfer, remote.exitCode);
  if (local === 0 && remote.exitCode === 0) return { kind: 'delivered' };
  const stderr = `${transfer.stderr.tail.text()}${transfer.local.stderr.text()}`.trim();
  return { kind: 'rejected', exitCode: remote.exitCode === 0 ? local : remote.exitCode, stderr };
}

function neverStarted({ stdout, stderr, token, worker }: Transfer, exitCode: number): Verdict {
  const noise = `${stdout.noise()}\n${stderr.preamble.noise()}`.trim();
  const aboutSudo = worker.useSudo && /sudo/.test(noise);
  if (stdout.groupIds.length === 0 || aboutSudo) {
    return { kind: 'failed', problem: explainNoStart(worker, exitCode, noise) };
  }
  const [, missing] = new RegExp(`^${token} missing (.+)$`, 'm').exec(noise) ?? [];
  if (exitCode === TOOLS_MISSING && missing !== undefined) return { kind: 'unprepared', missing: missing.split(' ') };
  return { kind: 'rejected', exitCode, stderr: noise };
}

function strangeCommand(worker: WorkerAddress, words: readonly string[]): TransportProblem {
  return {
    kind: 'broken',
    host: worker.host,
    message: `the local rsync asked for something else than "rsync --server" on worker ${worker.host}: ${words.join(' ')}`,
    hint: 'which rsync comes first on PATH here? See: rsync --version',
  };
}

function lingering(worker: WorkerAddress): TransportProblem {
  return {
    kind: 'broken',
    host: worker.host,
    message: `rsync on worker ${worker.host} did not end, though all was sent`,
    hint: 'its disk may hang; what was delivered is unknown until the next run',
  };
}
