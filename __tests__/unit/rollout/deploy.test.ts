import { describe, expect, it } from 'vitest';
import {
  EngineRig,
  FAILED_HOOK,
  type RigBucket,
  type RigEnd,
  type RigJob,
  type RigRun,
} from '../../support/engine-rig.ts';
import { demanding, hook } from '../../support/workspace-values.ts';

const one = (job: RigJob): RigBucket => ({ hosts: ['w1'], jobs: { api: job } });
const content = (text: string): RigJob => ({ files: { 'conf.txt': text } });

interface Row {
  readonly title: string;
  /** The bucket of a first deploy, which succeeds. */
  readonly before?: RigBucket;
  readonly now: RigBucket;
  readonly run?: RigRun;
  readonly story: readonly string[];
  readonly sent: readonly string[];
  readonly records: RigEnd['records'];
}

async function deployed(bucket: RigBucket): Promise<EngineRig> {
  const rig = await EngineRig.create(bucket);
  expect((await rig.deploy()).result.failures).toEqual([]);
  return rig;
}

async function carryOut({ before, now, run }: Row): Promise<Pick<RigEnd, 'story' | 'sent' | 'records'>> {
  const rig = before ? await deployed(before) : await EngineRig.create(now);
  if (before) await rig.build(now);
  const { story, sent, records } = await rig.deploy(run);
  return { story, sent, records };
}

const rolled = (action: string, version: string): string[] => [
  'wave 0: api',
  'sync w1 succeeded',
  `${action} batch 1/1: w1`,
  `${action} w1 succeeded`,
  `w1 promoted ${version}`,
  'api deployed',
];

