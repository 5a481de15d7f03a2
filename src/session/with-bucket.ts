/**
 * Performs the first step of nearly every command: finds the bucket and reads its workspace. A command does not
 * continue when the workspace has errors.
 */
import { spelledAs } from '../base/text/host-spelling.ts';
import type { Request } from '../request/request.ts';
import type { Workspace } from '../workspace/types.ts';
import type { CommandCall } from './command-call.ts';
import { locateBucket, openWorkspace } from './open-bucket.ts';

/** A bucket whose workspace was read and has no errors. */
export interface ReadBucket extends CommandCall {
  readonly workspace: Workspace;
}

/**
 * Reads the bucket and runs `work`. Throws a `Failure` (exit code 2) when there is no bucket. Also throws when the
 * workspace has errors, and then lists all of them.
 */
export async function withBucket<T>(call: CommandCall, work: (bucket: ReadBucket) => Promise<T> | T): Promise<T> {
  const workspace = await openWorkspace(await locateBucket(call), call);
  return await work({ ...call, request: spellHosts(call.request, workspace), workspace });
}

/** Returns the request with each host in the spelling of `workers.json`. */
export function spellHosts(request: Request, { workers }: Pick<Workspace, 'workers'>): Request {
  const listed = workers.map(({ host }) => host);
  const { filters } = request;
  return {
    ...request,
    filters: {
      ...filters,
      workers: spelledAs(filters.workers, listed),
      allocations: spelledAs(filters.allocations, listed),
    },
  };
}
