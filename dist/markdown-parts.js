import { t as clip } from "./phrases.js";
// src/report/markdown-parts.ts
/** Pieces of GitHub Markdown in which foreign text stays text, and the size limit of a job summary. */
/** GitHub takes 1 MiB; the rest is for what a face adds. */
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
/** `text` as plain text of a line or a table cell: no Markdown, HTML, mention or formula in it; line breaks become `<br>`. */
function plain(text) {
	return html(text.replace(/[\\*_{}[\]#~$!]/g, "\\$&"));
}
/** `text` as plain text inside an HTML element, where Markdown is not read. */
function html(text) {
	return clip(text.trim(), LONGEST_CELL_CHARS).replace(/[&<>|`@]/g, (character) => ENTITIES[character] ?? character).replace(/\r\n|\r|\n/g, "<br>").replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "�");
}
/** A table whose cells are Markdown already; empty without rows. */
function table(columns, rows) {
	if (rows.length === 0) return "";
	return `${[
		columns,
		columns.map(() => "---"),
		...rows
	].map((cells) => `| ${cells.join(" | ")} |\n`).join("")}\n`;
}
/** Folded away until someone opens it. `title` is plain text. */
function details(title, body) {
	return `<details><summary>${html(title)}</summary>\n\n${body.trimEnd()}\n\n</details>\n\n`;
}
/** A code block that the text cannot end. */
function codeBlock(text, language = "") {
	const runs = text.match(/`+/g) ?? [];
	const fence = "`".repeat(runs.reduce((longest, { length }) => Math.max(longest, length + 1), 3));
	return `${fence}${language}\n${text.replace(/\r\n?/g, "\n").trimEnd()}\n${fence}\n\n`;
}
/** The parts in order, as many as fit; what does not fit is left out whole, and a sentence says so. */
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
