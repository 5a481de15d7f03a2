import { describe, expect, it } from 'vitest';
import { CaseBucket, type Ending } from '../../support/case-bucket.ts';

const having = (ports: object) => ({ selectors: ['worker'], resources: { ports } });
const pool = (range: string) => ({ files: { 'workspace/bucket.conf': `port_range = "${range}"\n` } });

/** Returns each job with its ports, from the output of the build. */
const portsOf = ({ json }: Ending): Record<string, Record<string, number>> =>
  Object.fromEntries(json.jobs.map(({ job, ports }: { job: string; ports: Record<string, number> }) => [job, ports]));

const small = pool('30000,30005');

describe('ports', () => {
  it('a number from the pool stays', async () => {
    const bucket = await CaseBucket.create({ ...pool('31000,31005'), jobs: { a: having({ web_port: {} }) } });
    for (let build = 0; build < 3; build++) {
      expect(portsOf(await bucket.build())).toEqual({ a: { web_port: 31_000 } });
      expect(await bucket.kv('maand/bucket')).toMatchObject({ web_port: '31000' });
    }
  });

  it('a new port does not change the first one, and a removed port is removed from KV', async () => {
    const bucket = await CaseBucket.create({ ...small, jobs: { a: having({ web_port: {} }) } });
    await bucket.build();
    expect(portsOf(await bucket.build({ jobs: { a: having({ web_port: {}, web_port2: {} }) } }))).toEqual({
      a: { web_port: 30_000, web_port2: 30_001 },
    });
    await bucket.build({ jobs: { a: having({ web_port2: {} }) } });
    const { web_port, web_port2 } = await bucket.kv('maand/bucket');
    expect([web_port, web_port2]).toEqual([undefined, '30001']);
  });

  it('an exhausted pool is refused', async () => {
    const jobs = { a: having({ a_port: {} }), b: having({ b_port: {} }) };
    const bucket = await CaseBucket.create({ ...pool('30000,30000'), jobs });
    expect(await bucket.refused()).toEqual([
      'ErrPortRangeExhausted: port range exhausted: no free ports in range 30000-30000 (job b port "b_port")',
    ]);
  });

  it('the lowest free number is taken, others stay', async () => {
    const jobs = { api: having({ api_port: {} }), db: having({ db_port: {} }) };
    const bucket = await CaseBucket.create({ ...small, jobs });
    await bucket.editState(() => ({ ports: { api: { api_port: 30_001 }, db: { db_port: 30_002 } } }));
    expect(portsOf(await bucket.build({ jobs: { worker: having({ worker_port: {} }) } }))).toEqual({
      api: { api_port: 30_001 },
      db: { db_port: 30_002 },
      worker: { worker_port: 30_000 },
    });
  });

  it('a fixed number may be outside the pool', async () => {
    const jobs = { db: having({ db_port: 5432 }), web: having({ web_port: {} }) };
    const bucket = await CaseBucket.create({ ...small, jobs });
    expect(portsOf(await bucket.build())).toEqual({ db: { db_port: 5432 }, web: { web_port: 30_000 } });
  });

  it('a fixed number is replaced by one of the pool, and KV changes, too', async () => {
    const bucket = await CaseBucket.create({ ...small, jobs: { a: having({ a_port: 9500 }) } });
    await bucket.build();
    expect(await bucket.kv('maand/bucket')).toMatchObject({ a_port: '9500' });
    await bucket.build({ jobs: { a: having({ a_port: {} }) } });
    expect(await bucket.kv('maand/bucket')).toMatchObject({ a_port: '30000' });
  });

  it('a fixed number belongs to one job', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: having({ a_port: 80 }), b: having({ b_port: 80 }) } });
    expect(await bucket.refused()).toEqual(['ErrPortCollision: port collision: port 80 (job b port "b_port")']);
  });

  it('port names that cannot be keys are refused', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: having({ 'Bad-Port': {}, '1x': {} }) } });
    expect([...(await bucket.refused())].sort()).toEqual([
      'ErrPortKeyFormat: invalid port key format: port name "1x"',
      'ErrPortKeyFormat: invalid port key format: port name "Bad-Port"',
    ]);
  });

  it('a number in quotes is refused', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: having({ db_port: '5432' }) } });
    expect(await bucket.refused()).toEqual([
      'ErrInvalidManifestPort: invalid manifest port declaration: port "db_port" must be {} or an integer, not "5432"',
    ]);
  });

  it('a new job can have the number of a removed job', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: having({ a_port: 8080 }) } });
    await bucket.build();
    expect(portsOf(await bucket.build({ jobs: { a: undefined, b: having({ b_port: 8080 }) } }))).toEqual({
      b: { b_port: 8080 },
    });
  });

  it('two jobs swap their numbers', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: having({ a_port: 8080 }), b: having({ b_port: 8081 }) } });
    await bucket.build();
    expect(portsOf(await bucket.build({ jobs: { a: having({ a_port: 8081 }), b: having({ b_port: 8080 }) } }))).toEqual(
      {
        a: { a_port: 8081 },
        b: { b_port: 8080 },
      },
    );
  });

  it('a number that a later job declares is not given to an earlier one', async () => {
    const bucket = await CaseBucket.create({
      ...small,
      jobs: { a: having({ a_port: {} }), z: having({ z_port: 30_000 }) },
    });
    expect(portsOf(await bucket.build())).toEqual({ a: { a_port: 30_001 }, z: { z_port: 30_000 } });
  });

  it('a job without active allocation has its number, and does not publish it', async () => {
    const job = { selectors: ['nowhere'], resources: { ports: { idle_port: {} } } };
    const bucket = await CaseBucket.create({ ...small, jobs: { idle: job } });
    expect(portsOf(await bucket.build())).toEqual({ idle: { idle_port: 30_000 } });
    const published = await bucket.kv('maand/bucket');
    expect(published).toMatchObject({ jobs: 'idle', active_jobs: '' });
    expect(published).not.toHaveProperty('idle_port');
  });
});
