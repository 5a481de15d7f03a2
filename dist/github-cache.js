import { t as Failure } from "./failure.js";
import { i as timeoutSignal, r as newAbort, t as anySignal } from "./abort.js";
import { r as quoted } from "./quote.js";
import { n as within, r as isWebAddress } from "./limit.js";
import { c as stopFailure, f as readSmallFile, n as deriveKey, r as keyId } from "./keys.js";
import { n as mapLimit } from "./concurrency.js";
import { c as unansweredReason, t as parseFacts } from "./worker-facts.js";
import { i as shellQuote, t as workerProgram } from "./program.js";
import { i as StateFormatError, n as toStored, r as NewerStateError, t as parseDocument } from "./stored-document.js";
import { n as fingerprint } from "./known-hosts.js";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { join } from "node:path";
// src/transport/lazy-transport.ts
/**
* Returns a transport that opens the real transport at its first use. A run that uses no worker then needs no key and
* does not load the SSH library.
*/
function lazyTransport(open) {
	let opened;
	let handshakes = () => 0;
	let forget = (_after) => {};
	const use = async () => {
		opened ??= open();
		const transport = await opened;
		handshakes = () => transport.handshakes;
		forget = (after) => transport.forget(after);
		return transport;
	};
	return {
		get handshakes() {
			return handshakes();
		},
		connect: async (worker, signal) => (await use()).connect(worker, signal),
		exec: async (worker, command, signal) => (await use()).exec(worker, command, signal),
		deliver: async (worker, delivery, signal) => (await use()).deliver(worker, delivery, signal),
		forget: (after) => forget(after),
		[Symbol.asyncDispose]: async () => {
			await (await opened?.catch(() => void 0))?.[Symbol.asyncDispose]();
		}
	};
}
// src/wiring/connections.ts
/** The only SSH transport of a run. It opens at its first use. The state, deliveries, commands and probes share it. */
var Connections = class {
	#request;
	#face;
	/** Address → key line, from the state or from a worker that showed the key. */
	#pins = /* @__PURE__ */ new Map();
	#shown = /* @__PURE__ */ new Map();
	#ledger;
	#transport;
	constructor(request, face) {
		this.#request = request;
		this.#face = face;
	}
	/** Returns the shared transport. Closing it does nothing, because the connections end with the run. */
	open(place) {
		this.#transport ??= lazyTransport(() => this.#connect(place));
		const shared = this.#transport;
		return {
			get handshakes() {
				return shared.handshakes;
			},
			connect: (worker, signal) => shared.connect(worker, signal),
			exec: (worker, command, signal) => shared.exec(worker, command, signal),
			deliver: (worker, delivery, signal) => shared.deliver(worker, delivery, signal),
			forget: (after) => shared.forget(after),
			[Symbol.asyncDispose]: async () => {}
		};
	}
	/** Returns all keys that are pinned so far, each as an address and a known_hosts line. */
	get pins() {
		return [...this.#pins, ...this.#shown];
	}
	/** Pins keys from a state. A key that is already pinned is kept. */
	pin(hostKeys) {
		for (const [address, line] of hostKeys) if (!this.#pins.has(address)) this.#pins.set(address, line);
	}
	/**
	* Pins new keys in the ledger from now on. Throws a `Failure` (exit code 3) when a worker showed a different key than
	* the key in the state.
	*/
	attach(ledger) {
		this.#ledger = ledger;
		this.pin(ledger.hostKeys);
		for (const [address, line] of this.#shown) {
			const known = ledger.hostKeys.get(address);
			if (known !== void 0 && known !== line) throw changedKey(address);
			ledger.pinHostKey(address, line);
		}
	}
	/**
	* Returns the type and the fingerprint of the private key in the format of `ssh-keygen -l`. Throws a `Failure` (exit
	* code 2) when the key cannot be used.
	*/
	async describeKey({ bucketDir, settings }) {
		const text = await readPrivateKey(this.#request, this.#face, join(bucketDir, "secrets", settings.sshKey));
		const { loadSshLibrary } = await import("./ssh-library2.js");
		const { key } = await loadSshLibrary(text);
		return `${key.type} ${fingerprint(key.getPublicSSH())} (${text.source})`;
	}
	async [Symbol.asyncDispose]() {
		await this.#transport?.[Symbol.asyncDispose]();
	}
	async #connect({ bucketDir, settings }) {
		const { openSshTransport } = await import("./ssh-transport.js");
		return openSshTransport({
			privateKey: await readPrivateKey(this.#request, this.#face, join(bucketDir, "secrets", settings.sshKey)),
			knownHosts: await readKnownHosts(this.#request, bucketDir, this.#pins),
			hostKeyPolicy: this.#request.connection.hostKeyPolicy,
			onNewHostKey: (host, port, line) => this.#learn(`${host}:${port}`, line),
			proxyJump: settings.sshProxyJump,
			parallelWorkers: settings.parallelWorkers,
			onSlowDial: (title) => this.#face.emit?.({
				type: "noticed",
				level: "info",
				message: `waiting for ${title}: connecting …`
			})
		});
	}
	#learn(address, line) {
		this.#shown.set(address, line);
		this.#ledger?.pinHostKey(address, line);
	}
};
function changedKey(address) {
	return stopFailure({
		code: "host-key-changed",
		message: `${address} showed another host key than the one that the state has pinned`,
		hint: "find out why before you trust it; to accept it, add the new key to workspace/known_hosts"
	});
}
async function readPrivateKey({ connection }, face, file) {
	const { privateKey, passphrase } = connection;
	const given = face.inputNames.sshKey;
	const text = privateKey ?? await readKeyFile(file, given);
	face.masker.add(text);
	if (passphrase !== void 0) face.masker.add(passphrase);
	return {
		text,
		source: privateKey === void 0 ? file : given,
		passphrase
	};
}
async function readKeyFile(path, instead) {
	return readSmallFile(path).catch((thrown) => {
		const why = thrown.code === "ENOENT" ? "does not exist" : thrown.message.replace(/^it /, "");
		throw new Failure(`there is no SSH key: ${path} ${why}`, {
			exitCode: 2,
			hint: `put the private key there, or give it as ${instead}`
		});
	});
}
/**
* Returns the lines that people wrote, followed by the pinned keys. The lines of people come first, because messages
* ask people to add a missing line to the first source.
*/
async function readKnownHosts({ connection }, bucketDir, pinned) {
	const file = join(bucketDir, "workspace", "known_hosts");
	return [connection.knownHosts === void 0 ? {
		source: "workspace/known_hosts",
		text: await readSmallFile(file).catch(emptyWhenMissing)
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
// src/state-fleet/worker-script.ts
/**
* Builds the programs that a worker runs for the state, with their parameters. The files are below the worker's root.
* `.maand/<mark>` contains the bucket of a state name. `.maand/<mark>.lock` contains the owner of the lock.
* `.maand/<mark>.fence` contains the number of the newest lock on this worker. `<bucket id>/state/` contains HEAD and
* the newest sealed snapshots.
*/
/** The word that a run sends to release its lock. */
const RELEASE = "release";
const RELEASED = "released";
const KEPT_SNAPSHOTS = 5;
/**
* Returns the name of a state's mark file on workers. It depends only on the state's name, so a run without state and
* key can find the file.
*/
function markOf(name) {
	return createHash("sha256").update(`maand state name ${name}`).digest("hex").slice(0, 32);
}
/**
* Returns the program that describes the state on a worker. With `wish`, it takes the lock first. `sighting.ts`
* describes its answer. The program writes nothing without `wish`, and nothing on a worker that has no copy and should
* not get one.
*/
function lookScript(place, { wish, unless } = {}) {
	return stateProgram(["sight/facts", "state/look"], place, {
		wish: wish?.from ?? "",
		token: wish?.token ?? "",
		gone: wish?.goneToken ?? "",
		ttl: wish?.ttlSeconds ?? 0,
		owner: wish?.owner ?? "",
		send: unless === void 0 ? "no" : "yes",
		have: unless ?? ""
	});
}
/** Returns the program that renews the lock. The program prints `lost` when another run has the lock. */
function renewScript(place, token) {
	return stateProgram("state/renew", place, { token });
}
function releaseScript(place, token) {
	return stateProgram("state/release", place, { token });
}
/** Returns the program that makes the worker refuse lower fences. It does not lower a higher fence. */
function raiseFenceScript(place, fence) {
	return stateProgram("state/raise-fence", place, { fence });
}
/** Returns the line that removes the name of the state from a worker that left the bucket. */
function forgetLine({ root, mark }) {
	return [
		"",
		".lock",
		".fence"
	].map((end) => `rm -f ${shellQuote(`${root}/.maand/${mark}${end}`)}`).join("; ");
}
/**
* Returns the program that saves its input as a snapshot when HEAD has the expected digest. It prints `lost`,
* `conflict` or `short` when it refuses.
*/
function writeScript(place, write) {
	const { token, bucketId, expected, serial, digest, sizeBytes, head, markText } = write;
	return stateProgram("state/write", place, {
		token,
		bucket: bucketId,
		want: expected,
		size: sizeBytes,
		name: snapshotName(serial, digest),
		head,
		text: markText,
		kept: KEPT_SNAPSHOTS
	});
}
/** Returns the program that prints this snapshot as lines of hex bytes. It uses `od`, because every worker has `od`. */
function readScript({ root }, { bucketId, serial, digest }) {
	const file = `${root}/${bucketId}/state/${snapshotName(serial, digest)}`;
	return `od -An -v -tx1 ${shellQuote(file)}`;
}
/** Returns the program that prints the names of the kept snapshots, newest first. */
function listScript({ root }, bucketId) {
	return workerProgram("state/list", { variables: { folder: `${root}/${bucketId}/state` } });
}
/**
* Returns the line before every change of a worker. The line ends the shell when a newer run has had the lock on this
* worker. Otherwise it records the fence of this run.
*/
function fenceGuard({ root, mark }, fence) {
	return workerProgram("state/fence", { variables: {
		root,
		mark,
		fence
	} });
}
function snapshotName(serial, digest) {
	return `snapshot-${String(serial).padStart(12, "0")}-${digest.slice(0, 16)}`;
}
function stateProgram(names, { root, mark }, variables) {
	return workerProgram(["state/place", ...[names].flat()], { variables: {
		root,
		mark,
		...variables
	} });
}
/** First bytes of every sealed snapshot, in all formats. */
const SNAPSHOT_MAGIC = Buffer.from("MAANDSNP");
/** Size limit of a sealed snapshot. A larger snapshot is neither written nor read. */
const LARGEST_SNAPSHOT_BYTES = 67108864;
const LARGEST_HEADER_BYTES = 16384;
const LENGTH_BYTES = 4;
function refuse(code, message) {
	return {
		kind: "refused",
		code,
		message
	};
}
/** Reads the header of a sealed snapshot. This needs no key and proves nothing about the contents. */
function readSnapshotHeader(bytes) {
	if (!bytes.subarray(0, SNAPSHOT_MAGIC.length).equals(SNAPSHOT_MAGIC)) return refuse("not-a-snapshot", "it is not a sealed state of this program");
	if (bytes.length > 67108864) return refuse("too-large", `it has ${bytes.length} bytes, ${LARGEST_SNAPSHOT_BYTES} at most are looked into`);
	const startsAt = SNAPSHOT_MAGIC.length + LENGTH_BYTES;
	if (bytes.length < startsAt) return refuse("damaged", "it ends within its header");
	const length = bytes.readUInt32BE(SNAPSHOT_MAGIC.length);
	const endsAt = startsAt + length;
	if (length > LARGEST_HEADER_BYTES) return refuse("damaged", "its header has an impossible length");
	if (endsAt > bytes.length) return refuse("damaged", "it ends within its header");
	const wire = parseObject(bytes.toString("utf8", startsAt, endsAt));
	const format = wire?.format;
	if (typeof format === "number" && format > 1) return refuse("newer-format", `it has format ${format}, written by a newer version; this one knows format 1`);
	const header = wire && fromWire(wire);
	return header ? {
		kind: "header",
		header,
		endsAt
	} : refuse("damaged", "its header is not one of this program");
}
/**
* Returns `magic | header length | header JSON`. Throws for a header that the reader would not accept, which is a bug.
*/
function writeSnapshotHeader(header) {
	const json = Buffer.from(JSON.stringify(toWire(header)));
	if (json.length > LARGEST_HEADER_BYTES) throw new Error(`the header of a snapshot has ${json.length} bytes`);
	const length = Buffer.alloc(LENGTH_BYTES);
	length.writeUInt32BE(json.length);
	return Buffer.concat([
		SNAPSHOT_MAGIC,
		length,
		json
	]);
}
function toWire(header) {
	const { format, name, lineage, serial, updateSeq, parent, at, kid, salt } = header;
	const { runId, attempt, sha, ref, actor } = header.writer;
	return {
		format,
		name,
		lineage,
		serial,
		update_seq: updateSeq,
		parent,
		writer: {
			run_id: runId,
			attempt,
			sha,
			ref,
			actor
		},
		at,
		kid,
		salt
	};
}
function fromWire(wire) {
	const { format, name, lineage, serial, update_seq: updateSeq, parent, at, kid, salt } = wire;
	const writer = isObject(wire.writer) ? writerFromWire(wire.writer) : void 0;
	if (format !== 1 || writer === void 0 || !isCount(serial) || !isCount(updateSeq)) return void 0;
	if (!isText(name) || !isText(lineage) || !isText(parent) || !isText(at) || !isText(kid) || !isText(salt)) return;
	return {
		format,
		name,
		lineage,
		serial,
		updateSeq,
		parent,
		writer,
		at,
		kid,
		salt
	};
}
function writerFromWire({ run_id: runId, attempt, sha, ref, actor }) {
	if (!isText(runId) || !isCount(attempt) || !isText(sha) || !isText(ref) || !isText(actor)) return void 0;
	return {
		runId,
		attempt,
		sha,
		ref,
		actor
	};
}
function parseObject(text) {
	try {
		const value = JSON.parse(text);
		return isObject(value) ? value : void 0;
	} catch {
		return;
	}
}
const isText = (value) => typeof value === "string";
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
// src/state/snapshot.ts
/**
* Seals and opens the snapshots of the state that leave this machine (docs/state-design.md): `magic | header length |
* header JSON | nonce | AES-256-GCM(gzip(state JSON)) | tag`. The tag also authenticates everything before the
* ciphertext, so a header cannot be combined with other contents.
*/
const CIPHER = "aes-256-gcm";
const NONCE_BYTES$1 = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 32;
/** Measured with `bench/state.ts`: levels 1 to 3 cost the same; level 6 costs a third more CPU for 3 % fewer bytes. */
const GZIP = {
	level: 3,
	chunkSize: 262144
};
/**
* Seals a document with a key that is derived from the state key and a random salt. Throws a `Failure` (exit code 1)
* when the document is too large.
*/
async function sealSnapshot({ document, parent, writer, at, keys }) {
	const [key] = keys;
	if (key === void 0) throw new Error("no key to seal with");
	const salt = randomBytes(SALT_BYTES);
	const header = writeSnapshotHeader({
		format: 1,
		name: document.name,
		lineage: document.bucketId,
		serial: document.serial,
		updateSeq: document.updateSeq,
		parent,
		writer,
		at: at.toISOString(),
		kid: keyId(key),
		salt: salt.toString("base64")
	});
	const packed = await promisify(gzip)(JSON.stringify(toStored(document)), GZIP);
	const clear = Buffer.concat([header, randomBytes(NONCE_BYTES$1)]);
	const cipher = createCipheriv(CIPHER, snapshotKey(key, salt), clear.subarray(header.length)).setAAD(clear);
	const sealed = Buffer.concat([
		clear,
		cipher.update(packed),
		cipher.final(),
		cipher.getAuthTag()
	]);
	if (sealed.length <= 67108864) return sealed;
	throw stopFailure({
		code: "state-unusable",
		message: `the state is too large: ${sealed.length} bytes sealed, ${LARGEST_SNAPSHOT_BYTES} at most`,
		hint: "maand gc drops old values of the KV store",
		exitCode: 1
	});
}
/**
* Returns the document of a snapshot. First proves that one of the keys sealed the snapshot, that the snapshot is
* complete, and that it is the requested snapshot. Never throws for wrong bytes.
*/
async function openSnapshot(request) {
	const read = readSnapshotHeader(request.bytes);
	if (read.kind === "refused") return read;
	const { header } = read;
	const foreign = refuseForeign(header, request.expect);
	if (foreign) return foreign;
	const key = request.keys.find((candidate) => keyId(candidate) === header.kid);
	if (key === void 0) {
		const ours = request.keys.map(keyId).join(", ");
		return refuse("other-key", `it is sealed with another state key: id ${quoted(header.kid)}, given are: ${ours}`);
	}
	const packed = decrypt(request.bytes, read, key);
	if (packed === void 0) return refuse("damaged", "its seal is broken: bytes were changed or are missing");
	const text = await inflate(packed, request.largestDocumentBytes ?? 536870912);
	return typeof text === "string" ? readSealedDocument(text, header) : text;
}
/** Returns the SHA-256 of a sealed snapshot in hex. The next snapshot contains this digest as its `parent`. */
function snapshotDigest(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
function refuseForeign(header, { name, lineage }) {
	if (header.name !== name) return refuse("wrong-name", `it is the state of ${quoted(header.name)}, this bucket is ${quoted(name)}`);
	if (lineage === void 0 || header.lineage === lineage) return void 0;
	return refuse("wrong-lineage", `it is of lineage ${quoted(header.lineage)}, expected is ${quoted(lineage)}`);
}
function snapshotKey(key, salt) {
	return Buffer.from(hkdfSync("sha256", deriveKey(key, "snapshot"), salt, "maand sealed snapshot v1", 32));
}
function decrypt(bytes, { header, endsAt }, key) {
	const from = endsAt + NONCE_BYTES$1;
	const to = bytes.length - TAG_BYTES;
	if (to < from) return void 0;
	const nonce = bytes.subarray(endsAt, from);
	const decipher = createDecipheriv(CIPHER, snapshotKey(key, Buffer.from(header.salt, "base64")), nonce, { authTagLength: TAG_BYTES });
	decipher.setAAD(bytes.subarray(0, from)).setAuthTag(bytes.subarray(to));
	try {
		return Buffer.concat([decipher.update(bytes.subarray(from, to)), decipher.final()]);
	} catch {
		return;
	}
}
async function inflate(packed, largestBytes) {
	try {
		return (await promisify(gunzip)(packed, {
			maxOutputLength: largestBytes,
			chunkSize: GZIP.chunkSize
		})).toString("utf8");
	} catch (thrown) {
		if (thrown.code === "ERR_BUFFER_TOO_LARGE") return refuse("too-large", `it is larger than ${largestBytes} bytes when unpacked`);
		return refuse("damaged", "what was sealed cannot be unpacked");
	}
}
async function readSealedDocument(text, header) {
	try {
		const document = await parseDocument(text);
		const { name, bucketId, serial, updateSeq } = document;
		if (!(name === header.name && bucketId === header.lineage) || serial !== header.serial || updateSeq !== header.updateSeq) return refuse("damaged", "its header and its contents are of different states");
		return {
			kind: "opened",
			header,
			document
		};
	} catch (thrown) {
		if (!(thrown instanceof StateFormatError)) throw thrown;
		return refuse(thrown instanceof NewerStateError ? "newer-format" : "damaged", thrown.message);
	}
}
// src/state-fleet/holders/sighting.ts
/**
* Parses the answer to `lookScript`, which describes the state on a worker. Any part of the answer may be wrong, so
* nothing is trusted without proof.
*/
/** Parses the answer. Throws a `RangeError` when the answer is incomplete. */
function parseSighting(host, text) {
	const lines = text.split("\n").filter((line) => line !== "");
	if (lines[0] !== "maand-state 1" || lines.at(-1) !== "end") throw new RangeError("its answer is not whole");
	const all = (word) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
	const now = Number(all("now")[0]);
	return {
		host,
		mark: all("mark")[0],
		head: parseHead(all("head")),
		lock: parseLock(all("lock")[0], now),
		fence: countOf(all("fence")[0]),
		replaced: all("replaced").length > 0,
		facts: parseFacts(host, lines)
	};
}
/** Returns the text of the HEAD file, with one field on each line. */
function headText({ name, lineage, serial, digest, updateSeq, writer }) {
	return [
		`name ${name}`,
		`lineage ${lineage}`,
		`serial ${serial}`,
		`digest ${digest}`,
		`update_seq ${updateSeq}`,
		`writer ${writer}`
	].join("\n");
}
function parseHead(lines) {
	if (lines.length === 0) return void 0;
	const field = (word) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1) ?? "";
	return {
		name: field("name"),
		lineage: field("lineage"),
		serial: countOf(field("serial")),
		digest: field("digest"),
		updateSeq: countOf(field("update_seq")),
		writer: field("writer")
	};
}
function parseLock(line, now) {
	const [, token, at, ttl, owner] = /^(\S+) (\d+) (\d+) ?(.*)$/.exec(line ?? "") ?? [];
	if (token === void 0) return void 0;
	return {
		token,
		ageSeconds: now - Number(at),
		ttlSeconds: Number(ttl),
		owner: owner ?? ""
	};
}
function countOf(text) {
	const number = Number(text);
	return Number.isSafeInteger(number) && number >= 0 ? number : 0;
}
// src/state-fleet/holders/look-answer.ts
/**
* Reads the answer of a worker to the `look` script, line by line: the description of its state, and the bytes of a
* snapshot.
*/
/** Maximum number of lines. No worker has thousands of buckets. */
const MOST_LINES = 1e4;
/** Characters of the longest answer: a snapshot in hexadecimal form, and the description of the state. */
const MOST_ANSWER_CHARS = 4 * LARGEST_SNAPSHOT_BYTES;
var LookAnswer = class {
	#lines = [];
	#bytes = [];
	#sizeBytes = 0;
	/** Adds a line. Only a line that begins with a space contains hex bytes. Lines beyond the limits are dropped. */
	add(line) {
		if (!line.startsWith(" ")) {
			if (this.#lines.length < MOST_LINES) this.#lines.push(line);
			return;
		}
		const bytes = bytesOf(line);
		this.#sizeBytes += bytes.length;
		if (this.#sizeBytes <= 67108864) this.#bytes.push(bytes);
	}
	sight(host) {
		try {
			return {
				kind: "answered",
				sighting: parseSighting(host, this.#lines.join("\n"))
			};
		} catch (thrown) {
			if (!(thrown instanceof RangeError)) throw thrown;
			return {
				kind: "silent",
				host,
				reason: thrown.message
			};
		}
	}
	/** The snapshot as it arrived. Its digest shows whether it is the expected snapshot. */
	get snapshot() {
		if (this.#bytes.length === 0) return void 0;
		const bytes = Buffer.concat(this.#bytes);
		return {
			digest: snapshotDigest(bytes),
			bytes
		};
	}
};
/** Decodes one line of `od -An -v -tx1`. */
function bytesOf(line) {
	return Buffer.from(line.replaceAll(" ", ""), "hex");
}
// src/state-fleet/holders/standing-look.ts
/**
* Runs the `look` script so that it takes the lock and keeps its channel until the lock is released. Releasing the lock
* then needs no other command and no other channel.
*/
/** Runs the script. Returns the outcome of the command when the answer is incomplete. */
async function lookAndStay(looking, signal) {
	const { transport, worker, script, timeoutMs, onLine } = looking;
	const word = promised();
	const answer = promised();
	const calledOff = callOff(anySignal(signal, timeoutSignal(timeoutMs)));
	const ended = transport.exec(worker, {
		label: "state",
		script,
		lastWord: word.promise,
		timeoutMs: Number.POSITIVE_INFINITY,
		mostLineChars: MOST_ANSWER_CHARS,
		onLine: (line, stream) => {
			if (stream !== "stdout") return;
			onLine(line);
			if (line === "end") answer.resolve("answered");
		}
	}, calledOff.signal);
	const first = await Promise.race([answer.promise, ended]);
	calledOff.forget();
	if (first === "answered") return standing(ended, word.resolve);
	return first.kind === "failed" && first.problem.kind === "cancelled" && !signal.aborted ? {
		kind: "timed-out",
		stdout: "",
		stderr: "",
		durationMs: timeoutMs
	} : first;
}
function standing(ended, say) {
	ended.catch(() => {});
	return {
		leave: () => say(""),
		release: async (signal) => {
			say(RELEASE);
			const outcome = await Promise.race([ended, aborted(signal)]);
			if (outcome?.kind !== "exited" || outcome.exitCode !== 0) return false;
			return [RELEASED, "lost"].includes(outcome.stdout.trimEnd().split("\n").at(-1) ?? "");
		}
	};
}
/**
* Returns a signal that follows `limits` until `forget` is called. After that, a worker that has answered is not
* cancelled.
*/
function callOff(limits) {
	const own = newAbort();
	const follow = () => own.abort(limits.reason);
	if (limits.aborted) follow();
	limits.addEventListener("abort", follow, { once: true });
	return {
		signal: own.signal,
		forget: () => limits.removeEventListener("abort", follow)
	};
}
function aborted(signal) {
	return new Promise((resolve) => {
		if (signal.aborted) resolve(void 0);
		signal.addEventListener("abort", () => resolve(void 0), { once: true });
	});
}
function promised() {
	let resolve = () => {};
	return {
		promise: new Promise((settle) => {
			resolve = settle;
		}),
		resolve
	};
}
// src/state-fleet/holders/holder-copies.ts
/**
* Reads and writes copies of the state on workers. It runs scripts over the existing connections of the run and decides
* nothing.
*/
const LOOK_TIMEOUT_MS = 2e4;
const TRANSFER_TIMEOUT_MS = 6e4;
var HolderCopies = class {
	#options;
	/** Workers whose lock was requested at least once. */
	#wished = /* @__PURE__ */ new Map();
	/** Host → the command that keeps running on this host with the lock of this run. */
	#standing = /* @__PURE__ */ new Map();
	/** The newest snapshot that arrived together with an answer, and its digest. */
	#received;
	constructor(options) {
		this.#options = options;
	}
	/** Asks all workers at the same time. */
	look(workers, signal, { wish, sender } = {}) {
		if (wish) for (const worker of workers) this.#wished.set(worker.host, worker);
		return this.#each(workers, async (worker) => {
			const { host } = worker;
			const script = lookScript(this.#place(worker), {
				wish: wish && toWorkerWish(wish, worker),
				unless: host === sender ? this.#received?.digest ?? "" : void 0
			});
			const answer = new LookAnswer();
			const asked = {
				worker,
				script,
				answer
			};
			const reason = await (wish ? this.#lookAndStay(asked, wish.token, signal) : this.#lookOnce(asked, signal));
			this.#received = answer.snapshot ?? this.#received;
			return reason === void 0 ? answer.sight(host) : {
				kind: "silent",
				host,
				reason
			};
		});
	}
	async #lookOnce({ worker, script, answer }, signal) {
		const onLine = (line, stream) => {
			if (stream === "stdout") answer.add(line);
		};
		const command = {
			label: "state",
			script,
			timeoutMs: LOOK_TIMEOUT_MS,
			onLine,
			mostLineChars: MOST_ANSWER_CHARS
		};
		return unansweredReason(worker.host, LOOK_TIMEOUT_MS, await this.#exec(worker, command, signal));
	}
	async #lookAndStay({ worker, script, answer }, token, signal) {
		this.#standing.get(worker.host)?.look.leave();
		this.#standing.delete(worker.host);
		const { transport } = this.#options;
		const onLine = (line) => answer.add(line);
		const look = await lookAndStay({
			transport,
			worker,
			script,
			timeoutMs: LOOK_TIMEOUT_MS,
			onLine
		}, signal);
		if ("kind" in look) return unansweredReason(worker.host, LOOK_TIMEOUT_MS, look);
		this.#standing.set(worker.host, {
			token,
			look
		});
	}
	/** Returns the sealed bytes with this digest, or the reason why there are none. */
	async read(worker, stored, signal) {
		const { bucketId, serial, digest } = stored;
		if (this.#received?.digest === digest) return {
			kind: "read",
			bytes: this.#received.bytes
		};
		const parts = [];
		const outcome = await this.#exec(worker, {
			label: "state",
			script: readScript(this.#place(worker), {
				bucketId,
				serial,
				digest
			}),
			timeoutMs: TRANSFER_TIMEOUT_MS,
			mostLineChars: MOST_ANSWER_CHARS,
			onLine: (line, stream) => {
				if (stream === "stdout") parts.push(bytesOf(line));
			}
		}, signal);
		const reason = unansweredReason(worker.host, TRANSFER_TIMEOUT_MS, outcome);
		if (reason !== void 0) return {
			kind: outcome.kind === "exited" ? "damaged" : "unread",
			reason
		};
		const bytes = Buffer.concat(parts);
		if (snapshotDigest(bytes).startsWith(digest) && digest !== "") return {
			kind: "read",
			bytes
		};
		return {
			kind: "damaged",
			reason: `its copy of serial ${serial} is damaged`
		};
	}
	/**
	* Returns every snapshot that the worker keeps, newest first. Returns an empty list when the worker gives no answer.
	*/
	async list(worker, bucketId, signal) {
		const command = {
			label: "state",
			script: listScript(this.#place(worker), bucketId),
			timeoutMs: LOOK_TIMEOUT_MS
		};
		return [...textOf(await this.#exec(worker, command, signal)).matchAll(/^snapshot-(\d{12})-([0-9a-f]{16})$/gm)].map(([, serial, digest = ""]) => ({
			bucketId,
			serial: Number(serial),
			digest
		}));
	}
	async write(worker, { bytes, ...write }, signal) {
		const command = {
			label: "state",
			script: writeScript(this.#place(worker), {
				...write,
				sizeBytes: bytes.length
			}),
			input: bytes,
			timeoutMs: TRANSFER_TIMEOUT_MS
		};
		const outcome = await this.#exec(worker, command, signal);
		const reason = unansweredReason(worker.host, TRANSFER_TIMEOUT_MS, outcome);
		if (reason !== void 0) return {
			kind: "failed",
			reason
		};
		const [word] = textOf(outcome).trim().split(" ");
		if (word === "written" || word === "conflict" || word === "lost") return { kind: word };
		return {
			kind: "failed",
			reason: word === "short" ? "only a part of it arrived" : "its answer is malformed"
		};
	}
	/** Renews the lock. Returns the hosts where this run no longer has the lock. */
	async renew(workers, token, signal) {
		return (await this.#each(workers, async (worker) => {
			const script = renewScript(this.#place(worker), token);
			const outcome = await this.#exec(worker, {
				label: "lock",
				script,
				timeoutMs: LOOK_TIMEOUT_MS
			}, signal);
			return hasAnswered(outcome) && textOf(outcome).trim() === "lost" ? [worker.host] : [];
		})).flat();
	}
	/** Releases the lock. Returns the hosts where the release failed. */
	async release(workers, token, signal) {
		return (await this.#each(workers, async (worker) => {
			const standing = this.#standing.get(worker.host);
			if (standing?.token === token) {
				this.#standing.delete(worker.host);
				if (await standing.look.release(signal)) return [];
			}
			const script = releaseScript(this.#place(worker), token);
			return hasAnswered(await this.#exec(worker, {
				label: "unlock",
				script,
				timeoutMs: LOOK_TIMEOUT_MS
			}, signal)) ? [] : [worker.host];
		})).flat();
	}
	/** Releases the lock on all workers where this run requested it. */
	async giveBack(token, signal) {
		await this.release([...this.#wished.values()], token, signal);
	}
	async raiseFence(workers, fence, signal) {
		await this.#each(workers, (worker) => {
			const script = raiseFenceScript(this.#place(worker), fence);
			return this.#exec(worker, {
				label: "lock",
				script,
				timeoutMs: LOOK_TIMEOUT_MS
			}, signal);
		});
	}
	#place({ root }) {
		return {
			root,
			mark: this.#options.mark
		};
	}
	#exec(worker, command, signal) {
		return this.#options.transport.exec(worker, command, signal);
	}
	#each(workers, work) {
		return mapLimit(workers, this.#options.parallelWorkers, work);
	}
};
function toWorkerWish({ newcomers, ...wish }, { host }) {
	return {
		...wish,
		from: newcomers.has(host) ? "newcomers" : "holders"
	};
}
function hasAnswered(outcome) {
	return outcome.kind === "exited" && outcome.exitCode === 0;
}
function textOf(outcome) {
	return outcome.kind === "exited" ? outcome.stdout : "";
}
// src/cache/runtime.ts
/** Permission bits of a scope in the token: 1 means read, 2 means write. */
const WRITE = 2;
/**
* Reads variables that the runner gives only to actions, not to `run:` steps. `server` is the address of GitHub; an
* empty text means the public GitHub.
*/
function readCacheRuntime(env, server) {
	const mode = (env.ACTIONS_CACHE_MODE ?? "").trim().toLowerCase();
	const { ACTIONS_RUNTIME_TOKEN: token, ACTIONS_RESULTS_URL: serviceUrl } = env;
	if (!isCloud(server || "https://github.com")) return absent(`${server} is a GitHub Enterprise Server, which has no cache service that fits`);
	if (!token || !serviceUrl) return absent("the runner gives no access to a cache service");
	if (!env.ACTIONS_CACHE_SERVICE_V2) return absent("the runner has no cache service of version 2");
	if (!isWebAddress(serviceUrl)) return absent("ACTIONS_RESULTS_URL is not a web address");
	if (mode === "none") return absent("the cache mode of this workflow is \"none\"");
	const mayWrite = mode === "read" ? "no" : permissionOf(token);
	return {
		kind: "runtime",
		serviceUrl,
		token,
		mayRead: mode !== "write-only",
		mayWrite
	};
}
function absent(reason) {
	return {
		kind: "absent",
		reason
	};
}
/**
* Returns whether the server is GitHub itself, one of its data-residency domains, or a development host that behaves
* like them.
*/
function isCloud(server) {
	if (!isWebAddress(server)) return false;
	const host = new URL(server).hostname.toLowerCase();
	return host === "github.com" || host.endsWith(".ghe.com") || host.endsWith(".localhost");
}
/**
* Returns the permission in the token. The token is not verified here, because the result only predicts the answer of
* the service.
*/
function permissionOf(token) {
	const scopes = scopesOf(token);
	if (scopes === void 0) return "unknown";
	return scopes.some(({ Permission: bits }) => (bits & WRITE) !== 0) ? "yes" : "no";
}
function scopesOf(token) {
	try {
		const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
		const scopes = typeof claims.ac === "string" ? JSON.parse(claims.ac) : claims.ac;
		return Array.isArray(scopes) && scopes.every(isScope) ? scopes : void 0;
	} catch {
		return;
	}
}
function isScope(value) {
	return typeof value === "object" && value !== null && "Permission" in value && typeof value.Permission === "number";
}
// src/cache/actions-cache.ts
/**
* The Actions cache as a log of small entries that only this program writes. An entry is stored as plain bytes without
* an archive. The service accepts any blob, so `tar` and `zstd` are not needed. The `version` of an entry is a hash
* that only this program uses. No call throws, prints, or runs longer than its limit. This program cannot delete
* entries. GitHub evicts entries that were not read for a week, and the oldest entries when the cache of the repository
* is full.
*/
const CACHE_LIMITS = {
	findMs: 5e3,
	saveMs: 15e3,
	pausesMs: [200, 800]
};
/** Reads only the environment. The client loads with the first call, which also contacts the service. */
function openActionsCache({ env, server, shape, limits = CACHE_LIMITS }) {
	const runtime = readCacheRuntime(env, server);
	if (runtime.kind === "absent") return runtime;
	const version = createHash("sha256").update(`maand|${shape.format}`).digest("hex");
	const { findMs, saveMs, pausesMs } = limits;
	const entries = async () => (await import("./entries.js")).openEntries({
		runtime,
		shape,
		version,
		pausesMs
	});
	return {
		kind: "open",
		mayWrite: runtime.mayWrite,
		find: async ({ prefixes, signal }) => {
			if (!runtime.mayRead) return {
				kind: "denied",
				reason: "the cache mode of this workflow allows no reading"
			};
			const opened = await entries();
			return within({
				ms: findMs,
				signal
			}, (bound) => opened.find(prefixes, bound));
		},
		save: async ({ newKey, bytes, signal }) => {
			const refusal = refuseSave(runtime);
			if (refusal !== void 0) return refusal;
			const opened = await entries();
			return within({
				ms: saveMs,
				signal
			}, (bound) => opened.save({
				newKey,
				bytes
			}, bound));
		}
	};
}
/**
* Refuses a save before anything is sent: a save that the service would refuse, or a save that could not be read back.
*/
function refuseSave({ mayRead, mayWrite }) {
	if (mayWrite === "no") return {
		kind: "denied",
		reason: "this run may only read the cache"
	};
	if (!mayRead) return {
		kind: "denied",
		reason: "the cache mode of this workflow allows no reading back"
	};
}
// src/cache/cache-key.ts
/**
* Builds the names of entries in the Actions cache (docs/state-design.md). Everyone who may open a pull request can
* list the names, so the names must not reveal anything.
*/
const FIRST_PART = "maand-state-1";
const HASH_CHARS = 32;
const LINEAGE_CHARS = 8;
const NONCE_BYTES = 6;
/**
* Returns a key that was never used before, not even for the same snapshot. When the answer to a reservation is lost,
* its key can already be in use.
*/
function newCacheKey(request) {
	const run = request.runId.replace(/[^A-Za-z0-9_.-]/g, "_") || "_";
	const nonce = randomBytes(NONCE_BYTES).toString("hex");
	return `${cacheKeyPrefix(request)}${run}-${request.attempt}-${nonce}`;
}
/** Returns the common prefix of all keys of the same snapshot. Needs no state key. */
function snapshotPrefixOf(key) {
	return key.slice(0, key.indexOf("-", key.lastIndexOf("/")) + 1);
}
/** Returns another unused key for the same snapshot. */
function freshCacheKey(key) {
	return key.slice(0, -12) + randomBytes(NONCE_BYTES).toString("hex");
}
/**
* Returns the common prefix of the keys of a state. `lineage` and `serial` make the prefix longer. The prefix ends with
* a delimiter.
*/
function cacheKeyPrefix({ key, name, lineage, serial }) {
	const hash = createHmac("sha256", deriveKey(key, "cache names")).update(name).digest("hex").slice(0, HASH_CHARS);
	const state = `${FIRST_PART}/${hash}/`;
	if (lineage === void 0) return state;
	const ofLineage = `${state}${lineage.slice(0, LINEAGE_CHARS)}/`;
	return serial === void 0 ? ofLineage : `${ofLineage}${serial}-`;
}
// src/wiring/github-cache.ts
/** Opens the copy of the state in the Actions cache. */
/** The format, first bytes and size limit of every entry of this program. */
const SNAPSHOT_SHAPE = {
	format: "maand-snapshot-1",
	magic: SNAPSHOT_MAGIC,
	largestBytes: LARGEST_SNAPSHOT_BYTES
};
/** Returns the copy of the state in the Actions cache, or the reason why this run has no copy. */
function openCacheCopy({ env, server, name, keys, writer }) {
	const cache = openActionsCache({
		env,
		server,
		shape: SNAPSHOT_SHAPE
	});
	if (cache.kind === "absent") return cache;
	const [key] = keys;
	if (key === void 0) throw new Error("a cache without a key");
	const newKey = ({ lineage, serial }) => newCacheKey({
		key,
		name,
		lineage,
		serial,
		...writer
	});
	return {
		readOnly: cache.mayWrite === "no" ? "its token is for reading only" : void 0,
		find: async (signal) => {
			return toAnswer(await cache.find({
				prefixes: keys.map((one) => cacheKeyPrefix({
					key: one,
					name
				})),
				signal
			}));
		},
		newKey,
		save: async (sealed, signal) => {
			const outcome = await cache.save({
				newKey: () => newKey(sealed),
				bytes: sealed.bytes,
				signal
			});
			return outcome.kind === "saved" ? void 0 : outcome.reason;
		}
	};
}
function toAnswer(outcome) {
	if (outcome.kind === "none") return { kind: "none" };
	if (outcome.kind === "found") return {
		kind: "found",
		bytes: outcome.bytes
	};
	return {
		kind: "unknown",
		reason: outcome.reason
	};
}
export { openActionsCache as a, openSnapshot as c, readSnapshotHeader as d, fenceGuard as f, Connections as h, snapshotPrefixOf as i, sealSnapshot as l, markOf as m, openCacheCopy as n, HolderCopies as o, forgetLine as p, freshCacheKey as r, headText as s, SNAPSHOT_SHAPE as t, snapshotDigest as u };
