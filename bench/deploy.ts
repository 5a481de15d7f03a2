/**
 * `npm run bench deploy [WORKERS] [ROUNDS]`: compares two ways to deploy to real sshd processes on loopback. The first
 * way is this program. The second way is a typical shell script: `xargs -P32` runs `rsync -e ssh`, then `ssh make` on
 * each worker with changes. Both ways deploy to the same workers in the same run. Only the ratio is meaningful, because
 * the client and the workers share the cores of this machine.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Farm, startFarm } from '../__tests__/support/ssh-farm.ts';
import { type Cost, measure, median, row } from './support/measure.ts';

const run = promisify(execFile);
const WORKERS = Number(process.argv[2] ?? 20);
const ROUNDS = Number(process.argv[3] ?? 3);
const FILES = 20;
const FILE_BYTES = 5 * 1024;
const CLI = join(import.meta.dirname, '../dist/cli.js');
const MAKEFILE = 'start restart:\n\t@mkdir -p data\n\t@date > data/started\n';

const SCENARIOS = ['first deploy', 'nothing changed', 'one file changed'] as const;
type Scenario = (typeof SCENARIOS)[number];

interface DeployCost extends Cost {
  readonly handshakes: number;
}

type Contender = (
  round: number,
) => Promise<{ prepare: (scenario: Scenario) => Promise<void>; command: readonly string[] }>;

const farm = await startFarm({ workers: WORKERS, sshdLines: ['MaxStartups 200:30:400'] });
try {
  const costs = new Map<string, DeployCost[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, contender] of Object.entries({ maand: maandContender(farm), xargs: xargsContender(farm) })) {
      const { prepare, command } = await contender(round);
      for (const scenario of SCENARIOS) {
        await prepare(scenario);
        const key = `${name} ${scenario}`;
        costs.set(key, [...(costs.get(key) ?? []), await measureDeploy(farm, command)]);
      }
    }
  }
  report(costs);
} finally {
  await farm.stop();
}

async function measureDeploy({ workers }: Farm, command: readonly string[]): Promise<DeployCost> {
  const count = async () =>
    (await Promise.all(workers.map((worker) => worker.acceptedConnections()))).reduce((a, b) => a + b, 0);
  const before = await count();
  const cost = await measure(command);
  return { ...cost, handshakes: (await count()) - before };
}

async function writeTree(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Makefile'), MAKEFILE);
  for (let at = 1; at < FILES; at++)
    await writeFile(join(folder, `file${at}.txt`), `${at} `.repeat(FILE_BYTES / 2).slice(0, FILE_BYTES));
}

function changeOneFile(folder: string, round: number): Promise<void> {
  return writeFile(join(folder, 'file1.txt'), `changed in round ${round}\n`);
}

function maandContender({ folder, workers, privateKey, knownHosts }: Farm): Contender {
  return async (round) => {
    const bucket = join(folder, `bucket-${round}`);
    await run(process.execPath, [CLI, 'init', bucket]);
    const settings = await readFile(join(bucket, 'maand.conf'), 'utf8');
    await writeFile(join(bucket, 'maand.conf'), settings.replace('use_sudo = true', 'use_sudo = false'));
    await writeFile(join(bucket, 'secrets/worker.key'), privateKey, { mode: 0o600 });
    await writeFile(join(bucket, 'workspace/known_hosts'), knownHosts);
    const entries = workers.map(({ host, port, user, root }) => ({ host, port, user, root }));
    await writeFile(join(bucket, 'workspace/workers.json'), JSON.stringify(entries));
    const job = join(bucket, 'workspace/jobs/web');
    await writeTree(job);
    await writeFile(
      join(job, 'manifest.json'),
      JSON.stringify({ selectors: ['worker'], max_concurrent_upgrades: WORKERS }),
    );
    return {
      prepare: async (scenario) => {
        if (scenario === 'one file changed') await changeOneFile(job, round);
      },
      command: [process.execPath, CLI, '--bucket', bucket, 'deploy', '--build'],
    };
  };
}

/**
 * Deploys with a careful shell script: in parallel, with little output, and with `make` only on workers where rsync
 * reports a change.
 */
function xargsContender({ folder, workers, privateKey, knownHosts }: Farm): Contender {
  return async (round) => {
    const place = join(folder, `by-hand-${round}`);
    const tree = join(place, 'tree');
    await writeTree(tree);
    await writeFile(join(place, 'key'), privateKey, { mode: 0o600 });
    await writeFile(join(place, 'known_hosts'), knownHosts);
    const script = `#!/bin/sh
set -eu
host=$1 port=$2 user=$3 dest=$4/by-hand-${round}
ssh="ssh -p $port -i ${place}/key -o UserKnownHostsFile=${place}/known_hosts -o BatchMode=yes -o IdentitiesOnly=yes"
changes=$(rsync -rp --checksum --delete --exclude=/data --itemize-changes -e "$ssh" ${tree}/ "$user@$host:$dest/")
[ -z "$changes" ] || $ssh "$user@$host" "make -s -C $dest restart"
`;
    await writeFile(join(place, 'one'), script);
    await chmod(join(place, 'one'), 0o755);
    const list = workers.map(({ host, port, user, root }) => `${host} ${port} ${user} ${root}`).join('\n');
    await writeFile(join(place, 'workers'), `${list}\n`);
    return {
      prepare: async (scenario) => {
        if (scenario === 'one file changed') await changeOneFile(tree, round);
      },
      command: ['sh', '-c', `xargs -P32 -L1 ${place}/one <${place}/workers`],
    };
  };
}

function report(costs: ReadonlyMap<string, readonly DeployCost[]>): void {
  console.log(
    `\n${WORKERS} workers, ${FILES} files of ${FILE_BYTES / 1024} KB, median of ${ROUNDS} rounds (CPU and memory of the client side only)\n`,
  );
  console.log(row(['scenario', 'with', 'wall s', 'cpu s', 'peak MB', 'handshakes', 'wall ratio', 'cpu ratio']));
  for (const scenario of SCENARIOS) {
    const [ours, theirs] = ['maand', 'xargs'].map((name) => costs.get(`${name} ${scenario}`) ?? []) as [
      DeployCost[],
      DeployCost[],
    ];
    for (const [name, own, ratios] of [
      ['maand', ours, true],
      ['xargs', theirs, false],
    ] as const) {
      const of = (field: keyof DeployCost) => median(own.map((cost) => cost[field]));
      const ratio = (field: keyof DeployCost) =>
        ratios ? median(own.map((cost, at) => cost[field] / (theirs[at]?.[field] ?? Number.NaN))).toFixed(2) : '';
      console.log(
        row([
          scenario,
          name,
          of('wallSeconds').toFixed(2),
          of('cpuSeconds').toFixed(2),
          of('peakMb').toFixed(0),
          String(of('handshakes')),
          ratio('wallSeconds'),
          ratio('cpuSeconds'),
        ]),
      );
    }
  }
}
