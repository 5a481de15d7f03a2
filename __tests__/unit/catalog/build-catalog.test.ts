import { describe, expect, it } from 'vitest';
import { buildCatalog } from '../../../src/catalog/build-catalog.ts';
import { allocationId, nameId } from '../../../src/catalog/identity.ts';
import type { Continuity } from '../../../src/catalog/types.ts';
import type { Workspace } from '../../../src/workspace/types.ts';
import { demanding, hook, job, jobConfig, worker, workspace } from '../../support/workspace-values.ts';

const FRESH: Continuity = { bucketId: 'bucket', workers: {}, ports: {}, allocations: [] };

function build(parts: Partial<Workspace>, continuity: Continuity = FRESH) {
  let count = 0;
  return buildCatalog({ workspace: workspace(parts), continuity, newId: () => `id-${++count}` });
}

const errorsOf = (parts: Partial<Workspace>) =>
  build(parts)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => ({ code, message }));

describe('identity', () => {
  it.each([
    ['a', '0cc175b9-c0f1-36a8-b1c3-99e269772661'],
    ['api', '8a5da52e-d126-347d-b59e-70c05721a8aa'],
    ['worker', 'b61822e8-357d-3aff-b7ea-accf348d9134'],
  ])('%s', (name, id) => expect(nameId(name)).toBe(id));

  it('joins job and host for an allocation', () => {
    expect(allocationId('a', '10.0.0.1')).toBe('e2eb560a-6fb6-318c-8c59-3278dde71fff');
    expect(allocationId('api', '10.0.0.1')).toBe('67b5a127-3e36-3801-90b6-1bf413398655');
  });
});

describe('placement', () => {
  const workers = [worker('w1', { labels: ['gpu', 'worker'] }), worker('w2')];

  it('puts a job on every worker that has all its labels', () => {
    const { catalog } = build({ workers, jobs: [job('a', { selectors: ['worker', 'gpu'] }), job('b')] });
    expect(
      catalog.jobs.map(({ name, allocations }) => [name, allocations.map(({ host, index }) => [host, index])]),
    ).toEqual([
      ['a', [['w1', 0]]],
      [
        'b',
        [
          ['w1', 0],
          ['w2', 1],
        ],
      ],
    ]);
  });

  it('warns about a job without any worker, and fails below min_allocations_count', () => {
    const nowhere = build({ workers, jobs: [job('a', { selectors: ['none'] })] });
    expect(nowhere.diagnostics).toMatchObject([{ severity: 'warning', job: 'a' }]);
    expect(errorsOf({ workers, jobs: [job('api', { selectors: ['gpu'], minAllocationsCount: 2 })] })).toEqual([
      {
        code: 'ErrInsufficientAllocations',
        message: 'missing allocations: job api has 1 allocation(s), min_allocations_count is 2',
      },
    ]);
  });

  it('applies disabled.json; disabled ones count for the minimum', () => {
    const place = { file: 'disabled.json', line: 1, column: 1 };
    const disabled = {
      jobs: { a: { allocations: ['w2'] }, b: { allocations: [] } },
      workers: [],
      placeOf: () => place,
    };
    const { catalog, diagnostics } = build({
      workers,
      jobs: [job('a', { minAllocationsCount: 2 }), job('b')],
      disabled,
    });
    expect(diagnostics).toEqual([]);
    const flags = catalog.jobs.map(({ allocations }) => allocations.map((one) => one.disabled));
    expect(flags).toEqual([
      [false, true],
      [true, true],
    ]);
  });

  it('warns about unknown names in disabled.json', () => {
    const place = { file: 'disabled.json', line: 1, column: 1 };
    const disabled = { jobs: { nope: { allocations: ['w9'] } }, workers: ['w8'], placeOf: () => place };
    const messages = build({ workers, jobs: [], disabled }).diagnostics.map(({ message }) => message);
    expect(messages).toEqual([
      'disabled.json names the unknown worker "w8"',
      'disabled.json names the unknown job "nope"',
      'disabled.json names the unknown worker "w9"',
    ]);
  });

  it('keeps ids of earlier builds and lists removed allocations, with the last address of a worker that left', () => {
    const known = { id: 'old', port: 2222, user: 'me', root: '/srv', useSudo: true };
    const allocations = [
      { id: 'kept', job: 'a', host: 'w1' },
      { id: 'gone', job: 'a', host: 'w9' },
    ];
    const { catalog } = build(
      { workers: [worker('w1')], jobs: [job('a')] },
      { ...FRESH, workers: { w9: known, w1: known }, allocations },
    );
    expect(catalog.jobs[0]?.allocations).toMatchObject([{ id: 'kept', host: 'w1' }]);
    expect(catalog.workers[0]).toMatchObject({ id: 'old', port: 22, user: 'agent' });
    expect(catalog.removed).toMatchObject([
      { id: 'gone', workerLeft: true, worker: { port: 2222, user: 'me', root: '/srv', useSudo: true } },
    ]);
  });
});

