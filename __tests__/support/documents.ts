/** Reads the documents as GitHub shows them: the anchors of a page and the targets of its links. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export const readDocument = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Returns the text without its fenced blocks, because these contain neither headings nor links. */
const proseOf = (text: string): string => text.replaceAll(/^( *)```[^\n]*\n.*?^\1```$/gms, '');

/** Returns the anchor that GitHub gives to a heading. */
function slugOf(heading: string): string {
  const shown = heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase();
  return shown.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
}

/** Returns the anchors that the text declares with `<a id>` or `<a name>`. */
export function namedAnchors(text: string): string[] {
  return [...proseOf(text).matchAll(/<a (?:id|name)="([^"]+)">/g)].map(([, name = '']) => name);
}

/** Returns all texts that may follow `#` in a link to the page. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = [...proseOf(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = slugOf(heading);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
  return new Set([...headings, ...namedAnchors(text)]);
}

/** Returns the targets of links within the repository. */
export function linksOf(text: string): string[] {
  const targets = [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}
