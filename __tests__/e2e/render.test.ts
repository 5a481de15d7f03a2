import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MaandRun } from '../support/run-maand.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };
const withSecret = {
  ...everywhere,
  hooks: { hook_secret: { executed_on: ['pre_deploy', 'cli'] } },
};
const PUT_SECRET = (value: string): string => `import maand\nmaand.kv_put_secret("password", "${value}")\n`;

async function deployed(bucket: TestBucket): Promise<void> {
  const run = await bucket.maand(['deploy', '--build']);
  expect(run.status, run.stderr).toBe(0);
}

const pathsOf = ({ json }: MaandRun): string[] => json.workers[0].files.map(({ path }: { path: string }) => path);

describe('render', () => {
  it('lists the files that the next deploy delivers, and changes nothing', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere, {
      'conf/app.conf.tpl': 'host = {{ .WorkerIP }}\n',
      'bin.sh': '#!/bin/sh\n',
      '_hooks/note': 'x',
      'a name.txt': '',
    });
    execFileSync('chmod', ['755', join(bucket.dir, 'workspace/jobs/web/bin.sh')]);
    const before = await readFile(join(bucket.dir, 'data/state.json'), 'utf8');
    const connections = await bucket.connections();
    const run = await bucket.maand(['--json', 'render', 'web']);
    expect(run.status, run.stderr).toBe(0);
    expect(run.json.workers.map(({ worker }: { worker: string }) => worker)).toEqual(
      farm.workers.map(({ host }) => host),
    );
    expect(run.json.workers[0].files[1]).toMatchObject({ path: 'a name.txt', mode: '0644', size_bytes: 0 });
    expect(run.json.workers[0].files.find(({ path }: { path: string }) => path === 'bin.sh').mode).toBe('0755');
    expect(await readFile(join(bucket.dir, 'data/state.json'), 'utf8')).toBe(before);
    expect(await bucket.connections()).toEqual(connections);
    expect(await readdir(join(bucket.dir, 'tmp'))).toEqual([]);
    const { stdout } = await bucket.maand(['render', 'web', '--worker', farm.workers[1]?.host ?? '']);
    expect(stdout).toMatch(
      /^0644 +\d+ {2}Makefile\n0644 +0 {2}a name.txt\n0755 +10 {2}bin.sh\n0644 +\d+ {2}conf\/app.conf\n/,
    );
    await deployed(bucket);
    expect(await bucket.filesOn(farm.workers[0] as never, 'jobs/web')).toEqual(expect.arrayContaining(pathsOf(run)));
    const onWorker = (await bucket.filesOn(farm.workers[0] as never, 'jobs/web')).filter(
      (path) => !path.startsWith('data/'),
    );
    expect(onWorker).toEqual(pathsOf(run).sort());
  });

  it('writes exactly these files, in a folder per worker, with secrets readable only by the owner', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', withSecret, {
      '_hooks/hook_secret.py': PUT_SECRET('correct horse'),
      'app.conf.tpl': 'password = {{ getSecret "password" }}\n',
      'plain.conf.tpl': 'host = {{ .WorkerIP }}\n',
    });
    await deployed(bucket);
    const out = join(await temporaryFolder(), 'new/out');
    const run = await bucket.maand(['render', 'web', '--out', out]);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).not.toContain('correct horse');
    expect((await readdir(out)).sort()).toEqual(farm.workers.map(({ host }) => host).sort());
    expect((await stat(out)).mode & 0o777).toBe(0o700);
    for (const worker of farm.workers) {
      const there = join(await bucket.folderOn(worker), 'jobs/web');
      for (const path of ['app.conf', 'plain.conf', 'Makefile', 'release.txt'])
        expect(await readFile(join(out, worker.host, path))).toEqual(await readFile(join(there, path)));
      expect((await stat(join(out, worker.host, 'app.conf'))).mode & 0o777).toBe(0o600);
      expect((await stat(join(out, worker.host, 'plain.conf'))).mode & 0o777).toBe(0o644);
    }
    const again = await bucket.maand(['render', 'web', '--out', out]);
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining('is not empty') });
    const one = join(await temporaryFolder(), 'one');
    await mkdir(one);
    await bucket.maand(['render', 'web', '--workers', farm.workers[0]?.host ?? '', '--out', one]);
    expect((await readdir(one)).sort()).toEqual(['Makefile', 'app.conf', 'plain.conf', 'release.txt']);
  });

  it('names keys that a hook has to write first, and writes nothing then', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', withSecret, {
      '_hooks/hook_secret.py': PUT_SECRET('x'),
      'app.conf.tpl': '{{ getSecret "password" }}{{ get "vars/job/web" "never" }}',
    });
    const run = await bucket.maand(['render', 'web']);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toContain(
      'needs-hook: a hook has to write these first\n  app.conf.tpl: get secrets/job/web password\n',
    );
    const out = join(await temporaryFolder(), 'out');
    expect(await bucket.maand(['render', 'web', '--out', out])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('nothing was written'),
    });
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });

  it('fails with every broken template, by job, worker and file', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere, { 'a.tpl': '{{ .Nope }}', 'b.tpl': '\n{{ div 1 0 }}' });
    const run = await bucket.maand(['render', 'web']);
    expect(run.status).toBe(1);
    const host = farm.workers[0]?.host ?? '';
    expect(run.stdout).toContain(`job web on ${host}: execute template a.tpl: template: a.tpl:1:3: `);
    expect(run.stdout).toContain(`job web on ${host}: execute template b.tpl: template: b.tpl:2:3: `);
  });

  it.each([
    [['render'], 'the name of a job is missing'],
    [['render', 'nope'], 'jobs not in this bucket: nope'],
    [['render', 'web', '--worker', '10.9.9.9'], 'job web does not run on: 10.9.9.9'],
    [['plan', '--out', 'x'], '--out cannot be used with plan'],
  ])('refuses %j', async (words, sentence) => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    expect(await bucket.maand(words)).toMatchObject({ status: 2, stderr: expect.stringContaining(sentence) });
  });
});

