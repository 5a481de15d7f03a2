import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../../support/ssh-farm.ts';
import { TestBucket } from '../../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});
afterAll(() => farm.stop());

const KEEPS = `import maand
maand.kv.put("marker", "kept")
maand.kv.put_secret("password", "correct-horse")
`;

/**
 * Makes a bucket with a job on both workers. The job selects them by their labels. Its hook has stored a variable and a
 * secret, and the job was never deployed.
 */
async function withSecrets(): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.useWorkers(farm.workers, (at) => ['app', `app-${at}`]);
  await bucket.addJob(
    'app',
    { version: '1.0.0', selectors: ['app'], hooks: { hook_store: { executed_on: ['cli'] } } },
    { '_hooks/hook_store.py': KEEPS },
  );
  await bucket.maand(['build']);
  const run = await bucket.maand(['hooks', 'hook_store', 'app']);
  expect(run.status, run.stderr).toBe(0);
  return bucket;
}

async function select(bucket: TestBucket, label: string): Promise<void> {
  await bucket.edit('workspace/jobs/app/manifest.json', (text) => text.replace(/"app(?:-\d)?"/, `"${label}"`));
}

async function stringIn(bucket: TestBucket, namespace: string, key: string): Promise<string | undefined> {
  return (await bucket.maand(['cat', 'kv', 'get', namespace, key, '--reveal', '--json'])).json?.value;
}

const stored = async (bucket: TestBucket) => [
  await stringIn(bucket, 'vars/job/app', 'marker'),
  await stringIn(bucket, 'secrets/job/app', 'password'),
];

async function records(bucket: TestBucket): Promise<number[]> {
  const { json } = await bucket.maand(['cat', 'allocations', '--json']);
  return json.map((row: Record<string, number>) => row.removed);
}

describe('build --purge-secrets-kv', () => {
  it('secrets of a job without allocations stay until they are purged', async () => {
    const bucket = await withSecrets();
    await select(bucket, 'nowhere');
    expect((await bucket.maand(['build'])).status).toBe(0);
    expect(await stored(bucket)).toEqual(['kept', 'correct-horse']);
    const run = await bucket.maand(['build', '--purge-secrets-kv']);
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('purged: vars/job/app (marker)\npurged: secrets/job/app (password)\n');
    expect(await stored(bucket)).toEqual([undefined, undefined]);
  });
});

describe('gc', () => {
  it('a job that is active elsewhere keeps its variables, and the removed allocation has no row', async () => {
    const bucket = await withSecrets();
    await select(bucket, 'app-0');
    await bucket.maand(['build']);
    expect(await records(bucket)).toEqual([0, 1]);
    const run = await bucket.maand(['gc']);
    expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('forgotten, it never ran') });
    expect(await records(bucket)).toEqual([0]);
    expect(await stored(bucket)).toEqual(['kept', 'correct-horse']);
  });

  it('a job without any allocation loses its variables', async () => {
    const bucket = await withSecrets();
    await select(bucket, 'nowhere');
    await bucket.maand(['build']);
    const run = await bucket.maand(['gc', '--json']);
    expect(run.json.cleared).toEqual([
      { namespace: 'vars/job/app', keys: ['marker'] },
      { namespace: 'secrets/job/app', keys: ['password'] },
    ]);
    expect(await records(bucket)).toEqual([]);
    expect(await stored(bucket)).toEqual([undefined, undefined]);
  });

  it('a job that is disabled elsewhere keeps its secrets', async () => {
    const bucket = await withSecrets();
    await select(bucket, 'app-0');
    await bucket.write('workspace/disabled.json', '{ "jobs": { "app": {} } }');
    await bucket.maand(['build']);
    expect((await bucket.maand(['gc'])).status).toBe(0);
    expect(await records(bucket)).toEqual([0]);
    expect(await stored(bucket)).toEqual(['kept', 'correct-horse']);
  });
});

describe('post_build', () => {
  it('a failed hook fails the build; the catalog and the values of hooks are stored', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob(
      'app',
      { version: '1.0.0', selectors: ['worker'], hooks: { hook_store: { executed_on: ['post_build'] } } },
      { '_hooks/hook_store.py': `${KEEPS}raise SystemExit(1)\n` },
    );
    const run = await bucket.maand(['build']);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('post_build');
    expect((await bucket.maand(['cat', 'info', '--json'])).json).toMatchObject({
      built: true,
      jobs: 1,
      allocations: 2,
    });
    expect(await stringIn(bucket, 'maand/job/app', 'workers_length')).toBe('2');
    // a value that a hook wrote stays, even when a later line of the hook fails
    expect(await stored(bucket)).toEqual(['kept', 'correct-horse']);
  });
});
