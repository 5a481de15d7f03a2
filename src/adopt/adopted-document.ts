/**
 * Makes a state from the files on workers, for a bucket that another tool deployed or whose state is lost. The
 * functions are pure.
 */
import { allocationId } from '../catalog/identity.ts';
import type { KnownWorker } from '../catalog/types.ts';
import type { Writer } from '../sight/worker-facts.ts';
import type { AllocationRecord, StateDocument } from '../state/document.ts';
import type { DeployedBucket } from './read-listing.ts';
import type { DeliveredTree } from './read-trees.ts';

export interface WorkerFinding {
  readonly host: string;
  readonly address: Omit<KnownWorker, 'id'>;
  readonly bucket: DeployedBucket;
  readonly trees: ReadonlyMap<string, DeliveredTree>;
}

export interface Adoption {
  readonly bucketId: string;
  readonly findings: readonly WorkerFinding[];
  /** Version of a job in the workspace. It is used when the worker does not report its version. */
  readonly versionOf: (job: string) => string | undefined;
}

/**
 * Returns the document. `base` contains the key material, the name, and the imported data. All delivered trees count as
 * promoted.
 */
export function adoptedDocument(base: StateDocument, { bucketId, findings, versionOf }: Adoption): StateDocument {
  const trees = new Map(base.trees ? Object.entries(base.trees) : []);
  const allocations = findings.flatMap(({ host, bucket, trees: found }) =>
    bucket.jobs.flatMap(({ job, disabled }): AllocationRecord[] => {
      const tree = found.get(job);
      if (!tree) return [];
      trees.set(tree.hash, tree.files);
      const version = tree.version ?? versionOf(job) ?? '0.0.0';
      const promoted = { hash: tree.hash, version };
      const record = {
        id: allocationId(job, host),
        job,
        host,
        disabled,
        removed: false,
        currentVersion: version,
        promoted,
      };
      return [disabled ? { ...record, stopped: true } : record];
    }),
  );
  return {
    ...base,
    bucketId,
    updateSeq: Math.max(0, ...findings.map(({ bucket }) => bucket.updateSeq)),
    workers: Object.fromEntries(
      findings.map(({ host, address, bucket: { workerId, updateSeq } }) => [
        host,
        { id: workerId, ...definedOf(address), updateSeq },
      ]),
    ),
    ...adoptedFrom(findings),
    allocations,
    trees: Object.fromEntries(trees),
  };
}

/**
 * Returns the state that wrote last on most of the workers, with its newest serial: what it wrote counts as written by
 * the new state.
 */
function adoptedFrom(findings: readonly WorkerFinding[]): Pick<StateDocument, 'adopted'> {
  const writers = findings.flatMap(({ bucket }) => bucket.writer ?? []);
  const isSame = (a: Writer, b: Writer) => a.kind === b.kind && a.name === b.name;
  const votes = (one: Writer) => writers.filter((other) => isSame(one, other)).length;
  const [first] = writers.toSorted((a, b) => votes(b) - votes(a) || b.serial - a.serial);
  return first === undefined ? {} : { adopted: { kind: first.kind, name: first.name, serial: first.serial } };
}

function definedOf({ port, user, root, useSudo, hostKey }: Omit<KnownWorker, 'id'>): Omit<KnownWorker, 'id'> {
  return { port, user, root, useSudo, ...(hostKey === undefined ? {} : { hostKey }) };
}
