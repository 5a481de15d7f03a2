// src/base/text/quote.ts
/** Quotes foreign text for messages, so that it stays on one line and cannot control a terminal. */
const LONGEST = 80;
/** Returns `text` in double quotes for a message: on one line whatever it holds, and cut when it is long. */
function quoted(text) {
	return escaped(JSON.stringify(clipped(text)));
}
/**
* Returns raw text of a document for a message: white space is folded, control characters become escapes, and a long
* text is cut.
*/
function excerpt(raw) {
	return escaped(clipped(raw.slice(0, 320).replace(/\s+/g, " ")));
}
/** Control characters of terminals, and characters that break a line or reverse its direction. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
/** Returns the text with each character that a terminal would act upon shown as an escape. */
function escaped(text) {
	return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function clipped(text) {
	return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
export { excerpt as n, quoted as r, escaped as t };
