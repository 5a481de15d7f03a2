import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Deliverer } from '../../../src/rollout/deliver.ts';
import { dialStops, STOP_LIMITS } from '../../../src/rollout/dial-stops.ts';
import { planDeploy } from '../../../src/rollout/planned.ts';
import { reconcile } from '../../../src/rollout/reconcile.ts';
import { EngineRig, FAILED_HOOK, type RigBucket, type RigRun } from '../../support/engine-rig.ts';
import { engineStory, inHostOrder, recordsOf } from '../../support/engine-story.ts';
import { hook } from '../../support/workspace-values.ts';

interface Row {
  readonly title: string;
  readonly before: RigBucket;
  readonly now: RigBucket;
  readonly down?: readonly string[];
  /** Shell scripts by `HOST JOB.TARGET`. The target runs its script. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly run?: RigRun;
  readonly story: readonly string[];
  readonly sent: readonly string[];
  readonly records: Readonly<Record<string, string>>;
  readonly failures?: readonly string[];
  readonly failedJobs?: readonly string[];
}

const both = { hosts: ['w1', 'w2'], jobs: { api: {} } };
const stopped = hook('hook_stopped', { events: ['after_allocation_stopped'] });

const rows: readonly Row[] = [
  {
    title: 'stops what was disabled, and keeps its files',
    before: both,
    now: { ...both, disabled: { api: ['w2'] } },
    story: ['stop w2 succeeded', 'sync w2 succeeded', 'api@w2 stopped'],
    sent: ['w2 make stop', 'w2 delivery'],
    records: { 'api@w1': 'promoted 1.0.0', 'api@w2': 'stopped 1.0.0' },
  },
  {
    title: 'stops and removes a job that left',
    before: { hosts: ['w1'], jobs: { api: {}, web: {} } },
    now: { hosts: ['w1'], jobs: { web: {} } },
    story: ['stop w1 succeeded', 'clean_up w1 succeeded', 'sync w1 succeeded', 'api@w1 stopped'],
    sent: ['w1 make stop', 'w1 clean-up', 'w1 delivery'],
    records: { 'api@w1': 'removed 0.0.0, removed from the bucket', 'web@w1': 'promoted 1.0.0' },
  },
  {
    title: 'stops what is on a worker that left, removes the folder of the bucket there and forgets it',
    before: both,
    now: { hosts: ['w1'], jobs: { api: {} } },
    story: ['stop w2 succeeded', 'api@w2 stopped', 'clean_up w2 succeeded'],
    sent: ['w2 make stop', 'w2 clean-up'],
    records: { 'api@w1': 'promoted 1.0.0' },
  },
  {
    title: 'gives up what is on a worker that left and does not answer, and keeps its record',
    before: both,
    now: { hosts: ['w1'], jobs: { api: {} } },
    down: ['w2'],
    story: [
      'api@w2 given-up: worker w2 is down',
      'warning: w2 is no longer in workers.json and could not be asked to stop api, which may still run there: worker w2 is down; every deploy tries again, and maand gc --forget w2 drops it',
    ],
    sent: [],
    records: { 'api@w1': 'promoted 1.0.0', 'api@w2': 'promoted 1.0.0, removed from the bucket' },
  },
  {
    title: 'fails when a worker of the bucket cannot be asked',
    before: both,
    now: { ...both, disabled: { api: ['w2'] } },
    down: ['w2'],
    story: ['api@w2 given-up: worker w2 is down'],
    sent: [],
    records: { 'api@w1': 'promoted 1.0.0', 'api@w2': 'promoted 1.0.0' },
    failures: ['job api: worker w2 is down'],
    failedJobs: ['api'],
  },
  {
    title: 'fails when make stop fails on a worker that left: it was asked',
    before: both,
    now: { hosts: ['w1'], jobs: { api: {} } },
    answers: { 'w2 api.stop': 'exit 1' },
    story: ['stop w2 failed', 'api@w2 failed: worker w2: make stop failed (exit 2)'],
    sent: ['w2 make stop'],
    records: { 'api@w1': 'promoted 1.0.0', 'api@w2': 'promoted 1.0.0, removed from the bucket' },
    failures: ['job api: worker w2: make stop failed (exit 2)'],
    failedJobs: ['api'],
  },
  {
    title: 'leaves what could not be stopped pending, and goes on with the others',
    before: { hosts: ['w1', 'w2'], jobs: { api: {}, web: {} } },
    now: { hosts: ['w1', 'w2'], jobs: { api: {}, web: {} }, disabled: { api: ['w1'], web: ['w2'] } },
    answers: { 'w1 api.stop': 'exit 1' },
    story: [
      'stop w1 failed',
      'api@w1 failed: worker w1: make stop failed (exit 2)',
      'stop w2 succeeded',
      'sync w2 succeeded',
      'web@w2 stopped',
    ],
    sent: ['w1 make stop', 'w2 make stop', 'w2 delivery'],
    records: {
      'api@w1': 'promoted 1.0.0',
      'api@w2': 'promoted 1.0.0',
      'web@w1': 'promoted 1.0.0',
      'web@w2': 'stopped 1.0.0',
    },
    failures: ['job api: worker w1: make stop failed (exit 2)'],
    failedJobs: ['api'],
  },
  {
    title: 'knows that something was stopped although its hook failed',
    before: { hosts: ['w1'], jobs: { api: { hooks: [stopped] } } },
    now: { hosts: ['w1'], jobs: { api: { hooks: [stopped] } }, disabled: { api: [] } },
    run: { hooks: () => FAILED_HOOK },
    story: ['stop w1 succeeded', 'after_allocation_stopped failed', 'api@w1 failed: the hook failed'],
    sent: ['w1 make stop', 'hook after_allocation_stopped w1'],
    records: { 'api@w1': 'stopped 1.0.0' },
    failures: ['job api: the hook failed'],
    failedJobs: ['api'],
  },
  {
    title: 'does nothing more once the run is cancelled',
    before: { hosts: ['w1', 'w2'], jobs: { api: {} } },
    now: { hosts: ['w1', 'w2'], jobs: { api: {} }, disabled: { api: [] } },
    run: { cancelAt: (event) => event.type === 'reconciled' },
    story: ['stop w1 succeeded', 'sync w1 succeeded', 'api@w1 stopped', 'api@w2 cancelled: cancelled'],
    sent: ['w1 make stop', 'w1 delivery'],
    records: { 'api@w1': 'stopped 1.0.0', 'api@w2': 'promoted 1.0.0' },
    failures: ['job api: cancelled'],
    failedJobs: ['api'],
  },
];

async function deployedThenBuilt(before: RigBucket, now: RigBucket): Promise<EngineRig> {
  const rig = await EngineRig.create(before);
  expect((await rig.deploy()).result.failures).toEqual([]);
  await rig.build(now);
  return rig;
}

/** Removes the messages of make about a failed target. */
const shortened = (text: string) => text.replace(/: make: \*\*\*.*/, '');

const rolloutOf = (run: Parameters<typeof planDeploy>[0]) => ({
  run,
  deliverer: new Deliverer(run),
  raiseUpdateSeq: async () => true,
});

describe('reconcile', () => {
  it.each(rows)('$title', async ({ before, now, down = [], answers = {}, run: given, ...expected }) => {
    const rig = await deployedThenBuilt(before, now);
    for (const host of down) rig.down.add(host);
    for (const [what, script] of Object.entries(answers)) {
      const [host = '', target = ''] = what.split(' ');
      await rig.answer(host, target, script);
    }
    await using run = rig.open(given);
    const { plan } = await planDeploy(run);
    const { failures, failedJobs } = await reconcile(
      rolloutOf(run),
      plan.reconcile,
      await dialStops(run, plan, STOP_LIMITS),
    );
    expect({
      story: engineStory(rig.events),
      sent: inHostOrder(rig.sent),
      records: recordsOf(rig.ledger),
      failures: failures.map(shortened),
      failedJobs: [...failedJobs],
    }).toEqual({
      story: expected.story,
      sent: expected.sent,
      records: expected.records,
      failures: expected.failures ?? [],
      failedJobs: expected.failedJobs ?? [],
    });
  });

  it('carries out only the given steps, even when the state needs others', async () => {
    const jobs = { api: {}, web: {}, docs: {} };
    const rig = await deployedThenBuilt({ hosts: ['w1'], jobs }, { hosts: ['w1'], jobs: { docs: {} } });
    await using run = rig.open();
    const { plan } = await planDeploy(run);
    expect(plan.reconcile.map(({ job, action }) => `${job} ${action}`)).toEqual(['api stop+remove', 'web stop+remove']);
    await reconcile(rolloutOf(run), plan.reconcile.slice(1), new Map());
    expect(rig.sent).toEqual(['w1 make stop', 'w1 clean-up', 'w1 delivery']);
    expect(recordsOf(rig.ledger)).toEqual({
      'api@w1': 'promoted 1.0.0, removed from the bucket',
      'docs@w1': 'promoted 1.0.0',
      'web@w1': 'removed 0.0.0, removed from the bucket',
    });
    rig.events.length = 0;
    await reconcile(rolloutOf(run), [], new Map());
    expect(rig.events).toEqual([]);
  });

  it('leaves data and logs of a removed job where they are', async () => {
    const jobs = { api: {}, web: {} };
    const rig = await deployedThenBuilt({ hosts: ['w1'], jobs }, { hosts: ['w1'], jobs: { web: {} } });
    const folder = rig.jobOn('w1', 'api');
    for (const name of ['data', 'logs']) {
      await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, name, 'kept'), '');
    }
    await rig.deploy();
    expect(await readdir(folder)).toEqual(['data', 'logs']);
    await access(join(folder, 'data/kept'));
  });
});
