import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAndStay } from '../../../src/state-fleet/holders/standing-look.ts';
import type { DeliveryOutcome, RemoteOutcome, Transport, WorkerAddress } from '../../../src/transport/port.ts';
import type { SshTransportOptions } from '../../../src/transport/ssh/transport-options.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { type MuteSshd, type Silence, startMuteSshd } from '../../support/mute-sshd.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

const addressOf = ({ host, port }: MuteSshd): WorkerAddress => ({
  host,
  port,
  user: 'root',
  root: '/nowhere',
  useSudo: false,
  hostKey: undefined,
});

function transportTo(sshd: MuteSshd, options: Partial<SshTransportOptions>): Transport {
  return farmTransport(farm, { knownHosts: [{ source: 'kh', text: sshd.hostKeyLine }], killGraceMs: 1, ...options });
}

/** Everything that can be asked of a worker. */
const ASKED: Readonly<
  Record<string, (t: Transport, to: WorkerAddress, signal: AbortSignal) => Promise<RemoteOutcome | DeliveryOutcome>>
> = {
  'a command': (transport, to, signal) =>
    transport.exec(to, { label: 'make start', script: 'true', timeoutMs: 60_000 }, signal),
  'a command with input': (transport, to, signal) =>
    transport.exec(to, { label: 'state', script: 'cat', input: Buffer.from('x'), timeoutMs: 60_000 }, signal),
  'a delivery': (transport, to, signal) => {
    const delivery = {
      sources: [`${farm.folder}/./client.pub`],
      destination: '/nowhere',
      protect: [],
      tools: [],
      timeoutMs: 60_000,
    };
    return transport.deliver(to, delivery, signal);
  },
  'the look that stays': async (transport, worker, signal) => {
    const look = await lookAndStay({ transport, worker, script: 'true', timeoutMs: 60_000, onLine: () => {} }, signal);
    if (!('kind' in look)) throw new Error('it answered');
    return look;
  },
};
const SILENCES: readonly Silence[] = ['no channel', 'no command', 'no script'];
const EVERY = SILENCES.flatMap((silence) => Object.keys(ASKED).map((what) => [silence, what] as const));

const WORDS: Readonly<Record<Silence, string>> = {
  'no channel': 'accepted our login, but did not open a channel within 0.1 s',
  'no command': 'accepted our login, but did not answer our command within 2 s',
  'no script': 'did not start our script within 0.1 s; nothing was printed so far',
};

/** The limit that ends each silence. The others stay long, because a busy machine is slow. */
const LIMITS: Readonly<Record<Silence, Partial<SshTransportOptions>>> = {
  'no channel': { answerTimeoutMs: 100 },
  'no command': { answerTimeoutMs: 2000 },
  'no script': { startTimeoutMs: 100 },
};

describe('a worker that lets us in and gives no answer', () => {
  it.each(EVERY)('(%s) ends %s at its limit, and the message says which', async (silence, what) => {
    await using sshd = await startMuteSshd(silence);
    await using transport = transportTo(sshd, LIMITS[silence]);
    const outcome = await ASKED[what]?.(transport, addressOf(sshd), NEVER);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'broken', host: sshd.host } });
    expect(outcome?.kind === 'failed' && outcome.problem.message).toContain(WORDS[silence]);
  });

  it.each(EVERY)('(%s) does not keep %s from being cancelled', async (silence, what) => {
    await using sshd = await startMuteSshd(silence);
    await using transport = transportTo(sshd, { answerTimeoutMs: 60_000, startTimeoutMs: 60_000 });
    const stop = new AbortController();
    const outcome = ASKED[what]?.(transport, addressOf(sshd), stop.signal);
    await sshd.nextUnanswered();
    stop.abort();
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { kind: 'cancelled' } });
  });

  it('counts these waits within the time limit of the command', async () => {
    for (const silence of SILENCES) {
      await using sshd = await startMuteSshd(silence);
      await using transport = transportTo(sshd, { answerTimeoutMs: 60_000, startTimeoutMs: 60_000 });
      const command = { label: 'probe', script: 'true', timeoutMs: 100 };
      const outcome = await transport.exec(addressOf(sshd), command, NEVER);
      expect(['timed-out', 'failed']).toContain(outcome.kind);
      if (outcome.kind === 'failed') expect(outcome.problem.message).toContain('did not start our script within');
    }
  });
});

describe('a login that', () => {
  const loginOf = async (bashrc: string, options: Partial<SshTransportOptions> = {}): Promise<string> => {
    await using noisy = await startFarm({ workers: 1, bashrc });
    const [worker] = noisy.workers as unknown as [FarmWorker];
    await using transport = farmTransport(noisy, { startTimeoutMs: 4000, killGraceMs: 100, ...options });
    const command = { label: 'test', script: 'echo ran', timeoutMs: 60_000 };
    const outcome = await transport.exec(worker.address(), command, NEVER);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'broken', host: worker.host } });
    return outcome.kind === 'failed' ? `${outcome.problem.message} (${outcome.problem.hint})` : '';
  };

  it('hangs is given up, and the message has what was printed and the files to look at', async () => {
    const said = await loginOf('echo "loading the environment"; sleep 600\n');
    expect(said).toMatch(/the login of \S+ did not start our script within 4 s; printed so far: loading the environm/);
    expect(said).toContain('~/.bashrc');
  });

  it('is not waited for when the command has less time', async () => {
    await using slow = await startFarm({ workers: 1, bashrc: 'sleep 600\n' });
    const [worker] = slow.workers as unknown as [FarmWorker];
    await using transport = farmTransport(slow, { killGraceMs: 100 });
    const outcome = await transport.exec(worker.address(), { label: 'x', script: 'true', timeoutMs: 4000 }, NEVER);
    expect(outcome.kind === 'failed' && outcome.problem.message).toMatch(/did not start our script within/);
  });

  it('reads our script away is told so', async () => {
    expect(await loginOf('cat >/dev/null; sleep 600\n')).toContain('nothing was printed so far');
  });

  it('prints without end is ended before it fills the memory', async () => {
    expect(await loginOf('yes\n', { startTimeoutMs: 60_000 })).toContain(
      'printed more than 1024 KiB before our script',
    );
  });
});
