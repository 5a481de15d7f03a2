/** First step of nearly every command: the bucket is found and its workspace is read; nothing goes on with errors in it. */
import type { Workspace } from '../workspace/types.ts';
import type { CommandCall } from './command-call.ts';
import { locateBucket, openWorkspace } from './open-bucket.ts';

/** A bucket whose workspace was read, and has no errors. */
export interface ReadBucket extends CommandCall {
  readonly workspace: Workspace;
}

/** Throws a `Failure` (exit code 2) when there is no bucket, and one with every finding when the workspace has errors. */
export async function withBucket<T>(call: CommandCall, work: (bucket: ReadBucket) => Promise<T> | T): Promise<T> {
  const workspace = await openWorkspace(await locateBucket(call), call);
  return await work({ ...call, workspace });
}
