/** Builds the catalog of a workspace and refuses a catalog with errors. */
import { randomUUID } from 'node:crypto';
import { buildCatalog } from '../catalog/build-catalog.ts';
import type { Catalog, Continuity } from '../catalog/types.ts';
import { requireSound } from '../workspace/require-sound.ts';
import type { Workspace } from '../workspace/types.ts';
import type { BuildFace } from './build-face.ts';

/** Returns the catalog. Throws a `Failure` (exit code 2) with all findings when at least one finding is an error. */
export function resolveCatalog(workspace: Workspace, continuity: Continuity, face: BuildFace): Catalog {
  const { catalog, diagnostics } = buildCatalog({ workspace, continuity, newId: randomUUID });
  requireSound(diagnostics, face);
  return catalog;
}
