import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { judgeAuthority, type PemPair, viewAuthority, viewAuthorityPair } from '../../../src/certs/authority.ts';
import { makeAuthority, openIssuer } from '../../../src/certs/issue.ts';
import { keyText } from '../../../src/certs/keys.ts';
import { newLifetime } from '../../../src/certs/lifetime.ts';
import { handMadeAuthority } from '../../support/openssl.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.now();

let pair: PemPair;
let leaf: PemPair;

beforeAll(async () => {
  pair = await makeAuthority('test', nowMs);
  const entry = { name: 'x', pkcs8: false, one: false, commonName: 'x', key: 'ec-p256' } as const;
  const issuer = await openIssuer(pair);
  leaf = await issuer.issue({ entry, names: { ips: ['127.0.0.1'], dns: [] }, lifetime: newLifetime(nowMs, 1) });
});

const locked = (cipher: string) =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher, passphrase: 'x' },
  }).privateKey;

describe('viewAuthorityPair', () => {
  it('accepts a pair in every form and with other text around it', async () => {
    const own = viewAuthorityPair(pair);
    expect(own).toMatchObject({ ok: true, value: { certificate: pair.certificate.trim(), source: 'secrets/ca.crt' } });
    const described = viewAuthorityPair({ ...pair, certificate: `Subject: my CA\r\n${pair.certificate}\r\n` });
    expect(described.ok && own.ok && described.value.fingerprint === own.value.fingerprint).toBe(true);
    for (const kind of ['rsa', 'ec'] as const) {
      for (const form of ['pkcs8', 'traditional'] as const) {
        expect(viewAuthorityPair(await handMadeAuthority(kind, form)).ok, `${kind} ${form}`).toBe(true);
      }
    }
  });

  it.each([
    ['nothing', () => ({ ...pair, certificate: '' }), 'secrets/ca.crt holds no certificate in PEM form'],
    [
      'a key in its place',
      () => ({ ...pair, certificate: pair.key }),
      'secrets/ca.crt holds no certificate in PEM form',
    ],
    ['a leaf', () => leaf, 'secrets/ca.crt holds no certificate of a CA: its basic constraints lack CA:TRUE'],
    ['no key', () => ({ ...pair, key: '\n' }), 'secrets/ca.key has no private key in PEM form (PKCS#1, PKCS#8 or EC)'],
    ['another key', () => ({ ...pair, key: leaf.key }), 'secrets/ca.key is not the key of secrets/ca.crt'],
    [
      'a locked key',
      () => ({ ...pair, key: locked('aes-256-cbc') }),
      'secrets/ca.key is protected with a passphrase: remove the passphrase, since nobody can type it here',
    ],
    [
      'a key that cannot sign here',
      () => ({ ...pair, key: keyText(generateKeyPairSync('ed25519').privateKey, { pkcs8: true }) }),
      'secrets/ca.key is a key of type ed25519: RSA, P-256, P-384 and P-521 can be used',
    ],
  ])('refuses %s', (_what, broken, reason) => {
    expect(viewAuthorityPair(broken())).toEqual({ ok: false, reason });
  });
});

describe('judgeAuthority', () => {
  const judge = (
    daysFromNow: number,
    bufferDays: number,
    source: 'secrets/ca.crt' | 'the state' = 'secrets/ca.crt',
  ) => {
    const view = viewAuthority(pair.certificate, source);
    if (!view.ok) throw new Error(view.reason);
    const input = { authority: view.value, nowMs: nowMs + daysFromNow * DAY_MS, bufferDays, file: 'b/secrets/ca.crt' };
    return judgeAuthority(input);
  };

  it('accepts a valid CA', () => {
    expect(judge(0, 30)).toEqual([]);
    expect(judge(3619, 30)).toEqual([]);
  });

  it('warns inside the renewal window', () => {
    expect(judge(3621, 30)).toMatchObject([
      { severity: 'warning', code: 'ErrExpiredCA', message: expect.stringMatching(/ expires on 20\d\d-/) },
    ]);
  });

  it('refuses a CA that has expired or is not valid yet, with a hint', () => {
    const place = { file: 'b/secrets/ca.crt', line: 1, column: 1 };
    expect(judge(3651, 0)).toMatchObject([
      { severity: 'error', message: expect.stringContaining('(secrets/ca.crt) expired on'), place },
    ]);
    const [ofState] = judge(3651, 0, 'the state');
    expect(ofState?.message).toContain('in the state expired on');
    expect(ofState?.place).toBeUndefined();
    expect(judge(-1, 0)).toMatchObject([
      { severity: 'error', message: expect.stringContaining('is not valid before') },
    ]);
  });
});
