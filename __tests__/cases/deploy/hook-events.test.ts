/** Tests on real workers when hooks run, for which allocations, in which order, and with which variables. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HookCall, hookCalls, notingHook, readJournal } from '../../support/noting-hook.ts';
import { type Farm, startFarm } from '../../support/ssh-farm.ts';
import { TestBucket } from '../../support/test-bucket.ts';

let farm: Farm;
let hosts: string[];

beforeAll(async () => {
  farm = await startFarm({ workers: 5 });
  hosts = farm.workers.map(({ host }) => host);
});
afterAll(() => farm.stop());

const ALL_EVENTS = [
  'post_build',
  'pre_deploy',
  'after_allocation_started',
  'after_allocation_stopped',
  'health_check',
  'post_deploy',
  'cli',
];

async function withHooks(manifest: object, hooks: Readonly<Record<string, readonly string[]>>): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  const entries = Object.entries(hooks).map(([name, events]) => [name, { executed_on: events }]);
  const scripts = Object.keys(hooks).map((name) => [`_hooks/${name}.py`, notingHook(bucket)]);
  const whole = { version: '1.0.0', selectors: ['worker'], ...manifest, hooks: Object.fromEntries(entries) };
  await bucket.addJob('web', whole, Object.fromEntries(scripts));
  return bucket;
}

/** Returns the batches of one event, as the hook processes received them: `0/3 h1,h2`. */
function batchesOf(calls: readonly HookCall[], event: string): string[] {
  const seen = calls
    .filter((call) => call.event === event)
    .map(({ env }) => `${env.BATCH_INDEX}/${env.BATCH_COUNT} ${env.BATCH_ALLOCATIONS}`);
  return [...new Set(seen)];
}

const hostsOf = (calls: readonly HookCall[], event: string) =>
  calls.filter((call) => call.event === event).map(({ host }) => host);
const valuesOf = (calls: readonly HookCall[], event: string, name: string) => [
  ...new Set(calls.filter((call) => call.event === event).map(({ env }) => env[name])),
];
const batch = (index: number, count: number, of: readonly (string | undefined)[]) =>
  `${index}/${count} ${of.join(',')}`;

