/**
 * Runs the deploy engine without a command around it. The bucket and its state are values in memory. Workers are folders of
 * this machine, in which real shells, make and rsync carry out the scripts of the engine. Tests provide the results of hooks.
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

/** A job: fields of its manifest, and its files by path. A Makefile is added. */
export interface RigJob extends Partial<Omit<JobEntry, 'files'>> {
  readonly files?: Readonly<Record<string, string>>;
}

export interface RigBucket {
  readonly hosts: readonly string[];
  readonly jobs: Readonly<Record<string, RigJob>>;
  /** Hosts on which a job is disabled, by job. An empty list means all hosts. */
  readonly disabled?: Readonly<Record<string, readonly string[]>>;
}

export interface RigRun {
  readonly options?: Partial<DeployOptions>;
  /** Jobs that take part. When missing, all jobs take part. */
  readonly jobs?: readonly string[];
  /** Returns the result of a hook event. The hooks succeed when this function is missing or returns undefined. */
  readonly hooks?: (request: HookRequest, run: Run) => HookResult | undefined;
  /** The run is cancelled at the first event for which this function returns true. */
  readonly cancelAt?: (event: RolloutEvent) => boolean;
}

/** The result of a deploy as lines of text (see `engine-story.ts`). */
export interface RigEnd {
  readonly result: DeployResult;
  readonly story: readonly string[];
  /** A line for each script, delivery and hook, in the order of their start: `HOST LABEL` or `hook EVENT HOSTS`. */
  readonly sent: readonly string[];
  /** Lines of `recordsOf`, by `JOB@HOST`. */
  readonly records: Readonly<Record<string, string>>;
}

export const FAILED_HOOK: HookResult = { failure: 'the hook failed', problems: new Map() };

/** Returns the answer of a worker that has an id and no deployed jobs. These tests do not check that answer. */
function namedSight(host: string): Sight {
  return { kind: 'seen', facts: { ...factsOf(host), workerId: Buffer.from(host).toString('hex').padStart(32, '0') } };
}

const box = createSecretBox([Buffer.alloc(32, 1)]);
/** A Makefile in which each target runs the script that the test set with `answer`. */
const MAKEFILE = `.PHONY: start stop restart reload
start stop restart reload:
\t@if [ -e ../../../answers/$(notdir $(CURDIR)).$@ ]; then . ../../../answers/$(notdir $(CURDIR)).$@; fi
`;

/** Returns a transport whose scripts have the root of their worker as HOME. */
function homed(transport: Transport): Transport {
  return {
    ...transport,
    exec: (to, command, signal) => transport.exec(to, { ...command, env: { ...command.env, HOME: to.root } }, signal),
  };
}

export class EngineRig {
  readonly folder: string;
  /** Hosts that do not respond. */
  readonly down = new Set<string>();
  /** Every document that was saved. */
  readonly saved: StateDocument[] = [];
  /** The events of the last run. `open` and `deploy` start a run. */
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

  /** Creates a bucket that was built but never deployed. */
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

  /**
   * Sets what `make TARGET` of a job does on a worker from now on. `script` is a script for `sh`. When it is undefined, the
   * target succeeds.
   */
  async answer(host: string, target: string, script: string | undefined): Promise<void> {
    const file = join(this.rootOf(host), 'answers', target);
    await mkdir(dirname(file), { recursive: true });
    if (script === undefined) await rm(file, { force: true });
    else await writeFile(file, `${script}\n`);
  }

  /** Makes the next build, after which the state matches this bucket. */
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

  /** Acts as if the process had ended: the next run has only the data that was saved. */
  forget(): void {
    const last = this.saved.at(-1);
    if (last) this.ledger = this.#openLedger(last);
  }

  /** Opens a run. Its staging folder is removed together with the run. */
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
      options: { force: false, syncOnly: false, named: new Set(jobs), ...options },
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
