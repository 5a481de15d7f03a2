/** Pieces of GitHub Markdown in which foreign text stays text, and the size limit of a job summary. */

import { clip } from '../log/phrases.ts';

/** GitHub takes 1 MiB; the rest is for what a face adds. */
const LARGEST_BYTES = 960 * 1024;
const LONGEST_CELL_CHARS = 1000;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '`': '&#96;',
  '@': '&#64;',
};

/** `text` as plain text of a line or a table cell: no Markdown, HTML, mention or formula in it; line breaks become `<br>`. */
export function plain(text: string): string {
  return html(text.replace(/[\\*_{}[\]#~$!]/g, '\\$&'));
}

/** `text` as plain text inside an HTML element, where Markdown is not read. */
function html(text: string): string {
  return clip(text.trim(), LONGEST_CELL_CHARS)
    .replace(/[&<>|`@]/g, (character) => ENTITIES[character] ?? character)
    .replace(/\r\n|\r|\n/g, '<br>')
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** A table whose cells are Markdown already; empty without rows. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`);
  return `${lines.join('')}\n`;
}

/** Folded away until someone opens it. `title` is plain text. */
export function details(title: string, body: string): string {
  return `<details><summary>${html(title)}</summary>\n\n${body.trimEnd()}\n\n</details>\n\n`;
}

/** A code block that the text cannot end. */
export function codeBlock(text: string, language = ''): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(runs.reduce((longest, { length }) => Math.max(longest, length + 1), 3));
  return `${fence}${language}\n${text.replace(/\r\n?/g, '\n').trimEnd()}\n${fence}\n\n`;
}

/** The parts in order, as many as fit; what does not fit is left out whole, and a sentence says so. */
export function fitSummary(parts: readonly string[], largestBytes = LARGEST_BYTES): string {
  const kept: string[] = [];
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
  if (left > 0)
    kept.push(
      `\n*${left} of ${parts.length} sections were left out: a job summary has a limit. Everything is in the file of the output \`result\`.*\n`,
    );
  return kept.join('');
}