describe('resources', () => {
  const small = worker('w1', { memoryMb: 12, cpuMhz: 12 });

  it('reserves the bucket value, or otherwise the maximum of the manifest', () => {
    const sections = { a: { memory: '1 GB' } };
    const { catalog } = build({
      workers: [worker('w1', { memoryMb: 4096, cpuMhz: 100 })],
      jobs: [job('a', { cpuMhz: { min: 5, max: 10 } })],
      jobConfig: jobConfig(sections),
    });
    expect(catalog.jobs[0]?.reservation).toEqual({
      memoryMb: 1024,
      cpuMhz: 10,
      memorySource: 'bucket.jobs.conf',
      cpuSource: 'manifest',
    });
  });

  it('refuses a reservation that no worker can hold, and a value outside the bounds of the manifest', () => {
    expect(errorsOf({ workers: [small], jobs: [job('a', { memoryMb: { min: 0, max: 1024 } })] })).toEqual([
      {
        code: 'ErrInsufficientResource',
        message: 'insufficient resource: worker_ip w1, available memory is 12.00 MB, required memory is 1024.00 MB',
      },
    ]);
    expect(
      errorsOf({ workers: [worker('w1')], jobs: [job('a', { cpuMhz: { min: 1, max: 1 } })] })[0]?.message,
    ).toContain('must specify cpu');
    const outside = errorsOf({
      workers: [worker('w1', { memoryMb: 4096 })],
      jobs: [job('a', { memoryMb: { min: 0, max: 256 } })],
      jobConfig: jobConfig({ a: { memory: '512' } }),
    });
    expect(outside).toMatchObject([
      {
        code: 'ErrUnsupportedResourceConfiguration',
        message: expect.stringContaining('max_memory_mb 256.00 mb, requested 512.00 mb'),
      },
    ]);
  });
});

describe('demands', () => {
  const up = (version: string) => job('db', { version, hooks: [hook('hook_up')] });
  const down = (bounds = {}, version = '1.0.0') => job('api', { version, hooks: [demanding('db', bounds)] });

  it('accepts a version within the bounds', () => {
    expect(errorsOf({ jobs: [down({ minVersion: '1.0.0', maxVersion: '2.5.0' }), up('2.0.0')] })).toEqual([]);
  });

  it.each([
    ['an unknown job', [down()], 'ErrInvalidHookDemand', 'demands unknown job "db"'],
    ['an unknown hook', [down(), job('db', { version: '1' })], 'ErrInvalidHookDemand', 'which is not declared'],
    [
      'a version below',
      [down({ minVersion: '2' }), up('1.0.0')],
      'ErrHookDemandVersionMismatch',
      'upstream version 1.0.0 below min_version 2',
    ],
    ['a version above', [down({ maxVersion: '2' }), up('3.0')], 'ErrHookDemandVersionMismatch', 'above max_version 2'],
    ['an upstream without version', [down(), up('')], 'ErrInvalidJobVersion', 'job "db" must declare version'],
    [
      'a dependent without version',
      [down({}, ''), up('1.0.0')],
      'ErrInvalidJobVersion',
      'job "api" must declare version',
    ],
  ])('refuses %s', (_what, jobs, code, text) => {
    expect(errorsOf({ jobs })).toMatchObject([{ code, message: expect.stringContaining(text) }]);
  });

  it('reports every independent mistake at once', () => {
    const jobs = [
      job('a', { ports: [{ name: 'p', number: 1 }], version: '1', hooks: [demanding('nope')] }),
      job('b', { ports: [{ name: 'q', number: 1 }], minAllocationsCount: 3 }),
    ];
    expect(
      errorsOf({ jobs })
        .map(({ code }) => code)
        .sort(),
    ).toEqual(['ErrInsufficientAllocations', 'ErrInvalidHookDemand', 'ErrPortCollision']);
  });
});
