import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '../../../src/events/rollout-event.ts';
import type { HealthCheck } from '../../../src/workspace/types.ts';
import {
  EngineRig,
  FAILED_HOOK,
  type RigBucket,
  type RigEnd,
  type RigJob,
  type RigRun,
} from '../../support/engine-rig.ts';
import { hook } from '../../support/workspace-values.ts';

const healthCheck: HealthCheck = {
  checks: [{ type: 'ssh', command: 'test ! -e ~/sick' }],
  timeoutMs: 5000,
  attempts: 1,
  intervalMs: 0,
  successes: 1,
  minHealthyMs: 0,
};
const before = hook('hook_before', { events: ['pre_deploy'] });
const after = hook('hook_after', { events: ['post_deploy'] });
/** A job whose template waits for the value that its hook writes. */
const waiting: RigJob = { hooks: [before], files: { 'token.tpl': '{{ get "vars/job/api" "token" }}' } };
const writesToken: RigRun = { hooks: (_request, { ledger }) => void ledger.kv.put('vars/job/api', 'token', '1') };

interface Row {
  readonly title: string;
  readonly job: RigJob;
  readonly down?: readonly string[];
  /** The script of `make start`. */
  readonly answer?: string;
  readonly run?: RigRun;
  readonly story: readonly string[];
  readonly sent: readonly string[];
  readonly records: string;
  readonly isPostDeployPending?: true;
}

const started = ['sync w1 succeeded', 'start batch 1/1: w1', 'start w1 succeeded'];

const rows: readonly Row[] = [
  {
    title: 'sends nothing when a pre_deploy hook fails',
    job: { hooks: [before] },
    run: { hooks: () => FAILED_HOOK },
    story: ['pre_deploy failed', 'api failed: the hook failed'],
    sent: ['hook pre_deploy w1'],
    records: 'placed 0.0.0',
  },
  {
    title: 'renders what its hook wrote',
    job: waiting,
    run: writesToken,
    story: ['pre_deploy succeeded', ...started, 'w1 promoted 1.0.0', 'api deployed'],
    sent: ['hook pre_deploy w1', 'w1 delivery', 'w1 make start'],
    records: 'promoted 1.0.0',
  },
  {
    title: 'sends nothing when its hook wrote less than a template asks for',
    job: waiting,
    story: [
      'pre_deploy succeeded',
      'api failed: job api on w1: execute template token.tpl: template: token.tpl:1:3: executing "token.tpl" at <get "vars/job/api" "token">: error calling get: key not found or deleted',
    ],
    sent: ['hook pre_deploy w1'],
    records: 'placed 0.0.0',
  },
  {
    title: 'sends nothing when a worker does not answer',
    job: {},
    down: ['w1'],
    story: ['api failed: worker w1 is down'],
    sent: [],
    records: 'placed 0.0.0',
  },
  {
    title: 'remembers what was sent when the target fails, and runs no post_deploy hook',
    job: { hooks: [after] },
    answer: 'exit 1',
    story: [
      'sync w1 succeeded',
      'start batch 1/1: w1',
      'start w1 failed',
      'api failed: start new allocations: worker w1: make start failed (exit 2)',
    ],
    sent: ['w1 delivery', 'w1 make start'],
    records: 'uploaded 0.0.0',
    isPostDeployPending: true,
  },
  {
    title: 'promotes nothing that is not well',
    job: { healthCheck },
    answer: 'touch ~/sick',
    story: [...started, 'health failed', 'api failed: start new allocations: health check failed: ssh w1: exit 1'],
    sent: ['w1 delivery', 'w1 make start', 'w1 health check'],
    records: 'applied 0.0.0',
  },
  {
    title: 'stays promoted when its post_deploy hook fails, which is then pending',
    job: { hooks: [after] },
    run: { hooks: () => FAILED_HOOK },
    story: [...started, 'w1 promoted 1.0.0', 'post_deploy failed', 'api failed: the hook failed'],
    sent: ['w1 delivery', 'w1 make start', 'hook post_deploy w1'],
    records: 'promoted 1.0.0',
    isPostDeployPending: true,
  },
  {
    title: 'is cancelled before anything is sent',
    job: { hooks: [before] },
    run: { cancelAt: (event) => event.type === 'phase-finished' },
    story: ['pre_deploy succeeded', 'api cancelled: worker w1: cancelled'],
    sent: ['hook pre_deploy w1'],
    records: 'placed 0.0.0',
  },
];

