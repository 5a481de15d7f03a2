/** The ways in which the files on a worker can differ from the state. */
export type OutOfStep =
  | { readonly kind: 'absent' | 'unsigned' | 'damaged' | 'other-bucket' | 'other-worker' | 'exchanged' }
  /** Another state wrote last; `by` says which one, and is empty when the file does not name it. */
  | { readonly kind: 'elsewhere'; readonly by: string; readonly found: number; readonly newest: number }
  | { readonly kind: 'behind'; readonly found: number; readonly delivered: number };
