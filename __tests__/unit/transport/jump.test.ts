import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteOutcome, Transport } from '../../../src/transport/port.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { freePort } from '../../support/free-port.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';
import { readTree, writeTree } from '../../support/tree.ts';

let farm: Farm;
let bastion: FarmWorker;
let second: FarmWorker;
let worker: FarmWorker;
beforeEach(async () => {
  farm = await startFarm({ workers: 4 });
  [bastion, second, worker] = farm.workers as unknown as [FarmWorker, FarmWorker, FarmWorker];
});
afterEach(() => farm.stop());

const jump = ({ user, host, port }: FarmWorker): string => `${user}@${host}:${port}`;

function exec(transport: Transport, to: FarmWorker, script = 'echo "$SSH_CONNECTION"'): Promise<RemoteOutcome> {
  return transport.exec(to.address(), { label: 'test', script, timeoutMs: 20_000 }, NEVER);
}

describe('a jump host', () => {
  it('has one connection for all workers behind it, for commands and deliveries', async () => {
    await using transport = farmTransport(farm, { proxyJump: jump(bastion) });
    const behind = farm.workers.slice(1);
    const stage = join(farm.folder, 'stage');
    await mkdir(stage);
    await writeTree(stage, { 'jobs/api/a': 'a'.repeat(500_000) });
    const delivery = {
      sources: [`${stage}/./jobs/api/`],
      destination: join(worker.root, 'b'),
      protect: [],
      tools: [],
      timeoutMs: 20_000,
    };
    const [delivered, ...outcomes] = await Promise.all([
      transport.deliver(worker.address(), delivery, NEVER),
      ...behind.map((to) => exec(transport, to)),
    ]);
    expect(delivered).toMatchObject({ kind: 'delivered' });
    expect(await readTree(join(worker.root, 'b'))).toEqual(await readTree(stage));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(transport.handshakes).toBe(4);
    for (const each of farm.workers) expect(await each.acceptedConnections()).toBe(1);
  });

  it('that is also a worker has one connection', async () => {
    await using transport = farmTransport(farm, { proxyJump: jump(bastion) });
    expect(await exec(transport, worker)).toMatchObject({ kind: 'exited' });
    expect(await exec(transport, bastion)).toMatchObject({ kind: 'exited' });
    expect(await bastion.acceptedConnections()).toBe(1);
  });

  it('can be behind another jump host', async () => {
    await using transport = farmTransport(farm, { proxyJump: `${jump(bastion)},${jump(second)}` });
    expect(await exec(transport, worker)).toMatchObject({ kind: 'exited' });
    expect(transport.handshakes).toBe(3);
    expect(await bastion.log()).not.toContain(`port ${worker.port}`);
  });

  it('with an unknown host key refuses, and is named', async () => {
    const knownHosts = [{ source: 'kh', text: worker.hostKeyLine }];
    await using transport = farmTransport(farm, { proxyJump: jump(bastion), knownHosts });
    const outcome = await exec(transport, worker);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'host-key', host: worker.host } });
    expect(outcome.kind === 'failed' && outcome.problem.message).toContain(`jump host ${bastion.host}`);
    expect(await worker.log()).not.toContain('Connection from');
  });

  it('does not replace the check of the host key of the worker behind it', async () => {
    const knownHosts = [{ source: 'kh', text: bastion.hostKeyLine }];
    await using transport = farmTransport(farm, { proxyJump: jump(bastion), knownHosts });
    const outcome = await exec(transport, worker);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'host-key', host: worker.host } });
    expect(outcome.kind === 'failed' && outcome.problem.message).toContain(`worker ${worker.host}`);
  });

  it('that cannot reach the worker makes it unreachable', async () => {
    await using transport = farmTransport(farm, { proxyJump: jump(bastion), retryDelaysMs: [1] });
    const address = worker.address({ port: await freePort(worker.host) });
    expect(await transport.connect(address, NEVER)).toMatchObject({
      kind: 'failed',
      problem: { kind: 'unreachable', host: worker.host },
    });
  });

  it('that dies also ends the connections behind it', async () => {
    await using transport = farmTransport(farm, { proxyJump: jump(bastion) });
    let tell = (): void => {};
    const runs = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const command = { label: 'test', script: 'echo runs; sleep 1000', timeoutMs: 60_000, onLine: () => tell() };
    const outcome = transport.exec(worker.address(), command, NEVER);
    await runs;
    await bastion.kill();
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { kind: 'lost', host: worker.host } });
  });
});
