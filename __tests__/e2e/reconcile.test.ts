/** Tests the report of a deploy about allocations that are no longer wanted, including allocations that it could not stop. */
import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { startTcpRelay, type TcpRelay } from '../support/tcp-relay.ts';
import { TestBucket } from '../support/test-bucket.ts';
import { waitForFile } from '../support/wait-for-file.ts';

const everywhere = { version: '1.0.0', selectors: ['worker'] };

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});
afterAll(() => farm.stop());

interface Site extends AsyncDisposable {
  readonly bucket: TestBucket;
  /** The worker that stays. The network of the other worker, `leaves`, fails. */
  readonly stays: FarmWorker;
  readonly leaves: FarmWorker;
  readonly network: TcpRelay;
  readonly list: (...workers: readonly FarmWorker[]) => Promise<void>;
}

/** Returns a bucket with the deployed jobs `api` and `web` on two workers. One worker is behind a network that can fail. */
async function deployed(): Promise<Site> {
  const [stays, behind] = farm.workers as [FarmWorker, FarmWorker];
  const network = await startTcpRelay(behind);
  const leaves = { ...behind, host: network.host, port: network.port };
  const bucket = await TestBucket.create(farm);
  const [, , key] = behind.hostKeyLine.split(' ');
  await bucket.edit(
    'workspace/known_hosts',
    (text) => `${text}[${network.host}]:${network.port} ssh-ed25519 ${key ?? ''}\n`,
  );
  for (const job of ['api', 'web']) await bucket.addJob(job, everywhere);
  const list = (...workers: readonly FarmWorker[]) => bucket.useWorkers(workers);
  await list(stays, leaves);
  const first = await bucket.maand(['deploy', '--build']);
  expect(first.status, first.stderr).toBe(0);
  await bucket.journal();
  return { bucket, stays, leaves, network, list, [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() };
}

const workerIdOn = async ({ bucket, leaves }: Site): Promise<string> =>
  JSON.parse(await readFile(join(await bucket.folderOn(leaves), 'worker.json'), 'utf8')).worker_id;

const rollouts = async (bucket: TestBucket, host: string): Promise<string[]> => {
  const { json } = await bucket.maand(['cat', 'deployments', '--json']);
  const here = json.filter((row: Record<string, string>) => row.worker_ip === host);
  return here.map((row: Record<string, string>) => `${row.job} ${row.rollout}`);
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe('a worker that is down and leaves the bucket', () => {
  it('is given up with a warning, stays listed, and is stopped by the deploy that reaches it', async () => {
    await using site = await deployed();
    const { bucket, stays, leaves, network, list } = site;
    network.silence();
    await list(stays);
    const down = await bucket.maand(['deploy', '--build', '--json']);
    expect(down.status, down.stderr).toBe(0);
    const step = (job: string, outcome: string) => ({ job, worker: leaves.host, action: 'stop+remove', outcome });
    expect(down.json).toMatchObject({ ok: true, reconcile: [step('api', 'given-up'), step('web', 'given-up')] });
    expect(down.json.reconcile[0].error).toContain(leaves.host);
    expect(down.stderr.match(/could not be asked to stop api, web/g)).toHaveLength(1);
    expect(down.stderr).not.toContain('stop ok');
    expect(await bucket.journal()).toEqual([]);
    expect(await rollouts(bucket, leaves.host)).toEqual(['api not_stopped', 'web not_stopped']);

    const kept = await bucket.maand(['gc', '--json']);
    expect(kept.status, kept.stderr).toBe(0);
    expect(kept.json.allocations).toMatchObject(['api', 'web'].map((job) => ({ job, folder: 'not-stopped' })));
    const again = await bucket.maand(['deploy']);
    expect(again.status, again.stderr).toBe(0);
    expect(again.stdout).not.toContain('allocations stopped');
    expect(again.stdout).toContain(`api@${leaves.host}: not stopped, its worker could not be asked\n`);

    network.restore();
    const up = await bucket.maand(['deploy', '--json']);
    expect(up.json).toMatchObject({ ok: true, reconcile: [step('api', 'stopped'), step('web', 'stopped')] });
    expect((await bucket.journal()).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      `stop api ${leaves.host}`,
      `stop web ${leaves.host}`,
    ]);
    expect(await exists(await bucket.folderOn(leaves))).toBe(false);
    expect(await rollouts(bucket, leaves.host)).toEqual([]);
    expect((await bucket.maand(['deploy', '--json'])).json.reconcile).toEqual([]);
  });

  it('is taken up as it runs when it is listed again: nothing is started, and it keeps its id', async () => {
    await using site = await deployed();
    const { bucket, stays, leaves, network, list } = site;
    const id = await workerIdOn(site);
    network.silence();
    await list(stays);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    network.restore();
    await list(stays, leaves);
    const back = await bucket.maand(['deploy', '--build', '--json']);
    expect(back.status, back.stderr).toBe(0);
    expect(back.json).toMatchObject({ reconcile: [], jobs: [{ outcome: 'skipped' }, { outcome: 'skipped' }] });
    expect(await bucket.journal()).toEqual([]);
    expect(await rollouts(bucket, leaves.host)).toEqual(['api promoted', 'web promoted']);
    await bucket.write('workspace/jobs/api/release.txt', '2\n');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect((await bucket.journal()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'restart api',
      'restart api',
    ]);
    expect(await workerIdOn(site)).toBe(id);
  });

  it('is dropped by gc --forget, without being asked', async () => {
    await using site = await deployed();
    const { bucket, stays, leaves, network, list } = site;
    const refused = await bucket.maand(['gc', '--forget', leaves.host]);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('is still in workers.json') });
    network.silence();
    await list(stays);
    expect((await bucket.maand(['build'])).status).toBe(0);
    const unknown = await bucket.maand(['gc', '--forget', '10.9.9.9']);
    expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining('nothing is recorded of 10.9.9.9') });
    const { attempts } = network;
    const rehearsal = await bucket.maand(['gc', '--dry-run', '--forget', leaves.host]);
    expect(rehearsal.stdout).toContain(`web@${leaves.host}: would be forgotten without asking its worker`);
    const dropped = await bucket.maand(['gc', '--forget', leaves.host, '--json']);
    expect(dropped.status, dropped.stderr).toBe(0);
    expect(dropped.json.allocations).toMatchObject(['api', 'web'].map((job) => ({ job, folder: 'forgotten' })));
    expect(network.attempts).toBe(attempts);
    expect(await rollouts(bucket, leaves.host)).toEqual([]);
    expect((await bucket.maand(['deploy', '--json'])).json.reconcile).toEqual([]);
  });
});

