import { t as clip } from "./phrases.js";
// src/report/markdown/markdown-parts.ts
/**
* Makes parts of GitHub Markdown. They escape foreign text, so it is not read as markup, and they keep a job summary below
* its size limit.
*/
/** GitHub accepts 1 MiB. The rest is reserved for text that the action adds. */
const LARGEST_BYTES = 983040;
const LONGEST_CELL_CHARS = 1e3;
const ENTITIES = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"|": "&#124;",
	"`": "&#96;",
	"@": "&#64;"
};
/**
* Escapes `text` for a line or a table cell, so that Markdown, HTML, mentions and formulas have no effect. Line breaks become
* `<br>`.
*/
function plain(text) {
	return html(text.replace(/[\\*_{}[\]#~$!]/g, "\\$&"));
}
/** Escapes `text` for an HTML element. GitHub does not read Markdown there. */
function html(text) {
	return clip(text.trim(), LONGEST_CELL_CHARS).replace(/[&<>|`@]/g, (character) => ENTITIES[character] ?? character).replace(/\r\n|\r|\n/g, "<br>").replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "�");
}
/** Returns a table whose cells are already Markdown. Returns an empty string when there are no rows. */
function table(columns, rows) {
	if (rows.length === 0) return "";
	return `${[
		columns,
		columns.map(() => "---"),
		...rows
	].map((cells) => `| ${cells.join(" | ")} |\n`).join("")}\n`;
}
/** Returns a section that is folded until a reader opens it. `title` is plain text. */
function details(title, body) {
	return `<details><summary>${html(title)}</summary>\n\n${body.trimEnd()}\n\n</details>\n\n`;
}
/** Returns a code block. Its fence is longer than every row of backticks in the text, so the text cannot end the block. */
function codeBlock(text, language = "") {
	const runs = text.match(/`+/g) ?? [];
	const fence = "`".repeat(runs.reduce((longest, { length }) => Math.max(longest, length + 1), 3));
	return `${fence}${language}\n${text.replace(/\r\n?/g, "\n").trimEnd()}\n${fence}\n\n`;
}
/** Returns the parts in order. A part that does not fit is left out completely; a sentence at the end reports this. */
function fitSummary(parts, largestBytes = LARGEST_BYTES) {
	const kept = [];
	let sizeBytes = 0;
	let left = 0;
	for (const part of parts) {
		const partBytes = Buffer.byteLength(part);
		if (sizeBytes + partBytes > largestBytes) left++;
		else {
			kept.push(part);
			sizeBytes += partBytes;
		}
	}
	if (left > 0) kept.push(`\n*${left} of ${parts.length} sections were left out: a job summary has a limit. Everything is in the file of the output \`result\`.*\n`);
	return kept.join("");
}
export { table as a, plain as i, details as n, fitSummary as r, codeBlock as t };
