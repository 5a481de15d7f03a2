/** Loads the SSH library when the first connection is needed. */
import type { NodeSSH } from 'node-ssh';
import type { ParsedKey } from 'ssh2';
import { type PrivateKeyText, parsePrivateKey } from './keys/private-key.ts';

/** The SSH library and the key that opens every connection. */
export interface SshLibrary {
  readonly NodeSSH: new () => NodeSSH;
  readonly key: ParsedKey;
}

/**
 * Loads the library, which takes 40 ms, so that commands without SSH stay fast. Also parses the key. Throws a `Failure`
 * (exit code 2) when the key cannot be used.
 */
export async function loadSshLibrary(key: PrivateKeyText): Promise<SshLibrary> {
  const [{ NodeSSH }, { default: ssh2 }] = await Promise.all([import('node-ssh'), import('ssh2')]);
  return { NodeSSH, key: parsePrivateKey(key, (text, passphrase) => ssh2.utils.parseKey(text, passphrase)) };
}
