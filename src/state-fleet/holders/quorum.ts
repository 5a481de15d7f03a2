/** Decides whether enough holders agree. */

export interface Vote {
  /** Hosts of the holders, sorted. */
  readonly holders: readonly string[];
  readonly voices: readonly string[];
}

/**
 * Returns whether the voices are a quorum: more than half of the holders, or exactly half of them including the first
 * holder. Any two quorums share a holder, and the whole store relies on this. The cache does not vote, because runs on
 * two branches do not see the same cache. With no holders, there is always a quorum.
 */
export function hasQuorum({ holders, voices }: Vote): boolean {
  const [first] = holders;
  const isHalf = voices.length * 2 === holders.length;
  return voices.length * 2 > holders.length || (isHalf && (first === undefined || voices.includes(first)));
}
