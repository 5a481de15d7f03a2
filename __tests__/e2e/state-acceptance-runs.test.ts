/**
 * Tests the guarantees for runs that are killed, cancelled or overtaken. The letters are those of the acceptance list in
 * docs/state.md.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionRun } from '../support/action-runner.ts';
import { type DeployOptions, openBytes } from '../support/fleet-site.ts';
import { GatedSite } from '../support/gated-site.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

const errorsOf = ({ log }: ActionRun): string =>
  log
    .annotations('error')
    .map(({ value }) => value)
    .join('\n');

async function succeed(deploying: Promise<ActionRun>): Promise<ActionRun> {
  const run = await deploying;
  expect(run.exitCode, run.log.text).toBe(0);
  return run;
}

const hosts = () => farm.workers.map(({ host }) => host).sort();

/** Returns a host for each end of a target of the job, sorted. */
function ended(journal: readonly string[], job: string): string[] {
  return journal.flatMap((line) => (line.startsWith(`end ${job} `) ? [line.slice(`end ${job} `.length)] : [])).sort();
}

/** Checks that everything is promoted in the state, and that another deploy has nothing to do. */
async function expectSettled(site: GatedSite): Promise<void> {
  const { allocations } = await site.document();
  expect(allocations).toHaveLength(4);
  for (const { promoted, delivered, applied } of allocations) {
    expect(promoted?.hash).toBe(delivered);
    expect(applied).toBeUndefined();
  }
  await succeed(site.deploy());
  expect(await site.bucket.journal()).toEqual([]);
  expect(await site.locks()).toEqual([]);
}

const RESULTS = [
  { what: 'the first deploy', atOnce: 3, prepare: async (_site: GatedSite) => {} },
  {
    what: 'a later one',
    atOnce: 1, // each batch has one worker
    prepare: async (site: GatedSite) => {
      await succeed(site.deploy());
      await site.change('beta', 'second');
      await site.bucket.journal();
    },
  },
];

describe('(d) kill -9 between effect and save', () => {
  it.each(RESULTS)('in $what: the next run goes on, once post has given the lock back', async ({ prepare, atOnce }) => {
    await using site = await GatedSite.create(farm);
    await prepare(site);
    const killed = await site.deploy({ onMain: (child) => site.killDuring('beta', child.pid, atOnce) });
    expect(killed.exitCode).toBe(137);
    expect(killed.post?.log.annotations('warning')).toEqual([]);
    expect(await site.locks()).toEqual([]);
    await site.noted();
    await succeed(site.deploy());
    expect(ended(await site.bucket.journal(), 'beta')).toEqual(hosts());
    await expectSettled(site);
  });

  it.each(RESULTS)('in $what: the next run goes on when the runner died with it', async ({ prepare, atOnce }) => {
    await using site = await GatedSite.create(farm);
    await prepare(site);
    const killed = await site.deploy({ steps: 'main', onMain: (child) => site.killDuring('beta', child.pid, atOnce) });
    expect(killed.exitCode).toBe(137);
    await site.noted();
    const refused = await site.deploy();
    expect(refused.exitCode).toBe(3);
    expect(errorsOf(refused)).toContain('[state-locked]');
    await site.ageLocks(121);
    await succeed(site.deploy());
    expect(ended(await site.bucket.journal(), 'beta')).toEqual(hosts());
    await expectSettled(site);
  });

  it('post saves the snapshot of the killed run', async () => {
    await using site = await GatedSite.create(farm);
    await site.deploy({ onMain: (child) => site.killDuring('beta', child.pid, 3) });
    const newest = site.cache.entries.all.filter(({ isFinal }) => isFinal).at(-1)?.bytes as Buffer;
    expect((await openBytes(newest)).document.serial).toBe(await site.serial());
  });
});

/** Starts a deploy that waits in the middle of alpha. */
async function heldDeploy(site: GatedSite, options: DeployOptions = {}) {
  await site.hold('alpha');
  const mains: ChildProcess[] = [];
  const run = site.deploy({ ...options, onMain: (child) => mains.push(child) });
  await Promise.race([site.held('alpha'), run.then(({ log }) => Promise.reject(new Error(log.text)))]);
  const letGo = await site.unhold('alpha');
  return { run, letGo, main: mains[0] as ChildProcess };
}

