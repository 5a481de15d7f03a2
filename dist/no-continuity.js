// src/build/no-continuity.ts
/** The continuity without an earlier build, for checks that have no state. */
const NO_CONTINUITY = {
	bucketId: "00000000-0000-0000-0000-000000000000",
	workers: {},
	ports: {},
	allocations: []
};
export { NO_CONTINUITY as t };
