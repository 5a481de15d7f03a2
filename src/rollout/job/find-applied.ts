/**
 * Finds the lifecycle commands that an earlier run completed before it was killed. The state does not record these
 * commands, but the workers do. They therefore do not run twice.
 */
import { mapLimit } from '../../base/concurrency.ts';
import { shellQuote } from '../../base/text/shell-quote.ts';
import type { AllocationRecord } from '../../state/document.ts';
import { notesFolder } from '../lifecycle.ts';
import { type Run, workerOf } from '../run.ts';

const TIMEOUT_MS = 30_000;

/**
 * Records in the state the lifecycle commands that succeeded in an earlier run. Returns the jobs of these commands.
 * When a worker gives no answer, its commands run again.
 */
export async function findApplied(run: Run): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const unsure = run.ledger.allocations.filter((record) => isUnsure(run, record));
  if (unsure.length === 0) return found;
  await mapLimit(unsure, run.settings.parallelWorkers, async (record) => {
    const note = await readNote(run, record);
    if (note?.hash !== record.delivered || note?.hash === undefined) return;
    run.ledger.record({ ...record, applied: note });
    found.add(record.job);
  });
  await run.ledger.commit();
  return found;
}

function isUnsure({ catalog, jobs }: Run, record: AllocationRecord): boolean {
  const { delivered, applied, promoted, stopped, repeat, removed, disabled, host, job } = record;
  if (delivered === undefined || delivered === (applied ?? promoted)?.hash) return false;
  return (
    !stopped &&
    !repeat &&
    !removed &&
    !disabled &&
    jobs.has(job) &&
    catalog.workers.some((worker) => worker.host === host)
  );
}

async function readNote(run: Run, { id, host }: AllocationRecord) {
  const worker = workerOf(run, host);
  const file = shellQuote(`${notesFolder(worker, run.catalog.bucketId)}/${id}`);
  const command = { label: 'last run', script: `cat ${file} 2>/dev/null || :`, timeoutMs: TIMEOUT_MS };
  const outcome = await run.workers.look(worker, command, run.signal);
  if (outcome.kind !== 'exited') return undefined;
  const [hash, version] = outcome.stdout.trim().split(' ');
  return hash !== undefined && hash !== '' && version !== undefined ? { hash, version } : undefined;
}
