/**
 * Opens everything that a deploy, a check or a hook needs, and closes it at the end. Costly parts open at their first
 * use.
 */
import { join } from 'node:path';
import { isOnPath } from '../ask/program-path.ts';
import { Failure } from '../base/failure.ts';
import { HOOK_EVENTS, type HookEvent } from '../events/hook-event.ts';
import type { HookRecord } from '../events/hook-record.ts';
import { startHookApi } from '../hooks/api/api-server.ts';
import { inheritedEnvironment } from '../hooks/process/environment.ts';
import { findHookTools, interpreterFailure, missingInterpreters } from '../hooks/process/interpreters.ts';
import { demandsOn } from '../hooks/registered.ts';
import type { HookRuntime } from '../hooks/run-allocation.ts';
import { type HookEventOutcome, runHookEvent } from '../hooks/run-event.ts';
import { jobNamespace } from '../kv/namespaces.ts';
import { resolveRolloutOrder } from '../plan/rollout-order.ts';
import type { HookRequest, HookResult, Run, RunOrigin } from '../rollout/run.ts';
import { openSignature } from '../rollout/signature.ts';
import { openSightBook } from '../sight/sight-book.ts';
import { Stager } from '../stage/stager.ts';
import { StagingArea } from '../stage/staging-area.ts';
import { guardWorkers } from '../transport/guarded-workers.ts';
import type { BuiltBucket } from './built-bucket.ts';
import { hookWorkers } from './hook-workers.ts';
import { ownerOf } from './state-store.ts';

export interface OpenedRun extends AsyncDisposable {
  readonly run: Run;
  /** Records of all hook processes so far. */
  readonly hookRecords: readonly HookRecord[];
}

export async function openRun(built: BuiltBucket): Promise<OpenedRun> {
  const { request, face, tools, workspace, state, catalog } = built;
  const closers = new Closers();
  const staging = closers.add(
    new StagingArea(face.temporaryFolder ?? join(workspace.bucketDir, 'tmp'), face.onStaging),
  );
  const { settings, bucketDir } = workspace;
  const transport = closers.add(await tools.openTransport({ bucketDir, settings, ledger: state.ledger }));
  const hookRecords: HookRecord[] = [];
  let runtime: Promise<HookRuntime> | undefined;
  const guarding = { catalog, ledger: state.ledger, origin: originOf(built) };
  const workers = guardWorkers(transport, state.fence, openSignature(guarding));
  const looking = { ask: workers.look, parallelWorkers: settings.parallelWorkers };
  const run: Run = {
    ...guarding,
    settings,
    box: state.box,
    masker: face.masker,
    stager: new Stager(state.hashKey),
    staging,
    workers,
    look: openSightBook(looking, state.sights),
    emit: face.emit,
    nowMs: () => performance.now(),
    signal: face.signal,
    jobs: new Set(request.filters.jobs.length === 0 ? catalog.jobs.map(({ name }) => name) : request.filters.jobs),
    options: { force: request.flags.force, syncOnly: request.flags.syncOnly, named: new Set(request.filters.jobs) },
    checkTools: (delivery) => checkTools(built, delivery),
    runHooks: async (hooks) => {
      runtime ??= startRuntime({ built, run, staging, closers, hookRecords });
      try {
        return await runHooks({ built, hooks, runtime: await runtime });
      } finally {
        transport.forget('hook'); // the scripts may have booted or repaired workers
      }
    },
  };
  return { run, hookRecords, [Symbol.asyncDispose]: () => closers.close() };
}

function originOf({ state, request, face }: BuiltBucket): RunOrigin {
  const { actor, url, runId } = ownerOf({ request, face });
  const where = url === '' ? `run ${runId}` : url;
  return { ...state.origin, by: `${actor} (${where}) at ${new Date().toISOString()}` };
}

