import { describe, expect, it } from 'vitest';
import { CaseBucket } from '../../support/case-bucket.ts';

const host = '10.0.0.1';
const ofWorker = `maand/worker/${host}`;

/** Builds with only this worker. Returns its keys in the KV store. */
async function published(bucket: CaseBucket, worker: object): Promise<Record<string, string>> {
  await bucket.build({ workers: [{ host, ...worker }] });
  return bucket.kv(ofWorker);
}

const refusal = async (workers: unknown) => (await CaseBucket.create()).refused({ workers });

describe('workers', () => {
  it('a worker without labels has the label worker', async () => {
    const bucket = await CaseBucket.create();
    expect(await published(bucket, {})).toMatchObject({ labels: 'worker', worker_ip: host });
  });

  it('labels are sorted, and go when they are removed', async () => {
    const bucket = await CaseBucket.create();
    expect(await published(bucket, { labels: ['a', 'z'] })).toMatchObject({ labels: 'a,worker,z' });
    expect(await published(bucket, { labels: ['a'] })).toMatchObject({ labels: 'a,worker' });
    expect(await bucket.kv('maand/worker')).not.toHaveProperty('z_workers');
  });

  it('a label twice is refused', async () => {
    expect(await refusal([{ host, labels: ['a', 'a'] }])).toEqual([
      `ErrInvalidWorkerJSON: invalid worker.json: worker ${host} have duplicate labels`,
    ]);
  });

  it('the label worker may be written out', async () => {
    const bucket = await CaseBucket.create();
    expect(await published(bucket, { labels: ['worker', 'web'] })).toMatchObject({ labels: 'web,worker' });
  });

  it('a host twice is refused', async () => {
    expect(await refusal([{ host }, { host }])).toEqual([
      `ErrInvalidWorkerJSON: invalid worker.json: duplicate host "${host}"`,
    ]);
  });

  it('a blank host is refused', async () => {
    expect(await refusal([{ host: '  ' }])).toEqual([
      "ErrInvalidWorkerJSON: invalid worker.json: host attribute can't be empty",
    ]);
  });

  it('broken JSON is refused and the previous catalog stays', async () => {
    const bucket = await CaseBucket.create();
    await bucket.build({ jobs: { a: { selectors: ['worker'] } } });
    const errors = await bucket.refused({ workers: '[{"host":' }); // also compares the bytes of the state
    expect(errors).toEqual([expect.stringMatching(/^ErrInvalidWorkerJSON: invalid worker\.json: /)]);
    expect(await bucket.kv('maand/job/a')).toMatchObject({ workers: host });
  });

  it('cpu in plain numbers, with units, absent', async () => {
    const bucket = await CaseBucket.create();
    expect(await published(bucket, { cpu: '100' })).toMatchObject({ worker_cpu_mhz: '100' });
    expect(await published(bucket, { cpu: '100 GHz' })).toMatchObject({ worker_cpu_mhz: '100000' });
    expect(await published(bucket, {})).toMatchObject({ worker_cpu_mhz: '0' });
  });

  it('memory in plain numbers, with units, absent', async () => {
    const bucket = await CaseBucket.create();
    expect(await published(bucket, { memory: '23' })).toMatchObject({ worker_memory_mb: '23' });
    expect(await published(bucket, { memory: '23 GB' })).toMatchObject({ worker_memory_mb: '23552' });
    expect(await published(bucket, {})).toMatchObject({ worker_memory_mb: '0' });
  });

  it('a negative number is refused', async () => {
    expect(await refusal([{ host, cpu: '-1', memory: '-1' }])).toEqual([
      `ErrInvalidWorkerJSON: invalid worker.json: worker ${host}, cpu can't be less than 0`,
      `ErrInvalidWorkerJSON: invalid worker.json: worker ${host} memory can't be less than 0`,
    ]);
  });

  it('large numbers never have an exponent', async () => {
    const bucket = await CaseBucket.create();
    expect(await published(bucket, { memory: '1 TB' })).toMatchObject({ worker_memory_mb: '1048576' });
  });

  it('an unknown unit is named', async () => {
    expect(await refusal([{ host, memory: '5 GiB' }])).toEqual([
      `ErrInvalidWorkerJSON: invalid worker.json: worker ${host} unsupported memory unit "GIB"`,
    ]);
  });

  it('tags follow the file', async () => {
    const bucket = await CaseBucket.create();
    for (const tags of [{ a: '1' }, { a: '2', b: '2' }, { b: '2' }]) {
      await published(bucket, { tags });
      expect(await bucket.kv(`${ofWorker}/tags`)).toEqual(tags);
    }
    expect((await bucket.history(`${ofWorker}/tags`, 'a')).at(-1)).toMatchObject({ deleted: true, version: 3 });
  });

  it('without positions the order of the file counts', async () => {
    const bucket = await CaseBucket.create();
    for (const hosts of [
      ['10.0.0.3', '10.0.0.1', '10.0.0.2'],
      ['10.0.0.2', '10.0.0.3', '10.0.0.1'],
    ]) {
      await bucket.build({ workers: hosts.map((one) => ({ host: one })) });
      expect(await bucket.kv('maand/worker')).toMatchObject({ worker_workers: hosts.join(',') });
      for (const [at, one] of hosts.entries()) {
        expect(await bucket.kv(`maand/worker/${one}`)).toMatchObject({ position: String(at) });
      }
    }
  });

  it('positions order the allocations of a job', async () => {
    const bucket = await CaseBucket.create({ jobs: { svc: { selectors: ['worker'] } } });
    await bucket.build({
      workers: [
        { host: '10.0.0.1', position: 1 },
        { host: '10.0.0.2', position: 0 },
      ],
    });
    expect(await bucket.kv('maand/job/svc')).toMatchObject({ workers: '10.0.0.2,10.0.0.1', worker_0: '10.0.0.2' });
    expect(await bucket.kv('maand/job/svc/worker/10.0.0.2')).toMatchObject({
      svc_allocation_index: '0',
      peer_workers: '10.0.0.1',
    });
  });

  it('a label may belong to only one worker', async () => {
    const bucket = await CaseBucket.create();
    const entries = await published(bucket, { labels: ['a'] });
    expect(entries).toMatchObject({ a_allocation_index: '0' });
    expect(entries).not.toHaveProperty('a_peers');
    expect(await bucket.kv('maand/worker')).toMatchObject({ a_workers_length: '1', a_0: host });
  });

  it('all keys of a removed worker are removed, and a worker that returns has a new id', async () => {
    const both = [{ host: '10.0.0.1' }, { host: '10.0.0.2', tags: { zone: 'a' } }];
    const bucket = await CaseBucket.create({ workers: both, jobs: { svc: { selectors: ['worker'] } } });
    await bucket.build();
    const { worker_id: first } = await bucket.kv('maand/worker/10.0.0.2');
    await bucket.build({ workers: both.slice(0, 1) });
    const left = (await bucket.liveKeys()).filter((key) => key.includes('/10.0.0.2'));
    expect(left).toEqual([]);
    expect(await bucket.allocations('svc')).toMatchObject([
      { host: '10.0.0.1', removed: false },
      { host: '10.0.0.2', removed: true },
    ]);
    await bucket.build({ workers: both });
    const { worker_id: second } = await bucket.kv('maand/worker/10.0.0.2');
    expect(second).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    expect(await bucket.allocations('svc')).toMatchObject([{ removed: false }, { removed: false }]);
  });
});
