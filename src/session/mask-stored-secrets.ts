/** Makes all stored secrets known to the masker before foreign output is shown. */
import { secretPlace } from '../kv/access.ts';
import { isSealed, SecretError } from '../kv/secrets.ts';
import type { OpenState } from '../state/open-state.ts';
import type { Face } from './face.ts';

/** Tells the masker every secret of the store: what workers print by hand may hold any of them, though this run has not read it. */
export function maskStoredSecrets({ ledger: { kv }, box }: OpenState, { masker }: Pick<Face, 'masker'>): void {
  const keys = kv.namespaces().flatMap((namespace) => kv.keys(namespace).map((key) => ({ namespace, key })));
  for (const { namespace, key } of keys) {
    const value = kv.get(namespace, key) ?? '';
    if (!isSealed(value)) continue;
    try {
      masker.add(box.open(value), secretPlace(namespace, key));
    } catch (thrown) {
      if (!(thrown instanceof SecretError)) throw thrown; // one whose key is gone: whoever reads it says so
    }
  }
}
