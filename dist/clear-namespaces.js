import { n as stageOf, t as mayRun } from "./allocation-stage.js";
// src/plan/plan-gc.ts
function planGarbage({ removed }, known) {
	const plan = {
		stopped: [],
		neverRan: [],
		running: []
	};
	for (const allocation of removed) plan[listFor(stageOf(known(allocation.id)))].push(allocation);
	return plan;
}
function listFor(stage) {
	if (stage === "placed") return "neverRan";
	return mayRun(stage) ? "running" : "stopped";
}
// src/kv/clear-namespaces.ts
/** Deletes every key of the namespaces. Returns the namespaces that held any. */
function clearNamespaces(store, namespaces) {
	const filled = namespaces.map((namespace) => ({
		namespace,
		keys: store.keys(namespace)
	})).filter(({ keys }) => keys.length > 0);
	for (const { namespace } of filled) store.clear(namespace);
	return filled;
}
export { planGarbage as n, clearNamespaces as t };
