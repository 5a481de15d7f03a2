/**
 * Tells workers apart before they are changed: two addresses that lead to one root folder would be two deliveries into
 * one folder, and two `make start` at once.
 */
import { randomBytes } from 'node:crypto';
import { mapLimit } from '../../base/concurrency.ts';
import type { CatalogWorker } from '../../catalog/types.ts';
import { stopFailure } from '../../state/stop.ts';
import { workerProgram } from '../../worker-side/program.ts';
import type { Run } from '../run.ts';

const TIMEOUT_MS = 30_000;

interface Named {
  readonly worker: CatalogWorker;
  readonly id: string;
  readonly bootId: string | undefined;
}

/**
 * Gives each of these workers an id when it has none. Throws a `StopFailure` (exit code 3) when two listed addresses
 * show the same id. A worker that does not answer is left to the step that uses it.
 */
export async function tellApart(run: Run, hosts: readonly string[]): Promise<void> {
  const wanted = new Set(hosts);
  const workers = run.catalog.workers.filter(({ host }) => wanted.has(host));
  const sights = await run.look(workers, run.signal);
  const named = await mapLimit(workers, run.settings.parallelWorkers, async (worker): Promise<Named | undefined> => {
    const sight = sights.get(worker.host);
    if (sight?.kind !== 'seen') return undefined;
    const { workerId, bootId } = sight.facts;
    const id = workerId ?? (await giveId(run, worker));
    return id === undefined ? undefined : { worker, id, bootId };
  });
  refuseTwins(named.flatMap((one) => one ?? []));
}

async function giveId(run: Run, worker: CatalogWorker): Promise<string | undefined> {
  const variables = { root: worker.root, id: randomBytes(16).toString('hex') };
  const script = workerProgram('sight/name', { variables });
  const command = { label: 'worker id', script, timeoutMs: TIMEOUT_MS };
  const outcome = await run.workers.change(worker, command, run.signal);
  return outcome.kind === 'exited' && outcome.exitCode === 0 ? outcome.stdout.trim() : undefined;
}

function refuseTwins(named: readonly Named[]): void {
  const byId = new Map<string, Named[]>();
  for (const one of named) byId.set(one.id, [...(byId.get(one.id) ?? []), one]);
  const twins = [...byId.values()].filter(({ length }) => length > 1);
  if (twins.length === 0) return;
  throw stopFailure({
    code: 'worker-twice',
    message: twins.map(twinsText).join('\n'),
    hint: 'nothing was changed on them; list each worker under one address',
  });
}

function twinsText(group: readonly Named[]): string {
  const hosts = group.map(({ worker }) => worker.host).join(' and ');
  const [first] = group;
  const file = `${first?.worker.root}/.maand/worker-id`;
  const isClone = new Set(group.map(({ bootId }) => bootId)).size > 1;
  return isClone
    ? `${hosts} have the same worker id, and they are different machines: one is a clone of the other. On the clone: rm ${file}`
    : `${hosts} are two addresses of one worker: both lead to ${first?.worker.root} on the same machine`;
}
