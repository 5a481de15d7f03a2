/**
 * Decides where the state of a bucket is kept: the input or flag `state`, else `state` of `maand.conf`, else the default
 * of the face.
 */
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Request, StateLocation } from '../../request/request.ts';
import { locateState } from '../../request/state-location.ts';
import { stopFailure } from '../../state/stop.ts';
import type { Settings } from '../../workspace/types.ts';
import type { Face } from '../face.ts';

/** What the decision depends on. */
export interface StateWish {
  readonly request: Pick<Request, 'state'>;
  readonly workspace: { readonly bucketDir: string; readonly settings: Pick<Settings, 'state'> };
  readonly face: Pick<Face, 'disk' | 'env' | 'identity'>;
}

/** Returns the place of the state. Throws a `Failure` (exit code 2) when the home folder in `maand.conf` is unknown. */
export function stateLocation({ request, workspace, face }: StateWish): StateLocation {
  const chosen = request.state.location ?? locationInSettings(workspace, face);
  if (chosen === undefined) return { kind: face.disk === 'lost' ? 'cache' : 'bucket' };
  return chosen.kind === 'cache' && face.disk === 'kept' ? { kind: 'workers' } : chosen; // only a run of GitHub has a cache
}

function locationInSettings(
  { bucketDir, settings }: StateWish['workspace'],
  { env }: StateWish['face'],
): StateLocation | undefined {
  if (settings.state === undefined) return undefined;
  const located = locateState(settings.state, { workingDirectory: bucketDir, home: env.HOME });
  if (located.ok) return located.value;
  throw stopFailure({
    code: 'state-place',
    message: `maand.conf: state ${located.reason}`,
    hint: 'write an absolute path, or set HOME',
    exitCode: 2,
  });
}

/** Returns whether the copies of the state are on the workers. */
export function isOnWorkers({ kind }: StateLocation): boolean {
  return kind === 'cache' || kind === 'workers';
}

/**
 * Throws a `Failure` (exit code 2) for a state in a file below the checkout of an action run: the next runner would not
 * have the file, and that run would deploy everything a second time.
 */
export async function refuseLostFolder(location: StateLocation, { disk, identity }: StateWish['face']): Promise<void> {
  if (disk === 'kept' || location.kind !== 'file') return;
  const { folder } = location;
  const { checkout } = identity;
  if (checkout === '' || !(await isBelow(folder, checkout))) return;
  throw stopFailure({
    code: 'state-place',
    message: `the state cannot be kept in ${folder}: this folder is in the checkout (${checkout}), which is gone on the next runner`,
    hint: 'use state: cache, or a folder outside of the checkout that outlives the run, such as state: file:/var/lib/maand/NAME',
    exitCode: 2,
  });
}

/** Returns whether `path` is `folder` or lies below it, as it is written or after symlinks are resolved. */
async function isBelow(path: string, folder: string): Promise<boolean> {
  const isInside = (way: string) => !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
  const [realPath, realFolder] = await Promise.all([realPathOf(resolve(path)), realPathOf(resolve(folder))]);
  return isInside(relative(resolve(folder), resolve(path))) || isInside(relative(realFolder, realPath));
}

/** Resolves the symlinks of the part of a path that exists. */
async function realPathOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  const parent = dirname(path);
  return real ?? (parent === path ? path : join(await realPathOf(parent), path.slice(parent.length)));
}
