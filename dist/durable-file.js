import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
// src/catalog/address.ts
/** How a worker is reached: its own entry in `workers.json` wins over the bucket's settings. */
function addressOf({ host, port, user, root, hostKey }, settings) {
	return {
		host,
		port: port ?? settings.sshPort,
		user: user ?? settings.sshUser,
		root: root ?? settings.workerRoot,
		useSudo: settings.useSudo,
		hostKey
	};
}
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
/** As `replaceFile`, for a file of the user's: it keeps the mode that is given. */
async function rewriteFile(path, text, mode) {
	const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
	try {
		await writeSynced(temporary, text);
		await chmod(temporary, mode);
		await rename(temporary, path);
	} catch (thrown) {
		await rm(temporary, { force: true });
		throw thrown;
	}
	await syncFolder(dirname(path));
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
export { rewriteFile as n, addressOf as r, replaceFile as t };
