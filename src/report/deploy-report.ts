/**
 * Collects the events of a run into its result. Memory is limited by the number of jobs, workers and hooks: long outputs are
 * cut, and a repeated health check keeps one record.
 */

import type { HookRecord, ShellHookRecord } from '../events/hook-record.ts';
import type { JobOutcome } from '../events/outcome.ts';
import type { Plan } from '../events/plan.ts';
import type { RolloutEvent } from '../events/rollout-event.ts';
import type { DeployJson, HookJson, JobJson, PhaseJson, ReconcileJson } from './deploy-json.ts';
import { keepEnd, TextBudget } from './log/kept-text.ts';

const OUTPUTS = { eachChars: 16 * 1024, allChars: 4 * 1024 * 1024, leastChars: 512 };
const LONGEST_ERROR_CHARS = 16 * 1024;

export interface RunEnd {
  readonly ok: boolean;
  /** Null when the number is not known. */
  readonly updateSeq: number | null;
  readonly serial: number | null;
  readonly runId: string;
  readonly nowMs: number;
}

interface JobEntry {
  readonly phases: PhaseJson[];
  end: Omit<JobJson, 'job' | 'phases'> | undefined;
  inWave: boolean;
}

/** The fields of a job for which no `job-finished` event arrived. */
const UNFINISHED = {
  outcome: 'cancelled' as JobOutcome,
  duration_ms: 0,
  error: 'the run ended before this job was done',
};

export class DeployReport {
  readonly #startedMs: number;
  readonly #jobs = new Map<string, JobEntry>();
  readonly #waves = new Map<number, readonly string[]>();
  readonly #reconcile: ReconcileJson[] = [];
  readonly #hooks = new Map<string, HookJson>();
  readonly #outputs = new TextBudget(OUTPUTS);
  #hookCount = 0;
  #begun = false;

  constructor(startedMs: number) {
    this.#startedMs = startedMs;
  }

  add(event: RolloutEvent): void {
    switch (event.type) {
      case 'plan-made':
        this.#begun = true;
        this.#addPlan(event.plan);
        return;
      case 'wave-started':
        this.#addWave(event.seq, event.jobs);
        return;
      case 'phase-finished':
        this.#addPhase(event.job, phaseJson(event));
        return;
      case 'allocation-promoted':
        this.#addPhase(event.job, promoteJson(event));
        return;
      case 'job-finished':
        this.#entry(event.job).end = endJson(event);
        return;
      case 'hook-finished':
        this.#addHook(event.record);
        return;
      case 'shell-hook-started':
        this.#begun = true;
        return;
      case 'shell-hook-finished':
        this.#addShellHook(event.record);
        return;
      case 'reconciled':
        this.#reconcile.push(reconcileJson(event));
        return;
      case 'reconcile-failed':
        this.#reconcile.push({ ...reconcileJson(event), error: cutError(event.error) });
        return;
      case 'job-started':
      case 'batch-started':
      case 'phase-started':
      case 'output':
      case 'shell-hook-output':
      case 'health-retried':
      case 'noticed':
        return;
    }
  }

  /** Returns the result as JSON. A job without a `job-finished` event is `cancelled`. */
  toJson({ ok, updateSeq, serial, runId, nowMs }: RunEnd): DeployJson {
    const taken = [...this.#jobs].filter(([, { end, inWave }]) => inWave || end !== undefined);
    return {
      ok,
      update_seq: updateSeq,
      serial,
      run_id: runId,
      started_at: new Date(this.#startedMs).toISOString(),
      duration_ms: Math.max(0, Math.round(nowMs - this.#startedMs)),
      reconcile: [...this.#reconcile],
      waves: [...this.#waves].map(([seq, jobs]) => ({ seq, jobs })),
      jobs: taken.map(([job, { end = UNFINISHED, phases }]) => ({ job, ...end, phases: [...phases] })),
      hooks: [...this.#hooks.values()],
    };
  }

  /** Returns the partial result of a run that ended early. Returns undefined when no deploy had started. */
  brokenOff(nowMs: number): DeployJson | undefined {
    return this.#begun ? this.toJson({ ok: false, updateSeq: null, serial: null, runId: '', nowMs }) : undefined;
  }

  #addPlan({ waves }: Plan): void {
    for (const { seq, jobs } of waves) if (jobs.length > 0) this.#addWave(seq, namesOf(jobs));
  }

  #addWave(seq: number, jobs: readonly string[]): void {
    this.#waves.set(seq, jobs);
    for (const job of jobs) this.#entry(job).inWave = true;
  }

  #addPhase(job: string, phase: PhaseJson): void {
    this.#entry(job).phases.push(phase);
  }

  #addHook({ hook, event, job, worker, command, stdout, stderr, exitCode, durationMs }: HookRecord): void {
    const key = event === 'health_check' ? JSON.stringify([hook, job, worker]) : String(this.#hookCount++);
    const earlier = this.#hooks.get(key);
    for (const text of earlier ? [earlier.stdout, earlier.stderr] : []) this.#outputs.release(text);
    this.#hooks.set(key, {
      hook,
      event,
      job,
      worker,
      command,
      stdout: this.#outputs.keep(stdout),
      stderr: this.#outputs.keep(stderr),
      exit_code: exitCode,
      duration_ms: Math.round(durationMs),
    });
  }

  #addShellHook({ hook, command, stdout, stderr, exitCode, durationMs }: ShellHookRecord): void {
    this.#hooks.set(hook, {
      hook,
      event: hook,
      command,
      stdout: this.#outputs.keep(stdout),
      stderr: this.#outputs.keep(stderr),
      exit_code: exitCode,
      duration_ms: Math.round(durationMs),
    });
  }

  #entry(job: string): JobEntry {
    const known = this.#jobs.get(job);
    if (known) return known;
    const entry: JobEntry = { phases: [], end: undefined, inWave: false };
    this.#jobs.set(job, entry);
    return entry;
  }
}

function namesOf(jobs: readonly { readonly job: string }[]): string[] {
  return jobs.map(({ job }) => job);
}

type PhaseFinished = Extract<RolloutEvent, { type: 'phase-finished' }>;
type JobFinished = Extract<RolloutEvent, { type: 'job-finished' }>;

function phaseJson({ phase, worker, outcome, durationMs, exitCode }: PhaseFinished): PhaseJson {
  return {
    phase,
    ...(worker === undefined ? {} : { worker }),
    outcome,
    duration_ms: Math.round(durationMs),
    ...(exitCode === undefined ? {} : { exit_code: exitCode }),
  };
}

function reconcileJson({
  job,
  worker,
  action,
  outcome,
}: Extract<RolloutEvent, { type: 'reconciled' | 'reconcile-failed' }>): ReconcileJson {
  return { job, worker, action, outcome };
}

function promoteJson({ worker }: Extract<RolloutEvent, { type: 'allocation-promoted' }>): PhaseJson {
  return { phase: 'promote', worker, outcome: 'succeeded', duration_ms: 0 };
}

function endJson({ outcome, durationMs, reason, error }: JobFinished): Omit<JobJson, 'job' | 'phases'> {
  return {
    outcome,
    duration_ms: Math.round(durationMs),
    ...(reason === undefined ? {} : { reason }),
    ...(error === undefined ? {} : { error: cutError(error) }),
  };
}

function cutError(error: string): string {
  return keepEnd(error, LONGEST_ERROR_CHARS);
}
