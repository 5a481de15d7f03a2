/** Describes the bucket in a few lines, for `maand cat info`. */
import { type CommandResult, resultOf, type Shown } from '../../session/face.ts';
import type { ListingInput } from './listing.ts';

/** Describes the bucket: its id, its size, whether its workspace is built, and how many removed allocations wait for `gc`. */
export function showInfo({ catalog, state, workspace, request }: ListingInput): CommandResult {
  const { ledger } = state;
  const present = catalog.jobs.flatMap(({ allocations }) => allocations);
  const removed = catalog.removed.length;
  const isBuilt = ledger.builtDigest === workspace.digest;
  const json = {
    bucket_id: catalog.bucketId,
    environment: request.environment,
    state_serial: ledger.serial,
    update_sequence: ledger.updateSeq,
    workers: catalog.workers.length,
    jobs: catalog.jobs.length,
    allocations: present.length,
    disabled_allocations: present.filter(({ disabled }) => disabled).length,
    removed_allocations: removed,
    built: isBuilt,
  };
  return resultOf({
    exitCode: 0,
    data: { json, removed, state: state.label, workspace: isBuilt ? 'built' : unbuiltText(ledger.builtDigest) },
    wording: 'name',
    show: showBucket,
  });
}

interface BucketFacts {
  readonly json: Readonly<Record<'bucket_id' | 'environment', string>> &
    Readonly<Record<'update_sequence' | 'workers' | 'jobs' | 'allocations' | 'disabled_allocations', number>>;
  readonly removed: number;
  readonly state: string;
  readonly workspace: string;
}

function showBucket({ json, removed, state, workspace }: BucketFacts): Shown {
  const lines = [
    ['Bucket ID', json.bucket_id],
    ['Environment', json.environment],
    ['Update Sequence', json.update_sequence],
    ['State', state],
    ['Number of Workers', json.workers],
    ['Number of Jobs', json.jobs],
    ['Number of Allocations', `${json.allocations}${noteOf('disabled', json.disabled_allocations)}`],
    ...(removed > 0 ? [['Removed Allocations', `${removed} (see: maand cat deployments)`]] : []),
    ['Workspace', workspace],
  ];
  const width = Math.max(...lines.map(([label]) => String(label).length + 1));
  return { json, text: lines.map(([label, value]) => `${`${label}:`.padEnd(width)} ${value}\n`).join('') };
}

function noteOf(word: string, count: number): string {
  return count === 0 ? '' : ` (${count} ${word})`;
}

function unbuiltText(builtDigest: string): string {
  return builtDigest === '' ? 'not built yet: run maand build' : 'changed since the last build: run maand build';
}
