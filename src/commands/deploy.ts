/** `maand deploy`: the last build, or with `--build` a new one, brought to the workers; `--dry-run` only says what would happen. */
import { Failure } from '../base/failure.ts';
import type { Catalog } from '../catalog/types.ts';
import { toPlanJson } from '../plan/plan-json.ts';
import type { Plan } from '../plan/types.ts';
import { DeployReport } from '../report/deploy-report.ts';
import { deploySummary, planSummary } from '../report/markdown.ts';
import { planText } from '../report/plan-text.ts';
import { resultText } from '../report/result-text.ts';
import type { Request } from '../request/request.ts';
import { planDeploy, deploy as rollOut } from '../rollout/deploy.ts';
import { checkBuild } from '../state/check-build.ts';
import { continuityOf } from '../state/record-build.ts';
import type { Workspace } from '../workspace/types.ts';
import { applyBuild, buildInto, resolveCatalog } from './build.ts';
import type { BuiltBucket } from './built-bucket.ts';
import { planCertificates } from './certificates.ts';
import type { CommandResult, Face } from './face.ts';
import { builtCatalog } from './last-build.ts';
import { locateBucket, openWorkspace, selectJobs } from './open-bucket.ts';
import { openRun } from './open-run.ts';
import { readState, type StateInput, stateForPlan, withState } from './open-state.ts';
import { postBuild } from './post-build.ts';
import type { OpenState, Tools } from './tools.ts';

export async function deploy(request: Request, face: Face, tools: Tools): Promise<CommandResult> {
  const bucketDir = await locateBucket(request, face);
  const workspace = await openWorkspace(bucketDir, request, face);
  selectJobs(request.filters.jobs, jobNames(workspace));
  const input = { request, face, tools, workspace };
  if (request.flags.dryRun) return dryRun(input);
  return withState(input, async (state) => {
    if (request.planDigest !== undefined) await requirePlan(input, request.planDigest);
    const catalog = request.flags.build
      ? await buildInto(state, workspace, face)
      : builtCatalog({ state, workspace, face, hint: BUILD_FIRST });
    const built = { ...input, state, catalog };
    if (request.flags.build) await postBuild(built);
    return carryOut(built);
  });
}

const BUILD_FIRST = 'run maand build or pass --build';

const jobNames = ({ jobs }: Workspace): string[] => jobs.map(({ name }) => name);

async function dryRun(input: StateInput): Promise<CommandResult> {
  const state = await stateForPlan(input);
  const catalog = catalogFor(input, state);
  const plan = await planInMemory(input, state, catalog);
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

/** The plan of what would be built and deployed now; nothing of it can be saved. */
async function planInMemory(input: StateInput, state: OpenState, catalog: Catalog): Promise<Plan> {
  if (input.request.flags.build) {
    checkBuild(state.ledger, catalog);
    applyBuild(state.ledger, catalog, input.workspace);
    await planCertificates({ ...input, state, catalog });
  }
  const { build, dryRun: rehearses, withHooks } = input.request.flags;
  const isReal = rehearses && withHooks;
  if (isReal && build) await postBuild({ ...input, state, catalog });
  await using opened = await openRun({ ...input, state, catalog });
  return await planDeploy(opened.run, isReal ? 'with-hooks' : 'without-hooks');
}

function catalogFor({ request, workspace, face }: StateInput, state: OpenState): Catalog {
  const { build } = request.flags;
  if (build) return resolveCatalog(workspace, continuityOf(state.ledger), face);
  return builtCatalog({ state, workspace, face, hint: BUILD_FIRST });
}

/** Before any hook, and before anything is saved: is this still the plan that was approved (contract §4)? */
async function requirePlan(input: StateInput, approved: string): Promise<void> {
  const state = await readState(input);
  const plan = await planInMemory(
    { ...input, face: { ...input.face, warn: () => {} } },
    state,
    catalogFor(input, state),
  );
  const { digest } = toPlanJson(plan, state.label);
  if (digest === approved) return;
  throw new Failure(`the plan is not the approved one: it is ${digest}, approved was ${approved}`, {
    exitCode: 3,
    hint: 'something changed since the plan was made: look at the new plan and approve it',
  });
}

async function carryOut(built: BuiltBucket): Promise<CommandResult> {
  const { face, state, catalog } = built;
  const report = new DeployReport(Date.now());
  const watched = {
    ...face,
    emit: (event: Parameters<Face['emit']>[0]) => {
      report.add(event);
      face.emit(event);
    },
  };
  await using opened = await openRun({ ...built, face: watched });
  const result = await rollOut(opened.run);
  const { ledger } = state;
  const plan = toPlanJson(result.plan, state.label);
  const json = report.toJson({
    ok: result.failures.length === 0,
    updateSeq: ledger.updateSeq,
    serial: ledger.serial,
    runId: opened.runId,
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
    },
  };
}
