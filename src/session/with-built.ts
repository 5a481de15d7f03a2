/** Second step of most commands: the state is open while they work, and a catalog says what they work on. */
import { buildAhead } from '../build/build-in-memory.ts';
import { builtCatalog } from '../build/last-build.ts';
import { continuityOf } from '../build/record-build.ts';
import { resolveCatalog } from '../build/resolve-catalog.ts';
import type { Catalog } from '../catalog/types.ts';
import type { OpenState } from '../state/open-state.ts';
import type { BuiltBucket } from './built-bucket.ts';
import type { ReadBucket } from './with-bucket.ts';
import { readState, stateForPlan, withState } from './with-state.ts';

/** A catalog that does not change the ledger. */
type Unbuilt =
  /** Made from the present workspace. */
  | { readonly catalog: 'workspace' }
  /** Made by the last build. `hint`: what to do when the workspace has changed since. */
  | { readonly catalog: 'last-build'; readonly hint: string };

/**
 * `read`: the state is read without the lock. `plan`: as `read`, but without a state key it works as if nothing had
 * been deployed yet.
 */
type Looking = 'read' | 'plan';

/**
 * How the state is opened, and which catalog is made from it. `change` holds the lock. A build that only looks ahead
 * makes no certificates, so it never gets a ledger that can be saved.
 */
export type Opening =
  | ({ readonly state: Looking | 'change' } & Unbuilt)
  | { readonly state: Looking; readonly catalog: 'build-ahead' };

/**
 * Opens the state, runs `work`, then closes the state and releases its lock. Nothing is saved here: `work` commits the
 * ledger.
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
    case 'plan':
      return workWith(await stateForPlan(bucket));
    case 'change':
      return withState(bucket, workWith);
  }
}

/** Makes the catalog. Throws a `Failure` with every finding when that is impossible. */
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
