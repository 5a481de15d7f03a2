import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../support/fingerprint.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };

/** Returns a deployed bucket with two waves, a port from the pool, and a secret. */
async function deployed(): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.addJob(
    'db',
    { ...everywhere, hooks: { hook_b: { executed_on: ['cli'] }, hook_a: { executed_on: ['pre_deploy', 'cli'] } } },
    {
      '_hooks/hook_a.py': 'import maand\nmaand.kv.put_secret("password", "correct-horse-battery")\n',
      '_hooks/hook_b.py': 'pass\n',
    },
  );
  const demands = { job: 'db', hook: 'hook_b', config: { size: 3 } };
  await bucket.addJob(
    'web',
    {
      ...everywhere,
      resources: { ports: { web_port: {}, api_port: 5001 } },
      hooks: { hook_c: { executed_on: ['cli'], demands } },
    },
    { '_hooks/hook_c.py': 'pass\n' },
  );
  const run = await bucket.maand(['deploy', '--build']);
  expect(run.status, run.stderr).toBe(0);
  return bucket;
}

const heading = (text: string): string[] => (text.split('\n')[0] ?? '').split(/ {2,}/);

describe('cat', () => {
  it('lists everything with the documented columns and order', async () => {
    const bucket = await deployed();
    const table = async (what: string) => heading((await bucket.maand(['cat', what])).stdout);
    const rows = async (what: string, ...more: string[]) => (await bucket.maand(['cat', what, '--json', ...more])).json;
    const hosts = farm.workers.map(({ host }) => host);
    expect(await table('workers')).toEqual(['Worker IP', 'zone', 'CPU (mhz)', 'Memory (mb)', 'Position', 'labels']);
    expect(await rows('workers')).toEqual(
      hosts.map((host, position) => ({
        worker_ip: host,
        zone: '',
        cpu_mhz: 0,
        memory_mb: 0,
        position,
        labels: 'worker',
      })),
    );
    expect(await table('jobs')).toEqual(['job', 'version', 'disabled', 'deployment_seq', 'cpu', 'memory', 'selectors']);
    expect(await rows('jobs')).toMatchObject([
      { job: 'db', version: '1.0.0', disabled: 0, deployment_seq: 0, cpu: '0 mhz (manifest)', selectors: 'worker' },
      { job: 'web', deployment_seq: 1, memory: '0 mb (manifest)' },
    ]);
    expect(await table('allocations')).toEqual(['allocation_id', 'worker_ip', 'zone', 'job', 'disabled', 'removed']);
    expect((await rows('allocations')).map((row: Record<string, string>) => `${row.job}@${row.worker_ip}`)).toEqual([
      `db@${hosts[0]}`,
      `db@${hosts[1]}`,
      `web@${hosts[0]}`,
      `web@${hosts[1]}`,
    ]);
    expect(await rows('allocations', '--jobs', 'db', '--workers', hosts[0] as string)).toMatchObject([
      { job: 'db', worker_ip: hosts[0], disabled: 0, removed: 0 },
    ]);
    const demanded = { demand_job: 'db', demand_hook: 'hook_b', demand_config: '{"size":3}' };
    const free = { demand_job: '', demand_hook: '', demand_config: '' };
    expect(await rows('hooks')).toEqual([
      { job: 'db', hook: 'hook_a', executed_on: 'pre_deploy', ...free },
      { job: 'db', hook: 'hook_a', executed_on: 'cli', ...free },
      { job: 'db', hook: 'hook_b', executed_on: 'cli', ...free },
      { job: 'web', hook: 'hook_c', executed_on: 'cli', ...demanded },
    ]);
    expect(await rows('ports')).toEqual([
      { job: 'web', name: 'api_port', port: 5001 },
      { job: 'web', name: 'web_port', port: 30_000 },
    ]);
  });

  it('shows the status of every allocation, with shortened keyed hashes', async () => {
    const bucket = await deployed();
    const deployments = async (...more: string[]) =>
      (await bucket.maand(['cat', 'deployments', '--json', ...more])).json;
    const [first] = await deployments('--jobs', 'web');
    expect(Object.keys(first)).toEqual([
      'job',
      'worker_ip',
      'alloc_id',
      'rollout',
      'current_hash',
      'previous_hash',
      'current_version',
      'new_version',
      'disabled',
      'removed',
      'post_deploy_status',
    ]);
    expect(first).toMatchObject({ rollout: 'promoted', current_hash: expect.stringMatching(/^[0-9a-f]{12}$/) });
    expect(first.previous_hash).toBe(first.current_hash);
    await bucket.write('workspace/jobs/web/release.txt', 'new\n');
    const [changed] = await deployments('--jobs', 'web');
    expect(changed).toMatchObject({ rollout: 'restart', previous_hash: first.previous_hash });
    expect(changed.current_hash).not.toBe(first.current_hash);
    await bucket.addJob('late', everywhere);
    await bucket.write('workspace/disabled.json', '{ "jobs": { "web": {} } }');
    await bucket.maand(['build']);
    expect(await deployments()).toMatchObject([
      { job: 'db', rollout: 'promoted' },
      { job: 'db', rollout: 'promoted' },
      { job: 'late', rollout: 'new', previous_hash: '', current_version: '0.0.0', new_version: '1.0.0' },
      { job: 'late', rollout: 'new' },
      { job: 'web', rollout: 'disabled_restart', disabled: 1 },
      { job: 'web', rollout: 'disabled_restart' },
    ]);
  });

  it('lists keys by namespace, hides secrets, shortens values, and shows deleted keys', async () => {
    const bucket = await deployed();
    const long = 'x'.repeat(60);
    await bucket.edit('workspace/bucket.conf', (conf) => `${conf}long = "${long}"\n`);
    await bucket.maand(['build']);
    await bucket.edit('workspace/bucket.conf', (conf) => conf.replace(/^long.*$/m, 'other = "1"'));
    await bucket.maand(['build']);
    const kv = async (...more: string[]) => (await bucket.maand(['cat', 'kv', '--json', ...more])).json;
    const table = (await bucket.maand(['cat', 'kv'])).stdout;
    expect(heading(table)).toEqual(['Namespace', 'Key', 'Value', 'Version', 'ttl', 'createdDate', 'deleted']);
    expect(table).not.toContain('correct-horse-battery');
    const all = await kv();
    const names: string[] = all.map(({ namespace, key }: Record<string, string>) => `${namespace} ${key}`);
    expect(names).toEqual([...names].sort());
    expect(all).toContainEqual(
      expect.objectContaining({ namespace: 'secrets/job/db', key: 'password', value: '[encrypted]', deleted: 0 }),
    );
    const deleted = await kv('--deleted');
    expect(deleted).toMatchObject([{ namespace: 'vars/bucket', key: 'long', version: 2, deleted: 1 }]);
    expect(await kv('--active')).toHaveLength(all.length - 1);
    expect(await kv('--jobs', 'web')).toContainEqual(expect.objectContaining({ namespace: 'secrets/job/db' }));
    expect(await kv('--jobs', 'db')).not.toContainEqual(expect.objectContaining({ namespace: 'vars/job/web' }));
    const get = await bucket.maand(['cat', 'kv', 'get', 'maand/bucket', 'web_port']);
    expect(get.stdout).toMatch(
      /^namespace: maand\/bucket\nkey: web_port\nvalue: 30000\nversion: 1\nttl: 0\ncreated_date: .*Z\n$/,
    );
    expect(await bucket.maand(['cat', 'kv', 'get', 'maand/bucket', 'web_prot'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/key not found: namespace maand\/bucket, key web_prot\n.*did you mean "web_port"/),
    });
    expect((await bucket.maand(['cat', 'kv', 'get', 'vars/bucket', 'long'])).status).toBe(1);
  });

  it('describes the bucket in a few lines', async () => {
    const bucket = await deployed();
    const { stdout } = await bucket.maand(['cat', 'info']);
    expect(stdout).toMatch(/^Bucket ID: +[0-9a-f-]{36}\n/);
    expect(stdout).toMatch(/^Update Sequence: +1$/m);
    expect(stdout).toMatch(/^Number of Workers: +2$/m);
    expect(stdout).toMatch(/^Number of Jobs: +2$/m);
    expect(stdout).toMatch(/^Number of Allocations: +4$/m);
    expect(stdout).toMatch(/^Workspace: +built$/m);
    await bucket.write('workspace/jobs/web/release.txt', 'new\n');
    expect((await bucket.maand(['cat', 'info', '--json'])).json).toMatchObject({
      bucket_id: expect.any(String),
      environment: 'default',
      update_sequence: 1,
      workers: 2,
      jobs: 2,
      allocations: 4,
      disabled_allocations: 0,
      removed_allocations: 0,
      built: false,
    });
  });

  it('shows an empty listing as success, in a sentence or an empty array', async () => {
    const bucket = await TestBucket.create(farm);
    for (const what of ['jobs', 'allocations', 'deployments', 'hooks', 'ports', 'kv']) {
      const [text, json] = [await bucket.maand(['cat', what]), await bucket.maand(['cat', what, '--json'])];
      expect([what, text.status, json.status, json.json]).toEqual([what, 0, 0, []]);
      expect(text.stdout).toMatch(/^(?:no|there is no|the key\/value store is empty)\b.*\n$/);
    }
    await bucket.maand(['build']);
    expect((await bucket.maand(['cat', 'kv', '--deleted'])).stdout).toBe('nothing matches\n');
  });

  it.each([
    [['jbos'], 'there is no listing "jbos"', 'did you mean "jobs"?'],
    [[], 'the name of a listing is missing', 'there are: workers, jobs'],
    [['jobs', 'web'], 'cat jobs does not accept the word "web"', 'usage: maand cat jobs'],
    [['kv', 'set', 'a'], 'cat kv does not accept the word "set"', 'maand cat kv get NAMESPACE KEY'],
    [['kv', 'get', 'a'], 'usage: maand cat kv get NAMESPACE KEY', ''],
    [['kv', '--active', '--deleted'], '--active and --deleted exclude each other', ''],
    [['ports', '--workers', 'h'], '--workers cannot be used with cat ports', ''],
    [['jobs', '--deleted'], '--deleted cannot be used with cat jobs', ''],
    [['kv', '--reveal'], '--reveal cannot be used with cat kv', ''],
    [['ports', '--jobs', 'wbe'], 'jobs not in this bucket: wbe', 'did you mean "web"?'],
    [['workers', '--workers', '127.9.9.9'], 'workers not in this bucket: 127.9.9.9', 'it has: 127.'],
  ])('refuses %j', async (words, message, hint) => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    const run = await bucket.maand(['cat', ...words]);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain(hint);
  });

  it('needs no network, waits for no lock, and writes nothing', async () => {
    const bucket = await deployed();
    // after this change, `cat` must build in memory before it lists anything
    await bucket.write('workspace/jobs/web/release.txt', 'new\n');
    await bucket.edit('workspace/workers.json', (text) => text.replaceAll(/"port": \d+/g, '"port": 1'));
    const owner = { runId: '1', command: 'deploy', actor: 'kim', url: '', host: 'elsewhere', pid: 1, since: '' };
    await bucket.write('data/state.lock', JSON.stringify(owner));
    const before = await fingerprint(bucket.dir);
    for (const what of ['workers', 'jobs', 'allocations', 'deployments', 'hooks', 'ports', 'kv', 'info']) {
      const run = await bucket.maand(['cat', what]);
      expect([what, run.status, run.stderr]).toEqual([what, 0, '']);
    }
    expect(await fingerprint(bucket.dir)).toBe(before);
  });
});
