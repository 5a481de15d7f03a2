/** Finds the catalog of the last build, for commands that must not build. */
import { Failure } from '../base/failure.ts';
import type { Catalog } from '../catalog/types.ts';
import type { OpenState } from '../state/open-state.ts';
import type { Workspace } from '../workspace/types.ts';
import type { BuildFace } from './build-face.ts';
import { continuityOf } from './record-build.ts';
import { resolveCatalog } from './resolve-catalog.ts';

interface LastBuild {
  readonly state: OpenState;
  readonly workspace: Workspace;
  readonly face: BuildFace;
  /** Tells the user what to do when there is no such build. */
  readonly hint: string;
}

/**
 * Returns the catalog of the last build. Throws a `Failure` (exit code 2) when the workspace has changed since that
 * build.
 */
export function builtCatalog({ state: { ledger }, workspace, face, hint }: LastBuild): Catalog {
  if (ledger.builtDigest !== workspace.digest) {
    const what = ledger.builtDigest === '' ? 'nothing has been built yet' : 'the workspace is no longer what was built';
    throw new Failure(what, { exitCode: 2, hint });
  }
  return resolveCatalog(workspace, continuityOf(ledger), face);
}
