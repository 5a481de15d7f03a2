import { isUtf8 } from "node:buffer";
// src/base/file-name.ts
/**
* Converts file names to text and back. Linux allows almost any bytes in a name. A byte that is not valid UTF-8 becomes
* a lone surrogate (U+DC80 to U+DCFF), which valid UTF-8 never contains. Every such text can be converted back to
* exactly the same bytes, and can be stored in JSON. Equal names give equal texts.
*/
const ESCAPED_BYTE = /[\udc80-\udcff]/u;
const EVERY_ESCAPED_BYTE = /[\udc80-\udcff]/gu;
const ESCAPE = 56320;
/** Returns the bytes of a name, or of a whole path, as text. */
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
/** Returns the length in bytes of the UTF-8 sequence that begins at `at`, or 0 when no valid sequence begins there. */
function textSize(bytes, at) {
	return [
		1,
		2,
		3,
		4
	].find((size) => at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size))) ?? 0;
}
/** Returns the bytes of a name that `nameOf` returned. */
function nameBytes(name) {
	if (!isStrangeName(name)) return Buffer.from(name, "utf8");
	const parts = Array.from(name, (char) => {
		const byte = char.charCodeAt(0) - ESCAPE;
		return ESCAPED_BYTE.test(char) ? Buffer.from([byte]) : Buffer.from(char, "utf8");
	});
	return Buffer.concat(parts);
}
/** Returns whether a name contains bytes that are not valid UTF-8. */
const isStrangeName = (name) => ESCAPED_BYTE.test(name);
/** Returns a path for file system functions: the text, or a buffer with its bytes when the path is not valid UTF-8. */
const fsPath = (path) => isStrangeName(path) ? nameBytes(path) : path;
/** Returns the name in readable form: a byte that is not valid UTF-8 is shown as an escape such as `\xE9`. */
const shownName = (name) => name.replace(EVERY_ESCAPED_BYTE, (char) => `\\x${(char.charCodeAt(0) - ESCAPE).toString(16).toUpperCase()}`);
export { shownName as a, nameOf as i, isStrangeName as n, nameBytes as r, fsPath as t };
