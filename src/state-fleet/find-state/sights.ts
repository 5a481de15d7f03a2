/** What the cache and each worker answered about the state. Nothing is decided here. */
import type { Sighting } from '../holders/sighting.ts';

/** An authentic snapshot, or the description of one in the HEAD of a worker. */
export interface Candidate {
  readonly lineage: string;
  readonly serial: number;
  readonly digest: string;
  readonly updateSeq: number;
  /** Who wrote it and when, as text for people. */
  readonly writer: string;
}

export type CacheSight =
  /** This run has no cache and needs none. */
  | { readonly kind: 'off' }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** An entry that cannot be used: foreign, damaged, or sealed with another key. */
  | { readonly kind: 'refused'; readonly otherKey: boolean; readonly reason: string }
  | { readonly kind: 'found'; readonly candidate: Candidate };

export type WorkerSight =
  | { readonly kind: 'answered'; readonly sighting: Sighting }
  | { readonly kind: 'silent'; readonly host: string; readonly reason: string };
