/** Tests `maand hooks` and the values that hooks write. */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hookCalls, notingHook } from '../../support/noting-hook.ts';
import { type Farm, startFarm } from '../../support/ssh-farm.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TestBucket } from '../../support/test-bucket.ts';

let farm: Farm;
let hosts: string[];

beforeAll(async () => {
  farm = await startFarm({ workers: 5 });
  hosts = farm.workers.map(({ host }) => host);
});
afterAll(() => farm.stop());

const registering = (hook: string, ...events: readonly string[]) => ({
  selectors: ['worker'],
  hooks: { [hook]: { executed_on: events } },
});
const storedValue = async (bucket: TestBucket, namespace: string, key: string) =>
  (await bucket.maand(['cat', 'kv', 'get', namespace, key, '--json'])).json?.value;

describe('maand hooks', () => {
  it('runs in batches of max_concurrent_upgrades, one after another: 2, 2, 1', async () => {
    const bucket = await TestBucket.create(farm);
    const manifest = { ...registering('hook_x', 'cli'), max_concurrent_upgrades: 2 };
    await bucket.addJob('web', manifest, { '_hooks/hook_x.py': notingHook(bucket) });
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [hosts[4]] } } }));
    await bucket.maand(['build']);
    expect((await bucket.maand(['hooks', 'hook_x', 'web'])).status).toBe(0);
    const calls = hookCalls(await bucket.journal());
    expect(calls.map(({ env }) => [env.BATCH_INDEX, env.BATCH_COUNT, env.BATCH_ALLOCATIONS, env.EVENT])).toEqual([
      ...[0, 1].map(() => ['0', '3', hosts.slice(0, 2).join(','), 'cli']),
      ...[0, 1].map(() => ['1', '3', hosts.slice(2, 4).join(','), 'cli']),
      ['2', '3', hosts[4], 'cli'],
    ]);
    expect(calls.at(-1)).toMatchObject({ host: hosts[4], env: { DISABLED: '1', DEPLOY_PHASE: 'cli' } });
  });

  it('starts no batch after a failed one', async () => {
    const bucket = await TestBucket.create(farm);
    const manifest = { ...registering('hook_x', 'cli'), max_concurrent_upgrades: 2 };
    await bucket.addJob('web', manifest, { '_hooks/hook_x.py': notingHook(bucket) });
    await bucket.maand(['build']);
    await bucket.write('fail-cli', `${hosts[0]}`);
    const run = await bucket.maand(['hooks', 'hook_x', '--json']);
    expect(run.json.errors).toEqual([
      `job web: job web hook hook_x failed: ${hosts[0]}: command execution failed (exit 4)`,
    ]);
    expect(
      hookCalls(await bucket.journal())
        .map(({ host }) => host)
        .sort(),
    ).toEqual(hosts.slice(0, 2).sort());
  });

  it('runs the hook for every job that registers it for cli, sorted by name; otherwise names the jobs without it', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(farm.workers.slice(0, 1));
    const script = { '_hooks/hook_x.py': notingHook(bucket) };
    await bucket.addJob('web', registering('hook_x', 'cli', 'pre_deploy'), script);
    await bucket.addJob('api', registering('hook_x', 'cli'), script);
    await bucket.addJob('aaa', registering('hook_x', 'pre_deploy'), script);
    await bucket.addJob('bbb', registering('hook_y', 'cli'), { '_hooks/hook_y.py': notingHook(bucket) });
    await bucket.maand(['build']);
    for (const word of ['hooks', 'hook']) {
      const run = await bucket.maand([word, 'hook_x']);
      expect(run.status, run.stderr).toBe(0);
      expect(hookCalls(await bucket.journal()).map(({ job }) => job)).toEqual(['api', 'web']);
      expect(run.stderr).toMatch(/^hooks: api$[\s\S]*^hooks: web$/m);
    }
    expect((await bucket.maand(['hooks', 'hook_x', 'web'])).stderr).not.toContain('hooks: ');
    expect(await bucket.maand(['hooks', 'hook_x', 'aaa'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('job "aaa" hook "hook_x" is not registered for event "cli"'),
    });
    expect(await bucket.maand(['hooks', 'hook_nope'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('hook "hook_nope" is not registered for event "cli"'),
    });
  });

  it('after a failed job the next job runs, and all written values are kept', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(farm.workers.slice(0, 1));
    const writing = (value: string, code: number) =>
      `import maand\nmaand.kv.put("marker", "${value}")\nraise SystemExit(${code})\n`;
    const jobs = [
      ['api', 0],
      ['mid', 3],
      ['web', 0],
    ] as const;
    for (const [job, code] of jobs) {
      await bucket.addJob(job, registering('hook_x', 'cli'), { '_hooks/hook_x.py': writing(job, code) });
    }
    await bucket.maand(['build']);
    const run = await bucket.maand(['hooks', 'hook_x', '--json']);
    expect(run.status).toBe(1);
    expect(run.json.errors).toEqual([
      `job mid: job mid hook hook_x failed: ${hosts[0]}: command execution failed (exit 3)`,
    ]);
    for (const [job] of jobs) expect(await storedValue(bucket, `vars/job/${job}`, 'marker')).toBe(job);
  });

  it('checks all interpreters before the first job', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(farm.workers.slice(0, 1));
    const bare = join(await temporaryFolder(), 'tools');
    await mkdir(bare);
    const script = `require('fs').appendFileSync(${JSON.stringify(bucket.journalFile)}, 'ran\\n')\n`;
    await symlink(process.execPath, join(bare, 'node'));
    const wrapped = script.replace("require('fs')", 'process.getBuiltinModule("fs")');
    await bucket.addJob('api', registering('hook_x', 'cli'), { '_hooks/hook_x.js': wrapped });
    await bucket.addJob('web', registering('hook_x', 'cli'), { '_hooks/hook_x.py': '' });
    await bucket.maand(['build']);
    expect((await bucket.maand(['hooks', 'hook_x', 'api'], { env: { PATH: bare } })).status).toBe(0);
    expect(await bucket.journal()).toEqual(['ran']);
    expect(await bucket.maand(['hooks', 'hook_x'], { env: { PATH: bare } })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('host prerequisites not met: python3'),
    });
    expect(await bucket.journal()).toEqual([]);
  });
});

