import { describe, expect, it } from 'vitest';
import type { Catalog, RemovedAllocation } from '../../../src/catalog/types.ts';
import { planReconcile } from '../../../src/plan/plan-deploy.ts';
import { planGarbage } from '../../../src/plan/plan-gc.ts';
import type { KnownAllocation } from '../../../src/plan/plan-job.ts';

const never: KnownAllocation = {
  currentVersion: '0.0.0',
  promoted: undefined,
  applied: undefined,
  delivered: undefined,
  stopped: false,
};
const tree = { hash: 'h', version: '1', files: {} };

const removed = (id: string): RemovedAllocation => ({ id, job: id, host: 'h', workerLeft: false }) as RemovedAllocation;

const known: Readonly<Record<string, KnownAllocation>> = {
  never,
  promoted: { ...never, promoted: tree },
  applied: { ...never, applied: tree },
  delivered: { ...never, delivered: 'h' },
  stopped: { ...never, stopped: true },
  'disabled before': { ...never, promoted: tree, stopped: true },
};
const catalog = { removed: Object.keys(known).map(removed), jobs: [], workers: [] } as unknown as Catalog;
const ids = (list: readonly RemovedAllocation[]): string[] => list.map(({ id }) => id);

describe('planGarbage', () => {
  it('distinguishes allocations that were stopped, that never ran, and that may still run', () => {
    const plan = planGarbage({ catalog, known: (id) => known[id], forget: new Set(['h']) });
    expect(ids(plan.stopped)).toEqual(['stopped', 'disabled before']);
    expect(ids(plan.neverRan)).toEqual(['never']);
    expect(ids(plan.running)).toEqual(['promoted', 'applied', 'delivered']);
    expect([plan.givenUp, plan.forgotten]).toEqual([[], []]);
  });

  it('keeps allocations that may still run on a removed worker, until the worker is forgotten', () => {
    const left = { ...catalog, removed: catalog.removed.map((one) => ({ ...one, workerLeft: true })) };
    const plan = planGarbage({ catalog: left, known: (id) => known[id], forget: new Set(['other']) });
    expect(ids(plan.givenUp)).toEqual(['promoted', 'applied', 'delivered']);
    expect([plan.running, plan.forgotten]).toEqual([[], []]);
    expect(ids(plan.stopped)).toEqual(['stopped', 'disabled before']);
    const forgotten = planGarbage({ catalog: left, known: (id) => known[id], forget: new Set(['h']) });
    expect(ids(forgotten.forgotten)).toEqual(Object.keys(known));
    expect([forgotten.givenUp, forgotten.stopped, forgotten.neverRan]).toEqual([[], [], []]);
  });

  it('leaves to a deploy only the allocations that must still be stopped', () => {
    const steps = planReconcile(catalog, (id) => known[id]);
    expect(steps.map(({ allocationId, action }) => `${allocationId}: ${action}`)).toEqual([
      'applied: stop+remove',
      'delivered: stop+remove',
      'disabled before: stop+remove',
      'never: forget',
      'promoted: stop+remove',
    ]);
  });
});
