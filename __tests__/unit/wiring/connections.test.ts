import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { Connections } from '../../../src/wiring/connections.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { type CallOptions, SessionBucket } from '../../support/session-bucket.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);

const SETTINGS = { sshKey: 'worker.key', sshProxyJump: '', parallelWorkers: 4 };

let keys: Readonly<Record<'open' | 'locked', string>>;
let fingerprints: Readonly<Record<'open' | 'locked', string>>;

beforeAll(async () => {
  const folder = await temporaryFolder();
  const make = async (name: string, passphrase: string) => {
    const file = join(folder, name);
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', '', '-f', file]);
    const { stdout } = await run('ssh-keygen', ['-l', '-f', `${file}.pub`]);
    return { text: await readFile(file, 'utf8'), fingerprint: stdout.split(' ')[1] ?? '' };
  };
  const [open, locked] = [await make('open', ''), await make('locked', 'correct horse')];
  keys = { open: open.text, locked: locked.text };
  fingerprints = { open: open.fingerprint, locked: locked.fingerprint };
});

function connectionsOf(bucket: SessionBucket, options: CallOptions = {}): Connections {
  const { request, face } = bucket.call(['deploy'], options);
  return new Connections(request, face);
}

const describeKey = (bucket: SessionBucket, options: CallOptions = {}) =>
  connectionsOf(bucket, options).describeKey({ bucketDir: bucket.dir, settings: SETTINGS });

describe('the SSH key', () => {
  it('comes from the file that maand.conf names', async () => {
    const bucket = await SessionBucket.create({ 'secrets/worker.key': keys.open });
    expect(await describeKey(bucket)).toBe(`ssh-ed25519 ${fingerprints.open} (${bucket.dir}/secrets/worker.key)`);
  });

  it('that is given counts more, and is kept from the log with its passphrase', async () => {
    const bucket = await SessionBucket.create({ 'secrets/worker.key': keys.open });
    const env = { MAAND_SSH_PRIVATE_KEY: keys.locked, MAAND_SSH_PASSPHRASE: 'correct horse' };
    expect(await describeKey(bucket, { env })).toBe(`ssh-ed25519 ${fingerprints.locked} (MAAND_SSH_PRIVATE_KEY)`);
    const [, line = ''] = keys.locked.split('\n');
    expect(bucket.masker.mask(`${line} correct horse`)).toBe('*** ***');
  });

  it.each<readonly [what: string, file: string | undefined, as: 'cli' | 'action', message: string, hint: string]>([
    [
      'is nowhere',
      undefined,
      'cli',
      'there is no SSH key: DIR/secrets/worker.key does not exist',
      'put the private key there, or give it as MAAND_SSH_PRIVATE_KEY',
    ],
    [
      'is not given to the action',
      undefined,
      'action',
      'there is no SSH key: DIR/secrets/worker.key does not exist',
      'put the private key there, or give it as input ssh-private-key',
    ],
  ])('%s: refused', async (_what, file, as, message, hint) => {
    const bucket = await SessionBucket.create({ 'secrets/worker.key': file });
    const refused = await refusalOf(() => describeKey(bucket, { as }));
    expect(refused).toMatchObject({ exitCode: 2, message: message.replace('DIR', bucket.dir), hint });
  });

  it('that is not a key, or is locked, is refused with the name of its source', async () => {
    const bucket = await SessionBucket.create({ 'secrets/worker.key': 'no key\n' });
    expect((await refusalOf(() => describeKey(bucket))).message).toContain(`${bucket.dir}/secrets/worker.key`);
    const env = { MAAND_SSH_PRIVATE_KEY: keys.locked };
    expect((await refusalOf(() => describeKey(bucket, { env }))).message).toContain('MAAND_SSH_PRIVATE_KEY');
  });

  it('is not looked for before a worker is met', async () => {
    const bucket = await SessionBucket.create();
    await using connections = connectionsOf(bucket);
    const transport = connections.open({ bucketDir: bucket.dir, settings: SETTINGS });
    expect(transport.handshakes).toBe(0);
    const w1 = { host: 'w1', port: 22, user: 'agent', root: '/opt/worker', useSudo: false, hostKey: undefined };
    const refused = await refusalOf(() => transport.connect(w1, new AbortController().signal));
    expect(refused.message).toContain('there is no SSH key');
  });
});

describe('pinned host keys', () => {
  it('are the keys that were known first, and are stored in the state', async () => {
    const connections = connectionsOf(await SessionBucket.create());
    connections.pin([['w1:22', 'ssh-ed25519 first']]);
    connections.pin([
      ['w1:22', 'ssh-ed25519 second'],
      ['w2:22', 'ssh-ed25519 other'],
    ]);
    expect(connections.pins).toEqual([
      ['w1:22', 'ssh-ed25519 first'],
      ['w2:22', 'ssh-ed25519 other'],
    ]);
  });
});
