/** Opens the key of the content digests, which the state stores sealed. */
import { type SecretBox, SecretError } from '../kv/secrets.ts';
import type { StateDocument } from './document.ts';
import { stopFailure } from './stop.ts';

/**
 * Returns the key of the content digests. The state key opens this text before any other, so a wrong state key is
 * noticed here.
 */
export function openHashKey(box: SecretBox, document: StateDocument): Buffer {
  try {
    return Buffer.from(box.open(document.hashKey), 'hex');
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown;
    throw stopFailure({
      code: 'state-other-key',
      message: `the state of "${document.name}" (serial ${document.serial}) is sealed with another state-key`,
      hint: 'give the key that it was made with; older keys may follow the current one, a line each',
      cause: thrown,
    });
  }
}
