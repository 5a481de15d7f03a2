import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  findKnownHosts,
  fingerprint,
  hostName,
  linesNaming,
  parseKnownHosts,
} from '../../../src/transport/ssh/keys/known-hosts.ts';

const run = promisify(execFile);
let folder = '';
let keys: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maand-known-hosts-'));
  const types = ['ed25519', 'ecdsa', 'rsa'];
  await Promise.all(
    types.map((type) => run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', join(folder, type)])),
  );
  keys = await Promise.all(
    types.map(async (type) => (await run('ssh-keygen', ['-y', '-f', join(folder, type)])).stdout.trim()),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function exampleText(): string {
  const [ed25519 = '', ecdsa = '', rsa = ''] = keys;
  return [
    '# comment',
    '',
    `10.0.0.1 ${ed25519} a comment with words`,
    `\t10.0.0.1\t${ecdsa}`,
    `10.0.0.2,worker-two.example,[10.0.0.2]:2222 ${ed25519}`,
    `*.example,!bad.example,![*]:* ${rsa}`,
    `[10.0.0.?]:2200 ${ed25519}`,
    `Mixed.Case.Test ${ed25519}`,
    `fd00::1 ${ed25519}`,
    `[fd00::2]:2222 ${ecdsa}`,
    `@cert-authority *.ca.test ${rsa}`,
    `@revoked 10.0.0.9 ${ed25519}`,
    `10.0.0.9 ${ecdsa}`,
    `10.0.0.3 ssh-ed25519`,
    `10.0.0.3 ssh-rsa ${ed25519.split(' ')[1]}`,
    'some garbage here',
    `@unknown 10.0.0.3 ${ed25519}`,
  ].join('\n');
}

const NAMES: readonly (readonly [string, number])[] = [
  ['10.0.0.1', 22],
  ['10.0.0.1', 2222],
  ['10.0.0.2', 22],
  ['10.0.0.2', 2222],
  ['worker-two.example', 22],
  ['bad.example', 22],
  ['one.example', 22],
  ['one.example', 2222],
  ['10.0.0.7', 2200],
  ['10.0.0.77', 2200],
  ['mixed.case.test', 22],
  ['fd00::1', 22],
  ['fd00::2', 2222],
  ['x.ca.test', 22],
  ['10.0.0.9', 22],
  ['10-0-0-1', 22],
];

/** Returns `line number + marker` of each match, as ssh-keygen finds them. */
async function bySshKeygen(file: string, name: string): Promise<string[]> {
  const { stdout } = await run('ssh-keygen', ['-F', name, '-f', file]).catch((failure) => {
    if (failure.code === 1) return { stdout: '' };
    throw failure;
  });
  return [...stdout.matchAll(/found: line (\d+)(?: (\w+))?/g)].map(([, line, marker]) =>
    `${line} ${marker ?? ''}`.trim(),
  );
}

function byOurs(text: string, host: string, port: number): string[] {
  const known = parseKnownHosts([{ source: 'f', text }]);
  const marks = { none: '', 'cert-authority': 'CA', revoked: 'REVOKED' };
  return linesNaming(known, hostName(host, port)).map((entry) => `${entry.line} ${marks[entry.marker]}`.trim());
}

describe('known hosts', () => {
  it('are found as ssh-keygen finds them', async () => {
    const text = exampleText();
    const file = join(folder, 'plain');
    await writeFile(file, text);
    for (const [host, port] of NAMES) {
      expect([host, port, byOurs(text, host, port)]).toEqual([
        host,
        port,
        await bySshKeygen(file, hostName(host, port)),
      ]);
    }
  });

  it('are found under hashed names', async () => {
    const [ed25519 = ''] = keys;
    const file = join(folder, 'hashed');
    await writeFile(file, `10.0.0.1,second.test ${ed25519}\n[10.0.0.2]:2222 ${ed25519}\n`);
    await run('ssh-keygen', ['-H', '-f', file]);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^\|1\|/);
    const known = parseKnownHosts([{ source: 'f', text }]);
    const names = [
      ['10.0.0.1', 22],
      ['second.test', 22],
      ['10.0.0.2', 2222],
      ['10.0.0.2', 22],
      ['10.0.0.3', 22],
    ] as const;
    const counts = await Promise.all(names.map(([host, port]) => bySshKeygen(file, hostName(host, port))));
    expect(names.map(([host, port]) => findKnownHosts(known, host, port).length)).toEqual(
      counts.map((lines) => lines.length),
    );
    expect(counts.map((lines) => lines.length)).toEqual([1, 1, 1, 0, 0]);
  });

  it('of a host without a port apply to another port only when no line names that port', () => {
    const [ed25519 = '', ecdsa = ''] = keys;
    const only = parseKnownHosts([{ source: 'f', text: `10.0.0.1 ${ed25519}\n` }]);
    expect(findKnownHosts(only, '10.0.0.1', 2222)).toHaveLength(1);
    const both = parseKnownHosts([{ source: 'f', text: `10.0.0.1 ${ed25519}\n[10.0.0.1]:2222 ${ecdsa}\n` }]);
    expect(findKnownHosts(both, '10.0.0.1', 2222).map((entry) => entry.line)).toEqual([2]);
  });

  it('that cannot be read are reported with their place and skipped', () => {
    expect(parseKnownHosts([{ source: 'kh', text: exampleText() }]).unreadable).toEqual([
      'kh:14',
      'kh:15',
      'kh:16',
      'kh:17',
    ]);
  });

  it('may have CRLF and a byte order mark', () => {
    const known = parseKnownHosts([{ source: 'f', text: `\uFEFF10.0.0.1 ${keys[0]}\r\n10.0.0.2 ${keys[1]}\r\n` }]);
    expect(known.entries.map(({ hosts, line }) => [hosts, line])).toEqual([
      ['10.0.0.1', 1],
      ['10.0.0.2', 2],
    ]);
    expect(known.unreadable).toEqual([]);
  });

  it('have the fingerprints that ssh-keygen prints', async () => {
    const blob = Buffer.from(keys[0]?.split(' ')[1] ?? '', 'base64');
    const { stdout } = await run('ssh-keygen', ['-l', '-f', join(folder, 'ed25519')]);
    expect(stdout.split(' ')[1]).toBe(fingerprint(blob));
  });
});
