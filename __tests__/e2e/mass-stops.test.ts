/** Mistakes in a deployed workspace that would stop services: the program refuses them, and says what it would stop. */
import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAction } from '../support/action-runner.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

const stateKey = createHash('sha256').update('a key for tests').digest('hex');
const LABELS = [['web'], ['web'], ['db']];
const labelsAs =
  (labels: readonly (readonly string[])[]) =>
  (at: number): readonly string[] =>
    labels[at] ?? [];

/** Returns a bucket with `web` on the first two workers and `db` on the third. */
async function laid(): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.useWorkers(farm.workers, labelsAs(LABELS));
  for (const name of ['web', 'db']) await bucket.addJob(name, { version: '1.0.0', selectors: [name] });
  return bucket;
}

async function deployed(): Promise<TestBucket> {
  const bucket = await laid();
  const run = await bucket.maand(['deploy', '--build']);
  expect(run.status, run.stderr).toBe(0);
  await bucket.journal();
  return bucket;
}

describe('a renamed label', () => {
  it('is shown by the plan, refused by the deploy, and carried out when it is allowed', async () => {
    const bucket = await deployed();
    const host = farm.workers[2]?.host ?? '';
    await bucket.useWorkers(farm.workers, labelsAs([['web'], ['web'], ['database']]));
    const text = await bucket.maand(['plan']);
    expect(text).toMatchObject({ status: 0, stdout: expect.stringContaining('(0 starts, 0 restarts, 1 stop)\n') });
    expect(text.stdout).toContain(
      `refused [stops-job]: this deploy would stop the last allocation of a job: db on ${host} (no worker has the label db)\n`,
    );
    const { status, json } = await bucket.maand(['plan', '--json']);
    expect([status, json]).toMatchObject([
      0,
      { required: true, starts: 0, restarts: 0, stops: 1, refused: { code: 'stops-job', jobs: ['db'] } },
    ]);
    const mark = join(bucket.dir, 'hook-ran');
    const refused = await bucket.maand(['deploy', '--build', '--json', '--before-deploy-hook', `touch ${mark}`]);
    expect([refused.status, refused.json]).toMatchObject([3, { ok: false, code: 'stops-job' }]);
    expect(refused.stderr).toContain('--allow-stops db');
    expect(await bucket.maand(['build'])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('a deploy of this build would be refused [stops-job]'),
    });
    expect(await bucket.maand(['deploy'])).toMatchObject({ status: 3, stderr: expect.stringContaining('[stops-job]') });
    expect(await bucket.journal()).toEqual([]);
    expect(await bucket.maand(['deploy', '--allow-stops', 'db'])).toMatchObject({ status: 0 });
    expect((await bucket.journal()).map((line) => line.split(' ', 3).join(' '))).toEqual([`stop db ${host}`]);
  });

  it('on every worker stops everything, which is refused', async () => {
    const bucket = await deployed();
    await bucket.useWorkers(farm.workers);
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('--allow-stops db,web'),
    });
    expect(await bucket.maand(['deploy', '--build', '--allow-stops', 'db'])).toMatchObject({ status: 3 });
    expect(await bucket.journal()).toEqual([]);
    expect(await bucket.maand(['deploy', '--build', '--allow-stops', 'all'])).toMatchObject({ status: 0 });
    expect(await bucket.journal()).toHaveLength(3);
  });
});

describe('a mistake in a file', () => {
  it.each([
    [
      'a misspelt field',
      'manifest.json',
      '{ "selector": ["db"] }',
      'unknown field "selector" (did you mean "selectors"?)',
    ],
    ['a field of the opposite meaning', 'manifest.json', '{ "reload_globs": ["x"], "selectors": ["db"] }', undefined],
  ])('%s', async (_what, file, text, message) => {
    const bucket = await deployed();
    await bucket.write(`workspace/jobs/db/${file}`, text);
    const run = await bucket.maand(['plan']);
    expect(run.status).toBe(message === undefined ? 0 : 2);
    if (message === undefined) expect(run.stderr).toMatch(/unknown field "reload_globs" is ignored\n/);
    else expect(run.stderr.replace(/\s+hint:\s+(.*)/, ' ($1)')).toContain(message);
  });

  it('is a manifest with another name: a warning for a check, an error when the job is deployed', async () => {
    const bucket = await deployed();
    const folder = join(bucket.dir, 'workspace/jobs/db');
    await rename(join(folder, 'manifest.json'), join(folder, 'manifest.jsn'));
    const check = await bucket.maand(['build', '--check', '--json']);
    expect([check.status, check.json.warnings]).toMatchObject([
      0,
      [
        {
          message: 'workspace/jobs/db is not a job, because it has no manifest.json',
          hint: 'rename manifest.jsn to manifest.json',
        },
      ],
    ]);
    for (const words of [['plan'], ['build'], ['deploy', '--build', '--allow-stops', 'all']]) {
      expect(await bucket.maand(words)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('because it has no manifest.json, and job db is deployed'),
      });
    }
    expect(await bucket.journal()).toEqual([]);
  });

  it('is a bucket in the format of another tool, whose files are named', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.remove('workspace');
    await bucket.write('kive.conf', '');
    await bucket.write('workspace/workers.conf', '');
    await bucket.write('workspace/jobs/api/job.conf', '');
    const { status, stdout } = await bucket.maand(['validate']);
    expect(status).toBe(0);
    for (const file of ['kive.conf', 'workspace/workers.conf', 'job.conf']) {
      expect(stdout).toContain(`${file} is a file of another format`);
    }
    await bucket.remove('maand.conf');
    expect(await bucket.maand(['validate'])).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('kive.conf, workers.conf there is of another format'),
    });
  });
});

describe('the action', () => {
  it('allows stops by an input, counts them in the summary, and refuses misspelt inputs', async () => {
    const bucket = await laid();
    for (const path of ['secrets', 'data', 'tmp', 'logs']) await bucket.remove(path);
    const stateDir = await temporaryFolder();
    const run = (inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) =>
      runAction({
        actionDir: join(import.meta.dirname, '../..'),
        workspaceDir: bucket.dir,
        env,
        inputs: {
          'ssh-private-key': farm.privateKey,
          'state-key': stateKey,
          state: `file:${stateDir}`,
          ...inputs,
        },
      });
    const first = await run({});
    expect(first.exitCode, JSON.stringify(first.log.annotations('error'))).toBe(0);
    await bucket.useWorkers(farm.workers, labelsAs([['web'], ['web'], []]));
    const plan = await run({ command: 'plan' });
    expect([plan.exitCode, plan.summary]).toEqual([0, expect.stringContaining('(0 starts, 0 restarts, 1 stop)')]);
    expect(plan.summary).toContain('stops-job');
    expect((await run({})).exitCode).toBe(3);
    const misspelt = await run({}, { INPUT_ALLOW_STOPS: 'db' }); // as GitHub passes it on
    expect([misspelt.exitCode, misspelt.log.annotations('error')[0]?.value]).toEqual([
      2,
      expect.stringContaining('unknown input "allow_stops"'),
    ]);
    expect((await run({ 'allow-stops': 'db' })).exitCode).toBe(0);
  });
});
