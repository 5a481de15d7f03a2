import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };

describe('build', () => {
  it('reports placements, port numbers, removals and warnings', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', { ...everywhere, resources: { ports: { web_port: {}, fixed_port: 5001 } }, colour: 1 });
    await bucket.addJob('idle', { selectors: ['gpu'] });
    const first = await bucket.maand(['build']);
    expect(first.stdout).toBe(
      [
        '2 jobs on 3 workers, 3 allocations',
        '  wave 0: idle, web',
        'new port: web_port = 30000 (web)',
        '2 warnings in the log',
        '',
      ].join('\n'),
    );
    await bucket.useWorkers(farm.workers.slice(0, 2));
    await bucket.write('workspace/disabled.json', `{ "workers": ["${farm.workers[0]?.host}"] }`);
    const second = await bucket.maand(['build', '--json']);
    expect(second.json).toMatchObject({
      ok: true,
      errors: [],
      warnings: [
        { message: expect.stringContaining('colour'), file: 'workspace/jobs/web/manifest.json' },
        { message: expect.stringContaining('idle'), file: 'workspace/jobs/idle/manifest.json' },
      ],
      jobs: [{ job: 'idle' }, { job: 'web', ports: { web_port: 30_000, fixed_port: 5001 } }],
      new_ports: [],
      removed: [{ job: 'web', worker: farm.workers[2]?.host, allocation_id: expect.any(String), status: 'never-ran' }],
      purged: [],
      spared: [],
      serial: expect.any(Number),
    });
    const third = await bucket.maand(['build']);
    expect(third.stdout).toContain('2 jobs on 2 workers, 2 allocations (1 disabled)\n');
    expect(third.stdout).toContain(`removed: web on ${farm.workers[2]?.host}, it never ran\n`);
  });
});

const STORE = 'import maand\nmaand.kv.put_secret("password", "correct-horse")\n';

describe('build --purge-secrets-kv', () => {
  const secretOf = async (bucket: TestBucket): Promise<string | undefined> =>
    (await bucket.maand(['cat', 'kv', 'get', 'secrets/job/app', 'password', '--reveal', '--json'])).json?.value;

  it('keeps secrets of a disabled job until it is named, and reports this; refuses an active job', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob(
      'app',
      { ...everywhere, hooks: { hook_store: { executed_on: ['post_build'] } } },
      { '_hooks/hook_store.py': STORE },
    );
    await bucket.maand(['build']);
    const named = ['build', '--purge-secrets-kv', '--jobs', 'app'];
    const refused = await bucket.maand(named);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('active jobs are not purged: app') });
    expect(await bucket.maand(['build', '--purge-secrets-kv', '--jobs', 'ap'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('did you mean "app"?'),
    });
    await bucket.write('workspace/disabled.json', '{ "jobs": { "app": {} } }');
    await bucket.write('workspace/jobs/app/_hooks/hook_store.py', 'pass\n');
    const spared = await bucket.maand(['build', '--purge-secrets-kv']);
    expect(spared.stdout).toContain('not purged: app is only disabled');
    expect(await secretOf(bucket)).toBe('correct-horse');
    const purged = await bucket.maand([...named, '--json']);
    expect(purged.json.purged).toEqual([{ namespace: 'secrets/job/app', keys: ['password'] }]);
    expect(await secretOf(bucket)).toBeUndefined();
  });
});

/** Returns a hook that records its runs and stores a key. It fails on the workers that the test names. */
const hook = (journal: string, failing: string): string => `import os, sys
import maand
line = " ".join(os.environ[name] for name in ("JOB", "COMMAND", "EVENT", "ALLOCATION_IP", "DISABLED", "BATCH_INDEX", "BATCH_COUNT"))
with open("${journal}", "a") as file:
    file.write(line + "\\n")
maand.kv.put("by_" + os.environ["COMMAND"] + "_" + os.environ["ALLOCATION_INDEX"], "written")
if os.environ["JOB"] + " " + os.environ["COMMAND"] == "${failing}":
    sys.exit(3)
`;

