/** The ways in which the files on a worker can differ from the state. */
export type OutOfStep =
  | { readonly kind: 'absent' | 'unsigned' | 'damaged' | 'other-bucket' | 'other-worker' | 'exchanged' }
  /**
   * A different state wrote the files last. `by` is the name of that state, or empty when `worker.json` does not name
   * it.
   */
  | { readonly kind: 'elsewhere'; readonly by: string; readonly found: number; readonly newest: number }
  | { readonly kind: 'behind'; readonly found: number; readonly delivered: number };