/** Checks for rsync and for the interpreters of the hooks that this deploy may run. Call it before anything is changed. */
async function checkTools({ catalog, request }: BuiltBucket, delivery: 'files' | 'nothing'): Promise<void> {
  if (delivery === 'files' && !(await isOnPath('rsync'))) {
    throw new Failure('host prerequisites not met: rsync was not found on this machine', {
      exitCode: 2,
      hint: 'install it, for example with: apt-get install rsync',
    });
  }
  const { jobs } = request.filters;
  const selected = catalog.jobs.filter(({ name }) => jobs.length === 0 || jobs.includes(name));
  const missing = await missingInterpreters(selected, await findHookTools(), DEPLOY_EVENTS);
  if (missing.length > 0) throw interpreterFailure(missing);
}

const DEPLOY_EVENTS: readonly HookEvent[] = HOOK_EVENTS.filter((event) => event !== 'cli' && event !== 'post_build');

/** Closes everything in reverse order, even when a step fails. */
class Closers {
  readonly #open: AsyncDisposable[] = [];

  add<T extends AsyncDisposable>(one: T): T {
    this.#open.push(one);
    return one;
  }

  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const one of this.#open.splice(0).reverse()) {
      try {
        await one[Symbol.asyncDispose]();
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

interface RuntimeParts {
  readonly built: BuiltBucket;
  readonly run: Run;
  readonly staging: StagingArea;
  readonly closers: Closers;
  readonly hookRecords: HookRecord[];
}

async function startRuntime({ built, run, staging, closers, hookRecords }: RuntimeParts): Promise<HookRuntime> {
  const { request, face, workspace, state, catalog } = built;
  const { ledger, box } = state;
  const api = closers.add(
    await startHookApi({
      store: ledger.kv,
      box,
      masker: face.masker,
      warn: (message) => face.emit({ type: 'noticed', level: 'warning', message }),
      persist: (revision) => ledger.keep(revision),
      demandsOn: (job, hook) => demandsOn(catalog.jobs, job, hook),
      workers: request.flags.dryRun ? undefined : hookWorkers(run),
    }),
  );
  return {
    api,
    store: ledger.kv,
    box,
    masker: face.masker,
    tools: await findHookTools(),
    environment: inheritedEnvironment(face.env, request.hookEnv),
    bucketRoot: workspace.bucketDir,
    stagingDir: await staging.folder(),
    defaultTimeoutMs: workspace.settings.hookTimeoutMs,
    onLine: ({ job, worker, line, stream }) => face.emit({ type: 'output', job, worker, line, stream }),
    onRecord: (record) => {
      hookRecords.push(record);
      face.emit({ type: 'hook-finished', record });
    },
    signal: face.signal,
  };
}

interface HookCall {
  readonly built: BuiltBucket;
  readonly hooks: HookRequest;
  readonly runtime: HookRuntime;
}

async function runHooks({ built, hooks, runtime }: HookCall): Promise<HookResult> {
  const { ledger } = built.state;
  const { job, event, allocations, phase, extraEnv } = hooks;
  const hosts = job.allocations.map(({ host }) => host);
  const { text, source } = resolveRolloutOrder(ledger.kv.get(jobNamespace(job.name), 'rollout_order'), hosts, hosts);
  const outcome = await runHookEvent(
    {
      job,
      event,
      targets: allocations,
      batchSize: hooks.batchSize,
      rolloutOrder: { text, source },
      versionsOf: ({ id, newVersion }) => ({
        current: ledger.allocation(id)?.currentVersion ?? '0.0.0',
        next: newVersion,
      }),
      phase,
      ...(hooks.hook === undefined ? {} : { hook: hooks.hook }),
      ...(hooks.batch === undefined ? {} : { batch: hooks.batch }),
      ...(extraEnv === undefined ? {} : { extra: extraEnv }),
    },
    runtime,
  );
  return toResult(outcome);
}

function toResult(outcome: HookEventOutcome): HookResult {
  const problems = new Map<string, string>();
  for (const { worker, hook, problem } of outcome.records) {
    if (problem === undefined) continue;
    const sentence = `${worker}: hook ${hook}: ${problem}`;
    const earlier = problems.get(worker);
    problems.set(worker, earlier === undefined ? sentence : `${earlier}; ${sentence}`);
  }
  const failure = outcome.kind === 'succeeded' ? undefined : outcome.message;
  return { failure, problems };
}
