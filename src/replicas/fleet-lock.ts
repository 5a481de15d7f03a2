/**
 * The lock that counts: on the workers themselves. It is asked for in the same round trip as everything else, on all of them side by
 * side; who has a majority of the members has it. When two runs come at once, the one that has the first worker in order
 * stays, the others give back what they got.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { compareText } from '../base/order.ts';
import type { LockOwner } from '../state/port.ts';
import type { WorkerAddress } from '../transport/port.ts';
import { type Found, findState, type Nothing, type Search } from './find-state.ts';
import { hasQuorum, type WorkerSight } from './resolve.ts';
import type { LockSight, Sighting } from './sighting.ts';
import { stopFailure } from './stop.ts';

export const LOCK_TTL_SECONDS = 120;
const POLL_MS = 2000;
const SETTLE_MS = 150;
const SETTLE_TRIES = 20;

export interface Locking {
  readonly search: Search;
  readonly owner: LockOwner;
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Whether the run that an owner names has surely ended. */
  readonly isGone: (owner: LockOwner) => Promise<boolean>;
  readonly onWait: (message: string) => void;
}

export interface HeldLock {
  readonly token: string;
  readonly state: Found | Nothing;
  /** Hosts whose lock this run has. */
  readonly hosts: ReadonlySet<string>;
  /** Greater than that of every run before. */
  readonly fence: number;
}

/** Throws a `Failure` (exit code 3): another run has it, too few workers answer, or the state cannot be proven. */
export async function takeLock(locking: Locking): Promise<HeldLock> {
  const deadline = Date.now() + locking.waitMs;
  const token = randomUUID();
  let goneToken = '';
  let told = '';
  for (let tries = 0; ; tries++) {
    const attempt = await tryLock(locking, token, goneToken);
    if (attempt.kind === 'held') return attempt.lock;
    const { holder, isFirst } = attempt;
    if (await isOwnerGone(holder, locking)) {
      goneToken = holder.lock.token;
      continue;
    }
    if (isFirst && tries < SETTLE_TRIES) {
      await delay(SETTLE_MS, undefined, { signal: locking.signal });
      continue;
    }
    await giveBack(locking, token);
    if (Date.now() >= deadline) throw refuse(holder);
    if (told !== holder.lock.token) locking.onWait(`waiting for the lock: ${describeHolder(holder)}`);
    told = holder.lock.token;
    await delay(POLL_MS, undefined, { signal: locking.signal });
  }
}

type Attempt =
  | { readonly kind: 'held'; readonly lock: HeldLock }
  /** `isFirst`: this run has the first worker in order, so the others will give way. */
  | { readonly kind: 'refused'; readonly holder: Holder; readonly isFirst: boolean };

interface Holder {
  readonly host: string;
  readonly lock: LockSight;
}

async function tryLock(locking: Locking, token: string, goneToken: string): Promise<Attempt> {
  const { search, owner, signal } = locking;
  const wish = { token, goneToken, ttlSeconds: LOCK_TTL_SECONDS, owner: JSON.stringify(owner) };
  let state: Found | Nothing;
  try {
    state = await findState(search, signal, wish);
  } catch (thrown) {
    await giveBack(locking, token);
    throw thrown;
  }
  const sightings = answeredIn(state.sights);
  const ours = sightings.filter(({ lock }) => lock?.token === token);
  const members = membersOf(state, search);
  const inCache = state.kind === 'found' && state.inCache;
  const voices = members.filter((host) => ours.some((one) => one.host === host));
  if (hasQuorum({ members, voices, inCache })) {
    const fence = Math.max(0, ...ours.map((one) => one.fence));
    return { kind: 'held', lock: { token, state, hosts: new Set(ours.map(({ host }) => host)), fence } };
  }
  const [first] = [...sightings].sort((a, b) => compareText(a.host, b.host));
  const foreign = sightings.flatMap(({ host, lock }) => (lock && lock.token !== token ? [{ host, lock }] : []));
  const [holder] = foreign;
  if (holder) return { kind: 'refused', holder, isFirst: first?.lock?.token === token };
  await giveBack(locking, token);
  throw tooFew(state.sights, members, voices.length);
}

/**
 * Who has to agree: as the state says itself, and before there is one, the first of the workers; by an operator's word those
 * that answer, because others are gone for good.
 */
export function membersOf(state: Found | Nothing, { workers, overrides }: Pick<Search, 'workers' | 'overrides'>): readonly string[] {
  if (overrides?.acceptUnproven) {
    const answered = new Set(answeredIn(state.sights).map(({ host }) => host));
    return chooseMembers([], workers.filter(({ host }) => answered.has(host)));
  }
  const recorded = state.kind === 'found' ? state.document.members : undefined;
  return recorded ?? chooseMembers([], workers);
}

const MOST_MEMBERS = 7;

/** Up to seven, those of before first: more copies would make every save dearer and nothing safer. Sorted. */
export function chooseMembers(before: readonly string[], workers: readonly WorkerAddress[]): readonly string[] {
  const hosts = workers.map(({ host }) => host);
  const kept = before.filter((host) => hosts.includes(host));
  const others = hosts.filter((host) => !kept.includes(host)).sort(compareText);
  return [...kept, ...others].slice(0, MOST_MEMBERS).sort(compareText);
}

export function answeredIn(sights: readonly WorkerSight[]): Sighting[] {
  return sights.flatMap((sight) => (sight.kind === 'answered' ? [sight.sighting] : []));
}

/** Best effort: what is not given back ends by itself. */
async function giveBack({ search }: Locking, token: string): Promise<void> {
  await search.replicas.release(search.workers, token, AbortSignal.timeout(5000));
}

async function isOwnerGone({ lock }: Holder, { isGone }: Locking): Promise<boolean> {
  const owner = parseOwner(lock.owner);
  return owner !== undefined && isGone(owner);
}

export function parseOwner(text: string): LockOwner | undefined {
  try {
    const owner = JSON.parse(text) as LockOwner | null;
    return typeof owner?.runId === 'string' && typeof owner.command === 'string' ? owner : undefined;
  } catch {
    return undefined; // not written by this program: it ends by its age alone
  }
}

/** One sentence on who holds the lock, for refusals and `state show`. */
export function describeHolder({ host, lock }: Holder): string {
  const owner = parseOwner(lock.owner);
  const who = owner ? `"${owner.command}" by ${owner.actor} (${owner.url || `run ${owner.runId}`})` : 'an unknown run';
  return `${who} holds the lock on ${host}, renewed ${lock.ageSeconds} s ago, token ${lock.token}`;
}

function refuse(holder: Holder) {
  return stopFailure({
    code: 'state-locked',
    message: `another run is under way: ${describeHolder(holder)}`,
    hint: `wait for it, or give --lock-wait SECONDS; it ends by itself ${holder.lock.ttlSeconds} s after its last sign of life; if that run is surely gone: maand state unlock ${holder.lock.token}`,
  });
}

function tooFew(sights: readonly WorkerSight[], members: readonly string[], got: number) {
  const silent = sights.flatMap((sight) => (sight.kind === 'silent' ? [`${sight.host}: ${sight.reason}`] : []));
  return stopFailure({
    code: 'state-no-quorum',
    message: `only ${got} of the ${members.length} workers that hold the state can be locked (${silent.join('; ')})`,
    hint: 'bring the others back, or go on without them with: maand state recover',
  });
}
