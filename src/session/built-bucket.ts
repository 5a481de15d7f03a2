/** What most commands work on: a bucket that was read and built. */
import type { Catalog } from '../catalog/types.ts';
import type { Request } from '../request/request.ts';
import type { OpenState } from '../state/open-state.ts';
import type { Workspace } from '../workspace/types.ts';
import type { Face } from './face.ts';
import type { Tools } from './tools.ts';

/** A bucket whose workspace was read and built: what most commands begin with. */
export interface BuiltBucket {
  readonly request: Request;
  readonly face: Face;
  readonly tools: Tools;
  readonly workspace: Workspace;
  readonly state: OpenState;
  readonly catalog: Catalog;
}
