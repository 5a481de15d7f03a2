/**
 * Runs a short history on real workers with the bundle. Values that are made once must stay the same, whatever happens in
 * between.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boxOf, parseStateKeys } from '../../src/state/keys.ts';
import type { ActionRun } from '../support/action-runner.ts';
import { type DeployOptions, NEXT_STATE_KEY, openBytes, STATE_KEY } from '../support/fleet-site.ts';
import { GatedSite } from '../support/gated-site.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

const MAKE_ONCE = `import maand, secrets
own = f"secrets/job/{maand.job_name()}"
if maand.kv.get(own, "password", None) is None:
    maand.kv.put_secret("password", secrets.token_hex(16))
`;

/** Returns the values that must be made only once, from the newest state on a worker. */
async function madeOnce(site: GatedSite, stateKeys: string) {
  const { bucketId, hashKey, ports, workers, kv, serial } = await site.document();
  const box = boxOf(parseStateKeys(stateKeys, 'the test'));
  const [password] = kv['secrets/job/gamma']?.password ?? [];
  return {
    serial,
    made: {
      bucketId,
      hashKey: box.open(hashKey),
      password: box.open(password?.value ?? ''),
      versions: kv['secrets/job/gamma']?.password?.length,
      port: ports.gamma ?? ports,
      worker: workers[farm.workers[0]?.host ?? '']?.id,
    },
  };
}

it('keeps ids, ports and secrets through kills, cancels, evictions, outages, another key, and workers that come and go', async () => {
  await using site = await GatedSite.create(farm);
  await site.bucket.addJob(
    'gamma',
    {
      version: '1.0.0',
      selectors: ['worker'],
      hooks: { hook_make: { executed_on: ['pre_deploy'] } },
      resources: { ports: { gamma_port: {} } },
    },
    { '_hooks/hook_make.py': MAKE_ONCE },
  );
  const label = (at: number) => (at === 0 ? ['first'] : []);
  let stateKey = STATE_KEY;
  let release = 0;
  const deploy = async (options: DeployOptions = {}): Promise<ActionRun> => {
    await site.change('beta', String(++release));
    return site.deploy({ ...options, inputs: { 'state-key': stateKey } });
  };
  const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['a deploy', () => deploy()],
    ['one that is killed in a target', () => deploy({ onMain: ({ pid }) => site.killDuring('beta', pid, 1) })],
    [
      'one from a branch, after everything was evicted',
      async () => {
        site.cache.entries.evict();
        return deploy({ job: { ref: 'refs/heads/feature' } });
      },
    ],
    [
      'one with a runner that dies, whose lock ends',
      async () => {
        await deploy({ steps: 'main', onMain: ({ pid }) => site.killDuring('beta', pid, 1) });
        await site.ageLocks(121);
      },
    ],
    [
      'one with another key in front',
      async () => {
        stateKey = `${NEXT_STATE_KEY}\n${STATE_KEY}`;
        return deploy();
      },
    ],
    [
      'one without a worker',
      async () => {
        await site.bucket.useWorkers(farm.workers.slice(0, 2), label);
        return deploy();
      },
    ],
    [
      'one while the cache is out of order',
      async () => {
        site.cache.fail({ on: 'every call', fault: { kind: 'status', status: 503 } });
        await deploy();
        site.cache.recover();
      },
    ],
    [
      'one with the worker again',
      async () => {
        await site.bucket.useWorkers(farm.workers, label);
        return deploy();
      },
    ],
    ['two at once', () => Promise.all([deploy({ runId: '801' }), deploy({ runId: '802' })])],
    ['one that is cancelled', () => deploy({ cancelWhen: (log) => log.until('wave') })],
  ];
  const serials: number[] = [];
  let made: unknown;
  for (const [what, step] of steps) {
    await step();
    await site.bucket.journal();
    const now = await madeOnce(site, stateKey);
    made ??= now.made;
    expect(now.made, what).toEqual(made);
    serials.push(now.serial);
  }
  expect(serials).toEqual([...new Set(serials)].sort((a, b) => a - b));
  const last = await deploy();
  expect(last.exitCode, last.log.text).toBe(0);
  await site.bucket.journal();
  expect((await site.deploy({ inputs: { 'state-key': stateKey } })).exitCode).toBe(0);
  expect(await site.bucket.journal()).toEqual([]);
  const document = await site.document();
  expect(document.holders).toEqual(farm.workers.map(({ host }) => host).sort());
  const cached = site.cache.entries.all.filter(({ isFinal }) => isFinal).at(-1)?.bytes as Buffer;
  expect((await openBytes(cached)).document).toEqual(document);
  expect(await site.serial()).toBe(document.serial);
}, 180_000);
