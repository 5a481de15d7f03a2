/**
 * A complete bucket in a temporary folder. Tests run commands on it in this process, through the parser of the command line.
 */

import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Diagnostic, formatDiagnostic } from '../../src/base/diagnostic.ts';
import { Failure } from '../../src/base/failure.ts';
import { readArgs } from '../../src/cli/args.ts';
import { runRequest } from '../../src/compose.ts';
import { KvStore, type KvVersion } from '../../src/kv/store.ts';
import type { Face } from '../../src/session/face.ts';
import type { AllocationRecord, StateDocument } from '../../src/state/document.ts';
import { readWorkspace } from '../../src/workspace/read-workspace.ts';
import type { JobEntry, Workspace } from '../../src/workspace/types.ts';
import { doorFace, localFace } from './local-face.ts';
import { oncePerRun } from './once-per-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The content of `workspace/`. `undefined` removes a file. A text is written unchanged, and any other value as JSON. */
export interface CaseFiles {
  readonly workers?: unknown;
  /** Manifests by job name. A job also has an empty Makefile. */
  readonly jobs?: Readonly<Record<string, unknown>>;
  /** Texts by path below the bucket. */
  readonly files?: Readonly<Record<string, string | Uint8Array | undefined>>;
}

/** How a command ended. */
export interface Ending {
  readonly exitCode: number;
  /** One text such as `ErrInvalidJob: invalid job: …` for each finding. For a failure without findings, its message. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of many shapes
  readonly json: any;
}

const LONE_WORKER = [{ host: '10.0.0.1' }];

export class CaseBucket {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Creates a bucket with `maand init`. It has the worker `10.0.0.1`, unless `files` gives other workers. */
  static async create(files: CaseFiles = {}): Promise<CaseBucket> {
    const bucket = new CaseBucket(await temporaryFolder());
    await cp(await initialized(), bucket.dir, { recursive: true });
    await bucket.edit({ workers: LONE_WORKER, ...files });
    return bucket;
  }

  /** Creates an empty folder that is a repository. */
  static async bare(): Promise<CaseBucket> {
    return asRepository(await temporaryFolder());
  }

  async edit({ workers, jobs = {}, files = {} }: CaseFiles): Promise<void> {
    if (workers !== undefined) await this.write('workspace/workers.json', workers);
    for (const [name, manifest] of Object.entries(jobs)) await this.#editJob(name, manifest);
    for (const [path, content] of Object.entries(files)) await this.write(path, content);
  }

