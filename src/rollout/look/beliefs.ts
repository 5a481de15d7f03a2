/** Decides for each worker that was seen what this state may believe of it, and puts the refusals into problems. */
import type { CatalogWorker } from '../../catalog/types.ts';
import type { WorkerProblem } from '../../events/problem.ts';
import { type Belief, judgeWorker, type KnownHere } from '../../sight/belief.ts';
import type { Sight, WorkerFacts, Writer } from '../../sight/worker-facts.ts';
import type { Run } from '../run.ts';

/** One worker that was seen. */
export interface Believed {
  readonly facts: WorkerFacts;
  readonly belief: Belief;
}

/** Host → what was seen there, and what of it is believed. */
export type Beliefs = ReadonlyMap<string, Believed>;

/** Returns what is believed of each worker that answered. */
export function believe(run: Run, sights: ReadonlyMap<string, Sight>): Beliefs {
  const known = openKnown(run);
  return new Map(
    [...sights.values()].flatMap((sight): [string, Believed][] => {
      if (sight.kind === 'silent') return [];
      const { facts } = sight;
      return [[facts.host, { facts, belief: judgeWorker(facts, run.origin, known(facts.host)) }]];
    }),
  );
}

export function beliefOf(run: Run, facts: WorkerFacts): Belief {
  return judgeWorker(facts, run.origin, openKnown(run)(facts.host));
}

/** Returns a function that tells what the state knows of a worker. The state is searched once for all workers. */
function openKnown({ ledger, catalog }: Run): (host: string) => KnownHere {
  const listed = new Map(catalog.workers.map((worker): [string, CatalogWorker] => [worker.host, worker]));
  const listedIds = new Set(catalog.workers.map(({ id }) => id));
  const open = new Set(
    ledger.allocations.flatMap(({ host, delivered, applied, promoted }) =>
      delivered !== undefined && delivered !== (applied ?? promoted)?.hash ? [host] : [],
    ),
  );
  return (host) => {
    const known = ledger.workers[host];
    return {
      workerId: listed.get(host)?.id ?? known?.id ?? '',
      listedIds,
      noted: known?.updateSeq,
      upload: open.has(host) ? 'open' : 'none',
    };
  };
}

/** Returns why a worker must not be changed by a command that belongs to no deploy. */
export function notOurs(run: Run, facts: WorkerFacts): WorkerProblem | undefined {
  const fault = stepFault(run, beliefOf(run, facts));
  return fault && { kind: 'out-of-step', worker: facts.host, fault, remedy: 'maand deploy' };
}

/** Returns the fault of a worker that this state must not change. */
export function stepFault(
  { origin }: Run,
  belief: Belief,
): (WorkerProblem & { kind: 'out-of-step' })['fault'] | undefined {
  if (belief.kind === 'other-worker') return belief.standing === 'listed' ? { kind: 'exchanged' } : undefined;
  if (belief.kind !== 'elsewhere') return undefined;
  const { writer, found } = belief;
  return {
    kind: 'elsewhere',
    by: writer === undefined ? '' : elsewhereText(belief),
    found,
    newest: origin.updateSeq,
  };
}

/** Describes the state that wrote last. */
export function elsewhereText(belief: Belief): string {
  if (belief.kind !== 'elsewhere') return '';
  const { writer, found } = belief;
  if (writer === undefined) return `update ${found}, by a program that left no name`;
  return `"${writer.name}" ${placeText(writer.kind)}, serial ${writer.serial}, by ${writer.run}`;
}

/** Names the place of a state in a sentence. */
export function placeText(kind: Writer['kind']): string {
  return kind === 'file' ? 'in a file' : 'on the workers';
}
