/**
 * Reads and writes copies of the state on workers. It runs scripts over the existing connections of the run and decides
 * nothing.
 */

import { mapLimit } from '../../base/concurrency.ts';
import { snapshotDigest } from '../../state/snapshot.ts';
import { unansweredReason } from '../../transport/outcome-problem.ts';
import type { RemoteCommand, RemoteOutcome, Transport, WorkerAddress } from '../../transport/port.ts';
import type { WorkerSight } from '../find-state/sights.ts';
import {
  type LockWish,
  listScript,
  lookScript,
  raiseFenceScript,
  readScript,
  releaseScript,
  renewScript,
  type SnapshotWrite,
  type WorkerWish,
  writeScript,
} from '../worker-script.ts';
import { bytesOf, LookAnswer, MOST_ANSWER_CHARS } from './look-answer.ts';
import { lookAndStay, type StandingLook } from './standing-look.ts';

const LOOK_TIMEOUT_MS = 20_000;
const TRANSFER_TIMEOUT_MS = 60_000;

export type WriteOutcome =
  | { readonly kind: 'written' }
  /** HEAD has a different digest than expected, because another run wrote a snapshot. */
  | { readonly kind: 'conflict' }
  /** Another run now has the lock. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface HolderCopiesOptions {
  readonly transport: Transport;
  readonly mark: string;
  readonly parallelWorkers: number;
}

export interface StoredSnapshot {
  readonly bucketId: string;
  readonly serial: number;
  /** The whole digest, or its first digits as in the file name of the snapshot. */
  readonly digest: string;
}

/** `unread`: the worker did not answer, so its copy may still be intact. */
export type ReadOutcome =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'damaged' | 'unread'; readonly reason: string };

export interface Wishes {
  /** When set, the lock of each worker is requested before the worker answers. */
  readonly wish?: LockWish | undefined;
  /** Host that sends its newest snapshot together with its answer. */
  readonly sender?: string | undefined;
}

interface Asked {
  readonly worker: WorkerAddress;
  readonly script: string;
  readonly answer: LookAnswer;
}

export class HolderCopies {
  readonly #options: HolderCopiesOptions;
  /** Workers whose lock was requested at least once. */
  readonly #wished = new Map<string, WorkerAddress>();
  /** Host → the command that keeps running on this host with the lock of this run. */
  readonly #standing = new Map<string, { readonly token: string; readonly look: StandingLook }>();
  /** The newest snapshot that arrived together with an answer, and its digest. */
  #received: { readonly digest: string; readonly bytes: Buffer } | undefined;

  constructor(options: HolderCopiesOptions) {
    this.#options = options;
  }

