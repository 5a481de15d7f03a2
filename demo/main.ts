/**
 * `npm run demo`: starts temporary SSH workers on loopback, makes a bucket with three jobs, and runs typical commands
 * on the bucket. The demo works without root and without Docker. The demo needs no input. At its end, it removes all
 * its files and processes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillBucket, write } from './bucket.ts';
import { generateDemoKey, startDemoWorker } from './worker.ts';

const HOSTS = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
const CLI = join(import.meta.dirname, '../dist/cli.js');
const began = performance.now();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const folder = await mkdtemp(join(tmpdir(), 'maand-demo-'));
const bucket = join(folder, 'bucket');
const key = generateDemoKey();
const workers = await Promise.all(
  HOSTS.map((host) => startDemoWorker({ host, home: join(folder, 'workers', host), authorizedKey: key.public })),
);
try {
  await story();
  say(`done in ${((performance.now() - began) / 1000).toFixed(1)} s; workers and bucket are being removed`);
} catch (thrown) {
  console.error(`\nthe demo failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
} finally {
  await endServices();
  await Promise.all(workers.map((worker) => worker.close()));
  await rm(folder, { recursive: true, force: true });
}

async function story(): Promise<void> {
  chapter('Make a bucket: one database and one api job, four SSH workers on loopback');
  await maand(['init']);
  await fillBucket(
    bucket,
    workers.map(({ host, port }) => ({ host, port, root: join(folder, 'workers', host, 'opt') })),
  );
  await write(join(bucket, 'secrets/worker.key'), key.private, 0o600);
  await write(join(bucket, 'workspace/known_hosts'), workers.map(({ hostKeyLine }) => `${hostKeyLine}\n`).join(''));
  const settings = await readFile(join(bucket, 'maand.conf'), 'utf8');
  await write(join(bucket, 'maand.conf'), settings.replace('use_sudo = true', 'use_sudo = false'));

  chapter('Build: everything is checked, jobs are placed on workers and put into waves');
  await maand(['build']);
  chapter('First deploy: the database first, then what demands it');
  await maand(['deploy']);
  chapter('Deploy again: nothing changed, so no worker is even contacted');
  await maand(['deploy']);
  chapter('A new release of the api: one worker after another, each must be healthy before the next');
  await write(join(bucket, 'workspace/jobs/api/release.txt'), 'release 2\n');
  await maand(['deploy', '--build', '--dry-run']);
  await maand(['deploy', '--build']);
  chapter('A broken release: the health check stops the roll after the first worker, the others keep running');
  await write(join(bucket, 'workspace/jobs/api/release.txt'), 'release 3, broken\n');
  await maand(['deploy', '--build'], 1);
  await maand(['cat', 'deployments', '--jobs', 'api']);
  chapter('The fix');
  await write(join(bucket, 'workspace/jobs/api/release.txt'), 'release 4\n');
  await maand(['deploy', '--build']);
  chapter('A hook from the command line, the health of all jobs, and the status of all allocations');
  await maand(['hooks', 'hook_smoke', 'api']);
  await maand(['health_check']);
  await maand(['cat', 'deployments']);
}

/** Runs the committed bundle and shows its output. Throws when the exit status is not `expected`. */
async function maand(args: readonly string[], expected = 0): Promise<void> {
  say(`$ maand ${args.join(' ')}`);
  const child = spawn(process.execPath, [CLI, '--bucket', bucket, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    signal: stop.signal,
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== expected)
    throw new Error(`maand ${args.join(' ')} ended with status ${status}, the demo expected ${expected}`);
}

/** Ends the services that jobs started. Otherwise the services would keep running after the workers are closed. */
async function endServices(): Promise<void> {
  for (const { host } of workers) {
    for (const job of ['database', 'api']) await endService(join(folder, 'workers', host, 'opt'), job);
  }
}

async function endService(root: string, job: string): Promise<void> {
  const { glob } = await import('node:fs/promises');
  for await (const path of glob(join(root, '*/jobs', job, 'data/pid'))) {
    const pid = Number(await readFile(path, 'utf8'));
    if (!(pid > 1)) continue;
    try {
      process.kill(pid);
    } catch {
      // the process has already ended
    }
  }
}

function chapter(title: string): void {
  const line = '─'.repeat(Math.min(title.length, 100));
  console.log(`\n${line}\n${title}\n${line}`);
}

function say(text: string): void {
  console.log(`\n${text}`);
}
