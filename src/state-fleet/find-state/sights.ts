/** The answers of the cache and of each worker about the state. This module decides nothing. */
import type { Sighting } from '../holders/sighting.ts';

/** An authentic snapshot, or the description of a snapshot in the HEAD file of a worker. */
export interface Candidate {
  readonly lineage: string;
  readonly serial: number;
  readonly digest: string;
  readonly updateSeq: number;
  /** The run that wrote the snapshot, and when, as text for people. */
  readonly writer: string;
}

export type CacheSight =
  /** This run has no cache and does not need one. */
  | { readonly kind: 'off' }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** The entry cannot be used: it is foreign, damaged, or sealed with another key. */
  | { readonly kind: 'refused'; readonly otherKey: boolean; readonly reason: string }
  | { readonly kind: 'found'; readonly candidate: Candidate };

export type WorkerSight =
  | { readonly kind: 'answered'; readonly sighting: Sighting }
  | { readonly kind: 'silent'; readonly host: string; readonly reason: string };
