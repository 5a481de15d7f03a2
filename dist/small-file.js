import { t as Failure } from "./failure.js";
import { hkdfSync } from "node:crypto";
import { open } from "node:fs/promises";
import { constants } from "node:fs";
// src/state/keys.ts
const KEY_BYTES = 32;
const FEWEST_VALUES = 12;
const KEY_ID_BYTES = 8;
/**
* The text of a state key, one key a line, the first is current → key material (state.md §2). At least 32 bytes in hex or
* Base64, at least 12 distinct byte values. `source` names where it came from. Throws a `Failure` that never quotes the key.
*/
function parseStateKeys(text, source) {
	const keys = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "").map((line, index) => parseKey(line, `${source}, key ${index + 1}`));
	if (keys.length === 0) throw refuse(`${source} is empty`);
	return keys;
}
function parseKey(line, source) {
	const hex = /^(?:[0-9a-f]{2})+$/i.test(line);
	const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(line);
	if (!hex && !base64) throw refuse(`${source} is neither hex nor Base64`);
	const bytes = Buffer.from(line, hex ? "hex" : "base64");
	if (bytes.length < KEY_BYTES) throw refuse(`${source} has ${bytes.length} bytes, ${KEY_BYTES} are needed`);
	if (new Set(bytes).size < FEWEST_VALUES) throw refuse(`${source} is not random`);
	return bytes;
}
function refuse(reason) {
	return new Failure(`invalid state key: ${reason}`, {
		exitCode: 2,
		hint: "make one with: openssl rand -hex 32"
	});
}
/** A 32-byte key for one purpose, by HKDF-SHA256. */
function deriveKey(key, purpose) {
	return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), `maand ${purpose} v1`, KEY_BYTES));
}
/** Tells keys apart and reveals nothing about them: 16 hex digits. */
function keyId(key) {
	return deriveKey(key, "key id").toString("hex", 0, KEY_ID_BYTES);
}
// src/base/small-file.ts
const LARGEST_BYTES = 1048576;
/**
* The text of a key or a certificate, wherever it lies. Rejects as `readFile` does, and with a sentence for what is no regular
* file (a pipe would never end) or larger than 1 MiB.
*/
async function readSmallFile(path) {
	const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		const stats = await file.stat();
		if (stats.isDirectory()) throw new Error("it is a folder");
		if (!stats.isFile()) throw new Error("it is not a regular file");
		if (stats.size > LARGEST_BYTES) throw new Error("it is larger than 1 MiB");
		return await file.readFile("utf8");
	} finally {
		await file.close();
	}
}
export { parseStateKeys as i, deriveKey as n, keyId as r, readSmallFile as t };
