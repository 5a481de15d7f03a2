import { describe, expect, it } from 'vitest';
import type { CatalogJob } from '../../../src/catalog/types.ts';
import type { FoundReason } from '../../../src/events/plan.ts';
import { type KnownAllocation, planJob, type StagedAllocation } from '../../../src/plan/plan-job.ts';
import type { JobEntry } from '../../../src/workspace/types.ts';
import { hook, job } from '../../support/workspace-values.ts';

interface Case {
  readonly entry?: Partial<JobEntry>;
  readonly hosts?: readonly string[];
  readonly disabled?: readonly string[];
  readonly known?: Readonly<Record<string, Partial<KnownAllocation>>>;
  readonly staged?: Readonly<Record<string, StagedAllocation>>;
  readonly version?: string;
  readonly order?: string;
  readonly force?: true;
  readonly syncOnly?: true;
  readonly pending?: true;
  readonly unhealthy?: readonly string[];
  readonly found?: Readonly<Record<string, FoundReason>>;
}

const OLD = { Makefile: '1', 'conf/app.toml': '1' };
const NEW = { Makefile: '1', 'conf/app.toml': '2' };
const promoted = { promoted: { hash: 'old', version: '1', files: OLD }, currentVersion: '1' };
const same: StagedAllocation = { kind: 'staged', hash: 'old', files: OLD };
const changed: StagedAllocation = { kind: 'staged', hash: 'new', files: NEW };

function plan(given: Case) {
  const { hosts = ['w1'], version = '1', disabled = [] } = given;
  const catalogJob: CatalogJob = {
    name: 'api',
    id: 'job',
    entry: job('api', given.entry),
    version,
    deploymentSeq: 0,
    reservation: { memoryMb: 0, cpuMhz: 0, memorySource: 'manifest', cpuSource: 'manifest' },
    ports: {},
    demandedJobs: [],
    allocations: hosts.map((host, index) => ({
      id: host,
      job: 'api',
      host,
      index,
      newVersion: version,
      disabled: disabled.includes(host),
    })),
  };
  return planJob({
    job: catalogJob,
    found: (id) => given.found?.[id],
    known: (id) => {
      const known = given.known?.[id];
      return (
        known && {
          currentVersion: '0.0.0',
          promoted: undefined,
          applied: undefined,
          delivered: undefined,
          stopped: false,
          ...known,
        }
      );
    },
    staged: (host) => given.staged?.[host] ?? same,
    unhealthy: new Set(given.unhealthy),
    postDeployPending: given.pending ?? false,
    rolloutOrder: given.order,
    options: { force: given.force ?? false, syncOnly: given.syncOnly ?? false, named: new Set() },
  });
}

const step = (given: Case) => {
  const made = plan(given);
  const { action, reason, matched } = made.steps[0] ?? {};
  return { required: made.required, action, reason, ...(matched?.length ? { matched } : {}) };
};

describe('planJob: one active allocation', () => {
  const reload = { restartPolicy: 'reload' } as const;
  it.each<[string, Case, object]>([
    ['never deployed', {}, { required: true, action: 'start', reason: 'new' }],
    ['known but never promoted', { known: { w1: {} } }, { required: true, action: 'start', reason: 'new' }],
    ['unchanged', { known: { w1: promoted } }, { required: false, action: 'skip', reason: 'unchanged' }],
    [
      'content changed',
      { known: { w1: promoted }, staged: { w1: changed } },
      { required: true, action: 'restart', reason: 'content' },
    ],
    [
      'version changed',
      { known: { w1: promoted }, version: '2' },
      { required: true, action: 'restart', reason: 'version' },
    ],
    ['forced', { known: { w1: promoted }, force: true }, { required: true, action: 'restart', reason: 'forced' }],
    [
      'forced with reload policy',
      { known: { w1: promoted }, force: true, entry: reload },
      { required: true, action: 'reload', reason: 'forced' },
    ],
    [
      'reload policy, no glob matches',
      { known: { w1: promoted }, staged: { w1: changed }, entry: { ...reload, restartGlobs: ['Makefile'] } },
      { required: true, action: 'reload', reason: 'content' },
    ],
    [
      'reload policy, a glob matches',
      { known: { w1: promoted }, staged: { w1: changed }, entry: { ...reload, restartGlobs: ['*.toml'] } },
      { required: true, action: 'restart', reason: 'content', matched: ['conf/app.toml'] },
    ],
    [
      'reload policy, file list unknown',
      {
        known: { w1: { ...promoted, promoted: { hash: 'old', version: '1', files: undefined } } },
        staged: { w1: changed },
        entry: { ...reload, restartGlobs: ['*'] },
      },
      { required: true, action: 'reload', reason: 'content' },
    ],
    [
      'never policy',
      { known: { w1: promoted }, staged: { w1: changed }, entry: { restartPolicy: 'never' } },
      { required: true, action: 'sync', reason: 'content' },
    ],
    ['never policy, new', { entry: { restartPolicy: 'never' } }, { required: true, action: 'start', reason: 'new' }],
    [
      'sync-only',
      { known: { w1: promoted }, staged: { w1: changed }, syncOnly: true },
      { required: true, action: 'sync', reason: 'content' },
    ],
    [
      'a template waits for a hook',
      { known: { w1: promoted }, staged: { w1: { kind: 'needs-hook' } } },
      { required: true, action: 'restart', reason: 'needs-hook' },
    ],
    [
      'applied with the same tree',
      { known: { w1: { ...promoted, applied: { hash: 'new', version: '1', files: NEW } } }, staged: { w1: changed } },
      { required: true, action: 'promote', reason: 'applied' },
    ],
    [
      'applied and found unhealthy',
      {
        known: { w1: { ...promoted, applied: { hash: 'new', version: '1', files: NEW } } },
        staged: { w1: changed },
        unhealthy: ['w1'],
      },
      { required: true, action: 'restart', reason: 'unhealthy' },
    ],
    [
      'applied, then fixed',
      { known: { w1: { applied: { hash: 'broken', version: '1', files: OLD } } }, staged: { w1: changed } },
      { required: true, action: 'restart', reason: 'content' },
    ],
    [
      'an unfinished deploy left other files there',
      { known: { w1: { ...promoted, delivered: 'newer' } } },
      { required: true, action: 'sync', reason: 'unfinished' },
    ],
    [
      'applied, and an unfinished deploy left other files there',
      { known: { w1: { applied: { hash: 'old', version: '1', files: OLD }, delivered: 'newer' } } },
      { required: true, action: 'restart', reason: 'unfinished' },
    ],
    [
      'post_deploy pending',
      { known: { w1: promoted }, pending: true },
      { required: true, action: 'skip', reason: 'unchanged' },
    ],
    [
      'job_control, new',
      { entry: { hooks: [hook('hook_roll', { events: ['job_control'] })] } },
      { required: true, action: 'job_control', reason: 'new' },
    ],
    [
      'job_control, changed, whatever the policy',
      {
        known: { w1: promoted },
        staged: { w1: changed },
        entry: { restartPolicy: 'never', hooks: [hook('hook_roll', { events: ['job_control'] })] },
      },
      { required: true, action: 'job_control', reason: 'content' },
    ],
    [
      'job_control, other files lie there after a script that failed',
      {
        known: { w1: { ...promoted, delivered: 'broken' } },
        entry: { hooks: [hook('hook_roll', { events: ['job_control'] })] },
      },
      { required: true, action: 'job_control', reason: 'unfinished' },
    ],
    [
      'job_control, applied and not well',
      {
        known: { w1: { applied: { hash: 'old', version: '1', files: OLD } } },
        unhealthy: ['w1'],
        entry: { hooks: [hook('hook_roll', { events: ['job_control'] })] },
      },
      { required: true, action: 'job_control', reason: 'unhealthy' },
    ],
    [
      'job_control, sync-only',
      {
        known: { w1: promoted },
        staged: { w1: changed },
        syncOnly: true,
        entry: { hooks: [hook('hook_roll', { events: ['job_control'] })] },
      },
      { required: true, action: 'sync', reason: 'content' },
    ],
    [
      'job_control, unchanged',
      { known: { w1: promoted }, entry: { hooks: [hook('hook_roll', { events: ['job_control'] })] } },
      { required: false, action: 'skip', reason: 'unchanged' },
    ],
  ])('%s', (_what, given, expected) => {
    expect(step(given)).toEqual(expected);
  });
});

