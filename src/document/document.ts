/**
 * One tree for JSON and TOML: values with their offsets. Fields live in maps, so that a key such as `__proto__` is a key
 * like any other. The readers of this room take what they need from it with the small getters below, which answer
 * `undefined` for a value of another type: that one was reported by the schema.
 */
import type { Place } from '../base/diagnostic.ts';
import type { Source } from './source.ts';
import type { JsonValue, ValuePath } from './value.ts';

interface Span {
  /** Of the first and behind the last character, in the text of the source. */
  readonly start: number;
  readonly end: number;
}

export interface ObjectNode extends Span {
  readonly kind: 'object';
  /** In order of the document. */
  readonly members: ReadonlyMap<string, Member>;
}

export interface ArrayNode extends Span {
  readonly kind: 'array';
  readonly items: readonly DocumentNode[];
}

interface ScalarNode extends Span {
  readonly kind: 'scalar';
  /** `undefined`: a type that JSON does not have (a date of TOML). */
  readonly value: string | number | boolean | null | undefined;
}

export type DocumentNode = ObjectNode | ArrayNode | ScalarNode;

export interface Member {
  readonly keyStart: number;
  /** The key as it stands in the file, where an older or misspelled one was replaced. */
  readonly writtenAs: string;
  readonly node: DocumentNode;
}

export interface Document<Root extends DocumentNode = DocumentNode> {
  readonly source: Source;
  readonly root: Root;
}

/** A member of an object, if `node` is one and has it. */
export function memberOf(node: DocumentNode | undefined, name: string): Member | undefined {
  return node?.kind === 'object' ? node.members.get(name) : undefined;
}

/** The value of a field, if `node` is an object and has it. */
export function fieldOf(node: DocumentNode | undefined, name: string): DocumentNode | undefined {
  return memberOf(node, name)?.node;
}

/** The members of an object in order of the document; none for anything else. */
export function membersOf(node: DocumentNode | undefined): readonly (readonly [string, Member])[] {
  return node?.kind === 'object' ? [...node.members] : [];
}

/** The items of an array; none for anything else. */
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

/** The node at `path`, or the nearest one above it that exists. */
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

/** The node as plain data. Objects have no prototype, so that no key means more than itself. */
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

/** A record without prototype: asking it for `constructor` answers `undefined` unless somebody wrote that key. */
export function recordOf<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const record: Record<string, T> = Object.create(null);
  for (const [key, value] of entries) record[key] = value;
  return record;
}
