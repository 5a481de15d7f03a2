import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shownName } from '../../../src/base/file-name.ts';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { addFiles, makeBucket, messages, whereAndWhat } from './bucket-folder.ts';

const JOB = 'workspace/jobs/a';

async function jobBucket(files: Readonly<Record<string, string>> = {}): Promise<{ bucketDir: string; jobDir: string }> {
  const own = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${JOB}/${path}`, text]));
  const bucketDir = await makeBucket({ [`${JOB}/manifest.json`]: '{}', [`${JOB}/Makefile`]: '', ...own });
  return { bucketDir, jobDir: join(bucketDir, JOB) };
}

async function read(bucketDir: string) {
  const { workspace, diagnostics } = await readWorkspace({ bucketDir });
  return {
    job: workspace?.jobs[0],
    jobs: workspace?.jobs.map(({ name }) => name),
    flaws: workspace?.flaws,
    diagnostics,
  };
}

describe('files of a job', () => {
  it('are all files below its folder, in bytewise order, without dependencies of hooks', async () => {
    const { bucketDir } = await jobBucket({
      '.env': 'x',
      'B.txt': '',
      'a/z': '',
      'a.b': '',
      é: '',
      '\u{10000}': '',
      '\uffee': '',
      '_hooks/.venv/bin/python': '',
      'venv/x': '',
      'a/node_modules/x/y': '',
      '_hooks/__pycache__/x.pyc': '',
      '_prometheus/alerts/x.yaml': '',
    });
    const { job, diagnostics } = await read(bucketDir);
    expect(diagnostics).toEqual([]);
    expect(job?.files.map(({ path }) => path)).toEqual([
      '.env',
      'B.txt',
      'Makefile',
      '_prometheus/alerts/x.yaml',
      'a.b',
      'a/z',
      'manifest.json',
      'é',
      '\uffee',
      '\u{10000}',
    ]);
    expect(job?.emptyFolders).toEqual(['_hooks']);
  });

  it('keep their executable bit and size', async () => {
    const { bucketDir, jobDir } = await jobBucket({ 'run.sh': '#!/bin/sh\n' });
    await chmod(join(jobDir, 'run.sh'), 0o744);
    const { job } = await read(bucketDir);
    expect(job?.files.find(({ path }) => path === 'run.sh')).toEqual({
      path: 'run.sh',
      sourcePath: join(jobDir, 'run.sh'),
      executable: true,
      sizeBytes: 10,
    });
  });

  it('may be links to files of the same job', async () => {
    const { bucketDir, jobDir } = await jobBucket({ 'real/tool': '12345' });
    await chmod(join(jobDir, 'real/tool'), 0o755);
    await symlink('real/tool', join(jobDir, 'tool'));
    await symlink('tool', join(jobDir, 'again'));
    const { job, diagnostics } = await read(bucketDir);
    expect(diagnostics).toEqual([]);
    const linked = { sourcePath: join(jobDir, 'real/tool'), executable: true, sizeBytes: 5 };
    expect(job?.files.filter(({ sizeBytes }) => sizeBytes === 5)).toEqual([
      { path: 'again', ...linked },
      { path: 'real/tool', ...linked },
      { path: 'tool', ...linked },
    ]);
  });

  it('are refused when they are other symlinks, each with its name', async () => {
    const { bucketDir, jobDir } = await jobBucket({ 'sub/x': '' });
    await addFiles(bucketDir, { 'secrets/key': 'secret' });
    await symlink(join(bucketDir, 'secrets/key'), join(jobDir, 'absolute'));
    await symlink('../../../secrets/key', join(jobDir, 'relative'));
    await symlink('nowhere', join(jobDir, 'dangling'));
    await symlink('sub', join(jobDir, 'folder'));
    await symlink('loop', join(jobDir, 'loop'));
    await symlink('/etc/passwd', join(jobDir, 'sub/passwd'));
    await symlink('.', join(jobDir, 'self'));
    const { job, diagnostics } = await read(bucketDir);
    expect(diagnostics.map(({ code, place, message }) => [code, place?.file, message])).toEqual(
      [
        ['absolute', 'is a symlink out of the job folder'],
        ['dangling', 'is a symlink that points nowhere'],
        ['folder', 'is a symlink to a folder'],
        ['loop', 'is a symlink that cannot be followed: too many symbolic links encountered (ELOOP)'],
        ['relative', 'is a symlink out of the job folder'],
        ['self', 'is a symlink out of the job folder'],
        ['sub/passwd', 'is a symlink out of the job folder'],
      ].map(([path, what]) => ['ErrInvalidJob', `${JOB}/${path}`, `invalid job: job a, ${path} ${what}`]),
    );
    expect(job?.files.map(({ path }) => path)).toEqual(['Makefile', 'manifest.json', 'sub/x']);
  });

  it('cannot be pipes', async () => {
    const { bucketDir, jobDir } = await jobBucket();
    execFileSync('mkfifo', [join(jobDir, 'pipe')]);
    await symlink('pipe', join(jobDir, 'to-pipe'));
    const { diagnostics } = await read(bucketDir);
    expect(messages(diagnostics)).toEqual([
      'invalid job: job a, pipe is neither a file nor a folder',
      'invalid job: job a, to-pipe is a symlink to something that is not a file',
    ]);
  });

  it('may have names of any bytes, and different names stay different', async () => {
    const { bucketDir, jobDir } = await jobBucket();
    const digests = new Set<string | undefined>();
    for (const byte of [0xe9, 0xe8]) {
      const path = Buffer.concat([Buffer.from(`${jobDir}/caf`), Buffer.from([byte])]);
      await writeFile(path, 'x');
      await symlink(path, Buffer.concat([Buffer.from(`${jobDir}/link`), Buffer.from([byte])]));
      const { workspace, diagnostics } = await readWorkspace({ bucketDir });
      expect(diagnostics).toEqual([]);
      const files = workspace?.jobs[0]?.files.filter(({ sizeBytes }) => sizeBytes === 1) ?? [];
      expect(files.map((file) => shownName(file.path))).toEqual([
        `caf\\x${byte.toString(16).toUpperCase()}`,
        `link\\x${byte.toString(16).toUpperCase()}`,
      ]);
      expect(new Set(files.map(({ sourcePath }) => sourcePath)).size).toBe(1);
      digests.add(workspace?.digest);
      await rm(path);
      await rm(Buffer.concat([Buffer.from(`${jobDir}/link`), Buffer.from([byte])]));
    }
    expect(digests.size).toBe(2);
  });

  it('are refused with a name that people can read', async () => {
    const { bucketDir, jobDir } = await jobBucket();
    await symlink('nowhere', Buffer.concat([Buffer.from(`${jobDir}/caf`), Buffer.from([0xe9])]));
    const { diagnostics } = await read(bucketDir);
    expect(messages(diagnostics)).toEqual(['invalid job: job a, caf\\xE9 is a symlink that points nowhere']);
    expect(diagnostics[0]?.place?.file).toBe(`${JOB}/caf\\xE9`);
  });

  it.each(['data', 'logs', 'bin'])('cannot be named %s at the top', async (name) => {
    const { bucketDir, jobDir } = await jobBucket({ [`sub/${name}/x`]: '' });
    expect((await read(bucketDir)).diagnostics).toEqual([]);
    await writeFile(join(jobDir, name), '');
    const asFile = await read(bucketDir);
    await rm(join(jobDir, name));
    await mkdir(join(jobDir, name));
    const asFolder = await read(bucketDir);
    for (const { diagnostics } of [asFile, asFolder]) {
      expect(diagnostics.map(whereAndWhat)).toEqual([`error ErrInvalidJob ${JOB}/${name}:1:1`]);
      expect(messages(diagnostics)).toEqual([`invalid job: job a, ${name} directory is reserved`]);
    }
  });
});

describe('a job folder', () => {
  it('is not a job without manifest.json', async () => {
    const bucketDir = await makeBucket({ 'workspace/jobs/a/Makefile': '', 'workspace/jobs/README': '' });
    expect(await read(bucketDir)).toMatchObject({ jobs: [], diagnostics: [] });
  });

  it('needs a Makefile', async () => {
    const bucketDir = await makeBucket({ [`${JOB}/manifest.json`]: '{}' });
    const { diagnostics } = await read(bucketDir);
    expect(diagnostics.map(whereAndWhat)).toEqual([`error ErrInvalidJob ${JOB}/manifest.json:1:1`]);
    expect(messages(diagnostics)).toEqual(['invalid job: job a, Makefile or Makefile.tpl not found']);
    await addFiles(bucketDir, { [`${JOB}/Makefile.tpl`]: '' });
    expect((await read(bucketDir)).diagnostics).toEqual([]);
  });

  it('needs no Makefile when a hook controls the job', async () => {
    const bucketDir = await makeBucket({
      [`${JOB}/manifest.json`]: '{"hooks":{"hook_c":{"executed_on":["job_control"]}}}',
      [`${JOB}/_hooks/hook_c.py`]: '',
    });
    const { diagnostics } = await read(bucketDir);
    expect(diagnostics.map(whereAndWhat)).toEqual([`warning ErrInvalidJob ${JOB}/manifest.json:1:1`]);
  });

  it.each(['a b', '.hidden', 'naïve', 'x'.repeat(64), 'a;b', "it's", 'a\nb'])('cannot be named %j', async (name) => {
    const bucketDir = await makeBucket({
      [`workspace/jobs/${name}/manifest.json`]: '{}',
      [`workspace/jobs/${name}/Makefile`]: '',
    });
    const { diagnostics, flaws } = await read(bucketDir);
    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'ErrInvalidJob', job: name }]);
    expect(messages(diagnostics)[0]).not.toContain('\n');
    expect(flaws?.jobs).toEqual([name]);
  });

  it('may hold only one prometheus.yml, and is warned about its own certs/', async () => {
    const { bucketDir } = await jobBucket({ 'prometheus.yml': '', 'prometheus.yml.tpl': '', 'certs/x': '' });
    const { diagnostics } = await read(bucketDir);
    expect(diagnostics.map((one) => `${one.severity} ${one.message}`)).toEqual([
      'error invalid job: job a cannot define both prometheus.yml and prometheus.yml.tpl',
      'warning job a ships a folder certs/: certificates of the same names overwrite its files',
    ]);
  });

  it.each([
    ['certs', 'certs conflicts with the folder certs/, which a deploy delivers: rename it'],
    ['certs.tpl', 'certs.tpl conflicts with the folder certs/, which a deploy delivers: rename it'],
    ['certs/web.key/x', 'certs/web.key/ conflicts with certs/web.key, which a deploy delivers: rename it'],
    ['certs/ca.crt/x', 'certs/ca.crt/ conflicts with certs/ca.crt, which a deploy delivers: rename it'],
  ])('leaves room for certificates: %s', async (path, message) => {
    const declaring = { 'manifest.json': '{"certs":{"web":{"subject":{"common_name":"w"}}}}' };
    const { diagnostics } = await read((await jobBucket({ ...declaring, [path]: '' })).bucketDir);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(messages(errors)).toEqual([`invalid job: job a, ${message}`]);
    const { diagnostics: without } = await read((await jobBucket({ [path]: '' })).bucketDir);
    expect(without.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('must have a manifest that can be read', async () => {
    const bucketDir = await makeBucket({ [`${JOB}/manifest.json/x`]: '', [`${JOB}/Makefile`]: '' });
    await addFiles(bucketDir, {
      'workspace/jobs/b/Makefile': '',
      'workspace/jobs/c/Makefile': '',
      'outside.json': '{}',
    });
    await symlink('../../../outside.json', join(bucketDir, 'workspace/jobs/b/manifest.json'));
    await symlink('Makefile', join(bucketDir, 'workspace/jobs/c/manifest.json'));
    const { jobs, flaws, diagnostics } = await read(bucketDir);
    expect(messages(diagnostics)).toEqual([
      'invalid manifest.json: job a: manifest.json is a folder',
      'invalid job: job b, manifest.json is a symlink out of the job folder',
      'invalid manifest.json: job c: a value is expected',
    ]);
    expect({ jobs, flaws }).toEqual({ jobs: [], flaws: { workers: false, jobs: ['a', 'b', 'c'] } });
  });

  it('must not be a symlink', async () => {
    const bucketDir = await makeBucket({ 'elsewhere/manifest.json': '{}', 'workspace/jobs/README': '' });
    await symlink('../../elsewhere', join(bucketDir, 'workspace/jobs/linked'));
    await symlink('nowhere', join(bucketDir, 'workspace/jobs/dangling'));
    await symlink('README', join(bucketDir, 'workspace/jobs/file'));
    const { jobs, diagnostics } = await read(bucketDir);
    expect(messages(diagnostics)).toEqual([
      'invalid job: workspace/jobs/dangling is a symlink that points nowhere',
      'invalid job: workspace/jobs/linked is a symlink to a folder: a job is a folder of its own',
    ]);
    expect(jobs).toEqual([]);
  });
});

describe('nothing outside the bucket is read', () => {
  it('whichever symlinks the workspace holds', async () => {
    const outside = await makeBucket({
      'workers.json': '[{"host":"outside"}]',
      'jobs/a/manifest.json': '{}',
      'jobs/a/Makefile': '',
    });
    const bucketDir = await makeBucket({ 'workspace/bucket.conf': 'a = "1"' });
    await symlink(join(outside, 'workers.json'), join(bucketDir, 'workspace/workers.json'));
    await symlink(join(outside, 'jobs'), join(bucketDir, 'workspace/jobs'));
    await symlink('nowhere', join(bucketDir, 'workspace/disabled.json'));
    await symlink('bucket.conf', join(bucketDir, 'workspace/bucket.jobs.conf'));
    const { workspace, diagnostics } = await readWorkspace({ bucketDir });
    expect(messages(diagnostics)).toEqual([
      'invalid bucket.conf: bucket conf workspace/bucket.jobs.conf "a" is outside the table of a job',
      'invalid disabled.json: workspace/disabled.json cannot be read: it is a symlink that points nowhere',
      'invalid job: workspace/jobs cannot be read: it leads out of the bucket',
      'invalid worker.json: workspace/workers.json cannot be read: it leads out of the bucket',
    ]);
    expect(workspace).toMatchObject({ workers: [], jobs: [] });
  });

  it('a folder, a pipe or a huge file in place of a document is not read', async () => {
    const bucketDir = await makeBucket({
      'workspace/workers.json/x': '',
      'workspace/bucket.conf': 'x'.repeat(5_000_000),
    });
    execFileSync('mkfifo', [join(bucketDir, 'workspace/disabled.json')]);
    await writeFile(join(bucketDir, 'workspace/jobs'), 'not a folder');
    const { diagnostics } = await readWorkspace({ bucketDir });
    expect(messages(diagnostics)).toEqual([
      'invalid bucket.conf: workspace/bucket.conf cannot be read: it is larger than 4 MiB',
      'invalid disabled.json: workspace/disabled.json cannot be read: it is not a regular file',
      'invalid job: workspace/jobs cannot be read: not a directory (ENOTDIR)',
      'invalid worker.json: workspace/workers.json cannot be read: it is not a regular file',
    ]);
  });
});
