import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../support/fingerprint.ts';
import { CLI, runMaand } from '../support/run-maand.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };

describe('init', () => {
  it('makes a bucket, and changes nothing the second time', async () => {
    const dir = join(await temporaryFolder(), 'new');
    expect(await runMaand(['init', dir])).toMatchObject({ status: 0, stdout: expect.stringContaining('maand.conf') });
    expect((await readdir(dir)).sort()).toEqual([
      '.gitignore',
      'data',
      'logs',
      'maand.conf',
      'secrets',
      'tmp',
      'workspace',
    ]);
    expect((await stat(join(dir, 'secrets'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dir, 'secrets/state.key'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dir, '.gitignore'), 'utf8')).toBe('data/\nsecrets/\ntmp/\nlogs/\n');
    const before = await fingerprint(dir);
    expect((await runMaand(['init', dir])).status).toBe(0);
    expect(await fingerprint(dir)).toBe(before);
  });
});

/** Replaces the commands of a target by a command that succeeds. */
function fillIn(makefile: string, target: string): string {
  return makefile.replace(new RegExp(`^${target}:\\n\\t.*$`, 'm'), `${target}:\n\t@true`);
}

describe('job create', () => {
  it('makes a job that builds, whose deploy fails until its Makefile is filled in', async () => {
    const bucket = await TestBucket.create(farm);
    const run = await bucket.maand(['job', 'create', 'api', '--selectors', 'worker,Worker']);
    expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('workspace/jobs/api/Makefile\n') });
    expect(run.stdout).toContain('next: ');
    const folder = join(bucket.dir, 'workspace/jobs/api');
    expect((await readdir(folder)).sort()).toEqual(['Makefile', 'manifest.json']);
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toEqual({
      $schema: expect.stringMatching(/\/schemas\/manifest\.schema\.json$/),
      version: '1.0.0',
      selectors: ['worker'],
    });
    expect((await bucket.maand(['validate', '--json'])).json).toMatchObject({ ok: true, warnings: [] });
    const deploy = await bucket.maand(['deploy', '--build', '--verbose']);
    expect([deploy.status, deploy.stderr]).toEqual([
      1,
      expect.stringContaining('api is not started: fill in the target start of workspace/jobs/api/Makefile'),
    ]);
    const status = await bucket.maand(['job', 'status', 'api']);
    expect(`${status.status} ${status.stdout}${status.stderr}`).toMatch(/^1 .*the status of api is unknown: fill in/s);
    await bucket.write('workspace/disabled.json', '{ "jobs": { "api": {} } }');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0); // no job runs, so the generated `stop` target succeeds
    await bucket.remove('workspace/disabled.json');
    await bucket.edit('workspace/jobs/api/Makefile', (text) => fillIn(text, 'start'));
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    await bucket.write('workspace/disabled.json', '{ "jobs": { "api": {} } }');
    const stop = await bucket.maand(['deploy', '--build']);
    expect([stop.status, stop.stderr]).toEqual([1, expect.stringContaining('fill in the target stop')]);
  });

  it('needs no selectors, no state and no key, and changes no existing file', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.remove('data');
    await bucket.remove('secrets');
    const run = await bucket.maand(['job', 'create', 'db-1.a', '--json']);
    const path = 'workspace/jobs/db-1.a';
    const created = [`${path}/manifest.json`, `${path}/Makefile`];
    expect(run.json).toEqual({ ok: true, job: 'db-1.a', selectors: [], created });
    await bucket.write(`${path}/Makefile`, 'mine');
    const before = await fingerprint(bucket.dir);
    expect(await bucket.maand(['job', 'create', 'db-1.a'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`${path} exists already`),
    });
    expect(await fingerprint(bucket.dir)).toBe(before);
  });

  it.each([
    [['create'], 'the name of the job is missing'],
    [['create', '../x'], 'is not a valid job name'],
    [['create', '.hidden'], 'is not a valid job name'],
    [['create', 'a b'], 'is not a valid job name'],
    [['create', 'x'.repeat(64)], 'is not a valid job name'],
    [['create', 'a', 'b'], 'does not accept the word "b"'],
    [['craete', 'api'], 'did you mean "create"?'],
    [[], 'usage: maand job VERB JOB'],
  ])('refuses job %j', async (words, message) => {
    const bucket = await TestBucket.create(farm);
    const before = await fingerprint(bucket.dir);
    const run = await bucket.maand(['job', ...words]);
    expect([run.status, run.stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(await fingerprint(bucket.dir)).toBe(before);
  });
});

