/**
 * Makes one delivery: runs rsync on this machine and sends its stream through a channel of the worker's connection. The
 * delivery succeeds when the local and the remote rsync both end with status 0. After one side has ended, the other side
 * has only seconds to end: a local rsync whose channel has ended would otherwise wait for the worker for half an hour.
 */

import type { Delivery, DeliveryOutcome, TransportProblem, WorkerAddress } from '../port.ts';
import type { Connection } from './connection.ts';
import { OutputTail } from './exec/output-tail.ts';
import { LONGEST_PREAMBLE_BYTES, newToken, Preamble } from './exec/preamble.ts';
import type { ChannelEnd, RemoteChannel } from './exec/remote-channel.ts';
import { rsyncCommandLine, TOOLS_MISSING } from './exec/remote-script.ts';
import { cancelled, runAs, type Unbegun, withoutStatus } from './exec/run-command.ts';
import { explainFlood, explainNoStart, explainSlowStart } from './exec/start-failure.ts';
import { isRsyncServer, type LocalRsync, readRemoteWords, startRsync } from './rsync.ts';
import { firstOf } from './wait.ts';

const LINGER_MS = 5000;
/** Time until the local rsync says what it wants to run on the worker. */
const RSYNC_ASKS_MS = 10_000;
/** Time in which the local rsync prints what the worker's rsync reported before it ended. */
const LAST_WORDS_MS = 2000;

export interface DeliveryRun {
  readonly worker: WorkerAddress;
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
}

type Verdict =
  | Unbegun
  | { readonly kind: 'delivered' | 'timed-out' }
  | { readonly kind: 'unprepared'; readonly missing: readonly string[] }
  | { readonly kind: 'rejected'; readonly exitCode: number; readonly stderr: string }
  | { readonly kind: 'failed'; readonly problem: TransportProblem }
  /** A link leads from this folder below the destination to another folder. Nothing was sent. */
  | { readonly kind: 'leads'; readonly folder: string; readonly path: string };

interface Transfer extends DeliveryRun {
  readonly token: string;
  readonly connection: Connection;
  readonly local: LocalRsync;
  readonly remote: RemoteChannel;
  readonly stdout: Preamble;
  readonly stderr: { readonly preamble: Preamble; readonly tail: OutputTail };
  /** When the time limit of the delivery passes, on the clock of `performance.now()`. */
  readonly deadline: number;
}

interface BothEnds {
  readonly local: number;
  readonly remote: ChannelEnd | 'lingers';
}

/** Delivers files over an open connection. Throws a `Failure` (exit code 2) only when this machine has no rsync. */
export async function deliverFiles(connection: Connection, run: DeliveryRun): Promise<DeliveryOutcome | Unbegun> {
  const startedAt = performance.now();
  const verdict = await attempt(connection, run);
  if (verdict.kind === 'unbegun') return verdict;
  if (verdict.kind === 'leads') return followLink(connection, run, verdict);
  return { ...verdict, durationMs: performance.now() - startedAt };
}

async function attempt(connection: Connection, run: DeliveryRun): Promise<Verdict> {
  const local = startRsync(run.delivery);
  try {
    return await transfer(connection, run, local);
  } finally {
    await local.stop();
  }
}

/** Delivers everything else first, and then the folder to the place where its link leads. */
async function followLink(
  connection: Connection,
  run: DeliveryRun,
  { folder, path }: Extract<Verdict, { kind: 'leads' }>,
): Promise<DeliveryOutcome | Unbegun> {
  const { delivery } = run;
  const rest = delivery.sources.filter((source) => mirroredFolder(source) !== folder);
  const linked = delivery.sources.filter((source) => mirroredFolder(source) === folder);
  const inside = `${folder}/`;
  const there = {
    ...delivery,
    sources: linked.map((source) => source.replace(`/./${inside}`, `/${inside}./`)),
    destination: path,
    protect: delivery.protect.flatMap((one) => (one.startsWith(inside) ? [one.slice(inside.length)] : [])),
  };
  const first =
    rest.length === 0
      ? undefined
      : await deliverFiles(connection, { ...run, delivery: { ...delivery, sources: rest } });
  if (first !== undefined && first.kind !== 'delivered') return first;
  const second = await deliverFiles(connection, { ...run, delivery: there });
  if (second.kind === 'unbegun') return second;
  return { ...second, durationMs: (first?.durationMs ?? 0) + second.durationMs };
}

