import { i as timeoutSignal } from "./abort.js";
import { a as openActionsCache, h as Connections, i as snapshotPrefixOf, o as HolderCopies, r as freshCacheKey, t as SNAPSHOT_SHAPE } from "./github-cache.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/wiring/finish-run.ts
/**
* Performs the last steps for a run that was killed: saves its newest snapshot in the cache and releases its lock on
* the workers.
*/
const LOCK_MS = 2e3;
const CACHE_MS = 4e3;
/** Performs both steps at the same time, each with its own time limit. Returns a sentence for each step that failed. */
async function finishRun(finishing) {
	return (await Promise.all([saveCopy(finishing), giveLockBack(finishing)])).filter((problem) => problem !== void 0);
}
async function saveCopy({ handover, env, server }) {
	const { sealed, cacheKey } = handover;
	if (!sealed || cacheKey === void 0) return void 0;
	const cache = openActionsCache({
		env,
		server,
		shape: SNAPSHOT_SHAPE
	});
	if (cache.kind === "absent") return void 0;
	const signal = timeoutSignal(CACHE_MS);
	const known = await cache.find({
		prefixes: [snapshotPrefixOf(cacheKey)],
		signal
	});
	if (known.kind === "found" && known.bytes.equals(sealed.bytes)) return void 0;
	const outcome = await cache.save({
		newKey: () => freshCacheKey(cacheKey),
		bytes: sealed.bytes,
		signal
	});
	if (outcome.kind === "saved") return void 0;
	return `the state (serial ${sealed.serial}) is not in the cache: ${outcome.reason}; the next run heals it from the workers`;
}
async function giveLockBack({ handover, request, face }) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { token, mark, workers, bucketDir, settings, hostKeys } = handover;
		const connections = _usingCtx$1.a(new Connections(request, face));
		connections.pin(hostKeys);
		const { parallelWorkers } = settings;
		const transport = connections.open({
			bucketDir,
			settings
		});
		const kept = await new HolderCopies({
			transport,
			mark,
			parallelWorkers
		}).release(workers, token, timeoutSignal(LOCK_MS));
		if (kept.length === 0) return void 0;
		return `the lock on ${kept.join(", ")} could not be released in time; it expires within two minutes`;
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
export { finishRun };
