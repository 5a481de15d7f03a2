/** Corrects the names of fields in a document so that they match its schema. */

import { didYouMean, misspelling } from '../base/text/nearest-name.ts';
import { quoted } from '../base/text/quote.ts';
import type { Document, DocumentNode, Member, ObjectNode } from '../document/document.ts';
import type { Findings } from '../document/findings.ts';
import type { ValuePath } from '../document/value.ts';
import type { Schema } from './schema.ts';
import { pathText } from './wording.ts';

export interface FieldRequest {
  readonly document: Document;
  readonly schema: Schema;
  readonly findings: Findings;
  /** The name of the document in warnings, e.g. `manifest.json of job api`. */
  readonly title: string;
  /**
   * Maps older field names, which were already translated, to the current names. A typo of an older name is also a
   * misspelled field.
   */
  readonly older?: Readonly<Record<string, string>>;
  /** What happens to an unknown field. With `keep` the field stays in the document, and the schema check reports it. */
  readonly unknown: 'drop with a warning' | 'keep';
}

/**
 * Returns the document with these changes. A field name in the wrong case is corrected, with a warning. A misspelled
 * field is corrected, with an error. An unknown field that is not a misspelling is dropped (see `unknown`), with a
 * warning. A known field with the value null is dropped. Field names of objects that allow any names are not changed.
 */
export function fitFields(request: FieldRequest): Document {
  const { source, root } = request.document;
  return { source, root: fitNode(root, { request, schema: resolve(request.schema, request), path: [] }) };
}

interface Position {
  readonly request: FieldRequest;
  /** The schema of this node, with a reference (`$ref`) already resolved. */
  readonly schema: Schema;
  readonly path: ValuePath;
}

function below({ request, path }: Position, schema: Schema, step: string | number): Position {
  return { request, schema: resolve(schema, request), path: [...path, step] };
}

function resolve(schema: Schema, request: FieldRequest): Schema {
  const name = schema.$ref?.replace('#/definitions/', '');
  return (name !== undefined && request.schema.definitions?.[name]) || schema;
}

function fitNode(node: DocumentNode, position: Position): DocumentNode {
  const { items } = position.schema;
  switch (node.kind) {
    case 'scalar':
      return node;
    case 'array':
      if (!items) return node;
      return { ...node, items: node.items.map((item, index) => fitNode(item, below(position, items, index))) };
    case 'object':
      return { ...node, members: new Map(fitMembers(node, position)) };
  }
}

function* fitMembers(object: ObjectNode, position: Position): Generator<[string, Member]> {
  const { properties, additionalProperties: others } = position.schema;
  for (const [name, member] of object.members) {
    if (typeof others === 'object') yield [name, fitMember(member, below(position, others, name))];
    else if (!properties || others === true) yield [name, member];
    else yield* fitField(name, { object, member, position, properties });
  }
}

function fitMember(member: Member, position: Position): Member {
  return { ...member, node: fitNode(member.node, position) };
}

interface Field {
  readonly object: ObjectNode;
  readonly member: Member;
  readonly position: Position;
  readonly properties: Readonly<Record<string, Schema>>;
}

function* fitField(name: string, { object, member, position, properties }: Field): Generator<[string, Member]> {
  const { findings, document, title, unknown } = position.request;
  const field = `${quoted(name)}${position.path.length === 0 ? '' : ` in ${pathText(position.path)}`}`;
  const warn = (text: string, hint?: string): void => {
    findings.warning({ message: `${title}: ${text}`, place: document.source.placeAt(member.keyStart), hint });
  };
  const known = knownName(name, properties);
  const schema = known === undefined ? undefined : properties[known];
  if (known === undefined || !schema) {
    if (unknown === 'keep') yield [name, member];
    else yield* fitUnknown(name, { object, member, position, properties }, field);
    return;
  }
  const isTaken = known !== name && object.members.has(known);
  if (isTaken) warn(`${field} is ignored`, `"${known}" is there too`);
  else if (known !== name) warn(`${field} is accepted although its case is wrong`, `the field is "${known}"`);
  if (!isTaken && !isNull(member)) yield [known, fitMember(member, below(position, schema, known))];
}

/**
 * Reports a field that is not in the schema. A misspelled field is an error, and its value is read under the correct
 * name.
 */
function* fitUnknown(
  name: string,
  { object, member, position, properties }: Field,
  field: string,
): Generator<[string, Member]> {
  const { findings, document, title, older = {} } = position.request;
  const place = document.source.placeAt(member.keyStart);
  const names = Object.keys(properties);
  const outdated = Object.keys(older).filter((word) => names.includes(older[word] ?? ''));
  const meant = misspelling(name, [...names, ...outdated]);
  if (meant === undefined) {
    findings.warning({ message: `${title}: unknown field ${field} is ignored`, place, hint: didYouMean(name, names) });
    return;
  }
  findings.error({ message: `invalid ${title}: unknown field ${field}`, place, hint: meant.hint });
  const today = older[meant.name] ?? meant.name;
  const schema = properties[today];
  if (schema && !object.members.has(today)) yield [today, fitMember(member, below(position, schema, today))];
}

function isNull({ node }: Member): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function knownName(name: string, properties: Readonly<Record<string, Schema>>): string | undefined {
  if (Object.hasOwn(properties, name)) return name;
  return Object.keys(properties).find((known) => known.toLowerCase() === name.toLowerCase());
}
