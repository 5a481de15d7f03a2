import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryOutcome, Transport } from '../../../src/transport/port.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { ended, processesWith } from '../../support/process-tree.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';
import { startTcpRelay, type TcpRelay } from '../../support/tcp-relay.ts';
import { writeTree } from '../../support/tree.ts';

let farm: Farm;
let worker: FarmWorker;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
  [worker] = farm.workers as unknown as [FarmWorker];
  for (const size of SIZES) {
    const stage = join(farm.folder, `stage${size}`);
    await mkdir(stage);
    await writeTree(stage, { 'jobs/api/small': 'small' });
    await writeTree(stage, { 'jobs/api/big': randomBytes(size * 500_000).toString('hex') });
  }
});
afterAll(() => farm.stop());
beforeEach(() => rm(join(worker.root, 'b'), { recursive: true, force: true }));

/** Megabytes of the file that travels. */
const SIZES = [1, 3, 30] as const;
const MOST_BYTES_THROUGH = 200_000;

/** A relay that lets the first bytes of an upload through and then holds the rest back, as a slow line does. */
async function slowLine(): Promise<TcpRelay> {
  return startTcpRelay(worker, { holdAfterBytes: MOST_BYTES_THROUGH });
}

function transportOver(relay: TcpRelay): Transport {
  const text = `[${relay.host}]:${relay.port} ${worker.hostKeyLine.split(' ').slice(1).join(' ')}`;
  return farmTransport(farm, { knownHosts: [{ source: 'kh', text }], killGraceMs: 100, keepaliveIntervalMs: 60_000 });
}

function upload(transport: Transport, relay: TcpRelay, size: number): Promise<DeliveryOutcome> {
  const delivery = {
    sources: [join(farm.folder, `stage${size}`, './jobs/api/').replace('/jobs/api/', '/./jobs/api/')],
    destination: join(worker.root, 'b'),
    protect: [],
    tools: [],
    timeoutMs: 600_000,
  };
  return transport.deliver(worker.address({ host: relay.host, port: relay.port }), delivery, NEVER);
}

/** Processes of the worker's sessions whose command line begins so. */
async function running(command: string): Promise<number[]> {
  const pids = processesWith(`HOME=${worker.home}`);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
  return pids.filter((_pid, at) => lines[at]?.startsWith(command));
}

describe.each(SIZES)('while a file of %i MB travels', (size) => {
  it('a killed rsync on the worker ends the delivery, and the connection goes on', async () => {
    await using relay = await slowLine();
    await using transport = transportOver(relay);
    const outcome = upload(transport, relay, size);
    await relay.held;
    const pids = await running('rsync');
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await Promise.all(pids.map(ended));
    relay.release();
    expect(await outcome).toMatchObject({ kind: 'rejected', exitCode: 137 });
    const after = await transport.exec(
      worker.address({ host: relay.host, port: relay.port }),
      { label: 'x', script: 'echo ok', timeoutMs: 20_000 },
      NEVER,
    );
    expect(after).toMatchObject({ kind: 'exited', stdout: 'ok\n' });
    expect(transport.handshakes).toBe(1);
  });

  it('a connection that is cut ends the delivery, which is not repeated', async () => {
    await using relay = await slowLine();
    await using transport = transportOver(relay);
    const outcome = upload(transport, relay, size);
    await relay.held;
    relay.reset();
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { kind: 'lost', host: relay.host } });
    expect(relay.attempts).toBe(1);
  });
});
