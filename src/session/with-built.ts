/** Second step of most commands: the state is open for as long as they work, and there is a catalog of what is to be worked on. */
import { buildAhead } from '../build/build-in-memory.ts';
import { builtCatalog } from '../build/last-build.ts';
import { continuityOf } from '../build/record-build.ts';
import { resolveCatalog } from '../build/resolve-catalog.ts';
import type { Catalog } from '../catalog/types.ts';
import type { OpenState } from '../state/open-state.ts';
import type { BuiltBucket } from './built-bucket.ts';
import type { ReadBucket } from './with-bucket.ts';
import { readState, stateForPlan, withState } from './with-state.ts';

/** A catalog that leaves the ledger as it is. */
type Unbuilt =
  /** Of the workspace as it is now. */
  | { readonly catalog: 'workspace' }
  /** Of the last build. `hint`: what to do when the workspace is no longer what was built. */
  | { readonly catalog: 'last-build'; readonly hint: string };

/** `read`: without the lock. `plan`: the same, and without a state key as if nothing had been deployed yet. */
type Looking = 'read' | 'plan';

/**
 * How the state is opened, and which catalog is made of it. `change` holds the lock. A build that only looks ahead makes no
 * certificates, so that it never meets a ledger which can be saved.
 */
export type Opening =
  | ({ readonly state: Looking | 'change' } & Unbuilt)
  | { readonly state: Looking; readonly catalog: 'build-ahead' };

/** The state is closed, and its lock released, once `work` is done. Nothing is saved here: `work` commits the ledger. */
export async function withBuilt<T>(
  bucket: ReadBucket,
  opening: Opening,
  work: (built: BuiltBucket) => Promise<T> | T,
): Promise<T> {
  const workWith = async (state: OpenState) =>
    work({ ...bucket, state, catalog: await makeCatalog(bucket, state, opening) });
  switch (opening.state) {
    case 'read':
      return workWith(await readState(bucket));
    case 'plan':
      return workWith(await stateForPlan(bucket));
    case 'change':
      return withState(bucket, workWith);
  }
}

/** Throws a `Failure` with every finding when a catalog cannot be made. */
async function makeCatalog({ workspace, face }: ReadBucket, state: OpenState, opening: Opening): Promise<Catalog> {
  switch (opening.catalog) {
    case 'workspace':
      return resolveCatalog(workspace, continuityOf(state.ledger), face);
    case 'last-build':
      return builtCatalog({ state, workspace, face, hint: opening.hint });
    case 'build-ahead':
      return buildAhead(state, workspace, face);
  }
}