describe('planJob: disabled allocations', () => {
  const disabled = ['w1'];
  it.each<[string, Case, object]>([
    ['never started', { disabled }, { required: false, action: 'skip', reason: 'disabled' }],
    ['running', { disabled, known: { w1: promoted } }, { required: true, action: 'stop', reason: 'disabled' }],
    [
      'running, changed',
      { disabled, known: { w1: promoted }, staged: { w1: changed } },
      { required: true, action: 'stop+promote', reason: 'disabled' },
    ],
    [
      'stopped already',
      { disabled, known: { w1: { ...promoted, stopped: true } } },
      { required: false, action: 'skip', reason: 'disabled' },
    ],
    [
      'stopped already, changed',
      { disabled, known: { w1: { ...promoted, stopped: true } }, staged: { w1: changed } },
      { required: true, action: 'promote', reason: 'disabled' },
    ],
  ])('%s', (_what, given, expected) => {
    expect(step(given)).toEqual(expected);
  });
});

describe('planJob: batches', () => {
  const hosts = ['w1', 'w2', 'w3'];
  const known = { w1: promoted, w2: promoted, w3: promoted };
  const staged = { w1: changed, w2: changed, w3: changed };

  it('rolls updates in batches of max_concurrent_upgrades', () => {
    expect(plan({ hosts, known, staged, entry: { maxConcurrentUpgrades: 2 } }).groups).toEqual([
      { action: 'restart', batches: [['w1', 'w2'], ['w3']] },
    ]);
  });

  it('starts all at once, or in batches of max_concurrent_starts', () => {
    expect(plan({ hosts }).groups).toEqual([{ action: 'start', batches: [hosts] }]);
    expect(plan({ hosts, entry: { maxConcurrentStarts: 1 } }).groups).toEqual([
      { action: 'start', batches: [['w1'], ['w2'], ['w3']] },
    ]);
  });

  it('starts first, then reloads, then restarts', () => {
    const entry = { restartPolicy: 'reload', restartGlobs: ['Makefile'], maxConcurrentUpgrades: 5 } as const;
    const makefile: StagedAllocation = { kind: 'staged', hash: 'm', files: { ...OLD, Makefile: '2' } };
    const groups = plan({
      hosts,
      entry,
      known: { w1: promoted, w2: promoted },
      staged: { w1: makefile, w2: changed },
    }).groups;
    expect(groups).toEqual([
      { action: 'start', batches: [['w3']] },
      { action: 'reload', batches: [['w2']] },
      { action: 'restart', batches: [['w1']] },
    ]);
  });

  it('follows the order that a hook wrote', () => {
    const order = 'w3,w1,w2';
    expect(plan({ hosts, known, staged, order }).groups[0]?.batches).toEqual([['w3'], ['w1'], ['w2']]);
  });

  it('refuses a new allocation with --sync-only', () => {
    expect(plan({ hosts, known: { w1: promoted }, syncOnly: true }).problem).toBe(
      'sync-only deploy cannot start new allocations on job "api": w2,w3',
    );
  });
});
