import { randomUUID } from 'node:crypto';
import { buildCatalog } from '../catalog/build-catalog.ts';
import type { Catalog, Continuity } from '../catalog/types.ts';
import type { Workspace } from '../workspace/types.ts';
import type { Face } from './face.ts';
import { requireSound } from './open-bucket.ts';

/** Throws a `Failure` with every finding when one is an error. */
export function resolveCatalog(workspace: Workspace, continuity: Continuity, face: Face): Catalog {
  const { catalog, diagnostics } = buildCatalog({ workspace, continuity, newId: randomUUID });
  requireSound(diagnostics, face);
  return catalog;
}
