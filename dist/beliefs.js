import { n as judgeWorker } from "./belief.js";
// src/rollout/look/beliefs.ts
/** Returns what is believed of each worker that answered. */
function believe(run, sights) {
	const known = openKnown(run);
	return new Map([...sights.values()].flatMap((sight) => {
		if (sight.kind === "silent") return [];
		const { facts } = sight;
		return [[facts.host, {
			facts,
			belief: judgeWorker(facts, run.origin, known(facts.host))
		}]];
	}));
}
function beliefOf(run, facts) {
	return judgeWorker(facts, run.origin, openKnown(run)(facts.host));
}
/** Returns a function that tells what the state knows of a worker. The state is searched once for all workers. */
function openKnown({ ledger, catalog }) {
	const listed = new Map(catalog.workers.map((worker) => [worker.host, worker]));
	const listedIds = new Set(catalog.workers.map(({ id }) => id));
	const open = new Set(ledger.allocations.flatMap(({ host, delivered, applied, promoted }) => delivered !== void 0 && delivered !== (applied ?? promoted)?.hash ? [host] : []));
	return (host) => {
		const known = ledger.workers[host];
		return {
			workerId: listed.get(host)?.id ?? known?.id ?? "",
			listedIds,
			noted: known?.updateSeq,
			upload: open.has(host) ? "open" : "none"
		};
	};
}
/** Returns why a worker must not be changed by a command that belongs to no deploy. */
function notOurs(run, facts) {
	const fault = stepFault(run, beliefOf(run, facts));
	return fault && {
		kind: "out-of-step",
		worker: facts.host,
		fault,
		remedy: "maand deploy"
	};
}
/** Returns the fault of a worker that this state must not change. */
function stepFault({ origin }, belief) {
	if (belief.kind === "other-worker") return belief.standing === "listed" ? { kind: "exchanged" } : void 0;
	if (belief.kind !== "elsewhere") return void 0;
	const { writer, found } = belief;
	return {
		kind: "elsewhere",
		by: writer === void 0 ? "" : elsewhereText(belief),
		found,
		newest: origin.updateSeq
	};
}
/** Describes the state that wrote last. */
function elsewhereText(belief) {
	if (belief.kind !== "elsewhere") return "";
	const { writer, found } = belief;
	if (writer === void 0) return `update ${found}, by a program that left no name`;
	return `"${writer.name}" ${placeText(writer.kind)}, serial ${writer.serial}, by ${writer.run}`;
}
/** Names the place of a state in a sentence. */
function placeText(kind) {
	return kind === "file" ? "in a file" : "on the workers";
}
export { placeText as a, notOurs as i, believe as n, stepFault as o, elsewhereText as r, beliefOf as t };
