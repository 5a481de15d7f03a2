import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteOutcome, Transport, WorkerAddress } from '../../../src/transport/port.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';
import { startTcpRelay } from '../../support/tcp-relay.ts';

let farm: Farm;
let worker: FarmWorker;
beforeEach(async () => {
  farm = await startFarm({ workers: 2 });
  [worker] = farm.workers as unknown as [FarmWorker];
});
afterEach(() => farm.stop());

/** Starts a script that hangs. Resolves when the script runs. */
async function startHanging(
  transport: Transport,
  address: WorkerAddress,
): Promise<{ readonly outcome: Promise<RemoteOutcome> }> {
  let tell = (): void => {};
  const runs = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const outcome = transport.exec(
    address,
    { label: 'hang', script: 'echo runs; sleep 1000', timeoutMs: 60_000, onLine: () => tell() },
    NEVER,
  );
  await runs;
  return { outcome };
}

function lost(host: string): object {
  return { kind: 'failed', problem: { kind: 'lost', host } };
}

describe('a lost connection', () => {
  it('fails what is pending, for a killed worker and no other; what comes later dials anew', async () => {
    await using transport = farmTransport(farm);
    const other = farm.workers[1]?.address() as WorkerAddress;
    const hanging = await Promise.all([
      startHanging(transport, worker.address()),
      startHanging(transport, worker.address()),
    ]);
    expect(await transport.connect(other, NEVER)).toEqual({ kind: 'connected' });
    await worker.kill();
    for (const { outcome } of hanging) expect(await outcome).toMatchObject(lost(worker.host));
    const after = await transport.exec(worker.address(), { label: 'x', script: 'true', timeoutMs: 5000 }, NEVER);
    const refused = { kind: 'failed', problem: { kind: 'unreachable', host: worker.host } };
    expect(after).toMatchObject(refused);
    expect(await transport.connect(worker.address(), NEVER)).toMatchObject(refused);
    expect(transport.handshakes).toBe(2);
    const alive = await transport.exec(other, { label: 'x', script: 'echo alive', timeoutMs: 5000 }, NEVER);
    expect(alive).toMatchObject({ kind: 'exited', stdout: 'alive\n' });
  });

  it('is noticed when the peer falls silent', async () => {
    await using relay = await startTcpRelay(worker);
    const text = `[${relay.host}]:${relay.port} ${worker.hostKeyLine.split(' ').slice(1).join(' ')}`;
    await using transport = farmTransport(farm, { knownHosts: [{ source: 'kh', text }], keepaliveIntervalMs: 50 });
    const { outcome } = await startHanging(transport, worker.address({ host: relay.host, port: relay.port }));
    relay.silence();
    expect(await outcome).toMatchObject(lost(relay.host));
  });

  it('is noticed when the network resets it', async () => {
    await using relay = await startTcpRelay(worker);
    const text = `[${relay.host}]:${relay.port} ${worker.hostKeyLine.split(' ').slice(1).join(' ')}`;
    await using transport = farmTransport(farm, { knownHosts: [{ source: 'kh', text }] });
    const { outcome } = await startHanging(transport, worker.address({ host: relay.host, port: relay.port }));
    relay.reset();
    expect(await outcome).toMatchObject(lost(relay.host));
  });

  it('is a failure even for a command that would have ended with 0', async () => {
    await using transport = farmTransport(farm);
    const script = 'trap "exit 0" TERM; kill -KILL $PPID; wait; exit 0';
    const outcome = await transport.exec(worker.address(), { label: 'x', script, timeoutMs: 20_000 }, NEVER);
    expect(outcome).toMatchObject(lost(worker.host));
  });
});
