/** What every listing of `maand cat` receives and returns. */
import type { BuiltBucket } from '../../session/built-bucket.ts';

/** Rows of one listing; every row has the columns as keys. */
export interface Listing {
  readonly columns: readonly string[];
  /** Headings for columns whose heading differs from their name. */
  readonly titles?: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

export interface ListingInput extends BuiltBucket {
  /** Jobs that `--jobs` and `--workers` select. */
  readonly jobs: ReadonlySet<string>;
  readonly workers: ReadonlySet<string>;
}

export type ListingFilter = 'jobs' | 'workers' | 'active' | 'deleted' | 'reveal';

/** One listing, chosen by a word after `maand cat`. */
export interface ListingSpec {
  readonly list: (input: ListingInput) => Listing | Promise<Listing>;
  /** Options that the listing uses; others are refused. */
  readonly filters: readonly ListingFilter[];
  /** The message when the listing has no row and no filter was given. */
  readonly empty: string;
}
