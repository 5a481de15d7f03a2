/** What a build makes of the state, until somebody commits the ledger; and the same for commands that cannot save. */
import type { Catalog } from '../catalog/types.ts';
import { publishCatalog } from '../kv/publish.ts';
import type { OpenState } from '../state/open-state.ts';
import type { Workspace } from '../workspace/types.ts';
import type { BuildFace } from './build-face.ts';
import { type CertificateStep, certifyBuild, listCertificatesAhead, planCertificates } from './certificates.ts';
import { checkBuild } from './check-build.ts';
import { requirePostBuildTools } from './post-build.ts';
import { continuityOf, recordBuild } from './record-build.ts';
import { resolveCatalog } from './resolve-catalog.ts';

const HISTORY_DAYS = 7;

/** A build as it is saved. Throws a `Failure` before anything of it is in the ledger, a CA that cannot sign aside. */
export async function buildInMemory(state: OpenState, workspace: Workspace, face: BuildFace): Promise<Catalog> {
  const { ledger } = state;
  const catalog = resolveCatalog(workspace, continuityOf(ledger), face);
  checkBuild(ledger, catalog);
  await requirePostBuildTools(catalog, face);
  apply(ledger, catalog, workspace);
  await certifyBuild({ state, workspace, catalog, face });
  return catalog;
}

/** For a plan: throws where the build would, runs nothing, and makes no certificate. Such a ledger must not be committed. */
export async function buildAhead(state: OpenState, workspace: Workspace, face: BuildFace): Promise<Catalog> {
  const { ledger } = state;
  const catalog = resolveCatalog(workspace, continuityOf(ledger), face);
  checkBuild(ledger, catalog);
  apply(ledger, catalog, workspace);
  await planCertificates({ state, workspace, catalog, face });
  return catalog;
}

/** For a listing, which shows also what a build would refuse. */
export async function listAhead({ state, workspace, catalog, face }: CertificateStep): Promise<void> {
  apply(state.ledger, catalog, workspace);
  await listCertificatesAhead({ state, workspace, catalog, face });
}

/** KV, records and ports of the ledger follow the catalog. */
function apply(ledger: OpenState['ledger'], catalog: Catalog, workspace: Workspace): void {
  ledger.kv.purge(HISTORY_DAYS);
  publishCatalog(ledger.kv, catalog, workspace);
  recordBuild(ledger, catalog, workspace.digest);
}
