import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import type { RemoteOutcome, Transport, WorkerAddress } from '../../../src/transport/port.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { freePort, ownLoopbackAddress } from '../../support/free-port.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';
import { startTcpRelay } from '../../support/tcp-relay.ts';

const run = promisify(execFile);
const TRANSPORT = join(import.meta.dirname, '../../../src/transport/ssh/ssh-transport.ts');

let farm: Farm;
let worker: FarmWorker;
beforeAll(async () => {
  farm = await startFarm({ workers: 2, sshdLines: ['MaxSessions 2'] });
  [worker] = farm.workers as unknown as [FarmWorker];
});
afterAll(() => farm.stop());

function execOn(transport: Transport, address = worker.address(), script = 'echo ok'): Promise<RemoteOutcome> {
  return transport.exec(address, { label: 'test', script, timeoutMs: 20_000 }, NEVER);
}

/**
 * Starts a command that prints an answer and then waits for a last word that never comes. Resolves when the answer has
 * arrived.
 */
function standOn(transport: Transport, address: WorkerAddress, onLine: (line: string) => void = () => {}) {
  return new Promise<{ readonly outcome: Promise<RemoteOutcome> }>((answered) => {
    const outcome: Promise<RemoteOutcome> = transport.exec(
      address,
      {
        label: 'standing',
        script: 'echo here; W=none; read -r W <&8; echo "heard <$W>"',
        timeoutMs: 60_000,
        lastWord: new Promise(() => {}),
        onLine: (line) => {
          onLine(line);
          if (line === 'here') answered({ outcome });
        },
      },
      NEVER,
    );
  });
}

/** Returns the known_hosts line with the host key of `worker` for the address of a relay. */
function knownAs(host: string, port: number): { source: string; text: string }[] {
  return [{ source: 'kh', text: `[${host}]:${port} ${worker.hostKeyLine.split(' ').slice(1).join(' ')}` }];
}

