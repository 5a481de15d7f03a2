import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, DeliveryOutcome, Transport } from '../../../src/transport/port.ts';
import { CAN_SUDO } from '../../support/can-sudo.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';
import { readTree, writeTree } from '../../support/tree.ts';

const BASHRC = 'echo "Welcome"\necho "noise" >&2\nset -v\n';

let farm: Farm;
let worker: FarmWorker;
let transport: Transport;
let stage = '';
let bucket = '';
let round = 0;

beforeAll(async () => {
  farm = await startFarm({ workers: 1, bashrc: BASHRC });
  [worker] = farm.workers as unknown as [FarmWorker];
  transport = farmTransport(farm);
});
afterAll(async () => {
  await transport[Symbol.asyncDispose]();
  await farm.stop();
});
beforeEach(async () => {
  round++;
  stage = join(farm.folder, `stage ${round}`);
  bucket = join(worker.root, `bucket-${round}`);
  await mkdir(stage);
});
afterEach(() => Promise.all([stage, bucket].map((path) => rm(path, { recursive: true, force: true }))));

function deliver(
  paths: readonly string[],
  options: Partial<Delivery> & { readonly useSudo?: boolean } = {},
): Promise<DeliveryOutcome> {
  const { useSudo = false, ...overrides } = options;
  const sources = paths.map((path) => `${stage}/./${path}`);
  const delivery = { sources, destination: bucket, protect: [], tools: [], timeoutMs: 30_000, ...overrides };
  return transport.deliver(worker.address({ useSudo }), delivery, NEVER);
}

const DELIVERED = { kind: 'delivered', durationMs: expect.any(Number) };

