/** Marks a plan as refused when its stops look like a mistake, and refuses to deploy such a plan. */
import type { Plan } from '../../events/plan.ts';
import { refusalHint, refusalText } from '../../events/refusal-text.ts';
import { type AllowedStops, guardStops } from '../../plan/guard-stops.ts';
import { planReconcile } from '../../plan/plan-deploy.ts';
import type { Request } from '../../request/request.ts';
import { knownAllocation } from '../../rollout/known-allocation.ts';
import type { BuiltBucket } from '../../session/built-bucket.ts';
import { stopFailure } from '../../state/stop.ts';

type Guarded = Pick<BuiltBucket, 'request' | 'state' | 'catalog' | 'face'>;

/** Returns the plan. `refused` is set when a deploy must not carry it out. */
export function guardPlan(built: Guarded, plan: Plan): Plan {
  const { request, state, catalog } = built;
  warnUnknown(built);
  const started = new Set(
    plan.waves
      .flatMap(({ jobs }) => jobs)
      .filter(({ problem, steps }) => problem === undefined && steps.some(({ reason }) => reason !== 'disabled'))
      .map(({ job }) => job),
  );
  const refused = guardStops({
    catalog,
    known: (id) => knownAllocation(state, id),
    reconcile: plan.reconcile,
    starts: (job) => started.has(job),
    allowed: allowedStops(request),
  });
  return refused === undefined ? plan : { ...plan, refused };
}

/** Throws a `Failure` (exit code 3) when the plan is refused. */
export function requireNotRefused({ refused }: Plan): void {
  if (refused === undefined) return;
  throw stopFailure({ code: refused.code, message: refusalText(refused), hint: refusalHint(refused) });
}

/** Warns that a deploy of this build would be refused. */
export function warnOfRefusal({ state, catalog, face }: Omit<Guarded, 'request'>): void {
  const known = (id: string) => knownAllocation(state, id);
  const reconcile = planReconcile(catalog, known);
  const refused = guardStops({ catalog, known, reconcile, starts: () => true, allowed: new Set() });
  if (refused === undefined) return;
  const message = `a deploy of this build would be refused [${refused.code}]: ${refusalText(refused)}; ${refusalHint(refused)}`;
  face.emit({ type: 'noticed', level: 'warning', message });
}

function allowedStops({ allowStops }: Request): AllowedStops {
  return allowStops.includes('all') ? 'all' : new Set(allowStops);
}

/** Warns about names that belong to no job and to no deployed job. This is not an error, because the job may have been removed. */
function warnUnknown({ request, catalog, face }: Guarded): void {
  const names = new Set(['all', ...catalog.jobs.map(({ name }) => name), ...catalog.removed.map(({ job }) => job)]);
  const unknown = request.allowStops.filter((name) => !names.has(name));
  if (unknown.length === 0) return;
  const message = `allow-stops names no job of this bucket: ${unknown.join(', ')}`;
  face.emit({ type: 'noticed', level: 'warning', message });
}
