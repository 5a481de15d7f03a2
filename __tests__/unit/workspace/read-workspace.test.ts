import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
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

describe('a good bucket', () => {
  it('becomes one typed value, without a diagnostic', async () => {
    const bucketDir = await copyBucket('good');
    await mkdir(join(bucketDir, 'workspace/jobs/api/cache/empty'), { recursive: true });
    const { workspace, diagnostics } = await readWorkspace({ bucketDir });
    expect(diagnostics).toEqual([]);
    const jobDir = join(bucketDir, 'workspace/jobs/api');
    const file = (path: string, sizeBytes: number, executable = false) => ({
      path,
      sourcePath: join(jobDir, path),
      executable,
      sizeBytes,
    });
    const manifest = await readFile(join(jobDir, 'manifest.json'));
    const placeInWorkers = (line: number, column: number) => ({ file: 'workspace/workers.json', line, column });
    const worker = {
      hostname: '',
      labels: ['worker'],
      memoryMb: 0,
      cpuMhz: 0,
      tags: {},
      port: undefined,
      user: undefined,
      root: undefined,
      hostKey: undefined,
    };
    const job = {
      maxConcurrentUpgrades: 1,
      maxConcurrentStarts: 0,
      minAllocationsCount: 0,
      restartPolicy: 'always',
      restartGlobs: [],
      memoryMb: { min: 0, max: 0 },
      cpuMhz: { min: 0, max: 0 },
      ports: [],
      hooks: [],
      healthCheck: undefined,
      certificates: [],
      vars: {},
      emptyFolders: [],
      placeOf: expect.any(Function),
    };
    expect(workspace).toEqual({
      bucketDir,
      bucketPath: '',
      settings: {
        sshUser: 'deploy',
        sshKey: 'fleet.key',
        sshPort: 2222,
        sshProxyJump: 'ops@jump.example.org:22,[2001:db8::1]:2200',
        useSudo: false,
        certsTtlDays: 90,
        certsRenewalBufferDays: 30,
        jobConfigSelector: '',
        logFormat: 'json',
        stateName: 'shop',
        workerRoot: '/srv/maand',
        commandTimeoutMs: 60_000,
        hookTimeoutMs: 120_000,
        parallelWorkers: 8,
        allowProbesWithHook: true,
      },
      workers: [
        {
          ...worker,
          host: '10.0.0.2',
          hostname: 'web-2',
          labels: ['web', 'worker'],
          memoryMb: 16_384,
          cpuMhz: 2400,
          tags: { zone: 'EU-1' },
          position: 0,
          port: 2200,
          user: 'ops',
          root: '/srv/two',
          hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBUubFZyeEhYpVZlFbYC0wSQcVYZVqLvHOnZmzcKqbCE',
          place: placeInWorkers(3, 13),
        },
        { ...worker, host: '2001:db8::7', position: 0, place: placeInWorkers(14, 13) },
        {
          ...worker,
          host: 'db.example.org',
          labels: ['database', 'worker'],
          position: 2,
          place: placeInWorkers(15, 13),
        },
      ],
      bucketVars: { port_range: '31000, 31999', region: 'eu' },
      portPool: { min: 31_000, max: 31_999 },
      jobConfig: {
        file: 'workspace/bucket.jobs.conf',
        sections: { api: { memory: '512 mb', mode: 'fast' } },
        placeOf: expect.any(Function),
      },
      disabled: {
        jobs: { api: { allocations: [] }, database: { allocations: ['db.example.org'] } },
        workers: ['2001:db8::7'],
        placeOf: expect.any(Function),
      },
      jobs: [
        {
          ...job,
          name: 'api',
          dir: jobDir,
          version: '2.0.0',
          selectors: ['web'],
          maxConcurrentUpgrades: 2,
          minAllocationsCount: 1,
          restartPolicy: 'reload',
          restartGlobs: ['Makefile', 'config/**'],
          memoryMb: { min: 256, max: 1024 },
          cpuMhz: { min: 1500, max: 1500 },
          ports: [
            { name: 'admin_port', number: 9500 },
            { name: 'web_port', number: undefined },
          ],
          hooks: [
            {
              name: 'hook_migrate',
              events: ['pre_deploy', 'cli'],
              demand: {
                job: 'database',
                hook: 'hook_schema',
                minVersion: '1',
                maxVersion: '2.9',
                config: JSON.parse(
                  '{"min_version":1,"max_version":"2.9","tables":["a",null],"__proto__":{"deep":true}}',
                ),
              },
              timeoutMs: 30_000,
              script: '_hooks/hook_migrate.py',
              language: 'python',
            },
            {
              name: 'hook_check',
              events: ['health_check'],
              demand: undefined,
              timeoutMs: undefined,
              script: '_hooks/hook_check.ts',
              language: 'typescript',
            },
          ],
          healthCheck: {
            checks: [
              { type: 'http', port: 'web_port', path: '/health', expectStatus: 204, scheme: 'https' },
              { type: 'tcp', port: 'admin_port' },
              { type: 'ssh', command: 'test -e /run/api.pid' },
            ],
            timeoutMs: 5000,
            attempts: 60,
            intervalMs: 1000,
            successes: 3,
            minHealthyMs: 2500,
          },
          vars: { mode: 'slow', name: 'api' },
          files: [
            file('Makefile', 38),
            file('_hooks/hook_check.ts', 21),
            file('_hooks/hook_migrate.py', 17),
            file('config/app.toml.tpl', 43),
            file('manifest.json', manifest.length),
            file('run.sh', 23, true),
            file('vars.conf', 27),
          ],
          emptyFolders: ['cache/empty'],
        },
        {
          ...job,
          name: 'database',
          dir: join(bucketDir, 'workspace/jobs/database'),
          version: '1.4.2',
          selectors: ['database'],
          files: [
            expect.objectContaining({ path: 'Makefile.tpl' }),
            expect.objectContaining({ path: 'manifest.json' }),
          ],
        },
      ],
      flaws: { workers: false, jobs: [] },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('says where values stand, or their nearest parents', async () => {
    const { jobs, jobConfig, disabled } = await readSound(await copyBucket('good'));
    const manifest = 'workspace/jobs/api/manifest.json';
    const [api] = jobs;
    expect(api?.placeOf(['version'])).toEqual({ file: manifest, line: 3, column: 14 });
    expect(api?.placeOf(['selectors', 1])).toEqual({ file: manifest, line: 4, column: 24 });
    expect(api?.placeOf(['resources', 'ports', 'admin_port'])).toEqual({ file: manifest, line: 13, column: 46 });
    expect(api?.placeOf(['hooks', 'hook_migrate', 'demands', 'config', 'nowhere', 'x'])).toEqual({
      file: manifest,
      line: 21,
      column: 19,
    });
    expect(api?.placeOf(['nowhere'])).toEqual({ file: manifest, line: 1, column: 1 });
    expect(jobConfig.placeOf(['api', 'memory'])).toEqual({ file: 'workspace/bucket.jobs.conf', line: 2, column: 10 });
    expect(disabled.placeOf(['workers', 0])).toEqual({ file: 'workspace/disabled.json', line: 1, column: 89 });
  });

  it('leaves every byte and name of the bucket as it was', async () => {
    const bucketDir = await copyBucket('good');
    const before = await snapshot(bucketDir);
    await readWorkspace({ bucketDir });
    expect(await snapshot(bucketDir)).toEqual(before);
  });
});

async function snapshot(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map(async (path) => [relative(dir, path), await readFile(path, 'base64')]));
  return Object.fromEntries(contents);
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
      `warning ErrInvalidManifest ${manifest}:4:3`,
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

describe('what need not be there', () => {
  it('is empty', async () => {
    const workspace = await readSound(await makeBucket({}));
    expect(workspace).toMatchObject({
      workers: [],
      bucketVars: {},
      portPool: { min: 30_000, max: 39_999 },
      jobConfig: { file: 'workspace/bucket.jobs.conf', sections: {} },
      disabled: { jobs: {}, workers: [] },
      jobs: [],
      flaws: { workers: false, jobs: [] },
    });
  });

  it('is null', async () => {
    const bucketDir = await makeBucket({ 'workspace/workers.json': 'null', 'workspace/disabled.json': 'null' });
    expect(await readSound(bucketDir)).toMatchObject({ workers: [], disabled: { jobs: {}, workers: [] } });
  });

  it('is everything but maand.conf', async () => {
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
  it('has its own workers when it has a file of them', async () => {
    const bucketDir = await makeBucket({
      'workspace/workers.json': '[{"host":"a"}]',
      'workspace/workers.prod.json': '[{"host":"p","labls":[]}]',
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
  it('follows path, executable bit and content of what was read, nothing else', async () => {
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

  it('does not depend on where the bucket lies', async () => {
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
