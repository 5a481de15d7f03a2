/** Provides the continuity of a bucket that was never built. */
import type { Continuity } from '../catalog/types.ts';

/** The continuity without any earlier build, for checks that know no state. */
export const NO_CONTINUITY: Continuity = {
  bucketId: '00000000-0000-0000-0000-000000000000',
  workers: {},
  ports: {},
  allocations: [],
};
