/** Provides the continuity for a bucket that was never built. */
import type { Continuity } from '../catalog/types.ts';

/** The continuity without an earlier build, for checks that have no state. */
export const NO_CONTINUITY: Continuity = {
  bucketId: '00000000-0000-0000-0000-000000000000',
  workers: {},
  ports: {},
  allocations: [],
};
