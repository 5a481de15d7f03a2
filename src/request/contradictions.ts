/** Refuses options that the command supports, but not in the given combination. */
import type { Request } from './request.ts';
import type { Values } from './values.ts';

/** Records a refusal in `values` for every option that has no effect together with the rest of the request. */
export function refuseContradictions(values: Values, request: Request): void {
  const { command, flags, filters } = request;
  if (flags.active && flags.deleted) values.refuse('active', 'and --deleted exclude each other: give one of them');
  if (flags.check && flags.purgeSecretsKv)
    values.refuse('purge-secrets-kv', 'cannot be used with --check, which writes nothing');
  if (command === 'build' && filters.jobs.length > 0 && !flags.purgeSecretsKv) {
    values.refuse('jobs', 'cannot be used with build, except together with --purge-secrets-kv');
  }
  if (command === 'deploy' && flags.withHooks && !flags.dryRun) {
    values.refuse('with-hooks', 'is for dry runs: a deploy runs its hooks anyway');
  }
  if (command === 'job') refuseForVerb(values, request);
  if (command === 'run_command') refuseForRunCommand(values, request);
}

const ONLY_CREATE = ['selectors'];
const NOT_CREATE = ['allocations', 'health-check', 'target'];

/** Refuses options that a verb of `job` does not support. Each verb has its own options. */
function refuseForVerb(values: Values, { operands }: Request): void {
  const [verb = ''] = operands;
  for (const name of verb === 'create' ? NOT_CREATE : ONLY_CREATE) {
    if (values.isGiven(name)) values.refuse(name, `cannot be used with job ${verb}`.trimEnd());
  }
  if (verb !== 'create' && verb !== 'run' && values.isGiven('target')) {
    values.refuse('target', 'belongs to job run: the other verbs are targets themselves');
  }
}

function refuseForRunCommand(values: Values, { operands, flags, filters, script }: Request): void {
  if (filters.workers.length > 0 && filters.labels.length > 0) {
    values.refuse('labels', 'and workers exclude each other: specify either --workers or --labels, not both');
  }
  if (flags.ignoreFailure && flags.healthCheck) {
    values.refuse('ignore-failure', 'and --health-check exclude each other: a failed health check ends the run');
  }
  if (operands.length > 0 && script !== undefined) {
    values.refuse('run', 'and a command in words exclude each other: give one of them');
  }
}
