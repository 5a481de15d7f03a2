/** Finds the state key of this run: in an input, in a variable, or in the file `secrets/state.key` of the bucket. */
import { join } from 'node:path';
import { readSmallFile } from '../../base/small-file.ts';
import type { Request } from '../../request/request.ts';
import { parseStateKeys } from '../../state/keys.ts';
import { type StopFailure, stopFailure } from '../../state/stop.ts';
import type { Face } from '../face.ts';
import { hasState, notInitialized } from '../state-store.ts';
import type { ReadBucket } from '../with-bucket.ts';
import { stateLocation } from './state-location.ts';

/** Returns the path of the key file of a bucket on a laptop. */
export function stateKeyFile(bucketDir: string): string {
  return join(bucketDir, 'secrets', 'state.key');
}

/** Returns the state keys. Throws a `Failure` (exit code 2) when the key is missing or malformed. */
export async function openKeys(input: ReadBucket): Promise<readonly Buffer[]> {
  const { request, workspace, face } = input;
  const { text, source } = await readKey(request, workspace.bucketDir, face).catch(async (thrown: unknown) => {
    const inBucket = stateLocation(input).kind === 'bucket';
    // Before `maand init`, the message "the key is missing" would make people search for a key that does not exist.
    if (inBucket && !(await hasState(input))) throw notInitialized();
    throw thrown;
  });
  face.masker.add(text);
  return parseStateKeys(text, source);
}

/**
 * Returns the text of the file, or `undefined` when the file does not exist. Throws a `Failure` (exit code 2) when it
 * cannot be read.
 */
export async function readStateKeyFile(path: string): Promise<string | undefined> {
  return readSmallFile(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined;
    throw stopFailure({
      code: 'state-key',
      message: `cannot read the state key ${path}: ${thrown.message}`,
      hint: 'it must be a file with one key on each line, readable by the user of this process',
      exitCode: 2,
      cause: thrown,
    });
  });
}

async function readKey(
  { state, command }: Request,
  bucketDir: string,
  face: Face,
): Promise<{ text: string; source: string }> {
  if (state.key !== undefined) return { text: state.key, source: face.inputNames.stateKey };
  const path = stateKeyFile(bucketDir);
  const text = await readStateKeyFile(path);
  if (text !== undefined) return { text, source: path };
  if (face.disk === 'lost') throw keyless(command);
  throw stopFailure({
    code: 'state-key',
    message: `there is no state key: ${path} does not exist`,
    hint: 'restore it (for a new bucket maand init makes one), or set MAAND_STATE_KEY',
    exitCode: 2,
  });
}

/** Returns the failure for a missing key. It appears in pull requests from forks, which get no secrets from GitHub. */
function keyless(command: string): StopFailure {
  return stopFailure({
    code: 'state-key',
    message: `${command} needs the input state-key, and it is empty`,
    hint: 'give it from a secret; runs that get no secrets, as pull requests from forks, can plan and validate',
    exitCode: 2,
  });
}
