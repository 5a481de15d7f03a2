import { describe, expect, it } from 'vitest';
import { type HookVariables, hookEnvironment, inheritedEnvironment } from '../../../src/hooks/process/environment.ts';

const VARIABLES: HookVariables = {
  job: 'api',
  hook: 'hook_migrate',
  event: 'pre_deploy',
  allocationId: 'alloc-1',
  host: '10.0.0.2',
  allocationIndex: '1',
  disabled: true,
  versions: { current: '0.9.0', next: '1.0.0' },
  batch: { hosts: ['10.0.0.2', '10.0.0.1'], index: 1, count: 3 },
  phase: 'update',
  rolloutOrder: { text: '10.0.0.2,10.0.0.1', source: 'kv' },
  bucketRoot: '/srv/bucket',
  api: { host: '127.0.0.1', port: 4711, token: 'secret-token' },
  extra: { NEW_ALLOCATIONS: '10.0.0.2' },
};

describe('inheritedEnvironment', () => {
  const caller = {
    PATH: '/usr/bin',
    MY_TOKEN: 'from the workflow',
    'INPUT_SSH-PRIVATE-KEY': 'key',
    INPUT_COMMAND: 'deploy',
    MAAND_STATE_KEY: 'key',
    MAAND_GITHUB_TOKEN: 'token',
    ACTIONS_RUNTIME_TOKEN: 'token',
    ACTIONS_RUNTIME_URL: 'https://example.test',
    ACTIONS_RESULTS_URL: 'https://example.test',
    ACTIONS_CACHE_URL: 'https://example.test',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'token',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.test',
    ACTIONS_STEP_DEBUG: 'true',
    UNSET: undefined,
  };

  it('withholds variables of the action and of maand', () => {
    const kept = { PATH: '/usr/bin', MY_TOKEN: 'from the workflow', ACTIONS_STEP_DEBUG: 'true' };
    expect(inheritedEnvironment(caller, [])).toEqual(kept);
  });

  it('passes on only the named variables', () => {
    const kept = inheritedEnvironment(caller, ['MAAND_GITHUB_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL']);
    expect(Object.keys(kept).sort()).toEqual([
      'ACTIONS_ID_TOKEN_REQUEST_URL',
      'ACTIONS_STEP_DEBUG',
      'MAAND_GITHUB_TOKEN',
      'MY_TOKEN',
      'PATH',
    ]);
  });
});

describe('hookEnvironment', () => {
  it('has every variable of the table, older names too', () => {
    expect(hookEnvironment({ PATH: '/usr/bin', JOB: 'of the caller' }, VARIABLES)).toEqual({
      PATH: '/usr/bin',
      PYTHONUNBUFFERED: '1',
      ALLOCATION_ID: 'alloc-1',
      ALLOCATION_IP: '10.0.0.2',
      ALLOCATION_INDEX: '1',
      DISABLED: '1',
      ALLOCATION_DISABLED: '1',
      JOB: 'api',
      EVENT: 'pre_deploy',
      HOOK: 'hook_migrate',
      COMMAND: 'hook_migrate',
      CURRENT_VERSION: '0.9.0',
      NEW_VERSION: '1.0.0',
      HOOK_API_HOST: '127.0.0.1',
      JOB_COMMAND_API_HOST: '127.0.0.1',
      CONTAINER_HOST: '127.0.0.1',
      HOST: '127.0.0.1',
      HOOK_API_PORT: '4711',
      HOOK_API_TOKEN: 'secret-token',
      BUCKET_ROOT: '/srv/bucket',
      BATCH_ALLOCATIONS: '10.0.0.2,10.0.0.1',
      BATCH_INDEX: '1',
      BATCH_COUNT: '3',
      DEPLOY_PHASE: 'update',
      ROLLOUT_ORDER: '10.0.0.2,10.0.0.1',
      ROLLOUT_ORDER_SOURCE: 'kv',
      DEPLOY_ORDER: '10.0.0.2,10.0.0.1',
      DEPLOY_ORDER_SOURCE: 'kv',
      NEW_ALLOCATIONS: '10.0.0.2',
    });
  });

  it("keeps the caller's TARGET from a job_control script, and from no other", () => {
    const inherited = { TARGET: 'production' };
    expect(hookEnvironment(inherited, VARIABLES).TARGET).toBe('production');
    expect(hookEnvironment(inherited, { ...VARIABLES, event: 'job_control' }).TARGET).toBeUndefined();
    const stop = { ...VARIABLES, event: 'job_control', extra: { TARGET: 'stop' } } as const;
    expect(hookEnvironment(inherited, stop).TARGET).toBe('stop');
  });
});
