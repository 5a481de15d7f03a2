/**
 * Makes the certificates of a build: chooses the CA, makes the certificates that are due, and puts them into the KV
 * store with sealed keys. All of this happens in memory. The commit of the build saves the CA and its certificates in
 * one step, before they are used.
 */
import { availableParallelism } from 'node:os';
import { mapLimit } from '../base/concurrency.ts';
import type { Masker } from '../base/masker.ts';
import type { Catalog } from '../catalog/types.ts';
import type { KvEditor } from '../kv/draft.ts';
import { allocationNamespace } from '../kv/namespaces.ts';
import type { SecretBox } from '../kv/secrets.ts';
import type { CertificateRecord } from '../state/document.ts';
import type { Settings } from '../workspace/types.ts';
import { type AuthorityView, type PemPair, viewAuthority } from './authority.ts';
import { newLifetime } from './lifetime.ts';
import { Progress } from './progress.ts';
import {
  certificateKey,
  certificatesDigest,
  type DueCertificate,
  dueCertificates,
  privateKeyKey,
  type WantedCertificate,
  wantedCertificates,
} from './wanted.ts';

/** The input for finding due certificates. A plan needs only these fields, because a plan makes no certificates. */
export interface CertificateInput {
  readonly catalog: Catalog;
  readonly settings: Settings;
  readonly store: KvEditor;
  readonly record: CertificateRecord | undefined;
  /** The CA; undefined when the bucket has no CA yet. */
  readonly authority: AuthorityView | undefined;
  readonly nowMs: number;
}

export interface CertifyInput extends CertificateInput {
  /** A checked CA pair that is not in the state yet. */
  readonly files: PemPair | undefined;
  readonly box: SecretBox;
  readonly masker: Masker;
  readonly signal: AbortSignal;
  readonly notice: (message: string) => void;
}

/** Makes the certificates that are due. Also makes a CA when the bucket has no CA. Returns the record for the state. */
export async function certify(input: CertifyInput): Promise<CertificateRecord> {
  const { catalog, box, masker, files, nowMs } = input;
  const pair = files ?? (input.authority ? undefined : await newAuthority(catalog.bucketId, nowMs));
  const authority = input.authority ?? viewOf(pair);
  const { due, digests } = surveyCertificates(input);
  const known = input.record?.authority;
  const kept =
    known !== undefined && (pair === undefined || known.certificate === authority.certificate)
      ? known
      : { certificate: authority.certificate, sealedKey: box.seal(pair?.key ?? '') };
  if (due.length > 0) {
    const key = pair?.key ?? box.open(kept.sealedKey);
    masker.add(key);
    await issueAll(input, due, { certificate: authority.certificate, key, authority });
  }
  publishAuthority(input.store, authority.certificate);
  return { authority: kept, issuedBy: authority.fingerprint, jobs: Object.fromEntries(digests) };
}

/** Makes a self-signed CA for a bucket that has none. The common name of the CA is the id of the bucket. */
export async function newAuthority(bucketId: string, nowMs: number): Promise<PemPair> {
  const { makeAuthority } = await import('./issue.ts');
  return makeAuthority(bucketId, nowMs);
}

function viewOf(made: PemPair | undefined): AuthorityView {
  const view = viewAuthority(made?.certificate ?? '', 'the state');
  if (!view.ok) throw new Error(`the CA that was just made cannot be read: ${view.reason}`);
  return view.value;
}

interface Survey {
  readonly due: readonly DueCertificate[];
  readonly digests: ReadonlyMap<string, string>;
}

/** Returns the certificates that are due. Also deletes from the store all certificates that are no longer declared. */
function surveyCertificates({ catalog, settings, store, record, authority, nowMs }: CertificateInput): Survey {
  const wanted = wantedCertificates(catalog);
  deleteStale(store, catalog, wanted);
  const declaring = catalog.jobs.filter(({ entry }) => entry.certificates.length > 0);
  const digests = new Map(declaring.map((job) => [job.name, certificatesDigest(job)]));
  const window = { nowMs, bufferDays: settings.certsRenewalBufferDays };
  return { due: dueCertificates({ wanted, store, authority, record, digests, window }), digests };
}

