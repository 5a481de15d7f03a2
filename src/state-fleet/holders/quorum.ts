/** Which of the holders are enough to decide for all. */

export interface Vote {
  /** Sorted. */
  readonly holders: readonly string[];
  readonly voices: readonly string[];
}

/**
 * More than half of the holders; exactly half when the first of them is among these. Any two quorums share a holder, which is
 * what everything else rests on; the cache has no voice, because runs of two branches do not see the same one. Nobody to ask is
 * enough.
 */
export function hasQuorum({ holders, voices }: Vote): boolean {
  const [first] = holders;
  const isHalf = voices.length * 2 === holders.length;
  return voices.length * 2 > holders.length || (isHalf && (first === undefined || voices.includes(first)));
}
