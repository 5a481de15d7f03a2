/**
 * Makes certificates. Only this file loads the X.509 library. Import this file only when a certificate must be made.
 */
import 'reflect-metadata'; // required by the dependency injection of the X.509 library
import { createPrivateKey, type KeyObject, randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { CertificateEntry } from '../workspace/types.ts';
import type { AlternativeNames } from './alternative-names.ts';
import type { PemPair } from './authority.ts';
import { keyText, makeKeyPair } from './keys.ts';
import { type Lifetime, newLifetime } from './lifetime.ts';

const AUTHORITY_DAYS = 3650;
const HASH = 'SHA-256';

/** Makes a self-signed CA with an RSA 4096 key in PKCS#1. The CA is valid for ten years. */
export async function makeAuthority(commonName: string, nowMs: number): Promise<PemPair> {
  const { publicKey, privateKey } = await makeKeyPair('rsa-4096');
  const spki = publicKeyBytes(publicKey);
  const certificate = await x509.X509CertificateGenerator.create({
    ...serialAndDates(newLifetime(nowMs, AUTHORITY_DAYS)),
    subject: nameOf(commonName),
    issuer: nameOf(commonName),
    publicKey: spki,
    signingKey: await toSigningKey(privateKey),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment | x509.KeyUsageFlags.keyCertSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(spki),
    ],
  });
  return { certificate: pemOf(certificate), key: keyText(privateKey, { pkcs8: false }) };
}

export interface LeafRequest {
  readonly entry: CertificateEntry;
  readonly names: AlternativeNames;
  readonly lifetime: Lifetime;
}

/** Signs certificates with the key of one CA. The key is read only once. */
export interface Issuer {
  issue(request: LeafRequest): Promise<PemPair>;
}

export async function openIssuer({ certificate, key }: PemPair): Promise<Issuer> {
  const authority = new x509.X509Certificate(certificate);
  const signingKey = await toSigningKey(createPrivateKey(key));
  const keyId = await keyIdOf(authority);
  return {
    async issue({ entry, names, lifetime }) {
      const { publicKey, privateKey } = await makeKeyPair(entry.key);
      const leaf = await x509.X509CertificateGenerator.create({
        ...serialAndDates(lifetime),
        subject: nameOf(entry.commonName),
        issuer: authority.subjectName,
        publicKey: publicKeyBytes(publicKey),
        signingKey,
        signingAlgorithm: { name: signingKey.algorithm.name, hash: HASH },
        extensions: [...leafExtensions(entry, names), keyId],
      });
      return { certificate: pemOf(leaf), key: keyText(privateKey, entry) };
    },
  };
}

function leafExtensions({ key }: CertificateEntry, { ips, dns }: AlternativeNames): x509.Extension[] {
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    // an elliptic curve key cannot encrypt a key, so the usage `keyEncipherment` is omitted
    new x509.KeyUsagesExtension(key === 'ec-p256' ? digitalSignature : digitalSignature | keyEncipherment, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
    new x509.SubjectAlternativeNameExtension([
      ...ips.map((value) => ({ type: 'ip' as const, value })),
      ...dns.map((value) => ({ type: 'dns' as const, value })),
    ]),
  ];
}

/**
 * Returns the id of the CA's key. The id has the form that the CA certificate uses, so that clients can build the
 * chain.
 */
async function keyIdOf(authority: x509.X509Certificate): Promise<x509.AuthorityKeyIdentifierExtension> {
  const own = authority.getExtension(x509.SubjectKeyIdentifierExtension);
  return own
    ? new x509.AuthorityKeyIdentifierExtension(own.keyId)
    : x509.AuthorityKeyIdentifierExtension.create(authority.publicKey);
}

function serialAndDates({ notBeforeMs, notAfterMs }: Lifetime) {
  return {
    serialNumber: randomBytes(16).toString('hex'),
    notBefore: new Date(notBeforeMs),
    notAfter: new Date(notAfterMs),
  };
}

/**
 * Returns an X.509 name with this common name. The text is passed as a typed attribute, so that none of its characters
 * has a special meaning.
 */
function nameOf(commonName: string): x509.Name {
  return new x509.Name([{ CN: [{ utf8String: commonName }] }]);
}

function publicKeyBytes(key: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }));
}

function toSigningKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const algorithm =
    key.asymmetricKeyType === 'ec'
      ? { name: 'ECDSA', namedCurve: CURVE_NAMES[curve ?? ''] ?? '' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: HASH };
  const bytes = key.export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']);
}

/** Maps OpenSSL's names of curves to the names in the Web Cryptography API. */
const CURVE_NAMES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

function pemOf(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}
