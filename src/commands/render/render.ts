/**
 * `maand render JOB`: shows the files that a deploy of the present workspace would deliver, without a deploy. It writes
 * nothing except the folder of `--out`.
 */
import { stat } from 'node:fs/promises';
import { mapLimit } from '../../base/concurrency.ts';
import { Failure } from '../../base/failure.ts';
import { fsPath } from '../../base/file-name.ts';
import type { Allocation, CatalogJob } from '../../catalog/types.ts';
import { RENDERED_WORDING, type RenderedFile, type RenderedWorker, renderedText } from '../../report/rendered.ts';
import type { Request } from '../../request/request.ts';
import { needsHook, type StagedJob, stageJob } from '../../rollout/job/stage-job.ts';
import { jobOf, type Run } from '../../rollout/run.ts';
import type { CommandCall } from '../../session/command-call.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { jobNames, selectJobs } from '../../session/open-bucket.ts';
import { withBucket } from '../../session/with-bucket.ts';
import { withBuilt } from '../../session/with-built.ts';
import { withRun } from '../../session/with-run.ts';
import type { FileSource, TreeFile } from '../../stage/tree.ts';
import { diffSincePromote } from './render-diff.ts';
import { writeRendered } from './render-out.ts';

const FILES_AT_ONCE = 16;

export async function render(call: CommandCall): Promise<CommandResult> {
  return withBucket(call, (bucket) => {
    const name = jobName(call.request);
    selectJobs([name], jobNames(bucket.workspace));
    return withBuilt(bucket, { state: 'plan', catalog: 'build-ahead' }, (built) =>
      withRun(built, ({ run }) => renderJob(run, jobOf(run, name), bucket.request)),
    );
  });
}

async function renderJob(run: Run, job: CatalogJob, request: Request): Promise<CommandResult> {
  const allocations = selectAllocations(request.filters.workers, job);
  const staged = await stageJob(run, job);
  if (request.outPath !== undefined) await writeRendered({ folder: request.outPath, job, allocations, staged });
  return describeAll(request, { run, job, allocations, staged });
}

function jobName({ operands }: Request): string {
  const [name] = operands;
  if (name !== undefined) return name;
  throw new Failure('the name of a job is missing', { exitCode: 2, hint: 'usage: maand render JOB' });
}

function selectAllocations(hosts: readonly string[], { name, allocations }: CatalogJob): readonly Allocation[] {
  const unknown = hosts.filter((host) => !allocations.some((one) => one.host === host));
  if (unknown.length > 0) {
    throw new Failure(`job ${name} does not run on: ${unknown.join(', ')}`, {
      exitCode: 2,
      hint: `it runs on: ${allocations.map(({ host }) => host).join(', ') || 'no worker'}`,
    });
  }
  return hosts.length === 0 ? allocations : allocations.filter(({ host }) => hosts.includes(host));
}

interface Rendered {
  readonly run: Run;
  readonly job: CatalogJob;
  readonly allocations: readonly Allocation[];
  readonly staged: StagedJob;
}

async function describeAll({ flags, outPath }: Request, rendered: Rendered): Promise<CommandResult> {
  const { run, job, allocations } = rendered;
  const workers = await mapLimit(allocations, run.settings.parallelWorkers, (one) =>
    describe(rendered, one, flags.diff ? 'diff' : 'list'),
  );
  const written = outPath === undefined ? '' : `written to ${outPath}\n`;
  return resultOf({
    exitCode: workers.some(({ problems }) => problems.length > 0) ? 1 : 0,
    data: { job: job.name, workers },
    wording: RENDERED_WORDING,
    show: (json) => ({
      json: outPath === undefined ? json : { ...json, out: outPath },
      text: `${renderedText(json)}${written}`,
      ...(flags.diff ? { textForm: 'diff' } : {}),
    }),
  });
}

async function describe(
  { run, job, staged }: Rendered,
  allocation: Allocation,
  form: 'list' | 'diff',
): Promise<RenderedWorker> {
  const outcome = staged.get(allocation.host);
  const worker: RenderedWorker = { worker: allocation.host, files: [], empty_folders: [], missing: [], problems: [] };
  if (outcome === undefined) throw new Error(`nothing is staged for ${allocation.host}`);
  if (outcome.kind === 'failed') {
    const { problems } = outcome;
    if (job.entry.hooks.length === 0 || !needsHook(problems)) {
      return { ...worker, problems: problems.map(({ message }) => message) };
    }
    return { ...worker, missing: problems.flatMap(({ file, missing }) => (missing ? [{ file, ...missing }] : [])) };
  }
  const { tree } = outcome;
  const files = await mapLimit(tree.files, FILES_AT_ONCE, describeFile);
  const listed = { ...worker, files, empty_folders: tree.emptyFolders };
  return form === 'list' ? listed : { ...listed, diff: await diffSincePromote({ run, allocation, tree }) };
}

async function describeFile({ path, mode, source, holdsSecret }: TreeFile): Promise<RenderedFile> {
  const isSecret = source.kind === 'sealed' || holdsSecret === true;
  return { path, mode: `0${mode.toString(8)}`, size_bytes: await sizeOf(source), holds_secret: isSecret };
}

async function sizeOf(source: FileSource): Promise<number> {
  switch (source.kind) {
    case 'file':
      return (await stat(fsPath(source.path))).size;
    case 'bytes':
      return source.bytes.length;
    case 'sealed':
      return Buffer.byteLength(source.read());
  }
}