describe('an allocation that is no longer wanted', () => {
  it('fails the deploy when its listed worker cannot be asked, and stays to be stopped', async () => {
    await using site = await deployed();
    const { bucket, leaves, network } = site;
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { api: { allocations: [leaves.host] } } }));
    const port = `"port": ${leaves.port}`;
    await bucket.edit('workspace/workers.json', (text) => text.replace(port, '"port": 1'));
    const down = await bucket.maand(['deploy', '--build', '--json']);
    expect(down.status).toBe(1);
    expect(down.json).toMatchObject({
      ok: false,
      reconcile: [{ job: 'api', worker: leaves.host, action: 'stop', outcome: 'given-up' }],
    });
    await bucket.edit('workspace/workers.json', (text) => text.replace('"port": 1', port));
    const up = await bucket.maand(['deploy', '--build', '--json']);
    expect(up.status, up.stderr).toBe(0);
    expect(up.json.reconcile).toMatchObject([{ job: 'api', outcome: 'stopped' }]);
    expect(network.attempts).toBeGreaterThan(0);
  });

  it('reports each stop once, and counts only jobs that ran', async () => {
    await using site = await deployed();
    const { bucket, stays, leaves } = site;
    await bucket.addJob('late', everywhere);
    expect((await bucket.maand(['build'])).status).toBe(0);
    for (const job of ['late', 'web']) await bucket.remove(`workspace/jobs/${job}`);
    const told = await bucket.maand(['deploy', '--build']);
    expect(told.status, told.stderr).toBe(0);
    expect(told.stdout).toContain(', 2 allocations stopped');
    for (const { host } of [stays, leaves]) {
      expect(told.stdout).toContain(`late@${host}: forgotten, it never ran\n`);
      expect(told.stderr.match(new RegExp(`web@${host}: stop ok`, 'g'))).toHaveLength(1);
    }
  });

  it('is reported as perhaps not stopped when the connection is lost during make stop', async () => {
    await using site = await deployed();
    const { bucket, stays, leaves, network, list } = site;
    const gate = join(bucket.dir, 'gate');
    await mkdir(gate);
    await bucket.write(
      'workspace/jobs/api/Makefile',
      `start restart:\n\t@true\nstop:\n\t@[ ! -d ${gate} ] || { touch ${gate}/begun; sleep 600; }\n`,
    );
    await bucket.remove('workspace/jobs/api/Makefile.tpl');
    await bucket.remove('workspace/jobs/web');
    await list(leaves);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    await list(stays);
    const running = bucket.maand(['deploy', '--build', '--json', '--allow-stops', 'api']);
    await waitForFile(join(gate, 'begun'));
    network.reset();
    const cut = await running;
    expect(cut.status).toBe(1);
    expect(cut.json.reconcile).toMatchObject([{ job: 'api', worker: leaves.host, outcome: 'unknown' }]);
    expect(cut.json.reconcile[0].error).toContain(leaves.host);
    expect(await rollouts(bucket, leaves.host)).toContain('api not_stopped');
  });
});
