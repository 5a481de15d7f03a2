import { u as problemText } from "./worker-facts.js";
import { c as stopFailure } from "./keys.js";
import { i as notOurs, t as beliefOf } from "./beliefs.js";
import { T as workerOf } from "./with-state.js";
// src/rollout/by-hand/worker-sync.ts
/** Returns host → why the worker does not match the state. Workers that match have no entry. */
async function findOutOfStep(run, hosts) {
	const sights = await run.look(hosts.map((host) => workerOf(run, host)), run.signal);
	return new Map([...sights].flatMap(([host, sight]) => {
		const problem = problemOf(run, host, sight);
		return problem === void 0 ? [] : [[host, problem]];
	}));
}
function problemOf(run, host, sight) {
	if (sight.kind === "silent") return {
		kind: "not-looked",
		worker: host,
		reason: sight.reason
	};
	const fault = faultOf(beliefOf(run, sight.facts));
	return notOurs(run, sight.facts) ?? (fault && {
		kind: "out-of-step",
		worker: host,
		fault,
		remedy: "maand deploy"
	});
}
/**
* Checks workers before a command changes them that belongs to no deploy. Throws a `StopFailure` (exit code 3) when
* another state wrote last on one of them. What they hold does not matter, and a worker that does not answer is left to
* the command.
*/
async function requireOurs(run, workers) {
	const foreign = [...(await run.look(workers, run.signal)).values()].flatMap((sight) => sight.kind === "seen" ? notOurs(run, sight.facts) ?? [] : []);
	if (foreign.length === 0) return;
	throw stopFailure({
		code: "state-elsewhere",
		message: `nothing was changed:\n${foreign.map(problemText).join("\n")}`,
		hint: "use the state that wrote last, or take over what is there: maand state adopt"
	});
}
function faultOf(belief) {
	switch (belief.kind) {
		case "ours":
		case "elsewhere": return;
		case "other-worker": return { kind: "other-worker" };
		case "nothing": return { kind: "absent" };
		case "unsigned": return { kind: belief.fault === "absent" ? "unsigned" : belief.fault };
		case "restored": return {
			kind: "behind",
			found: belief.found,
			delivered: belief.noted
		};
	}
}
export { requireOurs as n, findOutOfStep as t };
