import { describe, expect, it } from 'vitest';
import { checkBuild } from '../../../src/build/check-build.ts';
import { buildCatalog } from '../../../src/catalog/build-catalog.ts';
import type { AllocationRecord } from '../../../src/state/document.ts';
import { blankDocument } from '../../../src/state/first-document.ts';
import { Ledger } from '../../../src/state/ledger.ts';
import type { JobEntry, WorkerEntry } from '../../../src/workspace/types.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { job, settings, worker, workspace } from '../../support/workspace-values.ts';

const BUCKET_ID = '0a1b2c3d-4e5f-4678-9abc-def012345678';
const OF_W1 = { id: 'w1', port: 22, user: 'agent', root: '/opt/worker', useSudo: false };
const ON_W1: AllocationRecord = {
  id: 'web@w1',
  job: 'web',
  host: 'w1',
  disabled: false,
  removed: false,
  currentVersion: '1.0.0',
};
const PROMOTED = { ...ON_W1, promoted: { hash: 'h', version: '1.0.0' } };
const DELIVERED = { ...ON_W1, delivered: 'h' };

function ledgerWith(allocations: readonly AllocationRecord[]): Ledger {
  const document = { ...blankDocument(), bucketId: BUCKET_ID, workers: { w1: OF_W1 }, allocations };
  return new Ledger(document, { nowSeconds: () => 0, save: async () => {} });
}

interface Trial {
  readonly records: readonly AllocationRecord[];
  readonly workers: readonly WorkerEntry[];
  readonly jobs: readonly JobEntry[];
}

function check({ records, workers, jobs }: Trial): void {
  const ledger = ledgerWith(records);
  const { bucketId, workers: known, ports, allocations } = ledger;
  const { catalog } = buildCatalog({
    workspace: workspace({ settings, workers, jobs }),
    continuity: { bucketId, workers: known, ports, allocations },
    newId: () => 'new',
  });
  checkBuild(ledger, catalog);
}

const W1 = worker('w1');
const MOVED = worker('w1', { root: '/srv' });

describe('a build that would harm deployed jobs', () => {
  it.each([
    ['a worker whose root moves', { records: [PROMOTED], workers: [MOVED], jobs: [job('web')] }, 'root-moved', 2],
    ['the same, only delivered', { records: [DELIVERED], workers: [MOVED], jobs: [job('web')] }, 'root-moved', 2],
  ])('is refused: %s', async (_what, trial, code, exitCode) => {
    expect(await refusalOf(async () => check(trial))).toMatchObject({ code, exitCode });
  });

  it.each([
    ['a root that moves where nothing is deployed', { records: [ON_W1], workers: [MOVED], jobs: [job('web')] }],
    ['a first build', { records: [], workers: [W1], jobs: [job('web')] }],
    ['an empty bucket', { records: [], workers: [], jobs: [] }],
    ['the same place', { records: [PROMOTED], workers: [W1], jobs: [job('web')] }],
  ])('is not: %s', (_what, trial) => {
    expect(() => check(trial)).not.toThrow();
  });
});
