import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
// src/base/durable-file.ts
/**
* Replaces a file so that after a crash it holds either the old or the new text, whole (temporary file, fsync, rename, fsync
* of the folder). `previous`: the old file is kept under that path. Mode 0600.
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
/** As `replaceFile`, for a file of the user's: it keeps the mode that is given. */
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
* Makes files that are not there yet, each of them whole at once, and all of them or none. Rejects with `EEXIST` when there is
* one already; nothing is overwritten.
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
export { replaceFile as n, rewriteFile as r, createFiles as t };
