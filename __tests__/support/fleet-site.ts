/** A bucket whose state is on real workers and in a cache service. The action deploys it as GitHub runs the action. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateDocument } from '../../src/state/document.ts';
import { parseStateKeys } from '../../src/state/keys.ts';
import { openSnapshot } from '../../src/state/snapshot.ts';
import { type ActionRun, type ActionSetup, runAction } from './action-runner.ts';
import { type CacheServer, type Job, startCacheService } from './cache-service.ts';
import { layAuthority } from './new-bucket.ts';
import type { Farm, FarmWorker } from './ssh-farm.ts';
import { TestBucket } from './test-bucket.ts';

const ACTION_DIR = join(import.meta.dirname, '../..');
const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');
export const STATE_KEY = keyOf('a key for tests');
/** The state key after a rotation. */
export const NEXT_STATE_KEY = keyOf('the next key for tests');
const BOTH_KEYS = `${NEXT_STATE_KEY}\n${STATE_KEY}`;

export interface DeployOptions extends Pick<ActionSetup, 'cancelWhen' | 'laterSteps' | 'onMain' | 'steps' | 'env'> {
  readonly runId?: string;
  /** The job in the cache service. Default: a job of the default branch that may read and write. */
  readonly job?: Job;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** The content of the HEAD file of a worker. */
export interface WorkerHead {
  readonly lineage: string;
  readonly serial: number;
  readonly digest: string;
}

export class FleetSite implements AsyncDisposable {
  readonly farm: Farm;
  readonly bucket: TestBucket;
  readonly cache: CacheServer;
  static #runs = 100; // two sites of one farm must not share a run id

  constructor(farm: Farm, bucket: TestBucket, cache: CacheServer) {
    this.farm = farm;
    this.bucket = bucket;
    this.cache = cache;
  }

  /** Creates a site with empty workers. The bucket is like a checkout of a workflow, with its CA added. */
  static async create(farm: Farm): Promise<FleetSite> {
    for (const { root } of farm.workers) await emptyFolder(root);
    const bucket = await TestBucket.create(farm);
    for (const path of ['secrets', 'data', 'tmp', 'logs']) await bucket.remove(path);
    await layAuthority(bucket.dir);
    return new FleetSite(farm, bucket, await startCacheService());
  }

  deploy(options: DeployOptions = {}): Promise<ActionRun> {
    const { runId = String(FleetSite.#runs++), job = {}, inputs = {}, env = {}, ...steps } = options;
    return runAction({
      ...steps,
      actionDir: ACTION_DIR,
      workspaceDir: this.bucket.dir,
      inputs: { 'ssh-private-key': this.farm.privateKey, 'state-key': STATE_KEY, ...inputs },
      env: {
        ...this.cache.environment(job),
        GITHUB_RUN_ID: runId,
        GITHUB_REF: job.ref ?? 'refs/heads/main',
        GITHUB_SHA: 'f'.repeat(40),
        ...env,
      },
    });
  }

  /** Changes the content of a job, so that its tree changes. */
  async change(job: string, release: string): Promise<void> {
    await this.bucket.write(`workspace/jobs/${job}/release.txt`, `${release}\n`);
  }

  heads(): Promise<(WorkerHead | undefined)[]> {
    return Promise.all(this.farm.workers.map(headOn));
  }

  /** Returns the serial that all workers hold. Throws when their serials differ. */
  async serial(): Promise<number> {
    const serials = new Set((await this.heads()).map((head) => head?.serial));
    const [serial] = serials;
    if (serials.size !== 1 || serial === undefined) throw new Error(`workers hold ${[...serials].join(', ')}`);
    return serial;
  }

  /** Returns the document of the newest snapshot on a worker. */
  async document(worker = this.farm.workers[0] as FarmWorker): Promise<StateDocument> {
    return (await openOn(worker)).document;
  }

  /** Returns the lock files on all workers. */
  async locks(): Promise<string[]> {
    const locks = await Promise.all(this.farm.workers.map(lockFiles));
    return locks.flat();
  }

  /** Makes locks older, as if their holders had not renewed them. */
  async ageLocks(seconds: number): Promise<void> {
    for (const file of await this.locks()) {
      const [first = '', ...rest] = (await readFile(file, 'utf8')).split('\n');
      const [token, at, ttl] = first.split(' ');
      await writeFile(file, [`${token} ${Number(at) - seconds} ${ttl}`, ...rest].join('\n'));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cache[Symbol.asyncDispose]();
  }
}

async function emptyFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) await rm(join(folder, entry), { recursive: true });
}

async function lockFiles({ root }: FarmWorker): Promise<string[]> {
  const folder = join(root, '.maand');
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.lock')).map((name) => join(folder, name));
}

async function stateFolder({ root }: FarmWorker): Promise<string> {
  const [bucketId = ''] = (await readdir(root)).filter((name) => !name.startsWith('.'));
  return join(root, bucketId, 'state');
}

export async function headOn(worker: FarmWorker): Promise<WorkerHead | undefined> {
  const text = await readFile(join(await stateFolder(worker), 'HEAD'), 'utf8').catch(() => undefined);
  const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text ?? '')?.[1] ?? '';
  return text === undefined
    ? undefined
    : { lineage: field('lineage'), serial: Number(field('serial')), digest: field('digest') };
}

async function openOn(worker: FarmWorker) {
  const head = await headOn(worker);
  if (!head) throw new Error(`${worker.host} has no HEAD`);
  const folder = await stateFolder(worker);
  const name = (await readdir(folder)).find((file) => file.endsWith(head.digest.slice(0, 16))) ?? '';
  return openBytes(await readFile(join(folder, name)));
}

/** Returns the document of a sealed snapshot. */
export async function openBytes(bytes: Buffer) {
  const name = /"name":"((?:[^"\\]|\\.)*)"/.exec(bytes.toString('latin1'))?.[1] ?? '';
  const opened = await openSnapshot({ bytes, keys: parseStateKeys(BOTH_KEYS, 'the test'), expect: { name } });
  if (opened.kind !== 'opened') throw new Error(`it cannot be opened: ${opened.message}`);
  return opened;
}

/** Removes the state from a worker. The deployed files stay. */
export async function loseCopy(worker: FarmWorker): Promise<void> {
  await rm(await stateFolder(worker), { recursive: true });
}
