/**
 * Lists the certificates that the jobs of a catalog declare, with their workers, and finds the certificates that must
 * be made.
 */
import { createHash } from 'node:crypto';
import type { Catalog, CatalogJob } from '../catalog/types.ts';
import { allocationNamespace } from '../kv/namespaces.ts';
import type { KvReader } from '../kv/reads.ts';
import { isSealed } from '../kv/secrets.ts';
import type { CertificateRecord } from '../state/document.ts';
import type { CertificateEntry } from '../workspace/types.ts';
import { type AlternativeNames, alternativeNames, hasNames } from './alternative-names.ts';
import type { AuthorityView } from './authority.ts';
import { isDue, lifetimeOf, type RenewalWindow } from './lifetime.ts';
import { parseCertificate } from './parse-certificate.ts';

/**
 * One certificate with its key. The certificate is for one allocation, or for all allocations of the job if `entry.one`
 * is set.
 */
export interface WantedCertificate {
  readonly job: string;
  readonly entry: CertificateEntry;
  readonly hosts: readonly string[];
  readonly names: AlternativeNames;
}

/** The reason why a certificate is made. */
export type IssueReason = 'new CA' | 'changed in manifest.json' | 'new' | 'unreadable' | 'due' | 'new names';

export interface DueCertificate extends WantedCertificate {
  readonly reason: IssueReason;
}

/** Returns the certificates for all allocations, including disabled allocations. */
export function wantedCertificates({ jobs, workers }: Catalog): WantedCertificate[] {
  const hostnames = new Map(workers.map(({ host, hostname }) => [host, hostname]));
  const named = (host: string) => ({ host, hostname: hostnames.get(host) ?? '' });
  return jobs.flatMap(({ name, entry, allocations }) => {
    const hosts = allocations.map(({ host }) => host);
    return entry.certificates.flatMap((certificate) => {
      const groups = certificate.one ? [hosts].filter(({ length }) => length > 0) : hosts.map((host) => [host]);
      return groups.map((group) => ({
        job: name,
        entry: certificate,
        hosts: group,
        names: alternativeNames(group.map(named), certificate.commonName),
      }));
    });
  });
}

/** Returns the digest of the certificates in the manifest. The digest includes every default value. */
export function certificatesDigest({ entry }: CatalogJob): string {
  const canonical = entry.certificates.map(({ name, pkcs8, one, commonName, key }) => [
    name,
    pkcs8,
    one,
    commonName,
    key,
  ]);
  return createHash('sha256').update(JSON.stringify(canonical)).digest('base64url');
}

export const certificateKey = (name: string): string => `certs/${name}.crt`;
export const privateKeyKey = (name: string): string => `certs/${name}.key`;

export interface DueInput {
  readonly wanted: readonly WantedCertificate[];
  readonly store: KvReader;
  /** The CA; undefined when the bucket has no CA yet. */
  readonly authority: AuthorityView | undefined;
  readonly record: CertificateRecord | undefined;
  /** Maps each job to the current digest of its certificates. */
  readonly digests: ReadonlyMap<string, string>;
  readonly window: RenewalWindow;
}

/**
 * Returns the certificates that must be made. Only certificates are read and no key is decrypted, because each key was
 * stored together with its certificate.
 */
export function dueCertificates(input: DueInput): DueCertificate[] {
  return input.wanted.flatMap((one) => {
    const reason = issueReason(one, input);
    return reason === undefined ? [] : { ...one, reason };
  });
}

function issueReason(wanted: WantedCertificate, input: DueInput): IssueReason | undefined {
  const { store, authority, record, digests, window } = input;
  const stored = storedTexts(store, wanted);
  if (stored === undefined) return 'new';
  if (authority === undefined || record?.issuedBy !== authority.fingerprint) return 'new CA';
  if (record.jobs[wanted.job] !== digests.get(wanted.job)) return 'changed in manifest.json';
  const certificate = parseCertificate(stored);
  if (certificate === undefined) return 'unreadable'; // a certificate that cannot be parsed is made again
  if (!hasNames(certificate, wanted.names)) return 'new names';
  const lifetime = lifetimeOf(certificate);
  // A certificate cannot outlast its CA, so a new certificate would not last longer.
  const lastsLongest = lifetime.notAfterMs >= authority.lifetime.notAfterMs;
  return !lastsLongest && isDue(lifetime, window) ? 'due' : undefined;
}

/**
 * Returns the stored certificate that is the same for all hosts. Returns undefined when a host lacks the certificate or
 * its key, or when the certificates differ.
 */
function storedTexts(store: KvReader, { job, entry, hosts }: WantedCertificate): string | undefined {
  const texts = hosts.map((host) => {
    const namespace = allocationNamespace(job, host);
    const key = store.get(namespace, privateKeyKey(entry.name));
    return key !== undefined && isSealed(key) ? store.get(namespace, certificateKey(entry.name)) : undefined;
  });
  return texts.every((text) => text === texts[0]) ? texts[0] : undefined;
}
