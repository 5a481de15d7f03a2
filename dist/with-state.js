import { n as messageOf, t as Failure } from "./failure.js";
import { t as fsPath } from "./file-name.js";
import { t as plainText } from "./terminal-text.js";
import { t as _usingCtx } from "./usingCtx.js";
import { t as compareText } from "./order.js";
import { r as openHashKey, t as Ledger } from "./ledger.js";
import { d as secretsNamespace, i as privateKeyKey, l as jobNamespace, p as varsNamespace, s as allocationNamespace, t as certificateKey } from "./wanted.js";
import { c as stopFailure, d as isSealed, l as SecretError, t as boxOf, u as createSecretBox } from "./keys.js";
import { n as mapLimit } from "./concurrency.js";
import { a as notInitialized, b as HOOK_EVENTS, c as stateName, i as loadDocument, l as blankDocument, o as openStore, s as ownerOf, t as openKeys, u as newDocument } from "./state-key.js";
import { a as interpreterFailure, c as readClientLibraries, i as findHookTools, o as isOnPath, r as chooseInterpreter, s as missingInterpreters } from "./resolve-catalog.js";
import { n as digestFile, t as assembleTree } from "./digest.js";
import { a as outputProblem, i as outputPath, n as isDelivered, r as isTemplate } from "./tree.js";
import { n as shellQuote, t as shellJoin } from "./shell-quote.js";
import { _ as TemplateError, a as displayText, c as isTrue, d as typeName, f as quote, g as CallFailure, h as toBytes, i as LARGEST_TEXT_BYTES, l as listOf, m as fromBytes, n as OP, o as byteOf, p as KvReading, r as byNumber, s as elementAt, t as parseTemplate, u as structOf } from "./parser.js";
import { constants } from "node:os";
import { createServer } from "node:http";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { constants as constants$1, existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { spawn } from "node:child_process";
// src/plan/rollout-order.ts
/**
* `written`: the key `rollout_order` of the job; `all`: its allocations in worker order; `candidates`: those to be ordered.
* Duplicates and strangers make the list unusable, never an error; allocations that it does not mention come last.
*/
function resolveRolloutOrder(written, all, candidates) {
	const listed = (written ?? "").split(",").flatMap((host) => host.trim() === "" ? [] : [host.trim()]);
	const wanted = new Set(candidates);
	const fallback = all.filter((host) => wanted.has(host));
	const fault = listed.length === 0 ? void 0 : faultOf(listed, all);
	if (listed.length === 0 || fault !== void 0) {
		const note = fault === void 0 ? {} : { note: `${fault}; using default order` };
		return {
			hosts: fallback,
			source: "default",
			text: fallback.join(","),
			...note
		};
	}
	const mentioned = new Set(listed);
	const appended = fallback.filter((host) => !mentioned.has(host));
	const hosts = [...listed.filter((host) => wanted.has(host)), ...appended];
	const note = appended.length > 0 ? { note: `rollout_order does not mention ${appended.join(", ")}; they come last` } : {};
	return {
		hosts,
		source: "kv",
		text: written ?? "",
		...note
	};
}
function faultOf(listed, all) {
	const known = new Set(all);
	const seen = /* @__PURE__ */ new Set();
	for (const host of listed) {
		if (seen.has(host)) return `rollout_order duplicate ${host}`;
		if (!known.has(host)) return `rollout_order unknown allocation ${host}`;
		seen.add(host);
	}
}
/** Consecutive batches of at most `size`; 0 means all in one. */
function batchesOf(items, size) {
	const width = size <= 0 ? items.length : size;
	const batches = [];
	for (let at = 0; at < items.length; at += width) batches.push(items.slice(at, at + width));
	return batches;
}
// src/rollout/hook-events.ts
function hasHooks(job, event) {
	return job.entry.hooks.some((hook) => hook.events.includes(event));
}
/** `allocations` of the job, in rollout order. */
function inRolloutOrder({ ledger }, job, allocations) {
	const { hosts } = resolveRolloutOrder(ledger.kv.get(jobNamespace(job.name), "rollout_order"), job.allocations.map(({ host }) => host), allocations.map(({ host }) => host));
	const byHost = new Map(allocations.map((allocation) => [allocation.host, allocation]));
	return hosts.flatMap((host) => byHost.get(host) ?? []);
}
/** Runs hooks as one phase of the job; answers what went wrong. A job without such hooks is done at once. */
async function runHookPhase(run, request) {
	const { job, event } = request;
	if (!hasHooks(job, event) || request.allocations.length === 0) return void 0;
	const began = run.nowMs();
	run.emit({
		type: "phase-started",
		job: job.name,
		phase: event
	});
	const { failure } = await run.runHooks(request);
	run.emit({
		type: "phase-finished",
		job: job.name,
		phase: event,
		outcome: failure === void 0 ? "succeeded" : run.signal.aborted ? "cancelled" : "failed",
		durationMs: run.nowMs() - began,
		...failure === void 0 ? {} : { message: failure }
	});
	return failure;
}
/** Runs a job-wide event on its allocations, in rollout order and in batches. */
function runJobHooks(run, job, { event, allocations = job.allocations, extraEnv }) {
	return runHookPhase(run, {
		event,
		job,
		allocations: inRolloutOrder(run, job, allocations),
		batchSize: job.entry.maxConcurrentUpgrades,
		phase: event,
		...extraEnv === void 0 ? {} : { extraEnv }
	});
}
// src/rollout/run.ts
const indexes = /* @__PURE__ */ new WeakMap();
/** Every allocation asks for its worker and its job several times; a catalog never changes. */
function indexOf(catalog) {
	const known = indexes.get(catalog) ?? {
		workers: new Map(catalog.workers.map((worker) => [worker.host, worker])),
		jobs: new Map(catalog.jobs.map((job) => [job.name, job]))
	};
	indexes.set(catalog, known);
	return known;
}
function workerOf({ catalog }, host) {
	const worker = indexOf(catalog).workers.get(host);
	if (!worker) throw new Error(`no worker ${host} in the catalog`);
	return worker;
}
function jobOf({ catalog }, name) {
	const job = indexOf(catalog).jobs.get(name);
	if (!job) throw new Error(`no job ${name} in the catalog`);
	return job;
}
/** `<root>/<bucket id>` on a worker. */
function bucketFolder(worker, bucketId) {
	return `${worker.root}/${bucketId}`;
}
/** `<root>/<bucket id>/jobs/<job>` on a worker. */
function jobFolder(worker, bucketId, job) {
	return `${bucketFolder(worker, bucketId)}/jobs/${job}`;
}
// src/build/post-build.ts
/** Throws a `Failure` (2) when this machine cannot run the `post_build` hooks: to be asked before anything is saved. */
async function requirePostBuildTools({ jobs }, face) {
	if (!jobs.some((job) => hasHooks(job, "post_build"))) return;
	const missing = await missingInterpreters(jobs, await findHookTools(face.env.PATH ?? ""), ["post_build"]);
	if (missing.length > 0) throw interpreterFailure(missing);
}
function hasPostBuildHooks({ jobs }) {
	return jobs.some((job) => hasHooks(job, "post_build"));
}
/** `post_build` hooks in the order of waves. All of them are tried; then one failure fails the build. What they wrote stays. */
async function runPostBuild(run) {
	const failures = [];
	for (const name of run.catalog.waves.flat()) {
		if (run.signal.aborted) break;
		const failure = await runJobHooks(run, jobOf(run, name), { event: "post_build" });
		if (failure !== void 0) failures.push(`post_build: ${failure}`);
	}
	if (failures.length > 0) throw new Failure(failures.join("\n"), { exitCode: 1 });
}
// src/build/record-build.ts
/** What a build takes over from the state. */
function continuityOf(ledger) {
	const { bucketId, workers, ports, allocations } = ledger;
	return {
		bucketId,
		workers,
		ports,
		allocations
	};
}
/** Writes a built catalog into the state (spec 03 §3.3): records for every allocation, worker ids, ports. */
function recordBuild(ledger, catalog, builtDigest) {
	for (const allocation of catalog.jobs.flatMap((job) => job.allocations)) {
		const known = ledger.allocation(allocation.id);
		ledger.record(updateRecord(known ?? newRecord(allocation), allocation.disabled));
	}
	for (const { id } of catalog.removed) {
		const known = ledger.allocation(id);
		if (known) ledger.record({
			...known,
			removed: true
		});
	}
	const known = (worker) => knownWorker(worker, ledger.workers[worker.host]);
	ledger.workers = Object.fromEntries([...catalog.workers.map((worker) => [worker.host, known(worker)]), ...goneWorkers(catalog).map((worker) => [worker.host, {
		...known(worker),
		left: true
	}])]);
	ledger.ports = Object.fromEntries(catalog.jobs.map((job) => [job.name, job.ports]));
	ledger.builtDigest = builtDigest;
}
function newRecord({ id, job, host }) {
	return {
		id,
		job,
		host,
		disabled: false,
		removed: false,
		currentVersion: "0.0.0"
	};
}
/** What was stopped, or is enabled again, forgets what was promoted, so that the next deploy starts it. */
function updateRecord(record, disabled) {
	const { promoted, applied, stopped, ...rest } = record;
	if ((stopped || record.disabled && !record.removed) && !disabled) return {
		...rest,
		disabled,
		removed: false,
		repeat: true
	};
	return {
		...rest,
		disabled,
		removed: false,
		...promoted ? { promoted } : {},
		...applied ? { applied } : {},
		...stopped && disabled ? { stopped } : {}
	};
}
/** Workers that left but still have something to be stopped: their addresses are needed until then. */
function goneWorkers({ removed }) {
	return removed.filter(({ workerLeft }) => workerLeft).map(({ worker }) => worker);
}
/** What was delivered belongs to the place: another worker on the same host, or another root, has got nothing yet. */
function knownWorker(worker, earlier) {
	const { id, port, user, root, useSudo, hostKey } = worker;
	const updateSeq = earlier?.id === id && earlier.root === root ? earlier.updateSeq : void 0;
	return {
		id,
		port,
		user,
		root,
		useSudo,
		...hostKey === void 0 ? {} : { hostKey },
		...updateSeq === void 0 ? {} : { updateSeq }
	};
}
// src/kv/older-names.ts
const JOB = /^maand\/job\/[^/]+$/;
const ALLOCATION = /^maand\/job\/[^/]+\/worker\/[^/]+$/;
const JOB_VARS = /^vars\/bucket\/job\/[^/]+$/;
/** `maand` → `maand/bucket`. */
function todaysNamespace(namespace) {
	return namespace === "maand" ? "maand/bucket" : namespace;
}
/** The value under today's or an older name; a key that is there under the name that was asked for wins. */
function readByAnyName(store, asked, key) {
	const namespace = todaysNamespace(asked);
	return store.get(namespace, key) ?? readOlder(store, namespace, key);
}
function readOlder(store, namespace, key) {
	const bound = namespace === "vars/bucket" ? ["port_min", "port_max"].indexOf(key) : -1;
	if (bound !== -1) return store.get(namespace, "port_range")?.split(",")[bound]?.trim();
	const today = todaysKey(namespace, key);
	return today === key ? void 0 : store.get(namespace, today);
}
/** The name under which a key is stored today. */
function todaysKey(namespace, key) {
	if (namespace === "maand/bucket" && key === "activejobs") return "active_jobs";
	if (JOB.test(namespace) && key === "deploy_order") return "rollout_order";
	if (ALLOCATION.test(namespace) && key === "new_version") return "version";
	if (JOB_VARS.test(namespace) && (key === "MEMORY" || key === "CPU")) return key.toLowerCase();
	return namespace.startsWith("maand/") && /^[A-Z][A-Z0-9_]*$/.test(key) ? key.toLowerCase() : key;
}
/** What to read instead of a key that is gone without successor; undefined for every other key. */
function insteadOf(asked, key) {
	const namespace = todaysNamespace(asked);
	if (JOB.test(namespace) && key === "ports_json") return "read each port by its name in maand/bucket";
	if (!ALLOCATION.test(namespace)) return void 0;
	if (key === "current_version") return "use .CurrentVersion in templates and CURRENT_VERSION in hooks";
	return [
		"is_primary",
		"is_seed",
		"peer_ports"
	].includes(key) ? "use peer_workers and the allocation index" : void 0;
}
// src/kv/access.ts
/** Every namespace that the allocation may read. */
function readableNamespaces({ job, host, demandedJobs }) {
	const own = [
		"maand/bucket",
		"vars/bucket",
		"maand/worker",
		`maand/worker/${host}`,
		`maand/worker/${host}/tags`,
		jobNamespace(job),
		`vars/bucket/job/${job}`,
		varsNamespace(job),
		secretsNamespace(job),
		`maand/job/${job}/worker/${host}`,
		"maand/prometheus"
	];
	const demanded = demandedJobs.flatMap((name) => [
		jobNamespace(name),
		varsNamespace(name),
		secretsNamespace(name)
	]);
	return /* @__PURE__ */ new Set([...own, ...demanded]);
}
function openView({ store, scope, box, onSecret }) {
	const readable = readableNamespaces(scope);
	const refuse = (namespace) => ({
		kind: "unreadable",
		message: `${namespace} namespace is not available for job ${scope.job}`
	});
	return {
		get(namespace, key) {
			if (!readable.has(todaysNamespace(namespace))) return refuse(namespace);
			const value = readByAnyName(store, namespace, key);
			if (value === void 0) {
				const hint = insteadOf(namespace, key);
				return {
					kind: "missing",
					...hint !== void 0 && { hint }
				};
			}
			if (!namespace.startsWith("secrets/") && !isSealed(value)) return {
				kind: "found",
				value
			};
			return unseal(value, box, onSecret);
		},
		keys(namespace) {
			const today = todaysNamespace(namespace);
			return readable.has(today) ? {
				kind: "found",
				keys: store.keys(today)
			} : refuse(namespace);
		}
	};
}
function unseal(value, box, onSecret) {
	if (box === void 0) return {
		kind: "undecryptable",
		message: "kv encryption key is missing or invalid"
	};
	try {
		const plain = box.open(value);
		onSecret(plain);
		return {
			kind: "found",
			value: plain,
			isSecret: true
		};
	} catch (thrown) {
		if (thrown instanceof SecretError) return {
			kind: "undecryptable",
			message: thrown.message
		};
		throw thrown;
	}
}
/** The sentence of the refusal, or undefined when the hook may write. */
function writeRefusal({ job, event, route, namespace, key }) {
	const own = namespace === (route === "put-secret" || route === "delete-secret" ? secretsNamespace(job) : varsNamespace(job));
	const order = route === "put" && namespace === jobNamespace(job) && key === "rollout_order";
	if (!own && !(order && (event === "pre_deploy" || event === "cli"))) return "Invalid or unauthorized namespace";
	return event === "health_check" ? "KV writes are not allowed during health_check" : void 0;
}
// src/hooks/api/admissions.ts
/** Tokens of the hook processes that run now. Only their digests are kept. */
var Admissions = class {
	#digests = /* @__PURE__ */ new Map();
	admit(caller) {
		const token = randomBytes(32).toString("base64url");
		const admission = { caller };
		this.#digests.set(admission, digestOf(token));
		return {
			admission,
			token
		};
	}
	revoke(admission) {
		this.#digests.delete(admission);
	}
	has(admission) {
		return this.#digests.has(admission);
	}
	/** Takes the same time whatever the token shares with a valid one. */
	find(token) {
		const digest = digestOf(token);
		let found;
		for (const [admission, known] of this.#digests) if (timingSafeEqual(known, digest)) found = admission;
		return found;
	}
};
function digestOf(token) {
	return createHash("sha256").update(token).digest();
}
// src/hooks/api/api-request.ts
const BODY_LIMIT_BYTES = 1048576;
/** A request that ends here with an answer that says why. */
var ApiRefusal = class extends Error {
	name = "ApiRefusal";
	status;
	constructor(status, message) {
		super(message);
		this.status = status;
	}
};
const INVALID_TOKEN = "Missing or invalid token: send Authorization: Bearer $HOOK_API_TOKEN";
/** The process behind the token; the older headers may be sent and must say the same. */
function authorize(request, admissions) {
	const [, token] = /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
	const admission = token === void 0 ? void 0 : admissions.find(token);
	if (!admission) throw new ApiRefusal(401, INVALID_TOKEN);
	const { allocationId, hook, event } = admission.caller;
	const claims = {
		"X-ALLOCATION-ID": allocationId,
		EVENT: event,
		HOOK: hook,
		COMMAND: hook
	};
	for (const [header, value] of Object.entries(claims)) {
		const claimed = request.headers[header.toLowerCase()];
		if (claimed !== void 0 && claimed !== value) throw new ApiRefusal(403, `${header} does not agree with the token, which belongs to ${value}`);
	}
	return admission;
}
/** The fields of a request; undefined when none were sent at all. */
async function readFields(request, query) {
	const body = await readBody(request);
	if (body !== "") {
		checkContentType(request.headers["content-type"]);
		return parseObject(body);
	}
	return (request.method === "GET" || request.method === "DELETE") && query.size > 0 ? Object.fromEntries(query) : void 0;
}
async function readBody(request) {
	const chunks = [];
	let sizeBytes = 0;
	try {
		for await (const chunk of request) {
			sizeBytes += chunk.length;
			if (sizeBytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
		}
	} catch {
		throw new ApiRefusal(400, "Failed to read request body");
	}
	if (sizeBytes > BODY_LIMIT_BYTES) throw new ApiRefusal(413, "Request body is larger than 1 MiB");
	return Buffer.concat(chunks).toString("utf8").trim();
}
function checkContentType(type) {
	if (type === void 0 || /^application\/json\s*(;|$)/i.test(type)) return;
	throw new ApiRefusal(415, "Content-Type must be application/json");
}
function parseObject(body) {
	let parsed;
	try {
		parsed = JSON.parse(body);
	} catch {
		throw new ApiRefusal(400, "Invalid JSON format");
	}
	if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new ApiRefusal(400, "Invalid JSON format");
	return parsed;
}
/** A text field; '' when it is missing. */
function textField(fields, name) {
	const value = Object.hasOwn(fields, name) ? fields[name] : void 0;
	if (value === void 0 || value === null) return "";
	if (typeof value !== "string") throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a string`);
	return value;
}
/** A number field; 0 when it is missing. */
function numberField(fields, name) {
	const value = Object.hasOwn(fields, name) ? fields[name] : void 0;
	if (value === void 0 || value === null) return 0;
	if (typeof value !== "number") throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a number`);
	return value;
}
/** Sends an answer, once. */
function sendAnswer(response, answer) {
	const body = answer.json === void 0 ? answer.text ?? "" : JSON.stringify(answer.json);
	const type = answer.json === void 0 ? "text/plain; charset=utf-8" : "application/json";
	const bytes = Buffer.from(body === "" ? "" : `${body}\n`);
	const headers = {
		"Content-Length": bytes.length,
		...body === "" ? {} : { "Content-Type": type }
	};
	response.writeHead(answer.status, headers).end(bytes);
}
// src/hooks/api/api-kv.ts
const INVALID_NAMESPACE = "Invalid or unauthorized namespace";
const MISSING_FIELD = "Both namespace and key are required";
const NOT_FOUND = {
	status: 404,
	text: "KV get operation failed"
};
const DONE = { status: 200 };
/** A value that could still be lost is no answer: the script would use it, and the next run make another. */
async function getValue(routes, { admission, fields }) {
	const { namespace, key } = readName(fields);
	const { store, box, masker } = routes;
	await settle(routes, namespace, key);
	const read = openView({
		store,
		box,
		scope: admission.caller,
		onSecret: (plain) => void masker.add(plain)
	}).get(namespace, key);
	switch (read.kind) {
		case "found": return {
			status: 200,
			json: {
				namespace,
				key,
				value: read.value
			}
		};
		case "missing": return read.hint === void 0 ? NOT_FOUND : {
			status: 404,
			text: `Key is gone: ${read.hint}`
		};
		case "unreadable": return {
			status: 400,
			text: INVALID_NAMESPACE
		};
		case "undecryptable": return {
			status: 500,
			text: `Internal server error: ${read.message}`
		};
	}
}
/** Names only: of the job's variables and secrets, or of one of the two. */
function listKeys({ store }, { admission, fields }) {
	const { job } = admission.caller;
	const own = [varsNamespace(job), secretsNamespace(job)];
	const asked = textField(fields, "namespace");
	if (asked !== "" && !own.includes(asked)) return {
		status: 400,
		text: INVALID_NAMESPACE
	};
	return {
		status: 200,
		json: { namespaces: Object.fromEntries((asked === "" ? own : [asked]).map((namespace) => [namespace, store.keys(namespace)])) }
	};
}
async function putValue(routes, request) {
	const { namespace, key: written } = readName(request.fields);
	const key = todaysKey(namespace, written);
	const value = textField(request.fields, "value").trim();
	if (value === "") throw new ApiRefusal(400, MISSING_FIELD);
	checkWrite(request, "put", namespace, key);
	routes.store.put(namespace, key, value);
	await settle(routes, namespace, key);
	return DONE;
}
/** Stores a secret exactly as it came, sealed. A secret that is the same already makes no new version. */
async function putSecret(routes, request) {
	const { namespace, key } = readName(request.fields);
	const plain = textField(request.fields, "value");
	if (plain === "") throw new ApiRefusal(400, MISSING_FIELD);
	checkWrite(request, "put-secret", namespace, key);
	const box = requireBox(routes);
	if (!routes.masker.add(plain)) routes.warn(`secret ${namespace} ${key} is too short to be hidden in logs: use 6 characters or more`);
	if (openedNow(routes, namespace, key) !== plain) routes.store.putExact(namespace, key, box.seal(plain));
	await settle(routes, namespace, key);
	return DONE;
}
/** One for both routes: `delete` for variables, `delete-secret` for secrets. */
async function deleteKey(routes, request, route) {
	const { namespace, key } = readName(request.fields);
	checkWrite(request, route, namespace, key);
	const wasThere = routes.store.delete(namespace, key);
	await settle(routes, namespace, key);
	return wasThere ? DONE : NOT_FOUND;
}
/** Waits until what the store says of the key is durable, whoever wrote it. */
function settle({ store, persist }, namespace, key) {
	return persist(store.revisionOf(namespace, key));
}
function readName(fields) {
	const namespace = textField(fields, "namespace");
	const key = textField(fields, "key");
	if (namespace === "" || key === "") throw new ApiRefusal(400, MISSING_FIELD);
	return {
		namespace,
		key
	};
}
function checkWrite({ admission }, route, namespace, key) {
	const { job, event } = admission.caller;
	const refusal = writeRefusal({
		job,
		event,
		route,
		namespace,
		key
	});
	if (refusal !== void 0) throw new ApiRefusal(400, refusal);
}
function requireBox({ box }) {
	if (box === void 0) throw new ApiRefusal(500, "Internal server error: this run has no state key to seal secrets with");
	return box;
}
/** What is stored now; undefined also when it cannot be opened any more, and then the new value repairs it. */
function openedNow({ store, box }, namespace, key) {
	const sealed = store.get(namespace, key);
	if (sealed === void 0) return void 0;
	try {
		return box?.open(sealed);
	} catch (thrown) {
		if (thrown instanceof SecretError) return void 0;
		throw thrown;
	}
}
// src/hooks/api/api-semaphores.ts
/** Semaphore routes of the hook API (spec 13 §7). */
const DEFAULT_TIMEOUT_S$1 = 600;
const LONGEST_TIMEOUT_S$1 = 3600;
const REFUSED = "Semaphore acquire or release failed";
async function acquireSemaphore(semaphores, request) {
	const semaphore = readSemaphore(request);
	const { admission: holder, gone } = request;
	const { allocationId } = holder.caller;
	const capacity = numberField(request.fields, "capacity");
	if (!Number.isInteger(capacity)) throw new ApiRefusal(400, "Invalid JSON format: \"capacity\" must be a whole number");
	const timeoutMs = timeoutSeconds(numberField(request.fields, "timeout_seconds")) * 1e3;
	const outcome = await semaphores.acquire({
		semaphore,
		holder,
		capacity,
		timeoutMs,
		gone
	});
	switch (outcome.kind) {
		case "acquired":
			request.onUndelivered(() => semaphores.release(semaphore, allocationId));
			return acquired(semaphore, allocationId, outcome.capacity);
		case "held": return acquired(semaphore, allocationId, outcome.capacity);
		case "timed-out": return {
			status: 408,
			text: "Timed out waiting for semaphore"
		};
		case "refused": return {
			status: 409,
			text: `${REFUSED}: ${outcome.reason}`
		};
	}
}
function acquired({ name }, allocationId, capacity) {
	return {
		status: 200,
		json: {
			name,
			allocation_id: allocationId,
			capacity,
			acquired: true
		}
	};
}
function releaseSemaphore(semaphores, request) {
	const semaphore = readSemaphore(request);
	return semaphores.release(semaphore, request.admission.caller.allocationId) ? { status: 200 } : {
		status: 409,
		text: REFUSED
	};
}
function semaphoreStatus(semaphores, request) {
	const semaphore = readSemaphore(request);
	return {
		status: 200,
		json: {
			name: semaphore.name,
			...semaphores.status(semaphore)
		}
	};
}
function readSemaphore({ admission, fields }) {
	const name = textField(fields, "name");
	if (name === "") throw new ApiRefusal(400, "Both namespace and key are required");
	const { job, event } = admission.caller;
	return {
		job,
		event,
		name
	};
}
function timeoutSeconds(asked) {
	return asked > 0 ? Math.min(asked, LONGEST_TIMEOUT_S$1) : DEFAULT_TIMEOUT_S$1;
}
// src/hooks/api/api-workers.ts
/** Worker routes of the hook API: what `run_ssh`, `run_make_target` and `run_runner_target` ask for (spec 14 §3). */
const DEFAULT_TIMEOUT_S = 300;
const LONGEST_TIMEOUT_S = 3600;
const BUILT_IN = [
	"start",
	"stop",
	"restart",
	"reload",
	"status"
];
/** `TARGET` of `maand job run` has the same form (spec 16 §1). */
const TARGET = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** Runs a command in the login folder of a worker. */
function runWorkerCommand(routes, request) {
	const { caller } = request.admission;
	const { fields } = request;
	const command = textField(fields, "command");
	if (command.trim() === "") throw new ApiRefusal(400, "\"command\" is required");
	if (command.includes("\0")) throw new ApiRefusal(400, "\"command\" must not hold a NUL character");
	return runTask$1(routes, request, {
		kind: "command",
		host: textField(fields, "worker") || caller.host,
		command,
		timeoutMs: timeoutMs(fields)
	}, [caller.job, ...caller.demandedJobs]);
}
/** Runs a make target of a job, own or demanded, as a deploy runs it. */
function runWorkerTarget(routes, request) {
	const { caller } = request.admission;
	const { fields } = request;
	const target = readTarget(fields);
	const job = textField(fields, "job") || caller.job;
	if (job !== caller.job && !caller.demandedJobs.includes(job)) throw new ApiRefusal(400, `Invalid or unauthorized job: no hook of ${caller.job} demands ${job}`);
	return runTask$1(routes, request, {
		kind: "target",
		host: textField(fields, "worker") || caller.host,
		job,
		target,
		timeoutMs: timeoutMs(fields)
	}, [job]);
}
function readTarget(fields) {
	const raw = textField(fields, "target");
	const target = raw.trim();
	if (target === "") throw new ApiRefusal(400, "\"target\" is required");
	if (TARGET.test(target)) return BUILT_IN.includes(target.toLowerCase()) ? target.toLowerCase() : target;
	throw new ApiRefusal(400, `invalid job control target "${raw}" (built-in: ${BUILT_IN.join(", ")}; custom targets must match ${TARGET.source.slice(1, -1)})`);
}
function timeoutMs(fields) {
	const asked = numberField(fields, "timeout_seconds");
	return 1e3 * (asked > 0 ? Math.min(asked, LONGEST_TIMEOUT_S) : DEFAULT_TIMEOUT_S);
}
async function runTask$1({ workers, tasks }, { admission, gone }, task, jobs) {
	if (!workers) throw new ApiRefusal(409, "A dry run runs nothing on workers");
	if (!jobs.some((job) => workers.hostsOf(job).includes(task.host))) throw new ApiRefusal(400, `Invalid or unauthorized worker: ${task.host} is none of ${jobs.join(", ")}`);
	return toAnswer(task, await tasks.run(admission, gone, (signal) => workers.run(task, signal)));
}
function toAnswer({ host }, end) {
	if (end.kind === "failed") return {
		status: 502,
		text: end.message
	};
	const { exitCode, stdout, stderr, durationMs } = end;
	return {
		status: 200,
		json: {
			worker: host,
			exit_code: exitCode,
			timed_out: end.kind === "timed-out",
			stdout,
			stderr,
			duration_ms: Math.round(durationMs)
		}
	};
}
// src/hooks/api/semaphores.ts
const LARGEST_CAPACITY = 64;
var Semaphores = class {
	#semaphores = /* @__PURE__ */ new Map();
	/** Waits for a place. The allocation is the holder: what one of its processes holds, it holds. */
	async acquire(request) {
		const capacity = Math.max(1, request.capacity);
		if (capacity > LARGEST_CAPACITY) return {
			kind: "refused",
			reason: `semaphore capacity is at most ${LARGEST_CAPACITY}, requested ${capacity}`
		};
		const semaphore = this.#open(request.semaphore, capacity);
		if (semaphore.capacity !== capacity) return {
			kind: "refused",
			reason: `semaphore capacity is ${semaphore.capacity}, requested ${capacity}`
		};
		const kind = await this.#enter(semaphore, request);
		return kind === "timed-out" ? { kind } : {
			kind,
			capacity
		};
	}
	/** False when the allocation does not hold it. */
	release(name, allocationId) {
		const semaphore = this.#semaphores.get(keyOf(name));
		if (!semaphore?.holders.delete(allocationId)) return false;
		admitWaiting(semaphore);
		return true;
	}
	/** Of an unknown name: capacity 1 and free. */
	status(name) {
		const semaphore = this.#semaphores.get(keyOf(name));
		if (!semaphore) return {
			capacity: 1,
			holders: [],
			waiting: 0,
			available: 1
		};
		const { capacity, holders, queue } = semaphore;
		return {
			capacity,
			holders: [...holders.keys()],
			waiting: queue.length,
			available: capacity - holders.size
		};
	}
	/** A process has ended: frees what it holds and gives up its places in every queue. */
	releaseAll(holder) {
		for (const semaphore of this.#semaphores.values()) {
			for (const waiter of semaphore.queue.filter((one) => one.holder === holder)) waiter.settle("timed-out");
			for (const [allocationId, process] of semaphore.holders) if (process === holder) semaphore.holders.delete(allocationId);
			admitWaiting(semaphore);
		}
	}
	#open(name, capacity) {
		const key = keyOf(name);
		const semaphore = this.#semaphores.get(key) ?? {
			capacity,
			holders: /* @__PURE__ */ new Map(),
			queue: []
		};
		this.#semaphores.set(key, semaphore);
		return semaphore;
	}
	#enter(semaphore, { holder, timeoutMs, gone }) {
		return new Promise((done) => {
			const settle = (kind) => {
				clearTimeout(timer);
				gone.removeEventListener("abort", giveUp);
				semaphore.queue = semaphore.queue.filter((waiter) => waiter.settle !== settle);
				done(kind);
			};
			const giveUp = () => settle("timed-out");
			const timer = setTimeout(giveUp, timeoutMs);
			gone.addEventListener("abort", giveUp);
			semaphore.queue.push({
				holder,
				settle
			});
			if (gone.aborted) giveUp();
			admitWaiting(semaphore);
		});
	}
};
function keyOf({ job, event, name }) {
	return JSON.stringify([
		job,
		event,
		name
	]);
}
/** Lets in from the front of the queue while there is room; whose allocation is inside already passes at once. */
function admitWaiting(semaphore) {
	const { capacity, holders } = semaphore;
	for (const waiter of semaphore.queue) {
		const { allocationId } = waiter.holder.caller;
		if (holders.has(allocationId)) waiter.settle("held");
		else if (holders.size < capacity) {
			holders.set(allocationId, waiter.holder);
			waiter.settle("acquired");
		}
	}
}
// src/hooks/api/worker-tasks.ts
/** Tasks under way, each with the process that asked for it. */
var WorkerTasks = class {
	#running = /* @__PURE__ */ new Set();
	/** Runs a task that `gone`, or the end of its process, cuts short. */
	async run(holder, gone, start) {
		const stop = new AbortController();
		const task = {
			holder,
			stop,
			ended: start(AbortSignal.any([gone, stop.signal]))
		};
		this.#running.add(task);
		try {
			return await task.ended;
		} finally {
			this.#running.delete(task);
		}
	}
	/** A process has ended: so does what it runs on workers, and this returns when nothing of it is left. */
	async endAll(holder) {
		const own = [...this.#running].filter((task) => task.holder === holder);
		for (const { stop } of own) stop.abort();
		await Promise.allSettled(own.map(({ ended }) => ended));
	}
};
// src/hooks/api/api-server.ts
/**
* The runtime API of hooks (spec 13 as contract §7 amends it): HTTP on 127.0.0.1 at a free port. A token says who calls; every
* other word of the request is checked against it. Order of checks: path, method, token, headers, body, fields, rights.
*/
const HOOK_API_HOST = "127.0.0.1";
const RECEIVE_LIMIT_MS = 1e4;
const IDLE_LIMIT_MS = 3e4;
/** Starts the API of one command run. Throws `Failure` when no port can be had. */
async function startHookApi(options) {
	const { warn } = options;
	const admissions = new Admissions();
	const semaphores = new Semaphores();
	const tasks = new WorkerTasks();
	const routes = toRoutes({
		...options,
		tasks
	}, semaphores);
	const server = createServer((request, response) => void serve({
		request,
		response,
		routes,
		admissions,
		warn
	}));
	server.requestTimeout = RECEIVE_LIMIT_MS;
	server.headersTimeout = RECEIVE_LIMIT_MS;
	server.keepAliveTimeout = IDLE_LIMIT_MS;
	return {
		host: HOOK_API_HOST,
		port: await listen(server),
		admit(caller) {
			const { admission, token } = admissions.admit(caller);
			const leave = () => {
				admissions.revoke(admission);
				semaphores.releaseAll(admission);
				return tasks.endAll(admission);
			};
			return {
				token,
				[Symbol.asyncDispose]: leave
			};
		},
		[Symbol.asyncDispose]: () => stop(server)
	};
}
function listen(server) {
	return new Promise((listening, failed) => {
		server.once("error", (cause) => failed(new Failure(`cannot start the runtime API of hooks on ${HOOK_API_HOST}: ${messageOf(cause)}`, {
			exitCode: 1,
			cause
		})));
		server.listen(0, HOOK_API_HOST, () => listening(server.address().port));
	});
}
/** Every hook has ended by now; who still holds a connection is cut off. */
function stop(server) {
	return new Promise((stopped) => {
		server.close(() => stopped());
		server.closeAllConnections();
	});
}
function toRoutes(parts, semaphores) {
	const fields = (answer) => ({
		answer,
		needsFields: true
	});
	const free = (answer) => ({
		answer,
		needsFields: false
	});
	return {
		"/kv": {
			GET: fields((request) => getValue(parts, request)),
			PUT: fields((request) => putValue(parts, request)),
			DELETE: fields((request) => deleteKey(parts, request, "delete"))
		},
		"/kv/secret": {
			PUT: fields((request) => putSecret(parts, request)),
			DELETE: fields((request) => deleteKey(parts, request, "delete-secret"))
		},
		"/kv/keys": { GET: free((request) => listKeys(parts, request)) },
		"/demands": { GET: free(({ admission }) => listDemands(parts.demandsOn, admission.caller)) },
		"/semaphore/acquire": { POST: fields((request) => acquireSemaphore(semaphores, request)) },
		"/semaphore/release": { POST: fields((request) => releaseSemaphore(semaphores, request)) },
		"/worker/command": { POST: fields((request) => runWorkerCommand(parts, request)) },
		"/worker/target": { POST: fields((request) => runWorkerTarget(parts, request)) },
		"/semaphore/status": { GET: free((request) => semaphoreStatus(semaphores, request)) }
	};
}
function listDemands(demandsOn, { job, hook }) {
	return {
		status: 200,
		json: demandsOn(job, hook).map((row) => ({
			job: row.job,
			hook: row.hook,
			command: row.hook,
			demand_config: row.config
		}))
	};
}
async function serve(exchange) {
	const { response } = exchange;
	try {
		sendAnswer(response, await answerTo(exchange));
	} catch (thrown) {
		sendAnswer(response, toRefusal(exchange, thrown));
	}
}
/** Anything but a refusal is our own failure: the run hears of it, the script only that it happened. */
function toRefusal({ request, warn }, thrown) {
	if (thrown instanceof ApiRefusal) return {
		status: thrown.status,
		text: thrown.message
	};
	warn(`runtime API of hooks: ${request.method} ${splitUrl(request)[0]}: ${messageOf(thrown)}`);
	return {
		status: 500,
		text: "Internal server error"
	};
}
async function answerTo(exchange) {
	const { request, admissions } = exchange;
	const [path, query] = splitUrl(request);
	const methods = Object.hasOwn(exchange.routes, path) ? exchange.routes[path] : void 0;
	if (!methods) return {
		status: 404,
		text: "Unknown path"
	};
	const route = methods[request.method];
	if (!route) return { status: 405 };
	const admission = authorize(request, admissions);
	const fields = await readFields(request, new URLSearchParams(query));
	if (!admissions.has(admission)) throw new ApiRefusal(401, "The hook process of this token has ended");
	if (route.needsFields && !fields) throw new ApiRefusal(400, "Failed to read request body");
	return route.answer({
		admission,
		fields: fields ?? {},
		...watchHangUp(exchange.response)
	});
}
function watchHangUp(response) {
	const hangUp = new AbortController();
	const undo = [];
	response.once("close", () => {
		hangUp.abort();
		if (!response.writableFinished) for (const step of undo) step();
	});
	return {
		gone: hangUp.signal,
		onUndelivered: (step) => undo.push(step)
	};
}
/** Path and query, as they came. */
function splitUrl({ url = "" }) {
	const mark = url.indexOf("?");
	return mark === -1 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}
// src/hooks/process/environment.ts
/** Names that a hook sees only when `hook-env` names them (contract §7). */
const WITHHELD = [
	/^INPUT_/,
	/^MAAND_/,
	/^ACTIONS_ID_TOKEN_/,
	/^ACTIONS_(RUNTIME_TOKEN|RUNTIME_URL|RESULTS_URL|CACHE_URL)$/
];
/** A caller's variable of one of these names would mislead a `job_control` script: they are only ours to set. */
const LIFECYCLE = [
	"TARGET",
	"NEW_ALLOCATIONS",
	"UPDATED_ALLOCATIONS"
];
/** The caller's environment as hooks may see it. `allowed`: names of `hook-env`. */
function inheritedEnvironment(caller, allowed) {
	const kept = {};
	for (const [name, value] of Object.entries(caller)) {
		if (value === void 0) continue;
		if (allowed.includes(name) || !WITHHELD.some((pattern) => pattern.test(name))) kept[name] = value;
	}
	return kept;
}
/** The whole environment of one hook process; `inherited` as `inheritedEnvironment` made it. */
function hookEnvironment(inherited, variables) {
	const base = {
		PYTHONUNBUFFERED: "1",
		HOST: variables.api.host,
		...inherited
	};
	if (variables.event === "job_control") for (const name of LIFECYCLE) delete base[name];
	return {
		...base,
		...allocationVariables(variables),
		...runVariables(variables),
		...variables.extra
	};
}
function allocationVariables(variables) {
	const disabled = variables.disabled ? "1" : "0";
	return {
		ALLOCATION_ID: variables.allocationId,
		ALLOCATION_IP: variables.host,
		ALLOCATION_INDEX: variables.allocationIndex,
		DISABLED: disabled,
		ALLOCATION_DISABLED: disabled,
		JOB: variables.job,
		EVENT: variables.event,
		HOOK: variables.hook,
		COMMAND: variables.hook,
		CURRENT_VERSION: variables.versions.current,
		NEW_VERSION: variables.versions.next
	};
}
function runVariables({ api, batch, phase, rolloutOrder, bucketRoot }) {
	return {
		HOOK_API_HOST: api.host,
		JOB_COMMAND_API_HOST: api.host,
		CONTAINER_HOST: api.host,
		HOOK_API_PORT: String(api.port),
		HOOK_API_TOKEN: api.token,
		BUCKET_ROOT: bucketRoot,
		BATCH_ALLOCATIONS: batch.hosts.join(","),
		BATCH_INDEX: String(batch.index),
		BATCH_COUNT: String(batch.count),
		DEPLOY_PHASE: phase,
		ROLLOUT_ORDER: rolloutOrder.text,
		ROLLOUT_ORDER_SOURCE: rolloutOrder.source,
		DEPLOY_ORDER: rolloutOrder.text,
		DEPLOY_ORDER_SOURCE: rolloutOrder.source
	};
}
// src/hooks/registered.ts
/** Hooks of a job for an event in manifest order; with `hook` that one alone. Throws `Failure` (2) when `hook` is not registered. */
function registeredHooks(job, event, hook) {
	const registered = job.entry.hooks.filter((entry) => entry.events.includes(event));
	if (hook === void 0) return registered;
	const named = registered.filter((entry) => entry.name === hook);
	if (named.length > 0) return named;
	throw new Failure(`job "${job.name}" hook "${hook}" is not registered for event "${event}"`, {
		exitCode: 2,
		hint: `add "${event}" to executed_on of ${hook} in workspace/jobs/${job.name}/manifest.json`
	});
}
/** Every job that registers the hook for the event, in name order (spec 12 §6). Throws `Failure` (2) when there is none. */
function jobsWithHook(jobs, hook, event) {
	const found = jobs.filter((job) => job.entry.hooks.some((entry) => entry.name === hook && entry.events.includes(event)));
	if (found.length > 0) return found.sort((a, b) => compareText(a.name, b.name));
	throw new Failure(`hook "${hook}" is not registered for event "${event}"`, {
		exitCode: 2,
		hint: `no job has "${event}" in executed_on of ${hook}; maand cat hooks lists what there is`
	});
}
/** Who demands `hook` of `job`: sorted by job and hook, each once whatever its events (spec 13 §6). */
function demandsOn(jobs, job, hook) {
	return jobs.flatMap(({ name, entry }) => entry.hooks.filter(({ demand }) => demand?.job === job && demand.hook === hook).map((dependent) => ({
		job: name,
		hook: dependent.name,
		config: dependent.demand?.config ?? {}
	}))).sort((a, b) => compareText(a.job, b.job) || compareText(a.hook, b.hook));
}
// src/certs/files.ts
const AUTHORITY = "certs/ca.crt";
/** Of one allocation; nothing for a job that declares no certificate. */
function deliveredCertificates(source, job, host) {
	const { certificates } = job.entry;
	if (certificates.length === 0) return {
		files: [],
		missing: []
	};
	const found = [...certificates.flatMap(({ name }) => [certificateKey(name), privateKeyKey(name)]), AUTHORITY].map((path) => ({
		path,
		file: fileOf(source, sourceKey(job.name, host, path))
	}));
	return {
		files: found.flatMap(({ file }) => file ?? []),
		missing: found.filter(({ file }) => file === void 0).map(({ path }) => path)
	};
}
/** Whatever there is for a hook of this allocation; the CA for every job. */
function hookCertificates(source, job, host) {
	const own = source.store.keys(allocationNamespace(job, host)).filter((key) => key.startsWith("certs/"));
	return [.../* @__PURE__ */ new Set([...own, AUTHORITY])].flatMap((name) => fileOf(source, sourceKey(job, host, name)) ?? []);
}
function sourceKey(job, host, key) {
	return {
		namespace: key === AUTHORITY ? "maand/worker" : allocationNamespace(job, host),
		key
	};
}
function fileOf({ store, box, onSecret }, { namespace, key }) {
	const value = store.get(namespace, key);
	if (value === void 0) return void 0;
	if (!isSealed(value)) return {
		path: key,
		mode: 420,
		identity: value,
		read: () => `${value}\n`
	};
	const certificate = store.get(namespace, key.replace(/\.key$/, ".crt")) ?? "";
	const open = () => {
		const plain = openKey(box, value, `${key} of ${namespace}`);
		onSecret(plain);
		return `${plain}\n`;
	};
	return {
		path: key,
		mode: 384,
		identity: certificate,
		read: open
	};
}
function openKey(box, sealed, what) {
	try {
		return box.open(sealed);
	} catch (thrown) {
		if (!(thrown instanceof SecretError)) throw thrown;
		throw new SecretError(`${what}: ${thrown.message}`, { cause: thrown });
	}
}
// src/hooks/process/hook-folder.ts
/**
* The folder that a hook script runs in (spec 12 §3): a copy of the job's raw files with the client libraries beside the script,
* apart from what is delivered. Files are copied and never linked: a script may write into its folder, and neither the workspace
* nor another allocation may see that.
*/
const COPIES_AT_ONCE = 8;
/** Makes the folder `<staging>/hooks/<job>/<worker>/<hook>` anew. Throws an `Error` with the cause when that cannot be done. */
async function stageHookFolder(request) {
	const { stagingDir, job, hook, host } = request;
	const root = join(stagingDir, "hooks", job.name, host.replaceAll(":", "_"), hook.name);
	const files = filesFor(request);
	await rm(root, {
		recursive: true,
		force: true
	});
	await mkdir(join(stagingDir, "hooks"), {
		recursive: true,
		mode: 448
	});
	await mkdir(root, {
		recursive: true,
		mode: 448
	});
	await copyFiles(root, files);
	if (request.event !== "health_check") await makeFolders(root, job.entry.emptyFolders.filter(isStaged));
	const scriptDir = join(root, posix.dirname(hook.script));
	await addToScriptDir(scriptDir, join(job.entry.dir, posix.dirname(hook.script)));
	await addCertificates(scriptDir, request.certificates);
	return {
		scriptDir,
		scriptName: posix.basename(hook.script),
		[Symbol.asyncDispose]: () => rm(root, {
			recursive: true,
			force: true,
			maxRetries: 3
		}).catch(() => {})
	};
}
/** A health check runs often: it gets its script alone. */
function filesFor({ job, hook, event }) {
	const files = job.entry.files.filter((file) => isStaged(file.path));
	const script = files.find((file) => file.path === hook.script);
	const stem = hook.script.slice(0, -posix.extname(hook.script).length);
	if (script !== void 0) return event === "health_check" ? files.filter((file) => file.path.startsWith(`${stem}.`)) : files;
	if (event === "health_check") throw new Error(`hook file not found: job ${job.name} hook ${hook.name} module not in job_files`);
	const folder = join(job.entry.dir, posix.dirname(hook.script));
	const { name } = hook;
	throw new Error(`hook file not found: expected ${name}.py, ${name}.ts, or ${name}.js under ${folder}`);
}
/** The tree that was built holds no Prometheus files. */
function isStaged(path) {
	return !path.split("/").includes("_prometheus");
}
async function copyFiles(root, files) {
	await makeFolders(root, [...new Set(files.map((file) => dirname(file.path)))]);
	await mapLimit(files, COPIES_AT_ONCE, async (file) => {
		const target = fsPath(join(root, file.path));
		await copyFile(fsPath(file.sourcePath), target, constants$1.COPYFILE_FICLONE);
		await chmod(target, file.executable ? 493 : 420);
	});
}
async function makeFolders(root, folders) {
	for (const folder of folders) await mkdir(fsPath(join(root, folder)), { recursive: true });
}
/** What every script finds beside it, whatever its event. */
async function addToScriptDir(scriptDir, workspaceDir) {
	await mkdir(scriptDir, { recursive: true });
	for (const { name, bytes } of await readClientLibraries()) await writeFile(join(scriptDir, name), bytes);
	const manifest = join(scriptDir, "package.json");
	if (!existsSync(manifest)) await writeFile(manifest, "{ \"type\": \"module\" }\n");
	const packages = join(workspaceDir, "node_modules");
	if (existsSync(packages)) await symlink(packages, join(scriptDir, "node_modules"));
}
/** Over what the job ships under the same names. */
async function addCertificates(scriptDir, certificates) {
	for (const { path, mode, read } of certificates) {
		const file = join(scriptDir, path);
		await mkdir(dirname(file), { recursive: true });
		await rm(file, { force: true });
		await writeFile(file, read(), { mode });
		await chmod(file, mode);
	}
}
// src/hooks/process/output-lines.ts
/**
* The output of one foreign process: split into lines, made safe for a terminal, masked, and bounded. A line that never ends
* and a flood that never stops cost a fixed amount of memory.
*/
/** Characters of one line that are shown. */
const LINE_LIMIT = 262144;
/** Characters kept beyond the limit, so that a secret that lies across it is masked before the line is cut. */
const LOOKAHEAD = 65536;
/** Characters of one process that are reported live; the tails go on. */
const LIVE_LIMIT = 8388608;
/** Characters at the end of each stream that are kept for the record. */
const TAIL_LIMIT = 65536;
/** Lines and tails of both streams of a process. */
var ProcessOutput = class {
	#options;
	#streams;
	#reported = 0;
	constructor(options) {
		this.#options = options;
		this.#streams = {
			stdout: this.#open("stdout"),
			stderr: this.#open("stderr")
		};
	}
	push(stream, chunk) {
		this.#streams[stream].lines.push(chunk);
	}
	/** No more will come: what has no line break yet is a line as well. */
	end() {
		this.#streams.stdout.lines.end();
		this.#streams.stderr.lines.end();
	}
	/** The last lines of a stream, masked; marked when it began earlier. */
	tail(stream) {
		return this.#options.mask(this.#streams[stream].tail.text());
	}
	#open(stream) {
		const tail = new Tail();
		return {
			lines: new LineSplitter((raw, droppedCount) => {
				for (const line of this.#clean(raw, droppedCount)) {
					tail.add(line);
					this.#report(line, stream);
				}
			}),
			tail
		};
	}
	/**
	* A carriage return starts a line over in a terminal; in a log both texts are lines. Of a line whose end was dropped the
	* look-ahead goes too: it may end in the middle of a secret.
	*/
	#clean(raw, droppedCount) {
		const shown = this.#options.mask(raw).split("\r").filter((part, index) => part !== "" || index === 0).map((part) => this.#plain(part));
		const text = shown.join("\n");
		if (droppedCount === 0) return shown.map((line) => line.length > LINE_LIMIT ? cut(line) : line);
		const lines = text.slice(0, Math.max(0, text.length - LOOKAHEAD)).split("\n");
		return [...lines.slice(0, -1), cut(lines.at(-1) ?? "")];
	}
	/** Masked a second time, since an escape in the middle of a secret hides it from the first. */
	#plain(text) {
		const plain = plainText(text);
		return plain === text ? text : this.#options.mask(plain);
	}
	#report(line, stream) {
		if (this.#reported > LIVE_LIMIT) return;
		this.#reported += line.length + 1;
		if (this.#reported <= LIVE_LIMIT) this.#options.onLine(line, stream);
		else this.#options.onLine(`… [output cut after ${LIVE_LIMIT / 1024 / 1024} MiB]`, stream);
	}
};
function cut(line) {
	return `${line.slice(0, LINE_LIMIT)} … [line cut: longer than ${LINE_LIMIT / 1024} KiB]`;
}
/** Splits bytes into lines of text; invalid UTF-8 becomes U+FFFD. Of a very long line the beginning is kept. */
var LineSplitter = class {
	#decoder = new StringDecoder("utf8");
	#onLine;
	#held = "";
	#droppedCount = 0;
	constructor(onLine) {
		this.#onLine = onLine;
	}
	push(chunk) {
		this.#split(this.#decoder.write(chunk));
	}
	end() {
		this.#split(this.#decoder.end());
		if (this.#held !== "") this.#flush();
	}
	#split(text) {
		let start = 0;
		for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
			this.#hold(text.slice(start, end));
			this.#flush();
			start = end + 1;
		}
		this.#hold(text.slice(start));
	}
	#hold(part) {
		const room = 327680 - this.#held.length;
		this.#held += part.slice(0, room);
		this.#droppedCount += Math.max(0, part.length - room);
	}
	#flush() {
		const [line, droppedCount] = [this.#held, this.#droppedCount];
		this.#held = "";
		this.#droppedCount = 0;
		this.#onLine(line, droppedCount);
	}
};
/** The last lines that fit. */
var Tail = class {
	#lines = [];
	#first = 0;
	#length = 0;
	#cut = false;
	add(line) {
		this.#lines.push(line);
		this.#length += line.length + 1;
		while (this.#length > TAIL_LIMIT) this.#dropFirst();
	}
	text() {
		const text = this.#lines.slice(this.#first).join("\n");
		return this.#cut ? `[earlier output cut] …\n${text}` : text;
	}
	#dropFirst() {
		const first = this.#lines[this.#first] ?? "";
		this.#cut = true;
		this.#length -= first.length + 1;
		if (this.#lines.length - this.#first > 1) this.#lines[this.#first++] = "";
		else this.#lines[this.#first] = this.#keepEnd(first);
		if (this.#first > 1024) {
			this.#lines = this.#lines.slice(this.#first);
			this.#first = 0;
		}
	}
	#keepEnd(line) {
		const kept = line.slice(-65535);
		this.#length += kept.length + 1;
		return kept;
	}
};
// src/base/text/last-words.ts
/** Things to be done even when the process leaves at once, e.g. at a second Ctrl-C. Synchronous by nature. */
const pending = /* @__PURE__ */ new Set();
/** Runs `act` when the process exits, unless it was disposed of before. It must not throw. */
function atExit(act) {
	if (pending.size === 0) process.on("exit", runAll);
	pending.add(act);
	return { [Symbol.dispose]() {
		pending.delete(act);
		if (pending.size === 0) process.off("exit", runAll);
	} };
}
function runAll() {
	for (const act of pending) act();
}
// src/hooks/process/process-group.ts
/** How long the group may take to end after each signal. */
const GRACE_MS = {
	SIGTERM: 5e3,
	SIGKILL: 1e3
};
const SHORTEST_POLL_MS = 10;
const LONGEST_POLL_MS = 160;
/** Ends every process of a group: SIGTERM, after 5 s SIGKILL. Nothing to do when none is left. */
async function endGroup(groupId) {
	for (const signal of ["SIGTERM", "SIGKILL"]) if (!signalGroup(groupId, signal) || await hasEnded(groupId, GRACE_MS[signal])) return;
}
/** At once and without looking back: for a process that is leaving. */
function killGroup(groupId) {
	signalGroup(groupId, "SIGKILL");
}
async function hasEnded(groupId, limitMs) {
	const deadlineMs = performance.now() + limitMs;
	for (let pollMs = SHORTEST_POLL_MS; performance.now() < deadlineMs; pollMs = Math.min(2 * pollMs, LONGEST_POLL_MS)) {
		await setTimeout$1(pollMs);
		if (!signalGroup(groupId, 0) || !hasRunning(groupId)) return true;
	}
	return false;
}
/** False when the group has no process any more that we may signal. */
function signalGroup(groupId, signal) {
	try {
		return process.kill(-groupId, signal);
	} catch (thrown) {
		const { code } = thrown;
		if (code === "ESRCH" || code === "EPERM") return false;
		throw thrown;
	}
}
/**
* Whether a process of the group still runs. A dead one that nobody has collected can be signalled too: in a container whose
* first process collects no orphans it stays for ever.
*/
function hasRunning(groupId) {
	return readdirSync("/proc").some((name) => {
		if (!/^\d+$/.test(name)) return false;
		const [state, , group] = statusFields(name);
		return Number(group) === groupId && state !== "Z" && state !== "X";
	});
}
/** State, parent, process group; none when the process has ended meanwhile. */
function statusFields(pid) {
	try {
		const status = readFileSync(`/proc/${pid}/stat`, "latin1");
		return status.slice(status.lastIndexOf(")") + 2).split(" ", 3);
	} catch {
		return [];
	}
}
// src/hooks/process/script-run.ts
/**
* One foreign process in a process group of its own, from its start until nothing of it is left: the time limit and an abort
* end the whole group, and what a script leaves behind cannot hold the run.
*/
/** How long descendants that outlive the script may still write. */
const PIPE_GRACE_MS = 1e3;
/** Timers beyond this fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Runs a script with an empty stdin; ends when the process and its group have ended. Never throws for what it does. */
async function runScript(script, signal) {
	try {
		var _usingCtx$4 = _usingCtx();
		if (signal.aborted) return {
			kind: "cancelled",
			exitCode: 128 + constants.signals.SIGTERM
		};
		const started = await start(script);
		if ("problem" in started) return {
			kind: "not-started",
			message: `could not start ${script.file}: ${started.problem}`
		};
		const { child, pid, exited, closed } = started;
		_usingCtx$4.u(atExit(() => killGroup(pid)));
		const kind = await firstEnd(exited, script.timeoutMs, signal);
		if (kind !== "exited") await endGroup(pid);
		const exitCode = await exited;
		await within(closed, PIPE_GRACE_MS);
		await endGroup(pid);
		child.stdout?.destroy();
		child.stderr?.destroy();
		return {
			kind,
			exitCode
		};
	} catch (_) {
		_usingCtx$4.e = _;
	} finally {
		_usingCtx$4.d();
	}
}
async function start(script) {
	try {
		const child = spawn(script.file, script.args, {
			cwd: script.cwd,
			env: script.env,
			detached: true,
			stdio: [
				"ignore",
				"pipe",
				"pipe"
			]
		});
		child.stdout.on("data", (chunk) => script.onOutput("stdout", chunk));
		child.stderr.on("data", (chunk) => script.onOutput("stderr", chunk));
		const exited = new Promise((done) => child.once("exit", (code, name) => done(toExitCode(code, name))));
		const closed = new Promise((done) => child.once("close", () => done()));
		return {
			child,
			pid: await new Promise((running, failed) => {
				child.once("spawn", () => running(child.pid));
				child.once("error", failed);
			}),
			exited,
			closed
		};
	} catch (thrown) {
		return { problem: messageOf(thrown) };
	}
}
function toExitCode(code, name) {
	return name === null ? code ?? 1 : 128 + constants.signals[name];
}
async function firstEnd(exited, timeoutMs, signal) {
	const { promise: cut, settle } = cutOff(timeoutMs, signal);
	const kind = await Promise.race([exited.then(() => "exited"), cut]);
	settle();
	return kind;
}
/** Settles at the time limit or the abort; `settle` takes timer and listener away. */
function cutOff(timeoutMs, signal) {
	let settle = () => {};
	return {
		promise: new Promise((end) => {
			const timer = setTimeout(() => end("timed-out"), Math.min(timeoutMs, LONGEST_TIMER_MS));
			const abort = () => end("cancelled");
			signal.addEventListener("abort", abort, { once: true });
			settle = () => {
				clearTimeout(timer);
				signal.removeEventListener("abort", abort);
			};
		}),
		settle
	};
}
async function within(event, limitMs) {
	const over = new AbortController();
	await Promise.race([event, setTimeout$1(limitMs, void 0, { signal: over.signal }).catch(() => {})]);
	over.abort();
}
// src/hooks/run-allocation.ts
/** One hook script for one allocation: its folder, its token, its environment, its process, and the record of all that. */
/** What `timeout` of the shell answers as well. */
const TIMED_OUT_EXIT_CODE$1 = 124;
/** Runs a hook for one allocation. What the script or the machine does wrong is in the record; nothing of it is thrown. */
async function runForAllocation(run, target, runtime) {
	try {
		var _usingCtx$3 = _usingCtx();
		const startedMs = performance.now();
		const { job, hook, event } = run;
		const pass = _usingCtx$3.a(runtime.api.admit(toCaller(run, target)));
		const output = new ProcessOutput({
			mask: (text) => runtime.masker.mask(text).replaceAll(pass.token, "***"),
			onLine: (line, stream) => runtime.onLine({
				job: job.name,
				worker: target.host,
				hook: hook.name,
				stream,
				line
			})
		});
		const ended = await attempt({
			run,
			target,
			runtime,
			output,
			token: pass.token
		});
		output.end();
		const record = {
			hook: hook.name,
			event,
			job: job.name,
			worker: target.host,
			command: commandText(run),
			stdout: output.tail("stdout"),
			stderr: output.tail("stderr"),
			durationMs: Math.round(performance.now() - startedMs),
			...ended
		};
		runtime.onRecord(record);
		return record;
	} catch (_) {
		_usingCtx$3.e = _;
	} finally {
		await _usingCtx$3.d();
	}
}
async function attempt({ run, target, runtime, output, token }) {
	try {
		var _usingCtx3 = _usingCtx();
		const { job, hook, event, interpreter } = run;
		const index = allocationIndex(run, target, runtime.store);
		if (index === void 0) return notRun(`allocation index not found for job ${job.name} on worker ${target.host}`);
		const { stagingDir, store, box, masker } = runtime;
		const certificates = hookCertificates({
			store,
			box,
			onSecret: (plain) => void masker.add(plain)
		}, job.name, target.host);
		const folder = await stage({
			stagingDir,
			job,
			hook,
			event,
			host: target.host,
			certificates
		});
		if (typeof folder === "string") return notRun(folder);
		const staged = _usingCtx3.a(folder);
		const timeoutMs = hook.timeoutMs ?? runtime.defaultTimeoutMs;
		return toEnded(await runScript({
			file: interpreter.file,
			args: [...interpreter.args, staged.scriptName],
			cwd: staged.scriptDir,
			env: hookEnvironment(runtime.environment, toVariables({
				run,
				target,
				runtime,
				token
			}, index)),
			timeoutMs,
			onOutput: (stream, chunk) => output.push(stream, chunk)
		}, runtime.signal), timeoutMs);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
/** The store knows the index (spec 12 §4); the catalog's position stands in. */
function allocationIndex({ job }, { host, index }, store) {
	return store.get(allocationNamespace(job.name, host), `${job.name}_allocation_index`) ?? index?.toString();
}
/** The folder, or why there is none. */
async function stage(request) {
	try {
		return await stageHookFolder(request);
	} catch (thrown) {
		return messageOf(thrown);
	}
}
function toCaller({ job, hook, event }, { id, host }) {
	return {
		allocationId: id,
		job: job.name,
		host,
		hook: hook.name,
		event,
		demandedJobs: job.demandedJobs
	};
}
function toVariables({ run, target, runtime, token }, allocationIndex) {
	const { batch, phase, rolloutOrder, extra } = run;
	const { api, bucketRoot } = runtime;
	return {
		job: run.job.name,
		hook: run.hook.name,
		event: run.event,
		allocationId: target.id,
		host: target.host,
		allocationIndex,
		disabled: target.disabled,
		versions: run.versions,
		api: {
			host: api.host,
			port: api.port,
			token
		},
		batch,
		phase,
		rolloutOrder,
		bucketRoot,
		extra
	};
}
function commandText({ interpreter, hook }) {
	return shellJoin([
		interpreter.file,
		...interpreter.args,
		posix.basename(hook.script)
	]);
}
function toEnded(end, timeoutMs) {
	switch (end.kind) {
		case "exited":
			if (end.exitCode === 0) return {
				outcome: "succeeded",
				exitCode: 0
			};
			return {
				outcome: "failed",
				exitCode: end.exitCode,
				problem: `command execution failed (exit ${end.exitCode})`
			};
		case "timed-out": {
			const problem = `timed out after ${timeoutMs / 1e3} s; the script and its children were ended`;
			return {
				outcome: "timed-out",
				exitCode: TIMED_OUT_EXIT_CODE$1,
				problem
			};
		}
		case "cancelled": return {
			outcome: "cancelled",
			exitCode: end.exitCode,
			problem: "cancelled"
		};
		case "not-started": return notRun(end.message);
	}
}
function notRun(problem) {
	return {
		outcome: "failed",
		exitCode: 1,
		problem
	};
}
// src/hooks/run-event.ts
/**
* The hooks of one job for one event (spec 12 §5): one hook after another in manifest order, each over its allocations in
* batches. A batch is always finished; the first batch that fails ends its hook, the first hook that fails ends the event. A
* health check goes through all of them, so that its report is whole, and a build tries every hook, because none of them stands
* in for another.
*/
/** Events in which a hook that failed does not keep the next one from running. */
const TRIES_ALL = ["health_check", "post_build"];
/** Runs the hooks of an event. Throws `Failure` (2) when a named hook is not registered or an interpreter is missing. */
async function runHookEvent(request, runtime) {
	const { job, event, targets } = request;
	const hooks = registeredHooks(job, event, request.hook);
	if (hooks.length === 0 || targets.length === 0) return {
		kind: "succeeded",
		records: []
	};
	const records = [];
	const messages = [];
	for (const planned of await withInterpreters(job, hooks, runtime)) {
		const ran = await runBatches(request, planned, runtime);
		records.push(...ran);
		const message = failureMessage(job, planned.hook, ran);
		if (message !== void 0) messages.push(message);
		if (runtime.signal.aborted) return cancelled(records, messages, `job ${job.name} hook ${planned.hook.name} cancelled`);
		if (message !== void 0 && !TRIES_ALL.includes(event)) break;
	}
	if (messages.length === 0) return {
		kind: "succeeded",
		records
	};
	return {
		kind: "failed",
		records,
		message: messages.join("\n")
	};
}
function cancelled(records, messages, fallback) {
	return {
		kind: "cancelled",
		records,
		message: messages.length > 0 ? messages.join("\n") : fallback
	};
}
async function withInterpreters(job, hooks, { tools }) {
	const choices = await Promise.all(hooks.map((hook) => chooseInterpreter(job, hook, tools)));
	const missing = choices.flatMap((choice) => choice.kind === "missing" ? [choice.missing] : []);
	if (missing.length > 0) throw interpreterFailure(missing);
	return hooks.flatMap((hook, index) => {
		const choice = choices[index];
		return choice?.kind === "found" ? [{
			hook,
			interpreter: choice.interpreter
		}] : [];
	});
}
async function runBatches(request, planned, runtime) {
	const records = [];
	for (const batch of toBatches(request)) {
		if (runtime.signal.aborted) break;
		const ran = await runBatch({
			request,
			planned,
			batch
		}, runtime);
		records.push(...ran);
		if (request.event !== "health_check" && ran.some(({ outcome }) => outcome !== "succeeded")) break;
	}
	return records;
}
function toBatches(request) {
	const { targets, batchSize, batch } = request;
	if (batch !== void 0) return [{
		targets,
		...batch
	}];
	const size = batchSize < 1 ? targets.length : batchSize;
	const count = Math.ceil(targets.length / size);
	return Array.from({ length: count }, (_, index) => {
		return {
			targets: targets.slice(index * size, (index + 1) * size),
			index,
			count
		};
	});
}
/** All allocations of a batch at once; a bug in one of them is thrown when all have ended. */
async function runBatch({ request, planned, batch: { targets, index, count } }, runtime) {
	const { job, event, rolloutOrder, phase = event, extra = {} } = request;
	const batch = {
		hosts: targets.map(({ host }) => host),
		index,
		count
	};
	return mapLimit(targets, targets.length, (target) => {
		const versions = request.versionsOf(target);
		return runForAllocation({
			job,
			event,
			...planned,
			batch,
			phase,
			rolloutOrder,
			versions,
			extra
		}, target, runtime);
	});
}
/** `job <job> hook <hook> failed: <ip>: <cause>; <ip>: <cause>` in batch order; undefined when nothing failed. */
function failureMessage({ name }, hook, records) {
	const causes = records.flatMap(({ worker, problem }) => problem === void 0 ? [] : [`${worker}: ${problem}`]);
	return causes.length === 0 ? void 0 : `job ${name} hook ${hook.name} failed: ${causes.join("; ")}`;
}
// src/template/run/execution-error.ts
/** Worded as Go words it; `message` is in bytes. */
function executionError({ template, definition, piece }, message, kvMiss) {
	const { name, source } = template;
	const details = {
		phase: "exec",
		templateName: name,
		...kvMiss ? { kvMiss } : {}
	};
	if (!piece) return new TemplateError(`template: ${name}: ${fromBytes(message)}`, {
		...details,
		line: 0
	});
	const before = source.slice(0, piece.position).split("\n");
	const line = before.length;
	const column = before.at(-1)?.length ?? 0;
	const where = fromBytes(`executing ${quote(definition)} at <${piece.text}>: ${message}`);
	return new TemplateError(`template: ${name}:${line}:${column}: ${where}`, {
		...details,
		line,
		column
	});
}
// src/template/run/output.ts
/** What a rendering has written so far. */
const USUAL_BYTES = 65536;
/** Up to here a loop is faster than a call of Node's. */
const SHORT_BYTES = 64;
/** Waits for the next rendering, so that most of them need no memory but for their result. */
let spare;
/** Texts are byte strings (see bytes.ts). */
var Output = class {
	#bytes = spare ?? Buffer.allocUnsafe(USUAL_BYTES);
	#length = 0;
	constructor() {
		spare = void 0;
	}
	/** Appends the bytes from `start` to `end`. False: that would be too large. */
	copy(source, start, end) {
		const size = end - start;
		if (!this.#hasRoom(size)) return false;
		const bytes = this.#bytes;
		let at = this.#length;
		if (size > SHORT_BYTES) source.copy(bytes, at, start, end);
		else for (let from = start; from < end; from++) bytes[at++] = source[from];
		this.#length += size;
		return true;
	}
	/** Appends a text. False: that would be too large. */
	write(text) {
		const size = text.length;
		if (!this.#hasRoom(size)) return false;
		const bytes = this.#bytes;
		const at = this.#length;
		if (size > SHORT_BYTES) bytes.write(text, at, "latin1");
		else for (let from = 0; from < size; from++) bytes[at + from] = text.charCodeAt(from);
		this.#length += size;
		return true;
	}
	/** All of it; nothing can be written afterwards. */
	finish() {
		const written = Buffer.from(this.#bytes.subarray(0, this.#length));
		if (this.#bytes.length === USUAL_BYTES) spare = this.#bytes;
		return written;
	}
	#hasRoom(size) {
		const needed = this.#length + size;
		return needed <= this.#bytes.length || this.#grow(needed);
	}
	#grow(needed) {
		if (needed > 67108864) return false;
		const larger = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * this.#bytes.length, LARGEST_TEXT_BYTES)));
		this.#bytes.copy(larger, 0, 0, this.#length);
		this.#bytes = larger;
		return true;
	}
};
// src/template/run/scope.ts
/** The variables and open blocks of a rendering. Their arrays only grow, since shrinking them costs more than all else here. */
/**
* Every name of a definition has one slot, which holds the youngest variable of that name; what a declaration covers is put
* back at the end of its block. A definition that runs has slots of its own, from `base` on.
*/
var Variables = class {
	#slots = [];
	#declaredSlots = [];
	#covered = [];
	#count = 0;
	#base = 0;
	#end = 0;
	/** How many were declared and not forgotten. */
	get count() {
		return this.#count;
	}
	declare(slot, value) {
		const at = this.#base + slot;
		this.#declaredSlots[this.#count] = at;
		this.#covered[this.#count] = this.#slots[at];
		this.#count++;
		this.#slots[at] = value;
	}
	/** Forgets all variables but the oldest `count`. */
	truncate(count) {
		while (this.#count > count) {
			this.#count--;
			this.#slots[this.#declaredSlots[this.#count]] = this.#covered[this.#count];
		}
	}
	/** Undefined when nothing of that name was declared on the way here. */
	read(slot) {
		return this.#slots[this.#base + slot];
	}
	/** False when nothing of that name was declared on the way here. */
	assign(slot, value) {
		const at = this.#base + slot;
		if (this.#slots[at] === void 0) return false;
		this.#slots[at] = value;
		return true;
	}
	/** Hides what is there behind `slots` empty slots; answers what `leave` takes. */
	enter(slots) {
		const outer = this.#base;
		this.#base = this.#end;
		this.#end += slots;
		while (this.#slots.length < this.#end) this.#slots.push(void 0);
		return outer;
	}
	/** Back to the slots of `outer`, once the variables of these were forgotten. */
	leave(outer) {
		this.#end = this.#base;
		this.#base = outer;
	}
};
/** How many rounds a `range` over the value makes: one for each element, or each number below it. Undefined: Go cannot range over it. */
function roundsOver(value) {
	if (value === null) return 0;
	if (typeof value === "number" || typeof value === "bigint") return Number(value);
	if (typeof value !== "object") return void 0;
	if (value.kind === "byte") return value.value;
	return value.kind === "list" ? value.length : void 0;
}
/** The dot in a round over something that `roundsOver` knows. */
function elementOf(value, round) {
	if (typeof value !== "object" || value === null) return round;
	return value.kind === "list" ? elementAt(value, round) : byteOf(round);
}
/** Go gives no index over an integer. */
const hasIndex = (value) => value === null || typeof value === "object" && value.kind === "list";
/** Blocks that were closed are used again. */
var OpenBlocks = class {
	#blocks = [];
	#depth = 0;
	open(variablesBefore, dot) {
		const block = this.#blocks[this.#depth++];
		if (block === void 0) {
			this.#blocks.push({
				variablesBefore,
				dot,
				over: null,
				rounds: 0,
				round: 0,
				variablesInRange: 0
			});
			return;
		}
		block.variablesBefore = variablesBefore;
		block.dot = dot;
		block.rounds = 0;
	}
	/** Makes the innermost block a loop, before its first round. */
	loop(over, rounds, variablesInRange) {
		const block = this.innermost();
		block.over = over;
		block.rounds = rounds;
		block.round = 0;
		block.variablesInRange = variablesInRange;
	}
	/** There is one. */
	innermost() {
		return this.#blocks[this.#depth - 1];
	}
	close(count) {
		this.#depth -= count;
	}
};
// src/template/run/value-stack.ts
/** The values that wait to be used. The array behind it only grows, since shrinking it costs more than all else that happens here. */
var ValueStack = class {
	#values = [];
	#height = 0;
	push(value) {
		this.#values[this.#height++] = value;
	}
	/** There is one. */
	pop() {
		return this.#values[--this.#height];
	}
	/** There is one. */
	top() {
		return this.#values[this.#height - 1];
	}
	/** Removes the value below the top one. */
	nip() {
		const top = this.pop();
		this.#values[this.#height - 1] = top;
	}
	/** Removes the youngest `count` values; a slice costs more than the few that most calls take. */
	take(count) {
		this.#height -= count;
		const values = this.#values;
		const first = this.#height;
		if (count === 1) return [values[first]];
		if (count === 2) return [values[first], values[first + 1]];
		return values.slice(first, first + count);
	}
};
// src/template/run/rendering.ts
const DEEPEST_CALLS = 1e4;
const MOST_ROUNDS = 1e7;
const NOTHING = listOf([]);
/** A text or a list so large that JavaScript cannot hold it. */
const BEYOND_JAVASCRIPT = /^Invalid (string|array) length/;
const { text: TEXT, print: PRINT, constant: CONSTANT, dot: DOT, variable: VARIABLE, field: FIELD } = OP;
const { "call-one": CALL_ONE, "call-two": CALL_TWO, call: CALL, if: IF, jump: JUMP, next: NEXT } = OP;
var Rendering = class Rendering {
	#template;
	#pools;
	#kv;
	#variables = new Variables();
	#blocks = new OpenBlocks();
	#callers = [];
	#output = new Output();
	#stack = new ValueStack();
	#definition;
	#code;
	#address = 0;
	#dot;
	#rounds = 0;
	#isOver = false;
	/** What an error would point at: the number of the piece that was evaluated last. */
	#at = -1;
	constructor(template, input) {
		this.#template = template;
		this.#pools = template.pools;
		this.#kv = new KvReading(input);
		this.#definition = template.definitions.get(toBytes(template.name));
		this.#code = this.#definition.code;
		this.#dot = structOf(input.data);
		this.#variables.enter(this.#definition.slots);
		this.#variables.declare(0, this.#dot);
	}
	/** The whole output. Throws `TemplateError`. */
	run() {
		const { values, functions } = this.#template.pools;
		while (!this.#isOver) {
			const code = this.#code;
			const at = this.#address;
			this.#address = at + 4;
			const first = code[at + 1];
			const second = code[at + 2];
			const third = code[at + 3];
			const kind = code[at];
			switch (kind) {
				case TEXT:
					this.#text(first, second);
					break;
				case PRINT:
					this.#print(this.#stack.pop(), third);
					break;
				case CONSTANT:
					this.#evaluated(values[first], third);
					break;
				case DOT:
					this.#evaluated(this.#dot, third);
					break;
				case VARIABLE:
					this.#at = third;
					this.#stack.push(this.#variables.read(first) ?? this.#nilOrUndefined(first, second));
					break;
				case FIELD:
					this.#stack.push(this.#field(this.#stack.pop(), first));
					break;
				case CALL_ONE:
					this.#callOne(functions[first]);
					break;
				case CALL_TWO:
					this.#callTwo(functions[first]);
					break;
				case CALL:
					this.#call(functions[first], this.#stack.take(second));
					break;
				case IF:
					if (!isTrue(this.#stack.pop())) this.#address = first;
					break;
				case JUMP:
					this.#address = first;
					break;
				case NEXT:
					this.#next(first, second, third);
					break;
				default: Rendering.#others[kind](this, first, second);
			}
		}
		return this.#output.finish();
	}
	static #others = byNumber({
		"field-call": (run, name) => run.#stack.push(run.#fieldCall(run.#stack.pop(), name)),
		require: (run, type) => run.#stack.push(run.#fit(run.#stack.pop(), run.#pools.types[type])),
		"call-piped": (run, fn, count) => run.#callPiped(run.#pools.functions[fn], count),
		at: (run) => run.#point(),
		fail: (run, message) => run.#point().#fail(run.#pools.names[message]),
		"keep-true": (run, to) => isTrue(run.#stack.top()) ? run.#goTo(to) : run.#stack.pop(),
		"keep-false": (run, to) => isTrue(run.#stack.top()) ? run.#stack.pop() : run.#goTo(to),
		nip: (run) => run.#stack.nip(),
		drop: (run) => run.#stack.pop(),
		declare: (run, slot) => run.#variables.declare(slot, run.#stack.top()),
		assign: (run, slot, name) => run.#variables.assign(slot, run.#stack.top()) || run.#undefined(name),
		open: (run) => run.#blocks.open(run.#variables.count, run.#dot),
		close: (run) => run.#close(),
		with: (run, otherwise) => run.#with(otherwise),
		range: (run, otherwise, variables) => run.#range(run.#stack.pop(), otherwise, variables),
		leave: (run, to, blocks) => run.#leave(to, blocks),
		find: (run, name) => run.#point().#find(run.#pools.names[name]),
		enter: (run, name) => run.#enter(run.#pools.names[name]),
		return: (run) => run.#return()
	});
	#text(start, end) {
		if (!this.#output.copy(this.#template.bytes, start, end)) this.#tooLong();
	}
	#evaluated(value, at) {
		this.#at = at;
		this.#stack.push(value);
	}
	/** The last operand of the instruction that runs. */
	get #third() {
		return this.#code[this.#address - 1];
	}
	/** Errors from here on point at the piece of this instruction. */
	#point() {
		this.#at = this.#third;
		return this;
	}
	#goTo(address) {
		this.#address = address;
	}
	#leave(to, blocks) {
		this.#blocks.close(blocks);
		this.#address = to;
	}
	#print(value, at) {
		this.#at = at;
		const text = typeof value === "string" ? value : value === null ? "<no value>" : displayText(value);
		if (!this.#output.write(text)) this.#tooLong();
	}
	#tooLong() {
		this.#fail("output is larger than 64 MiB");
	}
	#nilOrUndefined(slot, name) {
		return this.#variables.read(slot) === null ? null : this.#undefined(name);
	}
	#undefined(name) {
		this.#fail(`undefined variable: ${this.#pools.names[name]}`);
	}
	#field(receiver, number) {
		if (receiver === null) return null;
		const name = this.#pools.names[number];
		return (typeof receiver === "object" && receiver.kind === "struct" ? receiver.fields.get(name) : void 0) ?? this.#fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
	}
	/** No field takes arguments. */
	#fieldCall(receiver, number) {
		if (this.#field(receiver, number) === null) return null;
		return this.#fail(`${this.#pools.names[number]} has arguments but cannot be invoked as function`);
	}
	/** The value as a parameter of this type takes it. */
	#fit(value, type) {
		if (type === "any" || typeName(value) === type) return value;
		if (value !== null) this.#fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
		return type === "[]string" ? NOTHING : this.#fail(`invalid value; expected ${type}`);
	}
	#callOne(fn) {
		try {
			this.#keep(fn.run(this.#stack.pop(), this.#kv), fn);
		} catch (thrown) {
			this.#failCall(thrown, fn);
		}
	}
	#callTwo(fn) {
		try {
			const second = this.#stack.pop();
			this.#keep(fn.run(this.#stack.pop(), second, this.#kv), fn);
		} catch (thrown) {
			this.#failCall(thrown, fn);
		}
	}
	#call(fn, args) {
		try {
			this.#keep(fn.run(args, this.#kv), fn);
		} catch (thrown) {
			this.#failCall(thrown, fn);
		}
	}
	/** The piped value is below the `count` arguments, and the last of the call. */
	#callPiped(fn, count) {
		const written = this.#stack.take(count);
		const piped = this.#fit(this.#stack.pop(), fn.parameters[count] ?? fn.rest ?? "any");
		if (fn.arity === "any") {
			this.#call(fn, [...written, piped]);
			return;
		}
		for (const value of [...written, piped]) this.#stack.push(value);
		if (fn.arity === "one") this.#callOne(fn);
		else this.#callTwo(fn);
	}
	#keep(result, fn) {
		if (typeof result === "string" && result.length > 67108864) this.#resultTooLong(fn);
		this.#stack.push(result);
	}
	#failCall(thrown, fn) {
		if (thrown instanceof RangeError && BEYOND_JAVASCRIPT.test(thrown.message)) this.#resultTooLong(fn);
		if (!(thrown instanceof CallFailure)) throw thrown;
		return this.#point().#fail(`error calling ${fn.name}: ${thrown.message}`, thrown.kvMiss);
	}
	#resultTooLong({ name }) {
		return this.#point().#fail(`error calling ${name}: result is larger than 64 MiB`);
	}
	#close() {
		const { variablesBefore, dot } = this.#blocks.innermost();
		this.#variables.truncate(variablesBefore);
		this.#dot = dot;
		this.#blocks.close(1);
	}
	#with(otherwise) {
		const value = this.#stack.pop();
		if (isTrue(value)) this.#dot = value;
		else this.#address = otherwise;
	}
	#range(value, otherwise, variables) {
		const rounds = roundsOver(value) ?? this.#fail(`range can't iterate over ${displayText(value)}`);
		if (variables > 1 && !hasIndex(value)) this.#fail(`can't use ${displayText(value)} to iterate over more than one variable`);
		if (rounds > 0) this.#blocks.loop(value, rounds, this.#variables.count);
		else this.#address = otherwise;
	}
	/** The slots of the index and the element, of the element alone, or none. */
	#next(end, first, second) {
		const block = this.#blocks.innermost();
		if (block.round >= block.rounds) {
			this.#address = end;
			return;
		}
		this.#countRound();
		const round = block.round++;
		this.#variables.truncate(block.variablesInRange);
		this.#dot = elementOf(block.over, round);
		if (first >= 0) this.#variables.assign(first, second >= 0 ? round : this.#dot);
		if (second >= 0) this.#variables.assign(second, this.#dot);
	}
	#countRound() {
		this.#rounds++;
		if (this.#rounds > MOST_ROUNDS) this.#fail(`more than ${MOST_ROUNDS} rounds of range and template`);
	}
	#find(name) {
		if (!this.#template.definitions.has(name)) this.#fail(`template ${quote(name)} not defined`);
		if (this.#callers.length === DEEPEST_CALLS) this.#fail(`exceeded maximum template depth (${DEEPEST_CALLS})`);
	}
	/** Goes into a definition that was found. */
	#enter(name) {
		this.#countRound();
		const variables = this.#variables;
		const definition = this.#template.definitions.get(name);
		this.#callers.push({
			definition: this.#definition,
			address: this.#address,
			dot: this.#dot,
			variablesBefore: variables.count,
			slotsFrom: variables.enter(definition.slots)
		});
		this.#definition = definition;
		this.#code = definition.code;
		this.#address = 0;
		this.#dot = this.#stack.pop();
		variables.declare(0, this.#dot);
	}
	/** At the end of the file itself the rendering is over. */
	#return() {
		const caller = this.#callers.pop();
		if (!caller) {
			this.#isOver = true;
			return;
		}
		this.#variables.truncate(caller.variablesBefore);
		this.#variables.leave(caller.slotsFrom);
		this.#definition = caller.definition;
		this.#code = caller.definition.code;
		this.#address = caller.address;
		this.#dot = caller.dot;
	}
	/** `message` is in bytes. */
	#fail(message, kvMiss) {
		throw executionError({
			template: this.#template,
			definition: this.#definition.name,
			piece: this.#pools.pieces[this.#at]
		}, message, kvMiss);
	}
};
// src/template/evaluator.ts
/** The rendered file, byte for byte. Throws `TemplateError` of phase `exec`. */
function renderTemplateBytes(template, input) {
	return new Rendering(template, input).run();
}
// src/stage/stager.ts
/**
* Job folder + KV → delivered tree, per allocation (spec 07 §7.4). Plain files are hashed once and templates parsed once per
* run, however many workers there are; nothing is written to disk here.
*/
const FILES_AT_ONCE$1 = 16;
var Stager = class {
	#key;
	/** By what is read, not by name: several links may lead to one file. */
	#digests = /* @__PURE__ */ new Map();
	#templates = /* @__PURE__ */ new Map();
	/** `key`: the key of the content digests. */
	constructor(key) {
		this.#key = key;
	}
	/** Every file is tried, so that all broken templates are reported together. */
	async stage(input) {
		const { entry } = input.job;
		const delivered = entry.files.filter((file) => isDelivered(outputPath(file)));
		const problems = [];
		const rendered = await this.#renderAll(input, delivered.filter(isTemplate), problems);
		const certificates = certificatesOf(input, problems);
		problems.push(...collisions(input, delivered));
		if (problems.length > 0) return {
			kind: "failed",
			problems
		};
		const made = byPath([...rendered, ...await mapLimit(certificates, FILES_AT_ONCE$1, (file) => this.#certificate(file))]);
		const plain = delivered.filter((file) => !isTemplate(file) && !made.has(file.path));
		const files = await mapLimit(plain, FILES_AT_ONCE$1, (file) => this.#plainFile(file));
		const folders = entry.emptyFolders.filter((path) => isDelivered(path) && !(path === "certs" && certificates.length > 0));
		return {
			kind: "staged",
			tree: assembleTree(this.#key, [...files, ...made.values()], folders)
		};
	}
	async #renderAll(input, templates, problems) {
		const files = [];
		for (const file of templates) try {
			files.push(await this.#render(input, file));
		} catch (thrown) {
			if (!(thrown instanceof TemplateError)) throw thrown;
			problems.push(describe(input, file, thrown));
		}
		return files;
	}
	async #render(input, file) {
		let template = this.#templates.get(file.sourcePath);
		if (template === void 0) {
			template = readFile(fsPath(file.sourcePath)).then((bytes) => parseTemplate(file.path, bytes));
			this.#templates.set(file.sourcePath, template);
		}
		const { view, readSecret } = watchSecrets(input.view);
		const bytes = renderTemplateBytes(await template, {
			data: templateData(input),
			kv: view
		});
		const mode = modeOf(file);
		const source = {
			kind: "bytes",
			bytes
		};
		const digest = await digestFile({
			key: this.#key,
			mode,
			source
		});
		return {
			path: outputPath(file),
			mode,
			source,
			digest,
			...readSecret() ? { holdsSecret: true } : {}
		};
	}
	async #certificate({ path, mode, identity, read }) {
		const source = mode === 384 ? {
			kind: "sealed",
			identity: Buffer.from(identity),
			read
		} : {
			kind: "bytes",
			bytes: Buffer.from(read())
		};
		return {
			path,
			mode,
			source,
			digest: await digestFile({
				key: this.#key,
				mode,
				source
			})
		};
	}
	async #plainFile(file) {
		const mode = modeOf(file);
		const source = {
			kind: "file",
			path: file.sourcePath
		};
		const known = `${mode} ${file.sourcePath}`;
		const digest = this.#digests.get(known) ?? digestFile({
			key: this.#key,
			mode,
			source
		});
		this.#digests.set(known, digest);
		return {
			path: file.path,
			mode,
			source,
			digest: await digest
		};
	}
};
/** Of two files for one path the later one counts. */
function byPath(files) {
	return new Map(files.map((file) => [file.path, file]));
}
function certificatesOf({ certificates, job, worker }, problems) {
	const { files, missing } = deliveredCertificates(certificates, job, worker.host);
	for (const file of missing) {
		const message = `job ${job.name} on ${worker.host}: ${file} has not been made: run maand build`;
		problems.push({
			host: worker.host,
			file,
			message
		});
	}
	return files;
}
/** The same view, and whether a secret was read through it. */
function watchSecrets(view) {
	let seen = false;
	const get = (namespace, key) => {
		const read = view.get(namespace, key);
		if (read.kind === "found" && read.isSecret) seen = true;
		return read;
	};
	return {
		view: {
			get,
			keys: (namespace) => view.keys(namespace)
		},
		readSecret: () => seen
	};
}
/** A template whose output has no name, or the name of a folder. */
function collisions({ job, worker }, files) {
	return files.flatMap((file) => {
		const problem = outputProblem(file, files);
		return problem === void 0 ? [] : [{
			host: worker.host,
			file: file.path,
			message: `job ${job.name}: ${problem}`
		}];
	});
}
const modeOf = (file) => file.executable ? 493 : 420;
/** The dot of a template (spec 05 §5.2). */
function templateData({ job, allocation, worker, bucketId, currentVersion, updateSeq }) {
	return {
		AllocationID: allocation.id,
		Job: job.name,
		CurrentVersion: currentVersion,
		NewVersion: allocation.newVersion,
		WorkerIP: worker.host,
		WorkerID: worker.id,
		Labels: worker.labels,
		BucketID: bucketId,
		UpdateSeq: updateSeq,
		BucketPath: `${worker.root}/${bucketId}`,
		JobPath: `${worker.root}/${bucketId}/jobs/${job.name}`
	};
}
function describe({ job, worker }, file, error) {
	const { kvMiss } = error;
	return {
		host: worker.host,
		file: file.path,
		message: `job ${job.name} on ${worker.host}: ${error.phase === "parse" ? "parse" : "execute"} template ${file.path}: ${error.message}`,
		...kvMiss ? { missing: kvMiss } : {}
	};
}
// src/stage/worker-helpers.ts
/** POSIX `sh` helpers that every delivery puts into `bin/` on a worker, for people who are logged in there. */
const WORKER_HELPERS = {
	"runner.sh": `#!/bin/sh
# Runs a make target of a job of this bucket: runner.sh TARGET JOB
set -u
if [ "$#" -ne 2 ]; then
  echo "usage: runner.sh TARGET JOB" >&2
  exit 2
fi
bucket=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
if [ ! -d "$bucket/jobs/$2" ]; then
  echo "runner.sh: there is no job $2 in $bucket/jobs" >&2
  exit 1
fi
exec make -s -C "$bucket/jobs/$2" "$1"
`,
	"worker.sh": `#!/bin/sh
# Shows which bucket and worker this is, and by which deploy it was written last.
set -u
bucket=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
exec cat "$bucket/worker.json"
`
};
// src/stage/staging-area.ts
/**
* The run's staging folder on disk (0700): delivered trees by hash, so that workers with equal trees share one; `worker.json`
* and `jobs.json` per worker; the helpers of `bin/`. The only place where rendered secrets touch the runner's disk.
*/
const FILES_AT_ONCE = 16;
var StagingArea = class {
	#parent;
	#onOpen;
	#trees = /* @__PURE__ */ new Map();
	#folder;
	#leaving;
	#helpers;
	/** Below `parent`, at first use; `onOpen` hears where, so that it can be removed even after a crash. */
	constructor(parent, onOpen) {
		this.#parent = parent;
		this.#onOpen = onOpen;
	}
	/** The folder itself, made at the first call. */
	folder() {
		this.#folder ??= this.#make();
		return this.#folder;
	}
	async #make() {
		const folder = await makeFolder(this.#parent, this.#onOpen);
		this.#leaving = atExit(() => rmSync(folder, {
			recursive: true,
			force: true
		}));
		return folder;
	}
	/** Writes the tree once; answers its delivery source `…/./jobs/<job>/`. */
	tree(job, tree) {
		const name = `${job}.${tree.hash.replace(":", ".")}`;
		const known = this.#trees.get(name);
		if (known) return known;
		const written = this.#writeTree(name, job, tree);
		this.#trees.set(name, written);
		return written;
	}
	/** Writes `worker.json`, `jobs.json` and the shared `bin/`; answers their delivery sources. */
	async workerFiles({ host, identity, jobs }) {
		const root = await this.folder();
		const folder = join(root, "workers", Buffer.from(host).toString("hex"));
		await mkdir(folder, { recursive: true });
		await writeText(join(folder, "worker.json"), `${JSON.stringify(identity, null, 3)}\n`);
		await writeText(join(folder, "jobs.json"), `${JSON.stringify(jobs, null, 3)}\n`);
		this.#helpers ??= writeHelpers(join(root, "helpers"));
		return [
			`${folder}/./worker.json`,
			`${folder}/./jobs.json`,
			await this.#helpers
		];
	}
	async #writeTree(name, job, tree) {
		const root = join(await this.folder(), "trees", name);
		await writeTree(join(root, "jobs", job), tree);
		await chmod(join(root, "jobs"), 493);
		return `${root}/./jobs/${job}/`;
	}
	async [Symbol.asyncDispose]() {
		if (this.#folder) await rm(await this.#folder, {
			recursive: true,
			force: true,
			maxRetries: 3
		});
		this.#leaving?.[Symbol.dispose]();
	}
};
async function makeFolder(parent, onOpen) {
	await mkdir(parent, {
		recursive: true,
		mode: 448
	});
	await removeLeftovers(parent);
	const folder = await mkdtemp(join(parent, `maand-${process.pid}-`));
	onOpen(folder);
	return folder;
}
/** What runs that were killed left behind may hold secrets; the name says whose it was. */
async function removeLeftovers(parent) {
	for (const name of await readdir(parent)) {
		const pid = /^maand-(\d+)-[A-Za-z0-9]{6}$/.exec(name)?.[1];
		if (pid === void 0 || existsSync(`/proc/${pid}`)) continue;
		await rm(join(parent, name), {
			recursive: true,
			force: true,
			maxRetries: 3
		});
	}
}
/** Writes a tree below a folder of its own, as it will lie on the worker whatever the umask; `modeOf` may ask for less. */
async function writeTree(folder, tree, modeOf = ({ mode }) => mode) {
	const folders = /* @__PURE__ */ new Set([
		".",
		...tree.emptyFolders,
		...tree.files.map(({ path }) => dirname(path))
	]);
	for (const path of folders) await mkdir(fsPath(join(folder, path)), { recursive: true });
	for (const path of parentsOf(folders)) await chmod(fsPath(join(folder, path)), 493);
	await mapLimit(tree.files, FILES_AT_ONCE, (file) => writeTreeFile(fsPath(join(folder, file.path)), file.source, modeOf(file)));
}
/** The folders and all above them, up to the job folder. */
function parentsOf(folders) {
	const all = /* @__PURE__ */ new Set();
	for (let path of folders) while (!all.has(path)) {
		all.add(path);
		path = dirname(path);
	}
	return all;
}
async function writeTreeFile(path, source, mode) {
	if (source.kind === "file") await copyFile(fsPath(source.path), path);
	else await writeFile(path, source.kind === "bytes" ? source.bytes : source.read(), {
		mode: 384,
		flag: "wx"
	});
	await chmod(path, mode);
}
async function writeHelpers(root) {
	await mkdir(join(root, "bin"), { recursive: true });
	await chmod(join(root, "bin"), 493);
	for (const [name, text] of Object.entries(WORKER_HELPERS)) {
		const path = join(root, "bin", name);
		await writeFile(path, text);
		await chmod(path, 493);
	}
	return `${root}/./bin/`;
}
async function writeText(path, text) {
	await writeFile(path, text);
	await chmod(path, 420);
}
// src/transport/guarded-workers.ts
/** The only place that puts a fence in front of anything. */
function guardWorkers(transport, fence) {
	const change = (worker, command, signal) => transport.exec(worker, {
		...command,
		script: joinLines(fence.line(worker), command.script)
	}, signal);
	return {
		connect: (worker, signal) => transport.connect(worker, signal),
		look: (worker, command, signal) => transport.exec(worker, command, signal),
		change,
		leave: (worker, command, signal) => {
			const forget = fence.forget(worker);
			const script = forget === void 0 ? command.script : `(\n${command.script}\n) || exit\n${forget}`;
			return change(worker, {
				...command,
				script
			}, signal);
		},
		deliver: (worker, delivery, signal) => {
			const guard = fence.line(worker);
			return transport.deliver(worker, guard === void 0 ? delivery : {
				...delivery,
				guard
			}, signal);
		}
	};
}
function joinLines(first, second) {
	return first === void 0 ? second : `${first}\n${second}`;
}
// src/session/hook-workers.ts
/** The workers as hooks may use them: through the connections of the run, each command behind the fence. */
/** What `timeout` of the shell answers as well. */
const TIMED_OUT_EXIT_CODE = 124;
function hookWorkers(run) {
	return {
		hostsOf: (job) => hostsOf(run.catalog, job),
		run: (task, signal) => runTask(run, task, AbortSignal.any([run.signal, signal]))
	};
}
function hostsOf({ jobs, removed }, name) {
	return [...jobs.find((job) => job.name === name)?.allocations ?? [], ...removed.filter(({ job }) => job === name)].map(({ host }) => host);
}
async function runTask(run, task, signal) {
	const worker = workerFor(run.catalog, task.host);
	const script = scriptFor(run, task, worker);
	const { timeoutMs } = task;
	try {
		return toEnd(await run.workers.change(worker, {
			...shownAs(run, task),
			script,
			timeoutMs
		}, signal));
	} catch (thrown) {
		const hint = thrown instanceof Failure ? thrown.hint : void 0;
		return {
			kind: "failed",
			message: withHint(`worker ${task.host}: ${messageOf(thrown)}`, hint)
		};
	}
}
/** Off the catalog too, as long as something of the job has to be stopped there. */
function workerFor({ workers, removed }, host) {
	const worker = workers.find((one) => one.host === host) ?? removed.find((allocation) => allocation.host === host)?.worker;
	if (!worker) throw new Error(`no worker ${host} in the catalog`);
	return worker;
}
/** A make target is told live, as in a deploy; the output of other commands belongs to the script that asked for it. */
function shownAs(run, task) {
	if (task.kind === "command") return { label: "the command of a hook" };
	const { job, host } = task;
	const onLine = (line, stream) => run.emit({
		type: "output",
		job,
		worker: host,
		line,
		stream
	});
	return {
		label: `make ${task.target}`,
		onLine,
		env: versionsOn(run, job, host)
	};
}
/** What a deploy gives to start, restart and reload. */
function versionsOn({ catalog, ledger }, name, host) {
	const allocation = catalog.jobs.find((job) => job.name === name)?.allocations.find((one) => one.host === host);
	if (!allocation) return {};
	return {
		CURRENT_VERSION: ledger.allocation(allocation.id)?.currentVersion ?? "0.0.0",
		NEW_VERSION: allocation.newVersion
	};
}
function scriptFor({ catalog }, task, worker) {
	if (task.kind === "command") return `eval ${shellQuote(task.command)}`;
	const { job, target, host } = task;
	return `cd ${shellQuote(jobFolder(worker, catalog.bucketId, job))} 2>/dev/null || { echo ${shellQuote(`job ${job} has not been delivered to ${host} yet`)} >&2; exit 1; }\nexec make -s ${target}`;
}
function toEnd(outcome) {
	switch (outcome.kind) {
		case "exited": return outcome;
		case "timed-out": return {
			...outcome,
			exitCode: TIMED_OUT_EXIT_CODE
		};
		case "failed": {
			const { message, hint } = outcome.problem;
			return {
				kind: "failed",
				message: withHint(message, hint)
			};
		}
	}
}
function withHint(message, hint) {
	return hint === void 0 ? message : `${message} (${hint})`;
}
// src/session/open-run.ts
/** What a deploy, a check or a hook works with, opened together and closed together. Everything costly opens at first use. */
async function openRun(built) {
	const { request, face, tools, workspace, state, catalog } = built;
	const closers = new Closers();
	const staging = closers.add(new StagingArea(face.temporaryFolder ?? join(workspace.bucketDir, "tmp"), face.onStaging));
	const { settings, bucketDir } = workspace;
	const transport = closers.add(await tools.openTransport({
		bucketDir,
		settings,
		ledger: state.ledger
	}));
	const hookRecords = [];
	let runtime;
	const run = {
		catalog,
		settings,
		ledger: state.ledger,
		box: state.box,
		masker: face.masker,
		stager: new Stager(state.hashKey),
		staging,
		workers: guardWorkers(transport, state.guard),
		emit: (event) => face.emit(face.masker.maskAll(event)),
		nowMs: () => performance.now(),
		signal: face.signal,
		jobs: new Set(request.filters.jobs.length === 0 ? catalog.jobs.map(({ name }) => name) : request.filters.jobs),
		options: {
			force: request.flags.force,
			syncOnly: request.flags.syncOnly
		},
		checkTools: (delivering) => checkTools(built, delivering),
		runHooks: async (hooks) => {
			runtime ??= startRuntime({
				built,
				run,
				staging,
				closers,
				hookRecords
			});
			return runHooks({
				built,
				hooks,
				runtime: await runtime
			});
		}
	};
	return {
		run,
		hookRecords,
		[Symbol.asyncDispose]: () => closers.close()
	};
}
/** Before anything is touched: interpreters of the hooks that this deploy may run, and rsync. */
async function checkTools({ face, catalog, request }, delivering) {
	const path = face.env.PATH ?? "";
	if (delivering && !await isOnPath(path, "rsync")) throw new Failure("host prerequisites not met: rsync was not found on this machine", {
		exitCode: 2,
		hint: "install it, for example with: apt-get install rsync"
	});
	const { jobs } = request.filters;
	const selected = catalog.jobs.filter(({ name }) => jobs.length === 0 || jobs.includes(name));
	const missing = await missingInterpreters(selected, await findHookTools(path), DEPLOY_EVENTS);
	if (missing.length > 0) throw interpreterFailure(missing);
}
const DEPLOY_EVENTS = HOOK_EVENTS.filter((event) => event !== "cli" && event !== "post_build");
/** Closes in reverse order, all of them, even when one fails. */
var Closers = class {
	#open = [];
	add(one) {
		this.#open.push(one);
		return one;
	}
	async close() {
		const failures = [];
		for (const one of this.#open.splice(0).reverse()) try {
			await one[Symbol.asyncDispose]();
		} catch (thrown) {
			failures.push(thrown);
		}
		if (failures.length > 0) throw failures[0];
	}
};
async function startRuntime({ built, run, staging, closers, hookRecords }) {
	const { request, face, workspace, state, catalog } = built;
	const { ledger, box } = state;
	return {
		api: closers.add(await startHookApi({
			store: ledger.kv,
			box,
			masker: face.masker,
			warn: (message) => face.emit({
				type: "noticed",
				level: "warning",
				message
			}),
			persist: (revision) => ledger.keep(revision),
			demandsOn: (job, hook) => demandsOn(catalog.jobs, job, hook),
			workers: request.flags.dryRun ? void 0 : hookWorkers(run)
		})),
		store: ledger.kv,
		box,
		masker: face.masker,
		tools: await findHookTools(face.env.PATH ?? ""),
		environment: inheritedEnvironment(face.env, request.hookEnv),
		bucketRoot: workspace.bucketDir,
		stagingDir: await staging.folder(),
		defaultTimeoutMs: workspace.settings.hookTimeoutMs,
		onLine: ({ job, worker, line, stream }) => face.emit({
			type: "output",
			job,
			worker,
			line,
			stream
		}),
		onRecord: (record) => {
			hookRecords.push(record);
			face.emit({
				type: "hook-finished",
				record
			});
		},
		signal: face.signal
	};
}
async function runHooks({ built, hooks, runtime }) {
	const { ledger } = built.state;
	const { job, event, allocations, phase, extraEnv } = hooks;
	const hosts = job.allocations.map(({ host }) => host);
	const { text, source } = resolveRolloutOrder(ledger.kv.get(jobNamespace(job.name), "rollout_order"), hosts, hosts);
	return toResult(await runHookEvent({
		job,
		event,
		targets: allocations,
		batchSize: hooks.batchSize,
		rolloutOrder: {
			text,
			source
		},
		versionsOf: ({ id, newVersion }) => ({
			current: ledger.allocation(id)?.currentVersion ?? "0.0.0",
			next: newVersion
		}),
		phase,
		...hooks.hook === void 0 ? {} : { hook: hooks.hook },
		...hooks.batch === void 0 ? {} : { batch: hooks.batch },
		...extraEnv === void 0 ? {} : { extra: extraEnv }
	}, runtime), built);
}
function toResult(outcome, { face }) {
	const problems = /* @__PURE__ */ new Map();
	for (const { worker, hook, problem } of outcome.records) {
		if (problem === void 0) continue;
		const sentence = face.masker.mask(`${worker}: hook ${hook}: ${problem}`);
		const earlier = problems.get(worker);
		problems.set(worker, earlier === void 0 ? sentence : `${earlier}; ${sentence}`);
	}
	return {
		failure: outcome.kind === "succeeded" ? void 0 : face.masker.mask(outcome.message),
		problems
	};
}
/** Runs the `post_build` hooks of a bucket that was just built. */
async function postBuild(built) {
	try {
		var _usingCtx$2 = _usingCtx();
		if (!hasPostBuildHooks(built.catalog)) return;
		await runPostBuild(_usingCtx$2.a(await openRun(built)).run);
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
	}
}
// src/session/with-state.ts
/** State for the length of a command: under the lock and saved, or read only. */
const nowSeconds = () => Math.floor(Date.now() / 1e3);
/** Takes the lock, loads (or begins) the state, runs `work`, releases the lock. */
async function withState(input, work) {
	try {
		var _usingCtx$1 = _usingCtx();
		const keys = await openKeys(input);
		const box = boxOf(keys);
		const store = openStore(input, keys, "change");
		_usingCtx$1.a(await store.lock(ownerOf(input), input.request.state.lockWaitMs, input.face.signal));
		const document = await loadDocument(store, input) ?? firstDocument(input, box);
		const ledger = new Ledger(document, {
			nowSeconds,
			save: (next) => store.save(next)
		});
		input.tools.pinHostKeys(ledger);
		return await work({
			...openState(ledger, box, document),
			guard: store.guard()
		});
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** The state as it is, without the lock; nothing can be saved. */
async function readState(input) {
	const keys = await openKeys(input);
	const box = boxOf(keys);
	const document = await loadDocument(openStore(input, keys, "read"), input) ?? firstDocument(input, box);
	return openState(readOnlyLedger(document, input.request), box, document);
}
/** As if there had never been a state. Nothing can be saved. */
function noState(request) {
	const box = createSecretBox([randomBytes(32)]);
	const document = blankDocument(box);
	return {
		...openState(readOnlyLedger(document, request), box, document),
		label: "none"
	};
}
/** Without a key, what only looks ahead answers as if there were no state. */
async function stateForPlan(input) {
	const { request, face } = input;
	if (!(face.disk === "lost" && request.state.key === void 0)) return readState(input);
	face.emit({
		type: "noticed",
		level: "warning",
		message: "no state-key: the plan is made as if nothing had been deployed yet"
	});
	return noState(request);
}
/** What hooks write in a rehearsal lives as long as it does; elsewhere a write that cannot be kept is refused. */
function readOnlyLedger(document, { flags }) {
	const save = flags.withHooks ? () => Promise.resolve() : () => Promise.reject(/* @__PURE__ */ new Error("this command takes no lock and saves nothing, so nothing can be written in it"));
	return new Ledger(document, {
		nowSeconds,
		save
	});
}
/** Who changes no worker needs none. */
const NO_GUARD = {
	line: () => void 0,
	forget: () => void 0
};
function openState(ledger, box, document) {
	return {
		ledger,
		box,
		label: document.serial === 0 ? "none" : `serial ${document.serial}`,
		hashKey: openHashKey(box, document),
		guard: NO_GUARD
	};
}
function firstDocument({ request, workspace, face }, box) {
	if (request.state.location.kind === "bucket") throw notInitialized();
	if (request.state.initialize === "never") throw stopFailure({
		code: "state-missing",
		message: "there is no state of this bucket, and initialize is \"never\"",
		hint: "check that the state location is the right one; for a first run use initialize: auto"
	});
	return newDocument(stateName(request, workspace, face.identity), box);
}
export { hasHooks as C, batchesOf as D, runJobHooks as E, resolveRolloutOrder as O, workerOf as S, runHookPhase as T, recordBuild as _, postBuild as a, jobFolder as b, ProcessOutput as c, inheritedEnvironment as d, openView as f, continuityOf as g, todaysNamespace as h, openRun as i, jobsWithHook as l, todaysKey as m, stateForPlan as n, writeTree as o, readableNamespaces as p, withState as r, runScript as s, readState as t, registeredHooks as u, requirePostBuildTools as v, inRolloutOrder as w, jobOf as x, bucketFolder as y };
