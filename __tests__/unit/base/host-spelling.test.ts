import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalHost, spelledAs } from '../../../src/base/text/host-spelling.ts';
import { findKnownHosts, parseKnownHosts } from '../../../src/transport/ssh/keys/known-hosts.ts';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { makeBucket } from '../workspace/bucket-folder.ts';

const LONG = '2001:0DB8:0:0:0:0:0:7';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBUubFZyeEhYpVZlFbYC0wSQcVYZVqLvHOnZmzcKqbCE';

describe('one form of a host', () => {
  it.each([
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::1', '::1'],
    [LONG, '2001:db8::7'],
    ['10.0.0.1', '10.0.0.1'],
    ['Web-1.Example.org', 'web-1.example.org'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ])('%s: %s', (host, form) => expect(canonicalHost(host)).toBe(form));
});

describe('a host that somebody names', () => {
  it('is meant in the spelling of the list, and stays as it is when it is not listed', () => {
    expect(spelledAs(['0:0:0:0:0:0:0:1', 'WEB', '10.0.0.9'], ['::1', 'web', '10.0.0.1'])).toEqual([
      '::1',
      'web',
      '10.0.0.9',
    ]);
  });

  it('is disabled under any spelling', async () => {
    const dir = await makeBucket({
      'workspace/workers.json': JSON.stringify([{ host: '::1' }]),
      'workspace/disabled.json': JSON.stringify({
        workers: ['0:0:0:0:0:0:0:1'],
        jobs: { web: { allocations: ['0::1'] } },
      }),
    });
    const { workspace } = await readWorkspace({ bucketDir: dir, environment: 'default' });
    expect(workspace?.disabled).toMatchObject({ workers: ['::1'], jobs: { web: { allocations: ['::1'] } } });
  });
});

describe('two spellings of one IPv6 address', () => {
  it('are one worker that is listed twice', async () => {
    const workers = JSON.stringify([{ host: '2001:db8::7' }, { host: LONG }]);
    const { diagnostics } = await readWorkspace({ bucketDir: await makeBucket({ 'workspace/workers.json': workers }) });
    expect(diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      `error: invalid worker.json: duplicate host "${LONG}"`,
    ]);
  });

  const salt = Buffer.from('01234567890123456789');
  const hash = createHmac('sha1', salt).update('[2001:db8::7]:2222').digest('base64');
  it.each([
    [`[${LONG}]:2222`, '2001:db8::7', 2222],
    ['[2001:db8::7]:2222', LONG, 2222],
    [LONG, '2001:db8::7', 22],
    [`|1|${salt.toString('base64')}|${hash}`, LONG, 2222],
  ])('have one host key: %s for %s', (names, host, port) => {
    const known = parseKnownHosts([{ source: 'known_hosts', text: `${names} ${KEY}\n` }]);
    expect(findKnownHosts(known, host, port)).toHaveLength(1);
    expect(findKnownHosts(known, '2001:db8::8', port)).toEqual([]);
  });
});
