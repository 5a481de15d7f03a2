/**
 * Takes the lock on the workers themselves. The run requests the lock on all workers at the same time, in the round
 * trip that also reads the state. The run that gets a majority of the holders has the lock. When two runs request it at
 * the same time, the run with the first worker in order keeps its locks, and the other run releases its locks.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { timeoutSignal } from '../base/abort.ts';
import { compareText } from '../base/order.ts';
import type { LockOwner } from '../state/port.ts';
import { stopFailure } from '../state/stop.ts';
import { highestFence, raiseFences } from './fence.ts';
import { findState } from './find-state/find-state.ts';
import type { Found, Nothing, Search } from './find-state/search.ts';
import type { WorkerSight } from './find-state/sights.ts';
import type { HeldLock } from './held-lock.ts';
import { answeredIn, chooseHolders, holdersOf, votesOf } from './holders/choose-holders.ts';
import { hasQuorum } from './holders/quorum.ts';
import type { LockSight, Sighting } from './holders/sighting.ts';
import type { LockWish } from './worker-script.ts';

export const LOCK_TTL_SECONDS = 120;
const POLL_MS = 2000;
const SETTLE_MS = 150;
const SETTLE_TRIES = 20;
const GIVE_BACK_MS = 4000;

export interface Locking {
  readonly search: Search;
  readonly owner: LockOwner;
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Returns true only when the run of this owner has certainly ended. */
  readonly isGone: (owner: LockOwner) => Promise<boolean>;
  readonly onWait: (message: string) => void;
}

/**
 * Takes the lock. Throws a `Failure` (exit code 3) when another run has the lock, when too few workers answer, or when
 * the state cannot be proven.
 */
export async function takeLock(locking: Locking): Promise<HeldLock> {
  const token = randomUUID();
  try {
    return await insist(locking, token);
  } catch (thrown) {
    await giveBack(locking, token);
    throw thrown;
  }
}

async function insist(locking: Locking, token: string): Promise<HeldLock> {
  const { signal } = locking;
  const deadline = Date.now() + locking.waitMs;
  const pause = (ms: number) => delay(ms, undefined, { signal });
  let asked: Asked = { token, goneToken: '', newcomers: new Set() };
  let told = '';
  let settling = SETTLE_TRIES;
  let isReplacing = false;
  for (;;) {
    const attempt = await tryLock(locking, asked);
    isReplacing ||= attempt.isReplacing;
    const { held, other } = attempt;
    if (attempt.newcomers) asked = { ...asked, newcomers: attempt.newcomers };
    else if (other && (await isOwnerGone(other, locking))) asked = { ...asked, goneToken: other.lock.token };
    else if (held && (!other || settling === 0)) {
      await raiseFences(held, { search: locking.search, signal, isReplacing });
      return held;
    } else if ((held || attempt.isFirst) && settling > 0) {
      settling--;
      await pause(SETTLE_MS);
    } else if (other) {
      await giveBack(locking, token);
      if (Date.now() >= deadline) throw refuse(other);
      if (told !== other.lock.token) locking.onWait(`waiting for the lock: ${describeOwner(other)}`);
      told = other.lock.token;
      await pause(POLL_MS);
    }
  }
}

type Asked = Pick<LockWish, 'token' | 'goneToken' | 'newcomers'>;

interface Attempt {
  /** Set when this run has locked a majority of the holders. */
  readonly held?: HeldLock;
  /** Another run that has locked at least one worker. */
  readonly other?: LockOn | undefined;
  /**
   * True when this run has locked the first worker in order and no other run has a majority. The other runs will then
   * release their locks.
   */
  readonly isFirst?: boolean;
  /** Workers that will become holders and whose lock was not requested yet. */
  readonly newcomers?: ReadonlySet<string>;
  /** True when another run lost the lock without releasing it. */
  readonly isReplacing: boolean;
}

interface LockOn {
  readonly host: string;
  readonly lock: LockSight;
}

