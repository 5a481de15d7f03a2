/** The values of JSON and TOML documents, and paths inside them. */

/** A path inside a JSON or TOML document: `['hooks', 'hook_migrate', 'demands', 'job']`, array items by number. */
export type ValuePath = readonly (string | number)[];

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
