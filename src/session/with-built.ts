/** Performs the second step of most commands: opens the state and makes the catalog on which the command works. */
import { buildAhead } from '../build/build-in-memory.ts';
import { builtCatalog } from '../build/last-build.ts';
import { continuityOf } from '../build/record-build.ts';
import { resolveCatalog } from '../build/resolve-catalog.ts';
import type { Catalog } from '../catalog/types.ts';
import type { OpenState } from '../state/open-state.ts';
import type { BuiltBucket } from './built-bucket.ts';
import { followMovedWorkers } from './moved-workers.ts';
import type { ReadBucket } from './with-bucket.ts';
import { readState, stateForPlan, withState } from './with-state.ts';

/** A catalog that does not change the ledger. */
type Unbuilt =
  /** Made from the current workspace. */
  | { readonly catalog: 'workspace' }
  /** Made by the last build. `hint` says what to do when the workspace has changed since that build. */
  | { readonly catalog: 'last-build'; readonly hint: string };

/**
 * `read`: the state is read without the lock. `plan`: like `read`, but without a state key, nothing counts as deployed
 * yet.
 */
type Looking = 'read' | 'plan';

/**
 * How to open the state, and which catalog to make from it. `change` holds the lock. A `build-ahead` makes no
 * certificates, so its ledger can never be saved.
 */
export type Opening =
  | ({ readonly state: Looking | 'change' } & Unbuilt)
  | { readonly state: Looking; readonly catalog: 'build-ahead' };

/**
 * Opens the state, runs `work`, then closes the state and releases its lock. Nothing is saved here, because `work`
 * commits the ledger.
 */
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
    case 'plan': {
      const state = await stateForPlan(bucket);
      await followMovedWorkers(bucket, state);
      return workWith(state);
    }
    case 'change':
      return withState(bucket, workWith);
  }
}

/** Makes the catalog. Throws a `Failure` with every finding when the catalog cannot be made. */
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
