/** Workspace values for tests of pure rooms. Every field has its default, unless a test changes it. */
import type { HookEntry, JobConfig, JobEntry, Settings, WorkerEntry, Workspace } from '../../src/workspace/types.ts';

const place = { file: 'workspace/test', line: 1, column: 1 };

export const settings: Settings = {
  sshUser: 'agent',
  sshKey: 'worker.key',
  sshPort: 22,
  sshProxyJump: '',
  useSudo: false,
  certsTtlDays: 60,
  certsRenewalBufferDays: 0,
  jobConfigSelector: '',
  logFormat: 'kv',
  stateName: 'test',
  state: undefined,
  allowDowngrade: true,
  workerRoot: '/opt/worker',
  commandTimeoutMs: 300_000,
  hookTimeoutMs: 600_000,
  parallelWorkers: 32,
  allowProbesWithHook: false,
};

export function worker(host: string, overrides: Partial<WorkerEntry> = {}): WorkerEntry {
  return {
    host,
    hostname: '',
    labels: ['worker'],
    memoryMb: 0,
    cpuMhz: 0,
    tags: {},
    position: 0,
    port: undefined,
    user: undefined,
    root: undefined,
    hostKey: undefined,
    place,
    ...overrides,
  };
}

export function job(name: string, overrides: Partial<JobEntry> = {}): JobEntry {
  return {
    name,
    dir: `/bucket/workspace/jobs/${name}`,
    version: '',
    selectors: ['worker'],
    maxConcurrentUpgrades: 1,
    maxConcurrentStarts: 0,
    minAllocationsCount: 0,
    restartPolicy: 'always',
    restartGlobs: [],
    memoryMb: { min: 0, max: 0 },
    cpuMhz: { min: 0, max: 0 },
    ports: [],
    hooks: [],
    healthCheck: undefined,
    certificates: [],
    vars: {},
    putOnlyVars: {},
    files: [],
    emptyFolders: [],
    placeOf: (path) => ({ file: `workspace/jobs/${name}/manifest.json#${path.join('.')}`, line: 1, column: 1 }),
    ...overrides,
  };
}

export function hook(name: string, overrides: Partial<HookEntry> = {}): HookEntry {
  return {
    name,
    events: ['pre_deploy'],
    demand: undefined,
    timeoutMs: undefined,
    script: `_hooks/${name}.py`,
    language: 'python',
    ...overrides,
  };
}

/** Returns a hook that demands `hook_up` of another job. */
export function demanding(
  upstream: string,
  bounds: { readonly minVersion?: string; readonly maxVersion?: string } = {},
): HookEntry {
  const demand = {
    job: upstream,
    hook: 'hook_up',
    minVersion: bounds.minVersion,
    maxVersion: bounds.maxVersion,
    config: {},
  };
  return hook(`hook_needs_${upstream}`, { demand });
}

export function jobConfig(sections: JobConfig['sections'] = {}): JobConfig {
  return { file: 'workspace/bucket.jobs.conf', sections, placeOf: () => place };
}

export function workspace(overrides: Partial<Workspace> = {}): Workspace {
  return {
    bucketDir: '/bucket',
    bucketPath: '',
    bucketRoot: 'unknown',
    gitPath: undefined,
    settings,
    workers: [],
    bucketVars: {},
    portPool: { min: 30_000, max: 39_999 },
    jobConfig: jobConfig(),
    disabled: { jobs: {}, workers: [], placeOf: () => place },
    jobs: [],
    strays: [],
    flaws: { workers: false, jobs: [] },
    digest: 'digest',
    ...overrides,
  };
}
