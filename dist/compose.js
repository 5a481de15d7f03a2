import { n as messageOf, t as Failure } from "./failure.js";
import { c as openSnapshot, d as readSnapshotHeader, f as fenceGuard, h as Connections, l as sealSnapshot, m as markOf, n as openCacheCopy, o as HolderCopies, p as forgetLine, s as headText, u as snapshotDigest } from "./github-cache.js";
import { i as StateFormatError, n as toStored, r as NewerStateError, t as parseDocument } from "./stored-document.js";
import { n as isMeant } from "./picture.js";
import { c as stopFailure, o as StopFailure } from "./keys.js";
import { n as isFormerAttempt, t as NO_FENCE } from "./port.js";
import { n as removeDrafts, r as replaceFile } from "./durable-file.js";
import { i as timeoutSignal, r as newAbort, t as anySignal } from "./abort.js";
import { t as compareText } from "./order.js";
import { n as mapLimit } from "./concurrency.js";
import { t as addressOf } from "./address.js";
import { t as _usingCtx } from "./usingCtx.js";
import { hostname } from "node:os";
import { createHash, randomUUID } from "node:crypto";
import { link, mkdir, readFile, readdir, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
// src/state-file/lock-record.ts
/** Reads and creates the record in a lock file: the owner of the lock, and whether its process is still alive. */
/** Creates a record of this process with a new token. */
async function ownRecord(owner) {
	return {
		...owner,
		token: randomUUID(),
		host: hostname(),
		...await whereWeRun(),
		pid: process.pid,
		started: await startOf(process.pid),
		at: (/* @__PURE__ */ new Date()).toISOString()
	};
}
/**
* Returns the record, or `undefined` when there is no lock file. Throws a `Failure` (exit code 3) when the file is not
* a lock file.
*/
async function readRecord(path) {
	const text = await readFile(path, "utf8").catch((thrown) => {
		if (thrown.code === "ENOENT") return void 0;
		throw thrown;
	});
	if (text === void 0) return void 0;
	const record = parseRecord(text);
	if (record !== void 0) return record;
	throw stopFailure({
		code: "state-locked",
		message: `${path} is not a lock file of this program`,
		hint: "look at it, then delete it"
	});
}
function parseRecord(text) {
	try {
		const record = JSON.parse(text);
		return typeof record?.token === "string" && typeof record.host === "string" && typeof record.pid === "number" ? record : void 0;
	} catch {
		return;
	}
}
/**
* Returns whether the owner has provably ended: the machine has restarted since, or no process in this namespace has
* that pid and start.
*/
async function isGone(owner) {
	const here = await whereWeRun();
	if (owner.boot !== here.boot) return owner.machine !== "" && owner.machine === here.machine;
	return owner.pidNamespace === here.pidNamespace && await startOf(owner.pid) !== owner.started;
}
async function whereWeRun() {
	const read = (path) => readFile(path, "utf8").then((text) => text.trim(), () => "");
	const pidNamespace = await readlink("/proc/self/ns/pid").catch(() => "");
	return {
		machine: await read("/etc/machine-id"),
		boot: await read("/proc/sys/kernel/random/boot_id"),
		pidNamespace
	};
}
/** Returns the start of a process, or '' when there is no such process. */
async function startOf(pid) {
	const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
	return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
// src/state-file/file-lock.ts
/** The lock of a state in a file. The lock is a file beside the state, and only one run can create it. */
const POLL_MS$1 = 250;
/**
* Takes an advisory lock file. A hard link makes the file appear complete. Another run's lock is taken over only when
* its process has provably ended: same machine, and no process with that pid and start time, or a former attempt of the
* same run. After `waitMs`, throws a
* `Failure` (exit code 3) that names the owner.
*/
async function lockFile(path, { owner, waitMs, signal }) {
	await mkdir(dirname(path), {
		recursive: true,
		mode: 448
	}).catch((thrown) => {
		throw stopFailure({
			code: "state-unusable",
			message: `cannot make the folder of the state: ${messageOf(thrown)}`,
			hint: "make it, or name another one with --state file:DIR",
			exitCode: 2,
			cause: thrown
		});
	});
	const record = await ownRecord(owner);
	const own = `${path}.${record.token}`;
	await writeFile(own, JSON.stringify(record), {
		mode: 384,
		flag: "wx"
	});
	try {
		await acquire(path, own, {
			owner,
			deadline: Date.now() + waitMs,
			signal
		});
	} finally {
		await rm(own, { force: true });
	}
	return held(path, record.token);
}
function held(path, token) {
	let isHeld = true;
	return {
		requireHeld: () => {
			if (!isHeld) throw new Error("the lock of the state was given back already");
		},
		[Symbol.asyncDispose]: async () => {
			isHeld = false;
			if ((await readRecord(path))?.token === token) await rm(path, { force: true });
		}
	};
}
async function acquire(path, own, { owner: mine, deadline, signal }) {
	for (;;) {
		signal.throwIfAborted();
		if (await tryLink(own, path)) return;
		const owner = await readRecord(path);
		if (owner === void 0) continue;
		if (isFormerAttempt(mine, owner) || await isGone(owner)) {
			await breakLock(path, owner.token);
			continue;
		}
		if (Date.now() >= deadline) throw refuse$1(owner);
		await setTimeout$1(POLL_MS$1, void 0, { signal });
	}
}
async function tryLink(from, to) {
	try {
		await link(from, to);
		return true;
	} catch (thrown) {
		if (thrown.code === "EEXIST") return false;
		throw thrown;
	}
}
/**
* Breaks the lock with this token, even when its owner is alive. The lock file is first renamed. When it then proves to
* be the newer lock of another run, it is put back.
*/
async function breakLock(path, token) {
	const aside = `${path}.${randomUUID()}`;
	try {
		await rename(path, aside);
	} catch (thrown) {
		if (thrown.code === "ENOENT") return;
		throw thrown;
	}
	const moved = await readRecord(aside);
	if (moved !== void 0 && moved.token !== token) await tryLink(aside, path);
	await rm(aside, { force: true });
}
function refuse$1(owner) {
	const run = owner.url === "" ? `process ${owner.pid} on ${owner.host}` : owner.url;
	return stopFailure({
		code: "state-locked",
		message: `another run holds the lock: "${owner.command}" by ${owner.actor} since ${owner.at} (${run})`,
		hint: `wait for it, or use --lock-wait SECONDS; if that run is certainly dead: maand state unlock ${owner.token}`
	});
}
// src/state-file/read-file.ts
/**
* Reads the document of a state in a file. A document that cannot be used stops the run, and the hint gives the
* solution.
*/
/**
* Reads the document. Throws a `Failure` (exit code 3) when the document is damaged, comes from a newer version, or
* belongs to another bucket. Also throws when it is missing although the previous document exists.
*/
async function readStateFile({ document: path, previous }, name) {
	const text = await readText(path);
	if (text === void 0 && await readText(previous) !== void 0) throw stopFailure({
		code: "state-gone",
		message: `the state ${path} is missing, but the previous document still exists`,
		hint: `if nothing was deployed since then, restore ${previous}: maand state recover --reason TEXT`
	});
	if (text === void 0) return { kind: "none" };
	const document = await parse(text, path, previous);
	if (document.name !== name) throw otherName(path, document.name, name);
	return {
		kind: "found",
		document
	};
}
/** Reads the previous document. `state recover` uses it when the current document is missing or damaged. */
async function readPrevious({ document: path, previous }, name) {
	await refuseNewer(path);
	const text = await readText(previous);
	if (text === void 0) throw stopFailure({
		code: "state-gone",
		message: `there is no previous document to restore: ${previous} does not exist`,
		hint: "put a backup there, or take over what is deployed with: maand state adopt"
	});
	const document = await parse(text, previous, "a backup");
	if (document.name === name) return {
		kind: "found",
		document
	};
	throw otherName(previous, document.name, name);
}
/** Returns the serial of the stored document, or 0 when there is no document. */
async function storedSerial({ document: path, previous }) {
	const text = await readText(path);
	return text === void 0 ? 0 : (await parse(text, path, previous)).serial;
}
/**
* Throws for a document that a newer version wrote. An operator may replace a damaged document, but this document is
* intact.
*/
async function refuseNewer(path) {
	const text = await readText(path);
	try {
		if (text !== void 0) await parseDocument(text);
	} catch (thrown) {
		if (thrown instanceof NewerStateError) throw newerState(path, thrown);
		if (!(thrown instanceof StateFormatError)) throw thrown;
	}
}
async function parse(text, path, previous) {
	try {
		return await parseDocument(text);
	} catch (thrown) {
		if (!(thrown instanceof StateFormatError)) throw thrown;
		if (thrown instanceof NewerStateError) throw newerState(path, thrown);
		throw stopFailure({
			code: "state-damaged",
			message: `cannot use the state ${path}: ${thrown.message}`,
			hint: `nothing was changed; to restore the previous document (${previous}): maand state recover --reason TEXT`,
			cause: thrown
		});
	}
}
async function readText(path) {
	try {
		return await readFile(path, "utf8");
	} catch (thrown) {
		if (thrown.code === "ENOENT") return void 0;
		throw stopFailure({
			code: "state-unusable",
			message: `cannot read the state ${path}: ${messageOf(thrown)}`,
			hint: "allow the user of this process to read it, or give another folder with state: file:DIR",
			cause: thrown
		});
	}
}
function newerState(path, cause) {
	return stopFailure({
		code: "state-newer",
		message: `cannot use the state ${path}: ${cause.message}`,
		hint: "use the version that wrote it, or a newer one; nothing was changed",
		cause
	});
}
function otherName(path, found, wanted) {
	return stopFailure({
		code: "state-other-name",
		message: `${path} is the state of "${found}", this bucket is "${wanted}"`,
		hint: "use another state folder, or set state_name in maand.conf to the name of the state"
	});
}
// src/state-file/state-paths.ts
/** Builds the paths of a state in a folder: the document, the previous document, and the lock. */
/**
* Returns the paths. The document is `state.json`, or `state.<environment>.json` for other environments than `default`.
*/
function statePaths(folder, environment) {
	const stem = environment === "default" ? "state" : `state.${environment}`;
	const at = (ending) => join(folder, `${stem}.${ending}`);
	return {
		document: at("json"),
		previous: at("previous.json"),
		lock: at("lock")
	};
}
// src/state-file/file-inspection.ts
/**
* Shows an operator a state in a file: the document, the previous document, and the lock. The operator may also break
* the lock.
*/
function openFileInspector({ folder, environment, name }) {
	const paths = statePaths(folder, environment);
	return {
		inspect: async () => {
			const copies = [await lookAtCopy(paths.document), await lookAtCopy(paths.previous)];
			const lock = await lookAtLock(paths.lock);
			return {
				name,
				copies,
				locks: lock ? [lock] : [],
				verdict: await judge$1(paths, name)
			};
		},
		unlock: (word) => unlockFile(paths.lock, word)
	};
}
async function unlockFile(path, word) {
	const lock = await lookAtLock(path);
	if (!lock) return {
		kind: "none",
		unasked: []
	};
	if (!isMeant(lock, word)) return {
		kind: "another",
		locks: [lock]
	};
	await breakLock(path, lock.token);
	return {
		kind: "broken",
		lock,
		problems: []
	};
}
async function lookAtLock(path) {
	const record = await readRecord(path);
	if (record === void 0) return void 0;
	const { token, runId, command, actor, url, at } = record;
	return {
		where: [path],
		token,
		runId,
		command,
		actor,
		url,
		since: at
	};
}
async function judge$1(paths, name) {
	try {
		const loaded = await readStateFile(paths, name);
		return loaded.kind === "none" ? loaded : {
			kind: "proven",
			document: loaded.document
		};
	} catch (thrown) {
		if (!(thrown instanceof StopFailure)) throw thrown;
		const { code, message, hint } = thrown;
		return {
			kind: "stopped",
			code,
			message,
			hint,
			document: void 0
		};
	}
}
async function lookAtCopy(where) {
	let bytes;
	try {
		bytes = await readFile(where);
	} catch (thrown) {
		return thrown.code === "ENOENT" ? {
			where,
			status: "none"
		} : {
			where,
			status: "unknown",
			problem: messageOf(thrown)
		};
	}
	const digest = createHash("sha256").update(bytes).digest("hex");
	const written = await stat(where).then(({ mtime }) => ({ writer: `written at ${mtime.toISOString()}` }), () => ({}));
	try {
		const { bucketId, serial, updateSeq } = await parseDocument(bytes.toString("utf8"));
		return {
			where,
			status: "found",
			lineage: bucketId,
			serial,
			updateSeq,
			digest,
			...written
		};
	} catch (thrown) {
		if (!(thrown instanceof StateFormatError)) throw thrown;
		const [, serial] = /"serial": ?(\d{1,15})/.exec(bytes.toString("latin1")) ?? [];
		return {
			where,
			status: "refused",
			digest,
			...written,
			...serial === void 0 ? {} : { serial: Number(serial) },
			problem: thrown.message
		};
	}
}
// src/state-file/leftovers.ts
/** Removes the files beside a state that killed runs left: drafts of the document, and locks that were never taken. */
/** Call it only while this run holds the lock: then no other run writes the document. */
async function removeLeftovers({ document, lock }) {
	await removeDrafts(document, { leastAgeMs: 0 });
	const start = `${basename(lock)}.`;
	const asides = (await readdir(dirname(lock))).filter((name) => name.startsWith(start) && ASIDE_END.test(name.slice(start.length)));
	for (const name of asides) await removeIfAbandoned(join(dirname(lock), name));
}
/** The random id at the end of the name of a lock that a run prepared or moved aside. */
const ASIDE_END = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A run that waits for the lock still needs its file. A file that cannot be read is left to a person. */
async function removeIfAbandoned(path) {
	const owner = await readRecord(path).catch(() => void 0);
	if (owner !== void 0 && await isGone(owner)) await rm(path, { force: true });
}
// src/state-file/write-file.ts
/**
* Writes the document of a state in a file. The write is complete or has no effect, and it requires that the stored
* document is the previous one.
*/
const NOTHING_WRITTEN = {
	identity: void 0,
	serial: 0
};
/** Compares serials before it writes. The comparison stops a writer that lost its lock without noticing. */
async function writeState(paths, last, document) {
	const { document: path, previous } = paths;
	const stored = last.identity !== void 0 && last.identity === await identityOf(path) ? last.serial : await storedSerial(paths);
	if (stored !== document.serial - 1) throw stopFailure({
		code: "state-taken-over",
		message: `the state ${path} was changed by another run (serial ${stored}, expected ${document.serial - 1})`,
		hint: "run the command again"
	});
	await replace(path, document, previous);
	return {
		identity: await identityOf(path),
		serial: document.serial
	};
}
/** Replaces a damaged document. The damaged document is kept beside the new one for examination. */
async function replaceDamaged({ document: path }, document) {
	await replace(path, document, `${path}.damaged`);
}
async function replace(path, document, aside) {
	await replaceFile(path, `${JSON.stringify(toStored(document), null, 1)}\n`, aside).catch((thrown) => {
		throw notSaved(path, thrown);
	});
}
/**
* Returns the failure of a write, for example when the disk is full. The exit code shows a failed run, not a refusal.
*/
function notSaved(path, thrown) {
	return stopFailure({
		code: "state-unusable",
		message: `cannot save the state ${path}: ${messageOf(thrown)}`,
		hint: "the last saved state still exists; free disk space or restore the permissions, then run again",
		exitCode: 1,
		cause: thrown
	});
}
async function identityOf(path) {
	const entry = await stat(path, { bigint: true }).catch(() => void 0);
	return entry && [
		entry.dev,
		entry.ino,
		entry.size,
		entry.mtimeNs
	].join(" ");
}
// src/state-file/file-store.ts
function openFileStore({ folder, environment, name, overrides = {} }) {
	const paths = statePaths(folder, environment);
	const load = () => overrides.acceptUnproven ? readPrevious(paths, name) : readStateFile(paths, name);
	return {
		description: paths.document,
		kind: "file",
		load,
		lock: async (owner, waitMs, signal) => {
			const lock = await lockFile(paths.lock, {
				owner,
				waitMs,
				signal
			});
			await removeLeftovers(paths).catch(() => {});
			return overrides.acceptUnproven || overrides.acceptRollback ? holdDamaged(paths, lock, load) : hold(paths, lock, load);
		}
	};
}
function hold(paths, lock, load) {
	let written = NOTHING_WRITTEN;
	return {
		load,
		save: async (document) => {
			lock.requireHeld();
			written = await writeState(paths, written, document);
		},
		fence: NO_FENCE,
		[Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]()
	};
}
/**
* Holds a state whose stored document an operator decided to replace. The serial of the new document need not follow
* the stored one.
*/
function holdDamaged(paths, lock, load) {
	let saved;
	return {
		load: async () => saved ?? await load(),
		save: async (document) => {
			lock.requireHeld();
			await replaceDamaged(paths, document);
			saved = {
				kind: "found",
				document
			};
		},
		fence: NO_FENCE,
		[Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]()
	};
}
// src/state-fleet/holders/choose-holders.ts
/** Chooses the workers that hold the state. Finds their addresses, and which of them vote. */
/**
* Returns the hosts that must agree: the holders that the state records. Before the first state, these are the first
* workers. After an operator's decision, only hosts that answer count, because the other hosts are permanently lost.
*/
function holdersOf(state, { workers, overrides }) {
	if (overrides?.acceptUnproven) {
		const answered = new Set(answeredIn(state.sights).map(({ host }) => host));
		return chooseHolders([], workers.filter(({ host }) => answered.has(host)));
	}
	const recorded = state.kind === "found" ? state.document.holders ?? [] : [];
	return recorded.length > 0 ? recorded : chooseHolders([], workers);
}
const MOST_HOLDERS = 7;
/**
* Returns up to seven holders, sorted. Earlier holders take precedence. More copies would make every save more
* expensive but not safer.
*/
function chooseHolders(before, workers) {
	const hosts = workers.map(({ host }) => host);
	const kept = before.filter((host) => hosts.includes(host));
	const others = hosts.filter((host) => !kept.includes(host)).sort(compareText);
	return [...kept, ...others].slice(0, MOST_HOLDERS).sort(compareText);
}
function answeredIn(sights) {
	return sights.flatMap((sight) => sight.kind === "answered" ? [sight.sighting] : []);
}
/** Returns the address of each host: from the bucket, or from the state for workers that left the bucket. */
function knownWorkers(state, workers) {
	const recorded = state.kind === "found" ? Object.entries(state.document.workers) : [];
	return new Map([...recorded.map(([host, worker]) => [host, {
		...worker,
		host,
		hostKey: worker.hostKey
	}]), ...workers.map((worker) => [worker.host, worker])]);
}
/** Returns the holders that are in `hosts`. */
function votesOf(holders, hosts) {
	return holders.filter((holder) => hosts.some(({ host }) => host === holder));
}
// src/state-fleet/fence.ts
/** Returns the highest fence that any of the workers reported. */
function highestFence(sightings) {
	return Math.max(0, ...sightings.map(({ fence }) => fence));
}
/** Returns the lines that a run with this fence puts before every change on a worker. */
function fenceOf(fence, name) {
	const mark = markOf(name);
	return {
		line: ({ root }) => fenceGuard({
			root,
			mark
		}, fence),
		forget: ({ root }) => forgetLine({
			root,
			mark
		})
	};
}
/**
* Sets the fence of a new lock on all workers that this run has locked. Every later run shares a worker with this
* majority and takes the next higher number. A worker where this fails is not used for the rest of the run. It does not
* count when the state is saved.
*/
async function raiseFences(lock, { search, signal, isReplacing }) {
	const behind = answeredIn(lock.state.sights).filter(({ host, fence }) => fence < lock.fence && (isReplacing || lock.hosts.has(host)));
	const known = knownWorkers(lock.state, search.workers);
	const workers = behind.flatMap(({ host }) => known.get(host) ?? []);
	await search.copies.raiseFence(workers, lock.fence, signal);
}
/** Raises the fence above the fence of every earlier lock, so that workers refuse every run that has such a lock. */
async function fenceAllOff({ copies }, asked, signal) {
	const fence = highestFence(asked.map(({ sighting }) => sighting)) + 1;
	await copies.raiseFence(asked.map(({ worker }) => worker), fence, signal);
}
// src/state-fleet/find-state/ask-cache.ts
/**
* Asks the cache for its newest entry and opens the entry. A foreign or damaged entry is also returned, as `refused`.
*/
const CACHE_TIMEOUT_MS = 5e3;
async function askCache({ cache, name, keys, onCached }, signal) {
	if (!cache) return { kind: "off" };
	const answer = await cache.find(anySignal(signal, timeoutSignal(CACHE_TIMEOUT_MS)));
	if (answer.kind === "off") return { kind: "off" };
	if (answer.kind !== "found") return answer;
	const opened = await openSnapshot({
		bytes: answer.bytes,
		keys,
		expect: { name }
	});
	if (opened.kind === "refused") return {
		kind: "refused",
		otherKey: opened.code === "other-key",
		reason: opened.message
	};
	onCached(opened.document);
	const { document, header } = opened;
	return {
		kind: "found",
		candidate: toCandidate(header, answer.bytes),
		document,
		bytes: answer.bytes
	};
}
function toCandidate(header, bytes) {
	const { lineage, serial, updateSeq } = header;
	return {
		lineage,
		serial,
		updateSeq,
		digest: snapshotDigest(bytes),
		writer: writerOf$1(header)
	};
}
/** Returns the writer as text, for HEAD files and for people. */
function writerOf$1({ writer, at }) {
	return `run ${writer.runId} of ${writer.actor} on ${writer.ref || "no ref"} at ${at}`;
}
// src/state-fleet/find-state/evidence.ts
function stopWith(code, message, hint) {
	return {
		kind: "stop",
		stop: {
			code,
			message,
			hint
		}
	};
}
function candidatesOf(sightings, cache) {
	const onWorkers = sightings.flatMap(({ host, head }) => head ? [{
		candidate: candidateOf(head),
		host
	}] : []);
	return cache.kind === "found" ? [...onWorkers, {
		candidate: cache.candidate,
		host: void 0
	}] : onWorkers;
}
function candidateOf({ lineage, serial, digest, updateSeq, writer }) {
	return {
		lineage,
		serial,
		digest,
		updateSeq,
		writer
	};
}
// src/state-fleet/find-state/refuse-mix-ups.ts
/** Refuses a host that belongs to another environment of this bucket. Different buckets may share a worker. */
function refuseStrangers(name, sightings) {
	const bucketOf = (full) => full.slice(0, full.lastIndexOf("/"));
	for (const { host, facts } of sightings) {
		const other = facts.states.find((one) => one.name !== name && bucketOf(one.name) === bucketOf(name));
		if (!other) continue;
		return stopWith("state-other-name", `worker ${host} belongs to "${other.name}" (bucket ${other.bucketId}), and is listed for "${name}"`, `take ${host} out of the workers of "${name}", or out of those of "${other.name}" and deploy that first`);
	}
}
/** Refuses two states that have the same name but different origins. */
function refuseLineages({ name, cache }, sightings) {
	const known = candidatesOf(sightings, cache);
	const marks = sightings.flatMap(({ host, mark, head }) => mark && !head ? [{
		lineage: mark,
		where: `worker ${host}`
	}] : []);
	const heads = known.map(({ candidate, host }) => ({
		lineage: candidate.lineage,
		where: host === void 0 ? "the cache" : `worker ${host}`,
		writer: candidate.writer
	}));
	const byLineage = /* @__PURE__ */ new Map();
	for (const one of [...heads, ...marks]) {
		const text = one.writer === void 0 ? one.where : `${one.where}, written by ${one.writer}`;
		byLineage.set(one.lineage, [...byLineage.get(one.lineage) ?? [], text]);
	}
	if (byLineage.size < 2) return void 0;
	return stopWith("state-two-lineages", `"${name}" has two states that never were one: ${[...byLineage].map(([lineage, where]) => `bucket ${lineage} on ${where.join(", ")}`).join("; ")}`, "decide which one is right, then: maand state recover --from HOST --reason TEXT");
}
// src/state-fleet/find-state/choose-state.ts
/**
* Chooses the one state from which a run may start, or a stop. The decision uses only the answers of the cache and the
* workers (rules in docs/state-design.md). The functions are pure: they read nothing, and time does not affect the
* decision.
*/
/** Returns the newest snapshot among all answers, or a stop. */
function chooseState(evidence) {
	const { name, cache, workers } = evidence;
	const sightings = workers.flatMap((worker) => worker.kind === "answered" ? [worker.sighting] : []);
	const strange = refuseStrangers(name, sightings) ?? refuseLineages(evidence, sightings);
	if (strange) return strange;
	const known = candidatesOf(sightings, cache);
	if (known.length === 0) return chooseNothing(evidence, sightings);
	const top = Math.max(...known.map(({ candidate }) => candidate.serial));
	return settleFork(known.filter(({ candidate }) => candidate.serial === top));
}
/** Decides between different snapshots with the same serial. Chooses the snapshot that most of these workers have. */
function settleFork(newest) {
	const byDigest = /* @__PURE__ */ new Map();
	for (const one of newest) byDigest.set(one.candidate.digest, [...byDigest.get(one.candidate.digest) ?? [], one]);
	const votes = (group) => group.filter(({ host }) => host !== void 0).length;
	const groups = [...byDigest.values()].sort((a, b) => votes(b) - votes(a));
	const [first, second] = groups;
	const winner = first?.[0]?.candidate;
	if (!first || !winner) throw new RangeError("there is no candidate to choose from");
	const all = groups.reduce((sum, group) => sum + votes(group), 0);
	if (second && votes(first) * 2 <= all) {
		const sides = groups.map((group) => `${whereOf(group)} (written by ${group[0]?.candidate.writer ?? "?"})`);
		return stopWith("state-fork", `two different states have serial ${winner.serial}: ${sides.join("; ")}; no majority of workers has either`, "find out which run was the right one, then: maand state recover --from HOST --reason TEXT");
	}
	return {
		kind: "chosen",
		candidate: winner,
		inCache: first.some(({ host }) => host === void 0),
		holders: first.flatMap(({ host }) => host ?? []).sort(compareText)
	};
}
function whereOf(group) {
	return group.map(({ host }) => host ?? "the cache").join(", ");
}
/**
* Decides what happens when there is no snapshot. It is a first run only when all places answered that they have no
* state.
*/
function chooseNothing({ name, cache, workers, initialize }, sightings) {
	if (cache.kind === "refused" && cache.otherKey) return stopWith("state-other-key", `the state of "${name}" is sealed with another key: ${cache.reason}`, "give the key that it was made with; older keys may follow the current one in state-key, a line each");
	const marked = sightings.filter(({ mark }) => mark !== void 0);
	const strangers = sightings.flatMap((sighting) => unexplainedBuckets(sighting).map((id) => `${sighting.host} (${id})`));
	const silent = workers.flatMap((worker) => worker.kind === "silent" ? [`${worker.host}: ${worker.reason}`] : []);
	if (cache.kind === "unknown" || cache.kind === "refused") silent.push(`the cache: ${cache.reason}`);
	if (marked.length > 0 || strangers.length > 0) return stopWith("state-lost", `there is no readable state of "${name}", but a bucket is deployed on ${(marked.length > 0 ? marked.map(({ host }) => host) : strangers).join(", ")}`, "to take it over: maand state adopt; to begin a bucket beside it, set another worker_root in maand.conf");
	if (silent.length > 0) return stopWith("state-unknown", `whether "${name}" has a state is unknown: ${silent.join("; ")}`, "run again when they answer; a first run needs an answer from all of them");
	if (initialize === "auto") return { kind: "initialise" };
	return stopWith("state-missing", `there is no state of "${name}" anywhere, and initialize is "never"`, "check state_name and environment; for a first run use initialize: auto");
}
/** Returns the buckets that belong to no known state: another program deployed them. */
function unexplainedBuckets({ facts, mark }) {
	const explained = /* @__PURE__ */ new Set([...facts.states.map(({ bucketId }) => bucketId), mark]);
	return [...facts.buckets].filter(([, { identity }]) => identity !== "absent").map(([id]) => id).filter((id) => !explained.has(id));
}
// src/state-fleet/find-state/moved-holders.ts
/** Returns the document and the sights with each holder under the address that the bucket lists now. */
function underNewAddresses({ document, sights }, listed) {
	const answered = answeredIn(sights);
	const moved = new Map((document.holders ?? []).flatMap((host) => {
		const next = listed.has(host) ? void 0 : newAddress(document, host, {
			answered,
			listed
		});
		return next === void 0 ? [] : [[host, next]];
	}));
	if (moved.size === 0) return {
		document,
		sights
	};
	const holders = (document.holders ?? []).map((host) => moved.get(host) ?? host);
	return {
		document: {
			...document,
			holders: [...new Set(holders)].sort()
		},
		sights: sights.filter((sight) => !moved.has(sight.kind === "answered" ? sight.sighting.host : sight.host))
	};
}
/** Returns the listed host that has the files of this worker; undefined when none has, or when it is only a clone. */
function newAddress({ bucketId, workers }, host, { answered, listed }) {
	const id = Object.hasOwn(workers, host) ? workers[host]?.id : void 0;
	const old = answered.find((one) => one.host === host)?.facts;
	const found = answered.filter(({ host: other, facts }) => {
		const identity = facts.buckets.get(bucketId)?.identity;
		return listed.has(other) && typeof identity === "object" && identity.workerId === id && (old === void 0 || old.bootId === facts.bootId && old.workerId === facts.workerId);
	});
	return found.length === 1 ? found[0]?.host : void 0;
}
// src/state-fleet/find-state/open-copy.ts
/** Opens the copy in the cache. When the cache does not have it, opens the first intact copy on a worker. */
async function openChosen({ search, signal, cached, reachable }, { candidate, holders }) {
	if (cached.kind === "found" && cached.candidate.digest === candidate.digest) return cached;
	const problems = [];
	const reasons = /* @__PURE__ */ new Set();
	for (const host of holders) {
		const worker = reachable.find((one) => one.host === host);
		if (!worker) continue;
		const { lineage: bucketId, serial, digest } = candidate;
		const copy = await search.copies.read(worker, {
			bucketId,
			serial,
			digest
		}, signal);
		if (copy.kind !== "read") {
			reasons.add(copy.kind);
			problems.push(`${host}: ${copy.reason}`);
			continue;
		}
		const { bytes } = copy;
		const opened = await openSnapshot({
			bytes,
			keys: search.keys,
			expect: {
				name: search.name,
				lineage: bucketId
			}
		});
		if (opened.kind === "opened") return {
			candidate,
			document: opened.document,
			bytes
		};
		reasons.add(opened.code);
		problems.push(`${host}: ${opened.message}`);
	}
	const older = reasons.has("other-key") || reasons.has("newer-format") ? void 0 : await openOlder({
		search,
		signal,
		reachable
	}, candidate);
	if (older) return older;
	throw stopFailure({
		...unopenedStop(reasons),
		message: `serial ${candidate.serial} of "${search.name}" (written by ${candidate.writer}) cannot be opened: ${problems.join("; ")}`
	});
}
/**
* Returns the stop when no copy could be opened. When one copy is intact but this run cannot open it (another key, a
* newer format), this reason takes precedence over damaged copies.
*/
function unopenedStop(reasons) {
	if (reasons.has("other-key")) return {
		code: "state-other-key",
		hint: "give the key that it was made with; older keys may follow the current one in state-key, a line each"
	};
	if (reasons.has("newer-format")) return {
		code: "state-newer",
		hint: "use that version, or a later one"
	};
	if (reasons.has("unread")) return {
		code: "state-not-proven",
		hint: "run again when they can be reached; if they are gone for good: maand state recover --reason TEXT"
	};
	return {
		code: "state-damaged",
		hint: "use another copy with: maand state recover --from HOST --reason TEXT"
	};
}
/** Opens the newest intact earlier snapshot on the worker that the operator chose. */
async function openOlder({ search, signal, reachable }, { lineage, serial }) {
	const { copies, keys, name, overrides } = search;
	const worker = reachable.find(({ host }) => host === overrides?.from);
	if (!worker) return void 0;
	for (const stored of await copies.list(worker, lineage, signal)) {
		if (stored.serial >= serial) continue;
		const copy = await copies.read(worker, stored, signal);
		if (copy.kind !== "read") continue;
		const { bytes } = copy;
		const opened = await openSnapshot({
			bytes,
			keys,
			expect: {
				name,
				lineage
			}
		});
		if (opened.kind === "opened") return {
			candidate: toCandidate(opened.header, bytes),
			document: opened.document,
			bytes
		};
	}
}
// src/state-fleet/holders/quorum.ts
/**
* Returns whether the voices are a quorum: more than half of the holders, or exactly half of them including the first
* holder. Any two quorums share a holder, and the whole store relies on this. The cache does not vote, because runs on
* two branches do not see the same cache. With no holders, there is always a quorum.
*/
function hasQuorum({ holders, voices }) {
	const [first] = holders;
	const isHalf = voices.length * 2 === holders.length;
	return voices.length * 2 > holders.length || isHalf && (first === void 0 || voices.includes(first));
}
// src/state-fleet/find-state/prove-newest.ts
/**
* Checks the chosen snapshot after it was opened. Returns why it may not be the newest. Returns `undefined` when it is
* proven to be the newest.
*/
function refuteChoice({ name, candidate, inCache, holders, workers }) {
	for (const worker of workers) {
		if (worker.kind === "silent") continue;
		const { host, facts } = worker.sighting;
		const seen = updateSeqOn(facts, candidate.lineage);
		if (seen <= candidate.updateSeq) continue;
		return {
			code: "state-rolled-back",
			message: `the newest state of "${name}" that is left (serial ${candidate.serial}, update ${candidate.updateSeq}, written by ${candidate.writer}) is older than worker ${host}, which has update ${seen}`,
			hint: "restore the newer state, or accept the older one with: maand state recover --accept-rollback --reason TEXT"
		};
	}
	if (inCache) return void 0;
	const remembers = ({ head }) => head !== void 0 || candidate.serial === 1;
	const remembering = workers.flatMap((worker) => worker.kind === "answered" && remembers(worker.sighting) ? [worker.sighting.host] : []);
	const voices = holders.filter((host) => remembering.includes(host));
	if (hasQuorum({
		holders,
		voices
	})) return void 0;
	const silent = holders.filter((host) => !remembering.includes(host));
	return {
		code: "state-not-proven",
		message: `serial ${candidate.serial} of "${name}" may not be the newest: the cache does not have it, and only ${voices.length} of ${holders.length} workers that hold the state answered with a copy (silent, or without: ${silent.join(", ")})`,
		hint: "make those workers reachable, or accept this state with: maand state recover --reason TEXT"
	};
}
/**
* Returns the update that is deployed on a worker; 0 when there is none. An update that a state in a file wrote says
* nothing about the state on the workers; the look of the run refuses it.
*/
function updateSeqOn({ buckets }, bucketId) {
	const identity = buckets.get(bucketId)?.identity;
	if (typeof identity !== "object" || identity.writer?.kind === "file") return 0;
	return identity.updateSeq;
}
// src/state-fleet/find-state/find-state.ts
/**
* Asks the cache and the workers, chooses the one snapshot from which a run may start, and opens this snapshot. Throws
* a `Failure` for each stop.
*/
/** Finds the state. With `wish`, the run requests the lock of each worker before the worker answers. */
async function findState(search, signal, wish) {
	const { workers, copies, order } = search;
	const asking = askCache(search, signal);
	if (order === "cache first") await asking;
	const [cached, sights] = await Promise.all([asking, copies.look(workers, signal, {
		wish,
		sender: senderOf(search)
	})]);
	return settle({
		search,
		signal,
		wish,
		cached,
		sights,
		reachable: workers
	});
}
/**
* Returns the worker that sends its snapshot when there is no cache. It is the first worker by name, because this
* worker is most likely a holder.
*/
function senderOf({ cache, workers }) {
	return cache ? void 0 : workers.map(({ host }) => host).sort(compareText)[0];
}
async function settle(settling) {
	const { search, signal, sights, cached: cache } = settling;
	signal.throwIfAborted();
	search.onEvidence?.({
		cache,
		workers: sights,
		document: void 0
	});
	const choice = pick(settling);
	if (choice.kind === "stop") throw stopFailure(choice.stop);
	if (choice.kind === "initialise") return {
		kind: "none",
		sights
	};
	const opened = await openChosen(settling, choice);
	search.onEvidence?.({
		cache,
		workers: sights,
		document: opened.document
	});
	const further = await askFurther(settling, opened.document);
	if (further.sights.length > 0) {
		const reachable = [...settling.reachable, ...further.known];
		return settle({
			...settling,
			reachable,
			sights: [...sights, ...further.sights]
		});
	}
	const { overrides = {}, name } = search;
	const { candidate, bytes } = opened;
	const listed = new Set(search.workers.map(({ host }) => host));
	const found = underNewAddresses({
		document: opened.document,
		sights
	}, listed);
	const inCache = choice.inCache && candidate.digest === choice.candidate.digest;
	const stop = refuteChoice({
		name,
		candidate,
		inCache,
		holders: found.document.holders ?? [],
		workers: found.sights
	});
	const accepted = overrides.from !== void 0 || (stop?.code === "state-rolled-back" ? overrides.acceptRollback : overrides.acceptUnproven);
	if (stop && !accepted) throw stopFailure(stop);
	const { cached } = settling;
	const cacheTrouble = cached.kind === "unknown" || cached.kind === "refused" ? cached.reason : void 0;
	return {
		kind: "found",
		...found,
		bytes,
		digest: candidate.digest,
		inCache,
		cacheTrouble
	};
}
function pick({ search, cached, sights }) {
	const { name, initialize, overrides } = search;
	const cache = cached;
	const trusted = overrides?.from;
	const choice = chooseState({
		name,
		cache,
		workers: sights,
		initialize
	});
	if (overrides?.adopt && isAdoptable(choice, cache, sights)) return { kind: "initialise" };
	if (trusted === void 0 || choice.kind === "stop" && choice.stop.code === "state-other-name") return choice;
	return chooseState({
		name,
		cache: { kind: "off" },
		workers: sights.filter((sight) => sight.kind === "answered" && sight.sighting.host === trusted),
		initialize: "never"
	});
}
/**
* Returns whether a bucket is deployed and certainly has no state. This is certain only when every place was asked and
* answered so.
*/
function isAdoptable(choice, cache, sights) {
	const isLost = choice.kind === "stop" && choice.stop.code === "state-lost";
	const said = cache.kind === "none" || cache.kind === "off";
	return isLost && said && sights.every(({ kind }) => kind === "answered");
}
/** Asks holders that are no longer workers of the bucket, because they also have copies. */
async function askFurther({ search, signal, wish, sights }, document) {
	if (search.workers.length === 0) return {
		known: [],
		sights: []
	};
	const asked = new Set(sights.map((sight) => sight.kind === "answered" ? sight.sighting.host : sight.host));
	const hosts = (document.holders ?? []).filter((host) => !asked.has(host));
	const known = hosts.flatMap((host) => {
		const worker = Object.hasOwn(document.workers, host) ? document.workers[host] : void 0;
		return worker ? [{
			...worker,
			host,
			hostKey: worker.hostKey
		}] : [];
	});
	const forgotten = hosts.filter((host) => !known.some((worker) => worker.host === host)).map((host) => ({
		kind: "silent",
		host,
		reason: "its address is no longer known"
	}));
	return {
		known,
		sights: [...await search.copies.look(known, signal, { wish }), ...forgotten]
	};
}
const POLL_MS = 2e3;
const SETTLE_MS = 150;
const SETTLE_TRIES = 20;
const GIVE_BACK_MS = 4e3;
/**
* Takes the lock. Throws a `Failure` (exit code 3) when another run has the lock, when too few workers answer, or when
* the state cannot be proven.
*/
async function takeLock(locking) {
	const token = randomUUID();
	try {
		return await insist(locking, token);
	} catch (thrown) {
		await giveBack(locking, token);
		throw thrown;
	}
}
async function insist(locking, token) {
	const { signal } = locking;
	const deadline = Date.now() + locking.waitMs;
	const pause = (ms) => setTimeout$1(ms, void 0, { signal });
	let asked = {
		token,
		goneToken: "",
		newcomers: /* @__PURE__ */ new Set()
	};
	let told = "";
	let settling = SETTLE_TRIES;
	let isReplacing = false;
	for (;;) {
		const attempt = await tryLock(locking, asked);
		isReplacing ||= attempt.isReplacing;
		const { held, other } = attempt;
		if (attempt.newcomers) asked = {
			...asked,
			newcomers: attempt.newcomers
		};
		else if (other && await isOwnerGone(other, locking)) asked = {
			...asked,
			goneToken: other.lock.token
		};
		else if (held && (!other || settling === 0)) {
			await raiseFences(held, {
				search: locking.search,
				signal,
				isReplacing
			});
			return held;
		} else if ((held || attempt.isFirst) && settling > 0) {
			settling--;
			await pause(SETTLE_MS);
		} else if (other) {
			await giveBack(locking, token);
			if (Date.now() >= deadline) throw refuse(other);
			if (told !== other.lock.token) locking.onWait(`waiting for the lock: ${describeOwner(other)}`);
			told = other.lock.token;
			await pause(POLL_MS);
		}
	}
}
async function tryLock({ search, owner, signal }, asked) {
	const state = await findState(search, signal, {
		...asked,
		ttlSeconds: 120,
		owner: JSON.stringify(owner)
	});
	const sightings = answeredIn(state.sights);
	const isReplacing = sightings.some(({ replaced }) => replaced);
	const holders = holdersOf(state, search);
	const wanted = /* @__PURE__ */ new Set([...holders, ...chooseHolders(holders, search.workers)]);
	const asking = sightings.filter(({ host }) => wanted.has(host)).sort((a, b) => compareText(a.host, b.host));
	const ours = asking.filter(({ lock }) => lock?.token === asked.token);
	const isUnasked = ({ host, head }) => !head && !asked.newcomers.has(host);
	if (asking.some((one) => !ours.includes(one) && isUnasked(one))) return {
		newcomers: wanted,
		isReplacing
	};
	const foreign = asking.flatMap(({ host, lock }) => lock && lock.token !== asked.token ? [{
		host,
		lock
	}] : []);
	const [other] = foreign;
	const voices = votesOf(holders, ours);
	if (hasQuorum({
		holders,
		voices
	})) return {
		held: heldLock(asked.token, state),
		other,
		isReplacing
	};
	if (!other) throw tooFew(state.sights, holders, voices.length);
	return {
		other,
		isFirst: asking[0]?.lock?.token === asked.token && !hasWon(holders, foreign),
		isReplacing
	};
}
function heldLock(token, state) {
	const sightings = answeredIn(state.sights);
	const ours = sightings.filter(({ lock }) => lock?.token === token);
	const fence = Math.max(1, highestFence(sightings));
	return {
		token,
		state,
		hosts: new Set(ours.map(({ host }) => host)),
		fence
	};
}
/** Returns whether one other run has a majority. Such a run keeps its lock. */
function hasWon(holders, foreign) {
	return [...new Set(foreign.map(({ lock }) => lock.token))].some((token) => {
		return hasQuorum({
			holders,
			voices: votesOf(holders, foreign.filter(({ lock }) => lock.token === token))
		});
	});
}
/** Tries to release the lock. A lock that is not released expires after its lifetime. */
async function giveBack({ search }, token) {
	await search.copies.giveBack(token, timeoutSignal(GIVE_BACK_MS));
}
async function isOwnerGone({ lock }, { isGone }) {
	const owner = parseOwner(lock.owner);
	return owner !== void 0 && isGone(owner);
}
function parseOwner(text) {
	try {
		const owner = JSON.parse(text);
		return typeof owner?.runId === "string" && typeof owner.command === "string" ? owner : void 0;
	} catch {
		return;
	}
}
/** Returns a text that names the owner of the lock, for refusals and for `state show`. */
function describeOwner({ host, lock }) {
	const owner = parseOwner(lock.owner);
	return `${owner ? `"${owner.command}" by ${owner.actor} (${owner.url || `run ${owner.runId}`})` : "an unknown run"} holds the lock on ${host}, renewed ${lock.ageSeconds} s ago, token ${lock.token}`;
}
function refuse(other) {
	return stopFailure({
		code: "state-locked",
		message: `another run is under way: ${describeOwner(other)}`,
		hint: `wait for it, or use --lock-wait SECONDS; its lock expires when it is not renewed for ${other.lock.ttlSeconds} s; if that run is certainly dead: maand state unlock ${other.lock.token}`
	});
}
function tooFew(sights, holders, got) {
	const silent = sights.flatMap((sight) => sight.kind === "silent" ? [`${sight.host}: ${sight.reason}`] : []);
	return stopFailure({
		code: "state-no-quorum",
		message: `only ${got} of the ${holders.length} workers that hold the state can be locked (${silent.join("; ")})`,
		hint: "make the others reachable, or continue without them with: maand state recover --reason TEXT"
	});
}
// src/state-fleet/fleet-inspection.ts
/**
* Shows an operator the state on workers and in the cache. Breaks the lock of the state on request. Makes no decisions
* itself.
*/
const RELEASE_MS = 2e4;
function openFleetInspector(search) {
	return {
		inspect: (signal) => inspectFleet(search, signal),
		unlock: (word, signal) => unlockFleet(search, word, signal)
	};
}
/** Reads the same data as a run. A stop is part of the result. */
async function inspectFleet(search, signal) {
	let seen = {
		cache: { kind: "off" },
		workers: [],
		document: void 0
	};
	const onEvidence = (evidence) => {
		seen = evidence;
	};
	const verdict = await judge({
		...search,
		onEvidence
	}, signal, () => seen.document);
	const copies = [...cacheCopy(seen.cache), ...seen.workers.map(workerCopy)];
	const readOnly = search.cache?.readOnly;
	const cacheReadOnly = readOnly === void 0 ? {} : { cacheReadOnly: readOnly };
	return {
		name: search.name,
		copies,
		locks: locksIn(seen.workers),
		verdict,
		...cacheReadOnly
	};
}
async function judge(search, signal, opened) {
	try {
		const found = await findState(search, signal);
		return found.kind === "none" ? { kind: "none" } : {
			kind: "proven",
			document: found.document
		};
	} catch (thrown) {
		if (!(thrown instanceof StopFailure)) throw thrown;
		const { code, message, hint } = thrown;
		return {
			kind: "stopped",
			code,
			message,
			hint,
			document: opened()
		};
	}
}
function cacheCopy(cache) {
	const where = "the cache";
	switch (cache.kind) {
		case "off": return [];
		case "none": return [{
			where,
			status: "none"
		}];
		case "unknown":
		case "refused": return [{
			where,
			status: cache.kind,
			problem: cache.reason
		}];
		case "found": return [{
			where,
			status: "found",
			...candidateFields(cache.candidate)
		}];
	}
}
function workerCopy(sight) {
	if (sight.kind === "silent") return {
		where: sight.host,
		status: "unknown",
		problem: sight.reason
	};
	const { host, head, mark } = sight.sighting;
	const buckets = Object.fromEntries([...sight.sighting.facts.buckets].flatMap(([id, { identity }]) => identity === "absent" ? [] : [[id, identity === "damaged" ? 0 : identity.updateSeq]]));
	if (head) {
		const { lineage, serial, digest, writer } = head;
		return {
			where: host,
			status: "found",
			lineage,
			serial,
			digest,
			writer,
			updateSeq: head.updateSeq,
			buckets
		};
	}
	if (mark === void 0) return {
		where: host,
		status: "none",
		buckets
	};
	return {
		where: host,
		status: "refused",
		lineage: mark,
		problem: `its mark names bucket ${mark}, but the state of that bucket is missing on it`,
		buckets
	};
}
function candidateFields({ lineage, serial, digest, updateSeq, writer }) {
	return {
		lineage,
		serial,
		digest,
		updateSeq,
		writer
	};
}
/** Returns one lock for each token, with all workers that have this lock. */
function locksIn(sights) {
	const locks = /* @__PURE__ */ new Map();
	for (const { host, lock } of answeredIn(sights)) {
		if (!lock) continue;
		const known = locks.get(lock.token);
		locks.set(lock.token, known ? {
			...known,
			where: [...known.where, host]
		} : lockPicture(host, lock));
	}
	return [...locks.values()];
}
function lockPicture(host, { token, owner, ageSeconds, ttlSeconds }) {
	const { runId = "?", command = "an unknown run", actor = "unknown", url = "", at = "" } = parseOwner(owner) ?? {};
	return {
		where: [host],
		token,
		runId,
		command,
		actor,
		url,
		since: at,
		renewedSecondsAgo: ageSeconds,
		ttlSeconds
	};
}
/**
* Releases the lock with this token or run id on every worker that has it. The fence is raised first, so that workers
* refuse changes of the other run if it still runs.
*/
async function unlockFleet(search, word, signal) {
	const sights = await search.copies.look(search.workers, signal);
	const locks = locksIn(sights);
	const lock = locks.find((one) => isMeant(one, word));
	const unasked = sights.flatMap((sight) => sight.kind === "silent" ? [`${sight.host}: ${sight.reason}`] : []);
	if (!lock) return locks.length === 0 ? {
		kind: "none",
		unasked
	} : {
		kind: "another",
		locks
	};
	const workers = search.workers.filter(({ host }) => lock.where.includes(host));
	await fenceAllOff(search, search.workers.flatMap((worker) => answeredIn(sights).filter(({ host }) => host === worker.host).map((sighting) => ({
		worker,
		sighting
	}))), timeoutSignal(RELEASE_MS));
	return {
		kind: "broken",
		lock,
		problems: [...(await search.copies.release(workers, lock.token, timeoutSignal(RELEASE_MS))).map((host) => `${host}: could not be unlocked`), ...unasked]
	};
}
// src/state-fleet/cache-copy.ts
/**
* The copy of the state in the Actions cache, as the fleet store uses it: the store finds this copy and saves it from
* time to time.
*/
const PAUSE_MS = 2e4;
/**
* Saves the newest snapshot, at most every 20 s and one at a time. Snapshots that were replaced by a newer one before
* their save are never sent.
*/
var CacheLog = class {
	#copy;
	#warn;
	#closing = newAbort();
	#newest;
	#saving;
	#timer;
	#savedAt = Number.NEGATIVE_INFINITY;
	#warned = false;
	constructor(copy, warn) {
		this.#copy = copy;
		this.#warn = warn;
	}
	/** Records a snapshot. It is saved when the interval has passed. */
	offer(sealed) {
		this.#newest = sealed;
		this.#plan();
	}
	/** Saves the newest unsaved snapshot immediately. Returns the problem, or `undefined` when there is none. */
	async saveNow(signal) {
		clearTimeout(this.#timer);
		this.#timer = void 0;
		await this.#saving;
		return this.#saveNewest(anySignal(signal, this.#closing.signal));
	}
	/** Makes the last save. `signal` also ends a save that is already running. */
	async flush(signal) {
		const close = () => this.#closing.abort();
		signal.addEventListener("abort", close, { once: true });
		try {
			return await this.saveNow(signal);
		} finally {
			signal.removeEventListener("abort", close);
		}
	}
	#plan() {
		if (!this.#newest || this.#timer || this.#saving) return;
		const wait = Math.max(0, this.#savedAt + PAUSE_MS - performance.now());
		this.#timer = setTimeout(() => {
			this.#timer = void 0;
			this.#saveNewest(this.#closing.signal).then(() => this.#plan());
		}, wait);
		this.#timer.unref();
	}
	async #saveNewest(signal) {
		const sealed = this.#newest;
		if (!sealed) return void 0;
		this.#newest = void 0;
		this.#savedAt = performance.now();
		const saving = this.#copy.save(sealed, signal).catch(messageOf);
		this.#saving = saving;
		const problem = await saving;
		this.#saving = void 0;
		if (problem !== void 0) this.#keep(sealed, problem);
		return problem;
	}
	/** Keeps a snapshot whose save failed for another attempt, unless a newer snapshot has arrived. */
	#keep(sealed, problem) {
		this.#newest ??= sealed;
		if (!this.#warned) this.#warn(`the state (serial ${sealed.serial}) is not in the cache: ${problem}`);
		this.#warned = true;
	}
};
// src/state-fleet/patience.ts
/** Limits how long a task may take. The limit is shorter when the run is cancelled. */
/** Runs `work` with a signal that aborts at the limit. A cancelled run has less time than other runs. */
async function withPatience({ signal, ms, cancelledMs }, work) {
	const end = newAbort();
	const giveUp = () => end.abort(new DOMException("it took too long", "TimeoutError"));
	const timers = [setTimeout(giveUp, ms)];
	const hurry = () => timers.push(setTimeout(giveUp, cancelledMs));
	if (signal.aborted) hurry();
	else signal.addEventListener("abort", hurry, { once: true });
	try {
		return await work(end.signal);
	} finally {
		timers.forEach(clearTimeout);
		signal.removeEventListener("abort", hurry);
	}
}
// src/state-fleet/save-copies.ts
/**
* Saves one sealed snapshot on workers and returns the outcome of each copy. Each save first compares the digest in
* HEAD.
*/
/** The copies on workers while this run has their lock. */
var CopySaver = class {
	#options;
	/** Host → digest in its HEAD file, or '' when there is no HEAD. Workers that never answered are missing. */
	#heads;
	#workers;
	constructor(options) {
		const { lock, search } = options;
		this.#options = options;
		this.#heads = new Map(answeredIn(lock.state.sights).map(({ host, head }) => [host, head?.digest ?? ""]));
		this.#workers = knownWorkers(lock.state, search.workers);
	}
	/** Workers that this run has locked. */
	get locked() {
		return [...this.#options.lock.hosts].flatMap((host) => this.#workers.get(host) ?? []);
	}
	/** Returns the hosts that answered and have a different snapshot or no snapshot. */
	lagging(hosts, digest) {
		return hosts.filter((host) => this.#heads.has(host) && this.#heads.get(host) !== digest);
	}
	/** Writes the snapshot to every host. Never throws because of what workers do. */
	save(sealed, hosts, signal) {
		return mapLimit(hosts, this.#options.parallelWorkers, async (host) => ({
			host,
			problem: await this.#saveOn(host, sealed, signal)
		}));
	}
	/** Writes the snapshot to one worker. Returns the problem, or `undefined` when the write succeeded. */
	async #saveOn(host, { bytes, lineage, serial }, signal) {
		const { search, lock } = this.#options;
		const worker = this.#workers.get(host);
		const expected = this.#heads.get(host);
		if (!worker || expected === void 0) return { kind: "silent" };
		if (!lock.hosts.has(host)) return { kind: "locked" };
		const digest = snapshotDigest(bytes);
		const texts = {
			head: headText(headOf(bytes)),
			markText: `${lineage}\n${search.name}`
		};
		const from = search.overrides ? "any" : expected;
		const write = {
			bytes,
			token: lock.token,
			bucketId: lineage,
			expected: from,
			serial,
			digest,
			...texts
		};
		const outcome = await search.copies.write(worker, write, signal);
		if (outcome.kind !== "written") return outcome;
		this.#heads.set(host, digest);
	}
};
const OF_ANOTHER_RUN = /* @__PURE__ */ new Set([
	"locked",
	"conflict",
	"lost"
]);
/**
* Returns whether another run works on these workers. The decision uses the result of the programs there, not the text
* of a message.
*/
function isTakenOver(outcomes) {
	return outcomes.some(({ problem }) => problem !== void 0 && OF_ANOTHER_RUN.has(problem.kind));
}
function problemsIn(outcomes) {
	return outcomes.flatMap(({ host, problem }) => problem === void 0 ? [] : [`${host}: ${describeCopy(problem)}`]);
}
function describeCopy(problem) {
	switch (problem.kind) {
		case "silent": return "it did not answer at the start of this run";
		case "locked": return "another run has its lock";
		case "conflict": return "another run has written there";
		case "lost": return "another run has taken the lock over";
		case "failed": return problem.reason;
	}
}
function headOf(bytes) {
	const read = readSnapshotHeader(bytes);
	if (read.kind !== "header") throw new Error("a snapshot of our own has no header");
	const { header } = read;
	const { name, lineage, serial, updateSeq } = header;
	return {
		name,
		lineage,
		serial,
		digest: snapshotDigest(bytes),
		updateSeq,
		writer: writerOf$1(header)
	};
}
function notSavedOnMajority(outcomes) {
	const problems = problemsIn(outcomes);
	return stopFailure({
		code: isTakenOver(outcomes) ? "state-taken-over" : "state-no-quorum",
		message: `the state could not be saved on a majority of its workers: ${problems.join("; ")}`,
		hint: "nothing more was changed; make the workers reachable and run again"
	});
}
// src/state-fleet/held-fleet.ts
/**
* The state on the workers while this run has its lock. Outdated copies are repaired first. A save replaces a copy only
* when this copy has the expected digest, and it must succeed on a majority of the holders. The copy in the Actions
* cache is updated later. The lock is renewed until it is released.
*/
const RENEW_MS = 3e4;
/** Time limits. A cancelled run has less time, because GitHub gives a cancelled step only ten seconds in total. */
const FOR_WORKERS = {
	ms: 6e4,
	cancelledMs: 2e3
};
const FOR_CACHE = {
	ms: 6e4,
	cancelledMs: 3500
};
function toLoad(state) {
	const sights = new Map(state.sights.map((sight) => [hostOf(sight), toSight(sight)]));
	return state.kind === "found" ? {
		kind: "found",
		document: state.document,
		sights
	} : {
		kind: "none",
		sights
	};
}
function hostOf(sight) {
	return sight.kind === "answered" ? sight.sighting.host : sight.host;
}
function toSight(sight) {
	return sight.kind === "answered" ? {
		kind: "seen",
		facts: sight.sighting.facts
	} : sight;
}
/** The state while this run has the lock. */
var HeldFleet = class HeldFleet {
	#options;
	#lock;
	#signal;
	#log;
	#saver;
	#renewing;
	fence;
	#load;
	#holders;
	#digest;
	#sealed;
	#takenOver = false;
	#ending;
	static async take(options, { owner, waitMs, signal }) {
		const { search, isGone, notice } = options;
		const readOnly = search.cache?.readOnly;
		if (readOnly !== void 0) throw refuseReadOnly(readOnly);
		if (search.workers.length === 0 && search.cache === void 0) throw noHolder();
		const lock = await takeLock({
			search,
			owner,
			waitMs,
			signal,
			isGone,
			onWait: notice
		});
		const state = new HeldFleet(options, lock, signal);
		try {
			await state.#tellPost();
			await state.#repair();
		} catch (thrown) {
			await state[Symbol.asyncDispose]();
			throw thrown;
		}
		return state;
	}
	constructor(options, lock, signal) {
		const { search, warn, parallelWorkers } = options;
		const found = lock.state;
		this.fence = fenceOf(lock.fence, search.name);
		this.#load = toLoad(found);
		this.#saver = new CopySaver({
			search,
			lock,
			parallelWorkers
		});
		this.#options = options;
		this.#lock = lock;
		this.#signal = signal;
		this.#log = search.cache && new CacheLog(search.cache, warn);
		const recorded = search.overrides ? holdersOf(found, search) : found.kind === "found" && found.document.holders;
		this.#holders = recorded || [];
		this.#digest = found.kind === "found" ? found.digest : "";
		this.#renewing = setInterval(() => void this.#renew(), RENEW_MS);
		this.#renewing.unref();
	}
	async load() {
		return this.#load;
	}
	async save(document) {
		if (this.#ending) throw new Error("the lock of the state was given back already");
		if (this.#takenOver || !this.#follows(document)) throw takenOver();
		const { search, writer } = this.#options;
		const reached = search.workers.filter(({ host }) => this.#holders.includes(host) || this.#lock.hosts.has(host));
		const holders = chooseHolders(this.#holders, reached);
		const next = {
			...document,
			holders
		};
		const bytes = await sealSnapshot({
			document: next,
			parent: this.#digest,
			writer,
			at: /* @__PURE__ */ new Date(),
			keys: search.keys
		});
		const sealed = {
			bytes,
			lineage: document.bucketId,
			serial: document.serial
		};
		await this.#tellPost(sealed);
		const outcomes = await this.#saveCopies(sealed, [.../* @__PURE__ */ new Set([...holders, ...this.#holders])]);
		const written = outcomes.filter(({ problem }) => problem === void 0);
		if (![holders, this.#holders].every((group) => hasQuorum({
			holders: group,
			voices: votesOf(group, written)
		}))) {
			this.#takenOver ||= isTakenOver(outcomes);
			throw notSavedOnMajority(outcomes);
		}
		this.#log?.offer(sealed);
		if (holders.length === 0) await this.#saveOnlyCopy();
		this.#holders = holders;
		this.#digest = snapshotDigest(bytes);
		this.#sealed = sealed;
		this.#load = {
			kind: "found",
			document: next
		};
	}
	/**
	* Returns whether the document may be saved next. After an operator's decision, the serial may skip numbers that
	* other copies use.
	*/
	#follows({ serial }) {
		return serial === (this.#load.kind === "found" ? this.#load.document.serial : 0) + 1 || this.#options.search.overrides !== void 0;
	}
	[Symbol.asyncDispose]() {
		this.#ending ??= this.#end();
		return this.#ending;
	}
	/**
	* Releases the lock and saves the newest snapshot in the cache. Both steps run at the same time, each with its own
	* limit.
	*/
	async #end() {
		clearInterval(this.#renewing);
		const signal = this.#signal;
		const { copies } = this.#options.search;
		const [problem, kept] = await Promise.all([this.#takenOver ? void 0 : withPatience({
			signal,
			...FOR_CACHE
		}, async (bound) => this.#log?.flush(bound)), withPatience({
			signal,
			...FOR_WORKERS
		}, (bound) => copies.release(this.#saver.locked, this.#lock.token, bound))]);
		if (problem === void 0 && kept.length === 0) await this.#tellPost(this.#sealed, "nothing left");
	}
	async #tellPost(sealed = this.#sealed, todo = "work left") {
		const { token } = this.#lock;
		const cacheKey = sealed && this.#options.search.cache?.newKey(sealed);
		await this.#options.onHandover({
			token,
			mark: markOf(this.#options.search.name),
			workers: this.#saver.locked,
			sealed,
			cacheKey,
			done: todo === "nothing left"
		});
	}
	/** Repairs outdated copies before anything else is changed. */
	async #repair() {
		const found = this.#lock.state;
		if (found.kind !== "found" || this.#options.search.overrides) return;
		const { document, bytes, digest } = found;
		const sealed = {
			bytes,
			lineage: document.bucketId,
			serial: document.serial
		};
		const holders = this.#holders.length > 0 ? this.#holders : chooseHolders([], this.#options.search.workers);
		const outcomes = await this.#saveCopies(sealed, this.#saver.lagging(holders, digest));
		const healed = outcomes.flatMap(({ host, problem }) => problem === void 0 ? [host] : []);
		if (healed.length > 0) this.#options.notice(`state serial ${document.serial} was missing on ${healed.join(", ")}: it is there again`);
		this.#sealed = sealed;
		const failed = problemsIn(outcomes);
		if (failed.length > 0) this.#options.warn(`state serial ${document.serial} is missing on some of its workers: ${failed.join("; ")}`);
		if (found.inCache || !this.#log) return;
		const { cacheTrouble: trouble } = found;
		const why = trouble === void 0 ? "" : ` (${trouble})`;
		this.#options.notice(`state serial ${document.serial} was not in the cache${why}: it is saved again`);
		this.#log.offer(sealed);
	}
	#saveCopies(sealed, hosts) {
		return withPatience({
			signal: this.#signal,
			...FOR_WORKERS
		}, (bound) => this.#saver.save(sealed, hosts, bound));
	}
	/** Saves to the cache immediately when there are no workers, because the cache then has the only copy. */
	async #saveOnlyCopy() {
		const problem = await withPatience({
			signal: this.#signal,
			...FOR_CACHE
		}, async (bound) => this.#log?.saveNow(bound));
		if (problem === void 0) return;
		throw stopFailure({
			code: "state-unusable",
			exitCode: 1,
			message: `the state cannot be saved, and there is no worker to hold it: ${problem}`,
			hint: "nothing was changed; add workers, or run again when the cache is back"
		});
	}
	async #renew() {
		const workers = this.#saver.locked;
		if ((await this.#options.search.copies.renew(workers, this.#lock.token, timeoutSignal(RENEW_MS))).length * 2 > workers.length) this.#takenOver = true;
	}
};
function refuseReadOnly(reason) {
	return stopFailure({
		code: "state-read-only",
		message: `this run may not write the cache: ${reason}`,
		hint: "deploy from a push, schedule or dispatch of the repository itself; a pull request may plan and validate"
	});
}
function noHolder() {
	return stopFailure({
		code: "state-place",
		exitCode: 2,
		message: "there is no worker to hold the state: workers.json lists none",
		hint: "add workers, or keep the state in a folder with state: file:DIR"
	});
}
function takenOver() {
	return stopFailure({
		code: "state-taken-over",
		message: "another run has taken over the lock of this one: nothing more is changed",
		hint: "look at that run; then run this command again"
	});
}
// src/state-fleet/fleet-store.ts
function openFleetStore(options) {
	return {
		description: "the state on the workers",
		kind: "workers",
		load: async (signal) => toLoad(await findState(options.search, signal)),
		lock: (owner, waitMs, signal) => HeldFleet.take(options, {
			owner,
			waitMs,
			signal
		})
	};
}
// src/wiring/run-liveness.ts
/** Finds out whether the run that holds a lock has ended: a former attempt of this run has, and GitHub knows the others. */
const TIMEOUT_MS = 5e3;
/**
* Returns a function that tells whether the run with the lock has ended. It asks GitHub, except about a former attempt of
* this run. When the end is uncertain, the function returns false, because the lock also expires when it is not renewed.
*/
function runLiveness({ identity, token }) {
	const { repository, api } = identity;
	return async (owner) => {
		if (isFormerAttempt(identity, owner)) return true;
		const { runId, url, attempt } = owner;
		const isOfThisRepository = url.includes(`/${repository}/actions/runs/`) && /^\d+$/.test(runId);
		if (!token || !repository || !api || !isOfThisRepository || runId === identity.runId) return false;
		try {
			const answer = await fetch(`${api}/repos/${repository}/actions/runs/${runId}`, {
				headers: {
					authorization: `Bearer ${token}`,
					accept: "application/vnd.github+json"
				},
				signal: timeoutSignal(TIMEOUT_MS)
			});
			const run = answer.ok ? await answer.json() : {};
			return run.status === "completed" || isAfter(run.run_attempt, attempt);
		} catch {
			return false;
		}
	};
}
/** Returns whether the run has begun a later attempt than the one with the lock. GitHub ends an attempt before the next. */
function isAfter(newest, attempt) {
	return typeof newest === "number" && typeof attempt === "number" && newest > attempt;
}
// src/wiring/fleet-options.ts
/**
* Builds the options of the store on workers: the workers to ask, the copy in the cache, and the receivers of its
* messages.
*/
function fleetOptions(opening, place) {
	const { request, face, connections } = opening;
	const { bucketDir } = place;
	const { settings } = workspaceOf(place);
	const { parallelWorkers, sshKey, sshProxyJump } = settings;
	const onHandover = (handover) => face.onHandover({
		...handover,
		bucketDir,
		settings: {
			sshKey,
			sshProxyJump,
			parallelWorkers
		},
		hostKeys: connections.pins
	});
	return {
		search: fleetSearch(opening, place),
		writer: writerOf(face),
		parallelWorkers,
		isGone: runLiveness({
			identity: face.identity,
			token: request.githubToken
		}),
		notice: noticing(face, "info"),
		warn: noticing(face, "warning"),
		onHandover
	};
}
function fleetSearch(opening, place) {
	const { request, face, connections } = opening;
	const { name, keys, bucketDir, overrides } = place;
	const { settings, workers } = workspaceOf(place);
	const { parallelWorkers } = settings;
	const transport = connections.open({
		bucketDir,
		settings
	});
	const cache = openCache(face, place);
	const reachable = canReach(opening, place, cache);
	if (!reachable) noticing(face, "info")("no SSH key: the workers are not asked, and the state in the cache is taken for the newest");
	return {
		name,
		keys,
		workers: reachable ? workers.map((worker) => addressOf(worker, settings)) : [],
		initialize: request.state.initialize,
		cache,
		copies: new HolderCopies({
			transport,
			mark: markOf(name),
			parallelWorkers
		}),
		onCached: ({ hostKeys }) => connections.pin(Object.entries(hostKeys)),
		...overrides ? { overrides } : {},
		order: request.connection.hostKeyPolicy === "accept-new" ? "cache first" : "side by side"
	};
}
/** Returns the workspace. Throws a `Failure` (exit code 2) when there is no workspace yet. */
function workspaceOf({ workspace, kind }) {
	if (workspace) return workspace;
	throw stopFailure({
		code: "state-place",
		message: `state: ${kind} cannot be made by init: the first build makes it`,
		hint: "run maand init without --state, then build or deploy with it",
		exitCode: 2
	});
}
/**
* Returns whether the store asks the workers. A plan in a pull request often has no SSH key and then uses only the
* cache.
*/
function canReach({ request, face }, { purpose }, cache) {
	return !(face.disk === "lost" && request.connection.privateKey === void 0 && purpose === "show" && cache !== void 0);
}
function openCache(face, { kind, name, keys }) {
	if (kind !== "cache" || keys.length === 0) return void 0;
	const opened = openCacheCopy({
		env: face.env,
		server: face.identity.server,
		name,
		keys,
		writer: writerOf(face)
	});
	if (!("kind" in opened)) return opened;
	noticing(face, "info")(`the state is kept on the workers alone: ${opened.reason}`);
}
function noticing(face, level) {
	return (message) => face.emit({
		type: "noticed",
		level,
		message
	});
}
function writerOf({ identity: { runId, attempt, sha, ref, actor } }) {
	return {
		runId,
		attempt,
		sha,
		ref,
		actor
	};
}
// src/wiring/open-store.ts
/** Decides which store a run uses: a file in the bucket, a file elsewhere, or the workers with the Actions cache. */
/** Returns a store for commands that only read. */
function readerFor(opening, place) {
	const chosen = choose(opening, {
		...place,
		purpose: "show"
	});
	return chosen.kind === "file" ? openFileStore(chosen) : openFleetStore(fleetOptions(opening, chosen));
}
function storeFor(opening, request) {
	const chosen = choose(opening, {
		...request,
		purpose: "change"
	});
	return chosen.kind === "file" ? openFileStore(chosen) : openFleetStore(fleetOptions(opening, chosen));
}
function inspectorFor(opening, request) {
	const chosen = choose(opening, request);
	return chosen.kind === "file" ? openFileInspector(chosen) : openFleetInspector(fleetSearch(opening, chosen));
}
function choose({ request }, place) {
	const { environment } = request;
	const { bucketDir, location, name, overrides } = place;
	switch (location.kind) {
		case "bucket": return {
			kind: "file",
			folder: join(bucketDir, "data"),
			environment,
			name,
			overrides
		};
		case "file": return {
			kind: "file",
			folder: location.folder,
			environment,
			name,
			overrides
		};
		case "cache":
		case "workers": return {
			...place,
			kind: location.kind
		};
	}
}
// src/wiring/tools-for.ts
function toolsFor(opening) {
	const { connections } = opening;
	return {
		openStateReader: (place) => readerFor(opening, place),
		openStateStore: (store) => storeFor(opening, store),
		openStateInspector: (inspector) => inspectorFor(opening, inspector),
		openTransport: async (place) => {
			connections.attach(place.ledger);
			return connections.open(place);
		},
		describeSshKey: (place) => connections.describeKey(place),
		pinHostKeys: (ledger) => connections.attach(ledger)
	};
}
// src/compose.ts
/** Runs the command of a request. Only this file and the room `wiring/` choose the adapters that a command uses. */
/** Loaders by command. The code of a command is loaded only when a request names the command. */
const COMMANDS = {
	init: async () => (await import("./init.js")).init,
	build: async () => (await import("./build.js")).build,
	deploy: async () => (await import("./deploy.js")).deploy,
	health_check: async () => (await import("./health-check.js")).healthCheck,
	hooks: async () => (await import("./hooks.js")).hooks,
	cat: async () => (await import("./cat.js")).cat,
	render: async () => (await import("./render.js")).render,
	job: async () => (await import("./job.js")).job,
	run_command: async () => (await import("./run-command.js")).runCommand,
	gc: async () => (await import("./gc.js")).gc,
	state: async () => (await import("./state.js")).state,
	doctor: async () => (await import("./doctor.js")).doctor
};
/** Runs the command that a request names and returns its result. Throws a `Failure` for every foreseen error. */
async function runRequest(request, face) {
	try {
		var _usingCtx$1 = _usingCtx();
		const asked = translate(request);
		const load = COMMANDS[asked.command];
		if (load === void 0) throw new Failure(`${request.command} is not available in this version`, {
			exitCode: 2,
			hint: `available are: ${Object.keys(COMMANDS).join(", ")}, validate, plan`
		});
		return await (await load())({
			request: asked,
			face,
			tools: toolsFor({
				request: asked,
				face,
				connections: _usingCtx$1.a(new Connections(asked, face))
			})
		});
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** Translates `validate` into `build --check`, and `plan` into `deploy --build --dry-run`. */
function translate(request) {
	if (request.command === "validate") return {
		...request,
		command: "build",
		flags: {
			...request.flags,
			check: true
		}
	};
	if (request.command !== "plan") return request;
	return {
		...request,
		command: "deploy",
		flags: {
			...request.flags,
			build: true,
			dryRun: true
		}
	};
}
export { runRequest };
