import { n as stageOf, t as mayRun } from "./allocation-stage.js";
import { c as stopFailure } from "./keys.js";
import { n as knownAllocation } from "./stage-job.js";
// src/sight/belief.ts
function judgeWorker(facts, ours, known) {
	const bucket = facts.buckets.get(ours.bucketId);
	if (!bucket) return { kind: "nothing" };
	const { identity } = bucket;
	if (identity === "absent" || identity === "damaged") return {
		kind: "unsigned",
		fault: identity
	};
	if (identity.bucketId !== ours.bucketId) return {
		kind: "unsigned",
		fault: "other-bucket"
	};
	if (identity.workerId !== known.workerId) return {
		kind: "other-worker",
		standing: known.listedIds.has(identity.workerId) ? "listed" : "former"
	};
	return identity.writer === void 0 ? judgeUnsigned(identity, ours, known) : judgeWriter(identity, identity.writer, {
		ours,
		known
	});
}
/** Judges a file of the first edition, which does not name its writer. */
function judgeUnsigned({ updateSeq: found }, { updateSeq }, { noted, upload }) {
	const elsewhere = {
		kind: "elsewhere",
		writer: void 0,
		found
	};
	if (found > updateSeq) return elsewhere;
	if (noted === void 0 || found === noted) return { kind: "ours" };
	if (found < noted) return {
		kind: "restored",
		found,
		noted
	};
	return upload === "open" ? { kind: "ours" } : elsewhere;
}
function judgeWriter({ updateSeq: found }, writer, { ours, known: { noted } }) {
	if (!isAdopted(writer, ours) && (writer.kind !== ours.kind || writer.serial > ours.serial)) return {
		kind: "elsewhere",
		writer,
		found
	};
	if (found > ours.updateSeq) return {
		kind: "elsewhere",
		writer: void 0,
		found
	};
	return noted !== void 0 && found < noted ? {
		kind: "restored",
		found,
		noted
	} : { kind: "ours" };
}
function isAdopted({ kind, name, serial }, { adopted }) {
	return adopted !== void 0 && adopted.kind === kind && adopted.name === name && serial <= adopted.serial;
}
/**
* Tells whether the folder of a job is there. `dangling` names the link that leads nowhere, below the root of the
* worker: then a disk may not be mounted, and the folder does not count as missing.
*/
function jobOn({ isRootCutOff, buckets }, bucketId, job) {
	if (isRootCutOff) return { dangling: "" };
	const bucket = buckets.get(bucketId);
	if (bucket === void 0) return "missing";
	const dangling = danglingIn(bucket, job);
	if (dangling !== void 0) return { dangling: `${bucketId}${dangling}` };
	const kind = bucket.jobs.get(job);
	return kind === "folder" || kind === "link" ? "there" : "missing";
}
function danglingIn({ kind, isCutOff, jobs }, job) {
	if (kind === "dangling") return "";
	if (isCutOff) return "/jobs";
	return jobs.get(job) === "dangling" ? `/jobs/${job}` : void 0;
}
// src/sight/strangers.ts
/** Returns every bucket that forbids the first deploy. Buckets of other names may share a worker. */
function findStrangers(seen, newcomer) {
	return seen.flatMap((facts) => strangersOn(facts, newcomer));
}
function strangersOn({ host, states, buckets }, { name, bucketId, jobs }) {
	const marked = states.filter((state) => state.bucketId !== bucketId && buckets.has(state.bucketId));
	const signed = [...buckets].flatMap(([id, { identity }]) => {
		const writer = typeof identity === "object" ? identity.writer : void 0;
		return writer === void 0 || id === bucketId ? [] : [{
			bucketId: id,
			name: writer.name
		}];
	});
	const named = new Map([...marked, ...signed].map((one) => [one.bucketId, one.name]));
	const unnamed = [...buckets].filter(([id, bucket]) => id !== bucketId && !named.has(id) && sharesJob(bucket, jobs));
	return [...[...named].flatMap(([id, other]) => {
		if (other === name) return [{
			kind: "lost",
			host,
			bucketId: id
		}];
		return bucketOf(other) === bucketOf(name) ? [{
			kind: "other-name",
			host,
			bucketId: id,
			name: other
		}] : [];
	}), ...unnamed.map(([id]) => ({
		kind: "lost",
		host,
		bucketId: id
	}))];
}
function sharesJob({ jobs: found }, jobs) {
	return [...found.keys()].some((job) => jobs.has(job));
}
/** Returns the name of a state without its environment. */
function bucketOf(name) {
	return name.slice(0, name.lastIndexOf("/"));
}
// src/rollout/look.ts
const NOT_LOOKED = {
	found: /* @__PURE__ */ new Map(),
	problems: /* @__PURE__ */ new Map(),
	silent: /* @__PURE__ */ new Map()
};
/**
* Looks at the workers. Throws a `StopFailure` (exit code 3) when another state wrote last on most of them, or when
* this state has never deployed and something of another one is there.
*/
async function lookAhead(run, signal = run.signal) {
	const sights = await run.look(workersToAsk(run), signal);
	const seen = [...sights.values()].flatMap((sight) => sight.kind === "seen" ? [sight.facts] : []);
	if (run.origin.updateSeq === 0) refuseStrangers(run, seen);
	const beliefs = new Map(seen.map((facts) => [facts.host, {
		facts,
		belief: beliefOf(run, facts)
	}]));
	refuseElsewhere(run, [...beliefs.values()]);
	const jobs = run.catalog.jobs.filter(({ name }) => run.jobs.has(name));
	return {
		found: new Map(jobs.flatMap((job) => foundIn(run, job, beliefs))),
		problems: new Map(jobs.flatMap((job) => problemIn(run, job, beliefs))),
		silent: silentIn(sights)
	};
}
function silentIn(sights) {
	return new Map([...sights.values()].flatMap((sight) => sight.kind === "silent" ? [[sight.host, sight.reason]] : []));
}
/**
* Returns the workers of the selected jobs: those that hold or should hold an allocation, or held one that is to be
* stopped. The first deploy of a state asks all workers.
*/
function workersToAsk({ catalog, jobs, origin }) {
	if (origin.updateSeq === 0) return [...catalog.workers];
	const hosts = new Set(catalog.jobs.flatMap(({ name, allocations }) => jobs.has(name) ? allocations.map(({ host }) => host) : []));
	const listed = catalog.workers.filter(({ host }) => hosts.has(host));
	const removed = new Map(catalog.removed.map(({ host, worker }) => [host, worker]));
	return [...listed, ...[...removed].flatMap(([host, worker]) => hosts.has(host) ? [] : [worker])];
}
function beliefOf(run, facts) {
	return judgeWorker(facts, run.origin, knownOn(run, facts.host));
}
function knownOn({ ledger, catalog }, host) {
	const listed = catalog.workers.find((worker) => worker.host === host);
	const known = ledger.workers[host];
	const isOpen = ledger.allocations.some(({ host: on, delivered, applied, promoted }) => on === host && delivered !== void 0 && delivered !== (applied ?? promoted)?.hash);
	return {
		workerId: listed?.id ?? known?.id ?? "",
		listedIds: new Set(catalog.workers.map(({ id }) => id)),
		noted: known?.updateSeq,
		upload: isOpen ? "open" : "none"
	};
}
/** Throws when more than half of the workers that answered were written last by another state. */
function refuseElsewhere({ origin }, believed) {
	const elsewhere = believed.filter(({ belief }) => belief.kind === "elsewhere");
	if (elsewhere.length * 2 <= believed.length) return;
	const sides = elsewhere.map(({ facts, belief }) => `worker ${facts.host}: ${elsewhereText(belief)}`);
	const others = elsewhere.some(({ belief }) => writerOf(belief)?.kind === otherKind(origin.kind));
	throw stopFailure({
		code: "state-elsewhere",
		message: `another state than this one (${placeText(origin.kind)}, serial ${origin.serial}) wrote last on ${elsewhere.length} of ${believed.length} workers:\n${sides.join("\n")}`,
		hint: others ? `use the state that wrote last: state = "${otherKind(origin.kind)}" in maand.conf, or --state; or take its work over: maand state adopt` : "this copy of the state is older than what is deployed: bring the newer one back, or take over what is there: maand state adopt"
	});
}
function otherKind(kind) {
	return kind === "file" ? "workers" : "file";
}
function placeText(kind) {
	return kind === "file" ? "in a file" : "on the workers";
}
function writerOf(belief) {
	return belief.kind === "elsewhere" ? belief.writer : void 0;
}
function elsewhereText(belief) {
	if (belief.kind !== "elsewhere") return "";
	const { writer, found } = belief;
	if (writer === void 0) return `update ${found}, by a program that left no name`;
	return `"${writer.name}" ${placeText(writer.kind)}, serial ${writer.serial}, by ${writer.run}`;
}
function refuseStrangers({ origin, catalog, ledger }, seen) {
	const jobs = new Set(catalog.jobs.map(({ name }) => name));
	const strangers = findStrangers(seen, {
		name: origin.name,
		bucketId: ledger.bucketId,
		jobs
	});
	const foreign = strangers.find((one) => one.kind === "other-name");
	if (foreign) throw foreignWorker(origin.name, foreign);
	if (strangers.length === 0) return;
	const where = strangers.map(({ host, bucketId }) => `${host} (bucket ${bucketId})`).join(", ");
	throw stopFailure({
		code: "state-lost",
		message: `this state ("${origin.name}") has never deployed, but a bucket with its name or its jobs is deployed on ${where}`,
		hint: "if the state of that bucket is elsewhere, use it; to take it over: maand state adopt; to begin beside it, set another worker_root in maand.conf"
	});
}
function foreignWorker(name, { host, bucketId, name: other }) {
	return stopFailure({
		code: "state-other-name",
		message: `worker ${host} belongs to "${other}" (bucket ${bucketId}), and is listed for "${name}"`,
		hint: `take ${host} out of the workers of "${name}", or out of those of "${other}" and deploy that first`
	});
}
/** Returns what is wrong with the allocations of a job that should run and that the state believes to be deployed. */
function foundIn(run, { allocations }, beliefs) {
	return allocations.flatMap((allocation) => {
		const believed = beliefs.get(allocation.host);
		if (!believed || !shouldBeThere(run, allocation)) return [];
		const reason = reasonFor(believed, sightOf(run, believed.facts, allocation));
		return reason === void 0 ? [] : [[allocation.id, reason]];
	});
}
function reasonFor({ belief }, sight) {
	if (sight === "missing") return "missing";
	switch (belief.kind) {
		case "restored":
		case "nothing": return "behind";
		case "unsigned": return "unsigned";
		case "other-worker": return belief.standing === "former" ? "behind" : void 0;
		case "ours":
		case "elsewhere": return;
	}
}
function shouldBeThere(run, { id, disabled }) {
	const known = knownAllocation(run, id);
	return !disabled && mayRun(stageOf(known)) && (known?.applied ?? known?.promoted) !== void 0;
}
function sightOf({ catalog }, facts, { job }) {
	return jobOn(facts, catalog.bucketId, job);
}
/** Returns why the job must not be touched: a worker that is not ours, a link that leads nowhere, or no folder at all. */
function problemIn(run, job, beliefs) {
	const active = job.allocations.filter(({ disabled }) => !disabled);
	const problems = active.flatMap((allocation) => {
		const believed = beliefs.get(allocation.host);
		return believed ? workerProblem(run, allocation, believed) : [];
	});
	if (problems.length > 0) return [[job.name, {
		kind: "several",
		problems
	}]];
	const deployed = active.filter((allocation) => shouldBeThere(run, allocation));
	const missing = deployed.filter((allocation) => {
		const believed = beliefs.get(allocation.host);
		return believed !== void 0 && sightOf(run, believed.facts, allocation) === "missing";
	});
	return missing.length >= 2 && missing.length === deployed.length && !run.options.force ? [[job.name, {
		kind: "job-missing",
		workers: missing.map(({ host }) => host)
	}]] : [];
}
function workerProblem(run, allocation, { facts, belief }) {
	const { host: worker } = allocation;
	const fault = stepFault(run, belief);
	if (fault !== void 0) return [{
		kind: "out-of-step",
		worker,
		fault,
		remedy: "maand deploy"
	}];
	const sight = sightOf(run, facts, allocation);
	if (typeof sight === "string") return [];
	const root = run.catalog.workers.find(({ host }) => host === worker)?.root ?? "";
	return [{
		kind: "cut-off",
		worker,
		path: sight.dangling === "" ? root : `${root}/${sight.dangling}`
	}];
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
export { notOurs as i, beliefOf as n, lookAhead as r, NOT_LOOKED as t };
