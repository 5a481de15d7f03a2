/**
 * `node bench/state-fleet.ts [WORKERS] [STATE_BYTES]`: compares two places for the state: on the workers and in a file.
 * The benchmark runs deploys that change nothing and prints the SSH channels per worker and deploy, the CPU time and
 * the wall time. The exit status is 1 when a deploy opens more than one channel on a worker.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Farm, startFarm } from '../__tests__/support/ssh-farm.ts';

const run = promisify(execFile);
const [WORKERS = 20, STATE_BYTES = 1_000_000] = process.argv.slice(2).map(Number);
const ROUNDS = 5;
const CLI = join(import.meta.dirname, '../dist/cli.js');

const farm = await startFarm({ workers: WORKERS, sshdLines: ['MaxStartups 200:30:400'] });
try {
  console.log(`${WORKERS} workers, a state of about ${STATE_BYTES} bytes, ${ROUNDS} deploys that change nothing`);
  for (const state of [`file:${farm.folder}/state`, 'workers']) await measure(farm, state);
} finally {
  await farm.stop();
}

async function measure({ folder, workers, ...keys }: Farm, state: string): Promise<void> {
  const bucket = join(folder, `bucket-${state.slice(0, 4)}`);
  await run(process.execPath, [CLI, 'init', bucket]);
  const conf = join(bucket, 'maand.conf');
  await writeFile(conf, (await readFile(conf, 'utf8')).replace('use_sudo = true', 'use_sudo = false'));
  await writeFile(join(bucket, 'secrets/worker.key'), keys.privateKey, { mode: 0o600 });
  await writeFile(join(bucket, 'workspace/known_hosts'), keys.knownHosts);
  const entries = workers.map(({ host, port, user, root }) => ({
    host,
    port,
    user,
    root: `${root}/${state.slice(0, 4)}`,
  }));
  await writeFile(join(bucket, 'workspace/workers.json'), JSON.stringify(entries));
  const job = join(bucket, 'workspace/jobs/web');
  await mkdir(job, { recursive: true });
  await writeFile(join(job, 'manifest.json'), JSON.stringify({ selectors: ['worker'] }));
  await writeFile(join(job, 'Makefile'), 'start restart:\n\t@:\n');
  const values = Array.from(
    { length: Math.ceil(STATE_BYTES / 1000) },
    (_, at) => `v${at} = "${randomBytes(480).toString('hex')}"`,
  );
  await writeFile(join(bucket, 'workspace/bucket.conf'), `${values.join('\n')}\n`);
  const deploy = () => time([CLI, '--bucket', bucket, '--state', state, 'deploy', '--build', '--json']);
  await deploy();
  const channels = await countChannels(workers);
  const costs: { readonly cpu: number; readonly wall: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) costs.push(await deploy());
  const perWorker = (await countChannels(workers)).map((count, at) => (count - (channels[at] ?? 0)) / ROUNDS);
  const median = (of: 'cpu' | 'wall') =>
    costs
      .map((cost) => cost[of])
      .sort((a, b) => a - b)
      [ROUNDS >> 1]?.toFixed(0);
  if (perWorker.some((count) => count > 1)) process.exitCode = 1;
  const byCount = new Map<number, number>();
  for (const count of perWorker) byCount.set(count, (byCount.get(count) ?? 0) + 1);
  const spread = [...byCount].map(([count, times]) => `${count} on ${times}`).join(', ');
  console.log(
    `${state.slice(0, 7).padEnd(8)} channels: ${spread}; median ${median('cpu')} ms CPU, ${median('wall')} ms`,
  );
}

/** Returns how many commands and subsystems were requested from each sshd. */
function countChannels(workers: Farm['workers']): Promise<number[]> {
  return Promise.all(workers.map(async (worker) => (await worker.log()).match(/Starting session:/g)?.length ?? 0));
}

async function time(args: readonly string[]): Promise<{ readonly cpu: number; readonly wall: number }> {
  const { stdout } = await run(
    'python3',
    [join(import.meta.dirname, 'support/measure.py'), process.execPath, ...args],
    {
      maxBuffer: 1 << 26,
    },
  );
  const { status, output, wallSeconds, cpuSeconds } = JSON.parse(stdout);
  if (status !== 0) throw new Error(`it ended with status ${status}:\n${output}`);
  return { cpu: cpuSeconds * 1000, wall: wallSeconds * 1000 };
}
