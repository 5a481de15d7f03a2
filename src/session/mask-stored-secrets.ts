/** Makes all stored secrets known to the masker before foreign output is shown. */
import { isSealed, SecretError } from '../kv/secrets.ts';
import type { OpenState } from '../state/open-state.ts';
import type { Face } from './face.ts';

/** Tells the masker every secret of the store: what workers print by hand may hold any of them, though this run has not read it. */
export function maskStoredSecrets({ ledger: { kv }, box }: OpenState, { masker }: Pick<Face, 'masker'>): void {
  const values = kv.namespaces().flatMap((space) => kv.keys(space).map((key) => kv.get(space, key) ?? ''));
  for (const value of values.filter(isSealed)) {
    try {
      masker.add(box.open(value));
    } catch (thrown) {
      if (!(thrown instanceof SecretError)) throw thrown; // one whose key is gone: whoever reads it says so
    }
  }
}
