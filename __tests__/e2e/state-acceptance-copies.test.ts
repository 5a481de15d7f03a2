/**
 * Tests the guarantees for lost, old or damaged copies of the state. The letters are those of the acceptance list in
 * docs/state.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheKeyPrefix } from '../../src/cache/cache-key.ts';
import { parseStateKeys } from '../../src/state/keys.ts';
import type { ActionRun } from '../support/action-runner.ts';
import type { CacheEntry } from '../support/cache-entries.ts';
import { FleetSite, loseCopy, openBytes, STATE_KEY } from '../support/fleet-site.ts';
import { keepSite } from '../support/kept-site.ts';
import { pathWithout } from '../support/path-without.ts';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { filesBelow } from '../support/tree.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

let deployedSite: () => Promise<FleetSite> = async () => {
  const site = await firstSite();
  deployedSite = await keepSite(site);
  return site;
};

/** Returns a site with one job on all workers, deployed once. */
async function firstSite(): Promise<FleetSite> {
  const site = await FleetSite.create(farm);
  await site.bucket.addJob('web', { version: '1.0.0', selectors: ['worker'] });
  await succeed(site.deploy());
  await site.bucket.journal();
  return site;
}

async function succeed(deploying: Promise<ActionRun>): Promise<ActionRun> {
  const run = await deploying;
  expect(run.exitCode, run.log.text).toBe(0);
  expect(run.log.annotations('warning')).toEqual([]);
  expect(run.post?.log.annotations('warning')).toEqual([]);
  return run;
}

const errorsOf = ({ log }: ActionRun): string =>
  log
    .annotations('error')
    .map(({ value }) => value)
    .join('\n');

/** Returns the finished entries of the cache, oldest first. */
const entriesOf = ({ cache }: FleetSite): readonly CacheEntry[] => cache.entries.all.filter(({ isFinal }) => isFinal);

async function serialInCache(site: FleetSite): Promise<number> {
  const newest = entriesOf(site).at(-1)?.bytes;
  return newest ? (await openBytes(newest)).document.serial : 0;
}

/** Checks that nothing was rolled, that the state is the same, and that every copy contains it. */
async function expectUnchanged(site: FleetSite, serial: number): Promise<void> {
  expect(await site.bucket.journal()).toEqual([]);
  expect(await site.serial()).toBe(serial);
  expect(await serialInCache(site)).toBe(serial);
  expect(await site.locks()).toEqual([]);
}

describe('(a) everything is evicted from the cache', () => {
  it('heals from the workers, with the same serial', async () => {
    await using site = await deployedSite();
    const serial = await site.serial();
    site.cache.entries.evict();
    const run = await succeed(site.deploy());
    expect(run.log.text).toContain(`state serial ${serial} was not in the cache: it is saved again`);
    expect(run.outputs['state-serial']).toBe(String(serial));
    await expectUnchanged(site, serial);
  });

  it('also restores a worker that lost its copy, before anything else is changed', async () => {
    await using site = await deployedSite();
    const serial = await site.serial();
    await loseCopy(farm.workers[1] as FarmWorker);
    const run = await succeed(site.deploy());
    expect(run.log.text).toContain(`state serial ${serial} was missing on ${farm.workers[1]?.host}`);
    await expectUnchanged(site, serial);
  });
});

describe('(b) the cache serves an older entry', () => {
  it("takes the workers' serial", async () => {
    await using site = await deployedSite();
    const [oldest] = entriesOf(site);
    await site.change('web', 'second');
    await succeed(site.deploy());
    await site.bucket.journal();
    const serial = await site.serial();
    expect(entriesOf(site).length).toBeGreaterThan(1);
    site.cache.entries.evict((entry) => entry !== oldest);
    const run = await succeed(site.deploy());
    expect(run.outputs['state-serial']).toBe(String(serial));
    await expectUnchanged(site, serial);
  });

  it('is also handled when its index is late', async () => {
    await using site = await deployedSite();
    await site.change('web', 'second');
    await succeed(site.deploy());
    await site.bucket.journal();
    const serial = await site.serial();
    site.cache.fail({ on: 'lookup', fault: { kind: 'stale', skip: 1 }, times: 1 });
    await succeed(site.deploy());
    expect(await site.bucket.journal()).toEqual([]);
    expect(await site.serial()).toBe(serial);
  });
});

