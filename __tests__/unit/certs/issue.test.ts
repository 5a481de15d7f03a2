import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PemPair } from '../../../src/certs/authority.ts';
import { makeAuthority, openIssuer } from '../../../src/certs/issue.ts';
import { newLifetime } from '../../../src/certs/lifetime.ts';
import type { CertificateEntry } from '../../../src/workspace/types.ts';
import { alternativeNamesOf, handMadeAuthority, publicKeysOf, textOf, verify } from '../../support/openssl.ts';

const names = { ips: ['127.0.0.1', '10.0.0.1', 'fd00::1'], dns: ['localhost', 'web.example.org', '*.example.org'] };
const entry: CertificateEntry = {
  name: 'web',
  pkcs8: false,
  one: false,
  commonName: 'web.example.org',
  key: 'ec-p256',
};

let authority: PemPair;

beforeAll(async () => {
  authority = await makeAuthority('f4ec19ef-72ad-4307-9fdd-b03df5c1de6e', Date.now());
});

async function issue(overrides: Partial<CertificateEntry> = {}, by = authority): Promise<PemPair> {
  const issuer = await openIssuer(by);
  return issuer.issue({ entry: { ...entry, ...overrides }, names, lifetime: newLifetime(Date.now(), 60) });
}

describe('makeAuthority', () => {
  it('makes a self-signed RSA 4096 CA for ten years, its key in PKCS#1', async () => {
    await verify(authority.certificate, authority.certificate);
    const text = await textOf(authority.certificate);
    expect(text).toContain('Subject: CN = f4ec19ef-72ad-4307-9fdd-b03df5c1de6e');
    expect(text).toContain('Public-Key: (4096 bit)');
    expect(text).toContain('Signature Algorithm: sha256WithRSAEncryption');
    expect(text).toMatch(/Basic Constraints: critical\n\s+CA:TRUE\n/);
    expect(text).toMatch(/Key Usage: critical\n\s+Digital Signature, Key Encipherment, Certificate Sign\n/);
    expect(text).toContain('Subject Key Identifier');
    expect(text).not.toContain('Extended Key Usage');
    expect(authority.key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    const days = (Date.parse(new X509Certificate(authority.certificate).validTo) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(3650);
  });
});

describe('issue', () => {
  it.each([
    ['rsa-2048', false, 'RSA PRIVATE KEY', 'Public-Key: (2048 bit)'],
    ['rsa-2048', true, 'PRIVATE KEY', 'Public-Key: (2048 bit)'],
    ['rsa-4096', false, 'RSA PRIVATE KEY', 'Public-Key: (4096 bit)'],
    ['rsa-4096', true, 'PRIVATE KEY', 'Public-Key: (4096 bit)'],
    ['ec-p256', false, 'EC PRIVATE KEY', 'NIST CURVE: P-256'],
    ['ec-p256', true, 'PRIVATE KEY', 'NIST CURVE: P-256'],
  ] as const)('makes a %s pair, pkcs8 %s', async (key, pkcs8, armour, size) => {
    const pair = await issue({ key, pkcs8 });
    await verify(authority.certificate, pair.certificate);
    const [ofCertificate, ofKey] = await publicKeysOf(pair);
    expect(ofCertificate).toBe(ofKey);
    expect(pair.key).toMatch(new RegExp(`^-----BEGIN ${armour}-----\n`));
    expect(await textOf(pair.certificate)).toContain(size);
  });

  it('puts addresses of both kinds, names and wildcards into the certificate', async () => {
    expect(await alternativeNamesOf((await issue()).certificate)).toEqual(
      [
        'IP Address:127.0.0.1',
        'IP Address:10.0.0.1',
        'IP Address:FD00:0:0:0:0:0:0:1',
        'DNS:localhost',
        'DNS:web.example.org',
        'DNS:*.example.org',
      ].sort(),
    );
  });

  it('makes a certificate for servers and clients that cannot be used as a CA', async () => {
    const text = await textOf((await issue({ key: 'rsa-2048' })).certificate);
    expect(text).toMatch(/Extended Key Usage: \n\s+TLS Web Server Authentication, TLS Web Client Authentication\n/);
    expect(text).toMatch(/Basic Constraints: critical\n\s+CA:FALSE\n/);
    expect(text).toMatch(/Key Usage: critical\n\s+Digital Signature, Key Encipherment\n/);
    expect(await textOf((await issue()).certificate)).toMatch(/Key Usage: critical\n\s+Digital Signature\n/);
  });

  it('uses any common name exactly as it is written', async () => {
    const commonName = '#ünï, "x"+O=y\\';
    const { certificate } = await issue({ commonName });
    expect(new X509Certificate(certificate).toLegacyObject().subject).toEqual({ CN: commonName });
  });

  it('never uses a serial number twice', async () => {
    const [first, second] = [await issue(), await issue()];
    const serials = [first, second].map(({ certificate }) => new X509Certificate(certificate).serialNumber);
    expect(new Set(serials).size).toBe(2);
  });

  it.each([
    ['rsa', 'pkcs8'],
    ['rsa', 'traditional'],
    ['ec', 'pkcs8'],
    ['ec', 'traditional'],
  ] as const)('signs with a CA that somebody made by hand: %s as %s', async (kind, form) => {
    const by = await handMadeAuthority(kind, form);
    const pair = await issue({}, by);
    await verify(by.certificate, pair.certificate);
    const [own, theirs] = [new X509Certificate(pair.certificate), new X509Certificate(by.certificate)];
    expect(own.checkIssued(theirs)).toBe(true);
    expect(own.issuer).toBe(theirs.subject);
  });
});
