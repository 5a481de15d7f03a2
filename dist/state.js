import { r as quoted } from "./quote.js";
import { a as withBucket, m as allocationId, n as KvStore, r as openHashKey, t as Ledger } from "./ledger.js";
import { a as SECTIONS, c as stopFailure, d as isSealed, i as parseStateKeys, l as SecretError, r as keyId, s as adviceOf, t as boxOf, u as createSecretBox } from "./keys.js";
import { i as outputPath, n as isDelivered } from "./tree.js";
import { n as mapLimit } from "./concurrency.js";
import { c as unansweredReason, n as parseWriter } from "./worker-facts.js";
import { t as workerProgram } from "./program.js";
import { t as compareText } from "./order.js";
import { a as treeHash, i as openDigest, o as lookAtWorkers, r as fileDigests } from "./digest.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { t as addressOf } from "./address.js";
import { t as tableText } from "./table.js";
import { U as resultOf, a as newDocument, c as lockState, f as openStore, g as stateName, m as readDocument, o as documentIn, p as ownerOf, r as stateKeyFile, s as inspectState, t as openKeys, u as openInspector, y as stateLocation } from "./state-key.js";
import { i as statePlaceText } from "./state-location.js";
import { n as writeSetting, t as settingLine } from "./write-setting.js";
import { t as _usingCtx } from "./usingCtx.js";
import { r as replaceFile } from "./durable-file.js";
import { n as toStored } from "./stored-document.js";
import { r as serialAbove, t as describeLock } from "./picture.js";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
// src/adopt/adopted-document.ts
/**
* Makes a state from the files on workers, for a bucket that another tool deployed or whose state is lost. The
* functions are pure.
*/
/**
* Returns the document. `base` contains the key material, the name, and the imported data. All delivered trees count as
* promoted.
*/
function adoptedDocument(base, { bucketId, findings, versionOf }) {
	const trees = new Map(base.trees ? Object.entries(base.trees) : []);
	const allocations = findings.flatMap(({ host, bucket, trees: found }) => bucket.jobs.flatMap(({ job, disabled }) => {
		const tree = found.get(job);
		if (!tree) return [];
		trees.set(tree.hash, tree.files);
		const version = tree.version ?? versionOf(job) ?? "0.0.0";
		const promoted = {
			hash: tree.hash,
			version
		};
		const record = {
			id: allocationId(job, host),
			job,
			host,
			disabled,
			removed: false,
			currentVersion: version,
			promoted
		};
		return [disabled ? {
			...record,
			stopped: true
		} : record];
	}));
	return {
		...base,
		bucketId,
		updateSeq: Math.max(0, ...findings.map(({ bucket }) => bucket.updateSeq)),
		workers: Object.fromEntries(findings.map(({ host, address, bucket: { workerId, updateSeq } }) => [host, {
			id: workerId,
			...definedOf(address),
			updateSeq
		}])),
		...adoptedFrom(findings),
		allocations,
		trees: Object.fromEntries(trees)
	};
}
/**
* Returns the state that wrote last on most of the workers, with its newest serial: what it wrote counts as written by
* the new state.
*/
function adoptedFrom(findings) {
	const writers = findings.flatMap(({ bucket }) => bucket.writer ?? []);
	const isSame = (a, b) => a.kind === b.kind && a.name === b.name;
	const votes = (one) => writers.filter((other) => isSame(one, other)).length;
	const [first] = writers.toSorted((a, b) => votes(b) - votes(a) || b.serial - a.serial);
	return first === void 0 ? {} : { adopted: {
		kind: first.kind,
		name: first.name,
		serial: first.serial
	} };
}
function definedOf({ port, user, root, useSudo, hostKey }) {
	return {
		port,
		user,
		root,
		useSudo,
		...hostKey === void 0 ? {} : { hostKey }
	};
}
// src/adopt/blank-state.ts
/**
* Returns a state that has never deployed anything, such as the state from `maand init`. An adoption may replace only
* such a state. Throws a `Failure` (exit code 3) for any other state.
*/
function blankState(base) {
	const { serial, updateSeq, allocations } = base;
	if (updateSeq > 0 || allocations.some(({ promoted, applied, delivered }) => promoted ?? applied ?? delivered)) throw stopFailure({
		code: "state-not-adopted",
		message: `this bucket has a state already (serial ${serial}): there is nothing to adopt`,
		hint: "maand state show shows it; if it cannot be proven, use maand state recover instead"
	});
	return {
		...base,
		allocations: [],
		trees: {},
		workers: {}
	};
}
/** Returns the record of an adoption: the person, the adopted bucket, and its workers. */
function adoptionRecord({ actor, runId }, found, at) {
	const hosts = found.findings.map(({ host }) => host).join(", ");
	return {
		at: at.toISOString(),
		actor,
		runId,
		what: `adopted bucket ${found.bucketId} from ${hosts}`,
		reason: "state adopt"
	};
}
// src/adopt/choose-bucket.ts
/** Chooses the bucket to adopt from the buckets on the workers. The functions are pure. */
/** Returns a bucket id. Throws a `Failure` when no bucket can be adopted, or when several buckets can be adopted. */
function chooseBucket(listings, { name, wanted }) {
	const marks = new Map(listings.flatMap((listing) => [...listing.marks]));
	const belongsElsewhere = (id) => (marks.get(id) ?? name) !== name;
	const free = [...new Set(listings.flatMap(({ buckets }) => buckets.map(({ id }) => id)))].sort().filter((id) => !belongsElsewhere(id));
	if (wanted !== void 0 && belongsElsewhere(wanted)) throw stopFailure({
		code: "state-other-name",
		message: `bucket ${wanted} belongs to "${marks.get(wanted)}"`,
		hint: "run state adopt in the bucket and environment of that name"
	});
	const [only] = wanted === void 0 ? free : free.filter((id) => id === wanted);
	if (only === void 0) {
		const what = wanted === void 0 ? "no bucket is" : `bucket ${wanted} is not`;
		throw stopFailure({
			code: "state-not-adopted",
			message: `${what} deployed on the workers of this bucket`,
			hint: free.length > 0 ? `there are: ${free.join(", ")}` : "check worker_root in maand.conf and root in workers.json",
			exitCode: 2
		});
	}
	if (wanted !== void 0 || free.length === 1) return only;
	throw stopFailure({
		code: "state-not-adopted",
		message: `several buckets are deployed there: ${free.join(", ")}`,
		hint: "give the id of one of them: maand state adopt BUCKET-ID",
		exitCode: 2
	});
}
// src/adopt/modes.ts
/** Decides which mode to record for a file that is read from a worker. The function is pure. */
/**
* Returns a function that returns the mode of each file. The maand CLI makes every file executable, so for its layout
* the mode comes from the workspace.
*/
function modesFor(layout, jobs) {
	if (layout === "ours") return ({ mode }) => mode;
	const executable = new Map(jobs.flatMap(({ name, files }) => files.map(({ path, executable: isSo }) => [`${name}/${outputPath({ path })}`, isSo ? 493 : 420])));
	return ({ job, path, mode }) => executable.get(`${job}/${path}`) ?? mode;
}
// src/adopt/blob-reader.ts
/** Decodes lines of Base64 or hex into bytes as the lines arrive. */
var BlobReader = class {
	#onBytes;
	#form = "base64";
	constructor(onBytes) {
		this.#onBytes = onBytes;
	}
	/** Decodes one line. Returns `ended` for the dot that follows the last line. */
	take(line) {
		if (line === ".") return "ended";
		if (line === "hex") this.#form = "hex";
		else this.#onBytes(Buffer.from(line.replaceAll(" ", ""), this.#form));
		return "more";
	}
};
// src/adopt/read-listing.ts
/** Parses the answer to `listScript` into the buckets that are deployed on a worker. */
/** Receives the lines of the answer one by one. */
var ListingReader = class {
	#marks = /* @__PURE__ */ new Map();
	#blobs = /* @__PURE__ */ new Map();
	#layouts = /* @__PURE__ */ new Map();
	#bucket = "";
	#blob;
	#ended = false;
	take(line) {
		if (this.#blob) {
			if (this.#blob.take(line) === "ended") this.#blob = void 0;
			return;
		}
		const [word = "", first = "", ...rest] = line.split(" ");
		if (word === "mark") this.#marks.set(first, rest.join(" "));
		if (word === "bucket") this.#begin(first === "ours" ? "ours" : "other", rest.join(" "));
		if (word === "worker" || word === "jobs") this.#open(word);
		if (word === "end") this.#ended = true;
	}
	/** Returns the listing. Throws a `RangeError` when the answer is incomplete or malformed. */
	finish() {
		if (!this.#ended) throw new RangeError("its answer is not whole");
		return {
			buckets: [...this.#layouts].map(([id, layout]) => {
				const { workerId, updateSeq, writer } = readIdentity(this.#parse(`${id} worker`));
				return {
					id,
					layout,
					workerId,
					updateSeq,
					writer,
					jobs: readJobs(this.#parse(`${id} jobs`))
				};
			}),
			marks: this.#marks
		};
	}
	#begin(layout, id) {
		this.#bucket = id;
		this.#layouts.set(id, layout);
	}
	#open(what) {
		const parts = [];
		this.#blobs.set(`${this.#bucket} ${what}`, parts);
		this.#blob = new BlobReader((bytes) => void parts.push(bytes));
	}
	#parse(name) {
		const parts = this.#blobs.get(name);
		if (!parts) return void 0;
		try {
			return JSON.parse(Buffer.concat(parts).toString("utf8"));
		} catch {
			throw new RangeError(`${name.replace(" ", "/")}.json is not JSON`);
		}
	}
};
function readIdentity(json) {
	const { worker_id: workerId, update_seq: updateSeq, writer } = json ?? {};
	return {
		workerId: typeof workerId === "string" ? workerId : "",
		updateSeq: Math.max(0, Number.isSafeInteger(updateSeq) ? updateSeq : 0),
		writer: parseWriter(writer)
	};
}
function readJobs(json) {
	if (json === void 0) return [];
	if (!Array.isArray(json)) throw new RangeError("its jobs.json is not a list");
	return json.flatMap((row) => typeof row?.job === "string" ? [{
		job: row.job,
		disabled: Boolean(row.disabled)
	}] : []);
}
// src/adopt/read-trees.ts
/**
* Parses the answer to `treesScript` into the digests of the delivered files of each job. Memory use does not depend on
* the size of the files.
*/
/** Folders that running programs create below a job. These folders are never delivered. */
const MADE_THERE = /(?:^|\/)(?:__pycache__|node_modules|\.?venv)(?:\/|$)/;
/** Receives the lines of the answer one by one. */
var TreesReader = class {
	#input;
	#jobs = /* @__PURE__ */ new Map();
	#job = "";
	#blob;
	#onEnd = () => {};
	#ended = false;
	constructor(input) {
		this.#input = input;
	}
	take(line) {
		if (this.#blob) {
			if (this.#blob.take(line) === "more") return;
			this.#blob = void 0;
			this.#onEnd();
			return;
		}
		const [, word = "", rest = ""] = /^(\S+) ?(.*)$/s.exec(line) ?? [];
		const job = this.#jobs.get(this.#job);
		if (word === "job") this.#begin(rest);
		else if (word === "end") this.#ended = true;
		else if (word === "dir" && job) job.folders.push(cleanPath(rest));
		else if (word === "manifest" && job) this.#read((bytes) => void job.manifest.push(bytes), () => {});
		else if (word === "file" && job) this.#readFile(job, rest);
		else throw new RangeError("a file name there holds a line break, or its answer is not whole");
	}
	/** Returns the trees by job. Throws a `RangeError` when the answer is incomplete. */
	finish() {
		if (!this.#ended) throw new RangeError("its answer is not whole");
		return new Map([...this.#jobs].map(([job, growing]) => [job, this.#assemble(growing)]));
	}
	#begin(job) {
		this.#job = job;
		this.#jobs.set(job, {
			files: [],
			folders: [],
			manifest: []
		});
	}
	#readFile(job, rest) {
		const [octal = "", ...words] = rest.split(" ");
		const path = cleanPath(words.join(" "));
		const mode = this.#input.modeOf({
			job: this.#job,
			path,
			mode: Number.parseInt(octal, 8)
		});
		const digest = openDigest(this.#input.key, mode);
		this.#read(digest.take, () => {
			if (!MADE_THERE.test(path)) job.files.push({
				path,
				digest: digest.finish()
			});
		});
	}
	#read(onBytes, onEnd) {
		this.#blob = new BlobReader(onBytes);
		this.#onEnd = onEnd;
	}
	#assemble({ files, folders, manifest }) {
		const sorted = files.filter(({ path }) => isDelivered(path)).sort((a, b) => compareText(a.path, b.path));
		const holders = [...sorted.map(({ path }) => path), ...folders];
		const emptyFolders = folders.filter((folder) => !MADE_THERE.test(folder) && !holders.some((path) => path.startsWith(`${folder}/`))).sort(compareText);
		return {
			hash: treeHash(this.#input.key, sorted, emptyFolders),
			files: fileDigests({
				files: sorted,
				emptyFolders
			}),
			version: versionIn(manifest)
		};
	}
};
const cleanPath = (path) => path.replace(/^\.\//, "");
function versionIn(manifest) {
	if (manifest.length === 0) return void 0;
	try {
		const { version } = JSON.parse(Buffer.concat(manifest).toString("utf8"));
		return typeof version === "string" && version.trim() !== "" ? version.trim() : void 0;
	} catch {
		return;
	}
}
// src/adopt/read-bucket.ts
/** Reads the deployed buckets from workers, with two scripts over one connection to each worker. */
/** Characters that a worker may send. Every delivered file is among them, but data of jobs is not. */
const MOST_ANSWER_CHARS = 16 * 1024 ** 3;
const LIST_TIMEOUT_MS = 6e4;
/** The limit is long because every delivered file is transferred once. */
const TREES_TIMEOUT_MS = 18e5;
/**
* Returns the listing of each worker, in the order of the workers. Throws a `Failure` (exit code 1) that names all
* workers without an answer, because an adoption must be complete.
*/
function listBuckets(asking, workers) {
	return askAll(asking, workers, ({ root }) => ({
		script: workerProgram(["adopt/blob", "adopt/list-buckets"], { variables: { root } }),
		timeoutMs: LIST_TIMEOUT_MS,
		reader: new ListingReader()
	}));
}
/**
* Returns the trees of each worker by job, in the order of the workers. Throws the same `Failure` (exit code 1) as
* `listBuckets`.
*/
function readTrees(asking, workers, bucket) {
	return askAll(asking, workers, ({ root, host }) => ({
		script: workerProgram(["adopt/blob", "adopt/list-trees"], { variables: { folder: `${root}/${bucket.id}/jobs` } }),
		timeoutMs: TREES_TIMEOUT_MS,
		reader: new TreesReader(bucket.inputOf(host))
	}));
}
async function askAll({ transport, parallelWorkers, signal }, workers, question) {
	const problems = [];
	const answers = await mapLimit(workers, parallelWorkers, async (worker) => {
		const { script, timeoutMs, reader } = question(worker);
		let strange;
		const onLine = (line, stream) => {
			if (stream === "stderr" || strange !== void 0) return;
			try {
				reader.take(line);
			} catch (thrown) {
				strange = thrown;
			}
		};
		const outcome = await transport.exec(worker, {
			label: "adopt",
			script,
			timeoutMs,
			onLine,
			mostLineChars: MOST_ANSWER_CHARS
		}, signal);
		try {
			const problem = unansweredReason(worker.host, timeoutMs, outcome);
			if (problem !== void 0) throw new RangeError(problem);
			if (strange !== void 0) throw strange;
			return reader.finish();
		} catch (thrown) {
			if (!(thrown instanceof RangeError)) throw thrown;
			problems.push(`${worker.host}: ${thrown.message}`);
			return;
		}
	});
	if (problems.length === 0) return answers.flatMap((answer) => answer === void 0 ? [] : [answer]);
	throw stopFailure({
		code: "state-not-adopted",
		message: `the deployed jobs cannot be read:\n${problems.sort().join("\n")}`,
		hint: "make those workers reachable, or remove them from workers.json, and run it again; nothing was changed",
		exitCode: 1
	});
}
// src/adopt/find-bucket.ts
/** Finds the bucket. Throws a `Failure` when a worker does not answer, or when it is unclear which bucket to adopt. */
async function findDeployedBucket(search) {
	const { asking, workers, jobs, hashKey } = search;
	const listings = await listBuckets(asking, workers);
	const bucketId = chooseBucket(listings, search);
	const holders = workers.flatMap((worker, at) => {
		const bucket = listings[at]?.buckets.find(({ id }) => id === bucketId);
		return bucket ? [{
			worker,
			bucket
		}] : [];
	});
	const layout = holders.some(({ bucket }) => bucket.layout === "other") ? "other" : "ours";
	const modeOf = modesFor(layout, jobs);
	const trees = await readTrees(asking, holders.map(({ worker }) => worker), {
		id: bucketId,
		inputOf: () => ({
			key: hashKey,
			modeOf
		})
	});
	return {
		bucketId,
		layout,
		findings: holders.map(({ worker: { host, hostKey, ...address }, bucket }, at) => ({
			host,
			address: {
				...address,
				...hostKey === void 0 ? {} : { hostKey }
			},
			bucket,
			trees: trees[at] ?? /* @__PURE__ */ new Map()
		}))
	};
}
// src/adopt/left-out.ts
/** Returns a sentence for each kind of data that the files on workers do not contain. */
function leftOut({ findings, layout }, { jobs, imports }) {
	const dynamic = jobs.flatMap(({ name, ports }) => ports.filter(({ number }) => number === void 0).map((port) => `${name}.${port.name}`));
	const folders = findings.flatMap(({ host, bucket, trees }) => {
		const listed = new Set(bucket.jobs.map(({ job }) => job));
		return [...trees.keys()].filter((job) => !listed.has(job)).map((job) => `${job} on ${host}`);
	});
	const missing = findings.flatMap(({ host, bucket, trees }) => bucket.jobs.filter(({ job }) => !trees.has(job)).map(({ job }) => `${job} on ${host}`));
	return [
		[imports === "none" && dynamic.length > 0, `port numbers from the pool (${dynamic.join(", ")}): they are on no worker; give them with --import, or they are assigned anew`],
		[imports === "none", "KV that hooks wrote, secrets, their history: they are on no worker; give them with --import"],
		[true, "which post_deploy hooks were still to run, and the trees before these: there is nothing to roll back to"],
		[layout === "other", "file modes: the maand CLI makes every file executable, the workspace counts"],
		[folders.length > 0, `folders of jobs that jobs.json does not list: ${folders.join(", ")}`],
		[missing.length > 0, `jobs that jobs.json lists and that have no folder, a deploy starts them: ${missing.join(", ")}`]
	].filter(([applies]) => applies).map(([, sentence]) => sentence);
}
// src/adopt/imported.ts
/**
* Reads from a JSON file the data that an adoption cannot find on workers: ports from the pool, and KV values that
* hooks wrote.
*/
const NAMESPACE = /^(?:vars|secrets)\/job\/[^/]+$/;
/**
* Parses `{ "ports": { JOB: { NAME: NUMBER } }, "kv": { NAMESPACE: { KEY: VALUE } } }`. Throws a `RangeError` that
* describes the fault.
*/
function parseImported(text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		throw new RangeError("it is not JSON");
	}
	if (!isObject(value)) throw new RangeError("it must be an object with \"ports\" and \"kv\"");
	const { ports = {}, kv = {}, ...others } = value;
	const [stray] = Object.keys(others);
	if (stray !== void 0) throw new RangeError(`"${stray}" means nothing here: there are "ports" and "kv"`);
	const isPort = (number) => Number.isSafeInteger(number) && number > 0 && number < 65536;
	if (!isTable(ports, isPort)) throw new RangeError("\"ports\" must be { job: { name: number } }");
	if (!isTable(kv, (one) => typeof one === "string")) throw new RangeError("\"kv\" must be { namespace: { key: text } }");
	const foreign = Object.keys(kv).find((namespace) => !NAMESPACE.test(namespace));
	if (foreign === void 0) return {
		ports,
		kv
	};
	throw new RangeError(`"kv" has the namespace "${foreign}": only vars/job/JOB and secrets/job/JOB are imported, a build makes the others`);
}
/**
* Adds the imported ports and KV values. Secrets are sealed with the key of this bucket. In the file, they may be plain
* text or sealed by the maand CLI. Throws a `RangeError` when a secret cannot be opened.
*/
function withImported(base, { imported, boxes, nowSeconds }) {
	const { ports, kv } = imported;
	const store = new KvStore(base.kv, () => nowSeconds);
	for (const [namespace, entries] of Object.entries(kv)) {
		const isSecret = namespace.startsWith("secrets/");
		for (const [key, value] of Object.entries(entries)) store.putExact(namespace, key, isSecret ? boxes.own.seal(openForeign(value, `${namespace} ${key}`, boxes)) : value);
	}
	return {
		...base,
		ports,
		kv: store.toHistory()
	};
}
function openForeign(value, where, { foreign }) {
	if (!isSealed(value)) return value;
	if (!foreign) throw new RangeError(`${where} is sealed, and there is no secrets/kv.key of 32 bytes to open it`);
	try {
		return foreign.open(value);
	} catch (thrown) {
		if (!(thrown instanceof SecretError)) throw thrown;
		throw new RangeError(`${where} does not open with secrets/kv.key`, { cause: thrown });
	}
}
function isTable(value, isCell) {
	return isObject(value) && Object.values(value).every((row) => isObject(row) && Object.values(row).every(isCell));
}
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// src/adopt/read-import.ts
/** Reads the file of `--import`, and the key that opens secrets from the maand CLI. */
const KV_KEY_BYTES = 32;
/**
* Reads the file and returns a function that imports its data. Throws a `Failure` (exit code 2) when the file cannot be
* read or is malformed. The returned function throws a `Failure` when a secret cannot be opened.
*/
async function readImport(file, boxes) {
	if (file === void 0) return (base) => base;
	try {
		const imported = parseImported(await readFile(file.path, "utf8"));
		return (base, nowSeconds) => orRefused(file, () => withImported(base, {
			imported,
			boxes,
			nowSeconds
		}));
	} catch (thrown) {
		throw importFailure(file, thrown);
	}
}
/**
* Returns the box for secrets of the maand CLI, or `undefined` when its key is missing or malformed. The import throws
* when it needs a missing key.
*/
async function readForeignKey(bucketDir) {
	const key = await readFile(join(bucketDir, "secrets", "kv.key")).catch(() => void 0);
	return key?.length === KV_KEY_BYTES ? createSecretBox([key]) : void 0;
}
function orRefused(file, work) {
	try {
		return work();
	} catch (thrown) {
		throw importFailure(file, thrown);
	}
}
function importFailure({ shown }, thrown) {
	return stopFailure({
		code: "state-not-adopted",
		message: `cannot import ${shown}: ${messageOf(thrown)}`,
		hint: "correct the file, and run it again; nothing was changed",
		exitCode: 2,
		cause: thrown
	});
}
// src/commands/state/keep-place.ts
/**
* Keeps in `maand.conf` where an adopted state is, so that every later command and every clone of the bucket looks for it
* there.
*/
/**
* Writes `state = "…"` when the place was asked for with a flag. An action cannot keep a file, so there the line is only
* returned. Returns undefined when maand.conf already says it, or when the default was used.
*/
async function keepPlace(input) {
	const { request, workspace, face } = input;
	const asked = request.state.location ?? (face.disk === "lost" ? stateLocation(input) : void 0);
	if (asked === void 0) return void 0;
	const value = statePlaceText(placeFor(asked, workspace.bucketDir));
	if (workspace.settings.state !== void 0 && isSame(input, asked)) return void 0;
	const line = settingLine({
		key: "state",
		value
	});
	if (face.disk === "lost") return {
		line,
		written: false
	};
	try {
		await writeSetting(workspace.bucketDir, {
			key: "state",
			value,
			purpose: "Where the state of this bucket is kept."
		});
		return {
			line,
			written: true
		};
	} catch (thrown) {
		return {
			line,
			written: false,
			problem: messageOf(thrown)
		};
	}
}
/** Returns whether maand.conf alone leads to the place that was asked for. */
function isSame(input, asked) {
	const { state } = input.workspace.settings;
	if (asked.kind !== "file") return state?.kind === asked.kind;
	const { request } = input;
	const said = stateLocation({
		...input,
		request: { state: {
			...request.state,
			location: void 0
		} }
	});
	return said.kind === "file" && said.folder === asked.folder;
}
/** Returns the place as maand.conf has it: a folder of the bucket is relative to the bucket. */
function placeFor(location, bucketDir) {
	if (location.kind === "bucket") return {
		kind: "file",
		folder: "data"
	};
	if (location.kind !== "file") return location;
	const below = relative(bucketDir, location.folder);
	return {
		kind: "file",
		folder: below !== "" && !below.startsWith("..") && !isAbsolute(below) ? below : location.folder
	};
}
/** Returns what to do with the line, as lines of text. */
function lineText({ line, written, problem }) {
	if (written) return `maand.conf now says where the state is kept: ${line}; commit it\n`;
	return `to keep where the state is, write this line into maand.conf and commit it: ${line}${problem === void 0 ? "" : ` (it could not be written: ${problem})`}\n`;
}
// src/commands/state/state-adopt.ts
/**
* `maand state adopt [BUCKET-ID]`: makes a state from the files deployed on the workers. It serves a bucket that has no
* state, and it neither starts nor stops a job.
*/
async function adoptState(input, bucketId) {
	try {
		var _usingCtx$3 = _usingCtx();
		const { face, request, workspace } = input;
		const keys = await openKeys(input);
		const boxes = {
			own: boxOf(keys),
			foreign: await readForeignKey(workspace.bucketDir)
		};
		const importInto = await readImport(importFile(input), boxes);
		const owner = ownerOf(input);
		const held = _usingCtx$3.a(await lockState(input, await openStore(input, keys, { adopt: true })));
		const base = importInto(blankState(documentIn(await held.load()) ?? newDocument(stateName({
			request,
			workspace,
			identity: face.identity
		}), boxes.own)), Math.floor(Date.now() / 1e3));
		const { found, hostKeys } = await askWorkers$1(input, base, {
			bucketId,
			hashKey: openHashKey(boxes.own, base)
		});
		const versions = new Map(workspace.jobs.map(({ name, version }) => [name, version || void 0]));
		const document = {
			...adoptedDocument({
				...base,
				hostKeys
			}, {
				...found,
				versionOf: (job) => versions.get(job)
			}),
			serial: base.serial + 1,
			repairs: [adoptionRecord(owner, found, /* @__PURE__ */ new Date())]
		};
		await held.save(document);
		return toResult$2(document, {
			found,
			line: await keepPlace(input)
		}, input);
	} catch (_) {
		_usingCtx$3.e = _;
	} finally {
		await _usingCtx$3.d();
	}
}
function importFile({ request, face }) {
	const { import: shown } = request.repair;
	return shown === void 0 ? void 0 : {
		path: resolve(face.workingDirectory, shown),
		shown
	};
}
/** Asks the workers. Returns the deployed files that they report, and the host keys that are known afterwards. */
async function askWorkers$1({ tools, workspace, face }, base, { bucketId, hashKey }) {
	try {
		var _usingCtx3 = _usingCtx();
		const { bucketDir, settings, jobs } = workspace;
		const ledger = new Ledger(base, {
			nowSeconds: () => 0,
			save: async () => {}
		});
		return {
			found: await findDeployedBucket({
				asking: {
					transport: _usingCtx3.a(await tools.openTransport({
						bucketDir,
						settings,
						ledger
					})),
					parallelWorkers: settings.parallelWorkers,
					signal: face.signal
				},
				workers: workspace.workers.map((worker) => addressOf(worker, settings)),
				jobs,
				name: base.name,
				wanted: bucketId,
				hashKey
			}),
			hostKeys: Object.fromEntries(ledger.hostKeys)
		};
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
function toResult$2(document, { found, line }, input) {
	const { bucketId, updateSeq, serial, allocations } = document;
	const rows = allocations.map(({ job, host, disabled, currentVersion }) => ({
		job,
		worker: host,
		disabled,
		version: currentVersion
	}));
	const imports = input.request.repair.import === void 0 ? "none" : "given";
	const left = leftOut(found, {
		jobs: input.workspace.jobs,
		imports
	});
	return resultOf({
		exitCode: 0,
		data: {
			ok: true,
			bucket_id: bucketId,
			update_seq: updateSeq,
			serial,
			allocations: rows,
			not_taken_over: left,
			...line && { maand_conf: line }
		},
		wording: "name",
		show: (json) => ({
			json,
			text: adoptedText(json, found.findings.length)
		})
	});
}
function adoptedText({ bucket_id: bucketId, update_seq: updateSeq, allocations: rows, not_taken_over: left, maand_conf: line }, workerCount) {
	return [
		`adopted bucket ${bucketId}, update ${updateSeq}: ${rows.length} allocations on ${workerCount} workers\n`,
		rows.length === 0 ? "" : tableText([
			"job",
			"worker",
			"version",
			""
		], rows.map(({ job, worker, version, disabled }) => [
			job,
			worker,
			version,
			disabled ? "disabled" : ""
		])),
		"not taken over:\n",
		...left.map((one) => `  ${one}\n`),
		"nothing was started or stopped; maand plan shows what a deploy would change\n",
		line === void 0 ? "" : lineText(line)
	].join("");
}
// src/commands/state/state-export.ts
/** `maand state export`: prints the state document as JSON. Secrets and private keys in it stay sealed. */
const SEALED = "secrets and private keys in it are sealed; hosts, users and variables are in clear";
async function exportState(input) {
	const { face, request } = input;
	const document = await readDocument(input, await openKeys(input));
	if (!document) throw stopFailure({
		code: "state-missing",
		message: "there is no state to export",
		hint: "the first build makes it",
		exitCode: 2
	});
	const { outPath: path } = request;
	const stored = toStored(document);
	const text = `${JSON.stringify(stored, null, 1)}\n`;
	if (path !== void 0) {
		await replaceFile(path, text).catch((thrown) => {
			throw new Failure(`cannot write ${path}: ${messageOf(thrown)}`, {
				exitCode: 1,
				cause: thrown
			});
		});
		return resultOf({
			exitCode: 0,
			data: {
				ok: true,
				file: path,
				serial: document.serial
			},
			wording: "name",
			show: (json) => ({
				json,
				text: `serial ${json.serial} is in ${path}; ${SEALED}\n`
			})
		});
	}
	face.emit({
		type: "noticed",
		level: "info",
		message: SEALED
	});
	const inLog = `serial ${document.serial} is in the file of the output result\n`;
	return resultOf({
		exitCode: 0,
		data: stored,
		wording: "name",
		show: (json) => ({
			json,
			text: face.audience === "log" ? inLog : text
		})
	});
}
// src/state/repairs.ts
/** A hash that no tree has. It makes the next deploy roll out the allocation again. */
const UNKNOWN_TREE = "unknown";
/**
* Returns the document that replaces all copies. When a worker is newer than the document, the tree that runs there is
* unknown. The next deploy then rolls out the worker's allocations again.
*/
function repairDocument(document, { record, serial, seen }) {
	const isNewer = (host) => (seen.get(host) ?? 0) > document.updateSeq;
	return {
		...document,
		serial,
		updateSeq: Math.max(document.updateSeq, ...seen.values()),
		allocations: document.allocations.map((one) => isNewer(one.host) ? withUnknownTree(one) : one),
		repairs: [...document.repairs ?? [], record].slice(-50)
	};
}
function withUnknownTree(record) {
	const { applied, promoted, delivered, ...rest } = record;
	const deployed = applied ?? promoted;
	if (!deployed) return {
		...rest,
		...delivered === void 0 ? {} : { delivered }
	};
	return {
		...rest,
		promoted: {
			hash: UNKNOWN_TREE,
			version: deployed.version
		}
	};
}
// src/commands/state/state-show.ts
async function showState(input) {
	const picture = await inspectState(input, await openKeys(input), { purpose: "show" });
	return resultOf({
		exitCode: picture.verdict.kind === "stopped" ? 3 : 0,
		data: picture,
		wording: PICTURE_WORDING,
		show: (shown) => ({
			json: pictureJson(shown),
			text: pictureText(shown)
		})
	});
}
const PICTURE_WORDING = {
	name: "name",
	copies: {
		where: "name",
		lineage: "name",
		digest: "name",
		writer: "name",
		problem: "text"
	},
	locks: "name",
	verdict: {
		message: "text",
		hint: "text",
		document: "name"
	},
	cacheReadOnly: "text"
};
/** Returns the picture of the state in the form that `--json` prints. */
function pictureJson({ name, copies, locks, verdict }) {
	const document = verdict.kind === "none" ? void 0 : verdict.document;
	return {
		ok: verdict.kind !== "stopped",
		name,
		verdict: verdict.kind,
		...verdict.kind === "stopped" ? stopJson(verdict) : {},
		lineage: document?.bucketId ?? null,
		serial: document?.serial ?? null,
		update_seq: document?.updateSeq ?? null,
		copies: copies.map(copyJson),
		members: document?.holders ?? [],
		locks: locks.map(lockJson),
		pending: pendingOf(document),
		host_keys: document?.hostKeys ?? {},
		repairs: (document?.repairs ?? []).map(({ runId, ...repair }) => ({
			...repair,
			run_id: runId
		}))
	};
}
function stopJson({ code, message, hint }) {
	return {
		code,
		error: message,
		hint,
		see: SECTIONS[code]
	};
}
function copyJson({ where, status, lineage, serial, digest, updateSeq, writer, problem }) {
	return {
		where,
		status,
		lineage,
		serial,
		digest,
		update_seq: updateSeq,
		writer,
		problem
	};
}
function lockJson({ where, token, runId, command, actor, url, since, renewedSecondsAgo, ttlSeconds }) {
	return {
		where,
		token,
		run_id: runId,
		command,
		actor,
		url,
		since,
		renewed_seconds_ago: renewedSecondsAgo,
		ttl_seconds: ttlSeconds
	};
}
/** Returns the work that an earlier run started and did not finish. */
function pendingOf(document) {
	const named = ({ job, host }) => ({
		job,
		worker: host
	});
	const allocations = document?.allocations ?? [];
	return {
		delivered: allocations.filter(isOnlyDelivered).map(named),
		applied: allocations.filter(({ applied }) => applied !== void 0).map(named),
		post_deploy: document?.postDeployPending ?? []
	};
}
function isOnlyDelivered({ delivered, applied, promoted }) {
	return delivered !== void 0 && delivered !== (applied ?? promoted)?.hash;
}
/** Returns the picture as text for a terminal. */
function pictureText(picture) {
	const { name, copies, locks, verdict } = picture;
	const document = verdict.kind === "none" ? void 0 : verdict.document;
	return [
		`state of "${name}": ${verdictText(picture)}\n`,
		document ? `bucket ${document.bucketId}, serial ${document.serial}, update ${document.updateSeq}\n` : "",
		"\n",
		copies.length === 0 ? "nobody was asked for a copy\n" : copiesTable(copies),
		"\n",
		locks.length === 0 ? "no lock is held\n" : locks.map((lock) => `locked: ${lockText(lock)}\n`).join(""),
		document ? documentText(document) : "",
		verdict.kind === "stopped" ? `what to do: ${adviceOf(verdict)}\n` : ""
	].join("");
}
function verdictText({ verdict }) {
	switch (verdict.kind) {
		case "proven": return "proven";
		case "none": return "there is none yet";
		case "stopped": return `no run starts from it\n${verdict.message}`;
	}
}
function copiesTable(copies) {
	return tableText([
		"copy",
		"serial",
		"update",
		"digest",
		"bucket",
		"written by"
	], copies.map(({ where, status, serial, updateSeq, digest, lineage, writer, problem }) => [
		where,
		serial === void 0 ? "-" : String(serial),
		updateSeq === void 0 ? "-" : String(updateSeq),
		digest?.slice(0, 12) ?? "-",
		lineage?.slice(0, 8) ?? "-",
		status === "found" ? writer ?? "" : status === "none" ? "there is none" : `${status}: ${problem ?? ""}`
	]));
}
function lockText(lock) {
	const { renewedSecondsAgo, ttlSeconds } = lock;
	const life = renewedSecondsAgo === void 0 ? "" : `; renewed ${renewedSecondsAgo} s ago, ends ${ttlSeconds} s after that`;
	return `${describeLock(lock)}${life}`;
}
function documentText(document) {
	const { holders = [], hostKeys, repairs = [] } = document;
	const { delivered, applied, post_deploy: postDeploy } = pendingOf(document);
	const names = (list) => list.map(({ job, worker }) => `${job}@${worker}`).join(", ");
	return [
		["held by", holders.join(", ")],
		["delivered, not started", names(delivered)],
		["started, health not confirmed", names(applied)],
		["post_deploy pending", postDeploy.join(", ")],
		...Object.entries(hostKeys).map(([address, line]) => [`host key of ${address}`, line]),
		...repairs.map(({ at, actor, what, reason }) => ["by hand", `${at} by ${actor}: ${what} (${reason})`])
	].map(([what, text]) => text === "" ? "" : `${what}: ${text}\n`).join("");
}
// src/commands/state/state-recover.ts
/**
* `maand state recover`: an operator declares a copy valid, although nothing proves that it is the newest. The copy becomes
* the state in every place that answers. Its new serial is above all serials that were seen. The state records the operator
* and the reason.
*/
async function recoverState(input) {
	const { from, acceptRollback, reason } = input.request.repair;
	if (reason === void 0) throw noReason(input);
	const hosts = input.workspace.workers.map(({ host }) => host);
	if (from !== void 0 && !hosts.includes(from)) throw stopFailure({
		code: "state-command",
		message: `${from} is not a worker of this bucket`,
		hint: `there are: ${hosts.join(", ")}`,
		exitCode: 2
	});
	const keys = await openKeys(input);
	const before = await inspectState(input, keys, { purpose: "change" });
	const { verdict } = before;
	if (verdict.kind === "none") throw nothingThere();
	if (verdict.kind === "proven" && from === void 0 && !acceptRollback) return nothingToDo$1(before);
	const written = await takeOver({
		input,
		keys,
		overrides: {
			acceptUnproven: !(verdict.kind === "proven" && from === void 0),
			acceptRollback,
			...from === void 0 ? {} : { from }
		},
		what: whatIsOverridden(verdict, from),
		reason
	});
	return toResult$1({
		before,
		after: await inspectState(input, keys, { purpose: "show" }),
		written
	});
}
/** Describes the rule that the operator overrides. The state records this text. */
function whatIsOverridden(verdict, from) {
	if (verdict.kind === "stopped") return verdict.message;
	const { serial } = verdict.document;
	return from === void 0 ? `serial ${serial} was accepted although workers may be newer` : `the copy of ${from} was chosen over serial ${serial}`;
}
async function takeOver({ input, keys, overrides, what, reason }) {
	try {
		var _usingCtx$2 = _usingCtx();
		const owner = ownerOf(input);
		const held = _usingCtx$2.a(await lockState(input, await openStore(input, keys, overrides)));
		const loaded = await held.load();
		if (loaded.kind === "none") throw nothingThere();
		const { document } = loaded;
		openHashKey(boxOf(keys), document);
		const { copies } = await inspectState(input, keys, {
			purpose: "change",
			overrides
		});
		const identities = identitiesIn(loaded.sights ?? await askWorkers(input, document), document.bucketId);
		const seen = identities.map(({ host, updateSeq }) => [host, updateSeq]);
		const written = Math.max(0, ...identities.map(({ writer }) => writer?.serial ?? 0));
		const next = repairDocument(document, {
			record: {
				at: (/* @__PURE__ */ new Date()).toISOString(),
				actor: owner.actor,
				runId: owner.runId,
				what: `recovered from serial ${document.serial}: ${what}`,
				reason
			},
			serial: Math.max(serialAbove(copies), written + 1),
			seen: new Map(seen)
		});
		await held.save(next);
		return next;
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
	}
}
/** Returns the content of the bucket's `worker.json` from each worker that has this file. */
function identitiesIn(sights, bucketId) {
	return [...sights.values()].flatMap((sight) => {
		if (sight.kind === "silent") return [];
		const identity = sight.facts.buckets.get(bucketId)?.identity;
		return typeof identity === "object" ? [{
			host: sight.facts.host,
			...identity
		}] : [];
	});
}
/** Asks the workers when the state is in a file. Without an SSH key, returns an empty map. */
async function askWorkers({ tools, workspace, face }, document) {
	try {
		var _usingCtx3 = _usingCtx();
		const { bucketDir, settings, workers } = workspace;
		const ledger = new Ledger(document, {
			nowSeconds: () => 0,
			save: async () => {}
		});
		try {
			await tools.describeSshKey(workspace);
		} catch (thrown) {
			if (thrown instanceof Failure) return /* @__PURE__ */ new Map();
			throw thrown;
		}
		const transport = _usingCtx3.a(await tools.openTransport({
			bucketDir,
			settings,
			ledger
		}));
		return lookAtWorkers({
			ask: (...asked) => transport.exec(...asked),
			parallelWorkers: settings.parallelWorkers
		}, workers.map((worker) => addressOf(worker, settings)), face.signal);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
function nothingThere() {
	return stopFailure({
		code: "state-missing",
		message: "there is no state to recover",
		hint: "the first build makes it",
		exitCode: 2
	});
}
function noReason({ request }) {
	const { from, acceptRollback } = request.repair;
	const words = [
		"maand state recover",
		from === void 0 ? "" : `--from ${from}`,
		acceptRollback ? "--accept-rollback" : ""
	];
	return stopFailure({
		code: "state-command",
		message: "state recover needs a reason, because it overrides the protection of the state",
		hint: `give the reason, which is kept in the state: ${words.filter(Boolean).join(" ")} --reason "…"`,
		exitCode: 2
	});
}
function nothingToDo$1(picture) {
	return resultOf({
		exitCode: 0,
		data: picture,
		wording: PICTURE_WORDING,
		show: (shown) => ({
			json: {
				ok: true,
				recovered: false,
				before: pictureJson(shown)
			},
			text: `${pictureText(shown)}\nnothing to recover: this state is proven\n`
		})
	});
}
function toResult$1({ before, after, written }) {
	const proven = after.verdict.kind === "proven" && after.verdict.document.serial === written.serial;
	const verdict = proven ? `recovered: serial ${written.serial} is the state from now on; look at maand plan before the next deploy\n` : `serial ${written.serial} was written, and is not proven yet: see above\n`;
	return resultOf({
		exitCode: proven ? 0 : 3,
		data: {
			before,
			after
		},
		wording: {
			before: PICTURE_WORDING,
			after: PICTURE_WORDING
		},
		show: (shown) => ({
			json: {
				ok: proven,
				recovered: true,
				before: pictureJson(shown.before),
				after: pictureJson(shown.after)
			},
			text: `before:\n${pictureText(shown.before)}\nafter:\n${pictureText(shown.after)}\n${verdict}`
		})
	});
}
// src/state/reseal.ts
/** Seals every sealed text of a state again when one key replaces another. */
/**
* Opens every sealed text with `from` and seals it with `to`: the KV values with their history, the keys of
* certificates, and the digest key.
*/
function resealDocument(document, from, to) {
	const places = [];
	let count = 0;
	const resealed = mapTexts(document, [], (text, path) => {
		if (!isSealed(text)) return text;
		const plain = openOr(from, text);
		if (plain === void 0) places.push(path.join(" / "));
		else count++;
		return plain === void 0 ? text : to.seal(plain);
	});
	return places.length > 0 ? {
		kind: "refused",
		places
	} : {
		kind: "resealed",
		document: resealed,
		count
	};
}
/** Returns the places of the sealed texts that `box` cannot open. */
function unopenable(document, box) {
	const result = resealDocument(document, box, box);
	return result.kind === "refused" ? [...result.places] : [];
}
function openOr(box, sealed) {
	try {
		return box.open(sealed);
	} catch (thrown) {
		if (thrown instanceof SecretError) return void 0;
		throw thrown;
	}
}
function mapTexts(value, path, map) {
	if (typeof value === "string") return map(value, path);
	if (Array.isArray(value)) return value.map((item, at) => mapTexts(item, [...path, String(at)], map));
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value).map(([key, item]) => [key, mapTexts(item, [...path, key], map)]);
	return Object.fromEntries(entries);
}
// src/commands/state/state-rotate-key.ts
/**
* `maand state rotate-key`: seals the state, and every secret and private key in it, with the first key. The old key stays
* available until its owner removes it, so the state can be opened at every moment.
*/
async function rotateKey(input) {
	const rotation = input.request.repair.newKey ? await planNewKey(input) : await planGivenKeys(input);
	const [current] = rotation.keys;
	if (current === void 0) throw new Error("a rotation without a key");
	if (await problemWith(input, current) === void 0) return nothingToDo(current, rotation);
	const resealed = await reseal(input, rotation);
	const problem = await problemWith(input, current);
	if (problem !== void 0) throw stopFailure({
		code: "state-key",
		message: `the state was sealed again, and does not open with the new key alone: ${problem}`,
		hint: "keep the old key, and run maand state rotate-key again",
		exitCode: 1
	});
	return resultOf({
		exitCode: 0,
		data: {
			ok: true,
			rotated: true,
			key_id: keyId(current),
			...resealed
		},
		wording: "name",
		show: (json) => ({
			json,
			text: [`serial ${json.serial} and everything sealed in it (${json.sealed}) are now under key ${json.key_id}, and open with it alone\n`, `the old key is no longer needed: ${rotation.removeOld}. Backups and exports made before still need it\n`].join("")
		})
	});
}
async function planGivenKeys(input) {
	const keys = await openKeys(input);
	const source = input.face.disk === "lost" ? "the secret behind the input state-key" : sourceOnCommandLine(input);
	if (keys.length > 1) return {
		keys,
		keep: async () => {},
		removeOld: `remove all lines but the first from ${source}`
	};
	const make = "put a new one in its first line (openssl rand -hex 32) and keep the old one below";
	throw stopFailure({
		code: "state-key",
		message: `there is only one key in ${source}, so there is nothing to rotate to`,
		hint: source.startsWith("/") ? `${make}, or run: maand state rotate-key --new-key` : make,
		exitCode: 2
	});
}
function sourceOnCommandLine({ request, workspace }) {
	return request.state.key === void 0 ? stateKeyFile(workspace.bucketDir) : "MAAND_STATE_KEY";
}
/**
* Makes a new key. Throws a `Failure` when the key does not come from a file of the bucket, because this program cannot
* replace such a key.
*/
async function planNewKey(input) {
	const { request, face, workspace } = input;
	if (request.state.key !== void 0 || face.disk === "lost") throw stopFailure({
		code: "state-key",
		message: "--new-key needs a key in the file secrets/state.key, but the key was given as a secret or variable",
		hint: "put a new key in the first line of the secret, keep the old one below, and run it without --new-key",
		exitCode: 2
	});
	const older = await openKeys(input);
	const made = randomBytes(32).toString("hex");
	face.masker.add(made);
	const path = stateKeyFile(workspace.bucketDir);
	return {
		keys: [...parseStateKeys(made, "the new key"), ...older],
		keep: async () => replaceFile(path, `${made}\n${(await readFile(path, "utf8")).trim()}\n`),
		removeOld: `remove all lines but the first from ${path}`
	};
}
async function reseal(input, { keys, keep }) {
	try {
		var _usingCtx$1 = _usingCtx();
		const held = _usingCtx$1.a(await lockState(input, await openStore(input, keys)));
		const document = documentIn(await held.load());
		if (!document) throw stopFailure({
			code: "state-missing",
			message: "there is no state to seal again",
			hint: "the first build makes it",
			exitCode: 2
		});
		const result = resealDocument(document, boxOf(keys), boxOf(keys.slice(0, 1)));
		if (result.kind === "refused") throw stopFailure({
			code: "state-other-key",
			message: `none of the given keys opens: ${result.places.join("; ")}`,
			hint: "add the key that sealed it as one more line; nothing was changed"
		});
		await keep();
		const serial = document.serial + 1;
		await held.save({
			...result.document,
			serial
		});
		return {
			serial,
			sealed: result.count
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** Returns why this key alone does not open the newest state. Returns undefined when the key opens it. */
async function problemWith(input, key) {
	try {
		const document = await readDocument(input, [key]);
		if (!document) return "there is none";
		const places = unopenable(document, boxOf([key]));
		return places.length === 0 ? void 0 : `it does not open ${places.join("; ")}`;
	} catch (thrown) {
		if (thrown instanceof Failure) return thrown.message;
		throw thrown;
	}
}
function nothingToDo(key, { removeOld }) {
	return resultOf({
		exitCode: 0,
		data: {
			ok: true,
			rotated: false,
			key_id: keyId(key)
		},
		wording: "name",
		show: (json) => ({
			json,
			text: `everything is sealed with key ${json.key_id} already: ${removeOld}\n`
		})
	});
}
// src/commands/state/state-unlock.ts
/**
* `maand state unlock TOKEN|RUN-ID`: breaks exactly the lock with that token or run id. The command opens no sealed data, so
* it needs no state key.
*/
async function unlockState(input, word) {
	if (word === void 0) throw stopFailure({
		code: "state-command",
		message: "state unlock needs the token or run id of the lock to break",
		hint: "maand state show tells who has the lock",
		exitCode: 2
	});
	return toResult(await (await openInspector(input, [], { purpose: "change" })).unlock(word, input.face.signal), word);
}
function toResult(unlocking, word) {
	switch (unlocking.kind) {
		case "another": throw stopFailure({
			code: "state-locked",
			message: `"${word}" is not the token or run id of the lock: ${unlocking.locks.map(describeLock).join("; ")}`,
			hint: "if that run is certainly dead, give its token"
		});
		case "none": {
			const { unasked } = unlocking;
			return resultOf({
				exitCode: unasked.length === 0 ? 0 : 1,
				data: {
					ok: unasked.length === 0,
					unlocked: false,
					problems: unasked
				},
				wording: { problems: "text" },
				show: (json) => ({
					json,
					text: `there is no lock\n${json.problems.map((one) => `did not answer: ${one}\n`).join("")}`
				})
			});
		}
		case "broken": {
			const { lock, problems } = unlocking;
			const { where, token, runId: run_id, command, actor, url, since } = lock;
			return resultOf({
				exitCode: problems.length === 0 ? 0 : 1,
				data: {
					ok: problems.length === 0,
					unlocked: true,
					lock: {
						where,
						token,
						run_id,
						command,
						actor,
						url,
						since
					},
					problems
				},
				wording: {
					lock: "name",
					problems: "text"
				},
				show: (json) => ({
					json,
					text: `unlocked; it was ${describeLock(lock)}\n${json.problems.map((one) => `not unlocked: ${one}\n`).join("")}`
				})
			});
		}
	}
}
// src/commands/state/state.ts
/** `maand state VERB`: commands that let an operator inspect or repair the state. Each verb has its own file. */
const VERBS = {
	show: {
		run: showState,
		usage: "show",
		options: []
	},
	unlock: {
		run: unlockState,
		usage: "unlock TOKEN|RUN-ID",
		takesOperand: true,
		options: []
	},
	export: {
		run: exportState,
		usage: "export [--out FILE]",
		options: ["outPath"]
	},
	recover: {
		run: recoverState,
		usage: "recover [--from HOST] [--accept-rollback] --reason TEXT",
		options: [
			"from",
			"acceptRollback",
			"reason"
		]
	},
	"rotate-key": {
		run: rotateKey,
		usage: "rotate-key [--new-key]",
		options: ["newKey"]
	},
	adopt: {
		run: adoptState,
		usage: "adopt [BUCKET-ID] [--import FILE]",
		takesOperand: true,
		options: ["import"]
	}
};
const FLAGS = {
	from: "--from",
	acceptRollback: "--accept-rollback",
	reason: "--reason",
	outPath: "--out",
	newKey: "--new-key",
	import: "--import"
};
async function state(call) {
	const { verb, operand } = readVerb(call.request);
	return withBucket(call, (bucket) => verb.run(bucket, operand));
}
/** Returns the verb. Throws a `Failure` (exit code 2) for every option or operand that the verb does not use. */
function readVerb({ operands, repair, outPath }) {
	const [word = "", operand] = operands;
	const name = word.replaceAll("_", "-");
	const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : void 0;
	const usage = (one) => `maand state ${one.usage}`;
	if (!verb) throw misused(word === "" ? "state needs a verb" : `state has no verb ${quoted(word)}`, `there are: ${Object.keys(VERBS).join(", ")}`);
	if (operand !== void 0 && !verb.takesOperand) throw misused(`state ${name} does not accept the word ${quoted(operand)}`, `usage: ${usage(verb)}`);
	const asked = {
		...repair,
		outPath
	};
	const unheard = Object.keys(FLAGS).filter((one) => Boolean(asked[one])).filter((one) => !verb.options.includes(one)).map((one) => FLAGS[one]);
	if (unheard.length === 0) return {
		verb,
		operand
	};
	throw misused(`state ${name} has no use for ${unheard.join(", ")}`, `usage: ${usage(verb)}`);
}
function misused(message, hint) {
	return stopFailure({
		code: "state-command",
		message,
		hint,
		exitCode: 2
	});
}
export { state };