/** Returns the folder below the destination that a source mirrors; undefined for a file or the destination itself. */
function mirroredFolder(source: string): string | undefined {
  const below = source.slice(source.indexOf('/./') + 3);
  return below.endsWith('/') ? below.slice(0, -1) : undefined;
}

async function transfer(connection: Connection, run: DeliveryRun, local: LocalRsync): Promise<Verdict> {
  const { worker, delivery, signal } = run;
  const asked = await firstOf(readRemoteWords(local.link), { timeoutMs: RSYNC_ASKS_MS, signal });
  if (asked.kind === 'cancelled') return { kind: 'failed', problem: cancelled(worker, 'a delivery') };
  if (asked.kind === 'timed-out') return { kind: 'failed', problem: silentRsync(worker, RSYNC_ASKS_MS) };
  const words = asked.value;
  if (words === undefined) return neverAsked(local, run);
  if (!isRsyncServer(words)) return { kind: 'failed', problem: strangeCommand(worker, words) };
  const token = newToken();
  const { destination, sources, tools, guard, timeoutMs } = delivery;
  const mirrored = sources.flatMap((source) => mirroredFolder(source) ?? []);
  const account = runAs(worker);
  const line = rsyncCommandLine({ token, runAs: account, destination, mirrored, tools, guard, rsyncWords: words });
  const opening = await connection.openChannel(line, { signal, timeoutMs });
  switch (opening.kind) {
    case 'cancelled':
      return { kind: 'failed', problem: cancelled(worker, 'a delivery') };
    case 'timed-out':
      return { kind: 'timed-out' };
    case 'failed': {
      const { problem, began } = opening;
      return { kind: connection.lost && began === 'no' ? 'unbegun' : 'failed', problem };
    }
    case 'open': {
      const stderr = { preamble: new Preamble(token), tail: new OutputTail() };
      const deadline = performance.now() + timeoutMs - opening.openedMs;
      const { remote } = opening;
      return begin({ ...run, token, connection, local, remote, stdout: new Preamble(token), stderr, deadline });
    }
  }
}

/** Returns the verdict on a local rsync that closed its link without a request: it has ended, or is about to end. */
async function neverAsked(local: LocalRsync, { worker, signal }: DeliveryRun): Promise<Verdict> {
  const first = await firstOf(local.exited, { timeoutMs: LINGER_MS, signal });
  if (first.kind === 'ended') return { kind: 'rejected', exitCode: first.value, stderr: local.stderr.text() };
  return {
    kind: 'failed',
    problem: first.kind === 'cancelled' ? cancelled(worker, 'a delivery') : silentRsync(worker, LINGER_MS),
  };
}

/** Waits until the worker's rsync is about to start. Only the login shell and `sudo` run before. */
async function begin(transfer: Transfer): Promise<Verdict> {
  const { connection, deadline, remote, signal, stdout } = transfer;
  const { startMs } = connection.limits;
  const leftMs = Math.max(1, deadline - performance.now());
  const asked = performance.now();
  const either = Promise.race([join(transfer), remote.ended]);
  const limitMs = Math.min(startMs, leftMs);
  const first = await firstOf(either, { timeoutMs: limitMs, signal });
  if (stdout.isReady || first.kind === 'cancelled' || (first.kind === 'ended' && first.value !== 'flooded')) {
    return finish(transfer);
  }
  const problem = notBegun(transfer, first.kind === 'ended' ? 'flooded' : Math.min(limitMs, performance.now() - asked));
  if (first.kind === 'timed-out' && startMs <= leftMs) connection.noteHang(problem);
  await endBoth(transfer);
  return { kind: 'failed', problem };
}

