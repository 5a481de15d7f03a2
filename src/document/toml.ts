/** Parses the TOML files of a bucket into documents. A document contains the position of every value. */
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { messageOf } from '../base/failure.ts';
import { escaped } from '../base/text/quote.ts';
import type { ArrayNode, Document, DocumentNode, Member, ObjectNode } from './document.ts';
import type { Findings } from './findings.ts';
import type { Source } from './source.ts';

const DEEPEST = 100;
/** Maximum length in characters. The parser needs seconds for a few megabytes. */
const LONGEST = 1024 * 1024;

/** A TOML document; its root is always a table. */
export type TomlDocument = Document<ObjectNode>;

/**
 * Parses TOML. `subject` begins the message, e.g. `invalid bucket.conf`. Returns `undefined` after an error; the parser
 * stops at the first error. The library can convert the tree to objects. This conversion is not used, because a key
 * such as `a.__proto__.b` would change the prototype of all objects.
 */
export function parseToml(source: Source, subject: string, findings: Findings): TomlDocument | undefined {
  if (source.text.length > LONGEST) {
    findings.error({ message: `${subject}: it is larger than 1 MiB`, place: source.placeAt(0) });
    return undefined;
  }
  try {
    const [table] = parseTOML(source.text).body;
    return { source, root: convertTop(table) };
  } catch (thrown) {
    const { detail, offset } = explain(thrown);
    const inText = Math.min(offset, source.text.trimEnd().length); // never points at the empty lines after the text
    findings.error({ message: `${subject}: ${detail}`, place: source.placeAt(inText) });
    return undefined;
  }
}

function explain(thrown: unknown): { readonly detail: string; readonly offset: number } {
  if (thrown instanceof ParseError) return { detail: escaped(lowerFirst(messageOf(thrown))), offset: thrown.index };
  // `refuseDeeper` throws this error. The parser also throws it when the recursion of the parser overflows the stack.
  if (thrown instanceof RangeError) return { detail: 'values are nested too deeply or too long', offset: 0 };
  return { detail: `it cannot be parsed: ${escaped(messageOf(thrown))}`, offset: 0 };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

interface Table extends ObjectNode {
  readonly members: Map<string, Member>;
}

interface TableList extends ArrayNode {
  readonly items: DocumentNode[];
}

function convertTop(top: AST.TOMLTopLevelTable): ObjectNode {
  const root = emptyTable(top);
  for (const entry of top.body) {
    if (entry.type === 'TOMLKeyValue') {
      assign(root, entry);
      continue;
    }
    const table = openTable(root, entry);
    for (const pair of entry.body) assign(table, pair);
  }
  return root;
}

/**
 * Returns the table for a header. `[a.b]` returns the table of that name, which is created when it is missing.
 * `[[a.b]]` adds a new table to a list.
 */
function openTable(root: Table, header: AST.TOMLTable): Table {
  const { parents, name, keyStart } = partsOf(header.key);
  const parent = parents.reduce(tableBelow, root);
  if (header.kind === 'standard') return tableBelow(parent, { name, keyStart });
  const table = emptyTable(header);
  const list = parent.members.get(name)?.node;
  if (list?.kind === 'array') (list as TableList).items.push(table);
  else {
    const node: TableList = { kind: 'array', items: [table], start: table.start, end: table.end };
    parent.members.set(name, { keyStart, writtenAs: name, node });
  }
  return table;
}

function assign(table: Table, { key, value }: AST.TOMLKeyValue, depth = 0): void {
  const { parents, name, keyStart } = partsOf(key);
  parents.reduce(tableBelow, table).members.set(name, { keyStart, writtenAs: name, node: convertValue(value, depth) });
}

interface KeyPart {
  readonly name: string;
  readonly keyStart: number;
}

function partsOf(key: AST.TOMLKey): KeyPart & { readonly parents: readonly KeyPart[] } {
  refuseDeeper(key.keys.length);
  const parts = key.keys.map((part) => ({
    name: part.type === 'TOMLBare' ? part.name : part.value,
    keyStart: part.range[0],
  }));
  const own = parts.pop() ?? { name: '', keyStart: key.range[0] };
  return { ...own, parents: parts };
}

/**
 * Returns the table with that name, or the last table if the name is a list of tables. Creates a missing table. The
 * parser has already refused a document in which the name has a value of a different kind.
 */
function tableBelow(table: Table, { name, keyStart }: KeyPart): Table {
  const node = table.members.get(name)?.node;
  const existing = node?.kind === 'array' ? node.items.at(-1) : node;
  if (existing?.kind === 'object') return existing as Table;
  const created: Table = { kind: 'object', members: new Map(), start: keyStart, end: keyStart + name.length };
  table.members.set(name, { keyStart, writtenAs: name, node: created });
  return created;
}

function emptyTable({ range: [start, end] }: AST.TOMLTopLevelTable | AST.TOMLTable | AST.TOMLInlineTable): Table {
  return { kind: 'object', members: new Map(), start, end };
}

function convertValue(value: AST.TOMLContentNode, depth: number): DocumentNode {
  refuseDeeper(depth);
  const [start, end] = value.range;
  switch (value.type) {
    case 'TOMLArray':
      return { kind: 'array', items: value.elements.map((item) => convertValue(item, depth + 1)), start, end };
    case 'TOMLInlineTable': {
      const table = emptyTable(value);
      for (const pair of value.body) assign(table, pair, depth + 1);
      return table;
    }
    case 'TOMLValue':
      return { kind: 'scalar', value: value.value instanceof Date ? undefined : value.value, start, end };
  }
}

function refuseDeeper(depth: number): void {
  if (depth > DEEPEST) throw new RangeError(`more than ${DEEPEST} levels`);
}
