import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RemoteOutcome } from '../../../src/transport/port.ts';
import { explainNoStart } from '../../../src/transport/ssh/exec/start-failure.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { type FarmOptions, startFarm } from '../../support/ssh-farm.ts';

const worker = { host: '10.0.0.1', port: 22, user: 'agent', root: '/opt/worker', useSudo: true, hostKey: undefined };

describe('explainNoStart', () => {
  it.each([
    ['sh: 1: exec: sudo: not found', 'sudo is not installed on worker 10.0.0.1'],
    ['bash: line 1: sudo: command not found', 'sudo is not installed on worker 10.0.0.1'],
    ['sudo: a password is required', 'sudo on worker 10.0.0.1 asks agent for a password'],
    ['sudo: a terminal is required to read the password', 'sudo on worker 10.0.0.1 asks agent for a password'],
    ['sudo: sorry, you must have a tty to run sudo', 'sudo on worker 10.0.0.1 asks agent for a password'],
    ['agent is not in the sudoers file.', 'sudo on worker 10.0.0.1 does not let agent become root'],
    [
      "Sorry, user agent is not allowed to execute '/bin/sh' as root",
      'sudo on worker 10.0.0.1 does not let agent become root',
    ],
  ])('knows "%s"', (noise, message) => {
    expect(explainNoStart(worker, 1, noise)).toMatchObject({ kind: 'broken', host: '10.0.0.1', message });
    expect(explainNoStart({ ...worker, useSudo: false }, 1, noise).message).toContain(noise);
  });
});

async function execOn(options: Omit<FarmOptions, 'workers'>, useSudo: boolean): Promise<RemoteOutcome> {
  await using farm = await startFarm({ workers: 1, ...options });
  await using transport = farmTransport(farm);
  const address = farm.workers[0]?.address({ useSudo });
  if (!address) throw new Error('no worker');
  const outcome = await transport.exec(address, { label: 'test', script: 'exit 0', timeoutMs: 20_000 }, NEVER);
  return outcome;
}

describe('a script that never begins', () => {
  it('because of the login files is a failure, and their output is shown', async () => {
    const outcome = await execOn({ bashrc: 'echo "This account is locked"; exit 0' }, false);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'broken' } });
    expect(outcome.kind === 'failed' && outcome.problem.message).toContain('This account is locked');
  });

  it('because of sudo has a hint', async () => {
    const tools = await mkdtemp(join(tmpdir(), 'maand-sudo-'));
    try {
      const [bin, fake] = [join(tools, 'bin'), join(tools, 'fake')];
      await Promise.all([mkdir(bin), mkdir(fake)]);
      await symlink('/bin/sh', join(bin, 'sh'));
      await writeFile(join(fake, 'sudo'), '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n', {
        flag: 'wx',
        mode: 0o755,
      });
      const missing = await execOn({ path: bin }, true);
      expect(missing).toMatchObject({
        kind: 'failed',
        problem: { message: expect.stringContaining('sudo is not installed') },
      });
      const asking = await execOn({ path: `${fake}:${bin}` }, true);
      expect(asking).toMatchObject({ kind: 'failed', problem: { hint: expect.stringContaining('NOPASSWD') } });
    } finally {
      await rm(tools, { recursive: true });
    }
  });
});
