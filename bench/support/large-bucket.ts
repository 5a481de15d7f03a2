/**
 * Writes buckets of any size for benchmarks: each job runs on at most five workers and has the files of a typical job.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface BucketSize {
  readonly jobs: number;
  readonly workers: number;
}

const WORKERS_PER_JOB = 5;
/** The number of jobs in a chain. Each job of a chain demands the previous job. */
const CHAIN = 4;

/** Returns how many allocations a bucket of this size has. */
export function allocationsOf({ jobs, workers }: BucketSize): number {
  return jobs * Math.min(WORKERS_PER_JOB, workers);
}

/** Writes the bucket to `dir`, which must not exist. */
export async function writeLargeBucket(dir: string, size: BucketSize): Promise<void> {
  const files = new Map<string, string>([
    ['maand.conf', 'state_name = "large"\nuse_sudo = false\n'],
    ['workspace/workers.json', JSON.stringify(workersOf(size), null, 2)],
    ['workspace/bucket.conf', 'port_range = "30000,39999"\ndomain = "example.org"\n'],
    ['workspace/bucket.jobs.conf', sectionsOf(size)],
    ['workspace/disabled.json', JSON.stringify({ jobs: { [jobName(0)]: { allocations: ['10.0.0.1'] } } })],
  ]);
  for (let at = 0; at < size.jobs; at++) {
    for (const [path, text] of Object.entries(jobFiles(at, size)))
      files.set(`workspace/jobs/${jobName(at)}/${path}`, text);
  }
  for (const folder of new Set([...files.keys()].map((path) => dirname(join(dir, path))))) {
    await mkdir(folder, { recursive: true });
  }
  for (const [path, text] of files) await writeFile(join(dir, path), text);
}

const jobName = (at: number): string => `job${String(at).padStart(4, '0')}`;
const hostOf = (at: number): string => `10.0.${Math.floor(at / 250)}.${(at % 250) + 1}`;
const groupOf = (at: number): string => `group${Math.floor(at / WORKERS_PER_JOB)}`;
/** Returns the number of full groups of workers. Jobs are placed only on full groups. */
const groupsOf = ({ workers }: BucketSize): number => Math.max(1, Math.floor(workers / WORKERS_PER_JOB));

function workersOf({ workers }: BucketSize): object[] {
  return Array.from({ length: workers }, (_, at) => ({
    host: hostOf(at),
    labels: [groupOf(at), at % 2 === 0 ? 'even' : 'odd'],
    memory: '256 GB',
    cpu: '256 GHZ',
    tags: { zone: `zone${at % 3}` },
  }));
}

function sectionsOf({ jobs }: BucketSize): string {
  return Array.from({ length: jobs }, (_, at) => `[${jobName(at)}]\nmemory = "512 MB"\nlog_level = "info"\n`).join('');
}

function jobFiles(at: number, size: BucketSize): Record<string, string> {
  const port = `port_${at}`;
  const demands =
    at % CHAIN === 0 ? undefined : { job: jobName(at - 1), hook: 'hook_ready', config: { min_version: '1.0' } };
  const manifest = {
    version: '1.4.2',
    selectors: [`group${at % groupsOf(size)}`],
    max_concurrent_upgrades: 2,
    restart_policy: 'reload',
    restart_globs: ['Makefile', 'conf/**'],
    resources: { memory: { min: '128 MB', max: '1 GB' }, cpu: { max: '500 MHZ' }, ports: { [port]: {} } },
    hooks: { hook_ready: { executed_on: ['pre_deploy', 'cli'], ...(demands && { demands }) } },
    health_check: { checks: [{ type: 'http', port, path: '/health' }], wait: { attempts: 10 } },
  };
  return {
    'manifest.json': JSON.stringify(manifest, null, 2),
    Makefile: 'start stop restart reload:\n\t@echo $@\n',
    'vars.conf': 'log_level = "debug"\nretries = "3"\n',
    'conf/app.conf.tpl': `port = {{ get "maand/bucket" "${port}" }}\n`,
    'conf/static.conf': 'answer = 42\n'.repeat(40),
    '_hooks/hook_ready.py': 'print("ready")\n',
  };
}
