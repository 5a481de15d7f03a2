/** Reads the client libraries that are put beside every hook script. */
import { readFile } from 'node:fs/promises';

/** A file that is put beside every hook script. */
export interface ClientFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const NAMES = ['maand.py', 'maand.ts', 'maand.js'];

/** Reads the client libraries. They are in `clients/` beside this module, in the sources as in the bundle. */
export function readClientLibraries(): Promise<ClientFile[]> {
  return Promise.all(
    NAMES.map(async (name) => ({ name, bytes: await readFile(new URL(`./clients/${name}`, import.meta.url)) })),
  );
}

/** What Node preloads so that a hook written for Bun finds its imports (a `file:` URL). */
export const BUN_RESOLUTION_URL = new URL('./clients/bun-resolution.mjs', import.meta.url).href;
