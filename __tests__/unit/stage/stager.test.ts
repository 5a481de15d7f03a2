import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CatalogJob, CatalogWorker } from '../../../src/catalog/types.ts';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import { KvStore } from '../../../src/kv/store.ts';
import { fileDigests } from '../../../src/stage/digest.ts';
import { type StageOutcome, Stager } from '../../../src/stage/stager.ts';
import { StagingArea } from '../../../src/stage/staging-area.ts';
import type { StagedTree } from '../../../src/stage/tree.ts';
import type { JobFile } from '../../../src/workspace/types.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { job } from '../../support/workspace-values.ts';

const key = Buffer.alloc(32, 3);
const box = createSecretBox([Buffer.alloc(32, 4)]);

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly executable?: readonly string[];
  readonly more?: readonly JobFile[];
  readonly emptyFolders?: readonly string[];
  readonly host?: string;
  readonly key?: Buffer;
}

async function stage(given: Given): Promise<StageOutcome> {
  const dir = await temporaryFolder();
  const files: JobFile[] = [...(given.more ?? [])];
  for (const [path, text] of Object.entries(given.files)) {
    const sourcePath = join(dir, path);
    await mkdir(dirname(sourcePath), { recursive: true });
    await writeFile(sourcePath, text);
    files.push({ path, sourcePath, executable: given.executable?.includes(path) ?? false, sizeBytes: text.length });
  }
  const host = given.host ?? 'w1';
  const store = new KvStore({}, () => 0);
  store.put('vars/job/web', 'greeting', 'hello');
  const worker: CatalogWorker = {
    id: 'wid',
    host,
    hostname: '',
    labels: ['a', 'worker'],
    memoryMb: 0,
    cpuMhz: 0,
    tags: {},
    position: 0,
    port: 22,
    user: 'u',
    root: '/opt/worker',
    useSudo: false,
    hostKey: undefined,
  };
  const catalogJob: CatalogJob = {
    name: 'web',
    id: 'j',
    entry: job('web', { files, emptyFolders: given.emptyFolders ?? [] }),
    version: '1',
    deploymentSeq: 0,
    reservation: { memoryMb: 0, cpuMhz: 0, memorySource: '', cpuSource: '' },
    ports: {},
    demandedJobs: [],
    allocations: [],
  };
  return new Stager(given.key ?? key).stage({
    job: catalogJob,
    allocation: { id: 'aid', job: 'web', host, disabled: false, index: 0, newVersion: '1' },
    worker,
    kv: store,
    box,
    onSecret: () => {},
    bucketId: 'bid',
    currentVersion: '0.0.0',
    updateSeq: 1,
  });
}

async function treeOf(given: Given): Promise<StagedTree> {
  const outcome = await stage(given);
  if (outcome.kind === 'failed') throw new Error(outcome.problems.map(({ message }) => message).join());
  return outcome.tree;
}

const hashOf = async (given: Given) => (await treeOf(given)).hash;
const plain = { Makefile: 'start:\n', 'conf/app.conf': 'x=1\n' };

