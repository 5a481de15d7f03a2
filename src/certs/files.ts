/**
 * Lists the files that workers and hooks receive in `certs/` of a job folder: each certificate with its key, and
 * `ca.crt`.
 */
import type { CatalogJob } from '../catalog/types.ts';
import { type HearSecret, secretPlace } from '../kv/access.ts';
import { allocationNamespace } from '../kv/namespaces.ts';
import type { KvReader } from '../kv/reads.ts';
import { isSealed, type SecretBox, SecretError } from '../kv/secrets.ts';
import { certificateKey, privateKeyKey } from './wanted.ts';

export interface CertificateFile {
  /** The path below the job folder, e.g. `certs/web.crt`. */
  readonly path: string;
  readonly mode: 0o644 | 0o600;
  /**
   * A text that changes whenever the content changes, and contains no secret. For a key, `identity` is the certificate
   * of the key.
   */
  readonly identity: string;
  /**
   * Returns the content, which ends with a line break. Each call decrypts a key again, and throws a `SecretError` when
   * this fails.
   */
  readonly read: () => string;
}

export interface CertificateSource {
  readonly store: KvReader;
  readonly box: SecretBox;
  /** Receives every key that is decrypted. */
  readonly onSecret: HearSecret;
}

const AUTHORITY = 'certs/ca.crt';

export interface DeliveredCertificates {
  readonly files: readonly CertificateFile[];
  /** The paths of the files whose content is missing in the store. */
  readonly missing: readonly string[];
}

/** Returns the certificate files of one allocation. Returns no files for a job that declares no certificate. */
export function deliveredCertificates(source: CertificateSource, job: CatalogJob, host: string): DeliveredCertificates {
  const { certificates } = job.entry;
  if (certificates.length === 0) return { files: [], missing: [] };
  const paths = [...certificates.flatMap(({ name }) => [certificateKey(name), privateKeyKey(name)]), AUTHORITY];
  const found = paths.map((path) => ({ path, file: fileOf(source, sourceKey(job.name, host, path)) }));
  return {
    files: found.flatMap(({ file }) => file ?? []),
    missing: found.filter(({ file }) => file === undefined).map(({ path }) => path),
  };
}

/** Returns the certificate files that exist for a hook of this allocation. Every job gets the CA certificate. */
export function hookCertificates(source: CertificateSource, job: string, host: string): readonly CertificateFile[] {
  const own = source.store.keys(allocationNamespace(job, host)).filter((key) => key.startsWith('certs/'));
  return [...new Set([...own, AUTHORITY])].flatMap((name) => fileOf(source, sourceKey(job, host, name)) ?? []);
}

interface SourceKey {
  readonly namespace: string;
  readonly key: string;
}

function sourceKey(job: string, host: string, key: string): SourceKey {
  return { namespace: key === AUTHORITY ? 'maand/worker' : allocationNamespace(job, host), key };
}

function fileOf(
  { store, box, onSecret }: CertificateSource,
  { namespace, key }: SourceKey,
): CertificateFile | undefined {
  const value = store.get(namespace, key);
  if (value === undefined) return undefined;
  if (!isSealed(value)) return { path: key, mode: 0o644, identity: value, read: () => `${value}\n` };
  const certificate = store.get(namespace, key.replace(/\.key$/, '.crt')) ?? '';
  const open = (): string => {
    const plain = openKey(box, value, `${key} of ${namespace}`);
    onSecret(plain, secretPlace(namespace, key));
    return `${plain}\n`;
  };
  return { path: key, mode: 0o600, identity: certificate, read: open };
}

function openKey(box: SecretBox, sealed: string, what: string): string {
  try {
    return box.open(sealed);
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown;
    throw new SecretError(`${what}: ${thrown.message}`, { cause: thrown });
  }
}
