/**
 * `maand deploy`: deploys the last build, or with `--build` a new one, to the workers. `--dry-run` only shows what
 * would happen.
 */
import { randomUUID } from 'node:crypto';
import { maskFreeText, type WordingOf } from '../../base/free-text.ts';
import { type BegunBuild, beginBuild } from '../../build/build-in-memory.ts';
import { certifyBuild } from '../../build/certificates.ts';
import { builtCatalog } from '../../build/last-build.ts';
import type { Catalog } from '../../catalog/types.ts';
import { PLAN_WORDING } from '../../events/event-wording.ts';
import type { ShellHookRecord } from '../../events/hook-record.ts';
import type { Plan } from '../../events/plan.ts';
import type { KvSource } from '../../kv/reads.ts';
import { type PlanJson, toPlanJson } from '../../plan/plan-json.ts';
import { DEPLOY_WORDING, type DeployJson, isReconciled, shellHookOutputs } from '../../report/deploy-json.ts';
import { DeployReport } from '../../report/deploy-report.ts';
import { deploySummary, planSummary } from '../../report/markdown/markdown.ts';
import { planText } from '../../report/plan-text.ts';
import { resultText } from '../../report/result-text.ts';
import { type DeployResult, rollOut } from '../../rollout/deploy.ts';
import { type PlannedDeploy, planDeploy, planWithHooks } from '../../rollout/planned.ts';
import type { Run } from '../../rollout/run.ts';
import type { BuiltBucket } from '../../session/built-bucket.ts';
import type { CommandCall } from '../../session/command-call.ts';
import { type CommandResult, resultOf, type Shown } from '../../session/face.ts';
import { followMovedWorkers } from '../../session/moved-workers.ts';
import { jobNames, selectJobs } from '../../session/open-bucket.ts';
import { type ReadBucket, withBucket } from '../../session/with-bucket.ts';
import { withBuilt } from '../../session/with-built.ts';
import { postBuild, withRun } from '../../session/with-run.ts';
import { withState } from '../../session/with-state.ts';
import type { OpenState } from '../../state/open-state.ts';
import { stopFailure } from '../../state/stop.ts';
import { lookBeforeDeploy, lookForPlan } from './deploy-look.ts';
import { type News, withNews } from './deploy-news.ts';
import { guardPlan, requireNotRefused } from './guarded-plan.ts';
import { checkOrder, recordDeployer } from './older-run.ts';
import {
  checkWorkingDirectory,
  type GoodEnd,
  runAfterDeploy,
  runBeforeDeploy,
  type ShellHookRun,
} from './shell-hooks.ts';

export async function deploy(call: CommandCall): Promise<CommandResult> {
  if (call.request.flags.dryRun) return withSelected(call, dryRun);
  const runId = randomUUID();
  return withNews({ ...call, runId }, (news) =>
    withSelected(call, async (bucket) => {
      await checkWorkingDirectory(call.request, call.face);
      return withState(bucket, (state) => deployWith({ ...bucket, state, news, runId }));
    }),
  );
}

/** Runs `work` on the bucket. Throws a `Failure` when the bucket lacks a selected job. */
function withSelected(call: CommandCall, work: (bucket: ReadBucket) => Promise<CommandResult>): Promise<CommandResult> {
  return withBucket(call, (bucket) => {
    selectJobs(call.request.filters.jobs, jobNames(bucket.workspace));
    return work(bucket);
  });
}

interface DeployInput extends ReadBucket {
  readonly state: OpenState;
  readonly news: News;
  readonly runId: string;
}

async function deployWith({ state, news, runId, ...bucket }: DeployInput): Promise<CommandResult> {
  const { request, face, workspace } = bucket;
  const report = new DeployReport(Date.now());
  face.hear((event) => report.add(event));
  await checkOrder(bucket, state.ledger);
  await followMovedWorkers(bucket, state);
  const { catalog, kv } = await catalogToDeploy(bucket, state);
  const built = { ...bucket, state, catalog };
  const jobs = [...selectJobs(request.filters.jobs, jobNames(workspace))];
  const onRecord = (record: ShellHookRecord) => news.hookFinished(record);
  const result = await withRun(built, ({ run }) =>
    carryOut(run, { built, kv, news, shellHooks: { ...built, runId, jobs, onRecord } }),
  );
  return toResult({ built, report, runId, result });
}

