/**
 * Finds workers that got a new address. The files on a worker name the worker, so the state can follow it: its
 * allocations move to the new address, and nothing is stopped, removed or started.
 */
import { anySignal, timeoutSignal } from '../base/abort.ts';
import { Failure } from '../base/failure.ts';
import { addressOf } from '../catalog/address.ts';
import { lookAtWorkers } from '../sight/look-at-workers.ts';
import type { Sight, WorkerFacts } from '../sight/worker-facts.ts';
import type { OpenState } from '../state/open-state.ts';
import type { WorkerAddress } from '../transport/port.ts';
import type { ReadBucket } from './with-bucket.ts';

/** A worker that has left is not waited for longer than this. */
const LEFT_LIMIT_MS = 5000;

/** Moves the records of every worker that is found under a new address. The change is in the ledger, and not saved. */
export async function followMovedWorkers(bucket: ReadBucket, state: OpenState): Promise<void> {
  const { ledger } = state;
  const listed = bucket.workspace.workers.map((worker) => addressOf(worker, bucket.workspace.settings));
  const hosts = new Set(listed.map(({ host }) => host));
  const left = Object.entries(ledger.workers).flatMap(([host, { hostKey, ...known }]) =>
    hosts.has(host) || known.updateSeq === undefined ? [] : [{ ...known, host, hostKey }],
  );
  const fresh = listed.filter(({ host }) => ledger.workers[host]?.updateSeq === undefined);
  if (left.length === 0 || fresh.length === 0) return;
  const seen = await lookAtBoth(bucket, state, { left, fresh });
  for (const { host, id } of left) {
    const found = fresh.flatMap((worker) => claimOf(seen, worker, { bucketId: ledger.bucketId, id }));
    const [moved] = found;
    if (moved === undefined || found.length > 1 || !isSameMachine(seen.get(host), moved)) continue;
    ledger.moveWorker(host, moved.host);
    const message = `worker ${host} is now reached as ${moved.host}: its allocations move with it, nothing is started or stopped for that`;
    bucket.face.emit({ type: 'noticed', level: 'info', message });
  }
}

interface Moving {
  readonly left: readonly WorkerAddress[];
  readonly fresh: readonly WorkerAddress[];
}

async function lookAtBoth(
  { tools, workspace, face }: ReadBucket,
  { ledger, sights }: OpenState,
  { left, fresh }: Moving,
): Promise<ReadonlyMap<string, Sight>> {
  const { bucketDir, settings } = workspace;
  try {
    await tools.describeSshKey(workspace);
  } catch (thrown) {
    if (thrown instanceof Failure) return sights; // a plan without a key follows nobody
    throw thrown;
  }
  await using transport = await tools.openTransport({ bucketDir, settings, ledger });
  const looking = {
    ask: (...asked: Parameters<typeof transport.exec>) => transport.exec(...asked),
    parallelWorkers: settings.parallelWorkers,
  };
  const unseen = (workers: readonly WorkerAddress[]) => workers.filter(({ host }) => !sights.has(host));
  const limited = anySignal(face.signal, timeoutSignal(LEFT_LIMIT_MS));
  const [ofFresh, ofLeft] = await Promise.all([
    lookAtWorkers(looking, unseen(fresh), face.signal),
    lookAtWorkers(looking, unseen(left), limited),
  ]);
  return new Map([...sights, ...ofFresh, ...ofLeft]);
}

interface Sought {
  readonly bucketId: string;
  /** Id of the worker that has left. */
  readonly id: string;
}

/** Returns the facts of a worker whose files are those of the worker with this id. */
function claimOf(seen: ReadonlyMap<string, Sight>, { host }: WorkerAddress, { bucketId, id }: Sought): WorkerFacts[] {
  const sight = seen.get(host);
  if (sight?.kind !== 'seen') return [];
  const identity = sight.facts.buckets.get(bucketId)?.identity;
  return typeof identity === 'object' && identity.workerId === id ? [sight.facts] : [];
}

/**
 * Returns whether the old address leads to the same machine, or to nothing. A machine that still answers under the old
 * address and is another one was cloned.
 */
function isSameMachine(old: Sight | undefined, { workerId, bootId }: WorkerFacts): boolean {
  if (old?.kind !== 'seen') return true;
  return old.facts.bootId === bootId && old.facts.workerId === workerId;
}
