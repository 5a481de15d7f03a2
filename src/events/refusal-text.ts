/**
 * Writes the messages about a refused plan: which stops are refused, why they are refused, and how the user can allow
 * them.
 */
import type { Refusal, RefusedJob } from './plan.ts';

const JOBS_SHOWN = 10;
const WORKERS_SHOWN = 8;

/** Returns one sentence without a full stop: which jobs would be stopped, where, and for which cause. */
export function refusalText({ code, empty, jobs }: Refusal): string {
  const texts = jobs.map((job) => (empty === undefined ? `${placesText(job)} (${causeText(job)})` : placesText(job)));
  const shown = some(texts, JOBS_SHOWN, '; ');
  switch (code) {
    case 'stops-everything': {
      const cause = empty === undefined ? '' : `${EMPTY[empty]}, so `;
      return `${cause}this deploy would stop everything that is deployed: ${shown}`;
    }
    case 'stops-job':
      return `this deploy would stop the last allocation of ${jobs.length === 1 ? 'a job' : `${jobs.length} jobs`}: ${shown}`;
  }
}

const EMPTY = {
  workers: 'workers.json lists no worker',
  jobs: 'there is no job in workspace/jobs',
} as const satisfies Record<NonNullable<Refusal['empty']>, string>;

/** Returns what to do: correct the workspace, or allow the stops. */
export function refusalHint({ allow }: Refusal): string {
  const names = allow.length > JOBS_SHOWN ? 'all' : allow.join(',');
  return `check workers.json, the selectors and the folders in workspace/jobs; if these stops are meant: --allow-stops ${names} (the input allow-stops: ${names})`;
}

function placesText({ job, workers }: RefusedJob): string {
  return `${job} on ${some(workers, WORKERS_SHOWN, ', ')}`;
}

function causeText({ job, cause }: RefusedJob): string {
  switch (cause.kind) {
    case 'left':
      return `workspace/jobs/${job} is no longer there`;
    case 'no-worker':
      return `no worker has ${cause.selectors.length === 1 ? 'the label' : 'all of the labels'} ${cause.selectors.join(', ')}`;
    case 'rest-disabled':
      return 'its other allocations are disabled';
    case 'not-started':
      return `this deploy does not start it on ${some(cause.workers, WORKERS_SHOWN, ', ')}`;
    case 'moves':
      return `it would then be started on ${some(cause.workers, WORKERS_SHOWN, ', ')}`;
  }
}

function some(texts: readonly string[], most: number, separator: string): string {
  const rest = texts.length - most;
  return `${texts.slice(0, most).join(separator)}${rest > 0 ? ` and ${rest} more` : ''}`;
}
