/** Writes the result of a build as JSON (docs/inputs.md "validate, build"). */
import { type Diagnostic, hasErrors } from '../../base/diagnostic.ts';
import type { Catalog, CatalogJob, RemovedAllocation } from '../../catalog/types.ts';
import type { Inspection } from '../../session/open-bucket.ts';
import type { BuildOutcome } from './build-text.ts';

/**
 * Returns the result of a check as JSON. With `fixed`, numbers from the port pool are null: only a build with state knows
 * them.
 */
export function checkJson(
  { workspace, diagnostics }: Inspection,
  catalog: Catalog | undefined,
  ports: 'fixed' | 'numbers',
) {
  const jobs = catalog?.jobs ?? [];
  const jobsOn = jobsByHost(jobs);
  const of = (severity: Diagnostic['severity']) =>
    diagnostics.filter((one) => one.severity === severity).map(diagnosticJson);
  return {
    ok: !hasErrors(diagnostics) && workspace !== undefined,
    errors: of('error'),
    warnings: of('warning'),
    jobs: jobs.map((job) => ({
      job: job.name,
      version: job.version,
      deployment_seq: job.deploymentSeq,
      selectors: job.entry.selectors,
      workers: job.allocations.map(({ host }) => host),
      ports: portsJson(job, ports),
      hooks: job.entry.hooks.map(({ name }) => name),
    })),
    workers: (catalog?.workers ?? []).map(({ host, labels }) => ({ host, labels, jobs: jobsOn.get(host) ?? [] })),
    waves: catalog?.waves ?? [],
  };
}

/** Returns the fields that `build` adds to the JSON of a check. */
export function outcomeJson({ newPorts, removed, purged, spared }: BuildOutcome) {
  return {
    new_ports: newPorts,
    removed: [
      ...[...removed.running, ...removed.givenUp].map((one) => removedJson(one, 'running')),
      ...removed.neverRan.map((one) => removedJson(one, 'never-ran')),
      ...removed.stopped.map((one) => removedJson(one, 'stopped')),
    ],
    purged,
    spared,
  };
}

function removedJson({ job, host, id }: RemovedAllocation, status: 'running' | 'never-ran' | 'stopped') {
  return { job, worker: host, allocation_id: id, status };
}

function jobsByHost(jobs: readonly CatalogJob[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { name, allocations } of jobs) {
    for (const { host } of allocations) names.set(host, [...(names.get(host) ?? []), name]);
  }
  return names;
}

function portsJson({ entry, ports }: CatalogJob, mode: 'fixed' | 'numbers'): Readonly<Record<string, number | null>> {
  const numberOf = (name: string) => (mode === 'numbers' ? (ports[name] ?? null) : null);
  return Object.fromEntries(entry.ports.map(({ name, number }) => [name, number ?? numberOf(name)]));
}

function diagnosticJson({ code, message, place, job, hint }: Diagnostic) {
  return { code, message, ...place, ...(job === undefined ? {} : { job }), ...(hint === undefined ? {} : { hint }) };
}
