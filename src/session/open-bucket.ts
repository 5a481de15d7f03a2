/**
 * Performs the first steps of nearly every command: finds the bucket, reads its workspace, and reports all errors in
 * it.
 */
import { join, resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { Failure } from '../base/failure.ts';
import { didYouMean } from '../base/text/nearest-name.ts';
import type { Request } from '../request/request.ts';
import { isTemplate } from '../stage/tree.ts';
import { findBucket, placeBucket } from '../workspace/bucket.ts';
import { readWorkspace } from '../workspace/read-workspace.ts';
import { BucketReader } from '../workspace/reader.ts';
import { requireSound } from '../workspace/require-sound.ts';
import { foreignHint } from '../workspace/stray-files.ts';
import type { Settings, Workspace } from '../workspace/types.ts';
import type { CommandCall } from './command-call.ts';
import { namesOfWorkspace } from './masks/bucket-names.ts';

const MOST_LISTED = 20;

type Asked = Pick<CommandCall, 'request' | 'face'>;

export async function locateBucket({ request, face }: Asked): Promise<string> {
  const start = resolve(face.workingDirectory, request.bucket ?? '.');
  const found = request.bucket === undefined ? await findBucket(start) : start;
  if (found !== undefined) return found;
  const foreign = await foreignHint(new BucketReader(await placeBucket(start)));
  throw new Failure(`there is no bucket here: no maand.conf in ${start} or above`, {
    exitCode: 2,
    hint: foreign ?? 'make one with: maand init',
  });
}

export interface Inspection {
  readonly workspace: Workspace | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the workspace. Errors in it do not throw, because `build --check` reports errors as its result. */
export async function inspectWorkspace(bucketDir: string, { request, face }: Asked): Promise<Inspection> {
  const selector = request.jobConfigSelector;
  const { workspace, diagnostics } = await readWorkspace({
    bucketDir,
    environment: request.environment,
    checkout: face.identity.checkout,
    ...(selector === undefined ? {} : { jobConfigSelector: selector }),
  });
  const found = [...diagnostics, ...(workspace ? await templateFindings(workspace) : [])];
  return {
    workspace: workspace && { ...workspace, settings: override(workspace.settings, request) },
    diagnostics: found,
  };
}

/** Checks the templates. The template engine is loaded only when there is a template. */
async function templateFindings(workspace: Workspace): Promise<readonly Diagnostic[]> {
  if (!workspace.jobs.some(({ files }) => files.some(isTemplate))) return [];
  const { checkTemplates } = await import('../stage/check-templates.ts');
  return checkTemplates(workspace);
}

/** Returns the settings of `maand.conf`. Values of the request take precedence. */
function override(settings: Settings, { connection, hookTimeoutMs, parallelWorkers }: Request): Settings {
  return {
    ...settings,
    sshUser: connection.user ?? settings.sshUser,
    sshPort: connection.port ?? settings.sshPort,
    sshProxyJump: connection.proxyJump ?? settings.sshProxyJump,
    hookTimeoutMs: hookTimeoutMs ?? settings.hookTimeoutMs,
    parallelWorkers: parallelWorkers ?? settings.parallelWorkers,
  };
}

export async function openWorkspace(bucketDir: string, { request, face }: Asked): Promise<Workspace> {
  const { workspace, diagnostics } = await inspectWorkspace(bucketDir, { request, face });
  if (workspace) face.masker.reserve(namesOfWorkspace(workspace));
  requireSound(diagnostics, face);
  if (!workspace) throw new Error(`nothing was read from ${join(bucketDir, 'workspace')}, and nothing was found wrong`);
  return workspace;
}

export function jobNames({ jobs }: { readonly jobs: readonly { readonly name: string }[] }): readonly string[] {
  return jobs.map(({ name }) => name);
}

/**
 * Returns the selected jobs. An empty selection means all jobs. Throws a `Failure` for jobs that the bucket does not
 * have.
 */
export function selectJobs(wanted: readonly string[], present: readonly string[]): ReadonlySet<string> {
  return select('jobs', wanted, present);
}

/**
 * Returns the selected hosts. An empty selection means all hosts. Throws a `Failure` for workers that the bucket does
 * not have.
 */
export function selectWorkers(wanted: readonly string[], present: readonly string[]): ReadonlySet<string> {
  return select('workers', wanted, present);
}

function select(what: string, wanted: readonly string[], present: readonly string[]): ReadonlySet<string> {
  const unknown = wanted.filter((name) => !present.includes(name));
  if (unknown.length > 0) {
    const nearest = unknown.length === 1 ? didYouMean(unknown[0] ?? '', present) : undefined;
    throw new Failure(`${what} not in this bucket: ${unknown.join(', ')}`, {
      exitCode: 2,
      hint: nearest ?? `it has: ${listed(present)}`,
    });
  }
  return new Set(wanted.length === 0 ? present : wanted);
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_LISTED;
  return `${names.slice(0, MOST_LISTED).join(', ') || 'none'}${rest > 0 ? ` and ${rest} more` : ''}`;
}
