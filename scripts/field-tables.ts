/**
 * Generates the field tables in docs/manifest.md from the JSON Schemas, so that editors and docs/manifest.md show the
 * same text.
 */

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

export type Schemas = Readonly<Record<'manifest' | 'workers' | 'disabled', Schema>>;

interface Table {
  readonly schema: keyof Schemas;
  /** Returns the part of the schema that has the fields for the table. */
  readonly at: (root: Schema) => Schema | undefined;
  /** `own` shows only the fields of the object; `all` also shows nested fields. */
  readonly depth: 'own' | 'all';
}

const TABLES: Readonly<Record<string, Table>> = {
  'workers.json': { schema: 'workers', at: (root) => root.items, depth: 'own' },
  'disabled.json': { schema: 'disabled', at: (root) => root, depth: 'all' },
  'manifest.json': { schema: 'manifest', at: (root) => root, depth: 'own' },
  resources: { schema: 'manifest', at: (root) => root.properties?.resources, depth: 'all' },
  'a hook': { schema: 'manifest', at: (root) => root.definitions?.hook, depth: 'all' },
  health_check: { schema: 'manifest', at: (root) => root.definitions?.health_check, depth: 'all' },
  'a certificate': { schema: 'manifest', at: (root) => root.definitions?.certificate, depth: 'all' },
};

const MARKED = /(<!-- fields of (.+?): .*?-->\n)[\s\S]*?(<!-- end of \2 -->)/g;

/**
 * Returns the page with every marked table generated again. Throws when a marker names an unknown table, or when a
 * known table has no marker.
 */
export function withFieldTables(page: string, schemas: Schemas): string {
  const seen = new Set<string>();
  const written = page.replace(MARKED, (_all, begin: string, name: string, end: string) => {
    seen.add(name);
    return `${begin}\n${tableOf(name, schemas)}\n${end}`;
  });
  const missing = Object.keys(TABLES).filter((name) => !seen.has(name));
  if (missing.length > 0) throw new Error(`the page has no place for the fields of ${missing.join(', ')}`);
  return written;
}

function tableOf(name: string, schemas: Schemas): string {
  const table = TABLES[name];
  const root = table && schemas[table.schema];
  const schema = root && table.at(root);
  if (!table || !schema) throw new Error(`no schema has the fields of ${name}`);
  const rows = rowsOf(schema, { root, depth: table.depth, path: '' });
  return ['| Field | Type | Default | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

interface Position {
  readonly root: Schema;
  readonly depth: Table['depth'];
  readonly path: string;
}

function rowsOf(schema: Schema, position: Position): string[] {
  const { root, path } = position;
  return Object.entries(schema.properties ?? {}).flatMap(([name, reference]) => {
    if (name === '$schema') return [];
    const field = resolve(reference, root);
    const own = path === '' ? name : `${path}.${name}`;
    const cells = [`\`${own}\``, typeOf(field, root), defaultOf(name, field, schema), meaningOf(field)];
    return [
      `| ${cells.map(cell).join(' | ')} |`,
      ...(position.depth === 'all' ? below(field, { ...position, path: own }) : []),
    ];
  });
}

/**
 * Returns the rows for the fields inside a field. These are the fields of an object, of the items of a list, or of the
 * values of a map.
 */
function below(field: Schema, position: Position): string[] {
  const { root, path } = position;
  if (field.properties) return rowsOf(field, position);
  if (field.items) return rowsOf(resolve(field.items, root), { ...position, path: `${path}[]` });
  if (typeof field.additionalProperties !== 'object') return [];
  return rowsOf(resolve(field.additionalProperties, root), { ...position, path: `${path}.<name>` });
}

function resolve(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace('#/definitions/', '');
  return (name !== undefined && root.definitions?.[name]) || schema;
}

function typeOf(field: Schema, root: Schema): string {
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  const types = [field.type ?? []].flat().filter((type) => type !== 'null');
  const named = types.map((type) => {
    if (type !== 'array') return type;
    const items = field.items && resolve(field.items, root);
    return items?.enum || items?.properties ? 'list' : `list of ${[items?.type ?? []].flat().join(' or ')}s`;
  });
  return [named.join(' or '), rangeOf(field)].filter((part) => part !== '').join(', ');
}

function rangeOf({ minimum, maximum, maxLength }: Schema): string {
  if (maxLength !== undefined) return `at most ${maxLength} characters`;
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? '' : `at most ${maximum}`;
}

function defaultOf(name: string, field: Schema, parent: Schema): string {
  if (parent.required?.includes(name)) return 'required';
  if (field.default === undefined) return '';
  return `\`${typeof field.default === 'string' ? field.default : JSON.stringify(field.default)}\``;
}

/**
 * Returns the description of a field. The description includes an example when the type does not make clear how to
 * write a value.
 */
function meaningOf(field: Schema): string {
  const [example] = field.examples ?? [];
  const events = field.items?.enum ? ` Events: ${field.items.enum.map((event) => `\`${event}\``).join(', ')}.` : '';
  const isPlain = typeof example === 'string' || Array.isArray(example);
  const shown =
    isPlain && !field.enum && !field.items?.properties ? ` Example: \`${shortened(JSON.stringify(example))}\`` : '';
  return `${field.description ?? ''}${events}${shown}`;
}

const LONGEST_EXAMPLE = 60;

function shortened(text: string): string {
  return text.length <= LONGEST_EXAMPLE ? text : `${text.slice(0, LONGEST_EXAMPLE / 2)}…`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
