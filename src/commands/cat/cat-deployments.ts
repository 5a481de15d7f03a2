/** Lists the state of every allocation, for `maand cat deployments`. */
import { mapLimit } from '../../base/concurrency.ts';
import { compareText } from '../../base/order.ts';
import { listAhead } from '../../build/build-in-memory.ts';
import type { CatalogJob } from '../../catalog/types.ts';
import { mayRun, type RecordedStage, stageOf } from '../../plan/allocation-stage.ts';
import { rolloutStatus } from '../../plan/rollout-status.ts';
import { stageJob } from '../../rollout/job/stage-job.ts';
import { knownAllocation } from '../../rollout/known-allocation.ts';
import type { Run } from '../../rollout/run.ts';
import { withRun } from '../../session/with-run.ts';
import type { AllocationRecord } from '../../state/document.ts';
import type { Listing, ListingInput } from './listing.ts';

const JOBS_AT_ONCE = 8;
const SHOWN_DIGITS = 12;

/**
 * Lists every allocation by job, then worker: its recorded state, and what a deploy of the present workspace would deliver.
 */
export async function listDeployments(input: ListingInput): Promise<Listing> {
  const { ledger } = input.state;
  if (ledger.builtDigest !== input.workspace.digest) await listAhead(input);
  const targets = await targetsOf(input);
  return {
    columns: [
      'job',
      'worker_ip',
      'alloc_id',
      'rollout',
      'current_hash',
      'previous_hash',
      'current_version',
      'new_version',
      'disabled',
      'removed',
      'post_deploy_status',
    ],
    rows: ledger.allocations
      .filter(({ job, host }) => input.jobs.has(job) && input.workers.has(host))
      .sort((a, b) => compareText(a.job, b.job) || compareText(a.host, b.host))
      .map((record) => ({
        ...rowOf(record, targets.get(record.id), stageOf(knownAllocation(input.state, record.id))),
        post_deploy_status: ledger.isPostDeployPending(record.job) ? 'pending' : '',
      })),
  };
}

/**
 * The hash of the tree, and the version, that the next deploy would give an allocation. The hash is empty while a template
 * waits for a key that a hook will write.
 */
interface Target {
  readonly hash: string;
  readonly version: string;
}

/** Returns the targets by allocation id. */
async function targetsOf(input: ListingInput): Promise<ReadonlyMap<string, Target>> {
  const jobs = input.catalog.jobs.filter(({ name }) => input.jobs.has(name));
  const targets = await withRun(input, ({ run }) => mapLimit(jobs, JOBS_AT_ONCE, (job) => targetsOfJob(run, job)));
  return new Map(targets.flat());
}

async function targetsOfJob(run: Run, job: CatalogJob): Promise<[string, Target][]> {
  const staged = await stageJob(run, job);
  return job.allocations.map(({ id, host, newVersion }) => {
    const outcome = staged.get(host);
    return [id, { hash: outcome?.kind === 'staged' ? outcome.tree.hash : '', version: newVersion }];
  });
}

function rowOf(record: AllocationRecord, target: Target | undefined, stage: RecordedStage) {
  const { applied, delivered } = record;
  const current = target?.hash ?? '';
  const previous = record.promoted?.hash ?? '';
  const newVersion = target?.version ?? record.currentVersion;
  const rollout = rolloutStatus({
    removed: record.removed,
    mayRun: mayRun(stage),
    disabled: record.disabled,
    current,
    previous,
    currentVersion: record.currentVersion,
    newVersion,
    ...(applied === undefined ? {} : { applied: applied.hash }),
    ...(delivered === undefined ? {} : { delivered }),
  });
  return {
    job: record.job,
    worker_ip: record.host,
    alloc_id: record.id,
    rollout,
    current_hash: shownHash(current),
    previous_hash: shownHash(previous),
    current_version: record.currentVersion,
    new_version: newVersion,
    disabled: record.disabled ? 1 : 0,
    removed: record.removed ? 1 : 0,
  };
}

/**
 * Returns the first hex digits of the digest. They are enough to distinguish two trees. The digest is keyed, so nobody can
 * guess file contents from these digits.
 */
function shownHash(hash: string): string {
  const [, digest = ''] = hash.split(':');
  return Buffer.from(digest, 'base64url').toString('hex').slice(0, SHOWN_DIGITS);
}
