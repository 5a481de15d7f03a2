/** The bucket of simulated runs. The targets of its jobs record what a run does, and a hook of one job keeps secrets. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keeperScript } from './hook-ear.ts';

export const KEEPER = 'keeper';
/** Workers that have the label of the keeper job. */
export const KEEPER_HOSTS = ['w1', 'w3'];

export interface KeeperRelease {
  readonly release: number;
  /** The event at which the hook of the keeper runs. */
  readonly event: 'pre_deploy' | 'post_build';
}

export class SimulatedBucket {
  readonly dir: string;
  /** File with the start and end of every target: `WORD RUN JOB HOST`. */
  readonly journalFile: string;
  /** File with every use of a secret on a worker: `RUN NAME SECRET BY`. */
  readonly usesFile: string;
  readonly #rootOf: (host: string) => string;

  constructor(folder: string, rootOf: (host: string) => string) {
    this.dir = join(folder, 'bucket');
    this.journalFile = join(folder, 'journal');
    this.usesFile = join(folder, 'uses');
    this.#rootOf = rootOf;
  }

  async begin(): Promise<void> {
    await this.#write('maand.conf', 'state_name = "simulated"\nuse_sudo = false\n');
    await this.#write('workspace/bucket.conf', '');
  }

  async useWorkers(hosts: readonly string[]): Promise<void> {
    const labels = (host: string) => (KEEPER_HOSTS.includes(host) ? [KEEPER] : []);
    const entries = hosts.map((host) => ({ host, root: this.#rootOf(host), labels: labels(host) }));
    await this.#write('workspace/workers.json', JSON.stringify(entries));
  }

  /** Writes a job that runs on all workers and has its own port. */
  async putJob(name: string, release: number): Promise<void> {
    const port = { ports: { [`${name}_port`]: {} } };
    await this.#writeJob(name, release, { selectors: ['worker'], resources: port }, []);
  }

  /**
   * Writes a job whose hook makes one permanent secret and one secret for each release. The files and targets of the job use
   * the secret of the release.
   */
  async putKeeper({ release, event }: KeeperRelease): Promise<void> {
    const name = `of_release_${release}`;
    const more = { max_concurrent_upgrades: 8, hooks: { hook_keep: { executed_on: [event] } } };
    const use = `@echo "$$RUN ${name} {{ getSecret "${name}" }} make" >>${this.usesFile}`;
    await this.#writeJob(KEEPER, release, more, [use]);
    const names = ['for_ever', name];
    await this.#write(`workspace/jobs/${KEEPER}/_hooks/hook_keep.js`, keeperScript(names, this.usesFile));
  }

  async removeJob(name: string): Promise<void> {
    await rm(join(this.dir, 'workspace/jobs', name), { recursive: true });
  }

  async #writeJob(name: string, release: number, more: object, lines: readonly string[]): Promise<void> {
    const note = (word: string) => `@echo "${word} $$RUN {{ .Job }} {{ .WorkerIP }}" >>${this.journalFile}`;
    const recipe = [note('begin'), ...lines, note('end')].map((line) => `\t${line}\n`).join('');
    const makefile = ['start', 'stop', 'restart', 'reload'].map((target) => `${target}:\n${recipe}`).join('\n');
    await this.#write(`workspace/jobs/${name}/manifest.json`, JSON.stringify({ version: `1.0.${release}`, ...more }));
    await this.#write(`workspace/jobs/${name}/Makefile.tpl`, makefile);
    await this.#write(`workspace/jobs/${name}/release.txt`, `${release}\n`);
  }

  async #write(path: string, content: string): Promise<void> {
    const file = join(this.dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
