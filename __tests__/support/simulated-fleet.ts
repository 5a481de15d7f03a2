/**
 * Whole deploys in this process: the real command, the real store on workers, real shells and rsync in folders that stand for
 * workers, and a cache by the rules of its service. Runs can overlap, be cancelled and be killed at any step.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../src/base/failure.ts';
import { Masker } from '../../src/base/masker.ts';
import { addressOf } from '../../src/catalog/address.ts';
import { readArgs } from '../../src/cli/args.ts';
import { deploy } from '../../src/commands/deploy.ts';
import type { CommandResult, Face } from '../../src/commands/face.ts';
import type { Tools } from '../../src/commands/tools.ts';
import { openFleetStore } from '../../src/replicas/fleet-store.ts';
import type { RunHandover } from '../../src/replicas/handover.ts';
import { WorkerReplicas } from '../../src/replicas/worker-replicas.ts';
import { markOf } from '../../src/replicas/worker-script.ts';
import type { Request } from '../../src/request/request.ts';
import type { StateDocument } from '../../src/state/document.ts';
import { CacheEntries } from './cache-entries.ts';
import { openLocalTransport } from './local-transport.ts';
import { type MemoryCacheOptions, openMemoryCache } from './memory-cache.ts';
import { type Fate, RunFate } from './run-fate.ts';

export interface SimulatedRun {
  readonly runId: string;
  readonly ref: string;
  /** As `state-key` has them: the first seals. */
  readonly stateKeys: readonly string[];
  readonly fate: Fate;
  readonly down: ReadonlySet<string>;
  readonly mood: MemoryCacheOptions['mood'];
  /** Whether the step after a killed run comes. */
  readonly post: 'runs' | 'never';
}

export type SimulatedEnd =
  | { readonly kind: 'ended'; readonly result: CommandResult }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'died' };

/** A state that a run was told is durable. */
export interface SavedState {
  readonly runId: string;
  readonly document: StateDocument;
}

export const FLEET_STATE_NAME = 'simulated/default';

export class SimulatedFleet {
  readonly folder: string;
  readonly journalFile: string;
  readonly cache = new CacheEntries(Number.POSITIVE_INFINITY);
  /** In the order in which they became durable. */
  readonly saved: SavedState[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.journalFile = join(folder, 'journal');
  }

  static async create(folder: string): Promise<SimulatedFleet> {
    const fleet = new SimulatedFleet(folder);
    await fleet.write('maand.conf', 'state_name = "simulated"\nuse_sudo = false\n');
    await fleet.write('workspace/bucket.conf', '');
    return fleet;
  }

  get bucketDir(): string {
    return join(this.folder, 'bucket');
  }

  rootOf(host: string): string {
    return join(this.folder, 'workers', host);
  }

