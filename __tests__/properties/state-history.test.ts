/**
 * Runs a long random history of deploys: two runners, three refs, evictions, outages, kills, cancels, and runs that are
 * paused and overtaken. State keys rotate, workers and jobs are added and removed, and hooks make secrets. The same seed
 * gives the same history; `HISTORY_SEED` and `HISTORY_RUNS` select another one.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFailed } from 'vitest';
import { boxOf } from '../../src/state/keys.ts';
import { copyOn } from '../support/fleet-copies.ts';
import { type Fate, LIVES } from '../support/run-fate.ts';
import { KEEPER, KEEPER_HOSTS } from '../support/simulated-bucket.ts';
import { FLEET_STATE_NAME, type SimulatedEnd, SimulatedFleet, type SimulatedRun } from '../support/simulated-fleet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SEED = Number(process.env.HISTORY_SEED ?? 20_260_101);
const RUNS = Number(process.env.HISTORY_RUNS ?? 200);
const HOSTS = ['w1', 'w2', 'w3', 'w4', 'w5'];
const JOBS = ['ant', 'bee'];
const REFS = ['refs/heads/main', 'refs/heads/feature', 'refs/tags/v1'];
const ILL_FATES: readonly Fate['kind'][] = [
  'is cancelled',
  'is killed before a step',
  'is killed after a step',
  'is cut off',
  'is overtaken',
];

/** Returns a generator of numbers from 0 to 1. The same seed gives the same numbers. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class History {
  readonly fleet: SimulatedFleet;
  readonly #random: () => number;
  readonly #jobs = new Map<string, number>();
  readonly ends: SimulatedEnd[] = [];
  hosts = ['w1', 'w2', 'w3'];
  stateKeys = [keyOf(0)];
  #keys = 1;
  /** Whether the next runs must generate a secret that no earlier run has made. */
  #isFresh = false;
  runs = 0;

  constructor(fleet: SimulatedFleet, seed: number) {
    this.fleet = fleet;
    this.#random = randomOf(seed);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  get jobs(): readonly string[] {
    return [...this.#jobs.keys()].sort();
  }

  releaseOf(job: string): number {
    return this.#jobs.get(job) ?? 0;
  }

  async begin(): Promise<void> {
    await this.fleet.bucket.useWorkers(this.hosts);
    await this.putJob('ant');
    await this.putJob(KEEPER);
  }

  async putJob(job: string): Promise<void> {
    const release = this.releaseOf(job) + this.runs + 1;
    this.#jobs.set(job, release);
    if (job !== KEEPER) return this.fleet.bucket.putJob(job, release);
    this.#isFresh = true;
    return this.fleet.bucket.putKeeper({ release, event: this.pick(['pre_deploy', 'post_build']) });
  }

  /** Changes the bucket as its users do, and changes the surroundings, before the next runs. */
  async live(): Promise<void> {
    if (this.chance(0.1)) await this.putJob(this.pick(JOBS));
    if (this.chance(0.25)) await this.putJob(KEEPER);
    if (this.chance(0.05)) await this.removeJob(this.pick(JOBS));
    if (this.chance(0.06)) await this.changeWorkers();
    if (this.chance(0.1)) this.fleet.cache.evict(() => this.chance(0.7));
    if (this.chance(0.5)) await this.fleet.ageLocks();
  }

  /** Removes a job. The keeper is never removed, because its secrets would be removed with it. */
  async removeJob(job: string): Promise<void> {
    if (this.#jobs.delete(job)) await this.fleet.bucket.removeJob(job);
  }

  /**
   * Adds or removes workers. At least two workers stay, and one of them has the keeper, because the secrets of a job are
   * removed with its last allocation.
   */
  async changeWorkers(): Promise<void> {
    const away = HOSTS.filter((host) => !this.hosts.includes(host));
    const without = this.pick(this.hosts);
    const left = this.hosts.filter((host) => host !== without);
    const canGo = left.length > 1 && left.some((host) => KEEPER_HOSTS.includes(host));
    if (canGo && (away.length === 0 || this.chance(0.5))) this.hosts = left;
    else if (away.length > 0) this.hosts = [...this.hosts, this.pick(away)];
    await this.fleet.bucket.useWorkers(this.hosts);
  }

  /**
   * Rotates the key as an operator does. The new key comes before the others. The old keys are removed only when the program
   * reports that they may be removed.
   */
  async rotateKey(): Promise<void> {
    this.stateKeys = [keyOf(this.#keys++), ...this.stateKeys];
    if (this.chance(0.4)) return; // the next deploys seal with the new key
    const { run, end } = await this.carryOut({ ...this.nextRun(), command: 'rotate-key' });
    if (end.kind === 'ended' && end.result.exitCode === 0) this.stateKeys = run.stateKeys.slice(0, 1);
  }

  nextRun(): SimulatedRun {
    this.runs++;
    const fate = this.#nextFate();
    const down = this.chance(0.15) ? [this.pick(this.hosts)] : [];
    return {
      runId: String(1000 + this.runs),
      command: 'deploy',
      ref: this.pick(REFS),
      stateKeys: this.stateKeys,
      fate,
      down: new Set(down),
      mood: this.pick(['well', 'well', 'well', 'well', 'lags', 'out of order'] as const),
      post: this.pick(['at once', 'later', 'never'] as const),
      ...(fate.kind === 'is overtaken' ? { other: this.quietRun() } : {}),
    };
  }

  #nextFate(): Fate {
    if (!this.chance(this.#isFresh ? 0.7 : 0.35)) return LIVES;
    const isAtHook = this.chance(0.5);
    const at = isAtHook ? this.pick(['saw', 'made', 'kept']) : 1 + Math.floor(this.#random() * 60);
    return { kind: this.pick(ILL_FATES), at };
  }

  /**
   * Usually carries out one run. Sometimes carries out two runs on two runners: the second one takes place between two steps
   * of the first.
   */
  async go(): Promise<void> {
    if (this.chance(0.04)) await this.rotateKey();
    const run = this.nextRun();
    const pause: Fate = { kind: 'is paused', at: 1 + Math.floor(this.#random() * 30) };
    await this.carryOut(this.chance(0.2) ? { ...run, fate: pause, other: this.nextRun() } : run);
    this.#isFresh = false;
    await this.fleet.finishLate();
  }

  /** Carries out a run. Returns its end. */
  async carryOut(run: SimulatedRun): Promise<SimulatedEnd> {
    const ends = await this.fleet.go(run);
    this.ends.push(...ends);
    return ends.at(-1) as SimulatedEnd;
  }

  /** Returns a run with all workers up and without faults. */
  quietRun(): SimulatedRun {
    this.runs++;
    const run = { runId: String(1000 + this.runs), command: 'deploy', ref: 'refs/heads/main' } as const;
    return { ...run, stateKeys: this.stateKeys, fate: LIVES, down: new Set(), mood: 'well', post: 'at once' };
  }
}

const keyOf = (at: number) => createHash('sha256').update(`state key ${at}`).digest('hex');

const linesOf = async (file: string) => (await readFile(file, 'utf8')).trim().split('\n');

const stateOn = ({ fleet, stateKeys }: History, host: string) =>
  copyOn({ root: fleet.rootOf(host), name: FLEET_STATE_NAME, stateKeys });

/**
 * Checks that the files and the identity of every allocation on its worker match the state, and that no worker has seen a
 * later update.
 */
async function expectStateIsTrue(history: History): Promise<void> {
  const document = await stateOn(history, history.hosts[0] as string);
  if (!document) throw new Error('there is no state');
  const { bucketId, allocations, holders, updateSeq } = document;
  expect(holders).toEqual([...history.hosts].sort());
  for (const host of history.hosts) expect(await stateOn(history, host)).toEqual(document);
  const active = allocations.filter(({ removed }) => !removed);
  const hostsOf = (job: string) => history.hosts.filter((host) => job !== KEEPER || KEEPER_HOSTS.includes(host));
  const wanted = history.jobs.flatMap((job) => hostsOf(job).map((host) => `${job} on ${host}`));
  expect(active.map(({ job, host }) => `${job} on ${host}`).sort()).toEqual(wanted.sort());
  for (const { id, job, host, promoted, delivered, applied } of active) {
    const folder = join(history.fleet.rootOf(host), bucketId);
    expect(promoted?.hash).toBe(delivered);
    expect(applied).toBeUndefined();
    expect(await readFile(join(folder, 'state/applied', id), 'utf8')).toBe(`${promoted?.hash} ${promoted?.version}\n`);
    expect(await readFile(join(folder, 'jobs', job, 'release.txt'), 'utf8')).toBe(`${history.releaseOf(job)}\n`);
    const { update_seq: seen } = JSON.parse(await readFile(join(folder, 'worker.json'), 'utf8'));
    expect(seen).toBeLessThanOrEqual(updateSeq);
  }
}

/**
 * Checks that no serial is used twice, and that serials grow. Only runs that learn late of their own earlier save are exempt.
 */
function expectSerialsGrow({ fleet }: History): void {
  const serials = fleet.saved.map(({ document }) => document.serial);
  expect(serials).toEqual([...new Set(serials)]);
  const inTime = fleet.heard.filter(({ isOld }) => !isOld).map(({ document }) => document.serial);
  expect(inTime).toEqual(inTime.toSorted((a, b) => a - b));
}

function expectOneLineage({ fleet }: History): void {
  const box = boxOf(fleet.stateKeys.map((key) => Buffer.from(key, 'hex')));
  expect(new Set(fleet.saved.map(({ document }) => document.bucketId)).size).toBe(1);
  expect(new Set(fleet.saved.map(({ document }) => box.open(document.hashKey))).size).toBe(1);
}

/** Checks that a port belongs to one job at a time, and that a job keeps its port as long as it exists. */
function expectPortsAreKept({ fleet }: History): void {
  let before = new Map<string, number>();
  for (const { document } of fleet.saved) {
    const ports = Object.values(document.ports).flatMap((ofJob) => Object.entries(ofJob));
    expect(new Set(ports.map(([, port]) => port)).size).toBe(ports.length);
    for (const [name, port] of ports) expect(before.get(name) ?? port).toBe(port);
    before = new Map(ports);
  }
}

/** Checks that a host keeps its worker id as long as the worker exists. A worker that leaves and returns has a new id. */
function expectIdsAreKept({ fleet }: History): void {
  let before = new Map<string, string>();
  for (const { document } of fleet.saved) {
    const workers = Object.entries(document.workers);
    for (const [host, { id }] of workers) expect(before.get(host) ?? id).toBe(id);
    before = new Map(workers.flatMap(([host, { id, left }]) => (left ? [] : [[host, id] as const])));
  }
}

/** Checks that the CA and its key are made only once. */
function expectAuthorityIsKept({ fleet }: History): void {
  const authorities = fleet.saved.flatMap(({ document }) => document.certificates?.authority.certificate ?? []);
  expect(authorities.length).toBeGreaterThan(0);
  expect(new Set(authorities).size).toBe(1);
}

/**
 * Checks that a secret is never made again after a run learned that it is durable. Also checks that the history contained
 * enough secrets.
 */
async function expectSecretsAreKept(history: History): Promise<void> {
  const { witness, saved, bucket } = history.fleet;
  const uses = await linesOf(bucket.usesFile);
  witness.judgeSaved(saved);
  witness.judgeUses(uses);
  expectNoTurns(
    history,
    uses.map((use) => use.split(' ')[0] as string),
  );
  expect(witness.faults.slice(0, 12)).toEqual([]);
  // some secrets were lost before they were durable, and were made again
  expect(witness.heard.made).toBeGreaterThan(witness.heard.kept);
  expect(witness.heard.kept).toBeGreaterThan(RUNS / 10);
  expect(uses.length).toBeGreaterThan(RUNS);
}

/**
 * Checks that no other run has an effect between the first and the last effect of a run. Also checks that a run has no effect
 * after another run took over from it.
 */
function expectNoTurns({ ends, fleet }: History, runs: readonly string[]): void {
  const order = runs.filter((run, at, all) => run !== all[at - 1]);
  expect(new Set(order).size, `runs took turns: ${order.join(' ')}`).toBe(order.length);
  for (const { run } of ends) {
    if (!fleet.replaced.has(run.runId)) continue; // a run that only waited for the lock may continue afterwards
    const [late, next] = [order.indexOf(run.runId), order.indexOf(run.other?.runId ?? '')];
    expect(late < next || next === -1, `run ${run.runId} went on after ${run.other?.runId}`).toBe(true);
  }
}

async function expectNoOverlap(history: History): Promise<void> {
  const lines = await linesOf(history.fleet.bucket.journalFile);
  expectNoTurns(
    history,
    lines.map((line) => line.split(' ')[1] as string),
  );
  const open = new Map<string, number>();
  for (const line of lines) {
    const [word, run = '', job, host] = line.split(' ');
    const key = `${run} ${job} ${host}`;
    open.set(key, (open.get(key) ?? 0) + (word === 'begin' ? 1 : -1));
  }
  expect([...open.values()].every((count) => count === 0)).toBe(true);
}

/** Checks that every run ended in one of the documented ways. */
function expectKnownEnds({ ends }: History): void {
  for (const { run, end } of ends) {
    if (end.kind !== 'refused') continue;
    // a run without a network can only read an old entry of the cache
    const known = run.fate.kind === 'is cut off' ? [...KNOWN, /\[state-other-key\]/] : KNOWN;
    expect(
      known.some((pattern) => pattern.test(end.reason)),
      `${run.runId}: ${end.reason}`,
    ).toBe(true);
  }
}

const KNOWN: readonly RegExp[] = [
  /\[state-(locked|no-quorum|not-proven|unknown|taken-over)\]/,
  /cancelled/,
  /^post_build: job keeper hook hook_keep failed/,
  /^there is no state to seal again/,
];

/** Writes the history to a file for the person who investigates a failure. The file is not removed. */
async function tellStory({ story }: SimulatedFleet): Promise<void> {
  const file = join(tmpdir(), `maand-history-${SEED}-${process.pid}.txt`);
  await writeFile(file, `${story.join('\n')}\n`);
  console.error(`HISTORY_SEED=${SEED} HISTORY_RUNS=${RUNS}: what happened to whom is in ${file}`);
}

describe(`a history of ${RUNS} runs (HISTORY_SEED=${SEED})`, () => {
  it('ends with a state that matches the workers', async () => {
    await using fleet = await SimulatedFleet.create(await temporaryFolder(), HOSTS);
    const history = new History(fleet, SEED);
    onTestFailed(() => tellStory(fleet));
    await history.begin();
    while (history.runs < RUNS) {
      await history.live();
      await history.go();
    }
    expectKnownEnds(history);
    const wellEnded = { end: { kind: 'ended', result: { exitCode: 0 } } };
    await fleet.ageLocks();
    expect(await history.carryOut(history.quietRun())).toMatchObject(wellEnded);
    const count = fleet.saved.length;
    expect(await history.carryOut(history.quietRun())).toMatchObject(wellEnded);
    expect(fleet.saved.length).toBe(count);
    await expectStateIsTrue(history);
    expectSerialsGrow(history);
    expectOneLineage(history);
    expectPortsAreKept(history);
    expectIdsAreKept(history);
    expectAuthorityIsKept(history);
    await expectSecretsAreKept(history);
    await expectNoOverlap(history);
    // the history was varied: runs ended in every way, and many runs had effects
    expect(new Set(history.ends.map(({ end }) => end.kind))).toEqual(new Set(['ended', 'refused', 'died']));
    expect(count).toBeGreaterThan(RUNS);
  }, 600_000);
});
