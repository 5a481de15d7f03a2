import { describe, expect, it } from 'vitest';
import type { AllocationStep } from '../../../src/events/plan.ts';
import { forgetApplied, promote, recordApplied, recordDelivered } from '../../../src/rollout/job/promote.ts';
import type { Run } from '../../../src/rollout/run.ts';
import type { StagedTree } from '../../../src/stage/tree.ts';
import type { AllocationRecord } from '../../../src/state/document.ts';
import { EngineRig } from '../../support/engine-rig.ts';
import { step } from '../../support/rollout-story.ts';

const tree: StagedTree = { hash: 'h1:new', files: [], emptyFolders: ['empty'] };
const old = { hash: 'h1:old', version: '1.0.0' };
const now = { hash: 'h1:new', version: '1.1.0' };

type Change = (run: Run, at: AllocationStep) => void;

const rows: readonly [string, Change, Partial<AllocationRecord>, Partial<AllocationRecord>][] = [
  [
    'what is about to be sent is noted beside what runs',
    (run, at) => recordDelivered(run, at, tree),
    { promoted: old, currentVersion: '1.0.0' },
    { promoted: old, currentVersion: '1.0.0', delivered: now.hash },
  ],
  [
    'what was applied takes the marks of a stop and of a repetition away',
    (run, at) => recordApplied(run, at, tree),
    { promoted: old, currentVersion: '1.0.0', stopped: true, repeat: true, delivered: now.hash },
    { promoted: old, currentVersion: '1.0.0', delivered: now.hash, applied: now },
  ],
  [
    'what was applied and does not count is to be repeated',
    forgetApplied,
    { promoted: old, currentVersion: '1.0.0', delivered: now.hash, applied: now },
    { promoted: old, currentVersion: '1.0.0', delivered: now.hash, repeat: true },
  ],
  [
    'what is promoted is the truth that the next plan compares with',
    (run, at) => promote(run, at, tree),
    { promoted: old, currentVersion: '1.0.0', delivered: now.hash, applied: now, repeat: true },
    { promoted: now, currentVersion: '1.1.0', delivered: now.hash },
  ],
];

describe('records of an allocation', () => {
  it.each(rows)('%s', async (_title, change, before, after) => {
    const rig = await EngineRig.create({ hosts: ['w1'], jobs: { api: {} } });
    const [record] = rig.ledger.allocations as [AllocationRecord];
    await using run = rig.open();
    rig.ledger.record({ ...record, ...before });
    change(run, step({ host: 'w1', action: 'restart', allocationId: record.id, newVersion: '1.1.0' }));
    expect(rig.ledger.allocation(record.id)).toEqual({ ...record, ...after });
    expect(rig.ledger.filesOf(now)).toEqual(change === forgetApplied ? undefined : { 'empty/': '' });
  });

  it('report a promotion, and hooks read the promoted version', async () => {
    const rig = await EngineRig.create({ hosts: ['w1'], jobs: { api: {} } });
    const [record] = rig.ledger.allocations as [AllocationRecord];
    await using run = rig.open();
    promote(run, step({ host: 'w1', action: 'start', allocationId: record.id, newVersion: '1.1.0' }), tree);
    expect(rig.events).toEqual([{ type: 'allocation-promoted', job: 'api', worker: 'w1', version: '1.1.0' }]);
    expect(rig.ledger.kv.get('maand/job/api/worker/w1', 'version')).toBe('1.1.0');
    expect(rig.ledger.filesOf(now)).toEqual({ 'empty/': '' });
  });
});
