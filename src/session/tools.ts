/** The adapters that `compose.ts` chose, as commands see them: only as ports. */
import type { Ledger } from '../state/ledger.ts';
import type { Overrides } from '../state/overrides.ts';
import type { StateInspector, StateReader, StateStore } from '../state/port.ts';
import type { Transport } from '../transport/port.ts';
import type { Settings, Workspace } from '../workspace/types.ts';

/** Which state is opened, and with which keys. */
export interface ReaderRequest {
  readonly bucketDir: string;
  /** The name that the state must have. */
  readonly name: string;
  /** Keys that open the state; the first one seals it. No key is enough only to break a lock. */
  readonly keys: readonly Buffer[];
  /** The workers of the bucket, and how they are reached. */
  readonly workspace: StateWorkspace;
}

export interface StoreRequest extends ReaderRequest {
  /** Decisions that an operator made by hand. */
  readonly overrides?: Overrides | undefined;
}

export interface InspectorRequest extends StoreRequest {
  /** Before a change every worker must be asked. To show a state, the cache is enough when no worker can be reached. */
  readonly purpose: 'show' | 'change';
}

/** Undefined when there is no workspace yet, as in `maand init`. */
export type StateWorkspace = Pick<Workspace, 'workers' | 'settings'> | undefined;

export interface TransportRequest {
  readonly bucketDir: string;
  readonly settings: Settings;
  /** Pins the first key of a host when the policy allows it. */
  readonly ledger: Ledger;
}

export type SshKeyPlace = Pick<Workspace, 'bucketDir' | 'settings'>;

export interface Tools {
  /**
   * Opens the state for commands that only read. Throws a `Failure` when the place is not available; so do the next two
   * methods.
   */
  openStateReader(place: ReaderRequest): StateReader;
  /** Opens the state for commands that change it or change a worker. */
  openStateStore(request: StoreRequest): StateStore;
  /** Opens every copy and the lock for an operator, who may also break the lock. */
  openStateInspector(request: InspectorRequest): StateInspector;
  /** Lends the one transport of the run, which ends with the run. */
  openTransport(request: TransportRequest): Promise<Transport>;
  /**
   * Returns the kind and the fingerprint of the key that opens workers. Throws a `Failure` (exit code 2) when no usable
   * key is found.
   */
  describeSshKey(place: SshKeyPlace): Promise<string>;
  /**
   * Pins the keys in the state that workers showed before it was open. Throws a `Failure` (exit code 3) when the state
   * has another key.
   */
  pinHostKeys(ledger: Ledger): void;
}
