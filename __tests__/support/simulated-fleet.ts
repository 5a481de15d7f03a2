/**
 * Runs complete deploys in this process: the real command, the real store on workers, and real shells and rsync in folders
 * that stand for workers. The cache follows the rules of its service. Runs can overlap, and can be cancelled or killed at any
 * step.
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../src/base/failure.ts';
import { addressOf } from '../../src/catalog/address.ts';
import { readArgs } from '../../src/cli/args.ts';
import { deploy } from '../../src/commands/deploy/deploy.ts';
import { state } from '../../src/commands/state/state.ts';
import type { Request } from '../../src/request/request.ts';
import type { CommandResult, Face } from '../../src/session/face.ts';
import type { StoreRequest, Tools } from '../../src/session/tools.ts';
import type { RunHandover } from '../../src/state/handover.ts';
import type { HeldState, StateStore } from '../../src/state/port.ts';
import { openFleetInspector } from '../../src/state-fleet/fleet-inspection.ts';
import { openFleetStore } from '../../src/state-fleet/fleet-store.ts';
import type { FleetStoreOptions } from '../../src/state-fleet/held-fleet.ts';
import { HolderCopies } from '../../src/state-fleet/holders/holder-copies.ts';
import { markOf } from '../../src/state-fleet/worker-script.ts';
import type { Transport } from '../../src/transport/port.ts';
import { CacheEntries } from './cache-entries.ts';
import { copyOn } from './fleet-copies.ts';
import { HookEar, type HookWord } from './hook-ear.ts';
import { actionFace, doorFace } from './local-face.ts';
import { openLocalTransport } from './local-transport.ts';
import { type MemoryCacheOptions, openMemoryCache } from './memory-cache.ts';
import { type Fate, LIVES, RunFate } from './run-fate.ts';
import { type Copies, type SavedState, SecretWitness } from './secret-witness.ts';
import { SimulatedBucket } from './simulated-bucket.ts';

export interface SimulatedRun {
  readonly runId: string;
  readonly command: 'deploy' | 'rotate-key';
  readonly ref: string;
  /** The keys of the input `state-key`. The first key seals. */
  readonly stateKeys: readonly string[];
  readonly fate: Fate;
  readonly down: ReadonlySet<string>;
  readonly mood: MemoryCacheOptions['mood'];
  /** When the `post` step runs. It finishes the work of a run that could not finish it. */
  readonly post: 'at once' | 'later' | 'never';
  /** The run that takes place while this run is paused or overtaken. */
  readonly other?: SimulatedRun;
}

/** How a run ended. */
export interface SimulatedEnd {
  readonly run: SimulatedRun;
  readonly end:
    | { readonly kind: 'ended'; readonly result: CommandResult }
    | { readonly kind: 'refused'; readonly reason: string }
    | { readonly kind: 'died' };
}

export const FLEET_STATE_NAME = 'simulated/default';
const LOCK_IS_OLD_SECONDS = 121;

export class SimulatedFleet implements AsyncDisposable {
  readonly folder: string;
  readonly bucket: SimulatedBucket;
  readonly witness: SecretWitness;
  /** Runs that had the lock when another run took it over. */
  readonly replaced = new Set<string>();
  /** The history of all runs, line by line. */
  readonly story: string[] = [];
  readonly cache = new CacheEntries(Number.POSITIVE_INFINITY);
  readonly #saved: SavedState[] = [];
  readonly #hosts: readonly string[];
  readonly #fates = new Map<string, RunFate>();
  readonly #stateKeys = new Set<string>();
  /** Runs that had the lock. */
  readonly #locked = new Set<string>();
  #late: (() => Promise<void>)[] = [];
  #ear: HookEar | undefined;

