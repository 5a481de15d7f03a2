/** Adapters that `compose.ts` picked, as the commands see them: ports only. */
import type { SecretBox } from '../kv/secrets.ts';
import type { Ledger } from '../state/ledger.ts';
import type { StateStore } from '../state/port.ts';
import type { Transport } from '../transport/port.ts';
import type { Settings } from '../workspace/types.ts';

export interface StoreRequest {
  readonly bucketDir: string;
  /** Name that the state must carry. */
  readonly name: string;
}

export interface TransportRequest {
  readonly bucketDir: string;
  readonly settings: Settings;
  /** Pins keys that were seen first, when the policy allows it. */
  readonly ledger: Ledger;
}

export interface Tools {
  /** Throws a `Failure` for a place that is not available. */
  openStore(request: StoreRequest): StateStore;
  openTransport(request: TransportRequest): Promise<Transport>;
}

/** State that is open for this run. */
export interface OpenState {
  readonly ledger: Ledger;
  readonly box: SecretBox;
  /** Key of the content digests. */
  readonly hashKey: Buffer;
  /** `serial 41`, or `none`. */
  readonly label: string;
}
