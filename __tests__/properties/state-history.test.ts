/**
 * A long random history of runs: two runners, three refs, evictions, outages, kills, cancels, key rotation, workers and jobs
 * coming and going. It is the same for the same seed; `HISTORY_SEED` and `HISTORY_RUNS` choose another.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { boxOf } from '../../src/commands/open-state.ts';
import type { StateDocument } from '../../src/state/document.ts';
import { openSnapshot } from '../../src/state/snapshot.ts';
import type { Fate } from '../support/run-fate.ts';
import { FLEET_STATE_NAME, type SimulatedEnd, SimulatedFleet, type SimulatedRun } from '../support/simulated-fleet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SEED = Number(process.env.HISTORY_SEED ?? 20_260_101);
const RUNS = Number(process.env.HISTORY_RUNS ?? 200);
const HOSTS = ['w1', 'w2', 'w3', 'w4', 'w5'];
const JOBS = ['ant', 'bee', 'cat'];
const REFS = ['refs/heads/main', 'refs/heads/feature', 'refs/tags/v1'];

/** Numbers from 0 to 1, the same for the same seed. */
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
  #savedAtRotation = -1;
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
    await this.fleet.useWorkers(this.hosts);
    await this.putJob('ant');
  }

  async putJob(job: string): Promise<void> {
    this.#jobs.set(job, this.releaseOf(job) + this.runs + 1);
    await this.fleet.putJob(job, this.releaseOf(job));
  }

  /** What people do to the bucket and the world to its surroundings, before the next runs. */
  async live(): Promise<void> {
    if (this.chance(0.2)) await this.putJob(this.pick(JOBS));
    if (this.chance(0.05) && this.#jobs.size > 1) await this.removeJob(this.pick(this.jobs));
    if (this.chance(0.06)) await this.changeWorkers();
    if (this.chance(0.1)) this.fleet.cache.evict(() => this.chance(0.7));
    if (this.chance(0.04)) this.rotateKey();
    if (this.chance(0.5)) await this.fleet.ageLocks(HOSTS, 121);
  }

  async removeJob(job: string): Promise<void> {
    this.#jobs.delete(job);
    await this.fleet.removeJob(job);
  }

  async changeWorkers(): Promise<void> {
    const away = HOSTS.filter((host) => !this.hosts.includes(host));
    if (away.length > 0 && (this.hosts.length < 3 || this.chance(0.5))) this.hosts = [...this.hosts, this.pick(away)];
    else this.hosts = this.hosts.filter((host) => host !== this.pick(this.hosts) || this.hosts.length < 3);
    await this.fleet.useWorkers(this.hosts);
  }

  /** Older keys stay in the list: what was sealed with them is still there. */
  rotateKey(): void {
    if (this.fleet.saved.length === this.#savedAtRotation) return;
    this.#savedAtRotation = this.fleet.saved.length;
    this.stateKeys = [keyOf(this.stateKeys.length), ...this.stateKeys];
  }

  nextRun(): SimulatedRun {
    this.runs++;
    const kinds: readonly Fate['kind'][] = ['is cancelled', 'is killed before a step', 'is killed after a step'];
    const lives = this.chance(0.65);
    const down = this.chance(0.15) ? [this.pick(this.hosts)] : [];
    return {
      runId: String(1000 + this.runs),
      ref: this.pick(REFS),
      stateKeys: this.stateKeys,
      fate: lives ? LIVES : { kind: this.pick(kinds), atStep: 1 + Math.floor(this.#random() * 45) },
      down: new Set(down),
      mood: this.pick(['well', 'well', 'well', 'well', 'lags', 'out of order'] as const),
      post: this.chance(0.5) ? 'runs' : 'never',
    };
  }

  /** Mostly one run, sometimes one on each runner at the same time. */
  async go(): Promise<void> {
    const runs = this.chance(0.2) ? [this.nextRun(), this.nextRun()] : [this.nextRun()];
    this.ends.push(...(await Promise.all(runs.map((run) => this.fleet.deploy(run)))));
  }

  /** Everybody is there, nothing is in the way. */
  async quietRun(): Promise<SimulatedEnd> {
    await this.fleet.ageLocks(HOSTS, 121);
    this.runs++;
    const run = { runId: String(1000 + this.runs), ref: 'refs/heads/main', stateKeys: this.stateKeys };
    return this.fleet.deploy({ ...run, fate: LIVES, down: new Set(), mood: 'well', post: 'runs' });
  }
}

const LIVES: Fate = { kind: 'lives', atStep: 0 };
const keyOf = (at: number) => createHash('sha256').update(`state key ${at}`).digest('hex');

/** What a worker holds of the state, opened. */
async function stateOn(history: History, host: string): Promise<StateDocument> {
  const root = history.fleet.rootOf(host);
  const [bucketId = ''] = (await readdir(root)).filter((name) => !name.startsWith('.'));
  const folder = join(root, bucketId, 'state');
  const digest = /^digest (.*)$/m.exec(await readFile(join(folder, 'HEAD'), 'utf8'))?.[1] ?? '';
  const file = (await readdir(folder)).find((name) => name.endsWith(digest.slice(0, 16))) ?? '';
  const keys = history.stateKeys.map((key) => Buffer.from(key, 'hex'));
  const bytes = await readFile(join(folder, file));
  const opened = await openSnapshot({ bytes, keys, expect: { name: FLEET_STATE_NAME } });
  if (opened.kind !== 'opened') throw new Error(`${host}: ${opened.message}`);
  return opened.document;
}

/** Every allocation's files and note are on its worker as the state says, and no worker has seen a later update. */
async function expectStateIsTrue(history: History): Promise<void> {
  const document = await stateOn(history, history.hosts[0] as string);
  const { bucketId, allocations, members, updateSeq } = document;
  expect(members).toEqual([...history.hosts].sort());
  for (const host of history.hosts) expect(await stateOn(history, host)).toEqual(document);
  const active = allocations.filter(({ removed }) => !removed);
  const wanted = history.jobs.flatMap((job) => history.hosts.map((host) => `${job} on ${host}`));
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

function expectSerialsGrow({ fleet }: History): void {
  const serials = fleet.saved.map(({ document }) => document.serial);
  expect(serials).toEqual([...new Set(serials)].sort((a, b) => a - b));
}

function expectOneLineage({ fleet, stateKeys }: History): void {
  const box = boxOf(stateKeys.map((key) => Buffer.from(key, 'hex')));
  expect(new Set(fleet.saved.map(({ document }) => document.bucketId)).size).toBe(1);
  expect(new Set(fleet.saved.map(({ document }) => box.open(document.hashKey))).size).toBe(1);
}

/** A port belongs to one job at a time, and to the same as long as that job is there. */
function expectPortsAreKept({ fleet }: History): void {
  let before = new Map<string, number>();
  for (const { document } of fleet.saved) {
    const ports = Object.values(document.ports).flatMap((ofJob) => Object.entries(ofJob));
    expect(new Set(ports.map(([, port]) => port)).size).toBe(ports.length);
    for (const [name, port] of ports) expect(before.get(name) ?? port).toBe(port);
    before = new Map(ports);
  }
}

/** Host → worker id: made once, as long as the worker is there; one that comes back after it had left is a new one. */
function expectIdsAreKept({ fleet }: History): void {
  let before = new Map<string, string>();
  for (const { document } of fleet.saved) {
    const workers = Object.entries(document.workers);
    for (const [host, { id }] of workers) expect(before.get(host) ?? id).toBe(id);
    before = new Map(workers.flatMap(([host, { id, left }]) => (left ? [] : [[host, id] as const])));
  }
}

/** What a build makes once and for all is never made again: the CA with its key. */
function expectSecretsAreKept({ fleet }: History): void {
  const authorities = fleet.saved.flatMap(({ document }) => document.certificates?.authority.certificate ?? []);
  expect(authorities.length).toBeGreaterThan(0);
  expect(new Set(authorities).size).toBe(1);
}

/** Between a run's first begin and its last end, no other run does anything to a worker. */
async function expectNoOverlap({ fleet }: History): Promise<void> {
  const lines = (await readFile(fleet.journalFile, 'utf8')).trim().split('\n');
  const order = lines.map((line) => line.split(' ')[1] as string).filter((run, at, all) => run !== all[at - 1]);
  expect(new Set(order).size, `runs took turns: ${order.join(' ')}`).toBe(order.length);
  const open = new Map<string, number>();
  for (const line of lines) {
    const [word, run = '', job, host] = line.split(' ');
    const key = `${run} ${job} ${host}`;
    open.set(key, (open.get(key) ?? 0) + (word === 'begin' ? 1 : -1));
  }
  expect([...open.values()].every((count) => count === 0)).toBe(true);
}

/** No end of a run that is not one of those that people are promised. */
function expectKnownEnds({ ends }: History): void {
  const KNOWN = /\[state-(locked|no-quorum|not-proven|unknown|taken-over)\]|cancelled/;
  for (const end of ends) if (end.kind === 'refused') expect(end.reason).toMatch(KNOWN);
}

describe(`a history of ${RUNS} runs (seed ${SEED})`, () => {
  it('ends with a state that is what the workers are', async () => {
    const history = new History(await SimulatedFleet.create(await temporaryFolder()), SEED);
    await history.begin();
    while (history.runs < RUNS) {
      await history.live();
      await history.go();
    }
    expectKnownEnds(history);
    const last = await history.quietRun();
    expect(last).toMatchObject({ kind: 'ended', result: { exitCode: 0 } });
    const count = history.fleet.saved.length;
    expect(await history.quietRun()).toMatchObject({ kind: 'ended', result: { exitCode: 0 } });
    expect(history.fleet.saved.length).toBe(count);
    await expectStateIsTrue(history);
    expectSerialsGrow(history);
    expectOneLineage(history);
    expectPortsAreKept(history);
    expectIdsAreKept(history);
    expectSecretsAreKept(history);
    await expectNoOverlap(history);
    // the history was one: runs of every end, and more than a few that did something
    expect(new Set(history.ends.map(({ kind }) => kind))).toEqual(new Set(['ended', 'refused', 'died']));
    expect(count).toBeGreaterThan(RUNS);
  }, 600_000);
});