interface Deploying {
  readonly built: BuiltBucket;
  /** The key/value store that the templates of the plan read. */
  readonly kv: KvSource;
  readonly news: News;
  readonly shellHooks: ShellHookRun;
}

/**
 * Makes one plan, compares it with the approved plan and carries it out. Before the comparison, no certificate is made and no
 * script runs. Before the shell hook succeeds, nothing is saved and no worker is changed.
 */
async function carryOut(run: Run, { built, kv, news, shellHooks }: Deploying): Promise<DeployResult> {
  const { request, face, state } = built;
  const recorded = await planDeploy(run, kv);
  // people approved the masked plan, so the masked plan is compared
  const shownPlan = maskFreeText(recorded.plan, PLAN_WORDING, (text) => face.masker.mask(text));
  requireApproved(toPlanJson(shownPlan, state.label), request.planDigest);
  requireNotRefused(guardPlan(built, recorded.plan));
  if (request.shellHooks.before !== undefined) await run.checkTools(recorded.plan.required ? 'files' : 'nothing');
  if (request.flags.build) await certifyBuild({ ...built, face: { ...face, warn: () => {} } }); // the plan has already printed these warnings
  news.started(shellHooks.jobs);
  await runBeforeDeploy(shellHooks);
  run.workers.forget('hook'); // the hook may have started or repaired workers
  const planned = await lookBeforeDeploy(run, recorded, built); // the hook may have made the workers reachable
  if (request.flags.build) {
    await state.ledger.commit();
    await postBuild(built);
  }
  await run.stager.forgetChangedFiles(); // shell hooks and post_build hooks may have written files
  if (planned.plan.required) await recordDeployer(built, state.ledger); // the first save of the rollout has it
  const result = await rollOut(run, planned);
  if (!planned.plan.required && !isIdle(result)) {
    await recordDeployer(built, state.ledger); // what hooks wrote has changed a job
    await state.ledger.commit();
  }
  const end = goodEnd(result);
  if (end !== undefined) await runAfterDeploy(shellHooks, end);
  return result;
}

async function catalogToDeploy({ request, workspace, face }: ReadBucket, state: OpenState): Promise<BegunBuild> {
  if (request.flags.build) return beginBuild(state, workspace, face);
  return { catalog: builtCatalog({ state, workspace, face, hint: LAST_BUILD.hint }), kv: state.ledger.kv };
}

/** Throws a `Failure` (exit code 3) when the plan is not the one that was approved. */
function requireApproved({ digest }: PlanJson, approved: string | undefined): void {
  if (approved === undefined || digest === approved) return;
  throw stopFailure({
    code: 'plan-changed',
    message: `the plan is not the approved one: its digest is ${digest}, the approved digest is ${approved}`,
    hint: 'something changed since the plan was made: look at the new plan and approve it',
  });
}

/** Returns how the deploy ended, or undefined when something failed. */
function goodEnd(result: DeployResult): GoodEnd | undefined {
  if (result.failures.length > 0) return undefined;
  return isIdle(result) ? 'skipped' : 'success';
}

function isIdle({ plan, jobs }: DeployResult): boolean {
  return plan.reconcile.length === 0 && [...jobs.values()].every(({ outcome }) => outcome === 'skipped');
}

const LAST_BUILD = { catalog: 'last-build', hint: 'run maand build or pass --build' } as const;

/** Shows what a build and a deploy would do now. Nothing is saved. */
function dryRun(bucket: ReadBucket): Promise<CommandResult> {
  const catalog = bucket.request.flags.build ? ({ catalog: 'build-ahead' } as const) : LAST_BUILD;
  return withBuilt(bucket, { state: 'plan', ...catalog }, async (built) => {
    await checkOrder(built, built.state.ledger);
    return planResult(built, await planOnly(built));
  });
}

