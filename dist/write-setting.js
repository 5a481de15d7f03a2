import { i as rewriteFile } from "./durable-file.js";
import { H as placeBucket, I as applyEdits, L as replace, O as BucketReader, R as spanOf, T as loadSettings } from "./state-key.js";
import { readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
// src/workspace/write-setting.ts
/** Writes one setting into `maand.conf`. The rest of the file stays as it is, with its comments and line ends. */
/** Returns the line that sets a value in `maand.conf`. */
function settingLine({ key, value }) {
	return `${key} = ${JSON.stringify(value)}`;
}
/**
* Sets a value in an existing `maand.conf` without errors: replaces the line of the key, or adds a line. Rejects when
* the file cannot be read or written.
*/
async function writeSetting(bucketDir, setting) {
	const path = await realpath(join(bucketDir, "maand.conf"));
	const { document } = await loadSettings(new BucketReader(await placeBucket(bucketDir)));
	if (!document) throw new Error(`${path} has errors`);
	const { text } = document.source;
	const member = document.root.members.get(setting.key);
	const changed = member ? applyEdits(text, [replace(spanOf(member), settingLine(setting))]) : withLine(text, setting);
	const mark = (await readFile(path, "utf8")).startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
	await rewriteFile({
		path,
		text: `${mark}${changed}`,
		mode: (await stat(path)).mode & 511
	});
}
const BYTE_ORDER_MARK = "﻿";
/** Adds the line at the end, or at the beginning when a line at the end would belong to a table of the file. */
function withLine(text, setting) {
	const end = text.includes("\r\n") ? "\r\n" : "\n";
	const lines = `# ${setting.purpose}${end}${settingLine(setting)}${end}`;
	if (/^[ \t]*\[/m.test(text)) return `${lines}${end}${text}`;
	if (text === "") return lines;
	return `${text}${text.endsWith("\n") ? "" : end}${end}${lines}`;
}
export { writeSetting as n, settingLine as t };
