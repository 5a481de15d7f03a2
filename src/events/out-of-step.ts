/** How what lies on a worker can differ from what the state knows of it. */
export type OutOfStep =
  | { readonly kind: 'absent' | 'damaged' | 'other-bucket' | 'other-worker' }
  | { readonly kind: 'unreadable'; readonly exitCode: number; readonly said: string }
  /** It was deployed to from a newer state. */
  | { readonly kind: 'ahead'; readonly found: number; readonly newest: number }
  | { readonly kind: 'behind'; readonly found: number; readonly delivered: number };