  async #editJob(name: string, manifest: unknown): Promise<void> {
    const folder = `workspace/jobs/${name}`;
    if (manifest === undefined) return this.write(folder, undefined);
    await this.write(`${folder}/manifest.json`, manifest);
    await writeFile(join(this.dir, folder, 'Makefile'), '', { flag: 'a' });
  }

  async write(path: string, content: unknown): Promise<void> {
    const file = join(this.dir, path);
    if (content === undefined) return rm(file, { recursive: true, force: true });
    await mkdir(dirname(file), { recursive: true });
    const isBytes = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(file, isBytes ? content : JSON.stringify(content, null, 2));
  }

  read(path: string): Promise<string> {
    return readFile(join(this.dir, path), 'utf8');
  }

  /** Runs a command of the command line. A thrown `Failure` becomes an ending; any other error is a bug and is thrown. */
  async maand(...argv: readonly string[]): Promise<Ending> {
    const env = { ...process.env };
    const words = argv[0] === 'init' ? [...argv, this.dir] : ['--bucket', this.dir, ...argv];
    const warned: Diagnostic[] = [];
    try {
      const invocation = readArgs({ argv: words, env, workingDirectory: this.dir });
      if (invocation.kind !== 'run') throw new Error(`no command: ${argv.join(' ')}`);
      const face = faceOf({ dir: this.dir, env, warned });
      const { exitCode, show } = await runRequest(invocation.request, face);
      const { json, text } = show((plain) => face.masker.mask(plain));
      const { errors = [], warnings = [] } = json as { errors?: Diagnostic[]; warnings?: Diagnostic[] };
      return { exitCode, json, text, errors: errors.map(line), warnings: [...warned, ...warnings].map(line) };
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      const { exitCode, message, hint, diagnostics } = thrown;
      const of = (severity: Diagnostic['severity']) => diagnostics.filter((one) => one.severity === severity).map(line);
      const errors = diagnostics.length > 0 ? of('error') : [message];
      const places = diagnostics.map((one) => `${formatDiagnostic(one)}\n`).join('');
      return {
        exitCode,
        errors,
        warnings: [...warned.map(line), ...of('warning')],
        text: `${message} (${hint})\n${places}`,
        json: {},
      };
    }
  }

  /** Runs `maand build`. Throws when the build fails. */
  async build(files: CaseFiles = {}): Promise<Ending> {
    await this.edit(files);
    const ending = await this.maand('build');
    if (ending.exitCode !== 0) throw new Error(`the build failed:\n${ending.text}`);
    return ending;
  }

  /** Runs `maand build` and returns its errors. Throws when the build succeeds or changes the state. */
  async refused(files: CaseFiles = {}): Promise<readonly string[]> {
    await this.edit(files);
    const before = await this.stateText();
    const { exitCode, errors } = await this.maand('build');
    if (exitCode !== 2 || errors.length === 0) throw new Error(`the build was not refused (exit code ${exitCode})`);
    if ((await this.stateText()) !== before) throw new Error('a build that was refused changed the state');
    return errors;
  }

  stateText(): Promise<string> {
    return this.read('data/state.json');
  }

  async state(): Promise<StateDocument> {
    return JSON.parse(await this.stateText());
  }

  /** Changes the state, so that it looks as an earlier run would have left it. */
  async editState(change: (state: StateDocument) => Partial<StateDocument>): Promise<void> {
    const state = await this.state();
    await this.write('data/state.json', `${JSON.stringify({ ...state, ...change(state) }, null, 1)}\n`);
  }

  /** Returns the current values of a namespace, by key. */
  async kv(namespace: string): Promise<Record<string, string>> {
    const store = await this.store();
    return Object.fromEntries(store.keys(namespace).map((key) => [key, store.get(namespace, key) ?? '']));
  }

  /** Returns `namespace key` for every key that is not deleted. */
  async liveKeys(): Promise<string[]> {
    const store = await this.store();
    return store.namespaces().flatMap((namespace) => store.keys(namespace).map((key) => `${namespace} ${key}`));
  }

  async history(namespace: string, key: string): Promise<readonly KvVersion[]> {
    return (await this.state()).kv[namespace]?.[key] ?? [];
  }

  async store(): Promise<KvStore> {
    return new KvStore((await this.state()).kv, () => 0);
  }

  /** Stores a value, as a hook of the job would do. */
  async putValue(namespace: string, key: string, value: string): Promise<void> {
    await this.editState((state) => {
      const store = new KvStore(state.kv, () => 1);
      store.put(namespace, key, value);
      return { kv: store.toHistory() };
    });
  }

  async allocations(job: string): Promise<readonly AllocationRecord[]> {
    return (await this.state()).allocations.filter((record) => record.job === job);
  }

  /** Returns the workspace. Throws when the workspace has errors. */
  async workspace(): Promise<Workspace> {
    const { workspace, diagnostics } = await readWorkspace({ bucketDir: this.dir });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (!workspace || errors.length > 0) throw new Error(errors.map(formatDiagnostic).join('\n'));
    return workspace;
  }

  async job(name: string): Promise<JobEntry> {
    const job = (await this.workspace()).jobs.find((one) => one.name === name);
    if (!job) throw new Error(`no job ${name}`);
    return job;
  }
}

/** Returns the folder of a bucket that `maand init` made. Tests copy it. */
const initialized = (): Promise<string> =>
  oncePerRun('case-bucket', async (folder) => {
    const { errors } = await (await asRepository(folder)).maand('init');
    if (errors.length > 0) throw new Error(errors.join('\n'));
  });

async function asRepository(dir: string): Promise<CaseBucket> {
  await mkdir(join(dir, '.git'));
  return new CaseBucket(dir);
}

/** Returns a Python script for `_hooks/`. It imports `maand` before the given lines. */
export const pythonHook = (...lines: readonly string[]): string => ['import maand', ...lines, ''].join('\n');

function line({ code, message }: Diagnostic): string {
  return `${code}: ${message}`;
}

interface FaceParts {
  readonly dir: string;
  readonly env: Face['env'];
  readonly warned: Diagnostic[];
}

function faceOf({ dir, env, warned }: FaceParts): Face {
  return {
    ...localFace(env),
    env,
    workingDirectory: dir,
    temporaryFolder: undefined,
    ...doorFace(),
    signal: new AbortController().signal,
    warn: (diagnostics) => void warned.push(...diagnostics),
    onStaging: () => {},
    onHandover: async () => {},
  };
}
