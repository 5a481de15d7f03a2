/**
 * Defines one tree for JSON and TOML documents: values with their offsets. Fields are kept in maps, so that a key such
 * as `__proto__` is an ordinary key. Other files read values with the getters below. A getter returns `undefined` when
 * the value does not have the expected type; the schema check has already reported such a value.
 */
import type { Place } from '../base/diagnostic.ts';
import type { Source } from './source.ts';
import type { JsonValue, ValuePath } from './value.ts';

interface Span {
  /**
   * `start` is the offset of the first character in the text of the source. `end` is the offset after the last
   * character.
   */
  readonly start: number;
  readonly end: number;
}

export interface ObjectNode extends Span {
  readonly kind: 'object';
  /** The fields in the order of the document. */
  readonly members: ReadonlyMap<string, Member>;
}

export interface ArrayNode extends Span {
  readonly kind: 'array';
  readonly items: readonly DocumentNode[];
}

interface ScalarNode extends Span {
  readonly kind: 'scalar';
  /** The value; `undefined` for a type that JSON does not have (a date in TOML). */
  readonly value: string | number | boolean | null | undefined;
}

export type DocumentNode = ObjectNode | ArrayNode | ScalarNode;

export interface Member {
  readonly keyStart: number;
  /**
   * The key as it is written in the file. This key differs from the name of the member when an older or misspelled key
   * was replaced.
   */
  readonly writtenAs: string;
  readonly node: DocumentNode;
}

export interface Document<Root extends DocumentNode = DocumentNode> {
  readonly source: Source;
  readonly root: Root;
}

/** Returns the member with that name, or undefined when `node` is not an object or has no such member. */
export function memberOf(node: DocumentNode | undefined, name: string): Member | undefined {
  return node?.kind === 'object' ? node.members.get(name) : undefined;
}

/** Returns the value of a field, or undefined when `node` is not an object or has no such field. */
export function fieldOf(node: DocumentNode | undefined, name: string): DocumentNode | undefined {
  return memberOf(node, name)?.node;
}

/** Returns the members of an object in the order of the document, or an empty list when `node` is not an object. */
export function membersOf(node: DocumentNode | undefined): readonly (readonly [string, Member])[] {
  return node?.kind === 'object' ? [...node.members] : [];
}

/** Returns the items of an array, or an empty list when `node` is not an array. */
export function itemsOf(node: DocumentNode | undefined): readonly DocumentNode[] {
  return node?.kind === 'array' ? node.items : [];
}

export function textOf(node: DocumentNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

export function integerOf(node: DocumentNode | undefined): number | undefined {
  const value = node?.kind === 'scalar' ? node.value : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

export function flagOf(node: DocumentNode | undefined): boolean | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined;
}

/** Returns the node at `path`. When that node is missing, returns its nearest existing parent. */
export function nodeAt(root: DocumentNode, path: ValuePath): DocumentNode {
  let node = root;
  for (const step of path) {
    const next = typeof step === 'number' ? itemsOf(node)[step] : fieldOf(node, step);
    if (!next) return node;
    node = next;
  }
  return node;
}

export function placeOf({ source, root }: Document, path: ValuePath): Place {
  return source.placeAt(nodeAt(root, path).start);
}

/**
 * Returns the node as plain data. The objects have no prototype, so that a key such as `__proto__` has no special
 * meaning.
 */
export function dataOf(node: DocumentNode): JsonValue {
  switch (node.kind) {
    case 'object':
      return recordOf([...node.members].map(([name, member]) => [name, dataOf(member.node)]));
    case 'array':
      return node.items.map(dataOf);
    case 'scalar':
      return node.value ?? null;
  }
}

/** Returns a record without a prototype. So a field such as `constructor` exists only if an entry has this key. */
export function recordOf<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const record: Record<string, T> = Object.create(null);
  for (const [key, value] of entries) record[key] = value;
  return record;
}
