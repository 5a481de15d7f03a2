/** Finds which certificates the jobs of a catalog declare, for which workers, and which of them must be made. */
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

/** One pair: of one allocation, or with `one` of all allocations of the job. */
export interface WantedCertificate {
  readonly job: string;
  readonly entry: CertificateEntry;
  readonly hosts: readonly string[];
  readonly names: AlternativeNames;
}

/** Why a pair is made. */
export type IssueReason = 'new CA' | 'changed in manifest.json' | 'new' | 'unreadable' | 'due' | 'new names';

export interface DueCertificate extends WantedCertificate {
  readonly reason: IssueReason;
}

/** For all allocations, disabled ones too. */
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

/** Digest of what the manifest says of certificates, every default applied. */
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
  /** Undefined: there is none yet, and so nothing that it signed. */
  readonly authority: AuthorityView | undefined;
  readonly record: CertificateRecord | undefined;
  /** Job → digest as it is now. */
  readonly digests: ReadonlyMap<string, string>;
  readonly window: RenewalWindow;
}

/** No key is opened for this: a key was sealed together with its certificate. */
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
  if (certificate === undefined) return 'unreadable'; // whatever it is, it is replaced
  if (!hasNames(certificate, wanted.names)) return 'new names';
  const lifetime = lifetimeOf(certificate);
  const lastsLongest = lifetime.notAfterMs >= authority.lifetime.notAfterMs; // another one would end with the CA as well
  return !lastsLongest && isDue(lifetime, window) ? 'due' : undefined;
}

/** The certificate that all hosts hold; undefined when one of them lacks it, its key, or holds another. */
function storedTexts(store: KvReader, { job, entry, hosts }: WantedCertificate): string | undefined {
  const texts = hosts.map((host) => {
    const namespace = allocationNamespace(job, host);
    const key = store.get(namespace, privateKeyKey(entry.name));
    return key !== undefined && isSealed(key) ? store.get(namespace, certificateKey(entry.name)) : undefined;
  });
  return texts.every((text) => text === texts[0]) ? texts[0] : undefined;
}
