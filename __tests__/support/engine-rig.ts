/**
 * The engine without a command around it: a bucket given as values, its state, and workers that are folders of this machine,
 * where real shells, make and rsync do what the engine sends. Hooks answer what the test says.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Masker } from '../../src/base/masker.ts';
import { continuityOf, recordBuild } from '../../src/build/record-build.ts';
import { buildCatalog } from '../../src/catalog/build-catalog.ts';
import type { Catalog } from '../../src/catalog/types.ts';
import type { RolloutEvent } from '../../src/events/rollout-event.ts';
import { publishCatalog } from '../../src/kv/publish.ts';
import { createSecretBox } from '../../src/kv/secrets.ts';
import type { DeployOptions } from '../../src/plan/plan-job.ts';
import { type DeployResult, rollOut } from '../../src/rollout/deploy.ts';
import { planDeploy } from '../../src/rollout/planned.ts';
import type { HookRequest, HookResult, Run } from '../../src/rollout/run.ts';
import type { Sight } from '../../src/sight/worker-facts.ts';
import { Stager } from '../../src/stage/stager.ts';
import { StagingArea } from '../../src/stage/staging-area.ts';
import type { StateDocument } from '../../src/state/document.ts';
import { newDocument } from '../../src/state/first-document.ts';
import { Ledger } from '../../src/state/ledger.ts';
import { guardWorkers } from '../../src/transport/guarded-workers.ts';
import type { Transport } from '../../src/transport/port.ts';
import type { JobEntry, JobFile, Workspace } from '../../src/workspace/types.ts';
import { engineStory, inHostOrder, recordsOf } from './engine-story.ts';
import { openLocalTransport } from './local-transport.ts';
import { recordingTransport } from './recording-transport.ts';
import { LIVES, RunFate } from './run-fate.ts';
import { factsOf } from './sights.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { job, settings, worker, workspace } from './workspace-values.ts';

/** A job: what its manifest says, and its files by path beside a Makefile. */
export interface RigJob extends Partial<Omit<JobEntry, 'files'>> {
  readonly files?: Readonly<Record<string, string>>;
}

export interface RigBucket {
  readonly hosts: readonly string[];
  readonly jobs: Readonly<Record<string, RigJob>>;
  /** Job → hosts where it is disabled; none: everywhere. */
  readonly disabled?: Readonly<Record<string, readonly string[]>>;
}

export interface RigRun {
  readonly options?: Partial<DeployOptions>;
  /** Jobs that take part; all when absent. */
  readonly jobs?: readonly string[];
  /** What the hooks of an event do; they succeed when this is absent or returns nothing. */
  readonly hooks?: (request: HookRequest, run: Run) => HookResult | undefined;
  /** The run is cancelled when this event happens. */
  readonly cancelAt?: (event: RolloutEvent) => boolean;
}

/** The result of a deploy in lines; see `engine-story.ts`. */
export interface RigEnd {
  readonly result: DeployResult;
  readonly story: readonly string[];
  /** `HOST LABEL` of every script and delivery, `hook EVENT HOSTS` of hooks, in the order in which they began. */
  readonly sent: readonly string[];
  /** By `JOB@HOST`. */
  readonly records: Readonly<Record<string, string>>;
}

export const FAILED_HOOK: HookResult = { failure: 'the hook failed', problems: new Map() };

/** A worker that has an id of its own; looks at what is deployed are not part of these tests. */
function namedSight(host: string): Sight {
  return { kind: 'seen', facts: { ...factsOf(host), workerId: Buffer.from(host).toString('hex').padStart(32, '0') } };
}

const box = createSecretBox([Buffer.alloc(32, 1)]);
/** Each target does what the test set with `answer`. */
const MAKEFILE = `.PHONY: start stop restart reload
start stop restart reload:
\t@if [ -e ../../../answers/$(notdir $(CURDIR)).$@ ]; then . ../../../answers/$(notdir $(CURDIR)).$@; fi
`;

/** Scripts find the root of their worker as their home. */
function homed(transport: Transport): Transport {
  return {
    ...transport,
    exec: (to, command, signal) => transport.exec(to, { ...command, env: { ...command.env, HOME: to.root } }, signal),
  };
}

export class EngineRig {
  readonly folder: string;
  /** Hosts that do not answer. */
  readonly down = new Set<string>();
  /** Every document that was saved. */
  readonly saved: StateDocument[] = [];
  /** What the last run, opened by `open` or `deploy`, told and sent. */
  events: RolloutEvent[] = [];
  sent: string[] = [];
  ledger: Ledger;
  catalog: Catalog;
  #workspace: Workspace = workspace();

  private constructor(folder: string) {
    this.folder = folder;
    this.ledger = this.#openLedger(newDocument('rig', box));
    this.catalog = this.#resolve();
  }

  /** A bucket that was built and never deployed. */
  static async create(bucket: RigBucket): Promise<EngineRig> {
    const rig = new EngineRig(await temporaryFolder());
    await rig.build(bucket);
    return rig;
  }

