import type { BuiltBucket } from './built-bucket.ts';

/** Rows of one listing; every row has the columns as keys. */
export interface Listing {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

export interface ListingInput extends BuiltBucket {
  /** Selected by `--jobs` and `--workers`. */
  readonly jobs: ReadonlySet<string>;
  readonly workers: ReadonlySet<string>;
}
