import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectOutcome, TransportProblem, WorkerAddress } from '../../../src/transport/port.ts';
import type { SshTransportOptions } from '../../../src/transport/ssh/transport-options.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';

const run = promisify(execFile);
const SOURCE = 'workspace/known_hosts';

let farm: Farm;
let worker: FarmWorker;
let other: FarmWorker;
beforeAll(async () => {
  farm = await startFarm({ workers: 2, hostKeyTypes: ['ed25519', 'rsa', 'ecdsa'] });
  [worker, other] = farm.workers as unknown as [FarmWorker, FarmWorker];
});
afterAll(() => farm.stop());

async function connect(
  knownHosts: string,
  options: Partial<SshTransportOptions> & { readonly address?: Partial<WorkerAddress> } = {},
): Promise<ConnectOutcome> {
  await using transport = farmTransport(farm, { knownHosts: [{ source: SOURCE, text: knownHosts }], ...options });
  const outcome = await transport.connect(worker.address(options.address), NEVER);
  return outcome;
}

function problemOf(outcome: ConnectOutcome): TransportProblem {
  if (outcome.kind !== 'failed') throw new Error('it connected');
  return outcome.problem;
}

/** Returns the known_hosts line for another host key of the worker. */
async function lineFor(type: string): Promise<string> {
  const folder = join(farm.folder, 'w0', `host_${type}.pub`);
  const { stdout } = await run('cut', ['-d', ' ', '-f', '1,2', folder]);
  return `[${worker.host}]:${worker.port} ${stdout.trim()}`;
}

async function fingerprintOf(type: string): Promise<string> {
  const { stdout } = await run('ssh-keygen', ['-l', '-f', join(farm.folder, 'w0', `host_${type}.pub`)]);
  return stdout.split(' ')[1] ?? '';
}

const keyOf = (line: string): string => line.split(' ').slice(1).join(' ');

describe('a host key', () => {
  it.each(['ed25519', 'rsa', 'ecdsa'])('that is known only by its %s line is accepted', async (type) => {
    expect(await connect(await lineFor(type))).toEqual({ kind: 'connected' });
  });

  it('is found under a hashed name', async () => {
    const file = join(farm.folder, 'hashed');
    await run('sh', ['-c', `printf '%s\\n' "$1" >"$2"; ssh-keygen -q -H -f "$2"`, 'sh', worker.hostKeyLine, file]);
    const { stdout } = await run('cat', [file]);
    expect(stdout).toMatch(/^\|1\|/);
    expect(await connect(stdout)).toEqual({ kind: 'connected' });
  });

  it('that is unknown refuses, with its fingerprint and the line that the next attempt accepts', async () => {
    const problem = problemOf(await connect(`garbage\n${other.hostKeyLine}\n`));
    expect(problem).toMatchObject({ kind: 'host-key', host: worker.host });
    expect(problem.message).toContain(`ssh-ed25519 ${await fingerprintOf('ed25519')}`);
    expect(problem.hint).toContain(`${SOURCE}:1`);
    expect(problem.hint?.endsWith(`: ${worker.hostKeyLine}`)).toBe(true);
    expect(await connect(problem.hint?.split(': ').at(-1) ?? '')).toEqual({ kind: 'connected' });
  });

  it('that has changed is refused under both policies, and the error names the different line', async () => {
    const line = `[${worker.host}]:${worker.port} ${keyOf(other.hostKeyLine)}`;
    for (const hostKeyPolicy of ['strict', 'accept-new'] as const) {
      const problem = problemOf(await connect(`# comment\n${line}\n`, { hostKeyPolicy }));
      expect(problem.kind).toBe('host-key');
      expect(problem.message).toContain('has changed');
      expect(problem.message).toContain(await fingerprintOf('ed25519'));
      expect(problem.message).toContain(`${SOURCE}:2`);
      expect(problem.hint).toContain(worker.hostKeyLine);
    }
  });

  it('of a type that the worker does not have refuses', async () => {
    const problem = problemOf(await connect(`[${worker.host}]:${worker.port} ecdsa-sha2-nistp384 ${NISTP384}`));
    expect(problem).toMatchObject({ kind: 'host-key' });
    expect(problem.message).toContain('has no host key of the types known for it: ecdsa-sha2-nistp384');
    expect(problem.hint).toContain('ssh-keyscan');
  });

  it('that is revoked is refused although it is known', async () => {
    const problem = problemOf(await connect(`${worker.hostKeyLine}\n@revoked * ${keyOf(worker.hostKeyLine)}\n`));
    expect(problem).toMatchObject({ kind: 'host-key' });
    expect(problem.message).toContain(`revoked by ${SOURCE}:2`);
  });

  it('of a host that only a certificate authority vouches for refuses before any connection', async () => {
    const text = `@cert-authority [127.*]:* ${keyOf(other.hostKeyLine)}`;
    await using transport = farmTransport(farm, {
      knownHosts: [{ source: SOURCE, text }],
      hostKeyPolicy: 'accept-new',
    });
    const problem = problemOf(await transport.connect(worker.address(), NEVER));
    expect(problem).toMatchObject({ kind: 'host-key', hint: expect.stringContaining('ssh-keyscan') });
    expect(problem.message).toContain(`certificate authority (${SOURCE}:1)`);
    expect(transport.handshakes).toBe(0);
  });

  it('pinned in workers.json is the only accepted key', async () => {
    const right = { hostKey: keyOf(worker.hostKeyLine) };
    const wrong = { hostKey: keyOf(other.hostKeyLine) };
    expect(await connect('', { address: right })).toEqual({ kind: 'connected' });
    const problem = problemOf(await connect(farm.knownHosts, { address: wrong }));
    expect(problem.message).toContain('host_key in workers.json');
    expect(problemOf(await connect('', { address: { hostKey: 'nonsense' } })).kind).toBe('host-key');
  });

  it('that is new is accepted under accept-new, and its line is passed on to be remembered', async () => {
    const seen: [string, number, string][] = [];
    const onNewHostKey: SshTransportOptions['onNewHostKey'] = (host, port, line) => void seen.push([host, port, line]);
    expect(await connect('', { hostKeyPolicy: 'accept-new', onNewHostKey })).toEqual({ kind: 'connected' });
    expect(seen).toEqual([[worker.host, worker.port, worker.hostKeyLine]]);
    expect(await connect(worker.hostKeyLine, { hostKeyPolicy: 'accept-new', onNewHostKey })).toEqual({
      kind: 'connected',
    });
    expect(seen).toHaveLength(1);
  });

  it('that is refused never sees a login', async () => {
    const before = await worker.acceptedConnections();
    problemOf(await connect(''));
    expect(await worker.acceptedConnections()).toBe(before);
  });
});

/** A public key of a type that no worker of the farm has. */
const NISTP384 =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==';