/** Returns the plan. With `--with-hooks`, the hooks run first, because they may change the plan. */
async function planOnly(built: BuiltBucket): Promise<PlannedDeploy> {
  const { withHooks, build } = built.request.flags;
  if (withHooks && build) await postBuild(built);
  return withRun(built, async ({ run }) => {
    const recorded = await planDeploy(run);
    const planned = await lookForPlan(run, recorded, built);
    const last = withHooks ? await planWithHooks(run, planned) : planned;
    return { ...last, plan: guardPlan(built, last.plan) };
  });
}

function planResult({ state, catalog }: BuiltBucket, { plan, recorded }: PlannedDeploy): CommandResult {
  const broken = plan.waves.flatMap(({ jobs }) => jobs).some(({ problem }) => problem !== undefined);
  return resultOf({
    exitCode: broken ? 1 : 0,
    data: { plan, recorded, state: state.label, hosts: hostsOf(catalog) },
    wording: PLANNED_WORDING,
    show: showPlan,
  });
}

interface Planned {
  readonly plan: Plan;
  /** The plan that follows from the state alone. Its digest is shown. */
  readonly recorded: Plan;
  /** The label of the state, for example `serial 41`, or `none`. */
  readonly state: string;
  readonly hosts: readonly string[];
}

const PLANNED_WORDING: WordingOf<Planned> = {
  plan: PLAN_WORDING,
  recorded: PLAN_WORDING,
  state: 'name',
  hosts: 'name',
};

function showPlan({ plan, recorded, state, hosts }: Planned): Shown {
  const json = toPlanJson(plan, state, recorded);
  return {
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
      hosts,
    },
  };
}

const hostsOf = ({ workers }: Catalog): string[] => workers.map(({ host }) => host);

interface Rolled {
  readonly built: BuiltBucket;
  readonly report: DeployReport;
  readonly runId: string;
  readonly result: DeployResult;
}

function toResult({ built, report, runId, result }: Rolled): CommandResult {
  const { ledger, label } = built.state;
  const { failures, plan, recorded } = result;
  const { updateSeq, serial, bucketId } = ledger;
  const ok = failures.length === 0;
  return resultOf({
    exitCode: ok ? 0 : 1,
    data: {
      json: report.toJson({ ok, updateSeq, serial, runId, nowMs: Date.now() }),
      failures,
      planned: { plan, recorded, state: label, hosts: hostsOf(built.catalog) },
      state: { updateSeq, serial, bucketId },
    },
    wording: {
      json: DEPLOY_WORDING,
      failures: 'text',
      planned: PLANNED_WORDING,
      state: 'name',
    },
    show: showDeploy,
  });
}

interface Deployed {
  readonly json: DeployJson;
  readonly failures: readonly string[];
  readonly planned: Planned;
  readonly state: { readonly updateSeq: number; readonly serial: number; readonly bucketId: string };
}

function showDeploy({ json, failures, planned, state }: Deployed): Shown {
  const plan = toPlanJson(planned.plan, planned.state, planned.recorded);
  const jobsThat = (...outcomes: string[]) =>
    json.jobs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ job }) => job);
  return {
    json,
    text: resultText(json, failures),
    summary: deploySummary(json, failures),
    outputs: {
      changed: jobsThat('deployed').length > 0 || json.reconcile.some(isReconciled),
      plan,
      'plan-digest': plan.digest,
      'deployed-jobs': jobsThat('deployed'),
      'failed-jobs': jobsThat('failed', 'cancelled'),
      'skipped-jobs': jobsThat('skipped'),
      'blocked-jobs': jobsThat('blocked'),
      'changed-jobs': jobsThat('deployed', 'failed'),
      waves: json.waves.map(({ seq }) => seq),
      hosts: planned.hosts,
      'update-seq': state.updateSeq,
      'state-serial': state.serial,
      'bucket-id': state.bucketId,
      ...shellHookOutputs(json.hooks),
    },
  };
}
