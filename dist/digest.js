import { r as nameBytes, t as fsPath } from "./file-name.js";
import { t as compareText } from "./order.js";
import { n as mapLimit } from "./concurrency.js";
import { c as unansweredReason, t as parseFacts } from "./worker-facts.js";
import { t as workerProgram } from "./program.js";
import { createHmac } from "node:crypto";
import { createReadStream } from "node:fs";
// src/sight/look-at-workers.ts
/** Asks workers in parallel which states, buckets and job folders they have. */
const TIMEOUT_MS = 2e4;
/** The maximum number of lines that are read from the answer of one worker. A longer answer is not plausible. */
const MOST_LINES = 2e4;
/**
* Returns the answer of each worker by host. The result is `silent` for a worker that does not answer; no error is
* thrown.
*/
async function lookAtWorkers({ ask, parallelWorkers }, workers, signal) {
	const sights = await mapLimit(workers, parallelWorkers, (worker) => lookAtWorker(ask, worker, signal));
	return new Map(workers.map(({ host }, at) => [host, sights[at]]));
}
async function lookAtWorker(ask, worker, signal) {
	const { host, root } = worker;
	const lines = [];
	const onLine = (line, stream) => {
		if (stream === "stdout" && lines.length < MOST_LINES) lines.push(line);
	};
	const outcome = await ask(worker, {
		label: "look",
		script: workerProgram(["sight/facts", "sight/look"], { variables: { root } }),
		timeoutMs: TIMEOUT_MS,
		onLine
	}, signal);
	const reason = unansweredReason(host, TIMEOUT_MS, outcome);
	if (reason !== void 0) return {
		kind: "silent",
		host,
		reason
	};
	if (lines[0] !== "maand-sight 1" || lines.at(-1) !== "end") return {
		kind: "silent",
		host,
		reason: "its answer is not whole"
	};
	return {
		kind: "seen",
		facts: parseFacts(host, lines)
	};
}
// src/stage/digest.ts
/** Computes the hashes of delivered files and trees with a secret key. */
/**
* The version of the algorithm. Each hash contains this version, so that hashes of an older algorithm can be
* recognised.
*/
const ALGORITHM = "h1";
const SEALED = Buffer.from("sealed\0");
/**
* Returns the keyed digest of the mode and content of one file. Files on disk are streamed, so that large files need
* little memory.
*/
async function digestFile({ key, mode, source }) {
	const digest = openDigest(key, mode);
	switch (source.kind) {
		case "bytes":
			digest.take(source.bytes);
			break;
		case "sealed":
			digest.take(Buffer.concat([SEALED, source.identity]));
			break;
		case "file": for await (const chunk of createReadStream(fsPath(source.path))) digest.take(chunk);
	}
	return digest.finish();
}
/**
* Returns an object that computes a keyed digest of content in pieces: `take` adds a piece, `finish` returns the
* digest.
*/
function openDigest(key, mode) {
	const hmac = createHmac("sha256", key).update(`${mode.toString(8)}\0`);
	return {
		take: (bytes) => void hmac.update(bytes),
		finish: () => finish(hmac)
	};
}
/**
* Returns the staged tree with its hash. The hashed bytes include the length of every path, so that different trees
* never give the same bytes.
*/
function assembleTree(key, files, emptyFolders) {
	const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
	const folders = [...emptyFolders].sort(compareText);
	return {
		hash: treeHash(key, sorted, folders),
		files: sorted,
		emptyFolders: folders
	};
}
/** Returns the hash of a tree. Files and empty folders must be sorted. */
function treeHash(key, files, emptyFolders) {
	const hmac = createHmac("sha256", key).update(ALGORITHM);
	for (const { path, digest } of files) updateWithPath(hmac, "f", path).update(`:${digest}`);
	for (const path of emptyFolders) updateWithPath(hmac, "d", path);
	return `${ALGORITHM}:${finish(hmac)}`;
}
/**
* Maps each path to its digest, in the form that the state stores. The path of an empty folder ends with a slash and
* has an empty digest.
*/
function fileDigests({ files, emptyFolders }) {
	return Object.fromEntries([...files.map(({ path, digest }) => [path, digest]), ...emptyFolders.map((path) => [`${path}/`, ""])]);
}
function updateWithPath(hmac, kind, path) {
	const bytes = nameBytes(path);
	return hmac.update(`\0${kind}${bytes.length}:`).update(bytes);
}
/** Returns 128 bits of the digest. 128 bits are enough to distinguish files, and keep the state small. */
function finish(hmac) {
	return hmac.digest().subarray(0, 16).toString("base64url");
}
export { treeHash as a, openDigest as i, digestFile as n, lookAtWorkers as o, fileDigests as r, assembleTree as t };
