import { t as Failure } from "./failure.js";
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { constants } from "node:fs";
// src/base/small-file.ts
/** Reads keys and certificates from files, with a limit on their size. */
const LARGEST_BYTES = 1048576;
/**
* Returns the text of a key or a certificate. Rejects with the same errors as `readFile`. Also rejects when the path is
* not a regular file (reading a pipe might never end), or when the file is larger than 1 MiB.
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
// src/kv/secrets.ts
/** Seals and opens the secret values of the store. */
const PREFIX = "enc:v1:";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The error for a stored secret that cannot be read. The message contains the reason and no part of the value. */
var SecretError = class extends Error {
	name = "SecretError";
};
function isSealed(value) {
	return value.startsWith(PREFIX);
}
/**
* Creates a box. Each key has 32 bytes. The first key seals values. To open a value, every key is tried, so that keys
* can be rotated. Throws a `SecretError` when a key is missing or does not have 32 bytes.
*/
function createSecretBox(keys) {
	const [current] = keys;
	if (current === void 0 || keys.some((key) => key.length !== 32)) throw new SecretError("kv encryption key is missing or invalid");
	const opened = /* @__PURE__ */ new Map();
	return {
		seal: (plain) => sealWith(current, plain),
		open(sealed) {
			const plain = opened.get(sealed) ?? openWith(keys, sealed);
			opened.set(sealed, plain);
			return plain;
		}
	};
}
function sealWith(key, plain) {
	const nonce = randomBytes(NONCE_BYTES);
	const cipher = createCipheriv("aes-256-gcm", key, nonce);
	const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
	return PREFIX + Buffer.concat([
		nonce,
		body,
		cipher.getAuthTag()
	]).toString("base64");
}
function openWith(keys, sealed) {
	if (!isSealed(sealed)) throw new SecretError("value is not encrypted");
	const bytes = Buffer.from(sealed.slice(7), "base64");
	if (bytes.length < 28) throw new SecretError("failed to decrypt kv value");
	for (const key of keys) {
		const plain = tryOpen(key, bytes);
		if (plain !== void 0) return plain;
	}
	throw new SecretError("failed to decrypt kv value");
}
function tryOpen(key, bytes) {
	const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
	decipher.setAuthTag(bytes.subarray(-16));
	const body = decipher.update(bytes.subarray(NONCE_BYTES, -16));
	try {
		return Buffer.concat([body, decipher.final()]).toString("utf8");
	} catch {
		return;
	}
}
// src/state/stop.ts
/**
* Creates the failures that stop a command to protect the state. Each failure has a code and a section in the
* documentation.
*/
/** Code of each stop → the section of the documentation that says what to do. */
const SECTIONS = {
	"state-locked": "docs/state.md#state-locked",
	"state-taken-over": "docs/state.md#state-taken-over",
	"state-no-quorum": "docs/state.md#state-no-quorum",
	"state-not-proven": "docs/state.md#state-not-proven",
	"state-rolled-back": "docs/state.md#state-rolled-back",
	"state-fork": "docs/state.md#state-fork",
	"state-damaged": "docs/state.md#state-damaged",
	"state-newer": "docs/state.md#state-newer",
	"state-gone": "docs/state.md#state-gone",
	"state-missing": "docs/state.md#state-missing",
	"state-unknown": "docs/state.md#state-unknown",
	"state-lost": "docs/state.md#state-lost",
	"state-not-adopted": "docs/state.md#state-not-adopted",
	"state-other-key": "docs/state.md#state-other-key",
	"state-key": "docs/state.md#state-key",
	"state-other-name": "docs/state.md#state-other-name",
	"state-unnamed": "docs/state.md#state-unnamed",
	"state-two-lineages": "docs/state.md#state-two-lineages",
	"state-read-only": "docs/state.md#state-read-only",
	"state-unusable": "docs/state.md#state-unusable",
	"state-command": "docs/state-design.md#repairs-by-hand",
	"state-place": "docs/state.md#what-is-where",
	"plan-changed": "docs/state.md#plan-changed",
	"older-run": "docs/state.md#older-run",
	"stops-everything": "docs/state.md#stops-everything",
	"stops-job": "docs/state.md#stops-job",
	"state-elsewhere": "docs/state.md#state-elsewhere",
	"worker-twice": "docs/state.md#worker-twice",
	"still-running": "docs/state.md#still-running",
	"root-moved": "docs/state.md#root-moved",
	"host-key-changed": "docs/security.md#host-keys",
	"ca-unusable": "docs/certificates.md#a-ca-of-your-own-or-a-new-one"
};
/** A failure with one of the stop codes. */
var StopFailure = class extends Failure {
	code;
	hint;
	constructor({ code, message, hint, exitCode = 3, cause }) {
		super(`${message} [${code}]`, {
			exitCode,
			hint,
			code,
			see: SECTIONS[code],
			cause
		});
		this.code = code;
		this.hint = hint;
	}
};
/** Creates a failure with a stop code and a reference to the documentation. */
function stopFailure(stop) {
	return new StopFailure(stop);
}
/** Returns one line that says what to do about a stop and where to read more. */
function adviceOf({ code, hint }) {
	return `${hint}; see ${SECTIONS[code]}`;
}
// src/state/keys.ts
/** Reads the text of state keys and derives child keys from them. */
const KEY_BYTES = 32;
const FEWEST_VALUES = 12;
const KEY_ID_BYTES = 8;
/**
* Parses the text of state keys, with one key on each line. The first key is the current one (docs/state-design.md). A
* key has at least 32 bytes in hex or Base64, with at least 12 distinct byte values. `source` names the origin of the
* text in messages. Throws a `Failure` that never quotes the key.
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
	return stopFailure({
		code: "state-key",
		message: `invalid state key: ${reason}`,
		hint: "make one with: openssl rand -hex 32",
		exitCode: 2
	});
}
/** Derives a 32-byte key for one purpose with HKDF-SHA256. */
function deriveKey(key, purpose) {
	return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), `maand ${purpose} v1`, KEY_BYTES));
}
/** Returns 16 hex digits that identify a key but reveal nothing about it. */
function keyId(key) {
	return deriveKey(key, "key id").toString("hex", 0, KEY_ID_BYTES);
}
/** Returns the box that seals KV secrets. The box uses a child key of every state key. */
function boxOf(keys) {
	return createSecretBox(keys.map((key) => deriveKey(key, "kv secrets")));
}
export { SECTIONS as a, stopFailure as c, isSealed as d, readSmallFile as f, parseStateKeys as i, SecretError as l, deriveKey as n, StopFailure as o, keyId as r, adviceOf as s, boxOf as t, createSecretBox as u };