describe('a connection', () => {
  it('is one for everything at once, also where sshd allows only two sessions', async () => {
    const before = await worker.acceptedConnections();
    await using transport = farmTransport(farm);
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, index) => execOn(transport, worker.address(), `echo ${index}`)),
    );
    expect(outcomes.map((outcome) => outcome.kind === 'exited' && outcome.stdout)).toEqual(
      outcomes.map((_, index) => `${index}\n`),
    );
    expect(transport.handshakes).toBe(1);
    expect((await worker.acceptedConnections()) - before).toBe(1);
  });

  it('closes sessions that wait for a last word, when no other session is available', async () => {
    await using transport = farmTransport(farm);
    const heard: string[] = [];
    const stay = () => standOn(transport, worker.address(), (line) => heard.push(line));
    const standing = [await stay(), await stay()]; // uses all sessions that this sshd allows
    expect(heard).toEqual(['here', 'here']);
    expect(await execOn(transport)).toMatchObject({ kind: 'exited', stdout: 'ok\n' });
    expect(await Promise.all(standing.map(({ outcome }) => outcome))).toEqual([
      expect.objectContaining({ kind: 'exited', exitCode: 0, stdout: 'here\nheard <>\n' }),
      expect.objectContaining({ kind: 'exited', exitCode: 0, stdout: 'here\nheard <>\n' }),
    ]);
    expect(transport.handshakes).toBe(1);
  });

  describe('that has learned of a limit of one session', () => {
    let narrow: Farm;
    beforeAll(async () => {
      narrow = await startFarm({ workers: 1, sshdLines: ['MaxSessions 1'] });
    });
    afterAll(() => narrow.stop());

    /**
     * Opens a connection and runs several commands at once. The connection learns from them that the server refuses a second
     * session.
     */
    async function openNarrow() {
      const transport = farmTransport(narrow);
      const address = (narrow.workers[0] as FarmWorker).address();
      await Promise.all([1, 2, 3, 4].map(() => execOn(transport, address)));
      return { transport, address };
    }

    it('closes the waiting session for a command that comes later', async () => {
      const { transport, address } = await openNarrow();
      await using _closing = transport;
      const { outcome } = await standOn(transport, address);
      expect(await execOn(transport, address)).toMatchObject({ kind: 'exited', stdout: 'ok\n' });
      expect(await outcome).toMatchObject({ kind: 'exited', exitCode: 0, stdout: 'here\nheard <>\n' });
    });

    it('closes the waiting session for commands that were waiting before', async () => {
      const { transport, address } = await openNarrow();
      await using _closing = transport;
      const first = execOn(transport, address);
      const standing = standOn(transport, address);
      const later = [execOn(transport, address), execOn(transport, address)];
      for (const outcome of [await first, ...(await Promise.all(later))]) {
        expect(outcome).toMatchObject({ kind: 'exited', stdout: 'ok\n' });
      }
      const { outcome } = await standing;
      await execOn(transport, address); // needs the only session when earlier commands ran before the waiting one
      expect(await outcome).toMatchObject({ kind: 'exited', stdout: 'here\nheard <>\n' });
      expect(transport.handshakes).toBe(1);
    });
  });

  it('is not opened before its first use', async () => {
    const before = await worker.log();
    await using transport = farmTransport(farm);
    expect(transport.handshakes).toBe(0);
    expect(await worker.log()).toBe(before);
  });

  it('is tried again while it is refused before the handshake, and counts as one', async () => {
    const before = await worker.acceptedConnections();
    await using relay = await startTcpRelay(worker, { refusals: 3 });
    await using transport = farmTransport(farm, {
      knownHosts: knownAs(relay.host, relay.port),
      retryDelaysMs: [1, 1, 1],
    });
    expect(await execOn(transport, worker.address({ host: relay.host, port: relay.port }))).toMatchObject({
      kind: 'exited',
    });
    expect([relay.attempts, transport.handshakes]).toEqual([4, 1]);
    expect((await worker.acceptedConnections()) - before).toBe(1);
  });

  it('that is refused for good is reported once per attempt, and not tried again later', async () => {
    await using relay = await startTcpRelay(worker, { refusals: 1000 });
    await using transport = farmTransport(farm, { knownHosts: knownAs(relay.host, relay.port), retryDelaysMs: [1, 1] });
    const address = worker.address({ host: relay.host, port: relay.port });
    const outcomes = [await execOn(transport, address), await execOn(transport, address)];
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'unreachable' } });
    expect([relay.attempts, transport.handshakes]).toEqual([3, 0]);
  });

  it('to a closed port is unreachable', async () => {
    await using transport = farmTransport(farm, { retryDelaysMs: [1] });
    const host = ownLoopbackAddress();
    const outcome = await transport.connect(worker.address({ host, port: await freePort(host) }), NEVER);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'unreachable', host } });
    expect(outcome.kind === 'failed' && outcome.problem.message).toContain(`worker ${host}: connection refused`);
  });

  it('to a host that does not exist is unreachable', async () => {
    await using transport = farmTransport(farm, { retryDelaysMs: [] });
    const outcome = await transport.connect(worker.address({ host: 'no-such-host.invalid' }), NEVER);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'unreachable', host: 'no-such-host.invalid' } });
  });

  it('to something that never speaks ends at the time limit', async () => {
    await using relay = await startTcpRelay(worker);
    relay.silence();
    await using transport = farmTransport(farm, { knownHosts: knownAs(relay.host, relay.port), connectTimeoutMs: 300 });
    const outcome = await transport.connect(worker.address({ host: relay.host, port: relay.port }), NEVER);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'unreachable' } });
    expect(outcome.kind === 'failed' && outcome.problem.message).toContain('no SSH handshake within 0.3 s');
    expect([relay.attempts, transport.handshakes]).toEqual([1, 0]);
  });

  it('with a key that the worker refuses reports which line to add to which file', async () => {
    const file = join(farm.folder, 'stranger');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    const [{ stdout: text }, { stdout: publicKey }] = await Promise.all([
      run('cat', [file]),
      run('cat', [`${file}.pub`]),
    ]);
    await using transport = farmTransport(farm, { privateKey: { text, source: 'secrets/worker.key' } });
    const outcome = await transport.connect(worker.address(), NEVER);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'auth', host: worker.host } });
    expect(outcome.kind === 'failed' && outcome.problem.hint).toContain(publicKey.trim());
  });

  it('can be given up by one caller without harm to another', async () => {
    await using transport = farmTransport(farm);
    const stop = new AbortController();
    const first = transport.connect(worker.address(), stop.signal);
    const second = transport.connect(worker.address(), NEVER);
    stop.abort();
    expect(await first).toMatchObject({ kind: 'failed', problem: { kind: 'cancelled' } });
    expect(await second).toEqual({ kind: 'connected' });
  });

  it('works with keys of every other kind, sealed by a passphrase', async () => {
    for (const type of ['rsa', 'ecdsa']) {
      const file = join(farm.folder, type);
      await run('ssh-keygen', ['-q', '-t', type, '-N', 'secret words', '-f', file]);
      await run('sh', ['-c', 'cat "$1.pub" >>"$2"', 'sh', file, join(farm.folder, 'client.pub')]);
      const { stdout: text } = await run('cat', [file]);
      await using transport = farmTransport(farm, { privateKey: { text, source: type, passphrase: 'secret words' } });
      expect(await execOn(transport)).toMatchObject({ kind: 'exited', stdout: 'ok\n' });
    }
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));

