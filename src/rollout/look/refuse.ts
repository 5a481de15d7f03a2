/** Throws the stops of a look: the workers belong to another state, or to another environment of this bucket. */
import { findStrangers, type Stranger } from '../../sight/strangers.ts';
import type { WorkerFacts, Writer } from '../../sight/worker-facts.ts';
import { type StopFailure, stopFailure } from '../../state/stop.ts';
import type { Run } from '../run.ts';
import { type Believed, elsewhereText, placeText } from './beliefs.ts';

/** Throws when more than half of the workers that answered were written last by another state. */
export function refuseElsewhere({ origin }: Run, believed: readonly Believed[]): void {
  const elsewhere = believed.filter(({ belief }) => belief.kind === 'elsewhere');
  if (elsewhere.length * 2 <= believed.length) return;
  const sides = elsewhere.map(({ facts, belief }) => `worker ${facts.host}: ${elsewhereText(belief)}`);
  const others = elsewhere.some(
    ({ belief }) => belief.kind === 'elsewhere' && belief.writer?.kind === otherKind(origin.kind),
  );
  throw stopFailure({
    code: 'state-elsewhere',
    message: `another state than this one (${placeText(origin.kind)}, serial ${origin.serial}) wrote last on ${elsewhere.length} of ${believed.length} workers:\n${sides.join('\n')}`,
    hint: others
      ? `use the state that wrote last: state = "${otherKind(origin.kind)}" in maand.conf, or --state; or take its work over: maand state adopt`
      : 'this copy of the state is older than what is deployed: bring the newer one back, or accept the older one with: maand state recover --accept-rollback --reason TEXT',
  });
}

function otherKind(kind: Writer['kind']): string {
  return kind === 'file' ? 'workers' : 'file';
}

/** Throws when this state has never deployed, and a worker has what a first deploy must not touch. */
export function refuseFirstDeploy({ origin, catalog, ledger }: Run, seen: readonly WorkerFacts[]): void {
  const jobs = new Set(catalog.jobs.map(({ name }) => name));
  const strangers = findStrangers(seen, { name: origin.name, bucketId: ledger.bucketId, jobs });
  const foreign = strangers.find((one) => one.kind === 'other-name');
  if (foreign) throw foreignWorker(origin.name, foreign);
  if (strangers.length === 0) return;
  const where = strangers.map(({ host, bucketId }) => `${host} (bucket ${bucketId})`).join(', ');
  throw stopFailure({
    code: 'state-lost',
    message: `this state ("${origin.name}") has never deployed, but a bucket with its name or its jobs is deployed on ${where}`,
    hint: 'if the state of that bucket is elsewhere, use it; to take it over: maand state adopt; to begin beside it, set another worker_root in maand.conf',
  });
}

function foreignWorker(name: string, { host, bucketId, name: other }: Stranger & { kind: 'other-name' }): StopFailure {
  return stopFailure({
    code: 'state-other-name',
    message: `worker ${host} belongs to "${other}" (bucket ${bucketId}), and is listed for "${name}"`,
    hint: `take ${host} out of the workers of "${name}", or out of those of "${other}" and deploy that first`,
  });
}