async function tryLock({ search, owner, signal }: Locking, asked: Asked): Promise<Attempt> {
  const wish = { ...asked, ttlSeconds: LOCK_TTL_SECONDS, owner: JSON.stringify(owner) };
  const state = await findState(search, signal, wish);
  const sightings = answeredIn(state.sights);
  const isReplacing = sightings.some(({ replaced }) => replaced);
  const holders = holdersOf(state, search);
  const wanted = new Set([...holders, ...chooseHolders(holders, search.workers)]);
  const asking = sightings.filter(({ host }) => wanted.has(host)).sort((a, b) => compareText(a.host, b.host));
  const ours = asking.filter(({ lock }) => lock?.token === asked.token);
  const isUnasked = ({ host, head }: Sighting) => !head && !asked.newcomers.has(host);
  if (asking.some((one) => !ours.includes(one) && isUnasked(one))) return { newcomers: wanted, isReplacing };
  const foreign = asking.flatMap(({ host, lock }) => (lock && lock.token !== asked.token ? [{ host, lock }] : []));
  const [other] = foreign;
  const voices = votesOf(holders, ours);
  if (hasQuorum({ holders, voices })) {
    return { held: heldLock(asked.token, state), other, isReplacing };
  }
  if (!other) throw tooFew(state.sights, holders, voices.length);
  const isFirst = asking[0]?.lock?.token === asked.token && !hasWon(holders, foreign);
  return { other, isFirst, isReplacing };
}

function heldLock(token: string, state: Found | Nothing): HeldLock {
  const sightings = answeredIn(state.sights);
  const ours = sightings.filter(({ lock }) => lock?.token === token);
  const fence = Math.max(1, highestFence(sightings));
  return { token, state, hosts: new Set(ours.map(({ host }) => host)), fence };
}

/** Returns whether one other run has a majority. Such a run keeps its lock. */
function hasWon(holders: readonly string[], foreign: readonly LockOn[]): boolean {
  const tokens = new Set(foreign.map(({ lock }) => lock.token));
  return [...tokens].some((token) => {
    const voices = votesOf(
      holders,
      foreign.filter(({ lock }) => lock.token === token),
    );
    return hasQuorum({ holders, voices });
  });
}

/** Tries to release the lock. A lock that is not released expires after its lifetime. */
async function giveBack({ search }: Locking, token: string): Promise<void> {
  await search.copies.giveBack(token, timeoutSignal(GIVE_BACK_MS));
}

async function isOwnerGone({ lock }: LockOn, { isGone }: Locking): Promise<boolean> {
  const owner = parseOwner(lock.owner);
  return owner !== undefined && isGone(owner);
}

export function parseOwner(text: string): LockOwner | undefined {
  try {
    const owner = JSON.parse(text) as LockOwner | null;
    return typeof owner?.runId === 'string' && typeof owner.command === 'string' ? owner : undefined;
  } catch {
    return undefined; // this program did not write it, so only its age ends this lock
  }
}

/** Returns a text that names the owner of the lock, for refusals and for `state show`. */
export function describeOwner({ host, lock }: LockOn): string {
  const owner = parseOwner(lock.owner);
  const who = owner ? `"${owner.command}" by ${owner.actor} (${owner.url || `run ${owner.runId}`})` : 'an unknown run';
  return `${who} holds the lock on ${host}, renewed ${lock.ageSeconds} s ago, token ${lock.token}`;
}

function refuse(other: LockOn) {
  return stopFailure({
    code: 'state-locked',
    message: `another run is under way: ${describeOwner(other)}`,
    hint: `wait for it, or use --lock-wait SECONDS; its lock expires when it is not renewed for ${other.lock.ttlSeconds} s; if that run is certainly dead: maand state unlock ${other.lock.token}`,
  });
}

function tooFew(sights: readonly WorkerSight[], holders: readonly string[], got: number) {
  const silent = sights.flatMap((sight) => (sight.kind === 'silent' ? [`${sight.host}: ${sight.reason}`] : []));
  return stopFailure({
    code: 'state-no-quorum',
    message: `only ${got} of the ${holders.length} workers that hold the state can be locked (${silent.join('; ')})`,
    hint: 'make the others reachable, or continue without them with: maand state recover --reason TEXT',
  });
}
