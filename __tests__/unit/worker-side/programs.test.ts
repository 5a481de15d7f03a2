import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Parameters, workerProgram } from '../../../src/worker-side/program.ts';
import { pathWithout } from '../../support/path-without.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runShell, SHELLS } from '../../support/worker-shell.ts';

/** A name that a shell splits or expands when the name is not quoted correctly. */
const ODD = `it's $HOME "a" b\\n`;

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await temporaryFolder(), ODD);
  await mkdir(folder);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const withoutBase64 = pathWithout('base64');

/** Starts a process group that waits forever. */
async function startGroup(script: string) {
  const pipe = join(await temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PIPE: pipe },
  });
  const ended = once(child, 'exit').then(([, signal]) => signal as string);
  await once(child.stdout, 'data');
  return { pid: child.pid, ended };
}

describe.concurrent.each(SHELLS.map((shell) => ({ name: shell.join(' '), shell })))('in $name', ({ shell }) => {
  const run = (names: string | readonly string[], parameters: Parameters, path?: string) =>
    runShell(workerProgram(names, parameters), { shell, ...(path === undefined ? {} : { path }) });

  it('make-target runs a target when the job exists, and otherwise prints the given message', async () => {
    const folder = await folderWith({ Makefile: 'hello:\n\t@echo hello from make; exit 3\n' });
    const variables = { folder, target: 'hello', missing: `nothing in ${ODD}` };
    expect(await run('job/make-target', { variables })).toMatchObject({ exitCode: 2, stdout: 'hello from make\n' });
    const elsewhere = { ...variables, folder: `${folder}/none` };
    expect(await run('job/make-target', { variables: elsewhere })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `nothing in ${ODD}\n`,
    });
  });

  it('start-target records the hash and version after it has succeeded', async () => {
    const folder = await folderWith({ Makefile: 'start:\n\t@exit $$CODE\n' });
    const variables = {
      folder,
      target: 'start',
      notes: `${folder}/state/applied`,
      note: 'abc 1.0.0',
      allocation: 'id',
    };
    const started = (code: string, note = 'abc 1.0.0') =>
      runShell(workerProgram('job/start-target', { variables: { ...variables, note } }), {
        shell,
        env: { CODE: code },
      });
    expect((await started('1')).exitCode).toBe(2);
    expect(await readdir(folder)).toEqual(['Makefile']);
    expect((await started('0', '')).exitCode).toBe(0);
    expect(await readdir(folder)).toEqual(['Makefile']);
    expect((await started('0')).exitCode).toBe(0);
    expect(await readFile(`${folder}/state/applied/id`, 'utf8')).toBe('abc 1.0.0\n');
    await writeFile(join(folder, 'file'), '');
    const unable = { ...variables, notes: `${folder}/file/applied` };
    const { exitCode } = await runShell(workerProgram('job/start-target', { variables: unable }), {
      shell,
      env: { CODE: '0' },
    });
    expect(exitCode).toBe(0);
  });

  it('stop-job has nothing to do without a folder or a Makefile', async () => {
    const folder = await folderWith({ 'release.txt': '' });
    expect((await run(['links', 'job/stop'], { variables: { folder: `${folder}/none` } })).exitCode).toBe(0);
    expect((await run(['links', 'job/stop'], { variables: { folder } })).exitCode).toBe(0);
    await writeFile(join(folder, 'GNUmakefile'), 'stop:\n\t@echo stopped\n');
    expect((await run(['links', 'job/stop'], { variables: { folder } })).stdout).toBe('stopped\n');
  });

  it('clean-job leaves data and logs', async () => {
    const folder = await folderWith({
      'data/a': '',
      'logs/b': '',
      'conf/c': '',
      '.hidden': '',
      '..odd': '',
      '-rf': '',
    });
    await symlink('nowhere', join(folder, 'dangling'));
    expect(await run(['links', 'job/clean'], { variables: { folder } })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    expect((await readdir(folder)).sort()).toEqual(['data', 'logs']);
    expect((await run(['links', 'job/clean'], { variables: { folder: `${folder}/none` } })).exitCode).toBe(0);
  });

  it('missing-tools names the missing tools', async () => {
    expect(await run('missing-tools', { words: ['sh'] })).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await run('missing-tools', { words: ['sh', 'no-such-a', 'no-such-b'] })).toMatchObject({
      exitCode: 64,
      stdout: ' no-such-a no-such-b\n',
    });
  });

  it('a look reports worker and machine, states, buckets, and folders on another disk', async () => {
    const root = await folderWith({
      '.maand/worker-id': `${'a1'.repeat(16)}\n`,
      '.maand/mark1': 'bucket-1\nmy shop/x\n',
      '.maand/mark1.lock': 'token\n',
      'bucket-1/worker.json': '{\n  "update_seq": 4\n}\n',
      'bucket-1/jobs/web/Makefile': '',
      'bucket-1/jobs/a file': '',
      'bucket-2/jobs/api': '',
      'disk/Makefile': '',
    });
    await symlink(`${root}/disk`, `${root}/bucket-1/jobs/moved`);
    await symlink(`${root}/nowhere`, `${root}/bucket-1/jobs/lost`);
    await mkdir(`${root}/bucket-3`);
    await symlink(`${root}/nowhere`, `${root}/bucket-3/jobs`);
    await symlink(`${root}/nowhere`, `${root}/bucket-4`);
    const { exitCode, stdout, stderr } = await run(['sight/facts', 'sight/look'], { variables: { root } });
    const lines = stdout.split('\n').filter((line) => !line.startsWith('boot '));
    expect({ exitCode, stderr, lines }).toEqual({
      exitCode: 0,
      stderr: '',
      lines: [
        'maand-sight 1',
        `worker-id ${'a1'.repeat(16)}`,
        'state bucket-1 my shop/x',
        'folder bucket-1 folder',
        'identity bucket-1 {   "update_seq": 4 } ',
        'job bucket-1 dangling lost',
        'job bucket-1 link moved',
        'job bucket-1 folder web',
        'folder bucket-2 folder',
        'job bucket-2 file api',
        'folder bucket-3 folder',
        'jobs bucket-3 dangling',
        'folder bucket-4 dangling',
        'end',
        '',
      ],
    });
  });

  it('a look reports nothing for a missing root, and reports a broken link', async () => {
    const folder = await folderWith({});
    const look = async (root: string) => {
      const { stdout } = await run(['sight/facts', 'sight/look'], { variables: { root } });
      return stdout.split('\n').filter((line) => !line.startsWith('boot '));
    };
    expect(await look(`${folder}/none`)).toEqual(['maand-sight 1', 'end', '']);
    await symlink(`${folder}/nowhere`, `${folder}/root`);
    expect(await look(`${folder}/root`)).toEqual(['maand-sight 1', 'dangling root', 'end', '']);
  });

  it('a signature replaces worker.json where the bucket is, and writes nothing elsewhere', async () => {
    const folder = await folderWith({ 'worker.json': 'old' });
    await run('sight/sign', { variables: { folder, text: '{"a": 1}' } });
    expect(await readFile(`${folder}/worker.json`, 'utf8')).toBe('{"a": 1}\n');
    expect(await readdir(folder)).toEqual(['worker.json']);
    expect((await run('sight/sign', { variables: { folder: `${folder}/none`, text: '{}' } })).exitCode).toBe(0);
    expect(await readdir(folder)).toEqual(['worker.json']);
  });

  it('show-files distinguishes files, large files, and everything else', async () => {
    const folder = await folderWith({ [ODD]: 'Aé', large: '12345', 'folder/file': '' });
    await symlink('large', join(folder, 'link'));
    const words = [ODD, 'large', 'folder', 'link', 'absent'].map((name) => `./${name}`);
    const { exitCode, stdout } = await run('job/show-files', { variables: { folder, largest: 4 }, words });
    expect([exitCode, stdout]).toEqual([0, '@0\nfile\n 41 c3 a9\n@1\nlarge\n@2\n@3\n@4\n']);
    expect(await run('job/show-files', { variables: { folder: `${folder}/none`, largest: 4 }, words })).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
  });

  it('doctor-facts looks at the nearest folder that exists', async () => {
    const folder = await folderWith({ file: '' });
    const { stdout } = await run('doctor-facts', { variables: { root: `${folder}/a/b` } });
    expect(stdout).toMatch(/^make GNU Make .*\nrsync +rsync .*\nroot yes /);
    expect(stdout).toContain(`root yes ${folder}\nfree `);
    expect(stdout).toMatch(/\nfree \d+\ntime \d{10}\n$/);
    expect((await run('doctor-facts', { variables: { root: `${folder}/file` } })).stdout).toContain('root file ');
  });

  it('list-buckets and list-trees show what is deployed, in Base64 or in hex', async () => {
    const root = await folderWith({
      '.maand/0123': 'bucket-1\na name\n',
      '.maand/0123.lock': 'not a mark',
      'bucket-1/worker.json': 'W',
      'bucket-1/jobs.json': 'J',
      'bucket-1/bin/runner.sh': '',
      'bucket-1/jobs/web/run.sh': 'R',
      'bucket-1/jobs/web/data/kept': 'kept',
      'bucket-2/worker.json': 'W',
      'nothing/file': '',
    });
    await chmod(join(root, 'bucket-1/jobs/web/run.sh'), 0o755);
    expect((await run(['adopt/blob', 'adopt/list-buckets'], { variables: { root } })).stdout.split('\n')).toEqual(
      ['mark bucket-1 a name', 'bucket ours bucket-1', 'worker', 'Vw==', '.', 'jobs', 'Sg==', '.'].concat([
        'bucket other bucket-2',
        'worker',
        'Vw==',
        '.',
        'end',
        '',
      ]),
    );
    const trees = { variables: { folder: `${root}/bucket-1/jobs` } };
    const listed = ['job web', 'file 755 ./run.sh'];
    expect((await run(['adopt/blob', 'adopt/list-trees'], trees)).stdout.split('\n')).toEqual([
      ...listed,
      'Ug==',
      '.',
      'end',
      '',
    ]);
    if (shell[0] === 'busybox') return; // busybox has its own base64
    expect((await run(['adopt/blob', 'adopt/list-trees'], trees, await withoutBase64)).stdout.split('\n')).toEqual([
      ...listed,
      'hex',
      ' 52',
      '.',
      'end',
      '',
    ]);
  });

  it('receive-files names missing programs, or becomes the program that it was given', async () => {
    const folder = await folderWith({});
    const variables = { token: 'word', destination: `${folder}/a/b`, mirrored: '', tools: 'sh no-such-tool' };
    const words = ['sh', '-c', 'printf "%s\\n" "$1"', 'sh', ODD];
    expect(await run(['links', 'receive-files'], { variables, words })).toEqual({
      exitCode: 127,
      stdout: '',
      stderr: 'word missing no-such-tool\n',
    });
    const { exitCode, stdout, stderr } = await run(['links', 'receive-files'], {
      variables: { ...variables, tools: 'sh' },
      words,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\nword ready \d+\n/);
    expect(stdout.endsWith(`\n${ODD}\n`)).toBe(true);
    expect(stderr).toMatch(/^\nword ready \d+\n$/);
    expect(await readdir(`${folder}/a/b`)).toEqual([]);
  });

  it('receive-files tells where a link on the way to a folder leads, and refuses one that leads nowhere', async () => {
    const folder = await folderWith({ 'disk/jobs/web/x': '', 'b/bin/y': '', 'b/jobs/here/z': '' });
    await symlink(`${folder}/disk/jobs/web`, join(folder, 'b/jobs/web'));
    await symlink(`${folder}/gone`, join(folder, 'b/jobs/lost'));
    await symlink('b', join(folder, 'link'));
    const receive = (mirrored: string) =>
      run(['links', 'receive-files'], {
        variables: { token: 'word', destination: `${folder}/link`, mirrored, tools: 'sh' },
        words: ['true'],
      });
    expect((await receive('bin jobs/here jobs/new')).exitCode).toBe(0);
    expect(await receive('bin jobs/web')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `word leads jobs/web ${folder}/disk/jobs/web\n`,
    });
    expect((await receive('jobs/lost')).stderr).toContain('jobs/lost is a link that leads nowhere');
  });

  it('remove follows the link to a job, and leaves what links of the job lead to', async () => {
    const folder = await folderWith({ 'disk/web/.x': '', 'disk/web/a b': '', 'b/jobs/api/y': '', 'far/db': '' });
    await symlink(`${folder}/disk/web`, join(folder, 'b/jobs/web'));
    await symlink(`${folder}/far`, join(folder, 'disk/web/data'));
    const remove = (kind: string, path: string) =>
      run(['links', 'job/remove'], { variables: { kind, folder: `${folder}/${path}` } });
    expect(await remove('bucket', 'b')).toEqual({ exitCode: 0, stdout: `left ${folder}/far\n`, stderr: '' });
    expect([await readdir(`${folder}/disk/web`), await readdir(`${folder}/far`)]).toEqual([[], ['db']]);
    expect((await readdir(folder)).sort()).toEqual(['disk', 'far']);
    expect((await remove('job', 'b/jobs/web')).exitCode).toBe(0);
  });

  it('end-groups ends a group that reacts to TERM, and a group that ignores it', async () => {
    const script = (trap: string) => `${trap} echo up; while :; do read -r line <"$PIPE" || :; done`;
    const groups = await Promise.all(['', "trap '' TERM;"].map((trap) => startGroup(script(trap))));
    const words = groups.map(({ pid }) => String(pid));
    const { exitCode } = await run('end-groups', { variables: { tenths: 2 }, words });
    expect(exitCode).toBe(0);
    expect(await Promise.all(groups.map(({ ended }) => ended))).toEqual(['SIGTERM', 'SIGKILL']);
    expect((await run('end-groups', { variables: { tenths: 2 }, words })).exitCode).toBe(0);
  });

  it('runner and worker print messages for logged-in users', async () => {
    const text = workerProgram('runner');
    const folder = await folderWith({ 'bin/runner.sh': text, 'jobs/web/Makefile': 'hello:\n\t@echo hello\n' });
    const file = join(folder, 'bin/runner.sh');
    const call = (words: string) => runShell(`${shell.join(' ')} "$RUNNER" ${words}`, { shell, env: { RUNNER: file } });
    expect(await call('hello web')).toMatchObject({ exitCode: 0, stdout: 'hello\n' });
    expect(await call('hello')).toMatchObject({ exitCode: 2, stderr: 'usage: runner.sh TARGET JOB\n' });
    expect(await call('hello none')).toMatchObject({ exitCode: 1 });
  });
});
