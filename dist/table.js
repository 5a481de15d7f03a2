import { o as oneLine } from "./phrases.js";
// src/report/table.ts
/** Writes rows as a table of plain text. */
/**
* Returns a table with column names in the first line and two spaces between columns. The table ends with a line break. Line
* breaks in cells are escaped.
*/
function tableText(columns, rows) {
	const lines = [columns, ...rows].map((row) => columns.map((_, at) => oneLine(row[at] ?? "")));
	const widths = columns.map((_, at) => lines.reduce((widest, line) => Math.max(widest, (line[at] ?? "").length), 0));
	return lines.map((line) => `${pad(line, widths).trimEnd()}\n`).join("");
}
function pad(line, widths) {
	return line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ");
}
export { tableText as t };
