import { r as nameBytes, t as fsPath } from "./file-name.js";
import { t as compareText } from "./order.js";
import { createHmac } from "node:crypto";
import { createReadStream } from "node:fs";
// src/stage/digest.ts
/** Grows when the algorithm changes, so that hashes of an older one are known as such. */
const ALGORITHM = "h1";
const SEALED = Buffer.from("sealed\0");
/** Keyed digest of one file's mode and content; memory does not grow with the file. */
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
/** The same for content that arrives in pieces. */
function openDigest(key, mode) {
	const hmac = createHmac("sha256", key).update(`${mode.toString(8)}\0`);
	return {
		take: (bytes) => void hmac.update(bytes),
		finish: () => finish(hmac)
	};
}
/** The whole tree: every path with its length, so that no two trees give the same bytes. */
function assembleTree(key, files, emptyFolders) {
	const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
	const folders = [...emptyFolders].sort(compareText);
	return {
		hash: treeHash(key, sorted, folders),
		files: sorted,
		emptyFolders: folders
	};
}
/** Of sorted files and sorted empty folders. */
function treeHash(key, files, emptyFolders) {
	const hmac = createHmac("sha256", key).update(ALGORITHM);
	for (const { path, digest } of files) updateWithPath(hmac, "f", path).update(`:${digest}`);
	for (const path of emptyFolders) updateWithPath(hmac, "d", path);
	return `${ALGORITHM}:${finish(hmac)}`;
}
/** Path → digest, the form that the state keeps and compares; an empty folder ends with a slash. */
function fileDigests({ files, emptyFolders }) {
	return Object.fromEntries([...files.map(({ path, digest }) => [path, digest]), ...emptyFolders.map((path) => [`${path}/`, ""])]);
}
function updateWithPath(hmac, kind, path) {
	const bytes = nameBytes(path);
	return hmac.update(`\0${kind}${bytes.length}:`).update(bytes);
}
/** 128 bits are plenty for telling files apart, and keep the state small. */
function finish(hmac) {
	return hmac.digest().subarray(0, 16).toString("base64url");
}
export { treeHash as a, openDigest as i, digestFile as n, fileDigests as r, assembleTree as t };