  private constructor(folder: string, hosts: readonly string[]) {
    this.folder = folder;
    this.#hosts = hosts;
    this.bucket = new SimulatedBucket(folder, (host) => this.rootOf(host));
    this.witness = new SecretWitness({ copies: () => this.#copies(), stateKeys: () => this.stateKeys });
  }

  /** Creates the fleet. `hosts` are all hosts that can become workers. */
  static async create(folder: string, hosts: readonly string[]): Promise<SimulatedFleet> {
    const fleet = new SimulatedFleet(folder, hosts);
    await fleet.bucket.begin();
    fleet.#ear = await HookEar.open(join(folder, 'ear'), (word) => fleet.#hear(word));
    return fleet;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ear?.[Symbol.asyncDispose]();
  }

  /** The saved states, in the order in which runs learned that they are durable. */
  get heard(): readonly SavedState[] {
    return this.#saved;
  }

  /**
   * The saved states, in the order in which they became durable. A run that was paused may learn this late, when other runs
   * have already saved later states.
   */
  get saved(): readonly SavedState[] {
    return this.#saved.toSorted((a, b) => a.document.serial - b.document.serial);
  }

  /** Every state key that a run ever had. */
  get stateKeys(): readonly string[] {
    return [...this.#stateKeys];
  }

  rootOf(host: string): string {
    return join(this.folder, 'workers', host);
  }

  /** Carries out the run, and the run that takes place during its pause. Returns them in the order of their ends. */
  async go(run: SimulatedRun): Promise<SimulatedEnd[]> {
    const ends: SimulatedEnd[] = [];
    const fate = new RunFate(run.fate, async () => {
      if (run.fate.kind === 'is overtaken') await this.#loseLock(run);
      if (run.other) ends.push(...(await this.go(run.other)));
    });
    this.#fates.set(run.runId, fate);
    for (const key of run.stateKeys) this.#stateKeys.add(key);
    this.story.push(beginLine(run));
    const end = await this.#carryOut(run, fate);
    this.story.push(endLine(run, end));
    ends.push({ run, end });
    return ends;
  }

  async #loseLock({ runId }: SimulatedRun): Promise<void> {
    if (this.#locked.has(runId)) this.replaced.add(runId);
    await this.ageLocks();
  }

  async #carryOut(run: SimulatedRun, fate: RunFate): Promise<SimulatedEnd['end']> {
    const handovers: RunHandover[] = [];
    const face = this.#face(run, fate, handovers);
    const command = run.command === 'deploy' ? deploy : state;
    const working = command({ request: requestOf(run), face, tools: this.#tools(run, fate, face) }).then(
      (result) => ({ kind: 'ended', result }) as const,
      (thrown: unknown) => ({ kind: 'refused', reason: messageOf(thrown) }) as const,
    );
    const ending = await fate.of(working);
    const handover = handovers.at(-1);
    if (handover && !handover.done) await this.#leaveToPost(run, handover);
    return ending === 'died' ? { kind: 'died' } : ending;
  }

  async #leaveToPost(run: SimulatedRun, handover: RunHandover): Promise<void> {
    const post = () => this.#post(run, handover);
    if (run.post === 'at once') await post();
    if (run.post === 'later') this.#late.push(post);
  }

  /** Runs the `post` steps that were postponed. */
  async finishLate(): Promise<void> {
    const late = this.#late;
    this.#late = [];
    for (const post of late) await post();
  }

  /**
   * Handles a message of a script. Each message is a step of its run. When the run was cancelled or killed, the script does
   * not continue; it is ended from outside.
   */
  async #hear(word: HookWord): Promise<'go on' | 'wait'> {
    const fate = this.#fates.get(word.run);
    if (!fate || fate.signal.aborted) return 'wait';
    this.story.push(`${word.run} ${word.word} ${word.name} ${word.secret}`);
    await this.witness.hear(word, fate.wasOvertaken);
    await fate.step(async () => {}, word.word);
    return fate.signal.aborted ? 'wait' : 'go on';
  }

  async #copies(): Promise<Copies> {
    const { stateKeys } = this;
    const read = this.#hosts.map(async (host) => {
      const copy = await copyOn({ root: this.rootOf(host), name: FLEET_STATE_NAME, stateKeys });
      return copy ? [[host, copy] as const] : [];
    });
    return new Map((await Promise.all(read)).flat());
  }

  /** Makes every lock expire. */
  async ageLocks(): Promise<void> {
    for (const host of this.#hosts) {
      const folder = join(this.rootOf(host), '.maand');
      for (const name of await readdir(folder).catch(() => [])) {
        if (!name.endsWith('.lock')) continue;
        const [first = '', ...rest] = (await readFile(join(folder, name), 'utf8')).split('\n');
        const [token, at, ttl] = first.split(' ');
        await writeFile(
          join(folder, name),
          [`${token} ${Number(at) - LOCK_IS_OLD_SECONDS} ${ttl}`, ...rest].join('\n'),
        );
      }
    }
  }

  /**
   * Does the work of the `post` step after a run that could not finish: releases the lock and saves the copy in the cache.
   */
  async #post(run: SimulatedRun, { token, mark, workers, sealed }: RunHandover): Promise<void> {
    const fate = new RunFate(LIVES);
    const transport = openLocalTransport({ fate, down: run.down, env: {} });
    const copies = new HolderCopies({ transport, mark, parallelWorkers: 8 });
    await copies.release(workers, token, fate.signal);
    if (sealed) await openMemoryCache(this.#cacheOf(run, fate)).save(sealed, fate.signal);
  }

  #cacheOf({ ref, runId, mood, stateKeys }: SimulatedRun, fate: RunFate): MemoryCacheOptions {
    const keys = stateKeys.map((key) => Buffer.from(key, 'hex'));
    return { entries: this.cache, fate, name: FLEET_STATE_NAME, keys, ref, runId, mood };
  }

  #face({ runId, ref }: SimulatedRun, fate: RunFate, handovers: RunHandover[]): Face {
    const github = { GITHUB_RUN_ID: runId, GITHUB_REF: ref, GITHUB_ACTOR: 'octocat' };
    return {
      ...actionFace(github),
      env: { ...github, PATH: process.env.PATH, RUN: runId, HOOK_EAR: this.#ear?.path },
      workingDirectory: this.bucket.dir,
      temporaryFolder: this.folder,
      ...doorFace(),
      signal: fate.signal,
      warn: () => {},
      onHandover: (next) =>
        fate.step(async () => {
          this.#locked.add(runId);
          handovers.push(next);
        }),
      onStaging: () => {},
    };
  }

  #tools(run: SimulatedRun, fate: RunFate, face: Face): Tools {
    const transport = openLocalTransport({ fate, down: run.down, env: { RUN: run.runId } });
    const optionsFor = (place: StoreRequest) => this.#storeOptions({ run, fate, face, transport }, place);
    return {
      openStateReader: (place) => openFleetStore(optionsFor(place)),
      openStateStore: (place) => {
        const store = openFleetStore(optionsFor(place));
        const lock: StateStore['lock'] = async (...asked) => this.#witnessed(run, fate, await store.lock(...asked));
        return { ...store, lock };
      },
      openStateInspector: (place) => openFleetInspector(optionsFor(place).search),
      openTransport: async () => transport,
      describeSshKey: async () => 'none',
      pinHostKeys: () => {},
    };
  }

  #storeOptions(
    { run, fate, face, transport }: Opened,
    { name, keys, workspace, bucketDir, overrides }: StoreRequest,
  ): FleetStoreOptions {
    if (!workspace) throw new Error('a store without a workspace');
    const { workers, settings } = workspace;
    const { sshKey, sshProxyJump, parallelWorkers } = settings;
    return {
      search: {
        name,
        keys,
        workers: workers.map((worker) => addressOf(worker, settings)),
        initialize: 'auto',
        cache: openMemoryCache({ ...this.#cacheOf(run, fate), keys }),
        copies: new HolderCopies({ transport, mark: markOf(name), parallelWorkers: 8 }),
        onCached: () => {},
        order: 'side by side',
        ...(overrides ? { overrides } : {}),
      },
      writer: { runId: run.runId, attempt: 1, sha: '', ref: run.ref, actor: 'octocat' },
      parallelWorkers: 8,
      isGone: async () => false,
      notice: () => {},
      warn: () => {},
      onHandover: (handover) =>
        face.onHandover({ ...handover, bucketDir, settings: { sshKey, sshProxyJump, parallelWorkers }, hostKeys: [] }),
    };
  }

  /** Returns a `held` that records every state that the run learned to be durable. */
  #witnessed({ runId }: SimulatedRun, fate: RunFate, held: HeldState): HeldState {
    return {
      load: () => held.load(),
      save: async (document) => {
        await held.save(document);
        this.story.push(`${runId} saved serial ${document.serial}`);
        this.#saved.push({ runId, document, isOld: fate.wasOvertaken });
      },
      fence: held.fence,
      [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
    };
  }
}

interface Opened {
  readonly run: SimulatedRun;
  readonly fate: RunFate;
  readonly face: Face;
  readonly transport: Transport;
}

function beginLine({ runId, command, ref, fate, down, mood, post, other }: SimulatedRun): string {
  const meets = fate.kind === 'lives' ? 'lives' : `${fate.kind} at ${fate.at}`;
  const world = [`down: ${[...down].join(' ') || 'nobody'}`, `cache: ${mood}`, `post: ${post}`].join(', ');
  return `${runId} begins ${command} on ${ref}: ${meets}${other ? ` for ${other.runId}` : ''}; ${world}`;
}

function endLine({ runId }: SimulatedRun, end: SimulatedEnd['end']): string {
  switch (end.kind) {
    case 'ended':
      return `${runId} ended with ${end.result.exitCode}`;
    case 'refused':
      return `${runId} was refused: ${end.reason}`;
    case 'died':
      return `${runId} died`;
  }
}

/** Returns the request for the words that a user would type. */
function requestOf({ command, stateKeys }: SimulatedRun): Request {
  const words = command === 'deploy' ? ['deploy', '--build'] : ['state', 'rotate-key'];
  const invocation = readArgs({
    argv: [...words, '--state', 'cache'],
    env: { MAAND_STATE_KEY: stateKeys.join('\n') },
    workingDirectory: '/',
  });
  if (invocation.kind !== 'run') throw new Error('this is a run');
  return invocation.request;
}
