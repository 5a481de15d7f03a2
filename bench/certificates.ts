/**
 * `npm run bench certificates [WORKERS] [ROUNDS]`: measures how much certificates (one RSA 2048 key for each worker)
 * add to the cost of a build. Three builds are measured, each with and without certificates: the first build, a build
 * without changes, and a build with a new worker. The exit status is 1 when a limit is exceeded.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const WORKERS = Number(process.argv[2] ?? 20);
const ROUNDS = Number(process.argv[3] ?? 5);
const CLI = join(import.meta.dirname, '../dist/cli.js');
/**
 * The limit in CPU seconds for the first build: 6 for up to 20 workers, and proportionally more for more workers. The
 * median of the rounds is compared with the limit, because the time to find primes is random.
 */
const MOST_CPU_SECONDS = 6 * Math.max(1, WORKERS / 20);
/**
 * The limit for a build without changes: the CPU seconds that certificates add. A build without changes only reads the
 * existing certificates.
 */
const MOST_EXTRA_SECONDS = 0.15;

interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

const STEPS = ['from nothing', 'nothing changed', 'one worker more'] as const;
type Step = (typeof STEPS)[number];
const KINDS = { 'with certificates': { web: { subject: { common_name: 'web.example.org' } } }, without: {} } as const;
type Kind = keyof typeof KINDS;

const folder = await mkdtemp(join(tmpdir(), 'maand-bench-'));
try {
  const costs = new Map<string, Cost[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of Object.keys(KINDS) as Kind[]) await buildAll(kind, round, costs);
  }
  report(costs);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function buildAll(kind: Kind, round: number, costs: Map<string, Cost[]>): Promise<void> {
  const bucket = join(folder, `${kind}-${round}`.replaceAll(' ', '-'));
  await run(process.execPath, [CLI, 'init', bucket]);
  const job = join(bucket, 'workspace/jobs/web');
  await mkdir(job);
  await writeFile(join(job, 'Makefile'), 'start:\n');
  await writeFile(join(job, 'manifest.json'), JSON.stringify({ selectors: ['worker'], certs: KINDS[kind] }));
  for (const step of STEPS) {
    await writeWorkers(bucket, step === 'one worker more' ? WORKERS + 1 : WORKERS);
    const key = `${kind} ${step}`;
    costs.set(key, [...(costs.get(key) ?? []), await measure([process.execPath, CLI, '--bucket', bucket, 'build'])]);
  }
}

async function writeWorkers(bucket: string, count: number): Promise<void> {
  const workers = Array.from({ length: count }, (_, at) => ({
    host: `10.0.${Math.floor(at / 250)}.${(at % 250) + 1}`,
  }));
  await writeFile(join(bucket, 'workspace/workers.json'), JSON.stringify(workers));
}

async function measure(command: readonly string[]): Promise<Cost> {
  const { stdout } = await run('python3', [join(import.meta.dirname, 'support/measure.py'), ...command]);
  const { status, output, wallSeconds, cpuSeconds } = JSON.parse(stdout);
  if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${status}:\n${output}`);
  return { wallSeconds, cpuSeconds };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(costs: ReadonlyMap<string, readonly Cost[]>): void {
  const of = (kind: Kind, step: Step, field: keyof Cost) =>
    median((costs.get(`${kind} ${step}`) ?? []).map((cost) => cost[field]));
  console.log(`\nbuild of ${WORKERS} workers, one RSA 2048 certificate each, median of ${ROUNDS} rounds\n`);
  console.log(row(['build', 'certificates', 'wall s', 'cpu s']));
  for (const step of STEPS) {
    for (const kind of Object.keys(KINDS) as Kind[]) {
      const seconds = (['wallSeconds', 'cpuSeconds'] as const).map((field) => of(kind, step, field).toFixed(2));
      console.log(row([step, kind === 'without' ? 'no' : 'yes', ...seconds]));
    }
  }
  const first = of('with certificates', 'from nothing', 'cpuSeconds');
  const extra =
    of('with certificates', 'nothing changed', 'cpuSeconds') - of('without', 'nothing changed', 'cpuSeconds');
  console.log(`\nfrom nothing: ${first.toFixed(2)} s of CPU, at most ${MOST_CPU_SECONDS}`);
  console.log(
    `nothing changed: ${extra.toFixed(3)} s of CPU more than without certificates, at most ${MOST_EXTRA_SECONDS}`,
  );
  if (first > MOST_CPU_SECONDS || extra > MOST_EXTRA_SECONDS) process.exitCode = 1;
}

function row(cells: readonly string[]): string {
  return cells.map((cell, at) => (at < 2 ? cell.padEnd(18) : cell.padStart(10))).join('');
}
