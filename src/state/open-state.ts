/** The state as commands use it: the ledger, the box that opens its secrets, and the fence that guards workers. */
import type { SecretBox } from '../kv/secrets.ts';
import type { Fence } from '../transport/guarded-workers.ts';
import type { Ledger } from './ledger.ts';

/** The state that is open for this run. */
export interface OpenState {
  readonly ledger: Ledger;
  readonly box: SecretBox;
  /** Key of the content digests. */
  readonly hashKey: Buffer;
  /** The serial for messages, such as `serial 41`, or `none`. */
  readonly label: string;
  readonly fence: Fence;
}
