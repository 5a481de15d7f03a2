/** Keeps a state in one file of a folder. The previous document is kept beside it. */
import type { Overrides } from '../state/overrides.ts';
import { type HeldState, NO_FENCE, type StateLoad, type StateStore } from '../state/port.ts';
import { type FileLock, lockFile } from './file-lock.ts';
import { removeLeftovers } from './leftovers.ts';
import { readPrevious, readStateFile } from './read-file.ts';
import { type StatePaths, statePaths } from './state-paths.ts';
import { NOTHING_WRITTEN, replaceDamaged, writeState } from './write-file.ts';

export interface FilePlace {
  readonly folder: string;
  readonly environment: string;
  /** The name that the state must have. */
  readonly name: string;
}

export interface FileStoreOptions extends FilePlace {
  readonly overrides?: Overrides | undefined;
}

export function openFileStore({ folder, environment, name, overrides = {} }: FileStoreOptions): StateStore {
  const paths = statePaths(folder, environment);
  const load = () => (overrides.acceptUnproven ? readPrevious(paths, name) : readStateFile(paths, name));
  return {
    description: paths.document,
    kind: 'file',
    load,
    lock: async (owner, waitMs, signal) => {
      const lock = await lockFile(paths.lock, { owner, waitMs, signal });
      // A file that cannot be removed is no reason to give the lock back: the next save says what is wrong with the folder.
      await removeLeftovers(paths).catch(() => {});
      const isReplaced = overrides.acceptUnproven || overrides.acceptRollback;
      return isReplaced ? holdDamaged(paths, lock, load) : hold(paths, lock, load);
    },
  };
}

type Load = () => Promise<StateLoad>;

function hold(paths: StatePaths, lock: FileLock, load: Load): HeldState {
  let written = NOTHING_WRITTEN;
  return {
    load,
    save: async (document) => {
      lock.requireHeld();
      written = await writeState(paths, written, document);
    },
    fence: NO_FENCE, // a lock file cannot be lost without notice
    [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose](),
  };
}

/**
 * Holds a state whose stored document an operator decided to replace. The serial of the new document need not follow
 * the stored one.
 */
function holdDamaged(paths: StatePaths, lock: FileLock, load: Load): HeldState {
  let saved: StateLoad | undefined;
  return {
    load: async () => saved ?? (await load()),
    save: async (document) => {
      lock.requireHeld();
      await replaceDamaged(paths, document);
      saved = { kind: 'found', document };
    },
    fence: NO_FENCE,
    [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose](),
  };
}
