/** Edits the texts of documents. Everything outside the edits stays unchanged, including white space and comments. */
import type { TextEdit, TextSpan } from '../base/repair.ts';
import type { ArrayNode, Member, ObjectNode } from './document.ts';
import type { Source } from './source.ts';

interface Replacement {
  readonly span: TextSpan;
  readonly parts: readonly (string | TextSpan)[];
}

/**
 * Returns the text with all edits applied. When one edit lies inside the span of a second edit, only the outer edit is
 * applied, except inside parts that the outer edit keeps.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const replaced = edits.flatMap((edit) => (edit.kind === 'replace' ? edit : []));
  const all: Replacement[] = [...replaced, ...dropsIn(edits)];
  all.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  return rendered(text, { start: 0, end: text.length }, all);
}

function rendered(text: string, span: TextSpan, all: readonly Replacement[]): string {
  let result = '';
  let at = span.start;
  for (const { span: own, parts } of all) {
    if (own.start < at || own.end > span.end) continue;
    const put = parts.map((part) => (typeof part === 'string' ? part : rendered(text, part, all)));
    result += text.slice(at, own.start) + put.join('');
    at = own.end;
  }
  return result + text.slice(at, span.end);
}

/**
 * Returns the replacements for all removed entries. All removals from one list are combined, because adjacent entries
 * share commas.
 */
function dropsIn(edits: readonly TextEdit[]): Replacement[] {
  const lists = new Map<number, { list: TextSpan; entries: readonly TextSpan[]; gone: Set<number> }>();
  for (const edit of edits) {
    if (edit.kind !== 'drop') continue;
    const known = lists.get(edit.list.start) ?? { list: edit.list, entries: edit.entries, gone: new Set<number>() };
    lists.set(edit.list.start, known);
    known.gone.add(edit.at);
  }
  return [...lists.values()].flatMap(({ list, entries, gone }) =>
    gone.size === entries.length
      ? [{ span: { start: list.start + 1, end: list.end - 1 }, parts: [] }]
      : [...runsOf(entries, gone)].map((span) => ({ span, parts: [] })),
  );
}

/**
 * Yields the spans to remove. An entry is removed with the comma before it. Entries at the beginning of the list are
 * removed with the comma after them.
 */
function* runsOf(entries: readonly TextSpan[], gone: ReadonlySet<number>): Generator<TextSpan> {
  const firstKept = entries.findIndex((_, at) => !gone.has(at));
  const [first, kept] = [entries[0], entries[firstKept]];
  if (firstKept > 0 && first && kept) yield { start: first.start, end: kept.start };
  for (let at = firstKept + 1; at < entries.length; at++) {
    const [before, entry] = [entries[at - 1], entries[at]];
    if (gone.has(at) && before && entry) yield { start: before.end, end: entry.end };
  }
}

/** Returns the span of a key in the text, including its quotes. */
export function keySpan({ text }: Source, { keyStart }: Member): TextSpan {
  const quote = text[keyStart];
  let end = keyStart + 1;
  if (quote === '"' || quote === "'") {
    while (text[end] !== quote) end += text[end] === '\\' && quote === '"' ? 2 : 1;
    return { start: keyStart, end: end + 1 };
  }
  while (/[\w-]/.test(text[end] ?? '')) end++;
  return { start: keyStart, end };
}

/** Returns the edit that renames a field. The kind of quotes does not change. */
export function renameKey(source: Source, member: Member, name: string): TextEdit {
  const span = keySpan(source, member);
  const quote = source.text[span.start] ?? '';
  const mark = /["']/.test(quote) ? quote : '';
  return replace(span, `${mark}${name}${mark}`);
}

export function replace({ start, end }: TextSpan, ...parts: readonly (string | TextSpan)[]): TextEdit {
  return { kind: 'replace', span: { start, end }, parts };
}

/**
 * Returns the edit that removes a field. A field in braces is removed together with one comma. A field of a TOML table
 * is removed together with its line, but a comment after the field stays.
 */
export function dropMember(source: Source, object: ObjectNode, name: string): TextEdit {
  const members = [...object.members];
  const at = members.findIndex(([one]) => one === name);
  const entries = members.map(([, member]) => spanOf(member));
  const own = entries[at] ?? object;
  if (source.text[object.start] !== '{') return replace(lineOf(source, own));
  return { kind: 'drop', list: object, entries, at };
}

export function dropItem(array: ArrayNode, at: number): TextEdit {
  return { kind: 'drop', list: array, entries: array.items, at };
}

/** Returns the span from the start of the key to the end of the value. */
export function spanOf({ keyStart, node }: Member): TextSpan {
  return { start: keyStart, end: node.end };
}

function lineOf({ text }: Source, span: TextSpan): TextSpan {
  const start = text.lastIndexOf('\n', span.start - 1) + 1;
  const lineEnd = text.indexOf('\n', span.end);
  const end = lineEnd === -1 ? text.length : lineEnd + 1;
  if (text.slice(start, span.start).trim() !== '') return span;
  const rest = text.slice(span.end, end);
  return { start, end: rest.trim() === '' ? end : span.end + rest.search(/\S/) };
}
