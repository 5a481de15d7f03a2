/**
 * Runs a build on the state in memory. Nothing is saved until the caller commits the ledger, so commands that cannot
 * save also use this build.
 */
import type { Catalog } from '../catalog/types.ts';
import { KvDraft } from '../kv/draft.ts';
import { publishCatalog } from '../kv/publish.ts';
import type { KvSource } from '../kv/reads.ts';
import type { OpenState } from '../state/open-state.ts';
import type { Workspace } from '../workspace/types.ts';
import type { BuildFace } from './build-face.ts';
import { type CertificateStep, certifyBuild, listCertificatesAhead, planCertificates } from './certificates.ts';
import { checkBuild } from './check-build.ts';
import { requirePostBuildTools } from './post-build.ts';
import { continuityOf, recordBuild } from './record-build.ts';
import { resolveCatalog } from './resolve-catalog.ts';

const HISTORY_DAYS = 7;

/** Runs a complete build. Throws a `Failure`. The ledger is then unchanged, except when the CA cannot sign. */
export async function buildInMemory(state: OpenState, workspace: Workspace, face: BuildFace): Promise<Catalog> {
  const catalog = await buildWithoutCertificates(state, workspace, face);
  await certifyBuild({ state, workspace, catalog, face });
  return catalog;
}

export interface BegunBuild {
  readonly catalog: Catalog;
  /** The store as it will be after the build. Certificates that do not exist yet have placeholders. */
  readonly kv: KvSource;
}

/** Runs a build without its certificates. `certifyBuild` makes the certificates after the plan is accepted. */
export async function beginBuild(state: OpenState, workspace: Workspace, face: BuildFace): Promise<BegunBuild> {
  const catalog = await buildWithoutCertificates(state, workspace, face);
  const kv = new KvDraft(state.ledger.kv);
  await planCertificates({ state, workspace, catalog, face }, kv);
  return { catalog, kv };
}

async function buildWithoutCertificates(state: OpenState, workspace: Workspace, face: BuildFace): Promise<Catalog> {
  const { ledger } = state;
  const catalog = resolveCatalog(workspace, continuityOf(ledger), face);
  checkBuild(ledger, catalog);
  await requirePostBuildTools(catalog);
  apply(ledger, catalog, workspace);
  return catalog;
}

/**
 * Runs a build for a plan. Throws in the same cases as a build, but runs no hook and makes no certificate. The ledger
 * must not be committed.
 */
export async function buildAhead(state: OpenState, workspace: Workspace, face: BuildFace): Promise<Catalog> {
  const { ledger } = state;
  const catalog = resolveCatalog(workspace, continuityOf(ledger), face);
  checkBuild(ledger, catalog);
  apply(ledger, catalog, workspace);
  await planCertificates({ state, workspace, catalog, face }, ledger.kv);
  return catalog;
}

/** Runs a build for a listing. The listing also shows catalogs that a build would refuse. */
export async function listAhead({ state, workspace, catalog, face }: CertificateStep): Promise<void> {
  apply(state.ledger, catalog, workspace);
  await listCertificatesAhead({ state, workspace, catalog, face });
}

/** Updates the KV store, records and ports of the ledger to match the catalog. */
function apply(ledger: OpenState['ledger'], catalog: Catalog, workspace: Workspace): void {
  ledger.kv.purge(HISTORY_DAYS);
  publishCatalog(ledger.kv, catalog, workspace);
  recordBuild(ledger, catalog, workspace.digest);
}
