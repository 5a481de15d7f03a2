/** Tests the guard against stops that look like a mistake: which stops it refuses, and how a user allows them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../../src/commands/build/build.ts';
import { deploy } from '../../../src/commands/deploy/deploy.ts';
import type { Plan } from '../../../src/events/plan.ts';
import {
  attempt,
  bucketIdOf,
  DB,
  deployed,
  disables,
  EVERYTHING,
  exists,
  LABELS,
  move,
  planOf,
  removes,
  running,
  workersAs,
} from '../../support/edited-site.ts';
import type { LocalSite } from '../../support/local-site.ts';

describe('a bucket with one deployed job', () => {
  const ONE = { db: ['db'] };

  it.each([
    ['its folder is removed', removes(DB)],
    ['its folder is renamed', (site: LocalSite) => move(site, DB, 'workspace/jobs/database')],
    ['its label moves to another worker', workersAs({ w1: ['db'], w2: ['web'], w3: [] })],
  ])('does not lose it because %s', async (_what, edit) => {
    const site = await deployed(ONE);
    await edit(site);
    expect(await attempt(site, ['deploy', '--build'])).toMatchObject({ exitCode: 3, code: 'stops-everything' });
    expect(await running(site, await bucketIdOf(site))).toEqual(['db@w3']);
  });

  it('can be brought to another worker when this is allowed', async () => {
    const site = await deployed(ONE);
    await site.useWorkers({ w1: ['db'], w2: ['web'], w3: [] });
    expect(await attempt(site, ['deploy', '--build', '--allow-stops', 'db'])).toMatchObject({ exitCode: 0 });
    expect(await running(site, await bucketIdOf(site))).toEqual(['db@w1']);
  });
});

describe('a job whose folder is removed', () => {
  it('may stop while the other deployed jobs are disabled', async () => {
    const site = await deployed();
    await disables({ jobs: { api: {}, agent: {} } })(site);
    await site.remove(DB);
    expect((await planOf(site, ['deploy', '--build'])).json.refused).toBe(null);
    expect(await attempt(site, ['deploy', '--build'])).toMatchObject({ exitCode: 0 });
    expect(await running(site, await bucketIdOf(site))).toEqual([]);
    await site.remove('workspace/jobs'); // after the deploy no job runs
    expect(await attempt(site, ['deploy', '--build'])).toMatchObject({ exitCode: 0 });
  });
});

describe('the guard', () => {
  it('counts a job that a deploy of other jobs would leave stopped', async () => {
    const site = await deployed();
    await site.useWorkers({ ...LABELS, w1: ['web', 'db'], w3: [] }); // db moves to w1
    const partial = ['deploy', '--build', '--jobs', 'agent'];
    expect((await planOf(site, partial)).json.refused).toMatchObject({ code: 'stops-job', jobs: ['db'] });
    expect(await attempt(site, partial)).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('db on w3 (this deploy does not start it on w1)'),
    });
    expect(await attempt(site, ['deploy', '--build', '--sync-only'])).toMatchObject({ exitCode: 3, code: 'stops-job' });
    expect(await attempt(site, ['deploy', '--build'])).toMatchObject({ exitCode: 0 });
  });

  it('holds for the deploy of an earlier build, which warns', async () => {
    const site = await deployed();
    await site.useWorkers({ ...LABELS, w3: ['database'] });
    expect((await site.run(build, ['build'])).exitCode).toBe(0);
    const warnings = site.events.flatMap((event) => (event.type === 'noticed' ? [event.message] : []));
    expect(warnings).toContainEqual(expect.stringContaining('a deploy of this build would be refused [stops-job]: '));
    expect((await planOf(site, ['deploy'])).json.refused).toMatchObject({ code: 'stops-job' });
    expect(await attempt(site, ['deploy'])).toMatchObject({ exitCode: 3, code: 'stops-job' });
    expect(await running(site, await bucketIdOf(site))).toEqual(EVERYTHING);
    await site.useWorkers(LABELS);
    expect(await attempt(site, ['deploy', '--build'])).toMatchObject({ exitCode: 0 });
    expect(await running(site, await bucketIdOf(site))).toEqual(EVERYTHING);
  });

  it('wants every job to be allowed, and warns of a name that is no job', async () => {
    const site = await deployed();
    await site.useWorkers({ w1: [], w2: [], w3: [] });
    const outcome = await attempt(site, ['deploy', '--build', '--allow-stops', 'api,bd']);
    expect(outcome).toMatchObject({ exitCode: 3, code: 'stops-job' });
    expect(outcome.message).toContain('the last allocation of a job: db on w3');
    const warnings = site.events.flatMap((event) => (event.type === 'noticed' ? [event.message] : []));
    expect(warnings).toContain('allow-stops names no job of this bucket: bd');
    expect(await attempt(site, ['deploy', '--build', '--allow-stops', 'all'])).toMatchObject({ exitCode: 0 });
  });

  it('runs no hook and saves nothing', async () => {
    const site = await deployed();
    const state = () => readFile(join(site.bucketDir, 'data/state.json'), 'utf8');
    await site.useWorkers({});
    const before = await state();
    const mark = join(site.folder, 'hook-ran');
    const words = ['deploy', '--build', '--before-deploy-hook', `touch ${mark}`];
    expect(await attempt(site, words)).toMatchObject({ exitCode: 3, code: 'stops-everything' });
    expect([await exists(mark), await state()]).toEqual([false, before]);
  });

  it('shows the refused plan as it is carried out when it is allowed', async () => {
    const site = await deployed();
    await site.useWorkers({});
    const refused = await planOf(site, ['deploy', '--build']);
    const allowed = await planOf(site, ['deploy', '--build', '--allow-stops', 'all']);
    expect(allowed.json.digest).toBe(refused.json.digest);
    const plans: Plan[] = [];
    await site.run(deploy, ['deploy', '--build', '--allow-stops', 'all', '--plan-digest', refused.json.digest]);
    for (const event of site.events) if (event.type === 'plan-made') plans.push(event.plan);
    expect(plans.at(-1)).toMatchObject({ reconcile: expect.objectContaining({ length: EVERYTHING.length }) });
  });
});
