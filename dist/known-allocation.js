// src/rollout/known-allocation.ts
/** Returns the state's record of an allocation in the form that a plan needs. */
function knownAllocation({ ledger }, id) {
	const record = ledger.allocation(id);
	if (!record) return void 0;
	const tree = (deployed) => deployed && {
		...deployed,
		files: ledger.filesOf(deployed)
	};
	return {
		currentVersion: record.currentVersion,
		promoted: tree(record.promoted),
		applied: tree(record.applied),
		delivered: record.delivered,
		stopped: record.stopped ?? false
	};
}
export { knownAllocation as t };
