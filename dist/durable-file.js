import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
// src/base/durable-file.ts
/** Writes files safely: after a crash, a file has either its complete old content or its complete new content. */
/** Matches the end of the file name of a draft (a temporary file). */
const DRAFT_END = /^[0-9a-f]{12}$/;
/** The minimum age of a draft that a killed process left. A running process never needs so long to write a draft. */
const ABANDONED_MS = 6e4;
/**
* Replaces a file. After a crash, the file holds either the complete old text or the complete new text. The function
* writes a temporary file, calls fsync, renames the file, and calls fsync on the folder. If `previous` is given, the
* old file is kept under that path. The new file has mode 0600, and a folder that was missing has mode 0700.
*/
async function replaceFile(path, text, previous) {
	await mkdir(dirname(path), {
		recursive: true,
		mode: 448
	});
	await removeDrafts(path, { leastAgeMs: ABANDONED_MS });
	await putInPlace({
		path,
		text,
		draft: draftOf(path)
	}, async () => {
		if (previous !== void 0) await keepPrevious(path, previous);
	});
}
/** Replaces a file as `replaceFile` does, but gives the new file the mode `mode`. */
async function rewriteFile({ path, text, mode, draftFolder }) {
	await removeDrafts(path, { leastAgeMs: ABANDONED_MS });
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
* Creates files that must not exist yet. Each file appears complete. If one file fails, none remain. Rejects with
* `EEXIST` when one of the files already exists. Nothing is overwritten.
*/
async function createFiles(files) {
	const drafts = files.map((file) => ({
		...file,
		draft: draftOf(file.path)
	}));
	for (const { path } of files) await removeDrafts(path, { leastAgeMs: ABANDONED_MS });
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
/**
* Removes the drafts that killed processes left when they wrote the file `path`. A draft that was written less than
* `leastAgeMs` ago is kept. Pass 0 only when no process can be writing this file at the same time.
*/
async function removeDrafts(path, { leastAgeMs }) {
	const folder = dirname(path);
	const start = `.${basename(path)}.`;
	const names = await readdir(folder).catch(() => []);
	for (const name of names) {
		if (!name.startsWith(start) || !DRAFT_END.test(name.slice(start.length))) continue;
		const draft = join(folder, name);
		const writtenMs = await stat(draft).then(({ mtimeMs }) => mtimeMs, () => void 0);
		if (writtenMs !== void 0 && Date.now() - writtenMs >= leastAgeMs) await rm(draft, { force: true });
	}
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
/** Keeps the old file under `previous` with a hard link, so that `path` exists at all times. */
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
export { rewriteFile as i, removeDrafts as n, replaceFile as r, createFiles as t };
