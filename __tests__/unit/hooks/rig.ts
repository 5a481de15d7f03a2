/** A bucket with one job whose hooks really run, with real scripts, the real API and the real store. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { Masker } from '../../../src/base/masker.ts';
import type { CatalogJob } from '../../../src/catalog/types.ts';
import type { HookEvent } from '../../../src/events/hook-event.ts';
import type { HookRecord } from '../../../src/events/hook-record.ts';
import { type HookApi, startHookApi } from '../../../src/hooks/api/api-server.ts';
import type { HookWorkers } from '../../../src/hooks/api/worker-tasks.ts';
import { type CallerEnvironment, inheritedEnvironment } from '../../../src/hooks/process/environment.ts';
import { findHookTools, type HookTools } from '../../../src/hooks/process/interpreters.ts';
import type { DemandRow } from '../../../src/hooks/registered.ts';
import type { HookLine, HookRuntime } from '../../../src/hooks/run-allocation.ts';
import { type HookEventOutcome, type HookEventRequest, runHookEvent } from '../../../src/hooks/run-event.ts';
import { createSecretBox, type SecretBox } from '../../../src/kv/secrets.ts';
import { KvStore } from '../../../src/kv/store.ts';
import type { HookEntry, JobEntry } from '../../../src/workspace/types.ts';
import { withPath } from '../../support/with-path.ts';

/** A PATH with the folders of the shell and the interpreters in node_modules. */
export const SEARCH_PATH = [join(import.meta.dirname, '../../../node_modules/.bin'), process.env.PATH].join(delimiter);

const LANGUAGES = { py: 'python', ts: 'typescript', js: 'javascript' } as const;

export function aHook(name: string, events: readonly HookEvent[], extra: Partial<HookEntry> = {}): HookEntry {
  const script = extra.script ?? `_hooks/${name}.py`;
  const language = LANGUAGES[script.slice(-2) as keyof typeof LANGUAGES];
  return { name, events, demand: undefined, timeoutMs: undefined, script, language, ...extra };
}

export interface JobShape {
  readonly name?: string;
  readonly dir: string;
  readonly hooks: readonly HookEntry[];
  readonly files: readonly string[];
  readonly hosts?: readonly string[];
  readonly disabled?: readonly string[];
  readonly demandedJobs?: readonly string[];
}

/** Returns a job of a catalog with the fields that hooks use. `files` are paths below `dir`. */
export function aJob({ name = 'api', dir, hooks, files, hosts = ['10.0.0.1'], ...shape }: JobShape): CatalogJob {
  const entry: JobEntry = {
    name,
    dir,
    version: '1.0.0',
    selectors: ['worker'],
    maxConcurrentUpgrades: 1,
    maxConcurrentStarts: 0,
    minAllocationsCount: 0,
    restartPolicy: 'always',
    restartGlobs: [],
    memoryMb: { min: 0, max: 0 },
    cpuMhz: { min: 0, max: 0 },
    ports: [],
    hooks,
    healthCheck: undefined,
    certificates: [],
    vars: {},
    putOnlyVars: {},
    files: files.map((path) => ({ path, sourcePath: join(dir, path), executable: path.endsWith('.sh'), sizeBytes: 0 })),
    emptyFolders: ['empty'],
    placeOf: () => ({ file: `workspace/jobs/${name}/manifest.json`, line: 1, column: 1 }),
  };
  return {
    name,
    id: randomUUID(),
    entry,
    version: '1.0.0',
    deploymentSeq: 0,
    reservation: { memoryMb: 0, cpuMhz: 0, memorySource: 'manifest', cpuSource: 'manifest' },
    ports: {},
    demandedJobs: shape.demandedJobs ?? [],
    allocations: hosts.map((host, index) => ({
      id: `${name}-${host}`,
      job: name,
      host,
      disabled: shape.disabled?.includes(host) ?? false,
      index,
      newVersion: '1.0.0',
    })),
  };
}

