/** Decides whether enough holders agree to decide for all. */

export interface Vote {
  /** Hosts of the holders, sorted. */
  readonly holders: readonly string[];
  readonly voices: readonly string[];
}

/**
 * A quorum is more than half of the holders, or exactly half with the first of them. Any two quorums share a holder;
 * everything else relies on this. The cache does not vote, because runs of two branches do not see the same cache. With
 * no holders, there is always a quorum.
 */
export function hasQuorum({ holders, voices }: Vote): boolean {
  const [first] = holders;
  const isHalf = voices.length * 2 === holders.length;
  return voices.length * 2 > holders.length || (isHalf && (first === undefined || voices.includes(first)));
}
