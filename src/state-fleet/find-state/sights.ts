/** What the cache and each worker said of the state. Nothing in it is decided yet. */
import type { Sighting } from '../holders/sighting.ts';

/** A genuine snapshot, or what a worker's HEAD says of one. */
export interface Candidate {
  readonly lineage: string;
  readonly serial: number;
  readonly digest: string;
  readonly updateSeq: number;
  /** Who wrote it and when, for people. */
  readonly writer: string;
}

export type CacheSight =
  /** There is no cache for this run, and there need not be one. */
  | { readonly kind: 'off' }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** An entry that is not what it must be: foreign, damaged, or sealed with another key. */
  | { readonly kind: 'refused'; readonly otherKey: boolean; readonly reason: string }
  | { readonly kind: 'found'; readonly candidate: Candidate };

export type WorkerSight =
  | { readonly kind: 'answered'; readonly sighting: Sighting }
  | { readonly kind: 'silent'; readonly host: string; readonly reason: string };