  async write(path: string, content: string): Promise<void> {
    const file = join(this.bucketDir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  async useWorkers(hosts: readonly string[]): Promise<void> {
    const entries = hosts.map((host) => ({ host, root: this.rootOf(host) }));
    await this.write('workspace/workers.json', JSON.stringify(entries));
  }

  /** A job everywhere with a port of its own, whose targets note begin and end of what a run does. */
  async putJob(name: string, release: number): Promise<void> {
    const manifest = {
      version: `1.0.${release}`,
      selectors: ['worker'],
      resources: { ports: { [`${name}_port`]: {} } },
    };
    const note = (word: string) => `@echo "${word} $$RUN {{ .Job }} {{ .WorkerIP }}" >>${this.journalFile}`;
    const recipe = `\t${note('begin')}\n\t${note('end')}\n`;
    const makefile = ['start', 'stop', 'restart', 'reload'].map((target) => `${target}:\n${recipe}`).join('\n');
    await this.write(`workspace/jobs/${name}/manifest.json`, JSON.stringify(manifest));
    await this.write(`workspace/jobs/${name}/Makefile.tpl`, makefile);
    await this.write(`workspace/jobs/${name}/release.txt`, `${release}\n`);
  }

  async removeJob(name: string): Promise<void> {
    await rm(join(this.bucketDir, 'workspace/jobs', name), { recursive: true });
  }

  async deploy(run: SimulatedRun): Promise<SimulatedEnd> {
    const fate = new RunFate(run.fate);
    const handovers: RunHandover[] = [];
    const face = this.#face(run, fate, handovers);
    const working = deploy(requestOf(run), face, this.#tools(run, fate, face)).then(
      (result): SimulatedEnd => ({ kind: 'ended', result }),
      (thrown: unknown): SimulatedEnd => ({ kind: 'refused', reason: messageOf(thrown) }),
    );
    const end = await fate.of(working);
    if (end !== 'died') return end;
    const handover = handovers.at(-1);
    if (run.post === 'runs' && handover && !handover.done) await this.#post(run, handover);
    return { kind: 'died' };
  }

  /** As if nobody had renewed a lock for so long. */
  async ageLocks(hosts: readonly string[], seconds: number): Promise<void> {
    for (const host of hosts) {
      const folder = join(this.rootOf(host), '.maand');
      for (const name of await readdir(folder).catch(() => [])) {
        if (!name.endsWith('.lock')) continue;
        const [first = '', ...rest] = (await readFile(join(folder, name), 'utf8')).split('\n');
        const [token, at, ttl] = first.split(' ');
        await writeFile(join(folder, name), [`${token} ${Number(at) - seconds} ${ttl}`, ...rest].join('\n'));
      }
    }
  }

  /** What the step after a killed run does: gives the lock back, saves the copy. */
  async #post(run: SimulatedRun, { token, mark, workers, sealed }: RunHandover): Promise<void> {
    const fate = new RunFate({ kind: 'lives', atStep: 0 });
    const transport = openLocalTransport({ fate, down: run.down, env: {} });
    const replicas = new WorkerReplicas({ transport, mark, parallelWorkers: 8 });
    await replicas.release(workers, token, fate.signal);
    if (sealed) await openMemoryCache(this.#cacheOf(run, fate)).save(sealed, fate.signal);
  }

  #cacheOf({ ref, runId, mood, stateKeys }: SimulatedRun, fate: RunFate): MemoryCacheOptions {
    const keys = stateKeys.map((key) => Buffer.from(key, 'hex'));
    return { entries: this.cache, fate, name: FLEET_STATE_NAME, keys, ref, runId, mood };
  }

  #face({ runId, ref }: SimulatedRun, fate: RunFate, handovers: RunHandover[]): Face {
    return {
      name: 'action',
      env: { PATH: process.env.PATH, GITHUB_RUN_ID: runId, GITHUB_REF: ref, GITHUB_ACTOR: 'octocat' },
      workingDirectory: this.bucketDir,
      temporaryFolder: this.folder,
      masker: new Masker(),
      signal: fate.signal,
      emit: () => {},
      warn: () => {},
      onHandover: async (next) => void handovers.push(next),
      onStaging: () => {},
    };
  }

  #tools(run: SimulatedRun, fate: RunFate, face: Face): Tools {
    const transport = openLocalTransport({ fate, down: run.down, env: { RUN: run.runId } });
    return {
      openStore: ({ name, keys, workspace, bucketDir }) => {
        if (!workspace) throw new Error('a store without a workspace');
        const { workers, settings } = workspace;
        const { sshKey, sshProxyJump, parallelWorkers } = settings;
        const store = openFleetStore({
          search: {
            name,
            keys,
            workers: workers.map((worker) => addressOf(worker, settings)),
            initialize: 'auto',
            cache: openMemoryCache({ ...this.#cacheOf(run, fate), keys }),
            replicas: new WorkerReplicas({ transport, mark: markOf(name), parallelWorkers: 8 }),
            onCached: () => {},
            order: 'side by side',
          },
          writer: { runId: run.runId, attempt: 1, sha: '', ref: run.ref, actor: 'octocat' },
          parallelWorkers: 8,
          isGone: async () => false,
          notice: () => {},
          warn: () => {},
          onHandover: (handover) =>
            face.onHandover({
              ...handover,
              bucketDir,
              settings: { sshKey, sshProxyJump, parallelWorkers },
              hostKeys: [],
            }),
        });
        const save = async (document: StateDocument) => {
          await store.save(document);
          this.saved.push({ runId: run.runId, document });
        };
        return { ...store, save };
      },
      openTransport: async () => transport,
      describeSshKey: async () => 'none',
      pinHostKeys: () => {},
    };
  }
}

/** As somebody would type it. */
function requestOf({ stateKeys }: SimulatedRun): Request {
  const invocation = readArgs({
    argv: ['deploy', '--build', '--state', 'cache'],
    env: { MAAND_STATE_KEY: stateKeys.join('\n') },
    workingDirectory: '/',
  });
  if (invocation.kind !== 'run') throw new Error('a deploy is a run');
  return invocation.request;
}