describe('a delivery', () => {
  it('makes the destination and brings files, folders and modes', async () => {
    await writeTree(stage, {
      'worker.json': '{}',
      'bin/run': { content: '#!/bin/sh\n', mode: 0o755 },
      'jobs/api/Makefile': 'start:\n',
      'jobs/api/certs/api.key': { content: 'k', mode: 0o600 },
      'jobs/api/empty/': '',
      'jobs/other/not-sent': 'x',
    });
    expect(await deliver(['worker.json', 'bin/', 'jobs/api/'])).toEqual(DELIVERED);
    const { 'jobs/other': _folder, 'jobs/other/not-sent': _file, ...expected } = await readTree(stage);
    expect(await readTree(bucket)).toEqual(expected);
  });

  it('does not give the destination itself the mode of the staging folder', async () => {
    await writeTree(stage, { 'worker.json': '{}', 'jobs/api/a': 'a' });
    await writeTree(bucket, { 'state/x': 'x' });
    await Promise.all([chmod(stage, 0o700), chmod(bucket, 0o751)]);
    expect(await deliver(['worker.json', 'jobs/api/'])).toEqual(DELIVERED);
    expect((await stat(bucket)).mode & 0o777).toBe(0o751);
  });

  it('deletes files only inside the mirrored folders', async () => {
    const beside = {
      stray: 'top level',
      'state/current.json': 'sealed',
      'bin-old/x': 'x',
      'jobs/other/Makefile': 'other job',
      'jobs/stray': 'x',
      'jobs/api.bak/x': 'x',
    };
    await writeTree(bucket, beside);
    const before = await readTree(bucket);
    await writeTree(bucket, {
      'bin/stale': 'x',
      'jobs/api/stale': 'x',
      'jobs/api/old folder/deep/stale': 'x',
      'jobs/api/was-a-folder/x': 'x',
      'jobs/api/was-a-file': 'x',
    });
    await writeTree(stage, {
      'worker.json': '{}',
      'bin/run': 'r',
      'jobs/api/Makefile': 'm',
      'jobs/api/was-a-folder': 'now a file',
      'jobs/api/was-a-file/x': 'now in a folder',
    });
    expect(await deliver(['worker.json', 'bin/', 'jobs/api/'])).toEqual(DELIVERED);
    expect(await readTree(bucket)).toEqual({ ...before, ...(await readTree(stage)) });
    expect(await readFile(join(bucket, 'state/current.json'), 'utf8')).toBe('sealed');
  });

  it('does not change protected folders, even when the source has the same folder', async () => {
    const own = {
      'jobs/api/data/db/file with space': 'precious',
      'jobs/api/logs/log': 'lines',
      'jobs/api/bin/tool': { content: 'built here', mode: 0o755 },
    };
    await writeTree(bucket, own);
    const before = await readTree(bucket);
    await writeTree(bucket, { 'jobs/api/sub/data/stale': 'not protected: another folder of that name' });
    await writeTree(stage, {
      'jobs/api/Makefile': 'm',
      'jobs/api/data/from-the-workspace': 'must not arrive',
      'jobs/api/bin/tool': 'must not overwrite',
    });
    const protect = ['jobs/api/data', 'jobs/api/logs', 'jobs/api/bin'];
    expect(await deliver(['jobs/api/'], { protect })).toEqual(DELIVERED);
    const { 'jobs/api/Makefile': makefile, ...rest } = await readTree(bucket);
    expect(rest).toEqual(before);
    expect(makefile).toBeDefined();
  });

  it('empties a folder whose source is empty, except its protected folders', async () => {
    await writeTree(bucket, { 'jobs/api/stale': 'x', 'jobs/api/data/keep': 'x' });
    await writeTree(stage, { 'jobs/api/': '' });
    expect(await deliver(['jobs/api/'], { protect: ['jobs/api/data'] })).toEqual(DELIVERED);
    expect(Object.keys(await readTree(bucket))).toEqual(['jobs', 'jobs/api', 'jobs/api/data', 'jobs/api/data/keep']);
  });

  it('brings names of every kind, and a destination of every kind', async () => {
    const names = [
      'with space',
      '-rf',
      '--delete',
      'it\'s "quoted"',
      'new\nline',
      '$HOME `id` \\n *?[a]',
      ' leading',
      'trailing ',
      'grün €🙂',
      ':colon',
      '.hidden',
      '#hash;semi&amp|pipe<>',
    ];
    await writeTree(stage, Object.fromEntries(names.map((name) => [`jobs/api/${name}/${name}`, name])));
    const destination = join(bucket, `it's a "$HOME" * \\ folder`);
    expect(await deliver(['jobs/api/'], { destination })).toEqual(DELIVERED);
    expect(await readTree(destination)).toEqual(await readTree(stage));
  });

  it('compares contents, not times, and repairs modes', async () => {
    await writeTree(stage, { 'jobs/api/a': 'same size 1', 'jobs/api/b': { content: 'b', mode: 0o600 } });
    await writeTree(bucket, { 'jobs/api/a': 'same size 2', 'jobs/api/b': { content: 'b', mode: 0o777 } });
    const time = new Date('2024-01-01');
    await Promise.all([stage, bucket].map((root) => utimes(join(root, 'jobs/api/a'), time, time)));
    expect(await deliver(['jobs/api/'])).toEqual(DELIVERED);
    expect(await readTree(bucket)).toEqual(await readTree(stage));
  });

  it('does not touch a file that is the same', async () => {
    await writeTree(stage, { 'jobs/api/a': 'same' });
    expect(await deliver(['jobs/api/'])).toEqual(DELIVERED);
    const before = await stat(join(bucket, 'jobs/api/a'));
    expect(await deliver(['jobs/api/'])).toEqual(DELIVERED);
    const after = await stat(join(bucket, 'jobs/api/a'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it('replaces a changed file completely: a process that has it open still reads the old file', async () => {
    await writeTree(stage, { 'jobs/api/a': 'old' });
    await deliver(['jobs/api/']);
    const before = await stat(join(bucket, 'jobs/api/a'));
    await writeTree(stage, { 'jobs/api/a': 'new' });
    expect(await deliver(['jobs/api/'])).toEqual(DELIVERED);
    expect((await stat(join(bucket, 'jobs/api/a'))).ino).not.toBe(before.ino);
  });

  it('does not carry symbolic links', async () => {
    await writeTree(stage, { 'jobs/api/Makefile': 'm' });
    await symlink('/etc/passwd', join(stage, 'jobs/api/link'));
    expect(await deliver(['jobs/api/'])).toEqual(DELIVERED);
    expect(Object.keys(await readTree(bucket))).toEqual(['jobs', 'jobs/api', 'jobs/api/Makefile']);
  });

  it('carries 20 MB of noise there and back without damage', async () => {
    const content = randomBytes(20 * 1024 * 1024);
    await writeTree(stage, { 'jobs/api/big': { content, mode: 0o644 } });
    expect(await deliver(['jobs/api/'])).toEqual(DELIVERED);
    expect(await readTree(bucket)).toEqual(await readTree(stage));
    // After a small change in a large file, the receiver sends its checksums, so both directions of the connection are in
    // use.
    await writeFile(join(stage, 'jobs/api/big'), Buffer.concat([Buffer.from('shifted'), content]));
    expect(await deliver(['jobs/api/'])).toEqual(DELIVERED);
    expect(await readTree(bucket)).toEqual(await readTree(stage));
  });

  it('carries thousands of small files', async () => {
    const files = Array.from({ length: 3000 }, (_, index) => [`jobs/api/${index % 50}/${index}`, `${index}`]);
    await writeTree(stage, Object.fromEntries(files));
    expect(await deliver(['jobs/api/'])).toEqual(DELIVERED);
    expect(await readTree(bucket)).toEqual(await readTree(stage));
  });

  it.skipIf(!CAN_SUDO)('works with sudo (needs sudo without a password)', async () => {
    await writeTree(stage, { 'jobs/api/a': 'a' });
    expect(await deliver(['jobs/api/'], { useSudo: true })).toEqual(DELIVERED);
    expect((await stat(join(bucket, 'jobs/api/a'))).uid).toBe(0);
    // Only root can remove files that belong to root.
    const clean = { label: 'clean', script: 'rm -r "$BUCKET"', env: { BUCKET: bucket }, timeoutMs: 20_000 };
    const cleaned = await transport.exec(worker.address({ useSudo: true }), clean, NEVER);
    expect(cleaned).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  it('runs beside commands and other deliveries over one connection', async () => {
    await writeTree(stage, { 'jobs/a/x': 'a', 'jobs/b/x': 'b', 'jobs/c/x': 'c', 'worker.json': '{}' });
    const command = { label: 'x', script: 'echo beside', timeoutMs: 20_000 };
    const [beside, ...deliveries] = await Promise.all([
      transport.exec(worker.address(), command, NEVER),
      ...['jobs/a/', 'jobs/b/', 'jobs/c/', 'worker.json'].map((path) => deliver([path])),
    ]);
    expect(beside).toMatchObject({ kind: 'exited', stdout: 'beside\n' });
    expect(deliveries).toEqual(deliveries.map(() => DELIVERED));
    expect(await readTree(bucket)).toEqual(await readTree(stage));
    expect(transport.handshakes).toBe(1);
    expect(await worker.acceptedConnections()).toBe(1);
  });
});
