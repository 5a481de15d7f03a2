/** The events of a small deploy: one job rolls, one job is up to date, one fails, and one is blocked. */

import type { HookRecord } from '../../src/events/hook-record.ts';
import type { AllocationStep, JobPlan, Plan } from '../../src/events/plan.ts';
import type { RolloutEvent } from '../../src/events/rollout-event.ts';

export function step(overrides: Partial<AllocationStep> & Pick<AllocationStep, 'host' | 'action'>): AllocationStep {
  return {
    allocationId: `id-${overrides.host}`,
    reason: 'unchanged',
    changed: [],
    matched: [],
    currentVersion: '1.0.0',
    newVersion: '1.0.0',
    ...overrides,
  };
}

export function jobPlan(overrides: Partial<JobPlan> & Pick<JobPlan, 'job'>): JobPlan {
  return { required: true, reason: 'content', groups: [], steps: [], ...overrides };
}

export const storyPlan: Plan = {
  required: true,
  reconcile: [{ job: 'old', host: '10.0.0.3', allocationId: 'id-old', action: 'stop+remove', workerLeft: false }],
  waves: [
    {
      seq: 0,
      jobs: [
        jobPlan({
          job: 'api',
          groups: [{ action: 'restart', batches: [['10.0.0.1'], ['10.0.0.2']] }],
          steps: [
            step({
              host: '10.0.0.1',
              action: 'restart',
              reason: 'content',
              changed: ['Makefile', 'conf/a b.toml'],
              matched: ['Makefile'],
            }),
            step({ host: '10.0.0.2', action: 'restart', reason: 'version', newVersion: '2.0.0' }),
          ],
        }),
        jobPlan({
          job: 'docs',
          required: false,
          reason: 'already promoted on all allocations',
          steps: [step({ host: '10.0.0.1', action: 'skip' })],
        }),
      ],
    },
    { seq: 1, jobs: [] },
    { seq: 2, jobs: [jobPlan({ job: 'web', reason: 'new', steps: [step({ host: '10.0.0.1', action: 'start' })] })] },
  ],
};

export function hookRecord(overrides: Partial<HookRecord> = {}): HookRecord {
  return {
    hook: 'hook_migrate',
    event: 'pre_deploy',
    job: 'api',
    worker: '10.0.0.1',
    command: 'python3 hook_migrate.py',
    stdout: 'migrated\n',
    stderr: '',
    exitCode: 0,
    durationMs: 1234.5,
    outcome: 'succeeded',
    ...overrides,
  };
}

export const story: readonly RolloutEvent[] = [
  { type: 'plan-made', plan: storyPlan },
  { type: 'phase-started', job: 'old', phase: 'stop', worker: '10.0.0.3' },
  { type: 'phase-finished', job: 'old', phase: 'stop', worker: '10.0.0.3', outcome: 'succeeded', durationMs: 80 },
  { type: 'reconciled', job: 'old', worker: '10.0.0.3', action: 'stop+remove', outcome: 'stopped' },
  { type: 'wave-started', seq: 0, jobs: ['api', 'docs'] },
  { type: 'job-started', job: 'api', seq: 0 },
  { type: 'phase-started', job: 'api', phase: 'pre_deploy' },
  { type: 'output', job: 'api', worker: '10.0.0.1', line: 'migrating', stream: 'stdout' },
  { type: 'hook-finished', record: hookRecord() },
  { type: 'phase-finished', job: 'api', phase: 'pre_deploy', outcome: 'succeeded', durationMs: 1300 },
  { type: 'phase-started', job: 'api', phase: 'sync', worker: '10.0.0.1' },
  { type: 'phase-started', job: 'api', phase: 'sync', worker: '10.0.0.2' },
  { type: 'phase-finished', job: 'api', phase: 'sync', worker: '10.0.0.2', outcome: 'succeeded', durationMs: 420 },
  { type: 'phase-finished', job: 'api', phase: 'sync', worker: '10.0.0.1', outcome: 'succeeded', durationMs: 310 },
  { type: 'batch-started', job: 'api', action: 'restart', index: 0, count: 2, workers: ['10.0.0.1'] },
  { type: 'phase-started', job: 'api', phase: 'restart', worker: '10.0.0.1' },
  { type: 'output', job: 'api', worker: '10.0.0.1', line: 'stopping', stream: 'stdout' },
  { type: 'output', job: 'api', worker: '10.0.0.1', line: 'port is slow', stream: 'stderr' },
  {
    type: 'phase-finished',
    job: 'api',
    phase: 'restart',
    worker: '10.0.0.1',
    outcome: 'succeeded',
    durationMs: 2100,
    exitCode: 0,
  },
  { type: 'phase-started', job: 'api', phase: 'health' },
  { type: 'health-retried', job: 'api', attempt: 1, attempts: 3, problems: ['10.0.0.1: tcp 8080 refused'] },
  { type: 'health-retried', job: 'api', attempt: 2, attempts: 3, problems: ['10.0.0.1: tcp 8080 refused'] },
  { type: 'phase-finished', job: 'api', phase: 'health', outcome: 'succeeded', durationMs: 4000 },
  { type: 'allocation-promoted', job: 'api', worker: '10.0.0.1', version: '1.0.0' },
  { type: 'batch-started', job: 'api', action: 'restart', index: 1, count: 2, workers: ['10.0.0.2'] },
  { type: 'phase-started', job: 'api', phase: 'restart', worker: '10.0.0.2' },
  { type: 'output', job: 'api', worker: '10.0.0.2', line: 'cannot bind', stream: 'stderr' },
  {
    type: 'phase-finished',
    job: 'api',
    phase: 'restart',
    worker: '10.0.0.2',
    outcome: 'failed',
    durationMs: 900,
    exitCode: 2,
    message: 'worker 10.0.0.2: make restart failed (exit 2): cannot bind',
  },
  {
    type: 'job-finished',
    job: 'api',
    outcome: 'failed',
    durationMs: 9000,
    error: 'restart updated allocations: worker 10.0.0.2: make restart failed (exit 2): cannot bind',
  },
  { type: 'job-started', job: 'docs', seq: 0 },
  {
    type: 'job-finished',
    job: 'docs',
    outcome: 'skipped',
    durationMs: 3,
    reason: 'already promoted on all allocations',
  },
  { type: 'wave-started', seq: 2, jobs: ['web'] },
  { type: 'job-started', job: 'web', seq: 2 },
  {
    type: 'job-finished',
    job: 'web',
    outcome: 'blocked',
    durationMs: 0,
    error: 'skipped, upstream job api failed',
  },
];

export const storyFailures: readonly string[] = [
  'job api: restart updated allocations: worker 10.0.0.2: make restart failed (exit 2): cannot bind',
  'job web: skipped, upstream job api failed',
];
