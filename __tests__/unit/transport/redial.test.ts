import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteOutcome, Transport, WorkerAddress } from '../../../src/transport/port.ts';
import type { SshTransportOptions } from '../../../src/transport/ssh/transport-options.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { freePort, ownLoopbackAddress } from '../../support/free-port.ts';
import { startMuteSshd } from '../../support/mute-sshd.ts';
import { ended } from '../../support/process-tree.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';
import { startTcpRelay } from '../../support/tcp-relay.ts';

let farm: Farm;
let worker: FarmWorker;
beforeEach(async () => {
  farm = await startFarm({ workers: 1 });
  [worker] = farm.workers as unknown as [FarmWorker];
});
afterEach(() => farm.stop());

function exec(transport: Transport, to: WorkerAddress = worker.address(), script = 'echo ok'): Promise<RemoteOutcome> {
  return transport.exec(to, { label: 'test', script, timeoutMs: 20_000 }, NEVER);
}

const OK = { kind: 'exited', stdout: 'ok\n' };
const key = (): string => worker.hostKeyLine.split(' ').slice(1).join(' ');
const knownAs = (host: string, port: number, keyText = key()) => [
  { source: 'kh', text: `[${host}]:${port} ${keyText}` },
];

/** Ends the process of sshd that serves the connection, and waits until it is gone. */
async function killSession(transport: Transport): Promise<void> {
  const parent = await exec(transport, worker.address(), 'echo $PPID');
  const pid = Number(parent.kind === 'exited' && parent.stdout);
  process.kill(pid, 'SIGKILL');
  await ended(pid);
}

describe('a connection that ends while nothing uses it', () => {
  it('is opened anew at its next use, for a command and for a delivery', async () => {
    await using transport = farmTransport(farm);
    await killSession(transport);
    expect(await exec(transport)).toMatchObject(OK);
    expect(transport.handshakes).toBe(2);
    await killSession(transport);
    const source = join(farm.folder, 'client.pub').replace('/client', '/./client');
    const delivery = {
      sources: [source],
      destination: join(worker.root, 'b'),
      protect: [],
      tools: [],
      timeoutMs: 20_000,
    };
    expect(await transport.deliver(worker.address(), delivery, NEVER)).toMatchObject({ kind: 'delivered' });
    expect(await readFile(join(worker.root, 'b/client.pub'), 'utf8')).toBe(farm.publicKey);
    expect(transport.handshakes).toBe(3);
  });

  it('is opened once for all that wait for it', async () => {
    await using transport = farmTransport(farm);
    await killSession(transport);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => exec(transport)));
    for (const outcome of outcomes) expect(outcome).toMatchObject(OK);
    expect(transport.handshakes).toBe(2);
  });

  it('is opened anew when its sshd closes connections without channels', async () => {
    await using strict = await startFarm({ workers: 1, sshdLines: ['UnusedConnectionTimeout 1'] });
    const [idle] = strict.workers as unknown as [FarmWorker];
    await using transport = farmTransport(strict);
    expect(await exec(transport, idle.address())).toMatchObject(OK);
    await expect.poll(() => idle.log(), { timeout: 20_000 }).toContain('terminating inactive connection');
    expect(await exec(transport, idle.address())).toMatchObject(OK);
    expect(transport.handshakes).toBe(2);
  });

  it('must show the key that it showed first, also when that key was accepted unseen', async () => {
    const options: Partial<SshTransportOptions> = { hostKeyPolicy: 'accept-new', knownHosts: [], retryDelaysMs: [] };
    const first = await startMuteSshd('no channel');
    first.speak();
    await using transport = farmTransport(farm, options);
    const address = worker.address({ host: first.host, port: first.port });
    expect(await exec(transport, address)).toMatchObject({ kind: 'exited' });
    await first[Symbol.asyncDispose]();
    await using other = await startMuteSshd('no channel', { host: first.host, port: first.port });
    other.speak();
    expect(await exec(transport, address)).toMatchObject({ kind: 'failed', problem: { kind: 'host-key' } });
    expect(other.logins).toBe(0);
  });

  it('does not repeat a command that the worker may have begun', async () => {
    await using sshd = await startMuteSshd('no command');
    await using transport = farmTransport(farm, { knownHosts: [{ source: 'kh', text: sshd.hostKeyLine }] });
    const outcome = exec(transport, worker.address({ host: sshd.host, port: sshd.port }));
    await sshd.nextUnanswered();
    sshd.hangUp();
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { kind: 'lost' } });
    expect(sshd.logins).toBe(1);
  });

  it('sends a command again whose channel was never opened', async () => {
    await using sshd = await startMuteSshd('no channel');
    await using transport = farmTransport(farm, { knownHosts: [{ source: 'kh', text: sshd.hostKeyLine }] });
    const outcome = exec(transport, worker.address({ host: sshd.host, port: sshd.port }));
    await sshd.nextUnanswered();
    sshd.speak();
    sshd.hangUp();
    expect(await outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(sshd.logins).toBe(2);
  });
});

