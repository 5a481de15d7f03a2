/** What a build takes over when nothing was built before. */
import type { Continuity } from '../catalog/types.ts';

/** As if nothing had ever been built: for checks that know no state. */
export const NO_CONTINUITY: Continuity = {
  bucketId: '00000000-0000-0000-0000-000000000000',
  workers: {},
  ports: {},
  allocations: [],
};