const bucket = (job: RigJob): RigBucket => ({ hosts: ['w1'], jobs: { api: job } });

async function rollOnce({ job, down = [], answer, run }: Row): Promise<EngineRig & { readonly end: RigEnd }> {
  const rig = await EngineRig.create(bucket(job));
  for (const host of down) rig.down.add(host);
  await rig.answer('w1', 'api.start', answer);
  return Object.assign(rig, { end: await rig.deploy(run) });
}

describe('a job', () => {
  it.each(rows)('$title', async (row) => {
    const { end, ledger } = await rollOnce(row);
    expect({ story: end.story, sent: end.sent, records: end.records }).toEqual({
      story: ['wave 0: api', ...row.story],
      sent: row.sent,
      records: { 'api@w1': row.records },
    });
    expect(ledger.isPostDeployPending('api')).toBe(row.isPostDeployPending ?? false);
  });

  it('that was applied and is healthy now is promoted without another start', async () => {
    const rig = await EngineRig.create(bucket({ healthCheck }));
    await rig.answer('w1', 'api.start', 'touch ~/sick');
    await rig.deploy();
    await rm(`${rig.rootOf('w1')}/sick`);
    rig.forget();
    const { sent, story, records } = await rig.deploy();
    expect(sent).toEqual(['w1 health check']);
    expect(story).toEqual(['wave 0: api', 'w1 promoted 1.0.0', 'api deployed']);
    expect(records).toEqual({ 'api@w1': 'promoted 1.0.0' });
  });

  it('that was applied and is still unhealthy is restarted only when the user names it, and the restarts are counted', async () => {
    const rig = await EngineRig.create(bucket({ healthCheck }));
    await rig.answer('w1', 'api.start', 'touch ~/sick');
    await rig.deploy();
    rig.forget();
    const unnamed = await rig.deploy();
    expect(unnamed.sent).toEqual(['w1 health check']);
    expect(unnamed.result.failures).toEqual([expect.stringContaining('still unhealthy since an earlier deploy on w1')]);
    expect(unnamed.result.failures[0]).toContain('maand deploy --jobs api');
    const restarts = (events: readonly RolloutEvent[]) =>
      events.flatMap((event) =>
        event.type === 'noticed' ? (/it is restarted (.*), and/.exec(event.message)?.[1] ?? []) : [],
      );
    await rig.deploy({ jobs: ['api'] });
    expect(restarts(rig.events)).toEqual(['for the first time']);
    rig.forget();
    await rig.answer('w1', 'api.start', 'rm ~/sick');
    const { sent, records } = await rig.deploy({ jobs: ['api'] });
    expect(restarts(rig.events)).toEqual(['for the 2. time in a row']);
    expect(rig.ledger.allocations).toEqual([expect.not.objectContaining({ unwellRestarts: expect.anything() })]);
    expect(sent).toEqual(['w1 health check', 'w1 delivery', 'w1 health check', 'w1 make start', 'w1 health check']);
    expect(records).toEqual({ 'api@w1': 'promoted 1.0.0' });
  });

  it('runs a post_deploy hook that is pending, although nothing has changed', async () => {
    const rig = await EngineRig.create(bucket({ hooks: [after] }));
    await rig.deploy({ hooks: () => FAILED_HOOK });
    const { sent, story } = await rig.deploy();
    expect(sent).toEqual(['hook post_deploy w1']);
    expect(story).toEqual(['wave 0: api', 'post_deploy succeeded', 'api deployed']);
    expect(rig.ledger.isPostDeployPending('api')).toBe(false);
  });

  it('finds on the worker what a run that died had started, and promotes it', async () => {
    const rig = await EngineRig.create(bucket({}));
    await rig.deploy();
    const sentOnly = rig.saved.findIndex(({ allocations }) =>
      allocations.some(({ delivered, applied, promoted }) => delivered !== undefined && !applied && !promoted),
    );
    rig.saved.splice(sentOnly + 1);
    rig.forget();
    const { sent, story, records } = await rig.deploy();
    expect(sent).toEqual(['w1 last run']);
    expect(story).toEqual(['wave 0: api', 'w1 promoted 1.0.0', 'api deployed']);
    expect(records).toEqual({ 'api@w1': 'promoted 1.0.0' });
  });
});
