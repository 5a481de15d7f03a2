/**
 * A site for tests that need a deploy to stop in the middle of a make target. A test can hold the target, or kill the
 * deploying process in it.
 */
import { execFileSync } from 'node:child_process';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FleetSite } from './fleet-site.ts';
import type { Farm } from './ssh-farm.ts';
import { waitForFile } from './wait-for-file.ts';

/**
 * A site with the job `alpha` on the first worker, then `beta` on all workers. Their targets write `begin` and `end` lines.
 * When the file `victim` contains a process id, the last target that begins kills this process, and the other targets wait
 * for that. When a gate exists, the targets wait until the gate is opened.
 */
export class GatedSite extends FleetSite {
  static override async create(farm: Farm): Promise<GatedSite> {
    const { bucket, cache } = await FleetSite.create(farm);
    const gated = new GatedSite(farm, bucket, cache);
    await bucket.useWorkers(farm.workers, (at) => (at === 0 ? ['first'] : []));
    const files = { 'Makefile.tpl': gated.#makefile() };
    await bucket.addJob('alpha', { version: '1.0.0', selectors: ['first'] }, files);
    await bucket.addJob('beta', { version: '1.0.0', selectors: ['worker'] }, files);
    return gated;
  }

  #file(kind: string, job: string): string {
    return join(this.bucket.dir, `${kind}-${job}`);
  }

  #makefile(): string {
    const { journalFile } = this.bucket;
    const [gate, reached, victim] = ['gate', 'reached', 'victim'].map((kind) => this.#file(kind, '{{ .Job }}'));
    const recipe = [
      '@mkdir -p data',
      `@echo "begin {{ .Job }} {{ .WorkerIP }}" >>${journalFile}`,
      // errors are dropped, because the process that reads them is dead
      `@if [ -f ${victim} ] && [ $$(grep -c "begin {{ .Job }} " ${journalFile}) -ge "$$(sed -n 2p ${victim})" ]; then kill -9 $$(sed -n 1p ${victim}) || :; rm -f ${victim}; fi 2>/dev/null`,
      `@while [ -f ${victim} ]; do sleep 0.05; done`,
      `@if [ -p ${gate} ]; then exec 3<>${gate}; echo x >>${reached}; read line <&3; fi`,
      `@echo "end {{ .Job }} {{ .WorkerIP }}" >>${journalFile}`,
    ];
    return ['start', 'stop', 'restart', 'reload'].map((target) => `${target}:\n\t${recipe.join('\n\t')}\n`).join('\n');
  }

  /** From now on, every target of the job waits. */
  async hold(job: string): Promise<void> {
    await rm(this.#file('reached', job), { force: true });
    execFileSync('mkfifo', [this.#file('gate', job)]);
  }

  /** Resolves when a target waits. */
  async held(job: string): Promise<void> {
    await waitForFile(this.#file('reached', job));
  }

  /** Lets further targets run. Returns a function that releases the targets that already wait. */
  async unhold(job: string): Promise<() => Promise<void>> {
    const aside = this.#file('passed', job);
    await rename(this.#file('gate', job), aside);
    return () => writeFile(aside, 'go\n');
  }

  /** Kills the process when this number of workers run a target of the job, before any of the targets ends. */
  async killDuring(job: string, pid: number | undefined, workers: number): Promise<void> {
    await writeFile(this.#file('victim', job), `${pid}\n${workers}\n`);
  }

  /** Resolves when each of the workers has recorded the end of a target. */
  async noted(workers = this.farm.workers): Promise<void> {
    for (const { root } of workers) await until(() => hasNote(root));
  }

  /** Resolves when no worker has a lock. */
  async unlocked(): Promise<void> {
    for (const { root } of this.farm.workers) {
      await until(async () => !(await readdir(join(root, '.maand'))).some((name) => name.endsWith('.lock')));
    }
  }
}

async function hasNote(root: string): Promise<boolean> {
  const found = execFileSync('find', [root, '-path', '*/state/applied/*', '-type', 'f', '-size', '+0']);
  return found.length > 0;
}

/**
 * Polls until the condition is true, because no event reports the end of the last process on a worker. The time limit of the
 * test ends the polling.
 */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await delay(20);
}
