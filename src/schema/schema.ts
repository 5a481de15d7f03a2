/**
 * Checks documents against the published JSON Schemas. The validators find the violations; this file adds their
 * positions.
 */
import type { ErrorObject, ValidateFunction } from 'ajv';
import disabledSchema from '../../schemas/disabled.schema.json' with { type: 'json' };
import manifestSchema from '../../schemas/manifest.schema.json' with { type: 'json' };
import workersSchema from '../../schemas/workers.schema.json' with { type: 'json' };
import { type Document, type DocumentNode, dataOf, fieldOf, itemsOf, memberOf, nodeAt } from '../document/document.ts';
import type { ValuePath } from '../document/value.ts';

/** The parts of a JSON Schema that this program reads directly. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const SCHEMAS = {
  manifest: manifestSchema as Schema,
  workers: workersSchema as Schema,
  disabled: disabledSchema as Schema,
} as const;

export type SchemaName = keyof typeof SCHEMAS;

export function schemaOf(name: SchemaName): Schema {
  return SCHEMAS[name];
}

/** One violation of the schema by a value of the document. */
export interface Violation {
  /** The keyword of the schema that is violated: `type`, `enum`, `minimum`, `required` … */
  readonly keyword: string;
  /**
   * The path of the value. If `property` is set, `path` is the path of the object that contains or lacks the property.
   */
  readonly path: ValuePath;
  /** The property that is missing, unknown or misnamed. */
  readonly property: string | undefined;
  readonly node: DocumentNode;
  /** The offset of the value, or of the key if `property` is set and present. */
  readonly start: number;
  /** The part of the schema that is violated. */
  readonly schema: Schema;
}

/** Returns all violations in the order of the document. */
export async function findViolations(name: SchemaName, { root }: Document): Promise<readonly Violation[]> {
  const validate = await validatorOf(name);
  if (validate(dataOf(root))) return [];
  return (validate.errors ?? [])
    .filter((error) => error.keyword !== 'if' && error.propertyName === undefined)
    .map((error) => locate(error, root))
    .sort((a, b) => a.start - b.start);
}

const validators = new Map<SchemaName, Promise<ValidateFunction>>();

function validatorOf(name: SchemaName): Promise<ValidateFunction> {
  const known = validators.get(name) ?? compile(name);
  validators.set(name, known);
  return known;
}

async function compile(name: SchemaName): Promise<ValidateFunction> {
  const { compileSchema } = await import('./compile-schema.ts'); // loaded only now, because some commands read no document
  return compileSchema(name, SCHEMAS[name]);
}

function locate(error: ErrorObject, root: DocumentNode): Violation {
  const path = pathOf(error.instancePath, root);
  const node = nodeAt(root, path);
  const { missingProperty, additionalProperty, propertyName } = error.params as Record<string, unknown>;
  const property = [missingProperty, additionalProperty, propertyName].find((name) => typeof name === 'string');
  const start = memberOf(node, String(property))?.keyStart ?? node.start;
  return { keyword: error.keyword, path, property, node, start, schema: (error.parentSchema ?? {}) as Schema };
}

/**
 * Converts a JSON pointer to a path. In a pointer, `/0` may be an item of an array or a key of an object; the document
 * decides.
 */
function pathOf(pointer: string, root: DocumentNode): ValuePath {
  const path: (string | number)[] = [];
  let node: DocumentNode | undefined = root;
  for (const escaped of pointer.split('/').slice(1)) {
    const step = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    const isItem: boolean = node?.kind === 'array';
    path.push(isItem ? Number(step) : step);
    node = isItem ? itemsOf(node)[Number(step)] : fieldOf(node, step);
  }
  return path;
}
