import { describe, expect, it } from 'vitest';
import { CaseBucket } from '../../support/case-bucket.ts';

const everywhere = { selectors: ['worker'] };
const A_ON_LONE_WORKER = 'e2eb560a-6fb6-318c-8c59-3278dde71fff';
const PROMOTED = { hash: 'h1:x', version: '1.0.0' };

describe('placement', () => {
  it('an allocation leaves and returns with its worker, under the same id', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: everywhere } });
    await bucket.build();
    const [first] = await bucket.allocations('a');
    expect(first).toMatchObject({ host: '10.0.0.1', removed: false });
    await bucket.build({ jobs: { a: { selectors: ['worker', 'gpu'] } } });
    expect(await bucket.allocations('a')).toMatchObject([{ id: first?.id, removed: true }]);
    await bucket.build({ workers: [{ host: '10.0.0.1', labels: ['gpu'] }] });
    expect(await bucket.allocations('a')).toMatchObject([{ id: first?.id, removed: false }]);
  });

  it('without selectors, the name of the job is the selector', async () => {
    const workers = [{ host: '10.0.0.1', labels: ['prometheus'] }, { host: '10.0.0.2' }];
    const bucket = await CaseBucket.create({ workers, jobs: { prometheus: {} } });
    await bucket.build();
    expect(await bucket.allocations('prometheus')).toMatchObject([{ host: '10.0.0.1' }]);
  });

  it('empty and repeated selectors do not count', async () => {
    const bucket = await CaseBucket.create({ jobs: { x: { selectors: ['a', 'a', ''] } } });
    await bucket.build({ workers: [{ host: '10.0.0.1', labels: ['a'] }] });
    expect(await bucket.kv('maand/job/x')).toMatchObject({ selectors: 'a', workers: '10.0.0.1' });
  });

  it('the id of an allocation comes from job and host', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: everywhere } });
    await bucket.build();
    expect(await bucket.allocations('a')).toMatchObject([{ id: A_ON_LONE_WORKER }]);
  });
});

describe('disabled.json', () => {
  const disabled = (content: unknown) => ({ files: { 'workspace/disabled.json': JSON.stringify(content) } });
  const workers = [{ host: '10.0.0.1' }, { host: '10.0.0.2' }];

  it('a disabled job is started again when it is enabled', async () => {
    const bucket = await CaseBucket.create({ workers, jobs: { a: everywhere } });
    await bucket.build();
    const promoteAll = () =>
      bucket.editState(({ allocations }) => ({
        allocations: allocations.map((record) => ({ ...record, promoted: PROMOTED })),
        trees: { [PROMOTED.hash]: {} },
      }));
    await promoteAll();
    await bucket.build(disabled({ jobs: { a: {} } }));
    expect(await bucket.allocations('a')).toMatchObject([
      { disabled: true, promoted: PROMOTED },
      { disabled: true, promoted: PROMOTED },
    ]);
    await bucket.build({ files: { 'workspace/disabled.json': undefined } });
    const enabled = await bucket.allocations('a');
    expect(enabled.map((record) => [record.disabled, record.promoted])).toEqual([
      [false, undefined],
      [false, undefined],
    ]);
  });

  it('a disabled worker disables every allocation there', async () => {
    const bucket = await CaseBucket.create({ workers, jobs: { a: everywhere, b: everywhere } });
    await bucket.build(disabled({ workers: ['10.0.0.1'] }));
    for (const job of ['a', 'b']) {
      expect(await bucket.allocations(job)).toMatchObject([
        { host: '10.0.0.1', disabled: true },
        { host: '10.0.0.2', disabled: false },
      ]);
    }
  });

  it('an unknown field is refused', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: everywhere } });
    expect(await bucket.refused(disabled({ jobs: { a: { workers: ['10.0.0.1'] } } }))).toEqual([
      'ErrInvalidDisabledJSON: invalid disabled.json: jobs.a has the unknown field "workers"',
    ]);
  });
});

describe('min_allocations_count', () => {
  it('counts all allocations that are not removed, including disabled ones', async () => {
    const api = { ...everywhere, min_allocations_count: 2 };
    const bucket = await CaseBucket.create({ jobs: { api } });
    const missing = [
      'ErrInsufficientAllocations: missing allocations: job api has 1 allocation(s), min_allocations_count is 2',
    ];
    expect(await bucket.refused()).toEqual(missing);
    await bucket.build({
      workers: [{ host: '10.0.0.1' }, { host: '10.0.0.2' }],
      files: { 'workspace/disabled.json': '{"jobs":{"api":{}}}' },
    });
    expect(await bucket.refused({ workers: [{ host: '10.0.0.1' }] })).toEqual(
      missing, // the allocation on the removed worker is removed, so it is not counted
    );
  });
});
