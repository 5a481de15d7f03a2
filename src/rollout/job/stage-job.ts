/** Stages every allocation of a job with the KV as it is now, and plans what to do with them. */
import { mapLimit } from '../../base/concurrency.ts';
import type { Allocation, CatalogJob } from '../../catalog/types.ts';
import type { JobPlan } from '../../events/plan.ts';
import { openView } from '../../kv/access.ts';
import { allocationNamespace, jobNamespace } from '../../kv/namespaces.ts';
import { type KnownAllocation, type KnownTree, planJob, type StagedAllocation } from '../../plan/plan-job.ts';
import { fileDigests } from '../../stage/digest.ts';
import type { StageOutcome, StageProblem } from '../../stage/stager.ts';
import type { StagedTree } from '../../stage/tree.ts';
import type { DeployedTree } from '../../state/document.ts';
import { type Run, workerOf } from '../run.ts';

const ALLOCATIONS_AT_ONCE = 16;

/** Host → tree, or why there is none. */
export type StagedJob = ReadonlyMap<string, StageOutcome>;

export async function stageJob(run: Run, job: CatalogJob): Promise<StagedJob> {
  for (const { host, newVersion } of job.allocations) {
    run.ledger.kv.put(allocationNamespace(job.name, host), 'version', newVersion);
  }
  const outcomes = await mapLimit(job.allocations, ALLOCATIONS_AT_ONCE, (one) => stageAllocation(run, job, one));
  return new Map(job.allocations.map(({ host }, at) => [host, outcomes[at] as StageOutcome]));
}

function stageAllocation(run: Run, job: CatalogJob, allocation: Allocation): Promise<StageOutcome> {
  const { ledger, catalog, masker, box } = run;
  const scope = { job: job.name, host: allocation.host, demandedJobs: job.demandedJobs };
  const source = { store: ledger.kv, box, onSecret: (plain: string) => void masker.add(plain) };
  return run.stager.stage({
    job,
    allocation,
    worker: workerOf(run, allocation.host),
    view: openView({ ...source, scope }),
    certificates: source,
    bucketId: catalog.bucketId,
    currentVersion: ledger.allocation(allocation.id)?.currentVersion ?? '0.0.0',
    updateSeq: ledger.updateSeq,
  });
}

/** Everything that could not be rendered, in worker order. */
export function stageProblems(staged: StagedJob): StageProblem[] {
  return [...staged.values()].flatMap((outcome) => (outcome.kind === 'failed' ? outcome.problems : []));
}

/** Whether all that is wanting are KV keys that hooks write: before they ran this is expected, not an error. */
export function needsHook(problems: readonly StageProblem[]): boolean {
  return problems.every(({ missing }) => missing !== undefined && /^(?:vars|secrets)\/job\//.test(missing.namespace));
}

export function treeOf(staged: StagedJob, host: string): StagedTree {
  const outcome = staged.get(host);
  if (outcome?.kind !== 'staged') throw new Error(`nothing is staged for ${host}`);
  return outcome.tree;
}

/** `unhealthy`: hosts whose applied tree was just found unhealthy. */
export function planStaged(run: Run, job: CatalogJob, staged: StagedJob, unhealthy: ReadonlySet<string>): JobPlan {
  return planJob({
    job,
    known: (id) => knownAllocation(run, id),
    staged: (host) => describeStaged(staged.get(host)),
    unhealthy,
    postDeployPending: run.ledger.isPostDeployPending(job.name),
    rolloutOrder: run.ledger.kv.get(jobNamespace(job.name), 'rollout_order'),
    options: run.options,
  });
}

/** What the state says of an allocation, in the terms of a plan. */
export function knownAllocation({ ledger }: Pick<Run, 'ledger'>, id: string): KnownAllocation | undefined {
  const record = ledger.allocation(id);
  if (!record) return undefined;
  const tree = (deployed: DeployedTree | undefined): KnownTree | undefined =>
    deployed && { ...deployed, files: ledger.filesOf(deployed) };
  return {
    currentVersion: record.currentVersion,
    promoted: tree(record.promoted),
    applied: tree(record.applied),
    delivered: record.delivered,
    stopped: record.stopped ?? false,
  };
}

function describeStaged(outcome: StageOutcome | undefined): StagedAllocation {
  if (outcome?.kind !== 'staged') return { kind: 'needs-hook' };
  return { kind: 'staged', hash: outcome.tree.hash, files: fileDigests(outcome.tree) };
}