describe('(c) the cache stays out of order', () => {
  it('stops where no worker has a copy, and writes nothing to any', async () => {
    await using site = await FleetSite.create(farm);
    await site.bucket.addJob('web', { version: '1.0.0', selectors: ['worker'] });
    site.cache.fail({ on: 'every call', fault: { kind: 'status', status: 503 } });
    const run = await site.deploy();
    expect(run.exitCode).toBe(3);
    expect(errorsOf(run)).toMatch(/whether ".*" has a state is unknown: the cache: .*503.*\[state-unknown\]/s);
    expect(errorsOf(run)).toContain('docs/state.md#state-unknown');
    for (const { root } of farm.workers) expect(await filesBelow(root)).toEqual([]);
    expect(await site.bucket.journal()).toEqual([]);
  });

  it('continues with the copies of the workers, and reports the missing one', async () => {
    await using site = await deployedSite();
    const serial = await site.serial();
    site.cache.fail({ on: 'every call', fault: { kind: 'status', status: 503 } });
    await site.change('web', 'second');
    const run = await site.deploy();
    expect(run.exitCode, run.log.text).toBe(0);
    expect(run.log.annotations('warning').map(({ value }) => value)).toEqual([
      expect.stringMatching(/^the state \(serial \d+\) is not in the cache: .*503/),
    ]);
    expect(await site.bucket.journal()).toHaveLength(3);
    expect(await site.serial()).toBeGreaterThan(serial);
    site.cache.recover();
    await succeed(site.deploy());
    expect(await serialInCache(site)).toBe(await site.serial());
  });
});

describe('(f) a deploy from a feature branch, then one from main', () => {
  it('is visible to main', async () => {
    await using site = await deployedSite();
    await site.change('web', 'feature');
    await succeed(site.deploy({ job: { ref: 'refs/heads/feature' } }));
    expect(await site.bucket.journal()).toHaveLength(3);
    const serial = await site.serial();
    const onMain = entriesOf(site)
      .filter(({ scope }) => scope === 'refs/heads/main')
      .at(-1)?.bytes as Buffer;
    expect((await openBytes(onMain)).document.serial).toBeLessThan(serial);
    await succeed(site.deploy());
    expect(await site.bucket.journal()).toEqual([]);
    expect(await site.serial()).toBe(serial);
    await succeed(site.deploy({ job: { ref: 'refs/tags/v1' } }));
    expect(await site.bucket.journal()).toEqual([]);
  });
});

describe('(g) an invalid entry', () => {
  const corrupted = (bytes: Buffer) => {
    const spoilt = Buffer.from(bytes);
    spoilt[bytes.length - 40] = (spoilt[bytes.length - 40] ?? 0) ^ 1;
    return spoilt;
  };

  it.each([
    [
      'poisoned: an archive with paths that lead out',
      () => Buffer.from('../../../../../../tmp/evil'.padEnd(1024, '\0')),
    ],
    [
      'poisoned: garbage behind the right first bytes',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(500, 7)]),
    ],
    ['one bit changed', corrupted],
    ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ['empty', () => Buffer.alloc(0)],
  ])('is refused: %s', async (_what, spoil) => {
    await using site = await deployedSite();
    const serial = await site.serial();
    plant(site, spoil(entriesOf(site).at(-1)?.bytes as Buffer));
    const run = await succeed(site.deploy());
    expect(run.log.text).toMatch(/state serial \d+ was not in the cache \(.+\): it is saved again/);
    expect(run.leftBehind).toEqual([]);
    await expectUnchanged(site, serial);
  });

  it('is refused: replayed, an older genuine one as the newest', async () => {
    await using site = await deployedSite();
    const older = entriesOf(site)[0]?.bytes as Buffer;
    await site.change('web', 'second');
    await succeed(site.deploy());
    await site.bucket.journal();
    const serial = await site.serial();
    plant(site, older);
    const run = await succeed(site.deploy());
    expect(run.outputs['state-serial']).toBe(String(serial));
    await expectUnchanged(site, serial);
  });

  it("is refused: another environment's", async () => {
    await using site = await deployedSite();
    const serial = await site.serial();
    const foreign = await entryOfStaging();
    plant(site, foreign);
    const run = await succeed(site.deploy());
    expect(run.log.text).toMatch(
      /was not in the cache \(it is the state of "[^"]+\/staging", this bucket is "[^"]+"\)/,
    );
    await expectUnchanged(site, serial);
  });

  it('is never used as a state when the workers have none', async () => {
    await using site = await deployedSite();
    const bytes = entriesOf(site).at(-1)?.bytes as Buffer;
    for (const worker of farm.workers) await loseCopy(worker);
    plant(site, corrupted(bytes));
    site.cache.entries.evict(({ key }) => !key.includes('/999999-'));
    const run = await site.deploy();
    expect(run.exitCode).toBe(3);
    expect(errorsOf(run)).toContain('[state-lost]');
    expect(await site.bucket.journal()).toEqual([]);
  });

  /** Adds an entry to the cache that looks like an entry of this state, with a higher serial than any other. */
  function plant(site: FleetSite, bytes: Buffer): void {
    const { scope, version, key } = entriesOf(site).at(-1) as CacheEntry;
    const planted = `${key.slice(0, key.lastIndexOf('/'))}/999999-1-1-0123456789ab`;
    site.cache.entries.plant({ scope, version, key: planted, bytes });
  }

  /** Returns a real snapshot, sealed with the same key, of the same bucket in another environment. */
  async function entryOfStaging(): Promise<Buffer> {
    await using staging = await FleetSite.create(await stagingFarm());
    await staging.bucket.addJob('web', { version: '1.0.0', selectors: ['worker'] });
    await succeed(staging.deploy({ inputs: { environment: 'staging' } }));
    return entriesOf(staging).at(-1)?.bytes as Buffer;
  }

  async function stagingFarm(): Promise<Farm> {
    const other = await startFarm({ workers: 1 });
    afterAll(() => other.stop());
    return other;
  }
});

