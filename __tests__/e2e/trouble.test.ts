import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, open, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI } from '../support/run-maand.ts';
import { startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

const everywhere = { version: '1.0.0', selectors: ['worker'] };

describe('deploy in trouble', () => {
  it('a killed worker fails the jobs that live there and no other', async () => {
    await using farm = await startFarm({ workers: 4 });
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(farm.workers, (at) => [at < 2 ? 'left' : 'right']);
    await bucket.addJob('alpha', { selectors: ['left'] });
    await bucket.addJob('omega', { selectors: ['right'] });
    await farm.workers[1]?.kill();
    const run = await bucket.maand(['deploy', '--build', '--json']);
    expect(run).toMatchObject({
      status: 1,
      json: {
        jobs: [
          { job: 'alpha', outcome: 'failed' },
          { job: 'omega', outcome: 'deployed' },
        ],
      },
    });
    expect(run.json.jobs[0].error).toContain(farm.workers[1]?.host);
    expect((await bucket.journal()).map((line) => line.split(' ')[1])).toEqual(['omega', 'omega']);
    expect(`${run.stdout}${run.stderr}`).not.toMatch(/\n\s+at /);
  });

  it('an unknown or changed host key refuses before anything is sent, and shows the line to add', async () => {
    await using farm = await startFarm({ workers: 4 });
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    const [first, ...others] = farm.workers;
    await bucket.write('workspace/known_hosts', others.map(({ hostKeyLine }) => hostKeyLine).join('\n'));
    const unknown = await bucket.maand(['deploy', '--build']);
    expect(unknown.status).toBe(1);
    expect(unknown.stdout + unknown.stderr).toContain(first?.hostKeyLine ?? '');
    expect(unknown.stdout + unknown.stderr).toMatch(/SHA256:/);
    const wrong = `${first?.hostKeyLine.split(' ')[0]} ${others[0]?.hostKeyLine.split(' ').slice(1).join(' ')}`;
    await bucket.write('workspace/known_hosts', farm.knownHosts.replace(first?.hostKeyLine ?? '', wrong));
    const changed = await bucket.maand(['deploy']);
    expect(changed.status).toBe(1);
    expect(changed.stdout + changed.stderr).toMatch(/SHA256:/);
    expect(await bucket.journal()).toEqual([]);
    for (const worker of farm.workers) expect(await bucket.filesOn(worker).catch(() => [])).toEqual([]);
    expect(await first?.acceptedConnections()).toBe(0);
    await bucket.write('workspace/known_hosts', farm.knownHosts);
    expect((await bucket.maand(['deploy'])).status).toBe(0);
  });

  it('names the missing tools on a worker and on this machine', async () => {
    const bare = join(await temporaryFolder(), 'tools');
    await mkdir(bare);
    for (const tool of ['sh', 'cat']) await symlink(`/bin/${tool}`, join(bare, tool));
    await using farm = await startFarm({ workers: 1, path: bare });
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    const worker = await bucket.maand(['deploy', '--build']);
    expect(worker.status).toBe(1);
    expect(worker.stdout + worker.stderr).toContain('missing prerequisites: make, rsync');

    await using sound = await startFarm({ workers: 1 });
    const here = await TestBucket.create(sound);
    await here.addJob('web', everywhere);
    const runner = await here.maand(['deploy', '--build'], { env: { PATH: bare } });
    expect(runner.status).toBe(2);
    expect(runner.stderr).toMatch(/rsync/);
  });

  it('does not wait for an SSH key that is a pipe', async () => {
    await using farm = await startFarm({ workers: 1 });
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    await bucket.remove('secrets/worker.key');
    execFileSync('mkfifo', [join(bucket.dir, 'secrets/worker.key')]);
    const run = await bucket.maand(['deploy', '--build']);
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('worker.key is not a regular file') });
  });

  it.each([
    ['is missing', undefined, 'there is no SSH key'],
    ['is no key', 'nonsense', 'secrets/worker.key'],
  ])('says so when the SSH key %s', async (_what, content, words) => {
    await using farm = await startFarm({ workers: 1 });
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    await bucket.remove('secrets/worker.key');
    if (content !== undefined) await bucket.write('secrets/worker.key', content, 0o600);
    const run = await bucket.maand(['deploy', '--build']);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });

  it('refuses a workspace that was not built, and unknown jobs, before anything happens', async () => {
    await using farm = await startFarm({ workers: 1 });
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    expect(await bucket.maand(['deploy'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('run maand build or pass --build'),
    });
    await bucket.maand(['build']);
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect(await bucket.maand(['deploy'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no longer what was built'),
    });
    expect(await bucket.maand(['deploy', '--build', '--jobs', 'web, nope'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('nope'),
    });
    const plan = await bucket.maand(['plan', '--json']);
    const digest = await bucket.maand(['deploy', '--build', '--plan-digest', `sha256:${'0'.repeat(64)}`]);
    expect(digest).toMatchObject({ status: 3, stderr: expect.stringContaining(plan.json.digest) });
    expect(await bucket.journal()).toEqual([]);
    expect((await bucket.maand(['deploy', '--build', '--plan-digest', plan.json.digest])).status).toBe(0);
  });

  it('allows one run at a time', async () => {
    await using farm = await startFarm({ workers: 1 });
    const bucket = await TestBucket.create(farm);
    const gate = join(bucket.dir, 'gate');
    await bucket.addJob('web', everywhere, { 'Makefile.tpl': `start:\n\t@mkfifo ${gate} && cat ${gate}\n` });
    const slow = bucket.maand(['deploy', '--build']);
    await expect.poll(() => exists(gate), { timeout: 30_000 }).toBe(true);
    const refused = await bucket.maand(['deploy', '--build']);
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('another run holds the lock') });
    await (await open(gate, 'w')).close();
    expect((await slow).status).toBe(0);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)('goes on after %s where it was interrupted, and starts nothing twice', async (name, status) => {
    await using farm = await startFarm({ workers: 2 });
    const bucket = await TestBucket.create(farm);
    const [first, second] = farm.workers.map(({ host }) => host);
    const gate = join(bucket.dir, 'gate');
    const makefile = `start:\n\t@echo "start {{ .WorkerIP }}" >> ${bucket.journalFile}\n\t@if [ {{ .WorkerIP }} = ${second} ] && [ ! -e ${gate} ]; then mkfifo ${gate}; cat ${gate}; fi\n`;
    await bucket.addJob('web', { ...everywhere, max_concurrent_starts: 1 }, { 'Makefile.tpl': makefile });
    await bucket.maand(['build']);
    const child = spawn(process.execPath, [CLI, '--bucket', bucket.dir, 'deploy'], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await expect.poll(() => exists(gate), { timeout: 30_000 }).toBe(true);
    child.kill(name);
    expect((await ended)[0]).toBe(status);
    expect(await bucket.journal()).toEqual([`start ${first}`, `start ${second}`]);
    const again = await bucket.maand(['deploy', '--json']);
    expect(again, again.stderr).toMatchObject({ status: 0, json: { jobs: [{ outcome: 'deployed' }] } });
    expect(await bucket.journal()).toEqual([`start ${second}`]);
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
  });
});

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
