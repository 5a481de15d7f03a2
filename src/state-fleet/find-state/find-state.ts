/**
 * Asks the cache and the workers, chooses the one snapshot from which a run may start, and opens this snapshot. Throws
 * a `Failure` for each stop.
 */
import { compareText } from '../../base/order.ts';
import type { StateDocument } from '../../state/document.ts';
import { stopFailure } from '../../state/stop.ts';
import type { WorkerAddress } from '../../transport/port.ts';
import type { LockWish } from '../worker-script.ts';
import { askCache } from './ask-cache.ts';
import { chooseState } from './choose-state.ts';
import type { Choice } from './evidence.ts';
import { underNewAddresses } from './moved-holders.ts';
import { type CopySearch, openChosen } from './open-copy.ts';
import { refuteChoice } from './prove-newest.ts';
import type { Found, Nothing, Search } from './search.ts';
import type { CacheSight, WorkerSight } from './sights.ts';

/** Finds the state. With `wish`, the run requests the lock of each worker before the worker answers. */
export async function findState(search: Search, signal: AbortSignal, wish?: LockWish): Promise<Found | Nothing> {
  const { workers, copies, order } = search;
  const asking = askCache(search, signal);
  if (order === 'cache first') await asking;
  const [cached, sights] = await Promise.all([
    asking,
    copies.look(workers, signal, { wish, sender: senderOf(search) }),
  ]);
  return settle({ search, signal, wish, cached, sights, reachable: workers });
}

/**
 * Returns the worker that sends its snapshot when there is no cache. It is the first worker by name, because this
 * worker is most likely a holder.
 */
function senderOf({ cache, workers }: Search): string | undefined {
  return cache ? undefined : workers.map(({ host }) => host).sort(compareText)[0];
}

interface Settling extends CopySearch {
  readonly wish: LockWish | undefined;
  readonly sights: readonly WorkerSight[];
}

async function settle(settling: Settling): Promise<Found | Nothing> {
  const { search, signal, sights, cached: cache } = settling;
  signal.throwIfAborted(); // a worker whose command was cancelled proves nothing about the state
  search.onEvidence?.({ cache, workers: sights, document: undefined });
  const choice = pick(settling);
  if (choice.kind === 'stop') throw stopFailure(choice.stop);
  if (choice.kind === 'initialise') return { kind: 'none', sights };
  const opened = await openChosen(settling, choice);
  search.onEvidence?.({ cache, workers: sights, document: opened.document });
  const further = await askFurther(settling, opened.document);
  if (further.sights.length > 0) {
    const reachable = [...settling.reachable, ...further.known];
    return settle({ ...settling, reachable, sights: [...sights, ...further.sights] });
  }
  const { overrides = {}, name } = search;
  const { candidate, bytes } = opened;
  const listed = new Set(search.workers.map(({ host }) => host));
  const found = underNewAddresses({ document: opened.document, sights }, listed);
  const inCache = choice.inCache && candidate.digest === choice.candidate.digest;
  const stop = refuteChoice({ name, candidate, inCache, holders: found.document.holders ?? [], workers: found.sights });
  const accepted =
    overrides.from !== undefined ||
    (stop?.code === 'state-rolled-back' ? overrides.acceptRollback : overrides.acceptUnproven);
  if (stop && !accepted) throw stopFailure(stop);
  const { cached } = settling;
  const cacheTrouble = cached.kind === 'unknown' || cached.kind === 'refused' ? cached.reason : undefined;
  return { kind: 'found', ...found, bytes, digest: candidate.digest, inCache, cacheTrouble };
}

function pick({ search, cached, sights }: Settling): Choice {
  const { name, initialize, overrides } = search;
  const cache: CacheSight = cached;
  const trusted = overrides?.from;
  const choice = chooseState({ name, cache, workers: sights, initialize });
  if (overrides?.adopt && isAdoptable(choice, cache, sights)) return { kind: 'initialise' };
  if (trusted === undefined || (choice.kind === 'stop' && choice.stop.code === 'state-other-name')) return choice;
  const only = sights.filter((sight) => sight.kind === 'answered' && sight.sighting.host === trusted);
  return chooseState({ name, cache: { kind: 'off' }, workers: only, initialize: 'never' });
}

/**
 * Returns whether a bucket is deployed and certainly has no state. This is certain only when every place was asked and
 * answered so.
 */
function isAdoptable(choice: Choice, cache: CacheSight, sights: readonly WorkerSight[]): boolean {
  const isLost = choice.kind === 'stop' && choice.stop.code === 'state-lost';
  const said = cache.kind === 'none' || cache.kind === 'off';
  return isLost && said && sights.every(({ kind }) => kind === 'answered');
}

interface Further {
  readonly known: readonly WorkerAddress[];
  readonly sights: readonly WorkerSight[];
}

/** Asks holders that are no longer workers of the bucket, because they also have copies. */
async function askFurther({ search, signal, wish, sights }: Settling, document: StateDocument): Promise<Further> {
  if (search.workers.length === 0) return { known: [], sights: [] };
  const asked = new Set(sights.map((sight) => (sight.kind === 'answered' ? sight.sighting.host : sight.host)));
  const hosts = (document.holders ?? []).filter((host) => !asked.has(host));
  const known = hosts.flatMap((host) => {
    const worker = Object.hasOwn(document.workers, host) ? document.workers[host] : undefined;
    return worker ? [{ ...worker, host, hostKey: worker.hostKey }] : [];
  });
  const forgotten = hosts
    .filter((host) => !known.some((worker) => worker.host === host))
    .map((host): WorkerSight => ({ kind: 'silent', host, reason: 'its address is no longer known' }));
  return { known, sights: [...(await search.copies.look(known, signal, { wish })), ...forgotten] };
}
