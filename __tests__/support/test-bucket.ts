/** A bucket on real workers. Tests run the committed bundle on it, as users do. */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { layNewBucket } from './new-bucket.ts';
import { type MaandRun, type RunOptions, runMaand } from './run-maand.ts';
import type { Farm, FarmWorker } from './ssh-farm.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * Returns a Makefile whose targets write a line for each call into one file. All workers and hooks share the file, so it
 * shows the order.
 */
export const lifecycleMakefile = (journal: string): string =>
  ['start', 'stop', 'restart', 'reload']
    .map(
      (target) =>
        `${target}:\n\t@mkdir -p data\n\t@echo "${target} {{ .Job }} {{ .WorkerIP }} $$CURRENT_VERSION $$NEW_VERSION" | tee -a ${journal}\n`,
    )
    .join('\n');

export class TestBucket {
  readonly dir: string;
  readonly farm: Farm;
  /** The file to which lifecycle commands and hooks write (see `lifecycleMakefile`). */
  readonly journalFile: string;

  private constructor(dir: string, farm: Farm) {
    this.dir = dir;
    this.farm = farm;
    this.journalFile = join(dir, 'journal');
  }

  /** Creates a bucket with all workers of the farm. */
  static async create(farm: Farm): Promise<TestBucket> {
    const bucket = new TestBucket(join(await temporaryFolder(), 'bucket'), farm);
    await layNewBucket(bucket.dir);
    await bucket.write('secrets/worker.key', farm.privateKey, 0o600);
    await bucket.write('workspace/known_hosts', farm.knownHosts);
    await bucket.edit('maand.conf', (conf) => conf.replace('use_sudo = true', 'use_sudo = false'));
    await bucket.useWorkers(farm.workers);
    return bucket;
  }

  async useWorkers(
    workers: readonly FarmWorker[],
    labels: (at: number) => readonly string[] = () => [],
  ): Promise<void> {
    const entries = workers.map(({ host, port, user, root }, at) => ({ host, port, user, root, labels: labels(at) }));
    await this.write('workspace/workers.json', JSON.stringify(entries, null, 2));
  }

  /** Adds a job whose targets record their calls. `files` replace the default files of the same name. */
  async addJob(name: string, manifest: object, files: Readonly<Record<string, string>> = {}): Promise<void> {
    const all = {
      'manifest.json': JSON.stringify(manifest, null, 2),
      'Makefile.tpl': lifecycleMakefile(this.journalFile),
      'release.txt': '1\n',
      ...files,
    };
    for (const [path, content] of Object.entries(all)) await this.write(`workspace/jobs/${name}/${path}`, content);
  }

  async write(path: string, content: string, mode = 0o644): Promise<void> {
    const file = join(this.dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, mode);
  }

  async edit(path: string, change: (content: string) => string): Promise<void> {
    await this.write(path, change(await readFile(join(this.dir, path), 'utf8')));
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.dir, path), { recursive: true });
  }

  maand(args: readonly string[], options: RunOptions = {}): Promise<MaandRun> {
    return runMaand(['--bucket', this.dir, ...args], options);
  }

  /** Returns the lines that were written since the previous call. */
  async journal(): Promise<string[]> {
    const content = await readFile(this.journalFile, 'utf8').catch(() => '');
    await rm(this.journalFile, { force: true });
    return content.split('\n').filter((line) => line !== '');
  }

  /** Returns `<root>/<bucket id>` of a worker. */
  async folderOn(worker: FarmWorker): Promise<string> {
    const state = JSON.parse(await readFile(join(this.dir, 'data/state.json'), 'utf8'));
    return join(worker.root, state.bucketId);
  }

  /** Returns the path of every file below a folder of the bucket on a worker. */
  async filesOn(worker: FarmWorker, path = ''): Promise<string[]> {
    const folder = join(await this.folderOn(worker), path);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  }

  /** Returns the number of connections that each worker has accepted so far. */
  connections(): Promise<number[]> {
    return Promise.all(this.farm.workers.map((worker) => worker.acceptedConnections()));
  }
}
