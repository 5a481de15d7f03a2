/** Waits until what was written so far is durable. */
export type Flush = () => Promise<void>;

/**
 * Saves only when something was written since the last save that went well: an unchanged value is durable already, unless the
 * write that brought it is still being saved. `persist` covers everything written before its call and may overlap with itself.
 */
export function flushChanges(revision: () => number, persist: () => Promise<void>): Flush {
  let saved = revision();
  return async () => {
    const covered = revision();
    if (saved >= covered) return;
    await persist();
    saved = Math.max(saved, covered);
  };
}
