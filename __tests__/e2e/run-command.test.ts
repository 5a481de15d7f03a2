import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
let hosts: string[];

beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
  hosts = farm.workers.map(({ host }) => host);
});
afterAll(() => farm.stop());

const bare = () => TestBucket.create(farm);
const namesIn = (run: { readonly json: { readonly workers: readonly { readonly worker: string }[] } }) =>
  run.json.workers.map(({ worker }) => worker);
const note = (bucket: TestBucket, more = '') => `echo "ran $WORKER_IP" >> ${bucket.journalFile}\n${more}`;

describe('maand run_command', () => {
  it('runs on all, on named, on labelled workers; in the login folder before a deploy, in the bucket’s after it', async () => {
    const bucket = await bare();
    await bucket.useWorkers(farm.workers, (at) => [at === 1 ? 'db' : 'web']);
    await bucket.addJob('api', { selectors: ['web'] });
    await bucket.maand(['build']);
    const before = await bucket.maand(['run_command', 'pwd; echo "$BUCKET_ID $WORKER_IP"', '--json']);
    expect(before.status, before.stderr).toBe(0);
    expect(namesIn(before)).toEqual(hosts);
    const folders = await Promise.all(farm.workers.map((worker) => bucket.folderOn(worker)));
    const id = folders[0]?.split('/').at(-1);
    expect(before.json.workers.map(({ stdout }: Record<string, string>) => stdout?.split('\n')[1])).toEqual(
      hosts.map((host) => `${id} ${host}`),
    );
    expect(before.json.workers[0].stdout.split('\n')[0]).toBe(userInfo().homedir);
    expect((await bucket.maand(['deploy'])).status).toBe(0);
    const named = await bucket.maand(['run_command', 'pwd', '-w', `${hosts[2]},${hosts[0]}`, '--json']);
    expect(named.json.workers).toMatchObject([
      { worker: hosts[2], stdout: `${folders[2]}\n` },
      { worker: hosts[0], stdout: `${folders[0]}\n` },
    ]);
    expect(namesIn(await bucket.maand(['run_command', 'true', '--labels', 'db,nope', '--json']))).toEqual([hosts[1]]);
    expect(namesIn(await bucket.maand(['run_command', 'true', '-l', 'db,web', '--json']))).toEqual(hosts);
  });

  it('shows the output of workers immediately, and a table at the end', async () => {
    const bucket = await bare();
    const run = await bucket.maand(['run_command', 'echo out; echo err >&2', '-c', '3']);
    expect(run.status).toBe(0);
    for (const host of hosts) {
      expect(run.stderr).toContain(`${host} | out\n`);
      expect(run.stderr).toContain(`${host} ! err\n`);
      expect(run.stdout).toMatch(new RegExp(`^${host.replaceAll('.', '\\.')} +ok +\\S+$`, 'm'));
    }
    expect(run.stderr).toMatch(/^run_command ok on 3 workers, slowest /m);
    expect(run.stdout.split('\n')[0]).toMatch(/^worker +result +time$/);
  });

  it('takes one worker after another, and ends at the first that fails', async () => {
    const bucket = await bare();
    const run = await bucket.maand(['run_command', note(bucket, `[ $WORKER_IP != ${hosts[1]} ] || exit 3`), '--json']);
    expect(run.status).toBe(1);
    expect(await bucket.journal()).toEqual([`ran ${hosts[0]}`, `ran ${hosts[1]}`]);
    expect(run.json).toMatchObject({
      ok: false,
      workers: [
        { worker: hosts[0], outcome: 'succeeded', exit_code: 0 },
        { worker: hosts[1], outcome: 'failed', exit_code: 3 },
      ],
      skipped: [hosts[2]],
      errors: [`worker ${hosts[1]}: exit 3`],
    });
  });

  it('runs --concurrency workers at once', async () => {
    const bucket = await bare();
    const meet = `echo "in $WORKER_IP" >> ${bucket.journalFile}; i=0; until [ $(grep -c . ${bucket.journalFile}) -ge 3 ]; do i=$((i+1)); [ $i -lt 600 ] || exit 9; sleep 0.1; done`;
    expect((await bucket.maand(['run_command', meet, '--concurrency', '3'])).status).toBe(0);
    expect(await bucket.journal()).toHaveLength(3);
  });

  it('continues with --ignore-failure, reports the failure immediately and at the end, and exits with 1', async () => {
    const bucket = await bare();
    const script = note(bucket, `[ $WORKER_IP != ${hosts[0]} ] || exit 7`);
    const run = await bucket.maand(['run_command', script, '--ignore-failure']);
    expect(run.status).toBe(1);
    expect(await bucket.journal()).toEqual(hosts.map((host) => `ran ${host}`));
    expect(run.stderr).toContain(`${hosts[0]}: run_command failed (exit 7)`);
    expect(run.stdout).toContain(`worker ${hosts[0]}: exit 7\n`);
  });

  it('refuses invalid requests without any connection', async () => {
    const bucket = await bare();
    const before = await bucket.connections();
    for (const [words, message] of [
      [['true', '-c', '0'], '--concurrency must be a whole number between 1 and 1000'],
      [['true', '-w', hosts[0], '-l', 'db'], 'specify either --workers or --labels, not both'],
      [['true', '-w', `${hosts[0]},192.0.2.1`], 'workers not in this bucket: 192.0.2.1'],
      [['true', '-l', 'nope'], 'no workers matched the selection'],
      [[], 'command argument or workspace/command.sh is required'],
      [[' '], 'command is empty'],
      [['true', '--ignore-failure', '--health-check'], 'exclude each other'],
      [['true', '--run', 'false'], 'exclude each other'],
      [['df', 'x'], 'does not accept the word "x"'],
    ] as const) {
      const run = await bucket.maand(['run_command', ...words.map(String)]);
      expect([run.status, run.stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(await bucket.connections()).toEqual(before);
  });

  it('reads workspace/command.sh, or the input run', async () => {
    const bucket = await bare();
    await bucket.write('workspace/command.sh', '#!/bin/sh\n# two lines\necho from-file\n');
    expect((await bucket.maand(['run_command', '--json'])).json.workers[0].stdout).toBe('from-file\n');
    const run = await bucket.maand(['run_command', '--run', "echo 'a b'\necho c", '--json']);
    expect(run.json.workers[0].stdout).toBe('a b\nc\n');
    await bucket.write('workspace/command.sh', ' \n');
    expect(await bucket.maand(['run_command'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('command is empty'),
    });
  });

  it('names unreachable workers and workers that reached the time limit', async () => {
    await using own = await startFarm({ workers: 2 });
    const bucket = await TestBucket.create(own);
    const [slow, dead] = own.workers;
    await dead?.kill();
    await bucket.edit('maand.conf', (conf) => `command_timeout = 1\n${conf}`);
    const run = await bucket.maand(['run_command', 'sleep 60', '--ignore-failure', '--json']);
    expect(run.status).toBe(1);
    expect(run.json.workers).toMatchObject([{ outcome: 'timed-out' }, { outcome: 'failed' }]);
    expect(run.json.errors).toEqual([
      `worker ${slow?.host}: command timed out after 1 s (command_timeout in maand.conf)`,
      expect.stringContaining(dead?.host ?? ''),
    ]);
  });

  it('waits for healthy jobs after each batch, and stops when a job stays unhealthy', async () => {
    const bucket = await bare();
    const check = { type: 'ssh', command: `cd / && test ! -e ${bucket.dir}/sick` };
    const manifest = { selectors: ['worker'], health_check: { checks: [check], wait: { attempts: 1 } } };
    await bucket.addJob('web', manifest);
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    const script = note(bucket, `touch ${bucket.dir}/sick`);
    const run = await bucket.maand(['run_command', script, '--health-check', '-c', '2', '--json']);
    expect(run.status).toBe(1);
    expect((await bucket.journal()).sort()).toEqual([`ran ${hosts[0]}`, `ran ${hosts[1]}`].sort());
    expect(run.json).toMatchObject({ skipped: [hosts[2]] });
    expect(run.json.errors).toEqual([expect.stringMatching(/^after worker batch 1: job web: /)]);
  });

  it('hides secrets of the store that it never read', async () => {
    const bucket = await bare();
    const hook = 'import maand\nmaand.kv.put_secret("password", "correct-horse-battery")\n';
    await bucket.addJob(
      'api',
      { selectors: ['worker'], hooks: { hook_x: { executed_on: ['post_build'] } } },
      { '_hooks/hook_x.py': hook, 'app.env.tpl': 'PASSWORD={{ getSecret "password" }}\n' },
    );
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    for (const form of [['--json'], ['--log-format', 'json']]) {
      const run = await bucket.maand(['run_command', 'cat jobs/api/app.env', ...form]);
      expect(run.status).toBe(0);
      expect(run.stdout + run.stderr).toContain('PASSWORD=***');
      expect(run.stdout + run.stderr).not.toContain('correct-horse');
    }
  });

  it('does not change the state', async () => {
    const bucket = await bare();
    await bucket.addJob('api', { selectors: ['worker'] });
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const state = () => readFile(join(bucket.dir, 'data/state.json'), 'utf8');
    const before = await state();
    expect((await bucket.maand(['run_command', 'true'])).status).toBe(0);
    expect(await state()).toBe(before);
  });
});
