/**
 * `maand run_command 'CMD'`: runs a script on chosen workers, a few at a time, optionally with a health check between
 * batches.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../base/failure.ts';
import type { Catalog, CatalogWorker } from '../../catalog/types.ts';
import { problemsText } from '../../events/problem-text.ts';
import { batchesOf } from '../../plan/rollout-order.ts';
import type { Request } from '../../request/request.ts';
import { runOnWorkers } from '../../rollout/by-hand/run-on-workers.ts';
import { workerGateProblem } from '../../rollout/by-hand/worker-gate.ts';
import { requireOurs } from '../../rollout/by-hand/worker-sync.ts';
import { inRolloutOrder } from '../../rollout/hook-events.ts';
import { waitHealthy } from '../../rollout/job/gate.ts';
import type { WorkerEnd } from '../../rollout/lifecycle.ts';
import type { Run } from '../../rollout/run.ts';
import type { CommandCall } from '../../session/command-call.ts';
import type { CommandResult } from '../../session/face.ts';
import { maskStoredSecrets } from '../../session/masks/mask-stored-secrets.ts';
import { selectWorkers } from '../../session/open-bucket.ts';
import { withBucket } from '../../session/with-bucket.ts';
import { withBuilt } from '../../session/with-built.ts';
import { withRun } from '../../session/with-run.ts';
import { toldEnd } from '../job/job-control-result.ts';
import { runCommandResult } from './run-command-result.ts';

/**
 * Pause between a batch and its health check. A service that the script broke usually fails within this time; an earlier
 * check could still find it healthy.
 */
const PAUSE_MS = 10_000;

export async function runCommand(call: CommandCall): Promise<CommandResult> {
  return withBucket(call, async (bucket) => {
    const { request, face } = bucket;
    const script = await readScript(request, bucket.workspace.bucketDir);
    return withBuilt(bucket, { state: 'change', catalog: 'workspace' }, async (built) => {
      maskStoredSecrets(built.state, face);
      const workers = chooseWorkers(built.catalog, request);
      const carryOut = request.flags.healthCheck ? inCheckedBatches : inWindow;
      const { ends, unhealthy } = await withRun(built, async ({ run }) => {
        await requireOurs(run, workers);
        return carryOut({ run, script, workers, request });
      });
      return runCommandResult({ workers: workers.map(({ host }) => host), ends: ends.map(toldEnd), unhealthy });
    });
  });
}

async function readScript({ operands, script }: Request, bucketDir: string): Promise<string> {
  const given = operands[0] ?? script;
  const file = join(bucketDir, 'workspace', 'command.sh');
  const text = given ?? (await readFile(file, 'utf8').catch(noFile));
  if (text.trim() !== '') return text;
  throw new Failure('command is empty', {
    exitCode: 2,
    hint: given === undefined ? `write it into ${file}` : "usage: maand run_command 'CMD'",
  });
}

function noFile(thrown: NodeJS.ErrnoException): never {
  if (thrown.code !== 'ENOENT')
    throw new Failure(`cannot read workspace/command.sh: ${thrown.message}`, { exitCode: 2 });
  throw new Failure('command argument or workspace/command.sh is required', {
    exitCode: 2,
    hint: "usage: maand run_command 'CMD'",
  });
}

/** Returns the chosen workers in the order of `--workers`. Without that option, returns them in the order of the catalog. */
function chooseWorkers({ workers }: Catalog, { filters }: Request): readonly CatalogWorker[] {
  const hosts = selectWorkers(
    filters.workers,
    workers.map(({ host }) => host),
  );
  const chosen = [...hosts].flatMap((host) => workers.filter((worker) => worker.host === host));
  const wanted = chosen.filter(
    ({ labels }) => filters.labels.length === 0 || filters.labels.some((label) => labels.includes(label)),
  );
  if (wanted.length > 0) return wanted;
  const labels = [...new Set(workers.flatMap((worker) => worker.labels))].sort();
  throw new Failure('no workers matched the selection', {
    exitCode: 2,
    hint: labels.length === 0 ? 'the bucket has no workers' : `labels of this bucket: ${labels.join(', ')}`,
  });
}

interface CommandOrder {
  readonly run: Run;
  readonly script: string;
  readonly workers: readonly CatalogWorker[];
  readonly request: Request;
}

interface CommandEnd {
  readonly ends: readonly WorkerEnd[];
  /** Why the health check between batches ended the run. */
  readonly unhealthy?: string;
}

async function inWindow({ run, script, workers, request }: CommandOrder): Promise<CommandEnd> {
  const onFailure = request.flags.ignoreFailure ? 'go-on' : 'stop';
  return { ends: await runOnWorkers(run, { script, workers, concurrency: request.concurrency, onFailure }) };
}

/** Runs fixed batches. The next batch starts when every job of the bucket is healthy. */
async function inCheckedBatches({ run, script, workers, request }: CommandOrder): Promise<CommandEnd> {
  const ends: WorkerEnd[] = [];
  const { concurrency } = request;
  for (const [index, batch] of batchesOf(workers, concurrency).entries()) {
    const ended = await runOnWorkers(run, { script, workers: batch, concurrency, onFailure: 'go-on' });
    ends.push(...ended);
    if (run.signal.aborted || ended.some(({ problem }) => problem !== undefined)) break;
    await delay(PAUSE_MS, undefined, { signal: run.signal }).catch(() => {}); // the check reports the cancellation
    const problem = await allHealthProblem(run);
    if (problem === undefined) continue;
    return { ends, unhealthy: `after worker batch ${index + 1}: ${problem}` };
  }
  return { ends };
}

async function allHealthProblem(run: Run): Promise<string | undefined> {
  if (run.signal.aborted) return 'cancelled while waiting for health';
  const gate = await workerGateProblem(run);
  if (gate !== undefined) return gate;
  const failures: string[] = [];
  for (const job of run.catalog.jobs) {
    const problems = await waitHealthy(run, job, inRolloutOrder(run, job, job.allocations));
    if (problems.size > 0) failures.push(`job ${job.name}: ${problemsText(problems.values())}`);
  }
  return failures.length === 0 ? undefined : failures.join('; ');
}
