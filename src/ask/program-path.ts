/** Checks whether this machine has a program. */
import { which } from '@actions/io';

/**
 * Returns whether a folder of PATH has an executable file with this name. `@actions/io` reads the PATH of this process.
 * Hooks get the same PATH, so they find the same programs.
 */
export async function isOnPath(name: string): Promise<boolean> {
  return (await which(name)) !== '';
}
