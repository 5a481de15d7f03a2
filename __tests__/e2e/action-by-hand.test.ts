/** Tests `job` and `run_command` as steps of a workflow. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActionRun, runAction } from '../support/action-runner.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

const actionDir = join(import.meta.dirname, '../..');
const stateKey = createHash('sha256').update('a key for tests').digest('hex');

let farm: Farm;
let hosts: string[];
let bucket: TestBucket;
let state: string;

beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
  hosts = farm.workers.map(({ host }) => host);
  bucket = await TestBucket.create(farm);
  for (const path of ['secrets', 'data', 'tmp', 'logs']) await bucket.remove(path);
  await bucket.useWorkers(farm.workers, (at) => [at === 0 ? 'web' : 'db']);
  await bucket.addJob('api', { version: '1.0.0', selectors: ['worker'] });
  state = `file:${await temporaryFolder()}`;
  const deploy = await run({ command: 'deploy' });
  if (deploy.exitCode !== 0) throw new Error(deploy.log.text);
  await bucket.journal();
});
afterAll(() => farm.stop());

function run(inputs: Readonly<Record<string, string>>): Promise<ActionRun> {
  const secrets = { 'ssh-private-key': farm.privateKey, 'state-key': stateKey };
  return runAction({ actionDir, workspaceDir: bucket.dir, inputs: { ...secrets, state, ...inputs } });
}

describe('a step', () => {
  it('restarts chosen allocations', async () => {
    const step = await run({ command: 'job restart api', allocations: `${hosts[1]}\n`, 'health-check': 'true' });
    expect(step.exitCode, step.log.text).toBe(0);
    expect(await bucket.journal()).toEqual([`restart api ${hosts[1]} 1.0.0 1.0.0`]);
    expect(step.summary).toContain(`| api | ${hosts[1]} | ok |`);
  });

  it('runs a target by its inputs, and fails when it does', async () => {
    const step = await run({ command: 'job run api', target: 'nope' });
    expect(step.exitCode).toBe(1);
    expect(step.outputs['failed-jobs']).toBe('["api"]');
    expect(step.summary).toContain('maand job nope: failed');
  });

  it('runs a script on workers with a label, and names these workers', async () => {
    const step = await run({ command: 'run_command', run: 'echo hello\necho "$WORKER_IP"', labels: 'db' });
    expect(step.exitCode, step.log.text).toBe(0);
    expect(step.outputs.hosts).toBe(JSON.stringify([hosts[1]]));
    expect(step.log.text).toContain('| hello\n');
    expect(step.summary).toContain(`| ${hosts[1]} | ok |`);
  });
});
