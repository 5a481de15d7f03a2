/** What an operator did to a state by hand, kept in the state itself. */
import type { AllocationRecord, RepairRecord, StateDocument } from './document.ts';

const MOST_RECORDS = 50;
/** No tree has this hash: the allocation is rolled again. */
const UNKNOWN_TREE = 'unknown';

export interface StateRepair {
  readonly record: RepairRecord;
  readonly serial: number;
  /** Host → `update_seq` that it was seen with. */
  readonly seen: ReadonlyMap<string, number>;
}

/**
 * The document that takes the place of all copies. Where a worker is newer than the document, nobody knows what it runs: its
 * allocations are rolled again by the next deploy.
 */
export function repairDocument(document: StateDocument, { record, serial, seen }: StateRepair): StateDocument {
  const isNewer = (host: string) => (seen.get(host) ?? 0) > document.updateSeq;
  return {
    ...document,
    serial,
    updateSeq: Math.max(document.updateSeq, ...seen.values()),
    allocations: document.allocations.map((one) => (isNewer(one.host) ? withUnknownTree(one) : one)),
    repairs: [...(document.repairs ?? []), record].slice(-MOST_RECORDS),
  };
}

function withUnknownTree(record: AllocationRecord): AllocationRecord {
  const { applied, promoted, delivered, ...rest } = record;
  const deployed = applied ?? promoted;
  if (!deployed) return { ...rest, ...(delivered === undefined ? {} : { delivered }) };
  return { ...rest, promoted: { hash: UNKNOWN_TREE, version: deployed.version } };
}
