/** Makes the result of `maand gc`: JSON, text and summary. */

import type { RemovedAllocation } from '../../catalog/types.ts';
import { problemText } from '../../events/problem-text.ts';
import type { ClearedNamespace } from '../../kv/clear-namespaces.ts';
import type { FolderRemoval } from '../../rollout/by-hand/remove-folders.ts';
import type { CommandResult } from '../../session/face.ts';

/** What `gc` found and did. */
export interface Collected {
  /** Allocations with a folder on a worker. */
  readonly removals: readonly FolderRemoval[];
  /** Allocations that were nothing but a record. */
  readonly neverRan: readonly RemovedAllocation[];
  readonly cleared: readonly ClearedNamespace[];
  /** Rows of history that were dropped. */
  readonly versions: number;
}

/** As a result; it fails when a worker of the bucket kept a folder. */
export function collectedResult(collected: Collected, mode: 'done' | 'planned'): CommandResult {
  const { removals, neverRan, cleared, versions } = collected;
  const isWhole = removals.every(({ outcome }) => outcome !== 'kept');
  const allocations = [
    ...removals.map((removal) => ({
      ...namesOf(removal.allocation),
      folder: removal.outcome,
      ...(removal.outcome === 'removed' ? {} : { error: problemText(removal.problem) }),
    })),
    ...neverRan.map((allocation) => ({ ...namesOf(allocation), folder: 'none' })),
  ];
  return {
    exitCode: isWhole ? 0 : 1,
    json: { ok: isWhole, dry_run: mode === 'planned', allocations, cleared, purged_versions: versions },
    text: textOf(collected, mode === 'planned' ? 'would be ' : ''),
  };
}

function namesOf({ id, job, host }: RemovedAllocation) {
  return { job, worker: host, allocation_id: id };
}

function textOf({ removals, neverRan, cleared, versions }: Collected, would: string): string {
  const lines = [
    ...removals.map((removal) => removalLine(removal, would)),
    ...neverRan.map(({ job, host }) => `${job}@${host}: ${would}forgotten, it never ran`),
    ...cleared.map(({ namespace, keys }) => `${namespace}: ${would}cleared (${keys.join(', ')})`),
  ];
  if (lines.length === 0) lines.push('no removed allocation has left anything behind');
  if (versions > 0) lines.push(`history: ${versions} old ${versions === 1 ? 'row' : 'rows'} ${would}dropped`);
  if (removals.some(({ outcome }) => outcome === 'kept')) {
    lines.push('what was not removed is remembered: run maand gc again when the worker can be reached');
  }
  return lines.map((line) => `${line}\n`).join('');
}

function removalLine(removal: FolderRemoval, would: string): string {
  const name = `${removal.allocation.job}@${removal.allocation.host}`;
  switch (removal.outcome) {
    case 'removed':
      return `${name}: folder ${would}removed, with data/ and logs/`;
    case 'abandoned':
      return `${name}: forgotten, the removed worker is taken for dead: ${problemText(removal.problem)}`;
    case 'kept':
      return `${name}: folder not removed: ${problemText(removal.problem)}`;
  }
}
