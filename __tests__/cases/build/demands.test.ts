import { describe, expect, it } from 'vitest';
import { CaseBucket } from '../../support/case-bucket.ts';

interface Demanding {
  readonly demands?: readonly string[];
  readonly version?: string;
  readonly config?: object;
}

/** Writes a bucket of jobs that demand the hook `hook_up` of others; every job has that hook. */
async function bucketOf(jobs: Readonly<Record<string, Demanding>>): Promise<CaseBucket> {
  const bucket = await CaseBucket.create();
  for (const [name, { demands = [], version = '1.0.0', config = {} }] of Object.entries(jobs)) {
    const hooks: Record<string, object> = { hook_up: { executed_on: ['cli'] } };
    for (const job of demands) {
      hooks[`hook_needs_${job}`] = { executed_on: ['pre_deploy'], demands: { job, hook: 'hook_up', config } };
    }
    const scripts = Object.keys(hooks).map((hook) => [`workspace/jobs/${name}/_hooks/${hook}.py`, '']);
    const manifest = { selectors: ['worker'], ...(version === '' ? {} : { version }), hooks };
    await bucket.edit({ jobs: { [name]: manifest }, files: Object.fromEntries(scripts) });
  }
  return bucket;
}

async function sequenceOf(jobs: Readonly<Record<string, Demanding>>): Promise<Record<string, number>> {
  const { json } = await (await bucketOf(jobs)).build();
  return Object.fromEntries(
    json.jobs.map(({ job, deployment_seq }: { job: string; deployment_seq: number }) => [job, deployment_seq]),
  );
}

const refusal = async (jobs: Readonly<Record<string, Demanding>>) => (await bucketOf(jobs)).refused();

/** Returns the errors for a job `a` with one hook that has these demands. */
async function refusedDemands(demands: unknown): Promise<readonly string[]> {
  const bucket = await bucketOf({ b: {} });
  const hooks = { hook_x: { executed_on: ['cli'], demands } };
  return bucket.refused({
    jobs: { a: { version: '1', selectors: ['worker'], hooks } },
    files: { 'workspace/jobs/a/_hooks/hook_x.py': '' },
  });
}

describe('demands and sequence', () => {
  it('a job is one wave after the job that it demands', async () => {
    expect(await sequenceOf({ a: {}, b: { demands: ['a'] }, c: { demands: ['a'] } })).toEqual({ a: 0, b: 1, c: 1 });
  });

  it('the longest chain of demands determines the wave', async () => {
    const jobs = { a: {}, b: { demands: ['a'] }, c: { demands: ['b'] }, d: { demands: ['a', 'b'] } };
    expect(await sequenceOf(jobs)).toEqual({ a: 0, b: 1, c: 2, d: 2 });
  });

  it('a cycle is reported with its jobs', async () => {
    expect(await refusal({ a: { demands: ['b'] }, b: { demands: ['a'] } })).toEqual([
      'ErrCircularHookDependency: circular hook dependency: a -> b -> a',
    ]);
  });

  it('a cycle of jobs is refused even when no hook demands itself', async () => {
    const bucket = await CaseBucket.create();
    const job = (own: string, other: string, hook: string) => ({
      version: '1',
      selectors: ['worker'],
      hooks: {
        [own]: { executed_on: ['cli'] },
        hook_demanding: { executed_on: ['cli'], demands: { job: other, hook } },
      },
    });
    const scripts = ['a/_hooks/hook_2', 'a/_hooks/hook_demanding', 'b/_hooks/hook_1', 'b/_hooks/hook_demanding'];
    expect(
      await bucket.refused({
        jobs: { a: job('hook_2', 'b', 'hook_1'), b: job('hook_1', 'a', 'hook_2') },
        files: Object.fromEntries(scripts.map((script) => [`workspace/jobs/${script}.py`, ''])),
      }),
    ).toEqual(['ErrCircularHookDependency: circular hook dependency: a -> b -> a']);
  });

  it('job and hook must be given together', async () => {
    expect(await refusedDemands({ job: 'b' })).toEqual([
      'ErrInvalidHookDemand: invalid hook demand: job a hook hook_x demands.job and demands.hook must both be set',
    ]);
  });

  it('a demand of a missing job or hook is refused', async () => {
    expect(await refusedDemands({ job: 'nope', hook: 'hook_up' })).toEqual([
      'ErrInvalidHookDemand: invalid hook demand: job a hook hook_x demands unknown job "nope"',
    ]);
    expect(await refusedDemands({ job: 'b', hook: 'hook_nope' })).toEqual([
      'ErrInvalidHookDemand: invalid hook demand: job a hook hook_x demands job "b" hook "hook_nope" which is not declared',
    ]);
  });

  it('the version of the demanded job must be within the bounds', async () => {
    const jobs = (version: string, config: object) => ({ a: { demands: ['up'], config }, up: { version } });
    const mismatch = (detail: string) => [
      `ErrHookDemandVersionMismatch: hook demand version mismatch: job a hook hook_needs_up depends on up: upstream version ${detail}`,
    ];
    expect(await refusal(jobs('1.0.0', { min_version: '2.0.0' }))).toEqual(mismatch('1.0.0 below min_version 2.0.0'));
    expect(await refusal(jobs('2.0.0', { min_version: 3 }))).toEqual(mismatch('2.0.0 below min_version 3'));
    expect(await refusal(jobs('2.6', { max_version: '2.5.0' }))).toEqual(mismatch('2.6 above max_version 2.5.0'));
    await (await bucketOf(jobs('2.0.0', { min_version: '1.0.0', max_version: '2.5.0' }))).build();
  });

  it('a demanded job needs a version', async () => {
    expect(await refusal({ a: { demands: ['up'], config: { min_version: '1' } }, up: { version: '' } })).toEqual([
      'ErrInvalidJobVersion: invalid job version: job "up" must declare version (dependency participant)',
    ]);
  });

  it('a job cannot demand itself', async () => {
    expect(await refusedDemands({ job: 'a', hook: 'hook_x' })).toEqual([
      'ErrInvalidHookConfiguration: invalid hook configuration: job a, hook hook_x invalid configuration, self referencing',
    ]);
  });
});
