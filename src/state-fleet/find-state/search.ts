/** What is asked when a state is looked for, and what comes of it. */
import type { StateDocument } from '../../state/document.ts';
import type { Overrides } from '../../state/overrides.ts';
import type { WorkerAddress } from '../../transport/port.ts';
import type { CacheCopy } from '../cache-copy.ts';
import type { HolderCopies } from '../holders/holder-copies.ts';
import type { CacheSight, WorkerSight } from './sights.ts';

export interface Search {
  readonly name: string;
  readonly keys: readonly Buffer[];
  /** The workers of the bucket; none when they cannot be asked. */
  readonly workers: readonly WorkerAddress[];
  readonly initialize: 'auto' | 'never';
  readonly cache: CacheCopy | undefined;
  readonly copies: HolderCopies;
  /** Host keys that the cached state has pinned must be known before workers are asked. */
  readonly onCached: (document: StateDocument) => void;
  readonly order: 'side by side' | 'cache first';
  readonly overrides?: Overrides;
  /** Hears what was read before anything is decided, again each time that more is known. */
  readonly onEvidence?: (evidence: SeenState) => void;
}

export interface SeenState {
  readonly cache: CacheSight;
  readonly workers: readonly WorkerSight[];
  /** The chosen one, once it was opened; nothing proves it yet. */
  readonly document: StateDocument | undefined;
}

export interface Found {
  readonly kind: 'found';
  readonly document: StateDocument;
  readonly bytes: Buffer;
  readonly digest: string;
  readonly inCache: boolean;
  readonly sights: readonly WorkerSight[];
  /** Why the cache was no help; undefined: it was, or there is none. */
  readonly cacheTrouble: string | undefined;
}

export interface Nothing {
  readonly kind: 'none';
  readonly sights: readonly WorkerSight[];
}
