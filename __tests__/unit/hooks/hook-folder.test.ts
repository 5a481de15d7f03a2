import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readClientLibraries } from '../../../src/hooks/client-libraries.ts';
import { type HookFolderRequest, stageHookFolder } from '../../../src/hooks/process/hook-folder.ts';
import { aHook, aJob } from './rig.ts';

const FILES = [
  'Makefile',
  '_hooks/hook_a.json',
  '_hooks/hook_a.py',
  '_hooks/hook_ab.py',
  '_hooks/lib/shared.py',
  '_prometheus/rules.yml',
  'conf/app.conf.tpl',
  'run.sh',
];
const CLIENTS = ['maand.js', 'maand.py', 'maand.ts', 'package.json'];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hook-folder-'));
  for (const path of FILES) {
    await mkdir(dirname(join(dir, 'job', path)), { recursive: true });
    await writeFile(join(dir, 'job', path), `content of ${path}`);
  }
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function request(extra: Partial<HookFolderRequest> = {}, files = FILES): HookFolderRequest {
  const hook = aHook('hook_a', ['pre_deploy', 'health_check']);
  const job = aJob({ dir: join(dir, 'job'), hooks: [hook], files });
  const event = 'pre_deploy' as const;
  return { stagingDir: join(dir, 'run'), job, hook, event, host: '10.0.0.1', certificates: [], ...extra };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((path) => path.slice(folder.length + 1)).sort();
}

describe('stageHookFolder', () => {
  it('holds the raw job, and the client libraries beside the script', async () => {
    await using folder = await stageHookFolder(request());
    expect(folder.scriptName).toBe('hook_a.py');
    const root = dirname(folder.scriptDir);
    const own = FILES.filter((path) => !path.startsWith('_prometheus/'));
    expect(await filesBelow(root)).toEqual([...own, ...CLIENTS.map((name) => `_hooks/${name}`)].sort());
    for (const path of own) expect(await readFile(join(root, path), 'utf8')).toBe(`content of ${path}`);
    for (const { name, bytes } of await readClientLibraries()) {
      expect(await readFile(join(folder.scriptDir, name))).toEqual(bytes);
    }
    expect((await stat(join(root, 'empty'))).isDirectory()).toBe(true);
    expect((await stat(join(root, 'run.sh'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(root, 'Makefile'))).mode & 0o777).toBe(0o644);
  });

  it('can be entered only by its owner', async () => {
    await using folder = await stageHookFolder(request());
    for (let path = dirname(folder.scriptDir); path !== dir; path = dirname(path)) {
      expect([path, (await stat(path)).mode & 0o777]).toEqual([path, 0o700]);
    }
  });

  it('contains only its own files for a health check', async () => {
    await using folder = await stageHookFolder(request({ event: 'health_check' }));
    const expected = ['hook_a.json', 'hook_a.py', ...CLIENTS].map((name) => `_hooks/${name}`).sort();
    expect(await filesBelow(dirname(folder.scriptDir))).toEqual(expected);
  });

  it('keeps files that a script writes out of the workspace', async () => {
    await using folder = await stageHookFolder(request());
    const root = dirname(folder.scriptDir);
    for (const path of ['Makefile', '_hooks/hook_a.py']) {
      await writeFile(join(root, path), 'overwritten');
      expect(await readFile(join(dir, 'job', path), 'utf8')).toBe(`content of ${path}`);
    }
  });

  it('links to node_modules of the workspace, and keeps them when it is removed', async () => {
    const packages = join(dir, 'job/_hooks/node_modules');
    await mkdir(packages);
    await writeFile(join(packages, 'kept.js'), '');
    {
      await using folder = await stageHookFolder(request());
      expect(await readlink(join(folder.scriptDir, 'node_modules'))).toBe(packages);
    }
    expect(await readdir(packages)).toEqual(['kept.js']);
  });

  it("keeps the job's own package.json", async () => {
    await writeFile(join(dir, 'job/_hooks/package.json'), '{ "name": "mine" }');
    await using folder = await stageHookFolder(request({}, [...FILES, '_hooks/package.json']));
    expect(await readFile(join(folder.scriptDir, 'package.json'), 'utf8')).toBe('{ "name": "mine" }');
  });

  it('is made for each run, and is removed at the end', async () => {
    const first = await stageHookFolder(request());
    await writeFile(join(first.scriptDir, 'left-behind'), '');
    const second = await stageHookFolder(request());
    expect(second.scriptDir).toBe(first.scriptDir);
    expect(existsSync(join(second.scriptDir, 'left-behind'))).toBe(false);
    await second[Symbol.asyncDispose]();
    expect(existsSync(dirname(second.scriptDir))).toBe(false);
  });

  it('has a separate folder for each worker, including IPv6 workers', async () => {
    const hosts = ['fe80::1', '10.0.0.1', 'worker-1.example'];
    const folders = await Promise.all(hosts.map((host) => stageHookFolder(request({ host }))));
    expect(new Set(folders.map(({ scriptDir }) => scriptDir)).size).toBe(3);
    for (const { scriptDir } of folders) expect(scriptDir).not.toContain(':');
  });

  it.each([
    ['pre_deploy', 'hook file not found: expected hook_a.py, hook_a.ts, or hook_a.js under '],
    ['health_check', 'hook file not found: job api hook hook_a module not in job_files'],
  ] as const)('says for %s when the script is missing', async (event, message) => {
    await expect(stageHookFolder(request({ event }, ['Makefile']))).rejects.toThrow(message);
  });
});
