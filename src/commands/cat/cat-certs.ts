/** Lists the certificates of a bucket for `maand cat certs`. */
import { daysLeft, lifetimeOf, type RenewalWindow, statusOf } from '../../certs/lifetime.ts';
import { parseCertificate } from '../../certs/parse-certificate.ts';
import { certificateKey } from '../../certs/wanted.ts';
import { allocationNamespace } from '../../kv/namespaces.ts';
import type { Listing, ListingInput } from './listing.ts';

/**
 * Lists the CA, then every certificate that the jobs declare, with its status after the last build: `ok`, `expiring`,
 * `expired`, `invalid` or `missing`.
 */
export function listCerts({ catalog, state, workspace, jobs, workers }: ListingInput): Listing {
  const { kv, certificates } = state.ledger;
  const window = { nowMs: Date.now(), bufferDays: workspace.settings.certsRenewalBufferDays };
  const ofAuthority = describeCertificate(certificates?.authority.certificate, window);
  const authority = { scope: 'bucket', job: '', worker: '', cert: 'ca', ...ofAuthority };
  const leaves = catalog.jobs
    .filter(({ name }) => jobs.has(name))
    .flatMap((job) => job.allocations.filter(({ host }) => workers.has(host)).map(({ host }) => ({ job, host })))
    .flatMap(({ job, host }) =>
      job.entry.certificates.map(({ name }) => ({
        scope: 'job',
        job: job.name,
        worker: host,
        cert: name,
        ...describeCertificate(kv.get(allocationNamespace(job.name, host), certificateKey(name)), window),
      })),
    );
  return {
    columns: ['scope', 'job', 'worker', 'cert', 'common_name', 'not_after', 'days_left', 'status'],
    rows: [authority, ...leaves],
  };
}

/** Describes one certificate. The status `missing` means that the next build makes the certificate. */
function describeCertificate(text: string | undefined, window: RenewalWindow) {
  const unknown = { common_name: '', not_after: '', days_left: '' };
  if (text === undefined) return { ...unknown, status: 'missing' };
  const certificate = parseCertificate(text);
  if (certificate === undefined) return { ...unknown, status: 'invalid' };
  const lifetime = lifetimeOf(certificate);
  return {
    common_name: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '',
    not_after: `${new Date(lifetime.notAfterMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    days_left: daysLeft(lifetime, window.nowMs),
    status: statusOf(lifetime, window),
  };
}
