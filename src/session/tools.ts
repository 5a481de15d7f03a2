/** Adapters that `compose.ts` picked, as the commands see them: ports only. */
import type { Ledger } from '../state/ledger.ts';
import type { Overrides } from '../state/overrides.ts';
import type { StateInspector, StateReader, StateStore } from '../state/port.ts';
import type { Transport } from '../transport/port.ts';
import type { Settings, Workspace } from '../workspace/types.ts';

/** Where a bucket's state is, and what opens it. */
export interface ReaderRequest {
  readonly bucketDir: string;
  /** Name that the state must carry. */
  readonly name: string;
  /** What opens the state; the first seals it. None: only to break a lock. */
  readonly keys: readonly Buffer[];
  /** The workers of the bucket, and how they are reached. */
  readonly workspace: StateWorkspace;
}

export interface StoreRequest extends ReaderRequest {
  /** What an operator decides by hand. */
  readonly overrides?: Overrides | undefined;
}

export interface InspectorRequest extends StoreRequest {
  /** Before a change every worker has to be asked; to show a state, the cache is enough where no worker can be reached. */
  readonly purpose: 'show' | 'change';
}

/** Undefined before there is a workspace: `maand init`. */
export type StateWorkspace = Pick<Workspace, 'workers' | 'settings'> | undefined;

export interface TransportRequest {
  readonly bucketDir: string;
  readonly settings: Settings;
  /** Pins keys that were seen first, when the policy allows it. */
  readonly ledger: Ledger;
}

export type SshKeyPlace = Pick<Workspace, 'bucketDir' | 'settings'>;

export interface Tools {
  /** For commands that only read. Throws a `Failure` for a place that is not available, as the two below. */
  openStateReader(place: ReaderRequest): StateReader;
  /** For commands that change the state or a worker. */
  openStateStore(request: StoreRequest): StateStore;
  /** For an operator: every copy, the lock, and the breaking of that. */
  openStateInspector(request: InspectorRequest): StateInspector;
  /** Borrowed: the one transport of the run, which ends with it. */
  openTransport(request: TransportRequest): Promise<Transport>;
  /** Kind and fingerprint of the key that opens workers. Throws a `Failure` (2) when there is none that can be used. */
  describeSshKey(place: SshKeyPlace): Promise<string>;
  /** Keys that workers showed before the state was open are pinned in it now. Throws a `Failure` (3) where it knows another. */
  pinHostKeys(ledger: Ledger): void;
}
