/**
 * Stages every allocation of a job, checks whether staged trees are still current, and plans the steps for these trees.
 */
import { mapLimit } from '../../base/concurrency.ts';
import type { Allocation, CatalogJob } from '../../catalog/types.ts';
import type { JobPlan } from '../../events/plan.ts';
import { jobNamespace } from '../../kv/namespaces.ts';
import type { KvSource } from '../../kv/reads.ts';
import { planJob, type StagedAllocation } from '../../plan/plan-job.ts';
import type { StageInput } from '../../stage/basis.ts';
import { fileDigests } from '../../stage/digest.ts';
import type { StageOutcome, StageProblem, StageResult } from '../../stage/stager.ts';
import type { StagedTree } from '../../stage/tree.ts';
import { knownAllocation } from '../known-allocation.ts';
import type { Looked } from '../look/look-ahead.ts';
import { type Run, workerOf } from '../run.ts';

const ALLOCATIONS_AT_ONCE = 16;

/** Host → its tree, or the reason why there is no tree. */
export type StagedJob = ReadonlyMap<string, StageOutcome>;
export type StageResults = ReadonlyMap<string, StageResult>;

/** Stages the job. `kv` is the store that templates read; it is not changed. */
export async function stageJob(run: Run, job: CatalogJob, kv: KvSource = run.ledger.kv): Promise<StagedJob> {
  const outcomes = await mapLimit(job.allocations, ALLOCATIONS_AT_ONCE, (one) =>
    run.stager.stage(stageInput({ run, job, kv }, one)),
  );
  return new Map(job.allocations.map(({ host }, at) => [host, outcomes[at] as StageOutcome]));
}

/** Returns whether the trees are still current: the keys, versions, update sequence and files are unchanged. */
export function isCurrent(run: Run, job: CatalogJob, staged: StagedJob): boolean {
  const { kv } = run.ledger;
  return job.allocations.every((one) => staged.get(one.host)?.basis.holds(stageInput({ run, job, kv }, one)) === true);
}

interface Staging {
  readonly run: Run;
  readonly job: CatalogJob;
  readonly kv: KvSource;
}

function stageInput({ run, job, kv }: Staging, allocation: Allocation): StageInput {
  const { ledger, catalog, masker, box } = run;
  return {
    job,
    allocation,
    worker: workerOf(run, allocation.host),
    kv,
    box,
    onSecret: (plain, place) => void masker.add(plain, place),
    bucketId: catalog.bucketId,
    currentVersion: ledger.allocation(allocation.id)?.currentVersion ?? '0.0.0',
    updateSeq: ledger.updateSeq,
  };
}

/** Returns all problems of rendering, in worker order. */
export function stageProblems(staged: StageResults): StageProblem[] {
  return [...staged.values()].flatMap((outcome) => (outcome.kind === 'failed' ? outcome.problems : []));
}

/**
 * Returns whether all problems are missing KV keys that hooks write. Before the hooks have run, such keys are expected
 * to be missing.
 */
export function needsHook(problems: readonly StageProblem[]): boolean {
  return problems.every(({ missing }) => missing !== undefined && /^(?:vars|secrets)\/job\//.test(missing.namespace));
}

export function treeOf(staged: StageResults, host: string): StagedTree {
  const outcome = staged.get(host);
  if (outcome?.kind !== 'staged') throw new Error(`nothing is staged for ${host}`);
  return outcome.tree;
}

export interface StagedRoll {
  readonly job: CatalogJob;
  readonly staged: StagedJob;
  /** Hosts whose applied tree was found unhealthy in this run. */
  readonly unhealthy: ReadonlySet<string>;
  /** What the look found. */
  readonly looked: Pick<Looked, 'found'>;
}

/** Plans a job whose allocations are staged. */
export function planStaged(run: Run, { job, staged, unhealthy, looked }: StagedRoll): JobPlan {
  return planJob({
    job,
    known: (id) => knownAllocation(run, id),
    found: (id) => looked.found.get(id),
    staged: (host) => describeStaged(staged.get(host)),
    unhealthy,
    postDeployPending: run.ledger.isPostDeployPending(job.name),
    rolloutOrder: run.ledger.kv.get(jobNamespace(job.name), 'rollout_order'),
    options: run.options,
  });
}

function describeStaged(outcome: StageResult | undefined): StagedAllocation {
  if (outcome?.kind !== 'staged') return { kind: 'needs-hook' };
  return { kind: 'staged', hash: outcome.tree.hash, files: fileDigests(outcome.tree) };
}
