import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
// src/base/durable-file.ts
/** Writes files so that a crash leaves either the old or the new content, complete. */
/**
* Replaces a file so that after a crash it holds either the complete old text or the complete new text: it writes a
* temporary file, calls fsync, renames it and calls fsync on the folder. If `previous` is given, the old file is kept
* under that path. The new file has mode 0600.
*/
async function replaceFile(path, text, previous) {
	await mkdir(dirname(path), { recursive: true });
	await putInPlace({
		path,
		text,
		draft: draftOf(path)
	}, async () => {
		if (previous !== void 0) await keepPrevious(path, previous);
	});
}
/** Replaces a file of the user as `replaceFile` does, but gives it the mode `mode`. */
async function rewriteFile({ path, text, mode, draftFolder }) {
	await putInPlace({
		path,
		text,
		draft: draftOf(path, draftFolder)
	}, (draft) => chmod(draft, mode));
}
async function putInPlace({ path, text, draft }, prepare) {
	try {
		await writeSynced({
			path: draft,
			text,
			mode: 384
		});
		await prepare(draft);
		await rename(draft, path);
	} catch (thrown) {
		await rm(draft, { force: true });
		throw thrown;
	}
	await syncFolder(dirname(path));
}
/**
* Creates files that must not exist yet. Each appears complete; if one fails, none remain. Rejects with `EEXIST` when
* one of them exists already; nothing is overwritten.
*/
async function createFiles(files) {
	const drafts = files.map((file) => ({
		...file,
		draft: draftOf(file.path)
	}));
	const made = [];
	try {
		for (const { draft, text, mode } of drafts) await writeSynced({
			path: draft,
			text,
			mode
		});
		for (const { draft, path } of drafts) {
			await link(draft, path);
			made.push(path);
		}
	} catch (thrown) {
		for (const path of made) await rm(path, { force: true });
		throw thrown;
	} finally {
		for (const { draft } of drafts) await rm(draft, { force: true });
	}
	for (const folder of new Set(made.map((path) => dirname(path)))) await syncFolder(folder);
}
function draftOf(path, folder = dirname(path)) {
	return join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}`);
}
async function writeSynced({ path, text, mode }) {
	const file = await open(path, "wx", mode);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
}
/** Keeps the old bytes with a hard link, so that `path` exists at every moment. */
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
export { replaceFile as n, rewriteFile as r, createFiles as t };
