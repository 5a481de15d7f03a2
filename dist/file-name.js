import { isUtf8 } from "node:buffer";
// src/base/file-name.ts
/**
* Names of files as text. Linux allows any bytes in a name; those that are no UTF-8 are held as half surrogates, U+DC80 to U+DCFF,
* which no real name contains: every name comes back byte for byte, JSON can hold it, and equal names are equal texts.
*/
const ESCAPED_BYTE = /[\udc80-\udcff]/u;
const EVERY_ESCAPED_BYTE = /[\udc80-\udcff]/gu;
const ESCAPE = 56320;
/** The bytes of a name, or of a whole path, as text. */
function nameOf(bytes) {
	if (isUtf8(bytes)) return bytes.toString("utf8");
	let name = "";
	for (let at = 0; at < bytes.length;) {
		const size = textSize(bytes, at);
		name += size === 0 ? String.fromCharCode(ESCAPE + bytes[at]) : bytes.toString("utf8", at, at + size);
		at += size || 1;
	}
	return name;
}
/** Bytes of the UTF-8 sequence that begins at `at`; 0: none does. */
function textSize(bytes, at) {
	return [
		1,
		2,
		3,
		4
	].find((size) => at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size))) ?? 0;
}
/** The bytes that `nameOf` was given. */
function nameBytes(name) {
	if (!isStrangeName(name)) return Buffer.from(name, "utf8");
	const parts = Array.from(name, (char) => {
		const byte = char.charCodeAt(0) - ESCAPE;
		return ESCAPED_BYTE.test(char) ? Buffer.from([byte]) : Buffer.from(char, "utf8");
	});
	return Buffer.concat(parts);
}
/** Whether a name holds bytes that are no UTF-8. */
const isStrangeName = (name) => ESCAPED_BYTE.test(name);
/** A path for calls of the file system: the text itself, or its bytes where no text can name the file. */
const fsPath = (path) => isStrangeName(path) ? nameBytes(path) : path;
/** For people: a byte that is no text as `\xE9`. */
const shownName = (name) => name.replace(EVERY_ESCAPED_BYTE, (char) => `\\x${(char.charCodeAt(0) - ESCAPE).toString(16).toUpperCase()}`);
export { shownName as a, nameOf as i, isStrangeName as n, nameBytes as r, fsPath as t };