function notBegun({ worker, stdout, stderr }: Transfer, how: 'flooded' | number): TransportProblem {
  if (how === 'flooded') return explainFlood(worker, LONGEST_PREAMBLE_BYTES);
  const hangsIn = stdout.groupIds.length > 0 && worker.useSudo ? 'sudo' : 'login';
  const noise = `${stdout.noise()}\n${stderr.preamble.noise()}`.trim();
  return explainSlowStart(worker, { waitedMs: how, noise, hangsIn });
}

/**
 * Connects both streams as soon as the remote rsync is about to start. Earlier output comes from login files and is
 * dropped. Resolves at this moment, or when so much was printed instead that nobody waits for rsync any more.
 */
function join({ connection, local, remote, stdout, stderr }: Transfer): Promise<'started' | 'flooded'> {
  const { channel } = remote;
  // The end of the channel also ends the link, even when the remote rsync never started.
  channel.once('end', () => local.link.end());
  channel.stderr.on('data', (chunk: Buffer) => {
    const rest = stderr.preamble.take(chunk);
    if (rest) stderr.tail.push(rest);
  });
  return new Promise((resolve) => {
    const awaitStart = (chunk: Buffer): void => {
      const rest = stdout.take(chunk);
      if (stdout.isFlooded) resolve('flooded');
      if (rest === undefined) return;
      channel.off('data', awaitStart);
      channel.pause();
      if (rest.length > 0) channel.unshift(rest);
      channel.pipe(local.link);
      local.link.on('data', () => connection.noteProgress()); // the pipe reads on only when the channel took the last bytes
      local.link.pipe(channel);
      resolve('started');
    };
    channel.on('data', awaitStart);
  });
}

async function finish(transfer: Transfer): Promise<Verdict> {
  const { connection, deadline, signal, worker } = transfer;
  const timeoutMs = Math.max(1, deadline - performance.now());
  const first = await firstOf(bothEnds(transfer), { timeoutMs, signal });
  if (first.kind === 'ended' && first.value.remote !== 'lingers')
    return judge(transfer, first.value.local, first.value.remote);
  await endBoth(transfer);
  if (connection.lost) return { kind: 'failed', problem: connection.lost };
  if (first.kind === 'timed-out') return { kind: 'timed-out' };
  return { kind: 'failed', problem: first.kind === 'cancelled' ? cancelled(worker, 'a delivery') : lingering(worker) };
}

async function endBoth({ connection, local, remote, stdout, worker }: Transfer): Promise<void> {
  await local.stop();
  await connection.end({ remote, groupIds: stdout.groupIds, runAs: runAs(worker) });
}

async function bothEnds({ local, remote }: Transfer): Promise<BothEnds> {
  void remote.ended.then(() => release(local, remote));
  const localStatus = await local.exited;
  remote.channel.end();
  remote.channel.resume();
  const first = await firstOf(remote.ended, { timeoutMs: LINGER_MS });
  return { local: localStatus, remote: first.kind === 'ended' ? first.value : 'lingers' };
}

/**
 * Ends the local rsync after its channel has ended. The rsync must be able to read what the worker sent last, and to get
 * rid of what it is writing: a big file would otherwise keep it waiting for a reader.
 */
async function release(local: LocalRsync, { channel }: RemoteChannel): Promise<void> {
  local.link.unpipe(channel);
  local.link.resume();
  local.link.end();
  await firstOf(local.exited, { timeoutMs: LAST_WORDS_MS });
  await local.stop();
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
  const [, folder, path] = new RegExp(`^${token} leads (\\S+) (.+)$`, 'm').exec(noise) ?? [];
  if (folder !== undefined && path !== undefined) return { kind: 'leads', folder, path };
  return { kind: 'rejected', exitCode, stderr: noise };
}

function silentRsync({ host }: WorkerAddress, limitMs: number): TransportProblem {
  return {
    kind: 'broken',
    host,
    message: `the local rsync did not say within ${limitMs / 1000} s what it wants to run on worker ${host}`,
    hint: 'which rsync comes first on PATH here? See: rsync --version',
  };
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