describe('init and the state key', () => {
  it('makes no key file when the key is given, then or later', async () => {
    const dir = join(await temporaryFolder(), 'new');
    const env = { MAAND_STATE_KEY: createHash('sha256').update('given').digest('hex') };
    for (let time = 0; time < 2; time++) {
      expect((await runMaand(['init', dir], { env })).status).toBe(0);
      expect(await readdir(join(dir, 'secrets'))).toEqual(['ca.crt', 'ca.key']);
    }
    expect((await runMaand(['--bucket', dir, 'build'], { env })).status).toBe(0);
  });

  it('refuses to make a new key beside a state that it could not open', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.remove('secrets/state.key');
    expect(await runMaand(['init', bucket.dir])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('state.key is missing'),
    });
    expect(await readdir(join(bucket.dir, 'secrets'))).toEqual(['ca.crt', 'ca.key', 'worker.key']);
  });
});

describe('build --check', () => {
  it('reports ten mistakes with file, line and column, ends with 2, and leaves the folder as it was', async () => {
    const bucket = await TestBucket.create(farm);
    const lines = (...text: string[]) => `${text.join('\n')}\n`;
    await bucket.write('maand.conf', lines('ssh_port = 70000', 'use_sudo = false'));
    await bucket.write(
      'workspace/workers.json',
      lines('[', '  { "host": "10.0.0.1", "memory": "5 GiB" },', '  { "host": "10.0.0.1" }', ']'),
    );
    await bucket.write('workspace/bucket.conf', lines('port_range = "9,1"', 'answer = 42'));
    await bucket.addJob(
      'a',
      {},
      {
        'manifest.json': lines(
          '{',
          '  "selectors": ["worker"],',
          '  "restart_policy": "bounce",',
          '  "version": "1.2.3.4"',
          '}',
        ),
      },
    );
    await bucket.addJob(
      'b',
      {},
      {
        'manifest.json': lines(
          '{',
          '  "hooks": { "hook_x": { "executed_on": ["sometimes"] } },',
          '  "resources": { "ports": { "Bad-Port": {} } }',
          '}',
        ),
      },
    );
    await bucket.addJob('c', {}, { 'manifest.json': lines('{', '  "selectors": ["worker"],', '}') });
    await bucket.write('workspace/jobs/d/manifest.json', '{}');
    const before = await fingerprint(bucket.dir);
    const run = await bucket.maand(['build', '--check', '--json']);
    expect(run.status).toBe(2);
    expect(await fingerprint(bucket.dir)).toBe(before);
    const found = run.json.errors.map(
      ({ code, file, line, column }: Record<string, string | number>) => `${code} ${file}:${line}:${column}`,
    );
    expect(found).toEqual(
      expect.arrayContaining([
        'ErrInvalidMaandConf maand.conf:1:12',
        'ErrInvalidWorkerJSON workspace/workers.json:2:35',
        'ErrInvalidWorkerJSON workspace/workers.json:3:13',
        'ErrInvalidPortRange workspace/bucket.conf:1:14',
        'ErrInvalidBucketConf workspace/bucket.conf:2:10',
        'ErrInvalidManifest workspace/jobs/a/manifest.json:3:21',
        'ErrInvalidJobVersion workspace/jobs/a/manifest.json:4:14',
        'ErrInvalidHookConfiguration workspace/jobs/b/manifest.json:2:42',
        'ErrPortKeyFormat workspace/jobs/b/manifest.json:3:29',
        'ErrInvalidManifest workspace/jobs/c/manifest.json:3:1',
      ]),
    );
    expect(
      run.json.errors.some(({ code, job }: Record<string, string>) => code === 'ErrInvalidJob' && job === 'd'),
    ).toBe(true);
    const text = await bucket.maand(['build', '--check']);
    expect(text.status).toBe(2);
    expect(text.stdout + text.stderr).toContain('workspace/jobs/a/manifest.json:3:21');
  });

  it('needs no key and no state', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', { ...everywhere, resources: { ports: { web_port: {}, db_port: 5432 } } });
    await bucket.remove('secrets');
    await bucket.remove('data');
    const run = await bucket.maand(['validate', '--json']);
    expect(run).toMatchObject({
      status: 0,
      json: {
        ok: true,
        errors: [],
        waves: [['web']],
        jobs: [{ job: 'web', ports: { web_port: null, db_port: 5432 } }],
      },
    });
  });
});

