import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery, DeliveryOutcome } from '../../../src/transport/port.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { processesWith } from '../../support/process-tree.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';
import { writeTree } from '../../support/tree.ts';
import { waitForFile } from '../../support/wait-for-file.ts';

let tools = '';
let overrides = '';
let farm: Farm;
let worker: FarmWorker;
let doomed: FarmWorker;
let stage = '';
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'maand-tools-'));
  [tools, overrides] = [join(folder, 'tools'), join(folder, 'overrides')];
  await Promise.all([mkdir(tools), mkdir(overrides)]);
  await Promise.all(['sh', 'bash', 'cat', 'mkdir', 'sleep'].map((tool) => symlink(`/bin/${tool}`, join(tools, tool))));
  farm = await startFarm({ workers: 2, path: `${overrides}:${tools}` });
  [worker, doomed] = farm.workers as unknown as [FarmWorker, FarmWorker];
  stage = join(farm.folder, 'stage');
  await writeTree(stage, { 'jobs/api/a': 'a' });
});
afterAll(async () => {
  await farm.stop();
  await rm(dirname(tools), { recursive: true });
});

/** Puts a tool with this name first on the PATH of the workers while `work` runs. */
async function withTool<T>(name: string, script: string, work: () => Promise<T>): Promise<T> {
  const file = join(overrides, name);
  // `wx` prevents a write through a link into folders of the system
  await writeFile(file, `#!/bin/sh\n${script}\n`, { flag: 'wx', mode: 0o755 });
  try {
    return await work();
  } finally {
    await rm(file);
  }
}

interface To {
  readonly to?: FarmWorker;
  readonly useSudo?: boolean;
  readonly signal?: AbortSignal;
}

async function deliver(
  changes: Partial<Delivery> = {},
  { to = worker, useSudo = false, signal = NEVER }: To = {},
): Promise<DeliveryOutcome> {
  await using transport = farmTransport(farm, { killGraceMs: 300 });
  const sources = [`${stage}/./jobs/api/`];
  const delivery = {
    sources,
    destination: join(worker.root, 'b'),
    protect: [],
    tools: [],
    timeoutMs: 20_000,
    ...changes,
  };
  const outcome = await transport.deliver(to.address({ useSudo }), delivery, signal);
  return outcome;
}

describe('a delivery that fails', () => {
  it('names the programs that the worker lacks, before anything is sent', async () => {
    expect(await deliver()).toMatchObject({ kind: 'unprepared', missing: ['rsync'] });
    expect(await deliver({ tools: ['cat', 'make'] })).toMatchObject({ kind: 'unprepared', missing: ['make', 'rsync'] });
  });

  it('reports that the destination cannot be made', async () => {
    const file = join(worker.root, 'a file');
    await writeFile(file, '');
    const outcome = await withTool('rsync', 'exit 1', () => deliver({ destination: join(file, 'below') }));
    expect(outcome).toMatchObject({ kind: 'rejected', exitCode: 1 });
    expect(outcome.kind === 'rejected' && outcome.stderr).toMatch(/cannot create directory .*a file/);
  });

  it('carries the exit status and the words of the remote rsync', async () => {
    const outcome = await withTool('rsync', 'echo "disk full" >&2; exit 11', deliver);
    expect(outcome).toMatchObject({ kind: 'rejected', exitCode: 11 });
    expect(outcome.kind === 'rejected' && outcome.stderr).toContain('disk full');
  });

  it('is a failure when only the remote side reports one', async () => {
    const outcome = await withTool('rsync', 'PATH=/usr/bin:/bin rsync "$@"; exit 3', deliver);
    expect(outcome).toMatchObject({ kind: 'rejected', exitCode: 3 });
  });

  it('is a failure when only the local side reports one', async () => {
    const sources = [`${stage}/./jobs/api/`, `${stage}/./jobs/missing/`];
    const outcome = await withTool('rsync', 'PATH=/usr/bin:/bin exec rsync "$@"', () => deliver({ sources }));
    expect(outcome).toMatchObject({ kind: 'rejected', exitCode: 23 });
    expect(outcome.kind === 'rejected' && outcome.stderr).toContain('missing');
  });

  it('reports that sudo is missing or needs a password', async () => {
    const useSudo = { useSudo: true };
    const missing = await deliver({}, useSudo);
    expect(missing).toMatchObject({
      kind: 'failed',
      problem: { kind: 'broken', message: `sudo is not installed on worker ${worker.host}` },
    });
    const asking = await withTool('sudo', 'echo "sudo: a password is required" >&2; exit 1', () =>
      deliver({}, useSudo),
    );
    expect(asking).toMatchObject({
      kind: 'failed',
      problem: { kind: 'broken', hint: expect.stringContaining('NOPASSWD') },
    });
    expect(asking.kind === 'failed' && asking.problem.message).toContain('asks');
  });

  it('ends at its time limit, on both sides', async () => {
    const mark = 'MAAND_TEST=hanging-rsync';
    const outcome = await withTool('rsync', `export ${mark}; sleep 1000 & sleep 1001`, () =>
      deliver({ timeoutMs: 500 }),
    );
    expect(outcome).toMatchObject({ kind: 'timed-out' });
    expect(processesWith(mark)).toEqual([]);
  });

  it('ends when it is cancelled, on both sides', async () => {
    const stop = new AbortController();
    const [started, mark] = [join(farm.folder, 'started'), 'MAAND_TEST=cancelled-rsync'];
    const outcome = await withTool('rsync', `export ${mark}; sleep 1000 & : >'${started}'; wait`, async () => {
      const delivering = deliver({}, { signal: stop.signal });
      await waitForFile(started);
      stop.abort();
      return delivering;
    });
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'cancelled', host: worker.host } });
    expect(processesWith(mark)).toEqual([]);
  });

  it('is lost with its worker', async () => {
    const started = join(farm.folder, 'started on the doomed');
    const outcome = await withTool('rsync', `: >'${started}'; sleep 1000`, async () => {
      const delivering = deliver({}, { to: doomed });
      await waitForFile(started);
      await doomed.kill();
      return delivering;
    });
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'lost', host: doomed.host } });
  });
});

describe('a machine without rsync', () => {
  it('receives installation instructions', async () => {
    const path = process.env.PATH;
    const empty = join(farm.folder, 'no tools');
    await mkdir(empty);
    process.env.PATH = empty;
    try {
      await expect(deliver()).rejects.toMatchObject({
        name: 'Failure',
        exitCode: 2,
        hint: expect.stringContaining('apt-get install rsync'),
      });
    } finally {
      process.env.PATH = path;
    }
  });
});
