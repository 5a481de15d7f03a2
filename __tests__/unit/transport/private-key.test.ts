import { execFile } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { parsePrivateKey, repairPrivateKey } from '../../../src/transport/ssh/keys/private-key.ts';

const run = promisify(execFile);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maand-key-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function generate(
  name: string,
  words: readonly string[],
  passphrase = '',
): Promise<{ text: string; publicKey: string }> {
  const file = join(folder, name);
  await run('ssh-keygen', ['-q', '-N', passphrase, '-C', '', '-f', file, ...words]);
  const publicKey = (await readFile(`${file}.pub`, 'utf8')).trim();
  return { text: await readFile(file, 'utf8'), publicKey };
}

function publicKeyOf(text: string, passphrase?: string): string {
  const key = parsePrivateKey({ text, source: 'secrets/worker.key', passphrase }, (given, phrase) =>
    ssh2.utils.parseKey(given, phrase),
  );
  expect(key.verify('data', key.sign('data') as Buffer)).toBe(true);
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}

function failureOf(text: string, passphrase?: string): Failure {
  try {
    publicKeyOf(text, passphrase);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('it was accepted');
}

/** A key that was made for this test. One of 256 wrong passphrases decrypts it to bytes that end like valid padding. */
const UNLUCKY_PKCS8 = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBBoy1AZFvNnfEyRYz4v
sIH2AgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQdS34+8lmBv1XC20K
ybyOsQSBkOZZOVo4T8l3zll7TZy9G6J/li7nI0zfIeP3+OPWMl1h7CAnp1OcI+wR
Wj6IkfEAKn8picC7M8NYP0f/vRXYhwQD5Kd7ZAL9h2dTJ6DkYRUo1/BuiOE0hbCM
YfNXayYruY3pmGCD6I9xnNecDGzFq4ONj/ZuQhLFwX11aMdrKnbk5wxRGRewj6fQ
ShVvFFwDCw==
-----END ENCRYPTED PRIVATE KEY-----
`;
const UNLUCKY_SEC1 = `-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,1D5DE3B285123F761B9608B0930D67A5

JbGl58/8d3opLREqTZMg/6eLcTCC2ot3kxvxGHmoJ1WcvtYOP4elx9hbtWN7av/Y
u8XO5myS3q1z8stKreF13DucnkTxugWXaMmxYQruL+rEkTOHrZ3teppDF2+m/AZl
204SDJoNZOi+n/YqEm5EarB8Ufn7oZkwHq1P0GjB2kM=
-----END EC PRIVATE KEY-----
`;

describe('a private key', () => {
  it.each([
    ['ed25519', ['-t', 'ed25519']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['ecdsa', ['-t', 'ecdsa', '-b', '384']],
    ['rsa PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    ['rsa PKCS8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
    ['ecdsa PKCS8', ['-t', 'ecdsa', '-m', 'PKCS8']],
  ])('of kind %s opens, in clear and with a passphrase', async (kind, words) => {
    const clear = await generate(`${kind} clear`, words);
    expect(publicKeyOf(clear.text)).toBe(clear.publicKey);
    const sealed = await generate(`${kind} sealed`, words, 'correct horse');
    expect(publicKeyOf(sealed.text, 'correct horse')).toBe(sealed.publicKey);
    expect(failureOf(sealed.text).message).toMatch(/secrets\/worker\.key is encrypted and no passphrase was given/);
    expect(failureOf(sealed.text, 'wrong').message).toMatch(/cannot be opened with the passphrase that was given/);
  });

  it.each([
    ['PKCS#8', UNLUCKY_PKCS8, 'wrong 378'],
    ['SEC 1', UNLUCKY_SEC1, 'wrong 148'],
  ])(
    'in %s blames the passphrase also when the padding of what it decrypts happens to be right',
    (_format, text, wrong) => {
      expect(() => createPrivateKey({ key: text, passphrase: wrong })).toThrow(/unsupported/);
      expect(failureOf(text, wrong).message).toMatch(/cannot be opened with the passphrase that was given/);
      expect(failureOf(text, wrong).hint).toMatch(/check ssh-passphrase/);
      expect(publicKeyOf(text, 'correct horse')).toMatch(/^ecdsa-sha2-nistp256 /);
    },
  );

  it('as Node writes it (PKCS#8, Ed25519) opens', () => {
    const pair = generateKeyPairSync('ed25519');
    const text = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const blob = Buffer.from(publicKeyOf(text).split(' ')[1] ?? '', 'base64');
    expect(blob.subarray(-32)).toEqual(Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
  });

  it('is read after common copying mistakes', async () => {
    const { text, publicKey } = await generate('copied', ['-t', 'ed25519']);
    const damaged = [
      text.replaceAll('\n', '\r\n'),
      text.trimEnd(),
      `\uFEFF\n\n${text}\n\n`,
      text.replaceAll('\n', '\n    '),
      text.trim().replaceAll('\n', '\\n'),
      text.trim().replaceAll('\n', ' '),
    ];
    for (const copy of damaged) expect(publicKeyOf(copy)).toBe(publicKey);
  });

  it('that is not a key is refused with a clear message and exit code 2', async () => {
    const { text, publicKey } = await generate('refused', ['-t', 'ed25519']);
    const cases: readonly (readonly [string, RegExp])[] = [
      ['', /is empty/],
      ['   \n', /is empty/],
      [publicKey, /it is a public key/],
      ['hunter2', /it has no line "-----BEGIN/],
      [text.slice(0, 200), /its END line is missing/],
      ['PuTTY-User-Key-File-3: ssh-ed25519\n', /format of PuTTY/],
      ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', /but a certificate/],
      [text.replace(/[A-Za-z0-9+/]{60}\n/, '\n'), /cannot be read/],
      ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', /cannot be read/],
      [generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /is a x25519 key/],
    ];
    for (const [bad, sentence] of cases) {
      const failure = failureOf(bad);
      expect(failure.message).toMatch(sentence);
      expect(failure.message).toContain('secrets/worker.key');
      expect(failure).toMatchObject({ exitCode: 2 });
      expect(failure.hint).toBeTruthy();
    }
  });

  it('never shows in a message', async () => {
    const { text } = await generate('secret', ['-t', 'ed25519']);
    const body = text.split('\n')[2] ?? '';
    expect(failureOf(text.slice(0, 250)).message).not.toContain(body.slice(0, 20));
    expect(repairPrivateKey({ text, source: 's' })).toContain(body.slice(0, 20));
  });
});
