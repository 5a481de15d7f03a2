/** The implementations that `compose.ts` chose. Commands see only their interfaces. */
import type { StateLocation } from '../request/request.ts';
import type { Ledger } from '../state/ledger.ts';
import type { Overrides } from '../state/overrides.ts';
import type { StateInspector, StateReader, StateStore } from '../state/port.ts';
import type { Transport } from '../transport/port.ts';
import type { Settings, Workspace } from '../workspace/types.ts';

/** Selects the state to open, and the keys for it. */
export interface ReaderRequest {
  readonly bucketDir: string;
  readonly location: StateLocation;
  /** The name that the state must have. */
  readonly name: string;
  /** Keys that open the state. The first key also seals it. An empty list is enough only for breaking a lock. */
  readonly keys: readonly Buffer[];
  /** The workers of the bucket and the settings for reaching them. */
  readonly workspace: StateWorkspace;
}

export interface StoreRequest extends ReaderRequest {
  /** Decisions that an operator made by hand. */
  readonly overrides?: Overrides | undefined;
}

export interface InspectorRequest extends StoreRequest {
  /**
   * A change requires that every worker is asked. Showing a state needs only the cache when no worker can be reached.
   */
  readonly purpose: 'show' | 'change';
}

/** Undefined while there is no workspace, as in `maand init`. */
export type StateWorkspace = Pick<Workspace, 'workers' | 'settings'> | undefined;

export interface TransportRequest {
  readonly bucketDir: string;
  readonly settings: Settings;
  /** Pins the first key of a host when the policy allows this. */
  readonly ledger: Ledger;
}

export type SshKeyPlace = Pick<Workspace, 'bucketDir' | 'settings'>;

export interface Tools {
  /**
   * Opens the state for commands that only read. This method and the next two throw a `Failure` when the place is not
   * available.
   */
  openStateReader(place: ReaderRequest): StateReader;
  /** Opens the state for commands that change it or change a worker. */
  openStateStore(request: StoreRequest): StateStore;
  /** Opens every copy and the lock for an operator. The operator may also break the lock. */
  openStateInspector(request: InspectorRequest): StateInspector;
  /** Returns the only transport of the run, which closes at the end of the run. */
  openTransport(request: TransportRequest): Promise<Transport>;
  /**
   * Returns the type and the fingerprint of the key for workers. Throws a `Failure` (exit code 2) when there is no
   * usable key.
   */
  describeSshKey(place: SshKeyPlace): Promise<string>;
  /**
   * Pins the host keys in the state that workers showed before the state was open. Throws a `Failure` (exit code 3)
   * when the state has a different key.
   */
  pinHostKeys(ledger: Ledger): void;
}
