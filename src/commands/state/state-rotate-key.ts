/**
 * `maand state rotate-key`: seals the state, and every secret and private key in it, with the first key. The old key stays
 * available until its owner removes it, so the state can be opened at every moment.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { replaceFile } from '../../base/durable-file.ts';
import { Failure } from '../../base/failure.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { documentIn, lockState, openStore, readDocument } from '../../session/state-store.ts';
import { openKeys, stateKeyFile } from '../../session/which-state/state-key.ts';
import type { ReadBucket } from '../../session/with-bucket.ts';
import { boxOf, keyId, parseStateKeys } from '../../state/keys.ts';
import { resealDocument, unopenable } from '../../state/reseal.ts';
import { stopFailure } from '../../state/stop.ts';

export async function rotateKey(input: ReadBucket): Promise<CommandResult> {
  const rotation = input.request.repair.newKey ? await planNewKey(input) : await planGivenKeys(input);
  const [current] = rotation.keys;
  if (current === undefined) throw new Error('a rotation without a key');
  if ((await problemWith(input, current)) === undefined) return nothingToDo(current, rotation);
  const resealed = await reseal(input, rotation);
  const problem = await problemWith(input, current);
  if (problem !== undefined) {
    throw stopFailure({
      code: 'state-key',
      message: `the state was sealed again, and does not open with the new key alone: ${problem}`,
      hint: 'keep the old key, and run maand state rotate-key again',
      exitCode: 1,
    });
  }
  return resultOf({
    exitCode: 0,
    data: { ok: true, rotated: true, key_id: keyId(current), ...resealed },
    wording: 'name',
    show: (json) => ({
      json,
      text: [
        `serial ${json.serial} and everything sealed in it (${json.sealed}) are now under key ${json.key_id}, and open with it alone\n`,
        `the old key is no longer needed: ${rotation.removeOld}. Backups and exports made before still need it\n`,
      ].join(''),
    }),
  });
}

interface Rotation {
  /** Keys of the state, the new one first. */
  readonly keys: readonly Buffer[];
  /** Saves a key that exists only in memory. It is called before anything is sealed with that key. */
  readonly keep: () => Promise<void>;
  readonly removeOld: string;
}

async function planGivenKeys(input: ReadBucket): Promise<Rotation> {
  const keys = await openKeys(input);
  const source = input.face.disk === 'lost' ? 'the secret behind the input state-key' : sourceOnCommandLine(input);
  if (keys.length > 1)
    return { keys, keep: async () => {}, removeOld: `remove all lines but the first from ${source}` };
  const make = 'put a new one in its first line (openssl rand -hex 32) and keep the old one below';
  throw stopFailure({
    code: 'state-key',
    message: `there is only one key in ${source}, so there is nothing to rotate to`,
    hint: source.startsWith('/') ? `${make}, or run: maand state rotate-key --new-key` : make,
    exitCode: 2,
  });
}

function sourceOnCommandLine({ request, workspace }: ReadBucket): string {
  return request.state.key === undefined ? stateKeyFile(workspace.bucketDir) : 'MAAND_STATE_KEY';
}

/**
 * Makes a new key. Throws a `Failure` when the key does not come from a file of the bucket, because this program cannot
 * replace such a key.
 */
async function planNewKey(input: ReadBucket): Promise<Rotation> {
  const { request, face, workspace } = input;
  if (request.state.key !== undefined || face.disk === 'lost') {
    throw stopFailure({
      code: 'state-key',
      message: '--new-key needs a key in the file secrets/state.key, but the key was given as a secret or variable',
      hint: 'put a new key in the first line of the secret, keep the old one below, and run it without --new-key',
      exitCode: 2,
    });
  }
  const older = await openKeys(input);
  const made = randomBytes(32).toString('hex');
  face.masker.add(made);
  const path = stateKeyFile(workspace.bucketDir);
  return {
    keys: [...parseStateKeys(made, 'the new key'), ...older],
    keep: async () => replaceFile(path, `${made}\n${(await readFile(path, 'utf8')).trim()}\n`),
    removeOld: `remove all lines but the first from ${path}`,
  };
}

async function reseal(input: ReadBucket, { keys, keep }: Rotation) {
  await using held = await lockState(input, await openStore(input, keys));
  const document = documentIn(await held.load());
  if (!document) {
    throw stopFailure({
      code: 'state-missing',
      message: 'there is no state to seal again',
      hint: 'the first build makes it',
      exitCode: 2,
    });
  }
  const result = resealDocument(document, boxOf(keys), boxOf(keys.slice(0, 1)));
  if (result.kind === 'refused') {
    throw stopFailure({
      code: 'state-other-key',
      message: `none of the given keys opens: ${result.places.join('; ')}`,
      hint: 'add the key that sealed it as one more line; nothing was changed',
    });
  }
  await keep();
  const serial = document.serial + 1;
  await held.save({ ...result.document, serial });
  return { serial, sealed: result.count };
}

/** Returns why this key alone does not open the newest state. Returns undefined when the key opens it. */
async function problemWith(input: ReadBucket, key: Buffer): Promise<string | undefined> {
  try {
    const document = await readDocument(input, [key]);
    if (!document) return 'there is none';
    const places = unopenable(document, boxOf([key]));
    return places.length === 0 ? undefined : `it does not open ${places.join('; ')}`;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.message;
    throw thrown;
  }
}

function nothingToDo(key: Buffer, { removeOld }: Rotation): CommandResult {
  return resultOf({
    exitCode: 0,
    data: { ok: true, rotated: false, key_id: keyId(key) },
    wording: 'name',
    show: (json) => ({ json, text: `everything is sealed with key ${json.key_id} already: ${removeOld}\n` }),
  });
}
