/** Registers all stored secrets with the masker before foreign output is shown. */
import { secretPlace } from '../../kv/access.ts';
import { isSealed, SecretError } from '../../kv/secrets.ts';
import type { OpenState } from '../../state/open-state.ts';
import type { Face } from '../face.ts';

/**
 * Registers every secret of the store. The output of a command that a person runs may contain any secret, even one that
 * this run has not read.
 */
export function maskStoredSecrets({ ledger: { kv }, box }: OpenState, { masker }: Pick<Face, 'masker'>): void {
  const keys = kv.namespaces().flatMap((namespace) => kv.keys(namespace).map((key) => ({ namespace, key })));
  for (const { namespace, key } of keys) {
    const value = kv.get(namespace, key) ?? '';
    if (!isSealed(value)) continue;
    try {
      masker.add(box.open(value), secretPlace(namespace, key));
    } catch (thrown) {
      // the key of this secret is lost; code that reads the secret reports this
      if (!(thrown instanceof SecretError)) throw thrown;
    }
  }
}
