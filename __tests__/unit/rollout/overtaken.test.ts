import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { deploy } from '../../../src/commands/deploy/deploy.ts';
import { gc } from '../../../src/commands/gc/gc.ts';
import type { Fence } from '../../../src/transport/guarded-workers.ts';
import { shown } from '../../support/local-face.ts';
import { LocalSite } from '../../support/local-site.ts';

/** A fence that refuses on workers whose root is in `overtaken`. */
class Fences implements Fence {
  readonly overtaken = new Set<string>();
  readonly line: Fence['line'] = ({ root }) => (this.overtaken.has(root) ? 'echo newer run >&2; exit 75' : ':');
  readonly forget: Fence['forget'] = () => undefined;
}

const MAKEFILE = 'start stop restart reload:\n\t@echo $@ >>done.txt\n';

async function deployed(fence: Fence): Promise<LocalSite> {
  const site = await LocalSite.create({ fence });
  await site.useWorkers({ w1: ['web'], w2: ['web'] });
  await site.addJob('web', { selectors: ['web'] }, { Makefile: MAKEFILE });
  expect((await site.run(deploy, ['deploy', '--build'])).exitCode).toBe(0);
  return site;
}

describe('a worker that has left, and that a newer run has taken over', () => {
  it('is not taken for dead by a deploy: the stop stays pending', async () => {
    const fences = new Fences();
    const site = await deployed(fences);
    await site.useWorkers({ w1: ['web'] });
    fences.overtaken.add(site.rootOf('w2'));
    const refused = await site.run(deploy, ['deploy', '--build']);
    expect(refused.exitCode).toBe(1);
    expect(site.events).toContainEqual({
      type: 'reconcile-failed',
      job: 'web',
      worker: 'w2',
      action: 'stop+remove',
      outcome: 'failed',
      severity: 'error',
      error: 'worker w2: make stop failed (exit 75): newer run',
    });
    fences.overtaken.clear();
    site.events.length = 0;
    expect((await site.run(deploy, ['deploy'])).exitCode).toBe(0);
    expect(site.events).toContainEqual(expect.objectContaining({ type: 'reconciled', job: 'web', worker: 'w2' }));
  });

  it('is not taken for dead by gc: the folder stays, and is remembered', async () => {
    const fences = new Fences();
    const site = await deployed(fences);
    await site.useWorkers({ w1: ['web'], w2: [] });
    expect((await site.run(deploy, ['deploy', '--build'])).exitCode).toBe(0);
    await site.useWorkers({ w1: ['web'] });
    expect((await site.run(deploy, ['deploy', '--build'])).exitCode).toBe(0);
    fences.overtaken.add(site.rootOf('w2'));
    const refused = await site.run(gc, ['gc']);
    expect(refused.exitCode).toBe(1);
    expect(shown(refused).text).toContain('web@w2: folder not removed');
    fences.overtaken.clear();
    const done = await site.run(gc, ['gc']);
    expect(done.exitCode).toBe(0);
    expect(shown(done).text).toContain('folder removed');
    expect((await readdir(site.rootOf('w2'))).filter((name) => name !== '.maand')).toEqual([]);
  });
});
