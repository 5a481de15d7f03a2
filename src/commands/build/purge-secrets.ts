/** Carries out `maand build --purge-secrets-kv`: deletes what hooks stored for jobs that no longer run. */
import { Failure } from '../../base/failure.ts';
import type { Catalog, CatalogJob } from '../../catalog/types.ts';
import { type ClearedNamespace, clearNamespaces } from '../../kv/clear-namespaces.ts';
import { secretsNamespace, varsNamespace } from '../../kv/namespaces.ts';
import type { KvStore } from '../../kv/store.ts';

/** The jobs whose variables and secrets `--purge-secrets-kv` deletes. */
export interface SecretsPurge {
  readonly jobs: readonly string[];
  /** Disabled jobs that `--jobs` does not name. They keep their secrets, because they may be enabled again. */
  readonly spared: readonly string[];
}

/**
 * Plans the purge. `named`: the jobs of `--jobs`; empty means all. Throws a `Failure` (exit code 2) when a named job is
 * active.
 */
export function planPurge({ jobs }: Pick<Catalog, 'jobs'>, named: readonly string[]): SecretsPurge {
  const asked = named.length === 0 ? jobs : jobs.filter(({ name }) => named.includes(name));
  const inUse = asked.filter((job) => named.length > 0 && isActive(job)).map(({ name }) => name);
  if (inUse.length > 0) {
    throw new Failure(`secrets of active jobs are not purged: ${inUse.join(', ')}`, {
      exitCode: 2,
      hint: 'disable the job in disabled.json first, or take it off its workers',
    });
  }
  const idle = asked.filter((job) => !isActive(job));
  const goes = (job: CatalogJob) => job.allocations.length === 0 || named.length > 0;
  return {
    jobs: idle.filter(goes).map(({ name }) => name),
    spared: idle.filter((job) => !goes(job)).map(({ name }) => name),
  };
}

/** Deletes the keys in memory. Returns the deleted namespaces, and the spared jobs that still have keys. */
export function applyPurge(kv: KvStore, { jobs, spared }: SecretsPurge) {
  const purged: readonly ClearedNamespace[] = clearNamespaces(kv, jobs.flatMap(hookNamespaces));
  return { purged, spared: spared.filter((job) => hookNamespaces(job).some((name) => kv.keys(name).length > 0)) };
}

/** Returns the namespaces in which hooks of the job store keys. */
function hookNamespaces(job: string): readonly string[] {
  return [varsNamespace(job), secretsNamespace(job)];
}

function isActive({ allocations }: CatalogJob): boolean {
  return allocations.some(({ disabled }) => !disabled);
}
