// src/base/text/terminal-text.ts
/** Cleans foreign output for terminals and logs, so that it cannot move the cursor, colour the log or ring the bell. */
const ESC = "\x1B";
const EVERY_SEQUENCE = new RegExp([
	`(?:${ESC}\\[|\\x9b)[0-?]*[ -/]*[@-~]`,
	`(?:${ESC}\\]|\\x9d)[^\\x07${ESC}\\x9c]*(?:\\x07|${ESC}\\\\|\\x9c)?`,
	`(?:${ESC}[PX^_]|[\\x90\\x98\\x9e\\x9f])[^${ESC}\\x9c]*(?:${ESC}\\\\|\\x9c)?`,
	`${ESC}[ -/]*[0-~]`
].join("|"), "g");
/** Control characters and the line separators of Unicode, except the tab. */
const CONTROL = /(?!\t)[\p{Cc}\u2028\u2029]/u;
const EVERY_CONTROL = new RegExp(CONTROL, "gu");
/**
* Returns one line, which must hold no line feed, without terminal escapes. Every other control character except the
* tab becomes U+FFFD.
*/
function plainText(line) {
	if (!CONTROL.test(line)) return line;
	return line.replace(EVERY_SEQUENCE, "").replace(EVERY_CONTROL, "�");
}
export { plainText as t };
