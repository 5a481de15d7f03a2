/**
 * Declares for every string in a value whether it is free text or a name. Free text may contain a secret and is masked.
 * A name (an identifier, a path or a keyword) is shown unchanged, because people and scripts read it.
 */

export type Wording = 'name' | 'text';

/** Masks one free text. */
export type Mask = (text: string) => string;

/**
 * The wording of every string in a `T`. A missing wording is a compile error. A union of string literals is always a
 * name and needs no wording. An array has the wording of its entries. A record has the wording of its values under the
 * key `*`. An object may also have a single wording for all its strings.
 */
export type WordingOf<T> = unknown extends T
  ? Wording
  : OfString<T> | OfArray<T> | OfObject<Exclude<T, readonly unknown[]>>;

type OfString<T> = T extends string ? (string extends T ? Wording : never) : never;
type OfArray<T> = T extends readonly (infer Entry)[] ? WordingOf<Entry> : never;
type OfObject<T> = [Extract<T, object>] extends [never] ? never : OfFields<Fields<Extract<T, object>>>;
type OfFields<F> = [keyof F] extends [never] ? never : Wording | F;

/** All fields of all objects in a union. */
type Fields<T> = {
  readonly [K in KeyOf<T> as [WordingOf<ValueOf<T, K>>] extends [never]
    ? never
    : string extends K
      ? '*'
      : K]: WordingOf<ValueOf<T, K>>;
};
type KeyOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

/** Returns a copy in which every free text is masked. */
export function maskFreeText<T>(value: T, wording: WordingOf<T>, mask: Mask): T {
  return masked(value, wording, mask) as T;
}

function masked(value: unknown, wording: unknown, mask: Mask): unknown {
  if (wording === undefined || wording === 'name') return value;
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((entry: unknown) => masked(entry, wording, mask));
  if (typeof value !== 'object' || value === null) return value;
  const wordingOf = (key: string): unknown => {
    if (typeof wording !== 'object' || wording === null) return wording;
    const fields = wording as Readonly<Record<string, unknown>>;
    return Object.hasOwn(fields, key) ? fields[key] : fields['*'];
  };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, wordingOf(key), mask)]));
}
