import { chmod, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBucket } from '../../../src/workspace/bucket.ts';
import { readSettings, readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { addFiles, copyBucket, makeBucket, messages, whereAndWhat } from './bucket-folder.ts';

async function readSound(bucketDir: string, options = {}) {
  const { workspace, diagnostics } = await readWorkspace({ bucketDir, ...options });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (!workspace) throw new Error('no workspace');
  return workspace;
}

describe('a bucket with mistakes in many files', () => {
  it('reports each of them at its value, all at once', async () => {
    const bucketDir = await copyBucket('ten-mistakes');
    const { workspace, diagnostics } = await readWorkspace({ bucketDir });
    const manifest = 'workspace/jobs/api/manifest.json';
    expect(diagnostics.map(whereAndWhat)).toEqual([
      'error ErrInvalidMaandConf maand.conf:2:12',
      'error ErrInvalidPortRange workspace/bucket.conf:2:14',
      'error ErrInvalidBucketConf workspace/bucket.jobs.conf:2:10',
      'error ErrInvalidDisabledJSON workspace/disabled.json:2:22',
      `error ErrInvalidJobVersion ${manifest}:2:14`,
      `error ErrInvalidManifest ${manifest}:3:21`,
      `error ErrInvalidManifest ${manifest}:4:3`,
      `error ErrPortKeyFormat ${manifest}:6:16`,
      `error ErrInvalidManifestPort ${manifest}:6:43`,
      `error ErrInvalidHookConfiguration ${manifest}:9:46`,
      `error ErrHookFileNotFound ${manifest}:10:5`,
      `error ErrInvalidHookDemand ${manifest}:12:18`,
      'error ErrInvalidJobVars workspace/jobs/api/vars.conf:1:11',
      'error ErrInvalidManifest workspace/jobs/broken/manifest.json:2:27',
      'error ErrInvalidJob workspace/jobs/web/data:1:1',
      'error ErrInvalidJob workspace/jobs/web/manifest.json:1:1',
      'error ErrInvalidWorkerJSON workspace/workers.json:2:35',
      'error ErrInvalidWorkerJSON workspace/workers.json:3:13',
      'error ErrInvalidWorkerJSON workspace/workers.json:4:41',
    ]);
    expect(diagnostics.map(({ job }) => job).filter((job) => job !== undefined)).toEqual([
      ...Array.from({ length: 9 }, () => 'api'),
      'broken',
      'web',
      'web',
    ]);
    expect(diagnostics.map(({ hint }) => hint)).toEqual(
      expect.arrayContaining([
        'did you mean "pre_deploy"?',
        'did you mean "selectors"?',
        'did you mean "allocations"?',
      ]),
    );
    expect(workspace?.flaws).toEqual({ workers: true, jobs: ['api', 'broken', 'web'] });
    expect(workspace?.jobs.map(({ name }) => name)).toEqual(['api', 'web']);
  });

  it('names places relative to the repository root', async () => {
    const repository = await temporaryFolder();
    await mkdir(join(repository, '.git'));
    await cp(await copyBucket('ten-mistakes'), join(repository, 'deploy/shop'), {
      recursive: true,
      filter: (path) => !path.endsWith('.git'),
    });
    const { workspace, diagnostics } = await readWorkspace({ bucketDir: join(repository, 'deploy/shop') });
    expect(workspace?.bucketPath).toBe('deploy/shop');
    expect(diagnostics.map(({ place }) => place?.file)).toContain('deploy/shop/workspace/jobs/api/manifest.json');
  });
});

describe('a file that is optional', () => {
  it('may be empty', async () => {
    const workspace = await readSound(await makeBucket({}));
    expect(workspace).toMatchObject({
      workers: [],
      bucketVars: {},
      portPool: { min: 30_000, max: 39_999 },
      jobConfig: { file: 'workspace/bucket.jobs.conf', sections: {} },
      disabled: { jobs: {}, workers: [] },
      jobs: [],
      strays: [],
      flaws: { workers: false, jobs: [] },
    });
  });

  it('may be null', async () => {
    const bucketDir = await makeBucket({ 'workspace/workers.json': 'null', 'workspace/disabled.json': 'null' });
    expect(await readSound(bucketDir)).toMatchObject({ workers: [], disabled: { jobs: {}, workers: [] } });
  });

  it('is every file except maand.conf', async () => {
    const bucketDir = await temporaryFolder();
    const { workspace, diagnostics } = await readWorkspace({ bucketDir });
    expect(workspace).toBeUndefined();
    expect(diagnostics).toEqual([
      {
        severity: 'error',
        code: 'ErrInvalidMaandConf',
        message: `no maand.conf in ${bucketDir}: run maand init`,
      },
    ]);
    expect(await readSettings(join(bucketDir, 'nowhere'))).toMatchObject({ settings: undefined });
  });
});

describe('environment', () => {
  it('has its own workers when it has its own workers file', async () => {
    const bucketDir = await makeBucket({
      'workspace/workers.json': '[{"host":"a"}]',
      'workspace/workers.prod.json': '[{"host":"p","zzz":[]}]',
    });
    const hostsOf = async (environment: string) =>
      (await readSound(bucketDir, { environment })).workers.map(({ host }) => host);
    expect(await hostsOf('prod')).toEqual(['p']);
    expect(await hostsOf('default')).toEqual(['a']);
    const { diagnostics } = await readWorkspace({ bucketDir, environment: 'prod' });
    expect(diagnostics.map(whereAndWhat)).toEqual(['warning ErrInvalidWorkerJSON workspace/workers.prod.json:1:14']);
  });

  it('cannot leave the workspace', async () => {
    const bucketDir = await makeBucket({ 'workers.json': '[]', 'workspace/workers.json': '[{"host":"a"}]' });
    const { workspace, diagnostics } = await readWorkspace({ bucketDir, environment: '/../../x' });
    expect(messages(diagnostics)).toEqual([expect.stringContaining('(got "/../../x")')]);
    expect(workspace?.workers.map(({ host }) => host)).toEqual(['a']);
  });
});

describe('digest', () => {
  it('depends only on path, executable bit and content of the files that were read', async () => {
    const bucketDir = await copyBucket('good');
    const digestNow = async () => (await readSound(bucketDir)).digest;
    const first = await digestNow();
    expect(await digestNow()).toBe(first);
    const seen = new Set([first]);
    const isNew = async () => {
      const digest = await digestNow();
      const fresh = !seen.has(digest);
      seen.add(digest);
      return fresh;
    };
    const api = join(bucketDir, 'workspace/jobs/api');
    await writeFile(join(api, 'notes.txt'), 'x');
    expect(await isNew()).toBe(true);
    await rename(join(api, 'notes.txt'), join(api, 'note.txt'));
    expect(await isNew()).toBe(true);
    await chmod(join(api, 'note.txt'), 0o755);
    expect(await isNew()).toBe(true);
    await writeFile(join(api, 'note.txt'), Buffer.alloc(3 * 1024 * 1024, 'y'));
    expect(await isNew()).toBe(true);
    await mkdir(join(api, 'empty'));
    expect(await isNew()).toBe(true);
    await writeFile(join(bucketDir, 'maand.conf'), 'allow_probes_with_hook = true\n');
    expect(await isNew()).toBe(true);
    await rm(join(bucketDir, 'workspace/disabled.json'));
    expect(await isNew()).toBe(true);
    await addFiles(bucketDir, { 'data/state.json': 'x', 'tmp/x': 'x', 'workspace/jobs/notes/more.md': 'x' });
    await addFiles(api, { 'node_modules/x/index.js': 'x', '_hooks/__pycache__/x.pyc': 'x' });
    await chmod(join(api, 'Makefile'), 0o600);
    expect(await isNew()).toBe(false);
  });

  it('does not depend on the path of the bucket', async () => {
    const digests = await Promise.all(
      [await copyBucket('good'), await copyBucket('good')].map(async (dir) => (await readSound(dir)).digest),
    );
    expect(digests[0]).toBe(digests[1]);
  });
});

describe('findBucket', () => {
  it('finds the nearest folder above with maand.conf or data/maand.db', async () => {
    const outer = await makeBucket({ 'a/data/maand.db': '', 'a/b/c/file': '' });
    expect(await findBucket(outer)).toBe(outer);
    expect(await findBucket(join(outer, 'a/b/c'))).toBe(join(outer, 'a'));
    await addFiles(outer, { 'a/b/maand.conf': '' });
    expect(await findBucket(join(outer, 'a/b/c'))).toBe(join(outer, 'a/b'));
    expect(await findBucket(await temporaryFolder())).toBeUndefined();
  });
});
