/** Tells whether this machine has a program. */
import { which } from '@actions/io';

/**
 * Returns whether a folder of PATH has an executable file of this name. `@actions/io` reads PATH of this process. The action
 * and the command line give hooks the same PATH, so that hooks find the same programs.
 */
export async function isOnPath(name: string): Promise<boolean> {
  return (await which(name)) !== '';
}