const rows: readonly Row[] = [
  {
    title: 'what is new is started',
    now: one(content('1')),
    story: rolled('start', '1.0.0'),
    sent: ['w1 delivery', 'w1 make start'],
    records: { 'api@w1': 'promoted 1.0.0' },
  },
  {
    title: 'what is unchanged is skipped, and no worker is contacted',
    before: one(content('1')),
    now: one(content('1')),
    story: ['wave 0: api', 'api skipped: already promoted on all allocations'],
    sent: [],
    records: { 'api@w1': 'promoted 1.0.0' },
  },
  {
    title: 'a changed file restarts',
    before: one(content('1')),
    now: one(content('2')),
    story: rolled('restart', '1.0.0'),
    sent: ['w1 delivery', 'w1 make restart'],
    records: { 'api@w1': 'promoted 1.0.0' },
  },
  {
    title: 'a changed file reloads where the policy says so',
    before: one({ ...content('1'), restartPolicy: 'reload' }),
    now: one({ ...content('2'), restartPolicy: 'reload' }),
    story: rolled('reload', '1.0.0'),
    sent: ['w1 delivery', 'w1 make reload'],
    records: { 'api@w1': 'promoted 1.0.0' },
  },
  {
    title: 'a changed file is only delivered where the policy is never',
    before: one({ ...content('1'), restartPolicy: 'never' }),
    now: one({ ...content('2'), restartPolicy: 'never' }),
    story: ['wave 0: api', 'sync w1 succeeded', 'w1 promoted 1.0.0', 'api deployed'],
    sent: ['w1 delivery'],
    records: { 'api@w1': 'promoted 1.0.0' },
  },
  {
    title: 'another version alone restarts',
    before: one({ version: '1.0.0' }),
    now: one({ version: '1.1.0' }),
    story: rolled('restart', '1.1.0'),
    sent: ['w1 delivery', 'w1 make restart'],
    records: { 'api@w1': 'promoted 1.1.0' },
  },
  {
    title: 'force rolls what is unchanged',
    before: one(content('1')),
    now: one(content('1')),
    run: { options: { force: true } },
    story: rolled('restart', '1.0.0'),
    sent: ['w1 delivery', 'w1 make restart'],
    records: { 'api@w1': 'promoted 1.0.0' },
  },
  {
    title: 'sync-only delivers a change and runs nothing',
    before: one(content('1')),
    now: one(content('2')),
    run: { options: { syncOnly: true } },
    story: ['wave 0: api', 'sync w1 succeeded', 'w1 promoted 1.0.0', 'api deployed'],
    sent: ['w1 delivery'],
    records: { 'api@w1': 'promoted 1.0.0' },
  },
  {
    title: 'sync-only refuses what would have to be started',
    now: one(content('1')),
    run: { options: { syncOnly: true } },
    story: ['wave 0: api', 'api failed: sync-only deploy cannot start new allocations on job "api": w1'],
    sent: [],
    records: { 'api@w1': 'placed 0.0.0' },
  },
  {
    title: 'a job that takes no part is left alone',
    now: { hosts: ['w1'], jobs: { api: {}, web: {} } },
    run: { jobs: ['web'] },
    story: [
      'wave 0: web',
      'sync w1 succeeded',
      'start batch 1/1: w1',
      'start w1 succeeded',
      'w1 promoted 1.0.0',
      'web deployed',
    ],
    sent: ['w1 delivery', 'w1 make start'],
    records: { 'api@w1': 'placed 0.0.0', 'web@w1': 'promoted 1.0.0' },
  },
  {
    title: 'a failed job blocks those that demand it, through others, and no other job',
    now: {
      hosts: ['w1'],
      jobs: {
        db: { hooks: [hook('hook_up'), hook('hook_check', { events: ['pre_deploy'] })] },
        api: { hooks: [demanding('db')] },
        web: { hooks: [demanding('api')] },
        docs: {},
      },
    },
    run: { hooks: ({ job }) => (job.name === 'db' ? FAILED_HOOK : undefined) },
    story: [
      'wave 0: db docs',
      'pre_deploy failed',
      'db failed: the hook failed',
      'sync w1 succeeded',
      'start batch 1/1: w1',
      'start w1 succeeded',
      'w1 promoted 1.0.0',
      'docs deployed',
      'wave 1: api',
      'api blocked: skipped, upstream job db failed',
      'wave 2: web',
      'web blocked: skipped, upstream job api failed',
    ],
    sent: ['hook pre_deploy w1', 'w1 delivery', 'w1 make start'],
    records: {
      'api@w1': 'placed 0.0.0',
      'db@w1': 'placed 0.0.0',
      'docs@w1': 'promoted 1.0.0',
      'web@w1': 'placed 0.0.0',
    },
  },
  {
    title: 'a cancelled run begins no further job',
    now: { hosts: ['w1'], jobs: { api: {}, web: {} } },
    run: { cancelAt: (event) => event.type === 'job-finished' },
    story: [
      ...rolled('start', '1.0.0').map((line) => line.replace('wave 0: api', 'wave 0: api web')),
      'web cancelled: cancelled before it began',
    ],
    sent: ['w1 delivery', 'w1 make start'],
    records: { 'api@w1': 'promoted 1.0.0', 'web@w1': 'placed 0.0.0' },
  },
];

describe('deploy', () => {
  it.each(rows)('$title', async (row) => {
    const { story, sent, records } = row;
    expect(await carryOut(row)).toEqual({ story, sent, records });
  });

  it('raises the update sequence once, and only when something is sent', async () => {
    const rig = await EngineRig.create({ hosts: ['w1'], jobs: { api: {}, web: {} } });
    await rig.deploy();
    expect(rig.ledger.updateSeq).toBe(1);
    await rig.deploy();
    expect(rig.ledger.updateSeq).toBe(1);
  });

  it('continues after a run that died, from the saved state', async () => {
    const rig = await EngineRig.create({ hosts: ['w1', 'w2'], jobs: { api: { maxConcurrentStarts: 1 } } });
    await rig.answer('w2', 'api.start', 'exit 1');
    const first = await rig.deploy();
    expect(first.records).toEqual({ 'api@w1': 'applied 0.0.0', 'api@w2': 'uploaded 0.0.0' });
    expect(first.result.failures).toHaveLength(1);
    await rig.answer('w2', 'api.start', undefined);
    rig.forget();
    const second = await rig.deploy();
    expect(second.sent).toEqual(['w2 last run', 'w2 delivery', 'w2 make start']);
    expect(second.records).toEqual({ 'api@w1': 'promoted 1.0.0', 'api@w2': 'promoted 1.0.0' });
  });
});
