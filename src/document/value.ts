/** Defines the values of JSON and TOML documents, and paths inside them. */

/**
 * A path inside a JSON or TOML document, e.g. `['hooks', 'hook_migrate', 'demands', 'job']`; an item of an array is
 * given by its index.
 */
export type ValuePath = readonly (string | number)[];

/** Any value that JSON can represent. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
