/** The state as commands use it: the ledger, the box that opens its secrets, and the fence that guards workers. */
import type { SecretBox } from '../kv/secrets.ts';
import type { OurState } from '../sight/belief.ts';
import type { Sight } from '../sight/worker-facts.ts';
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
  /** Where the state is kept, and how it was when it was loaded. */
  readonly origin: OurState;
  /** Host → what workers showed when they were asked for the state; empty for a state in a file. */
  readonly sights: ReadonlyMap<string, Sight>;
}
