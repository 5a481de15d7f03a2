/** The bucket on which most commands work, after it was read and built. */
import type { Catalog } from '../catalog/types.ts';
import type { OpenState } from '../state/open-state.ts';
import type { ReadBucket } from './with-bucket.ts';

export interface BuiltBucket extends ReadBucket {
  readonly state: OpenState;
  readonly catalog: Catalog;
}