describe('hooks of a deploy', () => {
  it('run for the allocations of their event, with all variables; some events include disabled allocations', async () => {
    const bucket = await withHooks({ max_concurrent_upgrades: 2 }, { hook_all: ALL_EVENTS });
    const [h1, h2, h3, h4, h5] = hosts;
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [h5] } } }));
    const run = await bucket.maand(['deploy', '--build']);
    expect(run.status, run.stderr).toBe(0);
    const calls = hookCalls(await bucket.journal());
    const everybody = [batch(0, 3, [h1, h2]), batch(1, 3, [h3, h4]), batch(2, 3, [h5])];
    for (const event of ['post_build', 'pre_deploy', 'post_deploy']) {
      expect(batchesOf(calls, event)).toEqual(everybody);
      expect(hostsOf(calls, event).sort()).toEqual([...hosts].sort());
      expect(valuesOf(calls, event, 'DEPLOY_PHASE')).toEqual([event]);
    }
    expect(batchesOf(calls, 'after_allocation_started')).toEqual([batch(0, 1, [h1, h2, h3, h4])]);
    expect(valuesOf(calls, 'after_allocation_started', 'DEPLOY_PHASE')).toEqual(['new']);
    expect(batchesOf(calls, 'health_check')).toEqual([batch(0, 2, [h1, h2]), batch(1, 2, [h3, h4])]);
    expect(hostsOf(calls, 'after_allocation_stopped')).toEqual([]);
    for (const { host, env } of calls) {
      expect(env.DISABLED).toBe(host === h5 ? '1' : '0');
      expect(env.ALLOCATION_INDEX).toBe(String(hosts.indexOf(host)));
      expect([env.COMMAND, env.HOOK, env.JOB, env.BUCKET_ROOT]).toEqual(['hook_all', 'hook_all', 'web', bucket.dir]);
      expect([env.HOOK_API_HOST, env.JOB_COMMAND_API_HOST]).toEqual(['127.0.0.1', '127.0.0.1']);
      expect(env.ROLLOUT_ORDER).toBe([h1, h2, h3, h4].join(','));
      expect(env.ROLLOUT_ORDER_SOURCE).toBe('kv');
      expect([env.NEW_ALLOCATIONS, env.UPDATED_ALLOCATIONS, env.TARGET]).toEqual([undefined, undefined, undefined]);
    }
    const { json: allocations } = await bucket.maand(['cat', 'allocations', '--json']);
    const ids = allocations.map((row: Record<string, string>) => [row.worker_ip, row.allocation_id]);
    for (const { host, env } of calls) expect(ids).toContainEqual([host, env.ALLOCATION_ID]);
  });

  it('receive the running version before the promote, and the new version after it', async () => {
    const bucket = await withHooks({}, { hook_all: ALL_EVENTS });
    await bucket.useWorkers(farm.workers.slice(0, 1));
    const versions = async () =>
      hookCalls(await bucket.journal()).map(({ event, env }) => `${event} ${env.CURRENT_VERSION} ${env.NEW_VERSION}`);
    await bucket.maand(['deploy', '--build']);
    expect(await versions()).toEqual([
      'post_build 0.0.0 1.0.0',
      'pre_deploy 0.0.0 1.0.0',
      'after_allocation_started 0.0.0 1.0.0',
      'health_check 0.0.0 1.0.0',
      'post_deploy 1.0.0 1.0.0',
    ]);
    await bucket.edit('workspace/jobs/web/manifest.json', (text) => text.replace('1.0.0', '2.0.0'));
    await bucket.maand(['deploy', '--build']);
    const second = await versions();
    expect(second.filter((line) => !line.startsWith('health_check'))).toEqual([
      'post_build 1.0.0 2.0.0',
      'pre_deploy 1.0.0 2.0.0',
      'after_allocation_started 1.0.0 2.0.0',
      'post_deploy 2.0.0 2.0.0',
    ]);
  });

  it('follow the batches of starts; without a limit all run at once, with one health check at the end', async () => {
    const bucket = await withHooks(
      { max_concurrent_starts: 2 },
      { hook_up: ['after_allocation_started'], hook_well: ['health_check'] },
    );
    await bucket.useWorkers(farm.workers.slice(0, 4));
    const [h1, h2, h3, h4] = hosts;
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const events = readJournal(await bucket.journal()).map((entry) =>
      typeof entry === 'string' ? entry.split(' ')[0] : entry.event,
    );
    const started = ['start', 'start', 'after_allocation_started', 'after_allocation_started'];
    expect(events).toEqual([...started, ...started, ...hosts.slice(0, 4).map(() => 'health_check')]);
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.maand(['deploy', '--build']);
    const updates = hookCalls(await bucket.journal());
    expect(batchesOf(updates, 'after_allocation_started')).toEqual(
      [h1, h2, h3, h4].map((host, at) => batch(at, 4, [host])),
    );
    expect(valuesOf(updates, 'after_allocation_started', 'DEPLOY_PHASE')).toEqual(['update']);
  });

  it('run after a stop: one allocation in its own batch, with its last index when it was removed', async () => {
    const bucket = await withHooks({}, { hook_down: ['after_allocation_stopped'] });
    await bucket.useWorkers(farm.workers.slice(0, 3));
    const [h1, h2] = hosts;
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [h1] } } }));
    await bucket.maand(['deploy', '--build']);
    const [stop, ...calls] = readJournal(await bucket.journal());
    expect(stop).toBe(`stop web ${h1}  `);
    expect(calls).toMatchObject([
      {
        host: h1,
        env: { DISABLED: '1', DEPLOY_PHASE: 'stop', BATCH_ALLOCATIONS: h1, BATCH_INDEX: '0', BATCH_COUNT: '1' },
      },
    ]);
    await bucket.useWorkers(farm.workers.slice(0, 3), (at) => (at === 1 ? ['left'] : ['stays']));
    await bucket.edit('workspace/jobs/web/manifest.json', (text) => text.replace('"worker"', '"stays"'));
    await bucket.maand(['deploy', '--build']);
    expect(hookCalls(await bucket.journal())).toMatchObject([
      { host: h2, env: { DISABLED: '0', DEPLOY_PHASE: 'stop', ALLOCATION_INDEX: '1', CURRENT_VERSION: '1.0.0' } },
    ]);
  });

  it('do not run for an event without a registered hook', async () => {
    const bucket = await withHooks({}, { hook_cli: ['cli'] });
    await bucket.useWorkers(farm.workers.slice(0, 1));
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([`start web ${hosts[0]} 0.0.0 1.0.0`]);
  });

  it('run in manifest order, each on all allocations before the next; after a failure no hook runs', async () => {
    const bucket = await withHooks({}, { hook_z: ['pre_deploy'], hook_a: ['pre_deploy'], hook_m: ['pre_deploy'] });
    await bucket.useWorkers(farm.workers.slice(0, 2));
    const [h1, h2] = hosts;
    await bucket.maand(['deploy', '--build']);
    const order = (calls: readonly HookCall[]) => calls.map(({ hook, host }) => `${hook} ${host}`);
    expect(order(hookCalls(await bucket.journal()))).toEqual(
      ['hook_z', 'hook_a', 'hook_m'].flatMap((hook) => [`${hook} ${h1}`, `${hook} ${h2}`]),
    );
    await bucket.write('fail-pre_deploy', `${h2}`);
    const failed = await bucket.maand(['deploy', '--json']);
    expect(failed.json.jobs).toMatchObject([
      { outcome: 'failed', error: `job web hook hook_z failed: ${h2}: command execution failed (exit 4)` },
    ]);
    expect(order(hookCalls(await bucket.journal()))).toEqual([`hook_z ${h1}`, `hook_z ${h2}`]);
  });

  it('set a rollout order for the same deploy; the next build removes it', async () => {
    const bucket = await withHooks({ max_concurrent_starts: 1 }, { hook_order: ['pre_deploy'] });
    await bucket.useWorkers(farm.workers.slice(0, 3));
    const [h1, h2, h3] = hosts;
    await bucket.write(
      'workspace/jobs/web/_hooks/hook_order.py',
      `import maand\nmaand.put_rollout_order(["${h3}", "${h1}", "${h2}"]).raise_for_status()\n`,
    );
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect((await bucket.journal()).map((line) => line.split(' ')[2])).toEqual([h3, h1, h2]);
    const order = async () =>
      (await bucket.maand(['cat', 'kv', 'get', 'maand/job/web', 'rollout_order', '--json'])).json.value;
    await bucket.maand(['build']);
    expect(await order()).toBe([h1, h2, h3].join(','));
  });

  it('a hook that fails after a stop fails the deploy, but the allocation stays stopped', async () => {
    const bucket = await withHooks({}, { hook_down: ['after_allocation_stopped'] });
    await bucket.useWorkers(farm.workers.slice(0, 2));
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [hosts[0]] } } }));
    await bucket.write('fail-after_allocation_stopped', 'all');
    const run = await bucket.maand(['deploy', '--build', '--json']);
    expect(run).toMatchObject({
      status: 1,
      json: { ok: false, reconcile: [{ error: expect.stringContaining('hook hook_down failed') }] },
    });
    await bucket.journal();
    await bucket.remove('fail-after_allocation_stopped');
    expect((await bucket.maand(['deploy', '--json'])).json.ok).toBe(true);
    expect((await bucket.journal()).filter((line) => line.startsWith('stop'))).toEqual([]);
  });

  it('a health check tests all allocations and names only those that failed', async () => {
    const bucket = await withHooks({ health_check: { wait: { attempts: 1 } } }, { hook_well: ['health_check'] });
    await bucket.useWorkers(farm.workers.slice(0, 3));
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [hosts[2]] } } }));
    await bucket.maand(['build']);
    await bucket.write('fail-health_check', `${hosts[1]}`);
    const run = await bucket.maand(['health_check', '--json']);
    expect(run.status).toBe(1);
    expect(run.json.jobs[0].error).toContain(`command execution failed (exit 4)`);
    expect(hookCalls(await bucket.journal()).map(({ host }) => host)).toEqual(hosts.slice(0, 3));
  });
});
