/** What every listing of `maand cat` receives and returns. */
import type { BuiltBucket } from '../../session/built-bucket.ts';

/** Rows of one listing; every row has the columns as keys. */
export interface Listing {
  readonly columns: readonly string[];
  /** Headings of the table for columns whose name is not their heading. */
  readonly titles?: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

export interface ListingInput extends BuiltBucket {
  /** Selected by `--jobs` and `--workers`. */
  readonly jobs: ReadonlySet<string>;
  readonly workers: ReadonlySet<string>;
}

export type ListingFilter = 'jobs' | 'workers' | 'active' | 'deleted' | 'reveal';

/** One word behind `cat`. */
export interface ListingSpec {
  readonly list: (input: ListingInput) => Listing | Promise<Listing>;
  /** Options that it listens to; others are refused. */
  readonly filters: readonly ListingFilter[];
  /** What is said when there is no row and nothing was filtered. */
  readonly empty: string;
}
