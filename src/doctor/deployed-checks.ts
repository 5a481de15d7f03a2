/** Compares what lies on a worker with what the state says is deployed there. Pure. */
import { type Belief, jobOn, judgeWorker, type OurState } from '../sight/belief.ts';
import type { WorkerFacts } from '../sight/worker-facts.ts';
import type { StateDocument } from '../state/document.ts';
import { checksOf, type DoctorCheck } from './check.ts';

export interface Deployed {
  readonly facts: WorkerFacts;
  readonly document: StateDocument;
  /** Where the state is kept. */
  readonly kind: OurState['kind'];
}

/** Returns a check of who wrote last, and one of the folders of the jobs; none when nothing is deployed there. */
export function checkDeployed({ facts, document, kind }: Deployed): DoctorCheck[] {
  const { host } = facts;
  const jobs = deployedJobs(document, host);
  if (jobs.length === 0) return [];
  const known = document.workers[host];
  const belief = judgeWorker(
    facts,
    { ...document, kind },
    {
      workerId: known?.id ?? '',
      listedIds: new Set(Object.values(document.workers).map(({ id }) => id)),
      noted: known?.updateSeq,
      upload: 'open', // an unfinished upload is a matter of the next deploy
    },
  );
  return [checkWriter(host, belief), checkJobs(facts, document.bucketId, jobs)];
}

/** Returns the jobs that should run on the worker, sorted. */
function deployedJobs({ allocations }: StateDocument, host: string): string[] {
  return allocations
    .filter((one) => one.host === host && !one.removed && !one.disabled && !one.stopped)
    .filter(({ promoted, applied }) => (applied ?? promoted) !== undefined)
    .map(({ job }) => job)
    .sort();
}

function checkWriter(host: string, belief: Belief): DoctorCheck {
  const { ok, warning, failed } = checksOf(host);
  switch (belief.kind) {
    case 'ours':
      return ok('worker.json', 'written by this state');
    case 'nothing':
      return failed('worker.json', 'nothing of this bucket is there', 'maand deploy starts its jobs again');
    case 'unsigned':
      return warning('worker.json', `it is ${UNSIGNED[belief.fault]}`, 'maand deploy writes it again');
    case 'restored': {
      const seen = `it holds an older deploy (${belief.found}) than the last one (${belief.noted})`;
      return failed('worker.json', seen, 'maand deploy delivers again and restarts');
    }
    case 'other-worker':
      return failed(
        'worker.json',
        'it has the files of another worker',
        'if two workers exchanged their addresses, correct workers.json; else maand deploy',
      );
    case 'elsewhere': {
      const { writer, found } = belief;
      const who = writer ? `"${writer.name}", serial ${writer.serial}, by ${writer.run}` : `update ${found}`;
      return failed(
        'worker.json',
        `another state wrote there last: ${who}`,
        'use that state, or take its work over: maand state adopt; see docs/state.md#state-elsewhere',
      );
    }
  }
}

const UNSIGNED = { absent: 'missing', damaged: 'damaged', 'other-bucket': 'that of another bucket' } as const;

function checkJobs(facts: WorkerFacts, bucketId: string, jobs: readonly string[]): DoctorCheck {
  const { ok, failed } = checksOf(facts.host);
  const sights = jobs.map((job) => ({ job, sight: jobOn(facts, bucketId, job) }));
  const cutOff = sights.filter(({ sight }) => typeof sight === 'object').map(({ job }) => job);
  if (cutOff.length > 0) {
    const seen = `their folders are behind a link that leads nowhere: ${cutOff.join(', ')}`;
    return failed('jobs', seen, 'mount the disk that the link leads to');
  }
  const missing = sights.filter(({ sight }) => sight === 'missing').map(({ job }) => job);
  if (missing.length > 0) {
    return failed('jobs', `their folders are missing: ${missing.join(', ')}`, 'maand deploy starts them again');
  }
  return ok('jobs', jobs.join(', '));
}
