/** Determines the stage of an allocation from its record in the state. */
import type { AllocationStage } from '../events/allocation-life.ts';
import type { KnownAllocation } from './plan-job.ts';

/** The stages that can be determined from a record in the state. */
export type RecordedStage = Extract<
  AllocationStage,
  'placed' | 'uploaded' | 'applied' | 'promoted' | 'stopped' | 'removed'
>;

/** Returns the latest stage that the record proves. Without a record, the stage is `placed`. */
export function stageOf(record: KnownAllocation | undefined): RecordedStage {
  if (record === undefined) return 'placed';
  const { promoted, applied, delivered, stopped } = record;
  const isKnownTree = (promoted ?? applied ?? delivered) !== undefined;
  if (stopped) return isKnownTree ? 'stopped' : 'removed';
  if (applied) return 'applied';
  if (promoted) return 'promoted';
  return delivered === undefined ? 'placed' : 'uploaded';
}

/**
 * Returns whether a process of the allocation may be running. After an upload, this is possible even when the start
 * failed.
 */
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