describe('post_build', () => {
  const both = { hook_a: { executed_on: ['post_build'] }, hook_b: { executed_on: ['post_build', 'cli'] } };

  async function withHooks(failing: string): Promise<TestBucket> {
    const bucket = await TestBucket.create(farm);
    const script = hook(bucket.journalFile, failing);
    const files = { '_hooks/hook_a.py': script, '_hooks/hook_b.py': script };
    await bucket.addJob('zoo', { ...everywhere, hooks: both }, files);
    await bucket.addJob('db', { ...everywhere, max_concurrent_upgrades: 2, hooks: both }, files);
    const demanding = { hook_a: { executed_on: ['post_build'], demands: { job: 'zoo', hook: 'hook_b' } } };
    await bucket.addJob('api', { ...everywhere, max_concurrent_upgrades: 3, hooks: demanding }, files);
    await bucket.write('workspace/disabled.json', `{ "workers": ["${farm.workers[1]?.host}"] }`);
    return bucket;
  }

  /** Returns the lines without hosts and without duplicates, because the lines of one batch have no order. */
  const order = (lines: readonly string[]): string[] => [
    ...new Set(
      lines.map((line) =>
        line
          .split(' ')
          .filter((_, at) => at !== 3 && at !== 4)
          .join(' '),
      ),
    ),
  ];

  it('runs by wave, then job, hook and batch, for disabled allocations too', async () => {
    const bucket = await withHooks('none');
    const run = await bucket.maand(['build']);
    expect(run.status, run.stderr).toBe(0);
    const lines = await bucket.journal();
    expect(order(lines)).toEqual([
      'db hook_a post_build 0 2',
      'db hook_a post_build 1 2',
      'db hook_b post_build 0 2',
      'db hook_b post_build 1 2',
      'zoo hook_a post_build 0 3',
      'zoo hook_a post_build 1 3',
      'zoo hook_a post_build 2 3',
      'zoo hook_b post_build 0 3',
      'zoo hook_b post_build 1 3',
      'zoo hook_b post_build 2 3',
      'api hook_a post_build 0 1',
    ]);
    expect(lines).toHaveLength(5 * 3);
    const disabled = lines.filter((line) => line.split(' ')[4] === '1').map((line) => line.split(' ')[3]);
    expect([...new Set(disabled)]).toEqual([farm.workers[1]?.host]);
    const hosts = lines.filter((line) => line.startsWith('zoo hook_a')).map((line) => line.split(' ')[3]);
    expect(hosts).toEqual([0, 2, 1].map((at) => farm.workers[at]?.host)); // rollout order: active allocations first
  });

  it('runs the other hooks after a failure, and keeps all values and the build', async () => {
    const bucket = await withHooks('db hook_a');
    const run = await bucket.maand(['build', '--json']);
    expect(run.status).toBe(1);
    expect(run.json).toMatchObject({
      ok: false,
      exit_code: 1,
      error: expect.stringContaining('post_build: job db hook hook_a failed'),
    });
    expect(order(await bucket.journal())).toEqual(
      expect.arrayContaining(['db hook_b post_build 0 2', 'zoo hook_b post_build 2 3', 'api hook_a post_build 0 1']),
    );
    const { json: kv } = await bucket.maand(['cat', 'kv', '--json']);
    const written = kv.filter(({ key }: Record<string, string>) => key?.startsWith('by_'));
    expect(written.map(({ namespace, key }: Record<string, string>) => `${namespace} ${key}`)).toEqual(
      expect.arrayContaining(['vars/job/db by_hook_a_0', 'vars/job/db by_hook_b_2', 'vars/job/api by_hook_a_1']),
    );
    expect((await bucket.maand(['cat', 'info', '--json'])).json).toMatchObject({ built: true, jobs: 3 });
    expect((await bucket.maand(['deploy', '--dry-run'])).status).toBe(0); // the build is still valid
  });

  it('checks the interpreter before anything is saved', async () => {
    const bucket = await withHooks('none');
    const run = await bucket.maand(['build'], { env: { PATH: '/nonexistent' } });
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('host prerequisites not met: python3') });
    expect((await bucket.maand(['cat', 'info', '--json'])).json).toMatchObject({ built: false, state_serial: 1 });
  });
});
