/**
 * Checks whether workers have what this state expects, before a command changes their jobs by hand. `update_seq` is
 * recorded for each worker, so a worker that the last deploy did not touch also passes.
 */
import type { CatalogWorker } from '../../catalog/types.ts';
import type { OutOfStep } from '../../events/out-of-step.ts';
import type { Problem } from '../../events/problem.ts';
import { problemText } from '../../events/problem-text.ts';
import type { Belief } from '../../sight/belief.ts';
import type { Sight } from '../../sight/worker-facts.ts';
import { stopFailure } from '../../state/stop.ts';
import { beliefOf, notOurs } from '../look/beliefs.ts';
import type { ReadinessProblems } from '../readiness.ts';
import { type Run, workerOf } from '../run.ts';

/** Returns host → why the worker does not match the state. Workers that match have no entry. */
export async function findOutOfStep(run: Run, hosts: readonly string[]): Promise<ReadinessProblems> {
  const sights = await run.look(
    hosts.map((host) => workerOf(run, host)),
    run.signal,
  );
  return new Map(
    [...sights].flatMap(([host, sight]): [string, Problem][] => {
      const problem = problemOf(run, host, sight);
      return problem === undefined ? [] : [[host, problem]];
    }),
  );
}

function problemOf(run: Run, host: string, sight: Sight): Problem | undefined {
  if (sight.kind === 'silent') return { kind: 'not-looked', worker: host, reason: sight.reason };
  const fault = faultOf(beliefOf(run, sight.facts));
  return notOurs(run, sight.facts) ?? (fault && { kind: 'out-of-step', worker: host, fault, remedy: 'maand deploy' });
}

/**
 * Checks workers before a command changes them that belongs to no deploy. Throws a `StopFailure` (exit code 3) when
 * another state wrote last on one of them. What they hold does not matter, and a worker that does not answer is left to
 * the command.
 */
export async function requireOurs(run: Run, workers: readonly CatalogWorker[]): Promise<void> {
  const sights = await run.look(workers, run.signal);
  const foreign = [...sights.values()].flatMap((sight) =>
    sight.kind === 'seen' ? (notOurs(run, sight.facts) ?? []) : [],
  );
  if (foreign.length === 0) return;
  throw stopFailure({
    code: 'state-elsewhere',
    message: `nothing was changed:\n${foreign.map(problemText).join('\n')}`,
    hint: 'use the state that wrote last, or take over what is there: maand state adopt',
  });
}

function faultOf(belief: Belief): OutOfStep | undefined {
  switch (belief.kind) {
    case 'ours':
    case 'elsewhere':
      return undefined;
    case 'other-worker':
      return { kind: 'other-worker' };
    case 'nothing':
      return { kind: 'absent' };
    case 'unsigned':
      return { kind: belief.fault === 'absent' ? 'unsigned' : belief.fault };
    case 'restored':
      return { kind: 'behind', found: belief.found, delivered: belief.noted };
  }
}
