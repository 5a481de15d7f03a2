/** `maand deploy`: the last build, or with `--build` a new one, brought to the workers; `--dry-run` only says what would happen. */
import { randomUUID } from 'node:crypto';
import { type BegunBuild, beginBuild, buildAhead } from '../../build/build-in-memory.ts';
import { certifyBuild } from '../../build/certificates.ts';
import { builtCatalog } from '../../build/last-build.ts';
import type { Catalog } from '../../catalog/types.ts';
import type { ShellHookRecord } from '../../events/hook-record.ts';
import type { Plan } from '../../events/plan.ts';
import { type PlanJson, toPlanJson } from '../../plan/plan-json.ts';
import { shellHookOutputs } from '../../report/deploy-json.ts';
import { DeployReport } from '../../report/deploy-report.ts';
import { deploySummary, planSummary } from '../../report/markdown/markdown.ts';
import { planText } from '../../report/plan-text.ts';
import { resultText } from '../../report/result-text.ts';
import type { Request } from '../../request/request.ts';
import { type DeployResult, deploy as rollOut } from '../../rollout/deploy.ts';
import { planDeploy, planWithHooks } from '../../rollout/planned.ts';
import type { BuiltBucket } from '../../session/built-bucket.ts';
import type { CommandCall } from '../../session/command-call.ts';
import type { CommandResult, Face } from '../../session/face.ts';
import { jobNames, locateBucket, openWorkspace, selectJobs } from '../../session/open-bucket.ts';
import { openRun } from '../../session/open-run.ts';
import type { StateInput } from '../../session/state-store.ts';
import type { Tools } from '../../session/tools.ts';
import { postBuild } from '../../session/with-run.ts';
import { stateForPlan, withState } from '../../session/with-state.ts';
import type { OpenState } from '../../state/open-state.ts';
import { stopFailure } from '../../state/stop.ts';
import { type News, withNews } from './deploy-news.ts';
import { checkWorkingDirectory, type GoodEnd, runAfterDeploy, runBeforeDeploy } from './shell-hooks.ts';

export async function deploy({ request, face, tools }: CommandCall): Promise<CommandResult> {
  if (request.flags.dryRun) return dryRun(await openInput(request, face, tools));
  const runId = randomUUID();
  return withNews({ request, face, runId }, async (news) => {
    const input = await openInput(request, face, tools);
    await checkWorkingDirectory(request, face);
    return withState(input, (state) => deployWith({ ...input, state, news, runId }));
  });
}

async function openInput(request: Request, face: Face, tools: Tools): Promise<StateInput> {
  const workspace = await openWorkspace(await locateBucket(request, face), request, face);
  selectJobs(request.filters.jobs, jobNames(workspace));
  return { request, face, tools, workspace };
}

interface DeployInput extends StateInput {
  readonly state: OpenState;
  readonly news: News;
  readonly runId: string;
}

/**
 * One plan is made, compared with the approved one and carried out. Before it is approved no certificate is made and no script
 * runs; before the shell hook agrees nothing is saved and no worker is changed.
 */
async function deployWith({ state, news, runId, ...input }: DeployInput): Promise<CommandResult> {
  const { request, face, workspace } = input;
  const report = new DeployReport(Date.now());
  const watched = { ...face, emit: both((event) => report.add(event), face.emit) };
  const { catalog, kv } = await catalogToDeploy(input, state);
  const built = { ...input, face: watched, state, catalog };
  const jobs = [...selectJobs(request.filters.jobs, jobNames(workspace))];
  const shellHooks = { ...built, runId, jobs, onRecord: (record: ShellHookRecord) => news.hookFinished(record) };
  await using opened = await openRun(built);
  const { run } = opened;
  const planned = await planDeploy(run, kv);
  requireApproved(toPlanJson(planned.plan, state.label), request.planDigest);
  if (request.shellHooks.before !== undefined) await run.checkTools(planned.plan.required);
  if (request.flags.build) await certifyBuild({ ...built, face: { ...face, warn: () => {} } }); // the plan has warned
  news.started(jobs);
  await runBeforeDeploy(shellHooks);
  if (request.flags.build) {
    await state.ledger.commit();
    await postBuild(built);
  }
  await run.stager.forgetChangedFiles(); // shell hooks and post_build hooks may have written some
  const result = await rollOut(run, planned);
  const end = goodEnd(result);
  if (end !== undefined) await runAfterDeploy(shellHooks, end);
  return toResult({ built, report, runId, result });
}

