import { describe, expect, it } from 'vitest';
import { demandsOn, jobsWithHook, registeredHooks } from '../../../src/hooks/registered.ts';
import type { Demand, HookEntry } from '../../../src/workspace/types.ts';
import { aHook, aJob } from './rig.ts';

function job(name: string, hooks: readonly HookEntry[]) {
  return aJob({ name, dir: `/jobs/${name}`, hooks, files: [] });
}

function demanding(upstream: string, hook: string, config: Demand['config'] = {}): { demand: Demand } {
  return { demand: { job: upstream, hook, minVersion: undefined, maxVersion: undefined, config } };
}

describe('registeredHooks', () => {
  const api = job('api', [aHook('hook_b', ['cli']), aHook('hook_x', ['pre_deploy']), aHook('hook_a', ['cli'])]);

  it('are the hooks of the event in manifest order, or only the named hook', () => {
    expect(registeredHooks(api, 'cli').map(({ name }) => name)).toEqual(['hook_b', 'hook_a']);
    expect(registeredHooks(api, 'cli', 'hook_a').map(({ name }) => name)).toEqual(['hook_a']);
    expect(registeredHooks(api, 'post_deploy')).toEqual([]);
  });

  it('names job, hook and event when it is not registered', () => {
    expect(() => registeredHooks(api, 'cli', 'hook_x')).toThrow(
      'job "api" hook "hook_x" is not registered for event "cli"',
    );
  });
});

describe('jobsWithHook', () => {
  const jobs = [
    job('web', [aHook('hook_x', ['cli'])]),
    job('api', [aHook('hook_x', ['cli', 'pre_deploy'])]),
    job('db', [aHook('hook_x', ['pre_deploy']), aHook('hook_y', ['cli'])]),
  ];

  it('are in name order, without jobs that have it for another event', () => {
    expect(jobsWithHook(jobs, 'hook_x', 'cli').map(({ name }) => name)).toEqual(['api', 'web']);
  });

  it('reports when no job has the hook', () => {
    expect(() => jobsWithHook(jobs, 'hook_z', 'cli')).toThrow('hook "hook_z" is not registered for event "cli"');
  });
});

describe('demandsOn', () => {
  const jobs = [
    job('web', [
      aHook('hook_two', ['cli'], demanding('db', 'hook_seed')),
      aHook('hook_one', ['cli', 'pre_deploy'], demanding('db', 'hook_seed', { min_version: '2.0.0' })),
    ]),
    job('api', [
      aHook('hook_x', ['cli'], demanding('db', 'hook_other')),
      aHook('hook_y', ['cli'], demanding('cache', 'hook_seed')),
      aHook('hook_z', ['cli'], demanding('db', 'hook_seed')),
    ]),
    job('db', [aHook('hook_seed', ['cli'])]),
  ];

  it('lists each demanding hook once, whatever its events, by job and name', () => {
    expect(demandsOn(jobs, 'db', 'hook_seed')).toEqual([
      { job: 'api', hook: 'hook_z', config: {} },
      { job: 'web', hook: 'hook_one', config: { min_version: '2.0.0' } },
      { job: 'web', hook: 'hook_two', config: {} },
    ]);
    expect(demandsOn(jobs, 'db', 'hook_nothing')).toEqual([]);
  });
});
