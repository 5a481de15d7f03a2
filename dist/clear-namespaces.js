import { n as stageOf, t as mayRun } from "./allocation-stage.js";
// src/plan/plan-gc.ts
function planGarbage({ catalog, known, forget }) {
	const plan = {
		stopped: [],
		neverRan: [],
		running: [],
		givenUp: [],
		forgotten: []
	};
	for (const allocation of catalog.removed) plan[allocation.workerLeft && forget.has(allocation.host) ? "forgotten" : listFor(stageOf(known(allocation.id)), allocation)].push(allocation);
	return plan;
}
function listFor(stage, { workerLeft }) {
	if (stage === "placed") return "neverRan";
	if (!mayRun(stage)) return "stopped";
	return workerLeft ? "givenUp" : "running";
}
// src/kv/clear-namespaces.ts
/** Deletes every key of the namespaces. Returns the namespaces that had keys. */
function clearNamespaces(store, namespaces) {
	const filled = namespaces.map((namespace) => ({
		namespace,
		keys: store.keys(namespace)
	})).filter(({ keys }) => keys.length > 0);
	for (const { namespace } of filled) store.clear(namespace);
	return filled;
}
export { planGarbage as n, clearNamespaces as t };
