/**
 * A bucket and its workers in folders of this machine. Commands run in this process with real shells and rsync, but without a
 * network.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readArgs } from '../../src/cli/args.ts';
import type { RolloutEvent } from '../../src/events/rollout-event.ts';
import type { Request } from '../../src/request/request.ts';
import type { Command } from '../../src/session/command-call.ts';
import type { CommandResult, Face } from '../../src/session/face.ts';
import type { Tools } from '../../src/session/tools.ts';
import { NO_FENCE, type StateStore } from '../../src/state/port.ts';
import { openFileInspector } from '../../src/state-file/file-inspection.ts';
import { openFileStore } from '../../src/state-file/file-store.ts';
import type { Fence } from '../../src/transport/guarded-workers.ts';
import type { Transport } from '../../src/transport/port.ts';
import { doorFace, localFace } from './local-face.ts';
import { openLocalTransport } from './local-transport.ts';
import { LIVES, RunFate } from './run-fate.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface LocalSiteOptions {
  readonly fence?: Fence;
  /** Wraps the transport between the commands and the workers. */
  readonly through?: (transport: Transport) => Transport;
}

export class LocalSite {
  readonly folder: string;
  readonly bucketDir: string;
  /** The events of all commands so far. */
  readonly events: RolloutEvent[] = [];
  readonly #options: LocalSiteOptions;

  private constructor(folder: string, options: LocalSiteOptions) {
    this.folder = folder;
    this.bucketDir = join(folder, 'bucket');
    this.#options = options;
  }

  /** Creates a bucket with an empty state, as `maand init` makes it. */
  static async create(options: LocalSiteOptions = {}): Promise<LocalSite> {
    const site = new LocalSite(await temporaryFolder(), options);
    await mkdir(site.bucketDir);
    const { init } = await import('../../src/commands/init/init.ts');
    await site.run(init, ['init', site.bucketDir]);
    const conf = await readFile(join(site.bucketDir, 'maand.conf'), 'utf8');
    await site.write('maand.conf', conf.replace('use_sudo = true', 'use_sudo = false'));
    return site;
  }

  rootOf(host: string): string {
    return join(this.folder, 'workers', host);
  }

  async write(path: string, content: string): Promise<void> {
    const file = join(this.bucketDir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.bucketDir, path), { recursive: true });
  }

  /** Writes `workers.json`. `labels` maps each host to its labels. */
  async useWorkers(labels: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const entries = Object.entries(labels).map(([host, own]) => ({ host, root: this.rootOf(host), labels: own }));
    await this.write('workspace/workers.json', JSON.stringify(entries));
  }

  async addJob(name: string, manifest: object, files: Readonly<Record<string, string>>): Promise<void> {
    await this.write(`workspace/jobs/${name}/manifest.json`, JSON.stringify(manifest));
    for (const [path, content] of Object.entries(files)) await this.write(`workspace/jobs/${name}/${path}`, content);
  }

  /** Runs a command. `words` are the words that a user would type after `maand`. */
  async run(command: Command, words: readonly string[]): Promise<CommandResult> {
    const invocation = readArgs({ argv: [...words], env: {}, workingDirectory: this.bucketDir });
    if (invocation.kind !== 'run') throw new Error(`not a run: ${words.join(' ')}`);
    const { request } = invocation;
    return command({ request, face: this.#face(), tools: this.#tools(request) });
  }

  #face(): Face {
    return {
      ...localFace(),
      env: { PATH: process.env.PATH },
      workingDirectory: this.bucketDir,
      temporaryFolder: undefined,
      ...doorFace((event) => void this.events.push(event)),
      signal: new AbortController().signal,
      warn: () => {},
      onHandover: async () => {},
      onStaging: () => {},
    };
  }

  #tools({ environment }: Request): Tools {
    const folder = join(this.bucketDir, 'data');
    const { fence = NO_FENCE, through = (transport: Transport) => transport } = this.#options;
    const transport = through(openLocalTransport({ fate: new RunFate(LIVES), down: new Set(), env: {} }));
    return {
      openStateReader: ({ name }) => openFileStore({ folder, environment, name }),
      openStateStore: ({ name, overrides }) => {
        const store = openFileStore({ folder, environment, name, overrides });
        const lock: StateStore['lock'] = async (...asked) => ({ ...(await store.lock(...asked)), fence });
        return { ...store, lock };
      },
      openStateInspector: ({ name }) => openFileInspector({ folder, environment, name }),
      openTransport: async () => transport,
      describeSshKey: async () => 'none',
      pinHostKeys: () => {},
    };
  }
}
