/** Makes the result of `maand gc`: JSON, text and summary. */

import type { RemovedAllocation } from '../../catalog/types.ts';
import { problemText } from '../../events/problem-text.ts';
import type { ClearedNamespace } from '../../kv/clear-namespaces.ts';
import type { FolderRemoval } from '../../rollout/by-hand/remove-folders.ts';
import { type CommandResult, resultOf, type Shown } from '../../session/face.ts';

/** What `gc` found and did. */
export interface Collected {
  /** Allocations with a folder on a worker. */
  readonly removals: readonly FolderRemoval[];
  /** Allocations that existed only as a record. */
  readonly neverRan: readonly RemovedAllocation[];
  /** Allocations on workers that left. They may still run, so their records are kept. */
  readonly givenUp: readonly RemovedAllocation[];
  /** Allocations whose records were removed although they may still run. */
  readonly forgotten: readonly RemovedAllocation[];
  readonly cleared: readonly ClearedNamespace[];
  /** Number of dropped versions of keys. */
  readonly versions: number;
}

/** Makes the result. The exit code is 1 when a folder is left on a worker of the bucket. */
export function collectedResult(collected: Collected, mode: 'done' | 'planned'): CommandResult {
  return resultOf({
    exitCode: isWhole(collected) ? 0 : 1,
    data: { ...collected, removals: collected.removals.map(toldRemoval) },
    wording: {
      removals: { allocation: 'name', error: 'text', left: 'name' },
      neverRan: 'name',
      givenUp: 'name',
      forgotten: 'name',
      cleared: 'name',
    },
    show: (shown) => showCollected(shown, mode),
  });
}

/** A removal whose problem is given as a sentence. */
interface ToldRemoval extends Pick<FolderRemoval, 'outcome' | 'allocation'> {
  readonly error?: string;
  readonly left?: readonly string[];
}

type ToldGarbage = Omit<Collected, 'removals'> & { readonly removals: readonly ToldRemoval[] };

function toldRemoval(removal: FolderRemoval): ToldRemoval {
  const { outcome, allocation } = removal;
  return removal.outcome === 'removed'
    ? { outcome, allocation, ...(removal.left.length === 0 ? {} : { left: removal.left }) }
    : { outcome, allocation, error: problemText(removal.problem) };
}

function isWhole({ removals }: Pick<ToldGarbage, 'removals'>): boolean {
  return removals.every(({ outcome }) => outcome !== 'kept');
}

function showCollected(collected: ToldGarbage, mode: 'done' | 'planned'): Shown {
  const { removals, neverRan, givenUp, forgotten, cleared, versions } = collected;
  const allocations = [
    ...removals.map(({ allocation, outcome, error, left }) => ({
      ...namesOf(allocation),
      folder: outcome,
      ...(error === undefined ? {} : { error }),
      ...(left === undefined ? {} : { left }),
    })),
    ...neverRan.map((allocation) => ({ ...namesOf(allocation), folder: 'none' })),
    ...givenUp.map((allocation) => ({ ...namesOf(allocation), folder: 'not-stopped' })),
    ...forgotten.map((allocation) => ({ ...namesOf(allocation), folder: 'forgotten' })),
  ];
  return {
    json: { ok: isWhole(collected), dry_run: mode === 'planned', allocations, cleared, purged_versions: versions },
    text: textOf(collected, mode === 'planned' ? 'would be ' : ''),
  };
}

function namesOf({ id, job, host }: RemovedAllocation) {
  return { job, worker: host, allocation_id: id };
}

function textOf(collected: ToldGarbage, would: string): string {
  const { removals, neverRan, givenUp, forgotten, cleared, versions } = collected;
  const lines = [
    ...removals.map((removal) => removalLine(removal, would)),
    ...neverRan.map(({ job, host }) => `${job}@${host}: ${would}forgotten, it never ran`),
    ...givenUp.map(
      ({ job, host }) =>
        `${job}@${host}: kept, it may still run: its worker left, and no deploy has stopped it; maand deploy tries again, and maand gc --forget ${host} drops it`,
    ),
    ...forgotten.map(
      ({ job, host }) =>
        `${job}@${host}: ${would}forgotten without asking its worker: what runs there goes on, and its files stay`,
    ),
    ...cleared.map(({ namespace, keys }) => `${namespace}: ${would}cleared (${keys.join(', ')})`),
  ];
  if (lines.length === 0) lines.push('no removed allocation has left anything behind');
  if (versions > 0) lines.push(`history: ${versions} old ${versions === 1 ? 'row' : 'rows'} ${would}dropped`);
  if (removals.some(({ outcome }) => outcome === 'kept')) {
    lines.push('what was not removed is remembered: run maand gc again when the worker can be reached');
  }
  return lines.map((line) => `${line}\n`).join('');
}

function removalLine({ allocation, outcome, error, left = [] }: ToldRemoval, would: string): string {
  const name = `${allocation.job}@${allocation.host}`;
  switch (outcome) {
    case 'removed':
      return left.length === 0
        ? `${name}: folder ${would}removed, with data/ and logs/`
        : `${name}: folder removed, but not what its links led to: ${left.join(', ')}`;
    case 'abandoned':
      return `${name}: forgotten, the removed worker is taken for dead: ${error}`;
    case 'kept':
      return `${name}: folder not removed: ${error}`;
  }
}