function deleteStale(store: KvEditor, { jobs }: Catalog, wanted: readonly WantedCertificate[]): void {
  const keep = new Set(
    wanted.flatMap(({ job, entry, hosts }) =>
      hosts.flatMap((host) =>
        [certificateKey(entry.name), privateKeyKey(entry.name)].map(
          (key) => `${allocationNamespace(job, host)} ${key}`,
        ),
      ),
    ),
  );
  for (const { name, allocations } of jobs) {
    for (const { host } of allocations) {
      const namespace = allocationNamespace(name, host);
      const stale = store.keys(namespace).filter((key) => key.startsWith('certs/') && !keep.has(`${namespace} ${key}`));
      for (const key of stale) store.delete(namespace, key);
    }
  }
}

function publishAuthority(store: KvEditor, certificate: string): void {
  store.put('maand/worker', 'certs/ca.crt', certificate);
}

interface Signer extends PemPair {
  readonly authority: AuthorityView;
}

async function issueAll(input: CertifyInput, due: readonly DueCertificate[], signer: Signer): Promise<void> {
  const { settings, nowMs, signal, notice } = input;
  const { openIssuer } = await import('./issue.ts');
  const issuer = await openIssuer(signer);
  const lifetime = newLifetime(nowMs, settings.certsTtlDays, signer.authority.lifetime.notAfterMs);
  const progress = new Progress(due.length, notice);
  await mapLimit(due, availableParallelism(), async (one) => {
    signal.throwIfAborted();
    const pair = await issuer.issue({ entry: one.entry, names: one.names, lifetime });
    store(input, one, pair);
    progress.step();
  });
  for (const line of issuedLines(due)) notice(line);
}

function store({ store: kv, box }: CertifyInput, { job, entry, hosts }: WantedCertificate, pair: PemPair): void {
  for (const host of hosts) {
    const namespace = allocationNamespace(job, host);
    kv.put(namespace, certificateKey(entry.name), pair.certificate);
    kv.putExact(namespace, privateKeyKey(entry.name), box.seal(pair.key.trim()));
  }
}

/** Returns one line for each certificate and reason, in the order of the catalog. */
function issuedLines(due: readonly DueCertificate[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { job, entry, hosts, reason } of due) {
    const title = `job ${job}: certificate ${entry.name} issued (${reason})`;
    groups.set(title, [...(groups.get(title) ?? []), ...hosts]);
  }
  return [...groups].map(([title, hosts]) => `${title} for ${nameSome(hosts)}`);
}

const NAMED = 4;

function nameSome(hosts: readonly string[]): string {
  if (hosts.length <= NAMED) return hosts.join(', ');
  return `${hosts.slice(0, NAMED - 1).join(', ')} and ${hosts.length - NAMED + 1} more`;
}

/**
 * Placeholders for a certificate and a key that a build will make. The placeholders are constant and differ from every
 * real certificate and key.
 */
const TO_BE_MADE = {
  certificate: '-----BEGIN CERTIFICATE-----\nto be made by the build\n-----END CERTIFICATE-----',
  key: '-----BEGIN PRIVATE KEY-----\nto be made by the build\n-----END PRIVATE KEY-----',
} as const;

/**
 * Puts placeholders into the store for the certificates that a build would make. Only plans call this function. A plan
 * makes no keys and never saves its store.
 */
export function previewCertificates(input: CertificateInput & Pick<CertifyInput, 'box'>): void {
  const { due } = surveyCertificates(input);
  for (const one of due) {
    for (const host of one.hosts) {
      const namespace = allocationNamespace(one.job, host);
      input.store.put(namespace, certificateKey(one.entry.name), TO_BE_MADE.certificate);
      input.store.putExact(namespace, privateKeyKey(one.entry.name), input.box.seal(TO_BE_MADE.key));
    }
  }
  publishAuthority(input.store, input.authority?.certificate ?? TO_BE_MADE.certificate);
}
