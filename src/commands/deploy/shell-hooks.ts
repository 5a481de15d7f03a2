/**
 * Runs the shell hooks of a deploy. One hook runs before the deploy, and its failure aborts the deploy. The other hook runs
 * after a deploy that succeeded.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../base/failure.ts';
import type { ShellHookName, ShellHookRecord } from '../../events/hook-record.ts';
import { inheritedEnvironment } from '../../hooks/process/environment.ts';
import { runShellHook } from '../../hooks/shell-hook.ts';
import type { Request } from '../../request/request.ts';
import type { Face } from '../../session/face.ts';
import type { Workspace } from '../../workspace/types.ts';

export interface ShellHookRun {
  readonly request: Request;
  readonly face: Face;
  readonly workspace: Workspace;
  readonly runId: string;
  /** Jobs selected for this deploy. */
  readonly jobs: readonly string[];
  /** Receives the record of each hook when it has ended. */
  readonly onRecord: (record: ShellHookRecord) => void;
}

/** How a deploy ended when its after-deploy hook may run. */
export type GoodEnd = 'success' | 'skipped';

/**
 * Throws a `Failure` (exit code 2) when the working directory of the hooks is missing. The check comes before any hook,
 * because the hook itself would fail with a misleading message.
 */
export async function checkWorkingDirectory(request: Request, face: Face): Promise<void> {
  const { before, after, workingDirectory } = request.shellHooks;
  if (workingDirectory === undefined || (before === undefined && after === undefined)) return;
  const folder = resolve(face.workingDirectory, workingDirectory);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return;
  throw new Failure(`working-directory ${folder} is not a directory`, {
    exitCode: 2,
    hint: 'the shell hooks run there; without working-directory they run in the bucket directory',
  });
}

/** Runs the before-deploy hook. Throws a `Failure` (exit code 1) when the hook fails. At that point nothing was changed. */
export async function runBeforeDeploy(run: ShellHookRun): Promise<void> {
  const { before } = run.request.shellHooks;
  if (before === undefined) return;
  const { problem } = await runHook(run, { hook: 'before-deploy', command: before, variables: {} });
  if (problem === undefined) return;
  throw new Failure(`before-deploy hook ${problem}`, {
    exitCode: 1,
    hint: 'nothing was changed: fix the problem that the hook reported, and deploy again',
  });
}

/** Runs the after-deploy hook. A failure is only a warning, because the deploy has already succeeded. */
export async function runAfterDeploy(run: ShellHookRun, end: GoodEnd): Promise<void> {
  const { after } = run.request.shellHooks;
  if (after === undefined) return;
  const variables = { DEPLOY_STATUS: end, DEPLOY_FAILED_JOBS: '' };
  const { problem } = await runHook(run, { hook: 'after-deploy', command: after, variables });
  if (problem === undefined) return;
  run.face.emit({
    type: 'noticed',
    level: 'warning',
    message: `after-deploy hook ${problem}; the deploy itself succeeded and stays as it is`,
  });
}

interface ShellHookCall {
  readonly hook: ShellHookName;
  readonly command: string;
  /** Environment variables of this hook only. */
  readonly variables: Readonly<Record<string, string>>;
}

async function runHook(
  { request, face, workspace, runId, jobs, onRecord }: ShellHookRun,
  { hook, command, variables }: ShellHookCall,
): Promise<ShellHookRecord> {
  const { bucketDir, settings } = workspace;
  face.emit({ type: 'shell-hook-started', hook, command });
  const record = await runShellHook(
    {
      hook,
      command,
      cwd: resolve(face.workingDirectory, request.shellHooks.workingDirectory ?? bucketDir),
      env: {
        ...inheritedEnvironment(face.env, request.hookEnv),
        DEPLOY_RUN_ID: runId,
        DEPLOY_JOBS: jobs.join(','),
        DEPLOY_DRY_RUN: 'false',
        ...variables,
      },
      timeoutMs: settings.hookTimeoutMs,
      masker: face.masker,
      onLine: (line, stream) => face.emit({ type: 'shell-hook-output', hook, line, stream }),
    },
    face.signal,
  );
  face.emit({ type: 'shell-hook-finished', record });
  onRecord(record);
  return record;
}
