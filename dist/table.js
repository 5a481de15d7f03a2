import { o as oneLine } from "./phrases.js";
// src/report/table.ts
/** Columns side by side under their names, two spaces apart; ends with a line break. No cell breaks a line. */
function tableText(columns, rows) {
	const lines = [columns, ...rows].map((row) => columns.map((_, at) => oneLine(row[at] ?? "")));
	const widths = columns.map((_, at) => lines.reduce((widest, line) => Math.max(widest, (line[at] ?? "").length), 0));
	return lines.map((line) => `${pad(line, widths).trimEnd()}\n`).join("");
}
function pad(line, widths) {
	return line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ");
}
export { tableText as t };
