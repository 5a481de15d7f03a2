import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort, ownLoopbackAddress } from '../support/free-port.ts';
import { startMuteSshd } from '../support/mute-sshd.ts';
import { findNode20 } from '../support/node20.ts';
import { ended, processesWith } from '../support/process-tree.ts';
import { CLI } from '../support/run-maand.ts';
import { type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { startTcpRelay } from '../support/tcp-relay.ts';
import { TestBucket } from '../support/test-bucket.ts';
import { waitForFile } from '../support/wait-for-file.ts';

const hooksOn = (event: string) => ({
  version: '1.0.0',
  selectors: ['worker'],
  hooks: { hook_a: { executed_on: [event] } },
});

/** A hook that kills the sshd process of the connection to its worker, and waits until the process has ended. */
const CUTTING_HOOK = `import os, signal
import maand
pid = int(maand.run_ssh(os.environ["ALLOCATION_IP"], "echo $PPID").stdout)
os.kill(pid, signal.SIGKILL)
def runs():
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
while runs():
    pass
`;

/** Returns a worker of the farm with the address of a relay in front of it. */
async function usePlace(
  bucket: TestBucket,
  worker: FarmWorker,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const { user, root, hostKeyLine } = worker;
  await bucket.write('workspace/workers.json', JSON.stringify([{ host, port, user, root, labels: [] }]));
  await bucket.write('workspace/known_hosts', `[${host}]:${port} ${hostKeyLine.split(' ').slice(1).join(' ')}\n`);
}

interface Running {
  readonly child: ChildProcess;
  readonly status: Promise<number | null>;
  /** Resolves when standard error contains `text`. */
  readonly says: (text: string) => Promise<void>;
  readonly stderr: () => string;
}

function start(bucket: TestBucket, args: readonly string[]): Running {
  const child = spawn(process.execPath, [CLI, '--bucket', bucket.dir, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const says = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) await once(child.stderr as NodeJS.EventEmitter, 'data');
  };
  return { child, status: once(child, 'close').then(([status]) => status), says, stderr: () => stderr };
}

describe('a connection that ends during a hook', () => {
  it('is opened anew for the job', async () => {
    await using farm = await startFarm({ workers: 2 });
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', hooksOn('pre_deploy'), { '_hooks/hook_a.py': CUTTING_HOOK });
    const run = await bucket.maand(['deploy', '--build', '--json']);
    expect(run, run.stderr).toMatchObject({ status: 0, json: { jobs: [{ outcome: 'deployed' }] } });
    expect(await bucket.connections()).toEqual([2, 2]);
  });

  it('does not keep the state on the workers from being saved, nor the lock from being released', async () => {
    await using farm = await startFarm({ workers: 3 });
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', hooksOn('post_deploy'), { '_hooks/hook_a.py': CUTTING_HOOK });
    const run = await bucket.maand(['--state', 'workers', 'deploy', '--build', '--json']);
    expect(run, run.stderr).toMatchObject({ status: 0, json: { jobs: [{ outcome: 'deployed' }] } });
    for (const { root } of farm.workers) {
      expect((await readdir(join(root, '.maand'))).filter((name) => name.endsWith('.lock'))).toEqual([]);
    }
  });
});

describe('a worker that a hook boots', () => {
  it.each([
    ['is used by the job afterwards', ''],
    ['can be used by the hook itself', 'maand.run_ssh(os.environ["ALLOCATION_IP"], "true")\n'],
  ])('%s', async (_what, use) => {
    await using farm = await startFarm({ workers: 1 });
    const [worker] = farm.workers as unknown as [FarmWorker];
    const host = ownLoopbackAddress();
    const place = { host, port: await freePort(host) };
    const bucket = await TestBucket.create(farm);
    await usePlace(bucket, worker, place);
    const [asked, booted] = [join(bucket.dir, 'asked'), join(bucket.dir, 'booted')];
    const hook = `import os, maand
probe = maand.run_ssh(os.environ["ALLOCATION_IP"], "true", check=False)
assert probe.returncode == 255, probe
open("${asked}", "w").close()
while not os.path.exists("${booted}"):
    pass
${use}`;
    await bucket.addJob('web', hooksOn('pre_deploy'), { '_hooks/hook_a.py': hook });
    const run = bucket.maand(['deploy', '--build', '--json']);
    await waitForFile(asked);
    await using _relay = await startTcpRelay(worker, place);
    await writeFile(booted, '');
    const done = await run;
    expect(done, done.stderr).toMatchObject({ status: 0, json: { jobs: [{ outcome: 'deployed' }] } });
  });
});

describe('a worker that gives no answer', () => {
  it.each(['no channel', 'no command', 'no script'] as const)(
    '(%s) does not keep SIGTERM from ending the program',
    async (silence) => {
      await using farm = await startFarm({ workers: 1 });
      const [worker] = farm.workers as unknown as [FarmWorker];
      await using sshd = await startMuteSshd(silence);
      const bucket = await TestBucket.create(farm);
      await usePlace(bucket, worker, sshd);
      await bucket.write('workspace/known_hosts', `${sshd.hostKeyLine}\n`);
      await bucket.addJob('web', { version: '1.0.0', selectors: ['worker'] });
      const asked = sshd.nextUnanswered();
      const run = start(bucket, ['deploy', '--build']);
      await asked;
      run.child.kill('SIGTERM');
      expect(await run.status, run.stderr()).toBe(143);
    },
  );

  it('is named while the run waits for it', async () => {
    await using farm = await startFarm({ workers: 1 });
    const [worker] = farm.workers as unknown as [FarmWorker];
    await using relay = await startTcpRelay(worker);
    relay.silence();
    const bucket = await TestBucket.create(farm);
    await usePlace(bucket, worker, relay);
    await bucket.addJob('web', { version: '1.0.0', selectors: ['worker'] });
    const run = start(bucket, ['deploy', '--build']);
    await run.says(`waiting for worker ${relay.host}: connecting`);
    run.child.kill('SIGTERM');
    expect(await run.status, run.stderr()).toBe(143);
  });
});

describe('an upload whose rsync on the worker is killed', () => {
  it('fails the job at once and gives the lock back', async () => {
    await using farm = await startFarm({ workers: 1 });
    const [worker] = farm.workers as unknown as [FarmWorker];
    await using relay = await startTcpRelay(worker, { holdAfterBytes: 500_000 });
    const bucket = await TestBucket.create(farm);
    await usePlace(bucket, worker, relay);
    await bucket.addJob(
      'web',
      { version: '1.0.0', selectors: ['worker'] },
      { big: randomBytes(10_000_000).toString('hex') },
    );
    const run = bucket.maand(['--state', 'workers', 'deploy', '--build', '--json']);
    await relay.held;
    const pids = processesWith(`HOME=${worker.home}`);
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
    for (const [at, pid] of pids.entries()) if (lines[at]?.startsWith('rsync')) process.kill(pid, 'SIGKILL');
    await Promise.all(pids.filter((_pid, at) => lines[at]?.startsWith('rsync')).map(ended));
    relay.release();
    const failed = await run;
    expect(failed, failed.stderr).toMatchObject({ status: 1, json: { jobs: [{ outcome: 'failed' }] } });
    expect(failed.json.jobs[0].error).toContain(`worker ${relay.host}: rsync failed (exit 137)`);
    const again = await bucket.maand(['--state', 'workers', 'deploy', '--build', '--json']);
    expect(again, again.stderr).toMatchObject({ status: 0, json: { jobs: [{ outcome: 'deployed' }] } });
  });
});

describe('twelve workers on Node 20', () => {
  it('bring no warning of Node into the output', async () => {
    const node = await findNode20();
    await using farm = await startFarm({ workers: 12 });
    const bucket = await TestBucket.create(farm);
    const events = ['pre_deploy', 'post_deploy'];
    const hooks = { hook_a: { executed_on: events } };
    const checks = [{ type: 'ssh', command: 'true' }];
    await bucket.addJob(
      'web',
      { version: '1.0.0', selectors: ['worker'], hooks, health_check: { checks } },
      { '_hooks/hook_a.py': 'import os, maand\nmaand.run_ssh(os.environ["ALLOCATION_IP"], "true")\n' },
    );
    const state = ['--state', 'workers'];
    for (const args of [
      ['deploy', '--build'],
      ['health_check'],
      ['run_command', 'true'],
      ['job', 'restart', 'web'],
      ['doctor'],
    ]) {
      const run = await bucket.maand([...state, ...args], { node });
      expect(run.stderr).not.toMatch(/Warning/);
      expect(run.status, `${args.join(' ')}: ${run.stderr}`).toBe(0);
    }
  });
});
