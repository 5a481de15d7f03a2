import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { copyBucket } from './bucket-folder.ts';

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
      putOnlyVars: {},
      emptyFolders: [],
      placeOf: expect.any(Function),
    };
    expect(workspace).toEqual({
      bucketDir,
      bucketPath: '',
      bucketRoot: 'git',
      gitPath: '',
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
        state: undefined,
        allowDowngrade: true,
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
          putOnlyVars: {},
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
          hooks: [
            {
              name: 'hook_schema',
              events: ['cli'],
              demand: undefined,
              timeoutMs: undefined,
              script: '_hooks/hook_schema.js',
              language: 'javascript',
            },
          ],
          files: ['Makefile.tpl', '_hooks/hook_schema.js', 'manifest.json'].map((path) => {
            return expect.objectContaining({ path });
          }),
        },
      ],
      strays: [expect.objectContaining({ jobs: ['notes'], isNotable: true })],
      flaws: { workers: false, jobs: [] },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('returns the places of values, or of their nearest parents', async () => {
    const { workspace } = await readWorkspace({ bucketDir: await copyBucket('good') });
    if (!workspace) throw new Error('no workspace');
    const { jobs, jobConfig, disabled } = workspace;
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
