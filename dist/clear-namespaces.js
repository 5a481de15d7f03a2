import { s as mayRun } from "./stage-job.js";
// src/plan/plan-gc.ts
function planGarbage({ removed }, known) {
	const plan = {
		stopped: [],
		neverRan: [],
		running: []
	};
	for (const allocation of removed) plan[stageOf(known(allocation.id))].push(allocation);
	return plan;
}
function stageOf(record) {
	if (record?.stopped) return "stopped";
	return record !== void 0 && mayRun(record) ? "running" : "neverRan";
}
// src/kv/clear-namespaces.ts
/** Deletes every key of the namespaces, and answers those that held any. */
function clearNamespaces(store, namespaces) {
	const filled = namespaces.map((namespace) => ({
		namespace,
		keys: store.keys(namespace)
	})).filter(({ keys }) => keys.length > 0);
	for (const { namespace } of filled) store.clear(namespace);
	return filled;
}
export { planGarbage as n, clearNamespaces as t };