async function catalogToDeploy({ request, workspace, face }: StateInput, state: OpenState): Promise<BegunBuild> {
  if (request.flags.build) return beginBuild(state, workspace, face);
  return { catalog: builtCatalog({ state, workspace, face, hint: BUILD_FIRST }), kv: state.ledger.kv };
}

const both =
  (...hearers: readonly Face['emit'][]): Face['emit'] =>
  (event) => {
    for (const hear of hearers) hear(event);
  };

/** Is this still the plan that was approved? Throws a `Failure` (exit code 3) when it is another. */
function requireApproved({ digest }: PlanJson, approved: string | undefined): void {
  if (approved === undefined || digest === approved) return;
  throw stopFailure({
    code: 'plan-changed',
    message: `the plan is not the approved one: it is ${digest}, approved was ${approved}`,
    hint: 'something changed since the plan was made: look at the new plan and approve it',
  });
}

/** Undefined: something failed. */
function goodEnd({ failures, plan, jobs }: DeployResult): GoodEnd | undefined {
  if (failures.length > 0) return undefined;
  const isIdle = plan.reconcile.length === 0 && [...jobs.values()].every(({ outcome }) => outcome === 'skipped');
  return isIdle ? 'skipped' : 'success';
}

const BUILD_FIRST = 'run maand build or pass --build';

async function dryRun(input: StateInput): Promise<CommandResult> {
  const state = await stateForPlan(input);
  const { catalog, plan } = await planInMemory(input, state);
  const json = toPlanJson(plan, state.label);
  const broken = plan.waves.flatMap(({ jobs }) => jobs).some(({ problem }) => problem !== undefined);
  return {
    exitCode: broken ? 1 : 0,
    json,
    text: planText(plan),
    summary: planSummary(plan, json),
    outputs: {
      changed: plan.required,
      plan: json,
      'plan-digest': json.digest,
      'changed-jobs': json.waves
        .flatMap(({ jobs }) => jobs)
        .filter(({ required }) => required)
        .map(({ job }) => job),
      waves: json.waves.map(({ seq }) => seq),
      hosts: catalog.workers.map(({ host }) => host),
    },
  };
}

/** What would be built and deployed now; nothing of it can be saved. With hooks the plan is what it is after they have run. */
async function planInMemory(input: StateInput, state: OpenState): Promise<{ catalog: Catalog; plan: Plan }> {
  const { request, workspace, face } = input;
  const catalog = request.flags.build
    ? await buildAhead(state, workspace, face)
    : builtCatalog({ state, workspace, face, hint: BUILD_FIRST });
  const { withHooks } = request.flags;
  if (withHooks && request.flags.build) await postBuild({ ...input, state, catalog });
  await using opened = await openRun({ ...input, state, catalog });
  const { plan } = withHooks ? await planWithHooks(opened.run) : await planDeploy(opened.run);
  return { catalog, plan };
}

interface Rolled {
  readonly built: BuiltBucket;
  readonly report: DeployReport;
  readonly runId: string;
  readonly result: DeployResult;
}

function toResult({ built, report, runId, result }: Rolled): CommandResult {
  const { state, catalog } = built;
  const { ledger } = state;
  const plan = toPlanJson(result.plan, state.label);
  const json = report.toJson({
    ok: result.failures.length === 0,
    updateSeq: ledger.updateSeq,
    serial: ledger.serial,
    runId,
    nowMs: Date.now(),
  });
  const jobsThat = (...outcomes: string[]) =>
    json.jobs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ job }) => job);
  return {
    exitCode: result.failures.length === 0 ? 0 : 1,
    json,
    text: resultText(json, result.failures),
    summary: deploySummary(json, result.failures),
    outputs: {
      changed: jobsThat('deployed').length > 0 || result.plan.reconcile.length > 0,
      plan,
      'plan-digest': plan.digest,
      'deployed-jobs': jobsThat('deployed'),
      'failed-jobs': jobsThat('failed', 'cancelled'),
      'skipped-jobs': jobsThat('skipped'),
      'blocked-jobs': jobsThat('blocked'),
      'changed-jobs': jobsThat('deployed', 'failed'),
      waves: json.waves.map(({ seq }) => seq),
      hosts: catalog.workers.map(({ host }) => host),
      'update-seq': ledger.updateSeq,
      'state-serial': ledger.serial,
      'bucket-id': ledger.bucketId,
      ...shellHookOutputs(json.hooks),
    },
  };
}
