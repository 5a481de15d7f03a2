// src/plan/allocation-stage.ts
/** Returns the latest stage that the record proves. Without a record, the stage is `placed`. */
function stageOf(record) {
	if (record === void 0) return "placed";
	const { promoted, applied, delivered, stopped } = record;
	const isKnownTree = (promoted ?? applied ?? delivered) !== void 0;
	if (stopped) return isKnownTree ? "stopped" : "removed";
	if (applied) return "applied";
	if (promoted) return "promoted";
	return delivered === void 0 ? "placed" : "uploaded";
}
/**
* Returns whether a process of the allocation may be running. After an upload, this is possible even when the start
* failed.
*/
function mayRun(stage) {
	switch (stage) {
		case "uploaded":
		case "applied":
		case "promoted": return true;
		case "placed":
		case "stopped":
		case "removed": return false;
	}
}
export { stageOf as n, mayRun as t };
