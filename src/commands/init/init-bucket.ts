/** Reads `maand.conf` for `maand init`, and gives a bucket without `state_name` the name that its state has or will get. */
import { randomBytes } from 'node:crypto';
import { askGit } from '../../ask/git.ts';
import type { StateLocation } from '../../request/request.ts';
import type { CommandCall } from '../../session/command-call.ts';
import { isOnWorkers, refuseLostFolder, stateLocation } from '../../session/which-state/state-location.ts';
import { joinedName } from '../../session/which-state/state-name.ts';
import { type Bucket, placeBucket } from '../../workspace/bucket.ts';
import { readSettings } from '../../workspace/read-workspace.ts';
import { requireSound } from '../../workspace/require-sound.ts';
import { writeSetting } from '../../workspace/write-setting.ts';

export const STATE_NAME_PURPOSE = 'Names the state of this bucket wherever the repository moves. Keep it.';

export interface InitBucket {
  readonly bucketDir: string;
  readonly location: StateLocation;
  /** The name of the state, with the environment. */
  readonly name: string;
  /** `on workers`: maand.conf says so; such a state and its key begin elsewhere. */
  readonly state: 'made here' | 'on workers';
}

/** Returns a name that no other bucket has. */
export function newStateName(): string {
  return `bucket-${randomBytes(6).toString('hex')}`;
}

/** Reads the settings, and writes `state_name` when it is missing. Throws a `Failure` (exit code 2) for invalid settings. */
export async function readInitBucket(bucketDir: string, call: CommandCall, made: string[]): Promise<InitBucket> {
  const { request, face } = call;
  const { settings, diagnostics } = await readSettings(bucketDir, face.identity.checkout);
  requireSound(diagnostics, face);
  if (!settings) throw new Error(`${bucketDir}/maand.conf was made, and cannot be read`);
  const location = stateLocation({ request, workspace: { bucketDir, settings }, face });
  await refuseLostFolder(location, face);
  const bucket = await placeBucket(bucketDir, face.identity.checkout);
  const unnamed = { ...call, bucket, location };
  const bare = settings.stateName === '' ? await chooseName(unnamed) : settings.stateName;
  if (settings.stateName === '') {
    await writeSetting(bucketDir, { key: 'state_name', value: bare, purpose: STATE_NAME_PURPOSE });
    made.push('maand.conf');
  }
  const isSaid = request.state.location === undefined && settings.state !== undefined;
  return {
    bucketDir,
    location,
    name: `${bare}/${request.environment}`,
    state: isSaid && isOnWorkers(location) ? 'on workers' : 'made here',
  };
}

interface Unnamed extends CommandCall {
  readonly bucket: Bucket;
  readonly location: StateLocation;
}

/**
 * Returns the name that the state in the file has, else the name that an action of this repository gives it, else a new
 * name. A name that is not the one in use would begin a second bucket beside the first one.
 */
async function chooseName({ request, face, tools, bucket, location }: Unnamed): Promise<string> {
  const { dir: bucketDir, gitPath } = bucket;
  const { repository } = face.identity;
  const first = joinedName(repository, gitPath ?? '');
  if (!isOnWorkers(location)) {
    const name = `${first}/${request.environment}`;
    const reader = tools.openStateReader({ bucketDir, location, name, keys: [], workspace: undefined });
    if ((await reader.load(face.signal)).kind === 'found') return first;
  }
  const origin = repository || (gitPath === undefined ? '' : await repositoryOf(bucketDir, face));
  if (origin !== '') return joinedName(origin, bucket.path);
  return isOnWorkers(location) && gitPath !== undefined ? first : newStateName();
}

/** Returns `owner/name` from the address of the remote `origin`, or '' when there is none. */
async function repositoryOf(dir: string, { env, signal }: CommandCall['face']): Promise<string> {
  const answer = await askGit({ dir, args: ['config', '--get', 'remote.origin.url'], env, signal });
  const url = answer.kind === 'answered' && answer.exitCode === 0 ? answer.text.trim() : '';
  const [, owner = '', name = ''] = /[/:]([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(url) ?? [];
  return owner === '' ? '' : `${owner}/${name}`;
}
