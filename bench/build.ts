/**
 * `npm run bench build`: measures `build --check` of the bundle on buckets of three sizes. The cost of `node -e 0`,
 * measured in the same run, is subtracted. The remaining cost must not grow faster than the number of jobs, workers and
 * allocations.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allocationsOf, type BucketSize, writeLargeBucket } from './support/large-bucket.ts';
import { type Cost, measure, median, row } from './support/measure.ts';

const CLI = join(import.meta.dirname, '../dist/cli.js');
const ROUNDS = Number(process.argv[2] ?? 7);
const SIZES: readonly BucketSize[] = [
  { jobs: 75, workers: 50 },
  { jobs: 150, workers: 100 },
  { jobs: 300, workers: 200 },
];

const folder = await mkdtemp(join(tmpdir(), 'maand-bench-'));
try {
  const commands = new Map<string, readonly string[]>([['node -e 0', ['-e', '0']]]);
  for (const size of SIZES) {
    const dir = join(folder, nameOf(size));
    await writeLargeBucket(dir, size);
    commands.set(nameOf(size), [CLI, '--bucket', dir, 'build', '--check']);
  }
  const costs = new Map<string, Cost[]>([...commands.keys()].map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, args] of commands) {
      const cost = await measure([process.execPath, ...args]);
      if (round > 0) costs.get(name)?.push(cost); // the first round only fills caches and is not counted
    }
  }
  report(costs);
} finally {
  await rm(folder, { recursive: true });
}

function nameOf({ jobs, workers }: BucketSize): string {
  return `${jobs} x ${workers}`;
}

function report(costs: ReadonlyMap<string, readonly Cost[]>): void {
  const of = (name: string, field: keyof Cost) => median((costs.get(name) ?? []).map((cost) => cost[field]));
  const empty = 'node -e 0';
  console.log(`\nbuild --check with the bundle, jobs x workers, median of ${ROUNDS} rounds; + is beside ${empty}\n`);
  console.log(
    row(['what', 'items', 'wall s', '+ wall s', 'wall ratio', '+ cpu s', '+ ms/100 items', 'peak MB', '+ MB']),
  );
  console.log(
    row([empty, '', of(empty, 'wallSeconds').toFixed(3), '', '', '', '', of(empty, 'peakMb').toFixed(0), '']),
  );
  for (const size of SIZES) {
    const name = nameOf(size);
    const items = size.jobs + size.workers + allocationsOf(size);
    const more = (field: keyof Cost) => of(name, field) - of(empty, field);
    console.log(
      row([
        name,
        String(items),
        of(name, 'wallSeconds').toFixed(3),
        more('wallSeconds').toFixed(3),
        (of(name, 'wallSeconds') / of(empty, 'wallSeconds')).toFixed(1),
        more('cpuSeconds').toFixed(3),
        ((more('wallSeconds') * 100_000) / items).toFixed(1),
        of(name, 'peakMb').toFixed(0),
        more('peakMb').toFixed(0),
      ]),
    );
  }
}
