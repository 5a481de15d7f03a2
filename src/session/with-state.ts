/** Opens the state while a command works: under the lock and writable, or read-only. */

import { randomBytes } from 'node:crypto';
import { createSecretBox, type SecretBox } from '../kv/secrets.ts';
import type { Request } from '../request/request.ts';
import type { StateDocument } from '../state/document.ts';
import { blankDocument, newDocument } from '../state/first-document.ts';
import { openHashKey } from '../state/hash-key.ts';
import { boxOf } from '../state/keys.ts';
import { Ledger } from '../state/ledger.ts';
import type { OpenState } from '../state/open-state.ts';
import { NO_FENCE, type StateLoad, type StateReader } from '../state/port.ts';
import { stopFailure } from '../state/stop.ts';
import { namesOfAllocations } from './masks/bucket-names.ts';
import { documentIn, lockState, notInitialized, openReader, openStore } from './state-store.ts';
import { openKeys } from './which-state/state-key.ts';
import { stateLocation } from './which-state/state-location.ts';
import { stateName } from './which-state/state-name.ts';
import type { ReadBucket } from './with-bucket.ts';

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Takes the lock, loads or creates the state, runs `work`, and releases the lock. */
export async function withState<T>(input: ReadBucket, work: (state: OpenState) => Promise<T>): Promise<T> {
  const keys = await openKeys(input);
  const box = boxOf(keys);
  const store = await openStore(input, keys);
  await using held = await lockState(input, store);
  const loaded = await held.load();
  const document = documentIn(loaded) ?? firstDocument(input, box);
  input.face.masker.reserve(namesOfAllocations(document.allocations));
  const ledger = new Ledger(document, { nowSeconds, save: (next) => held.save(next) });
  input.tools.pinHostKeys(ledger);
  const opened = openState({ ledger, box, document, kind: store.kind, loaded });
  return await work({ ...opened, fence: held.fence }); // the lock is held until `work` is done
}

/** Reads the current state without the lock. Nothing can be saved. */
export async function readState(input: ReadBucket): Promise<OpenState> {
  const keys = await openKeys(input);
  const box = boxOf(keys);
  const reader = await openReader(input, keys);
  const loaded = await reader.load(input.face.signal);
  const document = documentIn(loaded) ?? firstDocument(input, box);
  input.face.masker.reserve(namesOfAllocations(document.allocations));
  const ledger = readOnlyLedger(document, input.request);
  return openState({ ledger, box, document, kind: reader.kind, loaded });
}

/** Returns an empty state that cannot be saved. */
function noState(request: Request): OpenState {
  const box = createSecretBox([randomBytes(32)]);
  const document = blankDocument(box);
  const ledger = readOnlyLedger(document, request);
  return { ...openState({ ledger, box, document, kind: 'file', loaded: { kind: 'none' } }), label: 'none' };
}

/** Reads the state for a plan. Returns an empty state when there is no key. */
export async function stateForPlan(input: ReadBucket): Promise<OpenState> {
  const { request, face } = input;
  const keyless = face.disk === 'lost' && request.state.key === undefined;
  if (!keyless) return readState(input);
  face.emit({
    type: 'noticed',
    level: 'warning',
    message: 'no state-key: the plan is made as if nothing had been deployed yet',
  });
  return noState(request);
}

/**
 * Creates a ledger that cannot be saved. In a rehearsal, it accepts writes from hooks and later drops them. In other
 * commands, it refuses every write.
 */
function readOnlyLedger(document: StateDocument, { flags }: Request): Ledger {
  const save = flags.withHooks
    ? () => Promise.resolve()
    : () => Promise.reject(new Error('this command takes no lock and saves nothing, so nothing can be written in it'));
  return new Ledger(document, { nowSeconds, save });
}

interface Opened {
  readonly ledger: Ledger;
  readonly box: SecretBox;
  readonly document: StateDocument;
  readonly kind: StateReader['kind'];
  readonly loaded: StateLoad;
}

function openState({ ledger, box, document, kind, loaded }: Opened): OpenState {
  const { name, bucketId, serial, updateSeq, adopted } = document;
  const label = serial === 0 ? 'none' : `serial ${serial}`;
  const origin = { kind, name, bucketId, serial, updateSeq, ...(adopted === undefined ? {} : { adopted }) };
  const { sights = new Map() } = loaded;
  return { ledger, box, label, hashKey: openHashKey(box, document), fence: NO_FENCE, origin, sights };
}

function firstDocument(input: ReadBucket, box: SecretBox): StateDocument {
  const { request, workspace, face } = input;
  if (stateLocation(input).kind === 'bucket') throw notInitialized();
  if (request.state.initialize === 'never') {
    throw stopFailure({
      code: 'state-missing',
      message: 'there is no state of this bucket, and initialize is "never"',
      hint: 'check that the state location is the right one; for a first run use initialize: auto',
    });
  }
  return newDocument(stateName({ request, workspace, identity: face.identity }), box);
}
