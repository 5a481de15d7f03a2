import { describe, expect, it } from 'vitest';
import type { HookRequest } from '../../../src/rollout/run.ts';
import { EngineRig, FAILED_HOOK, type RigEnd, type RigJob } from '../../support/engine-rig.ts';
import { hook } from '../../support/workspace-values.ts';

const control: RigJob = { hooks: [hook('hook_control', { events: ['job_control'] })] };
const with1 = { ...control, files: { 'conf.txt': '1' } };
const with2 = { ...control, files: { 'conf.txt': '2' } };

interface Row {
  readonly title: string;
  /** Hosts on which the job ran before. */
  readonly before: readonly string[];
  readonly now: RigJob;
  readonly hooks?: 'fail';
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly story: readonly string[];
  readonly records: RigEnd['records'];
}

const promoted = ['job_control succeeded', 'w1 promoted 1.0.0', 'w2 promoted 1.0.0', 'api deployed'];

const rows: readonly Row[] = [
  {
    title: 'gets everything that is new, and runs no target',
    before: [],
    now: with1,
    env: { NEW_ALLOCATIONS: 'w1,w2', UPDATED_ALLOCATIONS: '' },
    story: ['wave 0: api', 'sync w1 succeeded', 'sync w2 succeeded', ...promoted],
    records: { 'api@w1': 'promoted 1.0.0', 'api@w2': 'promoted 1.0.0' },
  },
  {
    title: 'gets what is new and what is updated apart',
    before: ['w1'],
    now: with2,
    env: { NEW_ALLOCATIONS: 'w2', UPDATED_ALLOCATIONS: 'w1' },
    story: ['wave 0: api', 'sync w1 succeeded', 'sync w2 succeeded', ...promoted],
    records: { 'api@w1': 'promoted 1.0.0', 'api@w2': 'promoted 1.0.0' },
  },
  {
    title: 'is not asked when nothing changed',
    before: ['w1', 'w2'],
    now: with1,
    env: undefined,
    story: ['wave 0: api', 'api skipped: already promoted on all allocations'],
    records: { 'api@w1': 'promoted 1.0.0', 'api@w2': 'promoted 1.0.0' },
  },
  {
    title: 'fails, and then nothing counts as rolled',
    before: ['w1'],
    now: with2,
    hooks: 'fail',
    env: { NEW_ALLOCATIONS: 'w2', UPDATED_ALLOCATIONS: 'w1' },
    story: [
      'wave 0: api',
      'sync w1 succeeded',
      'sync w2 succeeded',
      'job_control failed',
      'api failed: the hook failed',
    ],
    records: { 'api@w1': 'promoted 1.0.0, other files sent', 'api@w2': 'uploaded 0.0.0' },
  },
];

describe('a job that its own hook rolls', () => {
  it.each(rows)('$title', async ({ before, now, hooks, env, story, records }) => {
    const rig = await EngineRig.create({ hosts: before.length > 0 ? before : ['w1', 'w2'], jobs: { api: with1 } });
    if (before.length > 0) await rig.deploy();
    await rig.build({ hosts: ['w1', 'w2'], jobs: { api: now } });
    const asked: HookRequest[] = [];
    const end = await rig.deploy({
      hooks: (request) => {
        asked.push(request);
        return hooks === 'fail' ? FAILED_HOOK : undefined;
      },
    });
    expect(asked.map(({ extraEnv }) => extraEnv)).toEqual(env === undefined ? [] : [env]);
    expect({ story: end.story, records: end.records }).toEqual({ story, records });
    expect(end.sent.filter((line) => line.includes('make'))).toEqual([]);
  });
});
