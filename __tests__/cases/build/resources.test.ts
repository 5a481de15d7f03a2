import { describe, expect, it } from 'vitest';
import { CaseBucket } from '../../support/case-bucket.ts';

const everywhere = { selectors: ['worker'] };
const needing = (resources: object) => ({ ...everywhere, resources });
const section = (text: string, file = 'bucket.jobs.conf') => ({ [`workspace/${file}`]: `[a]\n${text}\n` });
const sized = (size: object) => [{ host: '10.0.0.1', ...size }];

describe('resources', () => {
  it('a reservation of exactly the free amount is accepted', async () => {
    const bucket = await CaseBucket.create({ workers: sized({ cpu: '12' }) });
    await bucket.build({ jobs: { a: needing({ cpu: { max: '12 MHz' } }) } });
    expect(await bucket.kv('maand/job/a')).toMatchObject({ cpu: '12', max_cpu_mhz: '12', min_cpu_mhz: '0' });
  });

  it('without values in the manifest, only the section of the bucket counts', async () => {
    const bucket = await CaseBucket.create({ workers: sized({ memory: '2 GB', cpu: '2 GHZ' }) });
    await bucket.build({ jobs: { a: everywhere }, files: section('memory = "1 GB"\ncpu = "1 GHZ"') });
    expect(await bucket.kv('maand/job/a')).toMatchObject({
      memory: '1024',
      min_memory_mb: '1024',
      max_memory_mb: '1024',
      cpu: '1000',
      min_cpu_mhz: '1000',
      max_cpu_mhz: '1000',
    });
    expect(await bucket.kv('vars/bucket/job/a')).toEqual({ memory: '1 GB', cpu: '1 GHZ' });
  });

  it('a value that is not a string is refused', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: everywhere } });
    expect(await bucket.refused({ files: section('test = 1') })).toEqual([
      'ErrInvalidBucketConf: invalid bucket.conf: bucket conf workspace/bucket.jobs.conf [a] "test" must be a string (got 1)',
    ]);
  });

  it.each([
    ['the section', everywhere, section('memory = "1 GB"')],
    ['min', needing({ memory: { min: '1 GB' } }), {}],
    ['max', needing({ memory: { max: '1 GB' } }), {}],
  ])('more than the worker has is refused, asked for by %s', async (_by, a, files) => {
    const bucket = await CaseBucket.create({ workers: sized({ memory: '12 MB' }), jobs: { a } });
    expect(await bucket.refused({ files })).toEqual([
      'ErrInsufficientResource: insufficient resource: worker_ip 10.0.0.1, available memory is 12.00 MB, required memory is 1024.00 MB',
    ]);
  });

  it('a worker must declare a resource that a job reserves', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: needing({ memory: { max: '512 MB' } }) } });
    expect(await bucket.refused()).toEqual([
      'ErrInsufficientResource: insufficient resource: worker_ip 10.0.0.1 must specify memory in workers.json (allocated jobs require 512.00 MB)',
    ]);
  });

  it('the section must be within the bounds of the manifest', async () => {
    const bucket = await CaseBucket.create({ workers: sized({ memory: '1 GB' }) });
    await bucket.edit({ jobs: { a: needing({ memory: { max: '256' } }) } });
    expect(await bucket.refused({ files: section('memory = "512"') })).toEqual([
      'ErrUnsupportedResourceConfiguration: unsupported resource configuration: workspace/bucket.jobs.conf, job a max_memory_mb 256.00 mb, requested 512.00 mb',
    ]);
  });

  it('a selector chooses exactly one file', async () => {
    const bucket = await CaseBucket.create({ workers: sized({ cpu: '9' }), jobs: { a: everywhere } });
    const settings = await bucket.read('maand.conf');
    await bucket.build({
      files: {
        'maand.conf': `${settings}job_config_selector = "prod"\n`,
        ...section('cpu = "1"\nonly = "default"'),
        ...section('cpu = "2"', 'bucket.jobs.prod.conf'),
      },
    });
    expect(await bucket.kv('maand/job/a')).toMatchObject({ cpu: '2' });
    expect(await bucket.kv('vars/bucket/job/a')).toEqual({ cpu: '2' });
  });

  it('a disabled allocation reserves nothing', async () => {
    const bucket = await CaseBucket.create({ workers: sized({ memory: '12 MB' }) });
    await bucket.edit({ jobs: { a: needing({ memory: { max: '1 GB' } }) } });
    expect(await bucket.refused()).toHaveLength(1);
    await bucket.build({ files: { 'workspace/disabled.json': '{"jobs":{"a":{}}}' } });
  });
});
