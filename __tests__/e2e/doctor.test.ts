import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNode20 } from '../support/node20.ts';
import type { MaandRun, RunOptions } from '../support/run-maand.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

const everywhere = { version: '1.0.0', selectors: ['worker'] };

interface Row {
  readonly subject: string;
  readonly check: string;
  readonly outcome: string;
  readonly seen: string;
  readonly fix?: string;
}

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});
afterAll(() => farm.stop());

async function examine(
  bucket: TestBucket,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<MaandRun & { readonly rows: readonly Row[] }> {
  const run = await bucket.maand(['doctor', '--json', ...args], options);
  return { ...run, rows: run.json?.checks ?? [] };
}

const outcomes = (rows: readonly Row[], subject: string) =>
  Object.fromEntries(rows.filter((row) => row.subject === subject).map(({ check, outcome }) => [check, outcome]));
const rowOf = (rows: readonly Row[], subject: string, check: string) =>
  rows.find((row) => row.subject === subject && row.check === check);

describe('doctor', () => {
  it('finds no problem in a correct bucket, with one connection per worker, and writes nothing', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob(
      'web',
      { ...everywhere, hooks: { hook_a: { executed_on: ['cli'] } } },
      { '_hooks/hook_a.py': '' },
    );
    await bucket.maand(['deploy', '--build']);
    const before = await Promise.all([bucket.connections(), stat(join(bucket.dir, 'data/state.json'))]);
    const files = await readdir(bucket.dir, { recursive: true });
    const { status, stderr, rows } = await examine(bucket);
    expect(status, stderr).toBe(0);
    expect(outcomes(rows, 'this machine')).toEqual({ rsync: 'ok', python3: 'ok', 'state folder': 'ok' });
    expect(rowOf(rows, 'SSH key', 'key')?.seen).toMatch(/^ssh-ed25519 SHA256:\S{43} \(.*worker\.key\)$/);
    expect(outcomes(rows, 'state')).toEqual({ state: 'ok', lock: 'ok', key: 'ok' });
    for (const { host } of farm.workers) {
      expect(outcomes(rows, host)).toEqual({
        connection: 'ok',
        'host key': 'ok',
        make: 'ok',
        rsync: 'ok',
        root: 'ok',
        disk: expect.stringMatching(/ok|warning/),
        clock: 'ok',
        'worker.json': 'ok',
        jobs: 'ok',
      });
    }
    const [connections, state] = await Promise.all([bucket.connections(), stat(join(bucket.dir, 'data/state.json'))]);
    expect(connections).toEqual(before[0].map((count) => count + 1));
    expect(state.mtimeMs).toBe(before[1].mtimeMs);
    expect((await readdir(bucket.dir, { recursive: true })).sort()).toEqual(files.sort());
    const text = await bucket.maand(['doctor']);
    expect(text.stdout).toMatch(/^where +what +seen\n/m);
    expect(text.stdout).toMatch(/all well/);
  });

  it('names the cause, the evidence and the fix of everything at once', async () => {
    const [first, second] = farm.workers;
    const bucket = await TestBucket.create(farm);
    await bucket.addJob(
      'web',
      { ...everywhere, hooks: { hook_a: { executed_on: ['cli'] } } },
      { '_hooks/hook_a.py': '' },
    );
    await bucket.write('workspace/known_hosts', `${first?.hostKeyLine}\n`);
    await writeFile(join(bucket.dir, 'secrets/state.key'), 'short\n');
    await chmod(join(bucket.dir, 'secrets/worker.key'), 0o644);
    const root = first?.root ?? '';
    await bucket.edit('workspace/workers.json', (text) =>
      text.replace(`"root": "${root}"`, `"root": "${root}/file/below"`),
    );
    await writeFile(join(root, 'file'), '');
    const bare = await temporaryFolder(); // a PATH without rsync and python3
    await symlink('/bin/sh', join(bare, 'sh'));
    const { status, rows, stderr } = await examine(bucket, [], { env: { PATH: bare } });
    expect(status, stderr).toBe(1);
    expect(rowOf(rows, 'this machine', 'rsync')).toMatchObject({
      outcome: 'failed',
      fix: expect.stringContaining('apt-get install rsync'),
    });
    expect(rowOf(rows, 'this machine', 'python3')).toMatchObject({
      outcome: 'failed',
      seen: expect.stringContaining('hook_a'),
    });
    expect(rowOf(rows, 'this machine', 'key files')).toMatchObject({
      outcome: 'warning',
      fix: expect.stringContaining('chmod 600'),
    });
    expect(rowOf(rows, 'state', 'key')).toMatchObject({
      outcome: 'failed',
      seen: expect.stringContaining('state key'),
    });
    expect(rowOf(rows, first?.host ?? '', 'root')).toMatchObject({
      outcome: 'failed',
      seen: `${root}/file is not a folder`,
      fix: expect.stringContaining('chown'),
    });
    expect(rowOf(rows, second?.host ?? '', 'host key')).toMatchObject({
      outcome: 'failed',
      seen: expect.stringMatching(/SHA256:/),
      fix: expect.stringContaining(second?.hostKeyLine ?? '?'),
    });
    expect(outcomes(rows, second?.host ?? '')).toEqual({ 'host key': 'failed' });
    const one = await examine(bucket, ['--workers', second?.host ?? ''], {
      env: { PATH: `${bare}${delimiter}${process.env.PATH}` },
    });
    expect(one.rows.filter(({ subject }) => subject === first?.host)).toEqual([]);
    expect((await bucket.maand(['doctor', '--workers', '10.9.9.9'])).status).toBe(2);
  });

  it.each([
    ['this Node', async () => process.execPath],
    ['Node 20', findNode20],
  ])('prints its result alone, whatever stands on PATH (%s)', async (_name, findNode) => {
    const bucket = await TestBucket.create(farm);
    const file = join(bucket.dir, 'maand.conf');
    const loop = join(await temporaryFolder(), 'loop');
    await symlink(loop, loop);
    const path = [file, loop, '', join(bucket.dir, 'missing'), process.env.PATH].join(delimiter);
    const { rows, stderr, status } = await examine(bucket, [], { env: { PATH: path }, node: await findNode() });
    expect([status, stderr]).toEqual([0, '']);
    expect(rowOf(rows, 'this machine', 'rsync')?.seen).toMatch(/^rsync +version/);
  });

  it('ends when a program does not answer', async () => {
    const bucket = await TestBucket.create(farm);
    const bin = await temporaryFolder();
    await writeFile(join(bin, 'rsync'), '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 });
    const { rows, status } = await examine(bucket, [], { env: { PATH: `${bin}${delimiter}${process.env.PATH}` } });
    expect(status).toBe(1);
    expect(rowOf(rows, 'this machine', 'rsync')).toMatchObject({ outcome: 'failed' });
  });

  it('continues without an SSH key, and with errors in the workspace', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.remove('secrets/worker.key');
    const keyless = await examine(bucket);
    expect(keyless.status).toBe(1);
    expect(rowOf(keyless.rows, 'SSH key', 'key')).toMatchObject({
      outcome: 'failed',
      seen: expect.stringContaining('worker.key'),
    });
    expect(outcomes(keyless.rows, farm.workers[0]?.host ?? '')).toEqual({ connection: 'skipped' });
    await bucket.addJob('web', { ...everywhere, restart_policy: 'bounce' });
    const broken = await examine(bucket);
    expect(rowOf(broken.rows, 'bucket', 'workspace')).toMatchObject({
      outcome: 'failed',
      fix: expect.stringContaining('maand validate'),
    });
  });

  it('reports missing tools of a worker, and shows the host key of a new worker without pinning it', async () => {
    const bin = await temporaryFolder();
    for (const name of ['sh', 'cat', 'date', 'df', 'sed', 'cut', 'head'])
      await symlink(await which(name), join(bin, name));
    await using lacking = await startFarm({ workers: 1, path: bin });
    const bucket = await TestBucket.create(lacking);
    const [worker] = lacking.workers;
    const host = worker?.host ?? '';
    await bucket.write('workspace/known_hosts', '');
    const { rows, status } = await examine(bucket, ['--host-key-policy', 'accept-new']);
    expect(status).toBe(1);
    expect(outcomes(rows, host)).toMatchObject({ 'host key': 'warning', make: 'failed', rsync: 'failed', root: 'ok' });
    expect(rowOf(rows, host, 'host key')?.seen).toContain(worker?.hostKeyLine.split(' ')[2]);
    const shown = await bucket.maand(['state', 'show', '--json']);
    expect(shown.json.host_keys).toEqual({});
  });

  it('sees copies on workers that do not agree, and a lock', async () => {
    const bucket = await TestBucket.create(farm);
    await mkdir(join(bucket.dir, 'roots'));
    await bucket.edit('workspace/workers.json', (text) => text.replaceAll('/root"', '/root/copies"'));
    await bucket.addJob('web', everywhere);
    expect(await bucket.maand(['deploy', '--build', '--state', 'workers'])).toMatchObject({ status: 0 });
    const agreed = await examine(bucket, ['--state', 'workers']);
    expect(agreed.status, agreed.stderr).toBe(0);
    expect(outcomes(agreed.rows, 'state')).toEqual({ state: 'ok', copies: 'ok', lock: 'ok', key: 'ok' });
  });
});

async function which(name: string): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (
      await stat(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Error(`${name} is not on PATH`);
}
