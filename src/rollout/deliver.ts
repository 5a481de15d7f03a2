/** Delivers staged trees to workers. */
import { mapLimit } from '../base/concurrency.ts';
import type { CatalogJob } from '../catalog/types.ts';
import type { Problem } from '../events/problem.ts';
import { problemText } from '../events/problem-text.ts';
import { JOB_OWNED } from '../stage/tree.ts';
import { deliveryProblem } from '../transport/outcome-problem.ts';
import { type StagedJob, treeOf } from './job/stage-job.ts';
import { problemsByHost, WORKER_TOOLS } from './readiness.ts';
import { bucketFolder, type Run, workerOf } from './run.ts';
import { identityOf } from './signature.ts';

const TIMEOUT_MS = 30 * 60_000;

/** Host → why the delivery failed. */
export type DeliveryProblems = ReadonlyMap<string, Problem>;

/**
 * Sends trees to workers. The first delivery of a run to a worker also sends `worker.json`, `jobs.json` and `bin/`.
 * Nothing else in the folder of the bucket is changed.
 */
export class Deliverer {
  readonly #run: Run;
  readonly #greeted = new Set<string>();

  constructor(run: Run) {
    this.#run = run;
  }

  /** Sends the job's tree for each host to that host, to all hosts at the same time. */
  async job(job: CatalogJob, staged: StagedJob, hosts: readonly string[]): Promise<DeliveryProblems> {
    return this.#each(hosts, job.name, async (host) => [await this.#run.staging.tree(job.name, treeOf(staged, host))]);
  }

  /** Sends only `worker.json`, `jobs.json` and `bin/`, to the hosts that did not get these files in this run. */
  async workerFiles(hosts: readonly string[], job: string): Promise<DeliveryProblems> {
    return this.#each(
      hosts.filter((host) => !this.#greeted.has(host)),
      job,
      async () => [],
    );
  }

  async #each(
    hosts: readonly string[],
    job: string,
    sourcesFor: (host: string) => Promise<string[]>,
  ): Promise<DeliveryProblems> {
    const problems = await mapLimit(hosts, this.#run.settings.parallelWorkers, async (host) => {
      const sources = [...(await this.#ownFiles(host)), ...(await sourcesFor(host))];
      return this.#send(host, job, sources);
    });
    return problemsByHost(hosts, problems);
  }

  async #send(host: string, job: string, sources: readonly string[]): Promise<Problem | undefined> {
    const { workers, emit, catalog, signal } = this.#run;
    const worker = workerOf(this.#run, host);
    emit({ type: 'phase-started', job, phase: 'sync', worker: host });
    const delivery = {
      sources,
      destination: bucketFolder(worker, catalog.bucketId),
      protect: JOB_OWNED.map((name) => `jobs/${job}/${name}`),
      tools: WORKER_TOOLS,
      timeoutMs: TIMEOUT_MS,
    };
    const outcome = await workers.deliver(worker, delivery, signal);
    const problem = deliveryProblem(host, TIMEOUT_MS, outcome);
    if (problem === undefined) {
      this.#greeted.add(host);
      this.#run.ledger.noteDelivered(host);
    }
    emit({
      type: 'phase-finished',
      job,
      phase: 'sync',
      worker: host,
      outcome: problem === undefined ? 'succeeded' : signal.aborted ? 'cancelled' : 'failed',
      durationMs: outcome.durationMs,
      ...(problem === undefined ? {} : { message: problemText(problem) }),
    });
    return problem;
  }

  async #ownFiles(host: string): Promise<string[]> {
    if (this.#greeted.has(host)) return [];
    const { catalog, ledger, staging } = this.#run;
    const worker = workerOf(this.#run, host);
    const here = catalog.jobs.flatMap(({ allocations }) => allocations.filter((one) => one.host === host));
    return staging.workerFiles({
      host,
      identity: identityOf(this.#run, worker, ledger.updateSeq),
      jobs: here.map(({ job, disabled }) => ({ job, disabled: disabled ? 1 : 0 })),
    });
  }
}