export interface RigOptions {
  /** Texts by path below the job folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Files in the job folder that do not belong to the job, such as packages of hooks. */
  readonly unlisted?: Readonly<Record<string, string>>;
  readonly hooks: readonly HookEntry[];
  readonly hosts?: readonly string[];
  readonly disabled?: readonly string[];
  readonly demandedJobs?: readonly string[];
  readonly demandsOn?: (job: string, hook: string) => readonly DemandRow[];
  readonly workers?: HookWorkers;
  /** The store. Default: an empty store that is never saved. */
  readonly store?: KvStore;
  readonly persist?: (revision: number) => Promise<void>;
  /** The environment variables of the caller besides PATH. */
  readonly environment?: CallerEnvironment;
  readonly tools?: Partial<HookTools>;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: HookLine) => void;
  readonly timeoutMs?: number;
}

export type RigRequest = Partial<HookEventRequest> & Pick<HookEventRequest, 'event'>;

export interface Rig extends AsyncDisposable {
  /** Absolute path of the bucket. */
  readonly bucket: string;
  readonly job: CatalogJob;
  readonly store: KvStore;
  readonly box: SecretBox;
  readonly masker: Masker;
  readonly api: HookApi;
  readonly runtime: HookRuntime;
  readonly lines: readonly HookLine[];
  /** The records of all hook processes, in the order of their ends. */
  readonly records: readonly HookRecord[];
  readonly warnings: readonly string[];
  /** Returns the texts of one stream, in the order of their arrival. */
  texts(stream?: 'stdout' | 'stderr'): string[];
  run(request: RigRequest): Promise<HookEventOutcome>;
}

export async function openRig(options: RigOptions): Promise<Rig> {
  const bucket = await realpath(await mkdtemp(join(tmpdir(), 'hooks-')));
  const job = await writeJob(bucket, options);
  const { store = new KvStore({}, () => Math.floor(Date.now() / 1000)) } = options;
  const box = createSecretBox([Buffer.alloc(32, 7)]);
  const masker = new Masker();
  const lines: HookLine[] = [];
  const records: HookRecord[] = [];
  const warnings: string[] = [];
  const { demandsOn = () => [], persist = async () => {}, workers } = options;
  const warn = (message: string) => void warnings.push(message);
  const api = await startHookApi({ store, box, masker, warn, demandsOn, persist, workers });
  const runtime: HookRuntime = {
    api,
    store,
    box,
    masker,
    tools: { ...(await withPath(SEARCH_PATH, () => findHookTools())), ...options.tools },
    environment: inheritedEnvironment({ PATH: SEARCH_PATH, ...options.environment }, []),
    bucketRoot: bucket,
    stagingDir: join(bucket, 'tmp/run'),
    defaultTimeoutMs: options.timeoutMs ?? 50_000,
    onLine: (line) => {
      lines.push(line);
      options.onLine?.(line);
    },
    onRecord: (record) => void records.push(record),
    signal: options.signal ?? new AbortController().signal,
  };
  return {
    bucket,
    job,
    store,
    box,
    masker,
    api,
    runtime,
    lines,
    records,
    warnings,
    texts: (stream = 'stdout') => lines.filter((line) => line.stream === stream).map(({ line }) => line),
    run: (request) => runHookEvent(withDefaults(job, request), runtime),
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await rm(bucket, { recursive: true, force: true });
    },
  };
}

function withDefaults(job: CatalogJob, request: RigRequest): HookEventRequest {
  const targets = request.targets ?? job.allocations;
  return {
    job,
    targets,
    batchSize: 0,
    rolloutOrder: { text: targets.map(({ host }) => host).join(','), source: 'default' },
    versionsOf: () => ({ current: '0.9.0', next: '1.0.0' }),
    ...request,
  };
}

async function writeJob(bucket: string, options: RigOptions): Promise<CatalogJob> {
  const dir = join(bucket, 'workspace/jobs/api');
  for (const [path, text] of Object.entries({ ...options.files, ...options.unlisted })) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
    if (path.endsWith('.sh')) await chmod(join(dir, path), 0o755);
  }
  return aJob({ ...options, dir, files: Object.keys(options.files) });
}
