/** Creates the document for a state that an operator repairs by hand. The document records the repair. */
import type { AllocationRecord, RepairRecord, StateDocument } from './document.ts';

const MOST_RECORDS = 50;
/** A hash that no tree has. It makes the next deploy roll out the allocation again. */
const UNKNOWN_TREE = 'unknown';

export interface StateRepair {
  readonly record: RepairRecord;
  readonly serial: number;
  /** Host → the `update_seq` that was found on that host. */
  readonly seen: ReadonlyMap<string, number>;
}

/**
 * Returns the document that replaces all copies. When a worker is newer than the document, the tree that runs there is
 * unknown. The next deploy then rolls out the worker's allocations again.
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
