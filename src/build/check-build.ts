/** Refuses builds that would harm a running fleet, before anything is saved. */
import type { Catalog } from '../catalog/types.ts';
import type { Ledger } from '../state/ledger.ts';
import { stopFailure } from '../state/stop.ts';

/** Throws a `Failure` (exit code 2) when the root folder of a worker with deployed jobs would change. */
export function checkBuild(ledger: Ledger, catalog: Catalog): void {
  const deployed = ledger.allocations.filter(({ promoted, applied, delivered }) => promoted ?? applied ?? delivered);
  const hosts = new Set(deployed.map(({ host }) => host));
  for (const { host, root } of catalog.workers) {
    const known = Object.hasOwn(ledger.workers, host) ? ledger.workers[host] : undefined;
    if (known === undefined || known.root === root || !hosts.has(host)) continue;
    throw stopFailure({
      code: 'root-moved',
      message: `the root of worker ${host} changes from ${known.root} to ${root}, and jobs are deployed there`,
      hint: 'take the worker out of workers.json and deploy, so that its jobs stop (with --allow-stops JOB for a job that has no other worker); then add it with the new root',
      exitCode: 2,
    });
  }
}
