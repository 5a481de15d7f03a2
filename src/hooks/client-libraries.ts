/** Reads the client libraries that are copied into the folder of every hook script. */
import { readFile } from 'node:fs/promises';

/** A file that is copied into the folder of every hook script. */
export interface ClientFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const NAMES = ['maand.py', 'maand.ts', 'maand.js'];

/**
 * Reads the client libraries. The files are in `clients/` beside this module, both in the sources and in the bundle.
 */
export function readClientLibraries(): Promise<ClientFile[]> {
  return Promise.all(
    NAMES.map(async (name) => ({ name, bytes: await readFile(new URL(`./clients/${name}`, import.meta.url)) })),
  );
}

/**
 * The `file:` URL of the module that Node preloads. With this module, a hook that was written for Bun finds its imports
 * in Node.
 */
export const BUN_RESOLUTION_URL = new URL('./clients/bun-resolution.mjs', import.meta.url).href;
