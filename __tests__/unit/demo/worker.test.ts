import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DemoWorker, generateDemoKey, startDemoWorker } from '../../../demo/worker.ts';
import type { RemoteCommand, RemoteOutcome, Transport, WorkerAddress } from '../../../src/transport/port.ts';
import { openSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import { NEVER } from '../../support/farm-transport.ts';
import { ownLoopbackAddress } from '../../support/free-port.ts';
import { ended, isRunning } from '../../support/process-tree.ts';
import { readTree, writeTree } from '../../support/tree.ts';

const key = generateDemoKey();
let folder = '';
let demo: DemoWorker;
let transport: Transport;
let address: WorkerAddress;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maand-demo-worker-'));
  const home = join(folder, 'home');
  demo = await startDemoWorker({ host: ownLoopbackAddress(), home, authorizedKey: key.public });
  address = {
    host: demo.host,
    port: demo.port,
    user: 'agent',
    root: join(folder, 'root'),
    useSudo: false,
    hostKey: undefined,
  };
  transport = open(key.private);
});
afterEach(async () => {
  await transport[Symbol.asyncDispose]();
  await demo.close();
  await rm(folder, { recursive: true });
});

function open(privateKey: string): Transport {
  return openSshTransport({
    privateKey: { text: privateKey, source: 'the demo' },
    knownHosts: [{ source: 'kh', text: demo.hostKeyLine }],
    hostKeyPolicy: 'strict',
    killGraceMs: 300,
  });
}

function exec(command: Partial<RemoteCommand>): Promise<RemoteOutcome> {
  return transport.exec(address, { label: 'test', script: 'true', timeoutMs: 20_000, ...command }, NEVER);
}

describe('the demo worker', () => {
  it('runs commands in its home, with their statuses, signals and outputs', async () => {
    expect(await exec({ script: 'pwd; echo e >&2; exit 7' })).toMatchObject({
      kind: 'exited',
      exitCode: 7,
      stdout: `${join(folder, 'home')}\n`,
      stderr: 'e\n',
    });
    expect(await exec({ script: 'kill -TERM $$' })).toMatchObject({ kind: 'exited', exitCode: 143 });
    expect(await exec({ script: 'head -c 3000000 /dev/zero | wc -c' })).toMatchObject({ stdout: '3000000\n' });
  });

  it('accepts deliveries, including large and changed ones', async () => {
    const stage = join(folder, 'stage');
    await writeTree(stage, {
      'bin/run': { content: '#!/bin/sh\n', mode: 0o755 },
      'jobs/api/big': { content: randomBytes(8 * 1024 * 1024), mode: 0o600 },
      "jobs/api/it's a name": 'x',
    });
    const sources = ['bin/', 'jobs/api/'].map((path) => `${stage}/./${path}`);
    const delivery = {
      sources,
      destination: join(address.root, 'b'),
      protect: ['jobs/api/data'],
      tools: [],
      timeoutMs: 20_000,
    };
    for (const content of ['one', 'two']) {
      await writeTree(stage, { 'jobs/api/changing': content });
      expect(await transport.deliver(address, delivery, NEVER)).toMatchObject({ kind: 'delivered' });
      expect(await readTree(delivery.destination)).toEqual(await readTree(stage));
    }
    expect(demo.connections).toBe(1);
  });

  it('can end commands together with their children', async () => {
    let pids: number[] = [];
    const onLine = (line: string): void => {
      pids = line.split(' ').map(Number);
    };
    const outcome = await exec({ script: 'sleep 1000 & echo $$ $!; wait', timeoutMs: 300, onLine });
    expect(outcome).toMatchObject({ kind: 'timed-out' });
    expect(pids).toHaveLength(2);
    expect(pids.some(isRunning)).toBe(false);
  });

  it('keeps background processes of a command until the worker is closed', async () => {
    const outcome = await exec({ script: 'sleep 1000 >/dev/null 2>&1 & echo $!' });
    const service = Number(outcome.kind === 'exited' && outcome.stdout);
    await transport[Symbol.asyncDispose]();
    expect(isRunning(service)).toBe(true);
    await demo.close();
    await ended(service);
    demo = await startDemoWorker({ host: demo.host, home: join(folder, 'home'), authorizedKey: key.public });
  });

  it('accepts only the one key', async () => {
    await using stranger = open(generateDemoKey().private);
    expect(await stranger.connect(address, NEVER)).toMatchObject({ kind: 'failed', problem: { kind: 'auth' } });
    expect(demo.connections).toBe(0);
  });
});
