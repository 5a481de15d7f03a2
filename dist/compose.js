import { n as messageOf, t as Failure } from "./failure.js";
import { hostname } from "node:os";
import { randomBytes, randomUUID } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { link, mkdir, open, readFile, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
// src/base/durable-file.ts
/**
* Replaces a file so that after a crash it holds either the old or the new text, whole (temporary file, fsync, rename, fsync
* of the folder). `previous`: the old file is kept under that path. Mode 0600.
*/
async function replaceFile(path, text, previous) {
	const folder = dirname(path);
	await mkdir(folder, { recursive: true });
	const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}`);
	try {
		await writeSynced(temporary, text);
		if (previous !== void 0) await keepPrevious(path, previous);
		await rename(temporary, path);
	} catch (thrown) {
		await rm(temporary, { force: true });
		throw thrown;
	}
	await syncFolder(folder);
}
async function writeSynced(path, text) {
	const file = await open(path, "wx", 384);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
}
/** A hard link keeps the old bytes without a moment in which `path` is missing. */
async function keepPrevious(path, previous) {
	await rm(previous, { force: true });
	await link(path, previous).catch((thrown) => {
		if (thrown.code !== "ENOENT") throw thrown;
	});
}
async function syncFolder(folder) {
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
/** A state that is there but cannot be used; the message says why. */
var StateFormatError = class extends Error {
	name = "StateFormatError";
};
/** JSON text → document. Throws `StateFormatError` for anything that this version did not write. */
function parseDocument(text) {
	const value = parseJson(text);
	if (typeof value !== "object" || value === null || !("format" in value)) throw new StateFormatError("it is not a state document");
	const { format } = value;
	if (typeof format === "number" && format > 1) throw new StateFormatError(`it has format ${format}, written by a newer version; this one knows format 1`);
	const missing = REQUIRED.filter(([field, type]) => !hasType(value[field], type));
	if (missing.length === 0) missing.push(...strangeParts(value).map((part) => [part, ""]));
	if (format !== 1 || missing.length > 0) throw new StateFormatError(`it is damaged: ${missing.map(([field]) => field).join(", ") || "format"} missing or of a wrong type`);
	return value;
}
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Values that are there and cannot be ours; ids become paths on workers. */
function strangeParts({ bucketId, allocations, kv, workers, ports, trees, hostKeys }) {
	const isRow = (row) => isObject(row) && hasType(row.value, "string") && hasType(row.version, "count");
	const isHistory = (rows) => Array.isArray(rows) && rows.length > 0 && rows.every(isRow);
	const isRecord = (record) => isObject(record) && [
		"id",
		"job",
		"host",
		"currentVersion"
	].every((field) => hasType(record[field], "string"));
	const every = (part, test) => Object.values(part).every(test);
	return [
		["bucketId", UUID.test(bucketId)],
		["allocations", allocations.every(isRecord)],
		["kv", every(kv, (keys) => isObject(keys) && every(keys, isHistory))],
		["workers", every(workers, (known) => isObject(known) && hasType(known.root, "string"))],
		["ports", every(ports, (numbers) => isObject(numbers) && every(numbers, (number) => hasType(number, "count")))],
		["trees", every(trees, (files) => isObject(files) && every(files, (digest) => hasType(digest, "string")))],
		["hostKeys", every(hostKeys, (line) => hasType(line, "string"))]
	].flatMap(([part, isSound]) => isSound ? [] : [part]);
}
function isObject(value) {
	return hasType(value, "object");
}
const REQUIRED = [
	["name", "string"],
	["bucketId", "string"],
	["serial", "count"],
	["updateSeq", "count"],
	["builtDigest", "string"],
	["hashKey", "string"],
	["workers", "object"],
	["ports", "object"],
	["allocations", "list"],
	["trees", "object"],
	["postDeployPending", "list"],
	["hostKeys", "object"],
	["kv", "object"]
];
function hasType(value, type) {
	if (type === "count") return Number.isSafeInteger(value) && value >= 0;
	if (type === "list") return Array.isArray(value);
	if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
	return typeof value === "string";
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch (thrown) {
		throw new StateFormatError("it is not JSON", { cause: thrown });
	}
}
// src/state/file-lock.ts
const POLL_MS = 250;
/**
* An advisory lock file. It appears whole (by hard link) and is taken over only when its process is provably gone: same
* machine, and no process with that pid and start. Throws a `Failure` (exit code 3) naming the holder after `waitMs`.
*/
async function lockFile(path, owner, waitMs, signal) {
	await mkdir(dirname(path), { recursive: true }).catch((thrown) => {
		throw new Failure(`cannot make the folder of the state: ${messageOf(thrown)}`, {
			exitCode: 2,
			cause: thrown
		});
	});
	const token = randomUUID();
	const record = {
		...owner,
		token,
		host: hostname(),
		...await whereWeRun(),
		pid: process.pid,
		started: await startOf(process.pid),
		at: (/* @__PURE__ */ new Date()).toISOString()
	};
	const own = `${path}.${token}`;
	await writeFile(own, JSON.stringify(record), {
		mode: 384,
		flag: "wx"
	});
	try {
		await acquire(path, own, Date.now() + waitMs, signal);
	} finally {
		await rm(own, { force: true });
	}
	return { [Symbol.asyncDispose]: () => release(path, token) };
}
async function acquire(path, own, deadline, signal) {
	for (;;) {
		signal.throwIfAborted();
		if (await tryLink(own, path)) return;
		const holder = await readLock(path);
		if (holder === void 0) continue;
		if (await isGone(holder)) {
			await takeAway(path, holder);
			continue;
		}
		if (Date.now() >= deadline) throw refuse(path, holder);
		await setTimeout(POLL_MS, void 0, { signal });
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
async function readLock(path) {
	const text = await readFile(path, "utf8").catch((thrown) => {
		if (thrown.code === "ENOENT") return void 0;
		throw thrown;
	});
	if (text === void 0) return void 0;
	const record = parseLock(text);
	if (record !== void 0) return record;
	throw new Failure(`${path} is not a lock file of this program`, {
		exitCode: 3,
		hint: "look at it, then delete it"
	});
}
function parseLock(text) {
	try {
		const record = JSON.parse(text);
		return typeof record?.token === "string" && typeof record.host === "string" && typeof record.pid === "number" ? record : void 0;
	} catch {
		return;
	}
}
/** Only what can be proved: the machine was started anew since, or no process of our own namespace has that pid and start. */
async function isGone(holder) {
	const here = await whereWeRun();
	if (holder.boot !== here.boot) return holder.machine !== "" && holder.machine === here.machine;
	return holder.pidNamespace === here.pidNamespace && await startOf(holder.pid) !== holder.started;
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
/** Empty when there is no such process. */
async function startOf(pid) {
	const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
	return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
/** Moves a dead holder's lock aside; puts it back when another run was faster and the file is already that run's. */
async function takeAway(path, dead) {
	const aside = `${path}.${randomUUID()}`;
	try {
		await rename(path, aside);
	} catch (thrown) {
		if (thrown.code === "ENOENT") return;
		throw thrown;
	}
	const moved = await readLock(aside);
	if (moved !== void 0 && moved.token !== dead.token) await tryLink(aside, path);
	await rm(aside, { force: true });
}
async function release(path, token) {
	if ((await readLock(path))?.token === token) await rm(path, { force: true });
}
function refuse(path, holder) {
	const run = holder.url === "" ? `process ${holder.pid} on ${holder.host}` : holder.url;
	return new Failure(`another run holds the lock: "${holder.command}" by ${holder.actor} since ${holder.at} (${run})`, {
		exitCode: 3,
		hint: `wait for it, or give --lock-wait SECONDS; if that run is surely gone, delete ${path}`
	});
}
// src/state/file-store.ts
/** State in one file of a folder: `state.json`, or `state.<environment>.json`; the document before it is kept beside it. */
function openFileStore({ folder, environment, name }) {
	const stem = environment === "default" ? "state" : `state.${environment}`;
	const path = join(folder, `${stem}.json`);
	const previous = join(folder, `${stem}.previous.json`);
	let seen = NOTHING_SEEN;
	return {
		description: path,
		load: () => loadFile(path, previous, name),
		lock: (owner, waitMs, signal) => lockFile(join(folder, `${stem}.lock`), owner, waitMs, signal),
		save: async (document) => {
			seen = await saveFile({
				path,
				previous
			}, seen, document);
		}
	};
}
async function loadFile(path, previous, name) {
	const text = await readText(path);
	if (text === void 0 && await readText(previous) !== void 0) throw new Failure(`the state ${path} is gone, the document before it is still there`, {
		exitCode: 3,
		hint: `if nothing was deployed since, put it back: cp ${previous} ${path}`
	});
	if (text === void 0) return { kind: "none" };
	const document = parseFile(text, path, previous);
	if (document.name !== name) throw new Failure(`${path} is the state of "${document.name}", this bucket is "${name}"`, {
		exitCode: 3,
		hint: "use another state folder, or set state_name in maand.conf to the name of the state"
	});
	return {
		kind: "found",
		document
	};
}
async function readText(path) {
	try {
		return await readFile(path, "utf8");
	} catch (thrown) {
		if (thrown.code === "ENOENT") return void 0;
		throw new Failure(`cannot read the state ${path}: ${messageOf(thrown)}`, {
			exitCode: 3,
			cause: thrown
		});
	}
}
function parseFile(text, path, previous) {
	try {
		return parseDocument(text);
	} catch (thrown) {
		if (!(thrown instanceof StateFormatError)) throw thrown;
		throw new Failure(`cannot use the state ${path}: ${thrown.message}`, {
			exitCode: 3,
			hint: `the document before it is ${previous}; nothing was changed`,
			cause: thrown
		});
	}
}
/** Compare and swap under the lock: a writer that lost its lock without noticing is stopped by the serial. */
async function saveFile({ path, previous }, seen, document) {
	const stored = await storedSerial({
		path,
		previous
	}, seen);
	if (stored !== document.serial - 1) throw new Failure(`the state ${path} was changed by another run (serial ${stored}, expected ${document.serial - 1})`, {
		exitCode: 3,
		hint: "run the command again"
	});
	await replaceFile(path, `${JSON.stringify(document, null, 1)}\n`, previous).catch((thrown) => {
		throw new Failure(`cannot save the state ${path}: ${messageOf(thrown)}`, {
			exitCode: 1,
			cause: thrown
		});
	});
	return {
		identity: await identityOf(path),
		serial: document.serial
	};
}
const NOTHING_SEEN = {
	identity: void 0,
	serial: 0
};
async function storedSerial({ path, previous }, seen) {
	if (seen.identity !== void 0 && seen.identity === await identityOf(path)) return seen.serial;
	const text = await readText(path);
	return text === void 0 ? 0 : parseFile(text, path, previous).serial;
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
// src/transport/lazy-transport.ts
/** Opens the transport behind it at the first use: a run that touches no worker needs no key and loads no SSH. */
function lazyTransport(open) {
	let opened;
	let handshakes = () => 0;
	const use = async () => {
		opened ??= open();
		const transport = await opened;
		handshakes = () => transport.handshakes;
		return transport;
	};
	return {
		get handshakes() {
			return handshakes();
		},
		connect: async (worker, signal) => (await use()).connect(worker, signal),
		exec: async (worker, command, signal) => (await use()).exec(worker, command, signal),
		deliver: async (worker, delivery, signal) => (await use()).deliver(worker, delivery, signal),
		[Symbol.asyncDispose]: async () => {
			await (await opened?.catch(() => void 0))?.[Symbol.asyncDispose]();
		}
	};
}
// src/compose.ts
/** Request → adapters → command: the only place that picks adapters. */
/** Each command is loaded only when it is asked for. */
const COMMANDS = {
	init: async () => (await import("./init.js")).init,
	build: async () => (await import("./build2.js")).build,
	deploy: async () => (await import("./deploy2.js")).deploy,
	health_check: async () => (await import("./health-check.js")).healthCheck,
	hooks: async () => (await import("./hooks.js")).hooks,
	cat: async () => (await import("./cat.js")).cat
};
/** Throws a `Failure` for every expected end that is not a result. */
async function runRequest(request, face) {
	const asked = translate(request);
	const load = COMMANDS[asked.command];
	if (load === void 0) throw new Failure(`${request.command} is not available in this version`, {
		exitCode: 2,
		hint: `available are: ${Object.keys(COMMANDS).join(", ")}, validate, plan`
	});
	return (await load())(asked, face, toolsFor(asked, face));
}
/** `validate` and `plan` are short for a command with flags (contract §2). */
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
function toolsFor(request, face) {
	return {
		openStore: (store) => openStore(request, store),
		openTransport: async (transport) => lazyTransport(() => openTransport({
			request,
			face,
			...transport
		}))
	};
}
function openStore({ state, environment }, { bucketDir, name }) {
	const { location } = state;
	switch (location.kind) {
		case "bucket": return openFileStore({
			folder: join(bucketDir, "data"),
			environment,
			name
		});
		case "file": return openFileStore({
			folder: location.folder,
			environment,
			name
		});
		case "cache":
		case "workers": throw new Failure(`state: ${location.kind} is not available in this version`, {
			exitCode: 2,
			hint: "use state: file:DIR, with a folder that outlives the run"
		});
	}
}
async function openTransport({ request, face, bucketDir, settings, ledger }) {
	const { openSshTransport } = await import("./ssh-transport.js");
	return openSshTransport({
		privateKey: await readPrivateKey({
			request,
			face,
			bucketDir,
			sshKey: settings.sshKey
		}),
		knownHosts: await readKnownHosts(request, bucketDir, ledger.hostKeys),
		hostKeyPolicy: request.connection.hostKeyPolicy,
		onNewHostKey: (host, port, keyLine) => ledger.pinHostKey(`${host}:${port}`, keyLine),
		proxyJump: settings.sshProxyJump,
		parallelWorkers: settings.parallelWorkers
	});
}
async function readPrivateKey({ request, face, bucketDir, sshKey }) {
	const { privateKey, passphrase } = request.connection;
	const given = face.name === "action" ? "input ssh-private-key" : "MAAND_SSH_PRIVATE_KEY";
	const text = privateKey ?? await readKeyFile(join(bucketDir, "secrets", sshKey), given);
	face.masker.add(text);
	if (passphrase !== void 0) face.masker.add(passphrase);
	return {
		text,
		source: privateKey === void 0 ? `secrets/${sshKey}` : given,
		passphrase
	};
}
async function readKeyFile(path, instead) {
	return readFile(path, "utf8").catch((thrown) => {
		const why = thrown.code === "ENOENT" ? "does not exist" : thrown.code === "EISDIR" ? "is a folder" : thrown.message;
		throw new Failure(`there is no SSH key: ${path} ${why}`, {
			exitCode: 2,
			hint: `put the private key there, or give it as ${instead}`
		});
	});
}
/** What people wrote first: that is where a missing line is to be added. */
async function readKnownHosts({ connection }, bucketDir, pinned) {
	const file = join(bucketDir, "workspace", "known_hosts");
	return [connection.knownHosts === void 0 ? {
		source: "workspace/known_hosts",
		text: await readFile(file, "utf8").catch(emptyWhenMissing)
	} : {
		source: "input known-hosts",
		text: connection.knownHosts
	}, {
		source: "keys pinned in state",
		text: [...pinned.values()].join("\n")
	}];
}
function emptyWhenMissing(thrown) {
	if (thrown.code === "ENOENT") return "";
	throw new Failure(`cannot read workspace/known_hosts: ${thrown.message}`, {
		exitCode: 2,
		cause: thrown
	});
}
export { runRequest };
