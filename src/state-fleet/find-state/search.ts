/** The input of a search for the state, and its results. */
import type { StateDocument } from '../../state/document.ts';
import type { Overrides } from '../../state/overrides.ts';
import type { WorkerAddress } from '../../transport/port.ts';
import type { CacheCopy } from '../cache-copy.ts';
import type { HolderCopies } from '../holders/holder-copies.ts';
import type { CacheSight, WorkerSight } from './sights.ts';

export interface Search {
  readonly name: string;
  readonly keys: readonly Buffer[];
  /** The workers of the bucket. Empty when they cannot be asked. */
  readonly workers: readonly WorkerAddress[];
  readonly initialize: 'auto' | 'never';
  readonly cache: CacheCopy | undefined;
  readonly copies: HolderCopies;
  /** Called with the state from the cache. Its pinned host keys must be known before workers are asked. */
  readonly onCached: (document: StateDocument) => void;
  readonly order: 'side by side' | 'cache first';
  readonly overrides?: Overrides;
  /** Called with all answers before anything is decided, and again when there are more answers. */
  readonly onEvidence?: (evidence: SeenState) => void;
}

export interface SeenState {
  readonly cache: CacheSight;
  readonly workers: readonly WorkerSight[];
  /** The chosen document, opened but not yet proven. */
  readonly document: StateDocument | undefined;
}

export interface Found {
  readonly kind: 'found';
  readonly document: StateDocument;
  readonly bytes: Buffer;
  readonly digest: string;
  readonly inCache: boolean;
  readonly sights: readonly WorkerSight[];
  /** Why the cache did not help. Undefined when the cache helped or when there is no cache. */
  readonly cacheTrouble: string | undefined;
}

export interface Nothing {
  readonly kind: 'none';
  readonly sights: readonly WorkerSight[];
}
