/**
 * Recognises a holder under a new address. Without this, one machine would count twice while both addresses lead to it,
 * and as lost when the old address leads nowhere.
 */
import type { StateDocument } from '../../state/document.ts';
import { answeredIn } from '../holders/choose-holders.ts';
import type { Sighting } from '../holders/sighting.ts';
import type { WorkerSight } from './sights.ts';

export interface Held {
  readonly document: StateDocument;
  readonly sights: readonly WorkerSight[];
}

/** Returns the document and the sights with each holder under the address that the bucket lists now. */
export function underNewAddresses({ document, sights }: Held, listed: ReadonlySet<string>): Held {
  const answered = answeredIn(sights);
  const moved = new Map(
    (document.holders ?? []).flatMap((host): [string, string][] => {
      const next = listed.has(host) ? undefined : newAddress(document, host, { answered, listed });
      return next === undefined ? [] : [[host, next]];
    }),
  );
  if (moved.size === 0) return { document, sights };
  const holders = (document.holders ?? []).map((host) => moved.get(host) ?? host);
  return {
    document: { ...document, holders: [...new Set(holders)].sort() },
    sights: sights.filter((sight) => !moved.has(sight.kind === 'answered' ? sight.sighting.host : sight.host)),
  };
}

interface Answers {
  readonly answered: readonly Sighting[];
  readonly listed: ReadonlySet<string>;
}

/** Returns the listed host that has the files of this worker; undefined when none has, or when it is only a clone. */
function newAddress(
  { bucketId, workers }: StateDocument,
  host: string,
  { answered, listed }: Answers,
): string | undefined {
  const id = Object.hasOwn(workers, host) ? workers[host]?.id : undefined;
  const old = answered.find((one) => one.host === host)?.facts;
  const found = answered.filter(({ host: other, facts }) => {
    const identity = facts.buckets.get(bucketId)?.identity;
    const isIt = listed.has(other) && typeof identity === 'object' && identity.workerId === id;
    return isIt && (old === undefined || (old.bootId === facts.bootId && old.workerId === facts.workerId));
  });
  return found.length === 1 ? found[0]?.host : undefined;
}