  rootOf(host: string): string {
    return join(this.folder, 'workers', host);
  }

  /** The folder of a job on a worker. */
  jobOn(host: string, name: string): string {
    return join(this.rootOf(host), this.catalog.bucketId, 'jobs', name);
  }

  /** What `make TARGET` of a job does on a worker from now on: a script of `sh`; undefined: it succeeds. */
  async answer(host: string, target: string, script: string | undefined): Promise<void> {
    const file = join(this.rootOf(host), 'answers', target);
    await mkdir(dirname(file), { recursive: true });
    if (script === undefined) await rm(file, { force: true });
    else await writeFile(file, `${script}\n`);
  }

  /** The next build: the state follows this bucket. */
  async build({ hosts, jobs, disabled = {} }: RigBucket): Promise<void> {
    const entries = await Promise.all(Object.entries(jobs).map(([name, one]) => this.#writeJob(name, one)));
    const off = Object.entries(disabled).map(([name, allocations]) => [name, { allocations }] as const);
    const base = workspace();
    this.#workspace = {
      ...base,
      settings: { ...settings, parallelWorkers: 1 },
      workers: hosts.map((host, position) => worker(host, { root: this.rootOf(host), position })),
      jobs: entries,
      disabled: { ...base.disabled, jobs: Object.fromEntries(off) },
    };
    for (const host of hosts) await mkdir(this.rootOf(host), { recursive: true });
    this.catalog = this.#resolve();
    recordBuild(this.ledger, this.catalog, 'built');
    publishCatalog(this.ledger.kv, this.catalog, this.#workspace);
    await this.ledger.commit();
  }

  /** Acts as after the end of the process: the next run knows only what was saved. */
  forget(): void {
    const last = this.saved.at(-1);
    if (last) this.ledger = this.#openLedger(last);
  }

  /** A run; its staging folder goes with it. */
  open({ options = {}, jobs, hooks = () => undefined, cancelAt = () => false }: RigRun = {}): Run & AsyncDisposable {
    const cancel = new AbortController();
    const staging = new StagingArea(join(this.folder, 'staging'), () => {});
    this.events = [];
    this.sent = [];
    const { events, sent } = this;
    const transport = recordingTransport(
      homed(openLocalTransport({ fate: new RunFate(LIVES), down: this.down, env: {} })),
      ({ host, label }, work) => {
        sent.push(`${host} ${label}`);
        return work();
      },
    );
    const { name, bucketId, serial, updateSeq } = this.ledger;
    const workers = guardWorkers(transport, { line: () => undefined, forget: () => undefined });
    const run: Run = {
      catalog: this.catalog,
      settings: this.#workspace.settings,
      ledger: this.ledger,
      box,
      masker: new Masker(),
      stager: new Stager(Buffer.alloc(32, 2)),
      staging,
      workers,
      look: async (asked) => new Map(asked.map(({ host }) => [host, namedSight(host)])),
      origin: { kind: 'file', name, bucketId, serial, updateSeq, by: 'the rig' },
      runHooks: async (request) => {
        sent.push(`hook ${request.event} ${request.allocations.map(({ host }) => host).join(' ')}`);
        return hooks(request, run) ?? { failure: undefined, problems: new Map() };
      },
      checkTools: async () => {},
      emit: (event) => {
        events.push(event);
        if (cancelAt(event)) cancel.abort();
      },
      nowMs: () => 0,
      signal: cancel.signal,
      jobs: new Set(jobs ?? this.catalog.jobs.map(({ name }) => name)),
      options: { force: false, syncOnly: false, ...options },
    };
    return { ...run, [Symbol.asyncDispose]: () => staging[Symbol.asyncDispose]() };
  }

  async deploy(given: RigRun = {}): Promise<RigEnd> {
    await using run = this.open(given);
    const result = await rollOut(run, await planDeploy(run));
    return { result, story: engineStory(this.events), sent: inHostOrder(this.sent), records: recordsOf(this.ledger) };
  }

  #resolve(): Catalog {
    let count = this.ledger.serial * 100;
    const newId = () => `id-${++count}`;
    const { catalog } = buildCatalog({ workspace: this.#workspace, continuity: continuityOf(this.ledger), newId });
    return catalog;
  }

  #openLedger(document: StateDocument): Ledger {
    return new Ledger(document, { nowSeconds: () => 0, save: async (next) => void this.saved.push(next) });
  }

  async #writeJob(name: string, { files = {}, ...entry }: RigJob): Promise<JobEntry> {
    const dir = join(this.folder, 'jobs', name);
    const written = Object.entries({ Makefile: MAKEFILE, ...files }).map(async ([path, text]): Promise<JobFile> => {
      const sourcePath = join(dir, path);
      await mkdir(dirname(sourcePath), { recursive: true });
      await writeFile(sourcePath, text);
      return { path, sourcePath, executable: false, sizeBytes: Buffer.byteLength(text) };
    });
    return job(name, { version: '1.0.0', ...entry, dir, files: await Promise.all(written) });
  }
}
