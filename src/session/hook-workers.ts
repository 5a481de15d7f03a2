/** Gives hooks access to the workers, over the connections of the run. The fence runs before each command. */
import { anySignal } from '../base/abort.ts';
import { Failure, messageOf } from '../base/failure.ts';
import { shellQuote } from '../base/text/shell-quote.ts';
import type { Catalog, CatalogWorker } from '../catalog/types.ts';
import type { HookWorkers, WorkerTask, WorkerTaskEnd } from '../hooks/api/worker-tasks.ts';
import { jobFolder, type Run } from '../rollout/run.ts';
import type { ChangeOutcome } from '../transport/guarded-workers.ts';
import { workerProgram } from '../worker-side/program.ts';

/** Exit code after a timeout. The shell command `timeout` uses the same code. */
const TIMED_OUT_EXIT_CODE = 124;

type WorkerRun = Pick<Run, 'catalog' | 'ledger' | 'workers' | 'emit' | 'signal'>;

export function hookWorkers(run: WorkerRun): HookWorkers {
  return {
    hostsOf: (job) => hostsOf(run.catalog, job),
    run: (task, signal) => runTask(run, task, anySignal(run.signal, signal)),
  };
}

function hostsOf({ jobs, removed }: Catalog, name: string): string[] {
  const placed = jobs.find((job) => job.name === name)?.allocations ?? [];
  return [...placed, ...removed.filter(({ job }) => job === name)].map(({ host }) => host);
}

async function runTask(run: WorkerRun, task: WorkerTask, signal: AbortSignal): Promise<WorkerTaskEnd> {
  const worker = workerFor(run.catalog, task.host);
  const script = scriptFor(run, task, worker);
  const { timeoutMs } = task;
  run.workers.forget('hook'); // the script that runs may just have booted this worker
  try {
    return toEnd(await run.workers.change(worker, { ...shownAs(run, task), script, timeoutMs }, signal));
  } catch (thrown) {
    const hint = thrown instanceof Failure ? thrown.hint : undefined; // for example, a missing key: the script must get the hint
    return { kind: 'failed', message: withHint(`worker ${task.host}: ${messageOf(thrown)}`, hint) };
  }
}

/**
 * Returns the worker. A worker that is no longer in the catalog is also found while something of the job must still be
 * stopped there.
 */
function workerFor({ workers, removed }: Catalog, host: string): CatalogWorker {
  const worker =
    workers.find((one) => one.host === host) ?? removed.find((allocation) => allocation.host === host)?.worker;
  if (!worker) throw new Error(`no worker ${host} in the catalog`);
  return worker;
}

/**
 * Returns how to show the task. The output of a make target is shown live, as in a deploy. The output of other commands
 * goes only to the script that ran them.
 */
function shownAs(run: WorkerRun, task: WorkerTask) {
  if (task.kind === 'command') return { label: 'the command of a hook' };
  const { job, host } = task;
  const onLine = (line: string, stream: 'stdout' | 'stderr') =>
    run.emit({ type: 'output', job, worker: host, line, stream });
  return { label: `make ${task.target}`, onLine, env: versionsOn(run, job, host) };
}

/** Returns the versions that a deploy passes to the targets start, restart and reload. */
function versionsOn({ catalog, ledger }: WorkerRun, name: string, host: string): Record<string, string> {
  const allocation = catalog.jobs.find((job) => job.name === name)?.allocations.find((one) => one.host === host);
  if (!allocation) return {};
  const current = ledger.allocation(allocation.id)?.currentVersion ?? '0.0.0';
  return { CURRENT_VERSION: current, NEW_VERSION: allocation.newVersion };
}

function scriptFor({ catalog }: WorkerRun, task: WorkerTask, worker: CatalogWorker): string {
  // `sh -c` is not used, because other users of the worker can read its arguments.
  if (task.kind === 'command') return `eval ${shellQuote(task.command)}`;
  const { job, target, host } = task;
  const folder = jobFolder(worker, catalog.bucketId, job);
  const missing = `job ${job} has not been delivered to ${host} yet`;
  return workerProgram('job/make-target', { variables: { folder, target, missing } });
}

function toEnd(outcome: ChangeOutcome): WorkerTaskEnd {
  switch (outcome.kind) {
    case 'exited':
      return outcome;
    case 'overtaken':
      return { ...outcome, kind: 'exited' };
    case 'timed-out':
      return { ...outcome, exitCode: TIMED_OUT_EXIT_CODE };
    case 'failed': {
      const { message, hint } = outcome.problem;
      return { kind: 'failed', message: withHint(message, hint) };
    }
  }
}

function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
