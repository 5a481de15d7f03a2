import { r as nameBytes, t as fsPath } from "./file-name.js";
import { t as compareText } from "./order.js";
import { o as locateBucket, s as openWorkspace } from "./ledger.js";
import { createHmac } from "node:crypto";
import { createReadStream } from "node:fs";
// src/stage/digest.ts
/** Computes the hashes of delivered files and trees with a secret key. */
/** The version of the algorithm, which is part of each hash, so that hashes of an older algorithm can be recognised. */
const ALGORITHM = "h1";
const SEALED = Buffer.from("sealed\0");
/** Returns the keyed digest of the mode and content of one file; the memory it needs does not grow with the file. */
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
/** Returns a keyed digest for content that arrives in pieces. */
function openDigest(key, mode) {
	const hmac = createHmac("sha256", key).update(`${mode.toString(8)}\0`);
	return {
		take: (bytes) => void hmac.update(bytes),
		finish: () => finish(hmac)
	};
}
/**
* Returns the staged tree with its hash. The hash includes the length of every path, so that no two trees give the same
* bytes.
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
/** Returns the hash of a tree; files and empty folders must be sorted. */
function treeHash(key, files, emptyFolders) {
	const hmac = createHmac("sha256", key).update(ALGORITHM);
	for (const { path, digest } of files) updateWithPath(hmac, "f", path).update(`:${digest}`);
	for (const path of emptyFolders) updateWithPath(hmac, "d", path);
	return `${ALGORITHM}:${finish(hmac)}`;
}
/** Maps each path to its digest, as the state keeps and compares it; the path of an empty folder ends with a slash. */
function fileDigests({ files, emptyFolders }) {
	return Object.fromEntries([...files.map(({ path, digest }) => [path, digest]), ...emptyFolders.map((path) => [`${path}/`, ""])]);
}
function updateWithPath(hmac, kind, path) {
	const bytes = nameBytes(path);
	return hmac.update(`\0${kind}${bytes.length}:`).update(bytes);
}
/** Returns 128 bits of the digest: enough to distinguish files, and short enough to keep the state small. */
function finish(hmac) {
	return hmac.digest().subarray(0, 16).toString("base64url");
}
// src/session/with-bucket.ts
/**
* Reads the bucket and runs `work`. Throws a `Failure` (exit code 2) when there is no bucket, or when the workspace has
* errors; then it lists all of them.
*/
async function withBucket(call, work) {
	const workspace = await openWorkspace(await locateBucket(call), call);
	return await work({
		...call,
		workspace
	});
}
export { openDigest as a, fileDigests as i, assembleTree as n, treeHash as o, digestFile as r, withBucket as t };