describe('a worker that was not reached', () => {
  it('is not dialled again in the same phase, and is in the next one', async () => {
    await using transport = farmTransport(farm);
    const host = ownLoopbackAddress();
    const port = await freePort(host);
    const address = worker.address({ host, port, hostKey: key() });
    const away = { kind: 'failed', problem: { kind: 'unreachable', host } };
    expect(await exec(transport, address)).toMatchObject(away);
    await using relay = await startTcpRelay(worker, { host, port });
    expect(await exec(transport, address)).toMatchObject(away);
    expect(relay.attempts).toBe(0);
    transport.forget('phase');
    expect(await exec(transport, address)).toMatchObject(OK);
  });

  it.each([
    ['hangs after TCP', (relay: { silence: () => void }) => relay.silence(), { connectTimeoutMs: 200 }, key],
    ['shows a wrong host key', () => {}, {}, () => farm.publicKey],
  ] as const)('because it %s is dialled again only after a hook', async (_what, spoil, options, keyText) => {
    await using relay = await startTcpRelay(worker);
    spoil(relay);
    const known = knownAs(relay.host, relay.port, keyText().split(' ').slice(0, 2).join(' '));
    await using transport = farmTransport(farm, { ...options, knownHosts: known });
    const address = worker.address({ host: relay.host, port: relay.port });
    for (const after of ['phase', 'phase', 'hook'] as const) {
      expect(await exec(transport, address)).toMatchObject({ kind: 'failed' });
      expect(relay.attempts).toBe(1);
      transport.forget(after);
    }
    expect(await exec(transport, address)).toMatchObject({ kind: 'failed' });
    expect(relay.attempts).toBe(2);
  });

  it('whose login hangs is not asked again before a hook has run', async () => {
    await using sshd = await startMuteSshd('no script');
    const options = { knownHosts: [{ source: 'kh', text: sshd.hostKeyLine }], startTimeoutMs: 100, killGraceMs: 1 };
    await using transport = farmTransport(farm, options);
    const address = worker.address({ host: sshd.host, port: sshd.port });
    expect(await exec(transport, address)).toMatchObject({ kind: 'failed', problem: { kind: 'broken' } });
    const asked = sshd.unanswered;
    transport.forget('phase');
    expect(await exec(transport, address)).toMatchObject({ kind: 'failed', problem: { kind: 'broken' } });
    expect(sshd.unanswered).toBe(asked);
    sshd.speak();
    transport.forget('hook');
    expect(await exec(transport, address)).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  it('is announced once while it is waited for', async () => {
    await using relay = await startTcpRelay(worker);
    relay.silence();
    const waits: string[] = [];
    await using transport = farmTransport(farm, {
      knownHosts: knownAs(relay.host, relay.port),
      connectTimeoutMs: 300,
      announceAfterMs: 50,
      onSlowDial: (title) => waits.push(title),
    });
    await exec(transport, worker.address({ host: relay.host, port: relay.port }));
    transport.forget('hook');
    await exec(transport, worker.address({ host: relay.host, port: relay.port }));
    expect(waits).toEqual([`worker ${relay.host}`]);
  });
});

describe('a jump host that went away', () => {
  it('is dialled anew in the next phase, and its failure is not remembered against the worker behind it', async () => {
    const host = ownLoopbackAddress();
    const port = await freePort(host);
    const text = `${worker.hostKeyLine}\n[${host}]:${port} ${key()}`;
    await using transport = farmTransport(farm, {
      proxyJump: `${worker.user}@${host}:${port}`,
      knownHosts: [{ source: 'kh', text }],
    });
    const down = await exec(transport);
    expect(down).toMatchObject({ kind: 'failed', problem: { kind: 'unreachable', host: worker.host } });
    expect(down.kind === 'failed' && down.problem.message).toContain(`jump host ${host}: connection refused`);
    await using relay = await startTcpRelay(worker, { host, port });
    transport.forget('phase');
    expect(await exec(transport)).toMatchObject(OK);
    relay.reset();
    await expect.poll(() => exec(transport), { timeout: 10_000 }).toMatchObject(OK);
    expect(relay.attempts).toBe(2);
  });
});
