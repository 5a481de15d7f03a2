import { n as stateForPlan, r as withState, t as readState, v as buildAhead, x as continuityOf } from "./with-state.js";
import { t as Failure } from "./failure.js";
import { t as resolveCatalog } from "./resolve-catalog.js";
import { i as timeoutSignal, t as anySignal } from "./abort.js";
import { t as addressOf } from "./address.js";
import { o as lookAtWorkers } from "./digest.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/build/last-build.ts
/** Finds the catalog of the last build, for commands that must not build. */
/**
* Returns the catalog of the last build. Throws a `Failure` (exit code 2) when the workspace has changed since that
* build.
*/
function builtCatalog({ state: { ledger }, workspace, face, hint }) {
	if (ledger.builtDigest !== workspace.digest) {
		const what = ledger.builtDigest === "" ? "nothing has been built yet" : "the workspace is no longer what was built";
		throw new Failure(what, {
			exitCode: 2,
			hint
		});
	}
	return resolveCatalog(workspace, continuityOf(ledger), face);
}
// src/session/moved-workers.ts
/**
* Finds workers that got a new address. The files on a worker name the worker, so the state can follow it: its
* allocations move to the new address, and nothing is stopped, removed or started.
*/
/** A worker that has left is not waited for longer than this. */
const LEFT_LIMIT_MS = 5e3;
/** Moves the records of every worker that is found under a new address. The change is in the ledger, and not saved. */
async function followMovedWorkers(bucket, state) {
	const { ledger } = state;
	const listed = bucket.workspace.workers.map((worker) => addressOf(worker, bucket.workspace.settings));
	const hosts = new Set(listed.map(({ host }) => host));
	const left = Object.entries(ledger.workers).flatMap(([host, { hostKey, ...known }]) => hosts.has(host) || known.updateSeq === void 0 ? [] : [{
		...known,
		host,
		hostKey
	}]);
	const fresh = listed.filter(({ host }) => ledger.workers[host]?.updateSeq === void 0);
	if (left.length === 0 || fresh.length === 0) return;
	const seen = await lookAtBoth(bucket, state, {
		left,
		fresh
	});
	for (const { host, id } of left) {
		const found = fresh.flatMap((worker) => claimOf(seen, worker, {
			bucketId: ledger.bucketId,
			id
		}));
		const [moved] = found;
		if (moved === void 0 || found.length > 1 || !isSameMachine(seen.get(host), moved)) continue;
		ledger.moveWorker(host, moved.host);
		const message = `worker ${host} is now reached as ${moved.host}: its allocations move with it, nothing is started or stopped for that`;
		bucket.face.emit({
			type: "noticed",
			level: "info",
			message
		});
	}
}
async function lookAtBoth({ tools, workspace, face }, { ledger, sights }, { left, fresh }) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { bucketDir, settings } = workspace;
		try {
			await tools.describeSshKey(workspace);
		} catch (thrown) {
			if (thrown instanceof Failure) return sights;
			throw thrown;
		}
		const transport = _usingCtx$1.a(await tools.openTransport({
			bucketDir,
			settings,
			ledger
		}));
		const looking = {
			ask: (...asked) => transport.exec(...asked),
			parallelWorkers: settings.parallelWorkers
		};
		const unseen = (workers) => workers.filter(({ host }) => !sights.has(host));
		const limited = anySignal(face.signal, timeoutSignal(LEFT_LIMIT_MS));
		const [ofFresh, ofLeft] = await Promise.all([lookAtWorkers(looking, unseen(fresh), face.signal), lookAtWorkers(looking, unseen(left), limited)]);
		return new Map([
			...sights,
			...ofFresh,
			...ofLeft
		]);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** Returns the facts of a worker whose files are those of the worker with this id. */
function claimOf(seen, { host }, { bucketId, id }) {
	const sight = seen.get(host);
	if (sight?.kind !== "seen") return [];
	const identity = sight.facts.buckets.get(bucketId)?.identity;
	return typeof identity === "object" && identity.workerId === id ? [sight.facts] : [];
}
/**
* Returns whether the old address leads to the same machine, or to nothing. A machine that still answers under the old
* address and is another one was cloned.
*/
function isSameMachine(old, { workerId, bootId }) {
	if (old?.kind !== "seen") return true;
	return old.facts.bootId === bootId && old.facts.workerId === workerId;
}
// src/session/with-built.ts
/** Performs the second step of most commands: opens the state and makes the catalog on which the command works. */
/**
* Opens the state, runs `work`, then closes the state and releases its lock. Nothing is saved here, because `work`
* commits the ledger.
*/
async function withBuilt(bucket, opening, work) {
	const workWith = async (state) => work({
		...bucket,
		state,
		catalog: await makeCatalog(bucket, state, opening)
	});
	switch (opening.state) {
		case "read": return workWith(await readState(bucket));
		case "plan": {
			const state = await stateForPlan(bucket);
			await followMovedWorkers(bucket, state);
			return workWith(state);
		}
		case "change": return withState(bucket, workWith);
	}
}
/** Makes the catalog. Throws a `Failure` with every finding when the catalog cannot be made. */
async function makeCatalog({ workspace, face }, state, opening) {
	switch (opening.catalog) {
		case "workspace": return resolveCatalog(workspace, continuityOf(state.ledger), face);
		case "last-build": return builtCatalog({
			state,
			workspace,
			face,
			hint: opening.hint
		});
		case "build-ahead": return buildAhead(state, workspace, face);
	}
}
export { followMovedWorkers as n, builtCatalog as r, withBuilt as t };
