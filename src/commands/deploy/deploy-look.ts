/** Asks the workers what is deployed on them, for a plan and before a deploy changes anything. */
import { anySignal, timeoutSignal } from '../../base/abort.ts';
import { Failure } from '../../base/failure.ts';
import { addLook, type PlannedDeploy } from '../../rollout/planned.ts';
import type { Run } from '../../rollout/run.ts';
import type { BuiltBucket } from '../../session/built-bucket.ts';

/** Longest time that a plan waits for workers that do not answer. */
const PLAN_LOOK_MS = 5000;

/**
 * Asks the workers and returns the plan with their answers. With `--trust-state`, no worker is asked when the state shows that
 * there is nothing to do. Throws a `StopFailure` (exit code 3) when the workers belong to another state.
 */
export async function lookBeforeDeploy(
  run: Run,
  recorded: PlannedDeploy,
  { request }: Pick<BuiltBucket, 'request'>,
): Promise<PlannedDeploy> {
  const { trustState } = request.flags;
  if (trustState && run.origin.kind === 'workers') {
    throw new Failure('--trust-state has no effect when the state is on the workers: they are asked for it anyway', {
      exitCode: 2,
      hint: 'leave out --trust-state (in a workflow: trust-state)',
    });
  }
  if (trustState && !recorded.plan.required) return recorded;
  const looked = await addLook(run, recorded);
  tellSilent(run, looked);
  return looked;
}

/** Asks the workers and returns the plan with their answers. Without an SSH key, returns the plan of the state alone. */
export async function lookForPlan(run: Run, recorded: PlannedDeploy, built: BuiltBucket): Promise<PlannedDeploy> {
  const { state, tools, workspace, request, face } = built;
  if (state.origin.serial === 0 || (request.flags.trustState && !recorded.plan.required)) return recorded;
  try {
    await tools.describeSshKey(workspace);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    face.emit({
      type: 'noticed',
      level: 'info',
      message: `the workers are not asked for this plan: ${thrown.message}`,
    });
    return recorded;
  }
  return addLook(run, recorded, anySignal(face.signal, timeoutSignal(PLAN_LOOK_MS)));
}

/**
 * Warns of workers that did not answer and that this deploy does not use. The jobs of the deploy report the other workers that
 * did not answer.
 */
function tellSilent(run: Run, { plan }: PlannedDeploy): void {
  const busy = new Set(
    plan.waves
      .flatMap(({ jobs }) => jobs)
      .flatMap(({ steps }) => steps.filter(({ action }) => action !== 'skip').map(({ host }) => host)),
  );
  for (const { host } of plan.reconcile) busy.add(host);
  const idle = (plan.notLooked ?? []).filter((host) => !busy.has(host));
  if (idle.length === 0) return;
  const message = `not looked at, because they did not answer: ${idle.join(', ')}; what the state says of them may be out of date`;
  run.emit({ type: 'noticed', level: 'warning', message });
}