describe('Stager', () => {
  it('does not deliver files that only the runner needs or that belong to the worker', async () => {
    const files = {
      ...plain,
      'manifest.json': '{}',
      'vars.conf': '',
      '_hooks/a.py': '',
      '_prometheus/x': '',
      'deep/_prometheus/x': '',
      '_modules/a.py': '',
      'vars.toml': '',
      'note.tpl': 'hi',
      'deep/_hooks/kept': '',
    };
    expect((await treeOf({ files })).files.map(({ path }) => path)).toEqual([
      'Makefile',
      'conf/app.conf',
      'deep/_hooks/kept',
      'note',
    ]);
  });

  it('renders templates with the data of the allocation, keeps the executable bit, and lets them win over plain files', async () => {
    const files = {
      'run.sh': 'plain',
      'run.sh.tpl':
        '{{ .Job }} {{ .WorkerIP }} {{ .JobPath }} {{ get "vars/job/web" "greeting" }} {{ join .Labels "+" }}',
    };
    const {
      files: [file],
    } = await treeOf({ files, executable: ['run.sh.tpl'] });
    expect(file).toMatchObject({ path: 'run.sh', mode: 0o755 });
    expect(file?.source.kind === 'bytes' && file.source.bytes.toString()).toBe(
      'web w1 /opt/worker/bid/jobs/web hello a+worker',
    );
  });

  it('reports every broken template, with the key that is missing', async () => {
    const files = {
      'a.tpl': '{{ .Nope }}',
      'b.tpl': '{{ if }}',
      'c.tpl': '{{ get "vars/job/web" "later" }}',
      'd.tpl': 'fine',
    };
    const outcome = await stage({ files });
    expect(outcome).toMatchObject({
      kind: 'failed',
      problems: [
        { file: 'a.tpl', message: expect.stringContaining('job web on w1: execute template a.tpl') },
        { file: 'b.tpl', message: expect.stringContaining('parse template b.tpl') },
        { file: 'c.tpl', missing: { namespace: 'vars/job/web', key: 'later' } },
      ],
    });
  });

  it('refuses a template whose output has no name, or the name of a folder', async () => {
    const files = { '.tpl': '', 'conf.tpl': '', 'conf/a': '' };
    expect(await stage({ files })).toMatchObject({
      kind: 'failed',
      problems: [
        { file: '.tpl', message: expect.stringContaining('has no name') },
        { file: 'conf.tpl', message: expect.stringContaining('the folder conf/') },
      ],
    });
  });

  it('keeps every name of a file to which several symlinks point', async () => {
    const dir = await temporaryFolder();
    const sourcePath = join(dir, 'real');
    await writeFile(sourcePath, 'x');
    const tree = await treeOf({
      files: {},
      more: ['a', 'b', 'real'].map((path) => ({ path, sourcePath, executable: false, sizeBytes: 1 })),
    });
    expect(tree.files.map(({ path }) => path)).toEqual(['a', 'b', 'real']);
  });

  it('gives equal trees equal hashes on every worker, and notices every kind of change', async () => {
    const base = await hashOf({ files: plain });
    expect(await hashOf({ files: plain, host: 'w2' })).toBe(base);
    const changes: Given[] = [
      { files: { ...plain, 'conf/app.conf': 'x=2\n' } },
      { files: { Makefile: plain.Makefile, 'conf/app.conz': 'x=1\n' } },
      { files: plain, executable: ['Makefile'] },
      { files: { ...plain, empty: '' } },
      { files: plain, emptyFolders: ['cache'] },
      { files: { Makefile: 'start:\nx=1\n', 'conf/app.conf': '' } },
      { files: plain, key: Buffer.alloc(32, 4) },
    ];
    const hashes = await Promise.all(changes.map(hashOf));
    expect(new Set([base, ...hashes]).size).toBe(changes.length + 1);
    expect(
      await hashOf({ files: { ...plain, 'manifest.json': '{"max_concurrent_upgrades": 9}', 'vars.conf': 'a="1"' } }),
    ).toBe(base);
  });

  it('lists the delivered files, so that the state can compare them', async () => {
    const tree = await treeOf({ files: plain, emptyFolders: ['cache'] });
    expect(Object.keys(fileDigests(tree))).toEqual(['Makefile', 'conf/app.conf', 'cache/']);
  });
});

describe('StagingArea', () => {
  it('writes each tree once with its modes, in a folder that only its owner can read, and leaves nothing', async () => {
    const parent = await temporaryFolder();
    const opened: string[] = [];
    const tree = await treeOf({
      files: { ...plain, 'bin.sh': '#!/bin/sh\n' },
      executable: ['bin.sh'],
      emptyFolders: ['cache'],
    });
    {
      await using staging = new StagingArea(parent, (folder) => opened.push(folder));
      expect(await readdir(parent)).toEqual([]);
      const [source, again] = await Promise.all([staging.tree('web', tree), staging.tree('web', tree)]);
      expect(again).toBe(source);
      expect((await readdir(source, { recursive: true })).sort()).toEqual([
        'Makefile',
        'bin.sh',
        'cache',
        'conf',
        'conf/app.conf',
      ]);
      expect((await stat(join(source, 'bin.sh'))).mode & 0o777).toBe(0o755);
      expect((await stat(join(source, 'Makefile'))).mode & 0o777).toBe(0o644);
      expect((await stat(opened[0] ?? '')).mode & 0o777).toBe(0o700);
      const writer = { kind: 'file', name: 'shop/default', serial: 2, run: 'alice' };
      const identity = { bucket_id: 'b', worker_id: 'w', worker_ip: '::1', labels: ['worker'], update_seq: 3, writer };
      const [worker = '', jobs = ''] = await staging.workerFiles({
        host: '::1',
        identity,
        jobs: [{ job: 'web', disabled: 0 }],
      });
      expect(await readFile(worker, 'utf8')).toBe(`${JSON.stringify(identity, null, 3)}\n`);
      expect(JSON.parse(await readFile(jobs, 'utf8'))).toEqual([{ job: 'web', disabled: 0 }]);
      await chmod(source, 0o755);
    }
    expect(await readdir(parent)).toEqual([]);
  });
});
