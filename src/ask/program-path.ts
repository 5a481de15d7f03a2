/** Tells whether this machine has a program. */
import { which } from '@actions/io';

/**
 * Looks in the folders of PATH for a file of this name that may be run. `@actions/io` reads PATH of this process. Both faces hand
 * their environment on with the same PATH, so that hooks find what is found here.
 */
export async function isOnPath(name: string): Promise<boolean> {
  return (await which(name)) !== '';
}