  /** Asks all workers at the same time. */
  look(workers: readonly WorkerAddress[], signal: AbortSignal, { wish, sender }: Wishes = {}): Promise<WorkerSight[]> {
    if (wish) for (const worker of workers) this.#wished.set(worker.host, worker);
    return this.#each(workers, async (worker): Promise<WorkerSight> => {
      const { host } = worker;
      const script = lookScript(this.#place(worker), {
        wish: wish && toWorkerWish(wish, worker),
        unless: host === sender ? (this.#received?.digest ?? '') : undefined,
      });
      const answer = new LookAnswer();
      const asked = { worker, script, answer };
      const reason = await (wish ? this.#lookAndStay(asked, wish.token, signal) : this.#lookOnce(asked, signal));
      this.#received = answer.snapshot ?? this.#received;
      return reason === undefined ? answer.sight(host) : { kind: 'silent', host, reason };
    });
  }

  async #lookOnce({ worker, script, answer }: Asked, signal: AbortSignal): Promise<string | undefined> {
    const onLine: RemoteCommand['onLine'] = (line, stream) => {
      if (stream === 'stdout') answer.add(line);
    };
    const command = { label: 'state', script, timeoutMs: LOOK_TIMEOUT_MS, onLine, mostLineChars: MOST_ANSWER_CHARS };
    return unansweredReason(worker.host, LOOK_TIMEOUT_MS, await this.#exec(worker, command, signal));
  }

  async #lookAndStay(
    { worker, script, answer }: Asked,
    token: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    this.#standing.get(worker.host)?.look.leave();
    this.#standing.delete(worker.host);
    const { transport } = this.#options;
    const onLine = (line: string) => answer.add(line);
    const look = await lookAndStay({ transport, worker, script, timeoutMs: LOOK_TIMEOUT_MS, onLine }, signal);
    if ('kind' in look) return unansweredReason(worker.host, LOOK_TIMEOUT_MS, look);
    this.#standing.set(worker.host, { token, look });
    return undefined;
  }

  /** Returns the sealed bytes with this digest, or the reason why there are none. */
  async read(worker: WorkerAddress, stored: StoredSnapshot, signal: AbortSignal): Promise<ReadOutcome> {
    const { bucketId, serial, digest } = stored;
    if (this.#received?.digest === digest) return { kind: 'read', bytes: this.#received.bytes };
    const parts: Buffer[] = [];
    const outcome = await this.#exec(
      worker,
      {
        label: 'state',
        script: readScript(this.#place(worker), { bucketId, serial, digest }),
        timeoutMs: TRANSFER_TIMEOUT_MS,
        mostLineChars: MOST_ANSWER_CHARS,
        onLine: (line, stream) => {
          if (stream === 'stdout') parts.push(bytesOf(line));
        },
      },
      signal,
    );
    const reason = unansweredReason(worker.host, TRANSFER_TIMEOUT_MS, outcome);
    if (reason !== undefined) return { kind: outcome.kind === 'exited' ? 'damaged' : 'unread', reason };
    const bytes = Buffer.concat(parts);
    const isWhole = snapshotDigest(bytes).startsWith(digest);
    if (isWhole && digest !== '') return { kind: 'read', bytes };
    return { kind: 'damaged', reason: `its copy of serial ${serial} is damaged` };
  }

  /**
   * Returns every snapshot that the worker keeps, newest first. Returns an empty list when the worker gives no answer.
   */
  async list(worker: WorkerAddress, bucketId: string, signal: AbortSignal): Promise<StoredSnapshot[]> {
    const command = { label: 'state', script: listScript(this.#place(worker), bucketId), timeoutMs: LOOK_TIMEOUT_MS };
    const text = textOf(await this.#exec(worker, command, signal));
    return [...text.matchAll(/^snapshot-(\d{12})-([0-9a-f]{16})$/gm)].map(([, serial, digest = '']) => ({
      bucketId,
      serial: Number(serial),
      digest,
    }));
  }

  async write(
    worker: WorkerAddress,
    { bytes, ...write }: Omit<SnapshotWrite, 'sizeBytes'> & { readonly bytes: Buffer },
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const script = writeScript(this.#place(worker), { ...write, sizeBytes: bytes.length });
    const command = { label: 'state', script, input: bytes, timeoutMs: TRANSFER_TIMEOUT_MS };
    const outcome = await this.#exec(worker, command, signal);
    const reason = unansweredReason(worker.host, TRANSFER_TIMEOUT_MS, outcome);
    if (reason !== undefined) return { kind: 'failed', reason };
    const [word] = textOf(outcome).trim().split(' ');
    if (word === 'written' || word === 'conflict' || word === 'lost') return { kind: word };
    return { kind: 'failed', reason: word === 'short' ? 'only a part of it arrived' : 'its answer is malformed' };
  }

  /** Renews the lock. Returns the hosts where this run no longer has the lock. */
  async renew(workers: readonly WorkerAddress[], token: string, signal: AbortSignal): Promise<string[]> {
    const answers = await this.#each(workers, async (worker) => {
      const script = renewScript(this.#place(worker), token);
      const outcome = await this.#exec(worker, { label: 'lock', script, timeoutMs: LOOK_TIMEOUT_MS }, signal);
      return hasAnswered(outcome) && textOf(outcome).trim() === 'lost' ? [worker.host] : [];
    });
    return answers.flat();
  }

  /** Releases the lock. Returns the hosts where the release failed. */
  async release(workers: readonly WorkerAddress[], token: string, signal: AbortSignal): Promise<string[]> {
    const answers = await this.#each(workers, async (worker) => {
      const standing = this.#standing.get(worker.host);
      if (standing?.token === token) {
        this.#standing.delete(worker.host);
        if (await standing.look.release(signal)) return [];
      }
      const script = releaseScript(this.#place(worker), token);
      const outcome = await this.#exec(worker, { label: 'unlock', script, timeoutMs: LOOK_TIMEOUT_MS }, signal);
      return hasAnswered(outcome) ? [] : [worker.host];
    });
    return answers.flat();
  }

  /** Releases the lock on all workers where this run requested it. */
  async giveBack(token: string, signal: AbortSignal): Promise<void> {
    await this.release([...this.#wished.values()], token, signal);
  }

  async raiseFence(workers: readonly WorkerAddress[], fence: number, signal: AbortSignal): Promise<void> {
    await this.#each(workers, (worker) => {
      const script = raiseFenceScript(this.#place(worker), fence);
      return this.#exec(worker, { label: 'lock', script, timeoutMs: LOOK_TIMEOUT_MS }, signal);
    });
  }

  #place({ root }: WorkerAddress) {
    return { root, mark: this.#options.mark };
  }

  #exec(worker: WorkerAddress, command: Parameters<Transport['exec']>[1], signal: AbortSignal): Promise<RemoteOutcome> {
    return this.#options.transport.exec(worker, command, signal);
  }

  #each<T>(workers: readonly WorkerAddress[], work: (worker: WorkerAddress) => Promise<T>): Promise<T[]> {
    return mapLimit(workers, this.#options.parallelWorkers, work);
  }
}

function toWorkerWish({ newcomers, ...wish }: LockWish, { host }: WorkerAddress): WorkerWish {
  return { ...wish, from: newcomers.has(host) ? 'newcomers' : 'holders' };
}

function hasAnswered(outcome: RemoteOutcome): boolean {
  return outcome.kind === 'exited' && outcome.exitCode === 0;
}

function textOf(outcome: RemoteOutcome): string {
  return outcome.kind === 'exited' ? outcome.stdout : '';
}