describe('(e) two runs at once', () => {
  it('one is refused, and its error names the holder of the lock', async () => {
    await using site = await GatedSite.create(farm);
    const first = await heldDeploy(site, { runId: '7001' });
    const second = await site.deploy({ runId: '7002' });
    expect(second.exitCode).toBe(3);
    expect(errorsOf(second)).toMatch(
      /another run is under way: "deploy" by octocat \(https:\/\/github\.com\/octo\/shop\/actions\/runs\/7001\) holds the lock/,
    );
    expect(errorsOf(second)).toContain('docs/state.md#state-locked');
    await first.letGo();
    await succeed(first.run);
    expect(ended(await site.bucket.journal(), 'alpha')).toHaveLength(1);
    await expectSettled(site);
  });

  it('never both, however close they start', async () => {
    await using site = await GatedSite.create(farm);
    await succeed(site.deploy());
    await site.bucket.journal();
    await site.hold('alpha');
    await site.change('alpha', 'second');
    const runs = ['7001', '7002', '7003'].map((runId) => site.deploy({ runId }));
    await site.held('alpha');
    await Promise.race(runs);
    const letGo = await site.unhold('alpha');
    await letGo();
    const ends = (await Promise.all(runs)).map(({ exitCode }) => exitCode);
    expect(ends.filter((exitCode) => exitCode === 0)).toHaveLength(1);
    expect(ends.filter((exitCode) => exitCode === 3)).toHaveLength(2);
    expect(ended(await site.bucket.journal(), 'alpha')).toHaveLength(1);
    await expectSettled(site);
  });

  it('the second waits when the input asks for it', async () => {
    await using site = await GatedSite.create(farm);
    const first = await heldDeploy(site);
    const second = site.deploy({
      inputs: { 'lock-wait': '60' },
      cancelWhen: async (log) => {
        await log.until('waiting for the lock');
        await first.letGo();
        await new Promise(() => {}); // this promise never resolves, because the run must not be cancelled
      },
    });
    await succeed(first.run);
    await succeed(second);
    expect(ended(await site.bucket.journal(), 'alpha')).toHaveLength(1);
    await expectSettled(site);
  });

  it('a paused run whose lock was taken over changes nothing more', async () => {
    await using site = await GatedSite.create(farm);
    const paused = await heldDeploy(site);
    paused.main.kill('SIGSTOP');
    await site.ageLocks(121);
    await site.change('beta', 'of the second run');
    await succeed(site.deploy());
    const journal = await site.bucket.journal();
    expect(ended(journal, 'beta')).toEqual(hosts());
    const serial = await site.serial();
    const heads = await site.heads();
    await paused.letGo();
    paused.main.kill('SIGCONT');
    const run = await paused.run;
    expect(run.exitCode).not.toBe(0);
    expect(errorsOf(run)).toMatch(/another run has taken (the lock )?over/);
    expect(ended(await site.bucket.journal(), 'beta')).toEqual([]);
    expect(await site.heads()).toEqual(heads);
    expect(await site.serial()).toBe(serial);
    expect(await site.locks()).toEqual([]);
    await expectSettled(site);
    expect(await site.serial()).toBe(serial);
  });

  it('a run that GitHub calls completed is replaced at once, one under way is not', async () => {
    await using site = await GatedSite.create(farm);
    await using github = await startGithub();
    const dead = await heldDeploy(site, { runId: '7001', steps: 'main' });
    dead.main.kill('SIGKILL');
    await dead.run;
    await dead.letGo();
    await site.noted(farm.workers.slice(0, 1));
    const env = { GITHUB_API_URL: github.url };
    github.status = 'in_progress';
    const refused = await site.deploy({ env });
    expect(refused.exitCode).toBe(3);
    github.status = 'completed';
    await succeed(site.deploy({ env }));
    expect(github.asked).toContain('/repos/octo/shop/actions/runs/7001');
    expect(ended(await site.bucket.journal(), 'alpha')).toHaveLength(1);
    expect(github.tokens).toEqual(new Set(['Bearer ghs_tokenOfTheTestRunner00000000000000']));
    await expectSettled(site);
  });
});

/** Starts a server with the part of GitHub's API that returns the status of a run. */
async function startGithub() {
  const github = {
    url: '',
    status: 'queued',
    asked: [] as string[],
    tokens: new Set<string | undefined>(),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  const server = createServer((request, response) => {
    github.asked.push(request.url ?? '');
    github.tokens.add(request.headers.authorization);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: github.status }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  github.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return github;
}

describe('(i) cancelled while the cache hangs', () => {
  /** Cancels a deploy and returns the seconds from SIGINT to its end. */
  async function cancelled(site: GatedSite, when: () => Promise<unknown>, laterSteps: () => Promise<void>) {
    let at = Number.POSITIVE_INFINITY;
    const run = await site.deploy({
      cancelWhen: async () => {
        await when();
        at = performance.now();
      },
      laterSteps: async () => {
        at = (performance.now() - at) / 1000;
        await laterSteps();
      },
    });
    return { run, seconds: at };
  }

  it('in its last save: out in under 7 s, the state is on the workers, post saves it', async () => {
    await using site = await GatedSite.create(farm);
    await succeed(site.deploy());
    await site.change('beta', 'second');
    site.cache.fail({ on: 'reserve', fault: { kind: 'hang' } });
    await site.hold('beta');
    let serial = 0;
    const { run, seconds } = await cancelled(
      site,
      async () => {
        await site.held('beta');
        await (await site.unhold('beta'))();
        await site.unlocked();
      },
      async () => {
        serial = await site.serial();
        site.cache.recover();
      },
    );
    expect(seconds).toBeLessThan(7);
    expect(run.exitCode).not.toBe(137);
    expect(run.post?.log.annotations('warning')).toEqual([]);
    expect(await site.locks()).toEqual([]);
    const newest = site.cache.entries.all.filter(({ isFinal }) => isFinal).at(-1)?.bytes as Buffer;
    expect((await openBytes(newest)).document.serial).toBe(serial);
    await site.bucket.journal();
    await expectSettled(site);
  });

  it('in the middle of a target: the same', async () => {
    await using site = await GatedSite.create(farm);
    await site.hold('alpha');
    site.cache.fail({ on: 'reserve', fault: { kind: 'hang' } });
    const { run, seconds } = await cancelled(
      site,
      () => site.held('alpha'),
      async () => {
        expect(await site.serial()).toBeGreaterThan(0);
        expect(await site.locks()).toEqual([]);
        site.cache.recover();
        await site.unhold('alpha');
      },
    );
    expect(seconds).toBeLessThan(7);
    expect(run.exitCode).not.toBe(137);
    const newest = site.cache.entries.all.filter(({ isFinal }) => isFinal).at(-1)?.bytes as Buffer;
    expect((await openBytes(newest)).document.serial).toBe(await site.serial());
    await site.bucket.journal();
    await succeed(site.deploy());
    await site.bucket.journal();
    await expectSettled(site);
  });
});
