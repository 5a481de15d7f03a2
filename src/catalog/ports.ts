/** Assigns port numbers to the jobs of a bucket. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { excerpt } from '../base/text/quote.ts';
import type { JobEntry } from '../workspace/types.ts';

/** Maps job → port name → number. */
export type PortNumbers = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface PortInput {
  readonly jobs: readonly JobEntry[];
  readonly pool: { readonly min: number; readonly max: number };
  /** The numbers of the previous build. */
  readonly previous: PortNumbers;
}

export interface PortAssignment {
  readonly ports: PortNumbers;
  readonly diagnostics: readonly Diagnostic[];
}

interface Claim {
  readonly job: JobEntry;
  readonly name: string;
  readonly fixed: number | undefined;
}

const RESERVED_NAMES = new Set(['bucket_id', 'jobs', 'active_jobs', 'activejobs']);

/**
 * Assigns all ports of the bucket in three steps: the fixed numbers, then the numbers of the previous build that are
 * still free, and last new numbers from the pool, in ascending order. The order in which jobs were edited does not
 * change the result.
 */
export function assignPorts({ jobs, pool, previous }: PortInput): PortAssignment {
  const claims = jobs.flatMap((job) => job.ports.map(({ name, number }): Claim => ({ job, name, fixed: number })));
  const diagnostics = [...nameClashes(claims)];
  const owners = new Map<number, Claim>();
  for (const claim of claims) {
    if (claim.fixed === undefined) continue;
    const owner = owners.get(claim.fixed);
    if (owner) diagnostics.push(collision(claim, claim.fixed, owner));
    else owners.set(claim.fixed, claim);
  }
  const numbers = new Map<Claim, number>();
  const dynamic = claims.filter((claim) => claim.fixed === undefined);
  for (const claim of dynamic) keepNumber(claim, { pool, previous, owners, numbers, diagnostics });
  let candidate = pool.min;
  for (const claim of dynamic.filter((one) => !numbers.has(one))) {
    while (owners.has(candidate)) candidate++;
    if (candidate > pool.max) {
      diagnostics.push(exhausted(claim, pool));
      continue;
    }
    owners.set(candidate, claim);
    numbers.set(claim, candidate);
  }
  return { ports: byJob(claims, numbers), diagnostics };
}

interface Keeping extends Pick<PortInput, 'pool' | 'previous'> {
  readonly owners: Map<number, Claim>;
  readonly numbers: Map<Claim, number>;
  readonly diagnostics: Diagnostic[];
}

function keepNumber(claim: Claim, { pool, previous, owners, numbers, diagnostics }: Keeping): void {
  const number = Object.hasOwn(previous, claim.job.name) ? previous[claim.job.name]?.[claim.name] : undefined;
  if (number === undefined || number < pool.min || number > pool.max) return;
  const owner = owners.get(number);
  if (owner) {
    diagnostics.push(moved(claim, number, owner));
    return;
  }
  owners.set(number, claim);
  numbers.set(claim, number);
}

function* nameClashes(claims: readonly Claim[]): Generator<Diagnostic> {
  const first = new Map<string, Claim>();
  for (const claim of claims) {
    const owner = first.get(claim.name);
    if (RESERVED_NAMES.has(claim.name)) {
      yield {
        ...about(claim, 'ErrPortKeyFormat'),
        message: `invalid port key format: port name "${claim.name}" is reserved (job ${excerpt(claim.job.name)})`,
      };
    } else if (owner && owner.job !== claim.job) {
      yield {
        ...about(claim, 'ErrPortCollision'),
        message: `port collision: port name "${claim.name}" is declared by job ${excerpt(owner.job.name)} and by job ${excerpt(claim.job.name)}`,
        hint: 'port names are keys of maand/bucket, shared by all jobs: rename one of them',
      };
    }
    if (!owner) first.set(claim.name, claim);
  }
}

function collision(claim: Claim, number: number, owner: Claim): Diagnostic {
  return {
    ...about(claim, 'ErrPortCollision'),
    message: `port collision: port ${number} (job ${excerpt(claim.job.name)} port "${claim.name}")`,
    hint: `it is already the number of port "${owner.name}" of job ${excerpt(owner.job.name)}`,
  };
}

function moved(claim: Claim, number: number, owner: Claim): Diagnostic {
  return {
    ...about(claim, 'ErrPortCollision'),
    severity: 'warning',
    message: `port "${claim.name}" of job ${excerpt(claim.job.name)} gets another number than ${number}, which job ${excerpt(owner.job.name)} now declares as fixed`,
  };
}

function exhausted(claim: Claim, pool: PortInput['pool']): Diagnostic {
  return {
    ...about(claim, 'ErrPortRangeExhausted'),
    message: `port range exhausted: no free ports in range ${pool.min}-${pool.max} (job ${excerpt(claim.job.name)} port "${claim.name}")`,
    hint: 'widen port_range in bucket.conf',
  };
}

function about(claim: Claim, code: Diagnostic['code']): Omit<Diagnostic, 'message'> {
  const place = claim.job.placeOf(['resources', 'ports', claim.name]);
  return { severity: 'error', code, place, job: claim.job.name };
}

function byJob(claims: readonly Claim[], numbers: ReadonlyMap<Claim, number>): PortNumbers {
  const jobs = new Map<string, [string, number][]>();
  for (const claim of claims) {
    const number = claim.fixed ?? numbers.get(claim);
    if (number === undefined) continue;
    const ports = jobs.get(claim.job.name) ?? [];
    ports.push([claim.name, number]);
    jobs.set(claim.job.name, ports);
  }
  return Object.fromEntries([...jobs].map(([job, ports]) => [job, Object.fromEntries(ports)]));
}
