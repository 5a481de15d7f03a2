/** Orders jobs into waves by their demands, and finds cycles of demands. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { compareText } from '../base/order.ts';
import { excerpt } from '../base/text/quote.ts';
import type { JobEntry } from '../workspace/types.ts';

export interface Sequence {
  /** Maps each job to its `deployment_seq`. Jobs in a cycle, and jobs that demand a job in a cycle, are omitted. */
  readonly seqOf: ReadonlyMap<string, number>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Returns the jobs that the hooks of `job` demand, sorted and without duplicates. */
export function demandedJobs(job: JobEntry): string[] {
  const names = job.hooks.flatMap((hook) => (hook.demand ? [hook.demand.job] : []));
  return [...new Set(names)].sort(compareText);
}

/**
 * Returns the wave of each job: the length of the longest chain of demands that starts at the job. The walk visits each
 * job once, so that dense graphs are not slow. The walk uses an array as its stack, so that deep graphs do not overflow
 * the call stack. Each cycle is reported once, starting at its smallest name.
 */
export function sequenceJobs(jobs: readonly JobEntry[]): Sequence {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const upstream = new Map(jobs.map((job) => [job.name, demandedJobs(job).filter((name) => byName.has(name))]));
  const seqOf = new Map<string, number>();
  const cycles = new Map<string, readonly string[]>();
  const done = new Set<string>();
  for (const { name: start } of jobs) {
    const path: string[] = done.has(start) ? [] : [start];
    while (path.length > 0) {
      const name = path.at(-1) as string;
      const open = (upstream.get(name) ?? []).find((next) => !done.has(next) && !path.includes(next));
      if (open !== undefined) {
        path.push(open);
        continue;
      }
      for (const back of upstream.get(name) ?? []) {
        const from = path.indexOf(back);
        if (from >= 0) addCycle(cycles, path.slice(from));
      }
      const below = (upstream.get(name) ?? []).map((next) => seqOf.get(next));
      if (below.every((seq) => seq !== undefined)) seqOf.set(name, Math.max(-1, ...below) + 1);
      done.add(name);
      path.pop();
    }
  }
  return { seqOf, diagnostics: [...cycles.values()].map((cycle) => describe(cycle, byName)) };
}

function addCycle(cycles: Map<string, readonly string[]>, names: readonly string[]): void {
  const smallest = names.reduce((least, name) => (compareText(name, least) < 0 ? name : least));
  const at = names.indexOf(smallest);
  const cycle = [...names.slice(at), ...names.slice(0, at), smallest];
  cycles.set(cycle.join(' -> '), cycle);
}

function describe(cycle: readonly string[], byName: ReadonlyMap<string, JobEntry>): Diagnostic {
  const job = byName.get(cycle[0] as string) as JobEntry;
  const hook = job.hooks.find((one) => one.demand?.job === cycle[1]);
  return {
    severity: 'error',
    code: 'ErrCircularHookDependency',
    message: `circular hook dependency: ${cycle.map(excerpt).join(' -> ')}`,
    place: job.placeOf(['hooks', hook?.name ?? '', 'demands', 'job']),
    job: job.name,
    hint: 'jobs are deployed one after the other: remove one demand of the cycle',
  };
}

/** Returns the job names by wave, each wave sorted. A wave is empty when no job has this wave number. */
export function wavesOf(seqOf: ReadonlyMap<string, number>): string[][] {
  const waves: string[][] = [];
  for (const [name, seq] of seqOf) {
    while (waves.length <= seq) waves.push([]);
    waves[seq]?.push(name);
  }
  return waves.map((names) => names.sort(compareText));
}
