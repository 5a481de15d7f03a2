/** The ways in which the files on a worker can differ from the state. */
export type OutOfStep =
  | { readonly kind: 'absent' | 'damaged' | 'other-bucket' | 'other-worker' }
  | { readonly kind: 'unreadable'; readonly exitCode: number; readonly said: string }
  /** A run with a newer state has deployed to the worker. */
  | { readonly kind: 'ahead'; readonly found: number; readonly newest: number }
  | { readonly kind: 'behind'; readonly found: number; readonly delivered: number };