describe('render --diff', () => {
  it('shows added, changed and removed files with their lines, over one connection per worker', async () => {
    const bucket = await TestBucket.create(farm);
    const lines = (...text: string[]): string => text.map((line) => `${line}\n`).join('');
    await bucket.addJob('web', withSecret, {
      '_hooks/hook_secret.py': PUT_SECRET('first password'),
      'app.conf.tpl': lines('name = web', 'password = {{ getSecret "password" }}', 'size = 1'),
      'old.txt': lines('old'),
      'blob.bin': 'a\0b',
      "it's here": lines('one'),
    });
    await deployed(bucket);
    await bucket.write('workspace/jobs/web/_hooks/hook_secret.py', PUT_SECRET('second password'));
    expect((await bucket.maand(['build'])).status).toBe(0);
    expect((await bucket.maand(['hooks', 'hook_secret', 'web'])).status).toBe(0);
    await bucket.edit('workspace/jobs/web/app.conf.tpl', (text) => text.replace('size = 1', 'size = 2'));
    await bucket.write('workspace/jobs/web/new.txt', lines('new'));
    await bucket.write('workspace/jobs/web/blob.bin', 'a\0c');
    await bucket.write("workspace/jobs/web/it's here", lines('two'));
    await bucket.remove('workspace/jobs/web/old.txt');
    const before = await bucket.connections();
    const run = await bucket.maand(['render', 'web', '--diff']);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toBe(
      lines(
        farm.workers.map(({ host }) => host).join(', '),
        '5 files changed: since 1.0.0 was promoted',
        '  M app.conf',
        '  M blob.bin (not text)',
        "  M it's here",
        '  A new.txt',
        '  D old.txt',
        '--- app.conf',
        '+++ app.conf',
        '@@ -1,3 +1,3 @@',
        ' name = web',
        '-password = ***',
        '-size = 1',
        '+password = ***',
        '+size = 2',
        "--- it's here",
        "+++ it's here",
        '@@ -1,1 +1,1 @@',
        '-one',
        '+two',
        '--- /dev/null',
        '+++ new.txt',
        '@@ -0,0 +1,1 @@',
        '+new',
        '--- old.txt',
        '+++ /dev/null',
        '@@ -1,1 +0,0 @@',
        '-old',
      ),
    );
    expect(await bucket.connections()).toEqual(before.map((count) => count + 1));
    await bucket.maand(['deploy', '--build']);
    const now = await bucket.maand(['render', 'web', '--diff']);
    expect(now.stdout).toContain('no file changed since 1.0.0 was promoted');
  });

  it('shows only the list when a worker cannot be reached, and reports this', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    await deployed(bucket);
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.write('workspace/known_hosts', '');
    const host = farm.workers[0]?.host ?? '';
    const run = await bucket.maand(['render', 'web', '--diff', '--worker', host]);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toMatch(
      /^1 file changed: since 1.0.0 was promoted\nonly the list of files: .*host key.*\n {2}M release.txt\n$/,
    );
    await bucket.remove('secrets/worker.key');
    const keyless = await bucket.maand(['render', 'web', '--diff', '--worker', host]);
    expect(keyless.stdout).toContain('only the list of files: there is no SSH key');
  });

  it('of a job that was never deployed is a list, without a connection', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    const before = await bucket.connections();
    const { stdout } = await bucket.maand(['render', 'web', '--diff']);
    expect(stdout).toContain('2 files changed: nothing has been promoted yet\n  A Makefile\n  A release.txt\n');
    expect(await bucket.connections()).toEqual(before);
  });
});

describe('names of files', () => {
  it('reach the workers byte for byte, whatever they hold', async () => {
    const bucket = await TestBucket.create(farm);
    const strange = [
      Buffer.from('a b'),
      Buffer.from('two\nlines'),
      Buffer.from([0x63, 0xe9, 0x21]),
      Buffer.from('é 😀'),
    ];
    await bucket.addJob('web', everywhere);
    const folder = Buffer.from(join(bucket.dir, 'workspace/jobs/web/sub'));
    await mkdir(folder);
    const inside = (name: Buffer): Buffer => Buffer.concat([folder, Buffer.from('/'), name]);
    for (const name of strange) await writeFile(inside(name), name);
    await writeFile(inside(Buffer.concat([Buffer.from([0xff]), Buffer.from('.tpl')])), '{{ .Job }}');
    await deployed(bucket);
    for (const worker of farm.workers) {
      const there = join(await bucket.folderOn(worker), 'jobs/web/sub');
      const names = await readdir(there, { encoding: 'buffer' });
      const expected = [...strange, Buffer.from([0xff])].map((name) => name.toString('hex')).sort();
      expect(names.map((name) => name.toString('hex')).sort()).toEqual(expected);
      const rendered = Buffer.concat([Buffer.from(`${there}/`), Buffer.from([0xff])]);
      expect(await readFile(rendered, 'utf8')).toBe('web');
    }
    expect((await bucket.maand(['--json', 'plan'])).json.required).toBe(false);
    await writeFile(inside(Buffer.from([0x63, 0xe8, 0x21])), 'another');
    const changed = await bucket.maand(['render', 'web', '--diff']);
    expect(changed.stdout).toContain('  A sub/c\\xE8!\n');
    await deployed(bucket);
    expect((await bucket.maand(['--json', 'plan'])).json.required).toBe(false);
  });
});