describe('(h) a token that may only read', () => {
  it('is refused before any worker is contacted', async () => {
    await using site = await deployedSite();
    const before = await site.bucket.connections();
    await site.change('web', 'second');
    const run = await site.deploy({ job: { permission: 1 } });
    expect(run.exitCode).toBe(3);
    expect(errorsOf(run)).toContain('this run may not write the cache');
    expect(await site.bucket.connections()).toEqual(before);
    expect(await site.bucket.journal()).toEqual([]);
  });

  it('is enough for a plan', async () => {
    await using site = await deployedSite();
    await site.change('web', 'second');
    const run = await succeed(site.deploy({ job: { permission: 1 }, inputs: { command: 'plan' } }));
    expect(run.outputs.changed).toBe('true');
    expect(await site.locks()).toEqual([]);
  });
});

describe('(j) a runner without zstd and tar', () => {
  it('makes no difference, in either direction', async () => {
    await using site = await FleetSite.create(farm);
    await site.bucket.addJob('web', { version: '1.0.0', selectors: ['worker'] });
    const PATH = await pathWithout('zstd', 'unzstd', 'tar', 'bsdtar', 'gzip');
    await succeed(site.deploy({ env: { PATH } }));
    await site.bucket.journal();
    const serial = await site.serial();
    for (const env of [{}, { PATH }]) {
      for (const worker of farm.workers) await loseCopy(worker);
      const run = await succeed(site.deploy({ env })); // only the cache has a copy of the state
      expect(run.outputs['state-serial']).toBe(String(serial));
      await expectUnchanged(site, serial);
    }
  });
});

describe('data that everybody can read', () => {
  it('names nothing of the bucket, in no entry and no key', async () => {
    await using site = await FleetSite.create(farm);
    const names = ['zanzibar', 'hook_quokka', 'wombat_port', 'okapi', 'tapir-password', 'numbat', 'PANGOLIN'];
    const manifest = {
      version: '7.77.777',
      selectors: ['worker'],
      hooks: { hook_quokka: { executed_on: ['post_build'] } },
      resources: { ports: { wombat_port: {} } },
    };
    const hook = [
      'import maand',
      'maand.kv.put("numbat", "PANGOLIN")',
      'maand.kv.put_secret("okapi", "tapir-password")',
      '',
    ].join('\n');
    await site.bucket.addJob('zanzibar', manifest, { '_hooks/hook_quokka.py': hook });
    await succeed(site.deploy());
    const document = JSON.stringify(await site.document());
    for (const name of names.filter((one) => !['tapir-password', 'hook_quokka'].includes(one))) {
      expect(document, `${name} is not even in the state`).toContain(name);
    }
    const known = [
      ...names,
      ...farm.workers.flatMap(({ host, user, root, port }) => [host, `"${user}"`, root, `:${port}`]),
    ];
    const secrets = [STATE_KEY, farm.privateKey.split('\n')[2] as string];
    expect(entriesOf(site).length).toBeGreaterThan(0);
    for (const { key, bytes } of entriesOf(site)) {
      const readable = `${key}\n${bytes?.toString('latin1')}`;
      for (const name of [...known, ...secrets]) expect(readable).not.toContain(name);
    }
  });

  it('is a key that reveals the name only to a holder of the state key', async () => {
    await using site = await deployedSite();
    const [key = Buffer.alloc(0)] = parseStateKeys(STATE_KEY, 'the test');
    const { name } = await site.document();
    const conf = await readFile(join(site.bucket.dir, 'maand.conf'), 'utf8');
    expect(conf).toContain(name.split('/')[0]);
    for (const entry of entriesOf(site)) {
      expect(entry.key.startsWith(cacheKeyPrefix({ key, name }))).toBe(true);
      expect(entry.key).not.toContain(name.split('/')[0]);
    }
  });
});