describe('hooks', () => {
  const TUTORIAL = `#!/usr/bin/env python3
import maand
def main():
    job = maand.job()
    worker = maand.worker()
    print(f"migrate api on {worker['worker_ip']} alloc={job['allocation_id']}")
    # Example: read KV
    job_name = maand.kv.get("maand/job/api", "job_name")
    print(f"job name from KV: {job_name}")
if __name__ == "__main__":
    main()
`;

  it('runs the unchanged example of the tutorial, from the command line and before a deploy', async () => {
    const bucket = await TestBucket.create(farm);
    const hooks = { hook_migrate: { executed_on: ['cli', 'pre_deploy'] } };
    await bucket.addJob('api', { ...everywhere, hooks }, { '_hooks/hook_migrate.py': TUTORIAL });
    expect((await bucket.maand(['build'])).status).toBe(0);
    const run = await bucket.maand(['hooks', 'hook_migrate', 'api', '--verbose']);
    expect(run.status, run.stderr).toBe(0);
    const { json: allocations } = await bucket.maand(['cat', 'allocations', '--json']);
    for (const { allocation_id: id, worker_ip: host } of allocations) {
      expect(run.stderr).toContain(`api@${host} | migrate api on ${host} alloc=${id}`);
      expect(run.stderr).toContain(`api@${host} | job name from KV: api`);
    }
    const deploy = await bucket.maand(['deploy']);
    expect(deploy.status).toBe(0);
    expect(deploy.stderr).toContain('job name from KV: api');
    expect(await bucket.maand(['hooks', 'hook_nope'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('not registered'),
    });
  });

  it('keeps the values of a failed hook, and hides secrets everywhere', async () => {
    const bucket = await TestBucket.create(farm);
    const script = `import maand
maand.kv.put("marker", "kept")
maand.kv.put_secret("password", "correct-horse-battery")
print("the password is correct-horse-battery")
raise SystemExit(3)
`;
    await bucket.addJob(
      'api',
      { ...everywhere, hooks: { hook_rotate: { executed_on: ['cli'] } } },
      { '_hooks/hook_rotate.py': script },
    );
    await bucket.maand(['build']);
    const run = await bucket.maand(['hooks', 'hook_rotate', '--json']);
    expect(run.status).toBe(1);
    expect(run.stdout + run.stderr).not.toContain('correct-horse-battery');
    expect(run.stderr).toContain('the password is ***');
    expect((await bucket.maand(['cat', 'kv', 'get', 'vars/job/api', 'marker', '--json'])).json.value).toBe('kept');
    expect((await bucket.maand(['cat', 'kv', 'get', 'secrets/job/api', 'password', '--json'])).json.value).toBe(
      '[encrypted]',
    );
    expect(
      (await bucket.maand(['cat', 'kv', 'get', 'secrets/job/api', 'password', '--reveal', '--json'])).json.value,
    ).toBe('correct-horse-battery');
  });
});

describe('health_check', () => {
  let server: Server;
  let port: number;
  let status = 200;
  beforeAll(async () => {
    server = createServer((_request, response) => response.writeHead(status).end());
    await new Promise<void>((ready) => server.listen(0, '0.0.0.0', ready));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  const probed = (type: string) => ({
    ...everywhere,
    resources: { ports: { web_port: port } },
    health_check: { checks: [{ type, port: 'web_port' }], wait: { attempts: 2, interval_seconds: 1 } },
  });

  it('passes, fails with the reason, and waits', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('http', probed('http'));
    await bucket.addJob('quiet', everywhere);
    await bucket.maand(['build']);
    const well = await bucket.maand(['health_check', '--json']);
    expect(well).toMatchObject({
      status: 0,
      json: {
        ok: true,
        jobs: [
          { job: 'http', outcome: 'passed' },
          { job: 'quiet', outcome: 'skipped' },
        ],
      },
    });
    status = 500;
    const sick = await bucket.maand(['health_check', '--wait', '--jobs', 'http']);
    status = 200;
    expect(sick.status).toBe(1);
    expect(sick.stdout + sick.stderr).toContain('status 500 want 200');
    const waiting = spawn(process.execPath, [CLI, '--bucket', bucket.dir, 'health_check', '--wait', '--jobs', 'http'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    status = 500;
    await once(waiting.stderr, 'data'); // wait for the message of the first failed attempt
    const ended = once(waiting, 'exit');
    waiting.kill('SIGINT');
    expect((await ended)[0]).toBe(130);
    status = 200;
    expect(await bucket.maand(['health_check', '--jobs', 'nope'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('nope'),
    });
  });
});
