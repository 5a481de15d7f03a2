/**
 * Checks the demands between the hooks of different jobs: that their jobs and hooks exist, and that the versions match.
 */
import type { Diagnostic, DiagnosticCode } from '../base/diagnostic.ts';
import { excerpt, quoted } from '../base/text/quote.ts';
import type { ValuePath } from '../document/value.ts';
import { compareVersions, parseVersion } from '../grammar/version.ts';
import type { HookEntry, JobEntry } from '../workspace/types.ts';

/**
 * First checks that every job with a demand, and every demanded job, has a version. Then checks the job, the hook and
 * the version bounds of each demand. `flawed` contains jobs whose own errors were already reported. A demand for such a
 * job causes no further error.
 */
export function checkDemands(jobs: readonly JobEntry[], flawed: ReadonlySet<string>): Diagnostic[] {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const demanded = new Set(jobs.flatMap((job) => job.hooks.flatMap((hook) => (hook.demand ? [hook.demand.job] : []))));
  const missing = jobs.filter((job) => {
    const participates = demanded.has(job.name) || job.hooks.some((hook) => hook.demand);
    return participates && job.version === '' && !flawed.has(job.name);
  });
  return [
    ...missing.map(versionMissing),
    ...jobs.flatMap((job) => job.hooks.flatMap((hook) => checkReference({ job, hook, byName, flawed }))),
  ];
}

function versionMissing(job: JobEntry): Diagnostic {
  return {
    severity: 'error',
    code: 'ErrInvalidJobVersion',
    message: `invalid job version: job ${quoted(job.name)} must declare version (dependency participant)`,
    place: job.placeOf(['version']),
    job: job.name,
    hint: 'add "version": "1.0.0" to its manifest.json',
  };
}

interface Reference {
  readonly job: JobEntry;
  readonly hook: HookEntry;
  readonly byName: ReadonlyMap<string, JobEntry>;
  readonly flawed: ReadonlySet<string>;
}

function checkReference(reference: Reference): Diagnostic[] {
  const { job, hook, byName, flawed } = reference;
  const { demand } = hook;
  if (!demand || demand.job === job.name || flawed.has(demand.job)) return [];
  const upstream = byName.get(demand.job);
  const who = `invalid hook demand: job ${excerpt(job.name)} hook ${excerpt(hook.name)}`;
  if (!upstream) {
    const message = `${who} demands unknown job ${quoted(demand.job)}`;
    return [finding(reference, ['demands', 'job'], { code: 'ErrInvalidHookDemand', message })];
  }
  if (!upstream.hooks.some((one) => one.name === demand.hook)) {
    const message = `${who} demands job ${quoted(demand.job)} hook ${quoted(demand.hook)} which is not declared`;
    return [finding(reference, ['demands', 'hook'], { code: 'ErrInvalidHookDemand', message })];
  }
  return checkBounds(reference, upstream);
}

function checkBounds(reference: Reference, upstream: JobEntry): Diagnostic[] {
  const { demand } = reference.hook;
  if (upstream.version === '' || !demand) return []; // the missing version was already reported
  const found: Diagnostic[] = [];
  for (const [bound, limit, sign, word] of [
    ['min_version', demand.minVersion, -1, 'below'],
    ['max_version', demand.maxVersion, 1, 'above'],
  ] as const) {
    if (limit === undefined || !isOutside(upstream.version, limit, sign)) continue;
    const comparison = sign < 0 ? '>=' : '<=';
    found.push(
      finding(reference, ['demands', 'config', bound], {
        code: 'ErrHookDemandVersionMismatch',
        message: `hook demand version mismatch: job ${excerpt(reference.job.name)} hook ${excerpt(reference.hook.name)} depends on ${excerpt(upstream.name)}: upstream version ${upstream.version} ${word} ${bound} ${limit}`,
        hint: `the demand needs ${comparison} ${limit}, the workspace has ${upstream.version}`,
      }),
    );
  }
  return found;
}

/**
 * Returns whether `version` is below (sign -1) or above (sign 1) `limit`. Returns false when `version` or `limit` is
 * malformed, because this error was already reported.
 */
function isOutside(version: string, limit: string, sign: -1 | 1): boolean {
  const [is, bound] = [parseVersion(version), parseVersion(limit)];
  return is.ok && bound.ok && Math.sign(compareVersions(is.value, bound.value)) === sign;
}

function finding(
  { job, hook }: Reference,
  path: ValuePath,
  what: { readonly code: DiagnosticCode; readonly message: string; readonly hint?: string },
): Diagnostic {
  return { severity: 'error', ...what, place: job.placeOf(['hooks', hook.name, ...path]), job: job.name };
}
