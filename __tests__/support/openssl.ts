/** Asks OpenSSL about certificates, and lets OpenSSL make certificates with keys. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);

async function withFiles(
  texts: Readonly<Record<string, string>>,
  args: (path: (name: string) => string) => readonly string[],
): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  const { stdout } = await run('openssl', [...args((name) => join(folder, name))]);
  return stdout;
}

/** Rejects when the certificate chain is not valid under the strict rules of RFC 5280. */
export async function verify(authority: string, certificate: string): Promise<void> {
  await withFiles({ ca: authority, leaf: certificate }, (path) => [
    'verify',
    '-x509_strict',
    '-check_ss_sig',
    '-CAfile',
    path('ca'),
    path('leaf'),
  ]);
}

/** Returns the output of `openssl x509 -text`. */
export function textOf(certificate: string): Promise<string> {
  return withFiles({ leaf: certificate }, (path) => ['x509', '-in', path('leaf'), '-noout', '-text']);
}

/** The names that OpenSSL reads from a certificate, sorted. */
export async function alternativeNamesOf(certificate: string): Promise<string[]> {
  const text = await textOf(certificate);
  const list = /Subject Alternative Name: \n(.*)\n/.exec(text)?.[1] ?? '';
  return list.trim().split(', ').sort();
}

/**
 * Returns the public keys of a certificate and of a private key, as PEM. The two are equal when the certificate and the key
 * belong together.
 */
export async function publicKeysOf(pair: { readonly certificate: string; readonly key: string }): Promise<string[]> {
  return Promise.all([
    withFiles({ leaf: pair.certificate }, (path) => ['x509', '-in', path('leaf'), '-noout', '-pubkey']),
    withFiles({ key: pair.key }, (path) => ['pkey', '-in', path('key'), '-pubout']),
  ]);
}

const KINDS = {
  rsa: ['-newkey', 'rsa:2048'],
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
} as const;

/** Makes a CA in the way that users do it by hand. With `traditional`, the private key has the older format of its kind. */
export async function handMadeAuthority(
  kind: keyof typeof KINDS,
  form: 'pkcs8' | 'traditional',
): Promise<{ certificate: string; key: string }> {
  const folder = await temporaryFolder();
  const [certificate, key, older] = ['ca.crt', 'ca.key', 'older.key'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const subject = '/C=DE/O=Example, Works/CN=Hand "made" CA';
  const usage = 'keyUsage=critical,keyCertSign,cRLSign'; // strict clients require this usage, and our error message recommends it
  const request = ['req', '-x509', '-nodes', '-days', '100', '-subj', subject, '-addext', usage];
  await run('openssl', [...request, ...KINDS[kind], '-keyout', key, '-out', certificate]);
  if (form === 'traditional') await run('openssl', ['pkey', '-in', key, '-traditional', '-out', older]);
  return {
    certificate: await readFile(certificate, 'utf8'),
    key: await readFile(form === 'traditional' ? older : key, 'utf8'),
  };
}

/** Makes a CA that expired yesterday. */
export async function expiredAuthority(): Promise<{ certificate: string; key: string }> {
  const folder = await temporaryFolder();
  const path = (name: string) => join(folder, name);
  await writeFile(path('usage'), 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n');
  const request = ['req', '-new', '-nodes', '-subj', '/CN=old CA', ...KINDS.ec];
  await run('openssl', [...request, '-keyout', path('key'), '-out', path('request')]);
  const signing = ['x509', '-req', '-days', '-1', '-in', path('request'), '-signkey', path('key')];
  await run('openssl', [...signing, '-extfile', path('usage'), '-out', path('certificate')]);
  return { certificate: await readFile(path('certificate'), 'utf8'), key: await readFile(path('key'), 'utf8') };
}
