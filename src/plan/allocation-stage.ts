/** How far the life of an allocation has come, as far as the state can tell. */
import type { AllocationStage } from '../events/allocation-life.ts';
import type { KnownAllocation } from './plan-job.ts';

/** The stages that a record of the state tells apart. */
export type RecordedStage = Extract<
  AllocationStage,
  'placed' | 'uploaded' | 'applied' | 'promoted' | 'stopped' | 'removed'
>;

/** Returns the latest stage that the record proves; without a record the allocation is only placed. */
export function stageOf(record: KnownAllocation | undefined): RecordedStage {
  if (record === undefined) return 'placed';
  const { promoted, applied, delivered, stopped } = record;
  const isKnownTree = (promoted ?? applied ?? delivered) !== undefined;
  if (stopped) return isKnownTree ? 'stopped' : 'removed';
  if (applied) return 'applied';
  if (promoted) return 'promoted';
  return delivered === undefined ? 'placed' : 'uploaded';
}

/** Whether something of it may run: a start that failed half-way after the upload may have left a process, too. */
export function mayRun(stage: RecordedStage): boolean {
  switch (stage) {
    case 'uploaded':
    case 'applied':
    case 'promoted':
      return true;
    case 'placed':
    case 'stopped':
    case 'removed':
      return false;
  }
}