describe('what hooks write', () => {
  const password = `import maand
if maand.kv.get("secrets/job/api", "password", None) is None:
    maand.kv.put_secret("password", "correct-horse-battery")
`;

  it('templates of the same deploy can read a secret of pre_deploy, and the secret stays', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(farm.workers.slice(0, 1));
    await bucket.addJob('api', registering('hook_x', 'pre_deploy'), {
      '_hooks/hook_x.py': password,
      'app.env.tpl': 'PASSWORD={{ getSecret "password" }}\n',
    });
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const run = await bucket.maand(['render', 'api', '--json']);
    expect(run.status).toBe(0);
    const revealed = await bucket.maand(['cat', 'kv', 'get', 'secrets/job/api', 'password', '--reveal', '--json']);
    expect(revealed.json.value).toBe('correct-horse-battery');
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
  });

  it('in a dry run, hooks run only on request; their values then affect the plan and are dropped afterwards', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(farm.workers.slice(0, 1));
    await bucket.addJob('api', registering('hook_x', 'pre_deploy', 'post_build'), {
      '_hooks/hook_x.py': `${password}\n${notingHook(bucket)}`,
      'app.env.tpl': 'PASSWORD={{ getSecret "password" }}\n',
    });
    const actions = (run: Awaited<ReturnType<TestBucket['maand']>>) => run.json.waves[0].jobs;
    const plain = await bucket.maand(['plan', '--json']);
    expect(plain.status).toBe(0);
    expect(await bucket.journal()).toEqual([]);
    const hooked = await bucket.maand(['plan', '--with-hooks', '--json']);
    expect(hooked.status, hooked.stderr).toBe(0);
    expect(actions(hooked)).toMatchObject([{ job: 'api', required: true, allocations: [{ action: 'start' }] }]);
    expect(hookCalls(await bucket.journal()).map(({ event }) => event)).toEqual(['post_build', 'pre_deploy']);
    await bucket.write('fail-pre_deploy', 'all');
    const failing = await bucket.maand(['deploy', '--build', '--dry-run', '--with-hooks']);
    expect(failing.status).toBe(1);
    expect(failing.stdout).toContain('job api hook hook_x failed');
    await bucket.remove('fail-pre_deploy');
    expect((await bucket.maand(['cat', 'kv', 'get', 'secrets/job/api', 'password'])).status).not.toBe(0);
    expect(await bucket.maand(['deploy', '--build', '--with-hooks'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--with-hooks is for dry runs'),
    });
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
  });
});
