/** The documents as GitHub shows them: which anchors a page has, and where its links lead. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export const readDocument = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Without what stands in fences: that is neither heading nor link. */
const proseOf = (text: string): string => text.replaceAll(/^( *)```[^\n]*\n.*?^\1```$/gms, '');

/** GitHub's name for a heading. */
function slugOf(heading: string): string {
  const shown = heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase();
  return shown.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
}

/** Names that people gave with `<a id>`. */
export function namedAnchors(text: string): string[] {
  return [...proseOf(text).matchAll(/<a (?:id|name)="([^"]+)">/g)].map(([, name = '']) => name);
}

/** Whatever may stand behind `#` in a link to the page. */
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

/** Targets of links that stay within the repository. */
export function linksOf(text: string): string[] {
  const targets = [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}
