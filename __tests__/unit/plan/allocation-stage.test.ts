import { describe, expect, it } from 'vitest';
import { ALLOCATION_LIFE } from '../../../src/events/allocation-life.ts';
import { mayRun, type RecordedStage, stageOf } from '../../../src/plan/allocation-stage.ts';
import type { KnownAllocation } from '../../../src/plan/plan-job.ts';

const TREE = { hash: 'h1', version: '1.0.0', files: undefined };
const NOTHING: KnownAllocation = {
  currentVersion: '0.0.0',
  promoted: undefined,
  applied: undefined,
  delivered: undefined,
  stopped: false,
};

describe('stageOf', () => {
  it.each<[string, Partial<KnownAllocation> | undefined, RecordedStage, boolean]>([
    ['no record', undefined, 'placed', false],
    ['a record of a build', {}, 'placed', false],
    ['files that were sent', { delivered: 'h1' }, 'uploaded', true],
    ['a first start that was not seen healthy', { delivered: 'h1', applied: TREE }, 'applied', true],
    ['an update that was not seen healthy', { promoted: TREE, applied: TREE }, 'applied', true],
    ['what is promoted', { promoted: TREE, delivered: 'h1' }, 'promoted', true],
    ['newer files on top of what is promoted', { promoted: TREE, delivered: 'h2' }, 'promoted', true],
    ['a stop of what was promoted', { promoted: TREE, stopped: true }, 'stopped', false],
    ['a stop of what was only sent', { delivered: 'h1', stopped: true }, 'stopped', false],
    ['a removal that waits for gc', { stopped: true }, 'removed', false],
  ])('tells %s', (_what, change, stage, runs) => {
    expect(stageOf(change && { ...NOTHING, ...change })).toBe(stage);
    expect(mayRun(stage)).toBe(runs);
    expect(ALLOCATION_LIFE).toContain(stage);
  });
});
