/** Defines the input of a rendering: the data and the key/value store. */

/**
 * The data (dot) of a template: strings, lists of strings and safe integers by field name (docs/templates.md "Data").
 */
export type TemplateData = Readonly<Record<string, string | number | readonly string[]>>;

/** The result of reading one key. The rendering fails with `message` when the key cannot be read. */
export type TemplateKvRead =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'missing'; readonly hint?: string }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'undecryptable'; readonly message: string };

/** The keys of a namespace, in any order. */
export type TemplateKvKeys =
  | { readonly kind: 'found'; readonly keys: readonly string[] }
  | { readonly kind: 'unreadable'; readonly message: string };

/**
 * The store for the functions `get` and `keys`. The implementation refuses namespaces that the job may not read, and
 * decrypts secrets.
 */
export interface TemplateKv {
  get(namespace: string, key: string): TemplateKvRead;
  keys(namespace: string): TemplateKvKeys;
}

/**
 * Everything that one rendering may read. `data` contains the name of the rendering job (`Job`) and, for an allocation,
 * its host (`WorkerIP`).
 */
export interface RenderInput {
  readonly data: TemplateData;
  readonly kv: TemplateKv;
  /** Called with each field of `data` that the rendering reads, possibly more than once for a field. */
  readonly onField?: (name: string) => void;
}
