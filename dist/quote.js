// src/base/text/quote.ts
/** Quotes text from outside this program for messages. The result is on one line and cannot control a terminal. */
const LONGEST = 80;
/**
* Returns `text` in double quotes for a message. The result is always on one line. A text of more than 80 characters is
* cut.
*/
function quoted(text) {
	return escaped(JSON.stringify(clipped(text)));
}
/**
* Returns raw text of a document for a message. Each run of white space becomes one space, control characters become
* escapes, and a long text is cut.
*/
function excerpt(raw) {
	return escaped(clipped(raw.slice(0, 320).replace(/\s+/g, " ")));
}
/** Control characters of terminals, and characters that break a line or change the direction of its text. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
/** Returns the text with an escape in place of each character that could control a terminal. */
function escaped(text) {
	return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function clipped(text) {
	return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
export { excerpt as n, quoted as r, escaped as t };
