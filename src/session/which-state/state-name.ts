/**
 * Tells under which name the state of a bucket is kept, and finds a state that the first edition of this program kept
 * under another name.
 */
import { basename } from 'node:path';
import type { Request } from '../../request/request.ts';
import type { RunIdentity } from '../../request/run-identity.ts';
import type { StateDocument } from '../../state/document.ts';
import type { StateLoad } from '../../state/port.ts';
import { type StopCode, StopFailure, stopFailure } from '../../state/stop.ts';
import type { Workspace } from '../../workspace/types.ts';
import type { ReaderRequest } from '../tools.ts';
import type { ReadBucket } from '../with-bucket.ts';

/** What the name is made from. */
export interface Named {
  readonly request: Pick<Request, 'environment'>;
  readonly workspace: Pick<Workspace, 'bucketDir' | 'bucketPath' | 'bucketRoot' | 'gitPath'> & {
    readonly settings: Pick<Workspace['settings'], 'stateName'>;
  };
  readonly identity: Pick<RunIdentity, 'repository'>;
}

/**
 * Returns the name of the state: `state_name` of maand.conf, or else repository and path of the bucket. The environment
 * is added at the end. Throws a `Failure` (exit code 2) when neither `.git` nor GitHub's variables tell the path.
 */
export function stateName(named: Named): string {
  const bare = bareName(named);
  if (bare !== undefined) return `${bare}/${named.request.environment}`;
  throw stopFailure({
    code: 'state-unnamed',
    message: "maand.conf has no state_name, and neither .git nor GitHub's variables tell which bucket this is",
    hint: nameHint(named),
    exitCode: 2,
  });
}

/** Returns the name without the environment, or undefined when it is unknown. */
function bareName({ workspace, identity: { repository } }: Named): string | undefined {
  const { settings, bucketPath, bucketRoot, gitPath } = workspace;
  if (settings.stateName !== '') return settings.stateName;
  const isKnown = gitPath !== undefined || (bucketRoot === 'checkout' && repository !== '');
  return isKnown ? joinedName(repository, bucketPath) : undefined;
}

/** Returns the name of the first edition, where it differs: that edition knew the path of a bucket only from `.git`. */
function firstName({ workspace, identity: { repository } }: Named): string | undefined {
  const { settings, bucketPath, gitPath = '' } = workspace;
  if (settings.stateName !== '' || gitPath === bucketPath) return undefined;
  return joinedName(repository, gitPath);
}

/** Returns the name of a bucket without `state_name`. `repository` is '' on a laptop. */
export function joinedName(repository: string, path: string): string {
  return [repository || 'local', path].filter(Boolean).join('/');
}

function nameHint({ workspace, identity: { repository } }: Named): string {
  const own = basename(workspace.bucketDir).replaceAll(/[^\u0021-\u007e]|["\\]/g, '-') || 'bucket';
  const first = joinedName(repository, '');
  return `write a name of its own into maand.conf: state_name = "${own}"; for a state that an earlier version made here: state_name = "${first}"`;
}

/**
 * Returns the name under which a state is known: its name, or the first edition's name when only that one is known and
 * its state is the one of this bucket.
 */
export async function knownName(input: ReadBucket, place: Omit<ReaderRequest, 'name'>): Promise<string> {
  const { request, workspace, face, tools } = input;
  const named = { request, workspace, identity: face.identity };
  const name = stateName(named);
  const bare = firstName(named);
  if (bare === undefined) return name;
  const first = `${bare}/${request.environment}`;
  const look = (one: string) => lookFor(() => tools.openStateReader({ ...place, name: one }).load(face.signal));
  const own = await look(name);
  if (own.kind === 'known') return name;
  const older = await look(first);
  // after a clear "none", a stop can only be about the older name
  const isFirst = older.document ? isOfBucket(older.document, workspace) : older.kind !== 'none' && own.kind === 'none';
  if (!isFirst) return name;
  face.emit({
    type: 'noticed',
    level: 'info',
    message: `the state has the name that an earlier version gave it, which depends on .git: keep it with this line in maand.conf: state_name = "${bare}"`,
  });
  return first;
}

interface Look {
  /** `unsure`: no state has this name where somebody answered, and not everybody did, or something else is deployed. */
  readonly kind: 'known' | 'none' | 'unsure';
  readonly document?: StateDocument;
}

/** Stops that say nothing about a state with this name. */
const UNSURE: ReadonlySet<StopCode> = new Set(['state-unknown', 'state-missing', 'state-lost', 'state-other-name']);

async function lookFor(load: () => Promise<StateLoad>): Promise<Look> {
  try {
    const loaded = await load();
    return loaded.kind === 'none' ? { kind: 'none' } : { kind: 'known', document: loaded.document };
  } catch (thrown) {
    if (!(thrown instanceof StopFailure)) throw thrown;
    return { kind: UNSURE.has(thrown.code) ? 'unsure' : 'known' };
  }
}

/**
 * Returns whether a state can be the one of this bucket: without `.git`, the first edition gave one name to all buckets
 * of a repository. A state of another bucket would stop everything of that bucket.
 */
function isOfBucket({ allocations }: StateDocument, { jobs, workers }: Pick<Workspace, 'jobs' | 'workers'>): boolean {
  const present = allocations.filter(({ removed }) => !removed);
  const names = new Set(jobs.map(({ name }) => name));
  const hosts = new Set(workers.map(({ host }) => host));
  return present.length === 0 || present.some(({ job, host }) => names.has(job) && hosts.has(host));
}
