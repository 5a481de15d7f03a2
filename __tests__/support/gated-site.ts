/** A site whose jobs can be held up, and can kill the run that deploys them, in the middle of a make target. */
import { execFileSync } from 'node:child_process';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FleetSite } from './fleet-site.ts';
import type { Farm } from './ssh-farm.ts';
import { waitForFile } from './wait-for-file.ts';

/**
 * `alpha` on the first worker, then `beta` on all. Their targets note `begin` and `end`. With a file of the deploying process's id,
 * the last one to begin kills that process and the others wait for it; with a gate, they wait until it is opened.
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
      `@if [ -f ${victim} ] && [ $$(grep -c "begin {{ .Job }} " ${journalFile}) -ge "$$(sed -n 2p ${victim})" ]; then kill -9 $$(sed -n 1p ${victim}) || :; rm -f ${victim}; fi 2>/dev/null`, // nobody hears errors any more
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

  /** Stops holding up further targets. Returns a function that releases those that already wait. */
  async unhold(job: string): Promise<() => Promise<void>> {
    const aside = this.#file('passed', job);
    await rename(this.#file('gate', job), aside);
    return () => writeFile(aside, 'go\n');
  }

  /** When this number of workers run a target of the job, the process is killed before any of them ends. */
  async killDuring(job: string, pid: number | undefined, workers: number): Promise<void> {
    await writeFile(this.#file('victim', job), `${pid}\n${workers}\n`);
  }

  /** Resolves when each of the workers has noted that a target ended. */
  async noted(workers = this.farm.workers): Promise<void> {
    for (const { root } of workers) await until(() => hasNote(root));
  }

  /** Resolves when nobody has a lock any more. */
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

/** Polls, because no event reports the end of the last process on a worker. The time limit of the test ends it. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await delay(20);
}
