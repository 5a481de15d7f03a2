// src/base/quote.ts
const LONGEST = 80;
/** `text` in double quotes for a message: on one line whatever it holds, cut when it is long. */
function quoted(text) {
	return JSON.stringify(clipped(text));
}
/** Raw text of a document for a message: white space folded, control characters shown as escapes, cut when it is long. */
function excerpt(raw) {
	return clipped(raw.slice(0, 320).replace(/\s+/g, " ")).replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}
function clipped(text) {
	return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
export { quoted as n, excerpt as t };
