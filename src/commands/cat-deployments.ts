import type { StepAction } from '../plan/types.ts';
import { planDeploy } from '../rollout/deploy.ts';
import type { AllocationRecord } from '../state/document.ts';
import { applyBuild } from './build.ts';
import { listCertificatesAhead } from './certificates.ts';
import type { Listing, ListingInput } from './listing.ts';
import { openRun } from './open-run.ts';

/** Where every allocation stands (spec 07 §7.5): what a deploy of the workspace as it is now would find. */
export async function listDeployments(input: ListingInput): Promise<Listing> {
  if (input.state.ledger.builtDigest !== input.workspace.digest) {
    applyBuild(input.state.ledger, input.catalog, input.workspace); // in memory: this state cannot be saved
    await listCertificatesAhead(input);
  }
  await using opened = await openRun(input);
  const plan = await planDeploy(opened.run);
  const actions = new Map(
    plan.waves
      .flatMap(({ jobs }) => jobs)
      .flatMap(({ steps }) => steps.map((step) => [step.allocationId, step.action])),
  );
  const targets = new Map(
    input.catalog.jobs.flatMap(({ allocations }) => allocations.map((one) => [one.id, one.newVersion])),
  );
  const { ledger } = input.state;
  return {
    columns: [
      'job',
      'worker_ip',
      'alloc_id',
      'rollout',
      'current_version',
      'new_version',
      'disabled',
      'removed',
      'post_deploy_status',
    ],
    rows: ledger.allocations
      .filter(({ job, host }) => input.jobs.has(job) && input.workers.has(host))
      .sort((a, b) => (a.job === b.job ? (a.host < b.host ? -1 : 1) : a.job < b.job ? -1 : 1))
      .map((record) => ({
        job: record.job,
        worker_ip: record.host,
        alloc_id: record.id,
        rollout: rolloutStatus(record, actions.get(record.id)),
        current_version: record.currentVersion,
        new_version: targets.get(record.id) ?? record.currentVersion,
        disabled: record.disabled ? 1 : 0,
        removed: record.removed ? 1 : 0,
        post_deploy_status: ledger.isPostDeployPending(record.job) ? 'pending' : '',
      })),
  };
}

/** `applied`: rolled, but not seen healthy yet. */
function rolloutStatus(record: AllocationRecord, action: StepAction | undefined): string {
  if (record.removed) return 'removed';
  if (record.disabled) return action === 'promote' || action === 'stop+promote' ? 'disabled_restart' : 'disabled';
  if (record.applied && action === 'promote') return 'applied';
  if (!record.promoted && !record.applied) return 'new';
  return action === 'skip' || action === undefined ? 'promoted' : 'restart';
}