describe.skipIf(!hasIpv6)('a worker with an IPv6 address (needs ::1)', () => {
  it('is found in known_hosts and reached', async () => {
    await using relay = await startTcpRelay(worker, { host: '::1' });
    await using transport = farmTransport(farm, { knownHosts: knownAs('::1', relay.port) });
    expect(await execOn(transport, worker.address({ host: '::1', port: relay.port }))).toMatchObject({
      kind: 'exited',
    });
  });
});

describe('a transport', () => {
  it('loads the SSH library only when a worker is used', async () => {
    const script = [
      `const { openSshTransport } = await import(${JSON.stringify(TRANSPORT)});`,
      'const { createRequire } = await import("node:module");',
      'const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("ssh2"));',
      `const knownHosts = [{ source: "kh", text: process.env.KNOWN_HOSTS }];`,
      'const privateKey = { text: process.env.KEY, source: "key" };',
      'const transport = openSshTransport({ privateKey, knownHosts, hostKeyPolicy: "strict" });',
      'const before = loaded();',
      'const outcome = await transport.connect(JSON.parse(process.env.WORKER), new AbortController().signal);',
      'await transport[Symbol.asyncDispose]();',
      'console.log(before, outcome.kind, loaded());',
    ];
    const env = {
      ...process.env,
      KEY: farm.privateKey,
      KNOWN_HOSTS: farm.knownHosts,
      WORKER: JSON.stringify(worker.address()),
    };
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script.join('\n')], { env });
    expect([stdout, stderr]).toEqual(['false connected true\n', '']);
  });

  it('refuses an encrypted key without its passphrase before any connection', () => {
    const open = (): Transport =>
      farmTransport(farm, { privateKey: { text: 'nothing of the kind', source: 'input ssh-private-key' } });
    expect(open).toThrow(Failure);
    expect(open).toThrow('the SSH private key from input ssh-private-key is not a private key');
  });

  it('throws for a key that turns out to be broken, whatever is asked of it', async () => {
    const text = farm.privateKey
      .replace(/\n.{20}/, `\n${'b3BlbnNzaC1rZXktdjEAAAAA'.slice(0, 20)}`)
      .replace(/.{8}\n-----END/, 'AAAAAAAA\n-----END');
    await using transport = farmTransport(farm, { privateKey: { text, source: 'secrets/worker.key' } });
    await expect(transport.connect(worker.address(), NEVER)).rejects.toThrow(Failure);
    await expect(execOn(transport)).rejects.toThrow('secrets/worker.key');
  });
});
