import { describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../../src/workspace/types.ts';
import { EngineRig, FAILED_HOOK, type RigEnd, type RigJob, type RigRun } from '../../support/engine-rig.ts';
import { hook } from '../../support/workspace-values.ts';

/** A check that succeeds unless the file `sick` exists on the worker. It makes one attempt. */
const healthCheck: HealthCheck = {
  checks: [{ type: 'ssh', command: 'test ! -e ~/sick' }],
  timeoutMs: 5000,
  attempts: 1,
  intervalMs: 0,
  successes: 1,
  minHealthyMs: 0,
};
const SICK = 'touch ~/sick';
const started = hook('hook_started', { events: ['after_allocation_started'] });

interface Row {
  readonly title: string;
  readonly job?: RigJob;
  /** The job that ran before. When missing, nothing ran before, so everything is started. */
  readonly before?: RigJob;
  /** Shell scripts by `HOST TARGET`. The target runs its script. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly run?: RigRun;
  /** The story after the start of the first batch. */
  readonly story: readonly string[];
  readonly records: RigEnd['records'];
}

const HOSTS = ['w1', 'w2', 'w3'];
const was: RigJob = { files: { 'conf.txt': '1' } };
const is: RigJob = { files: { 'conf.txt': '2' } };
const recordsOf = (...lines: readonly string[]) =>
  Object.fromEntries(lines.map((line, at) => [`api@${HOSTS[at]}`, line]));

const rows: readonly Row[] = [
  {
    title: 'starts all at once unless the manifest says otherwise, and promotes behind the last batch',
    story: [
      'start batch 1/1: w1 w2 w3',
      ...HOSTS.map((host) => `start ${host} succeeded`),
      ...HOSTS.map((host) => `${host} promoted 1.0.0`),
      'api deployed',
    ],
    records: recordsOf('promoted 1.0.0', 'promoted 1.0.0', 'promoted 1.0.0'),
  },
  {
    title: 'starts batch by batch, with one gate at the end',
    job: { maxConcurrentStarts: 2 },
    story: [
      'start batch 1/2: w1 w2',
      'start w1 succeeded',
      'start w2 succeeded',
      'start batch 2/2: w3',
      'start w3 succeeded',
      ...HOSTS.map((host) => `${host} promoted 1.0.0`),
      'api deployed',
    ],
    records: recordsOf('promoted 1.0.0', 'promoted 1.0.0', 'promoted 1.0.0'),
  },
  {
    title: 'restarts batch by batch, each behind the gate of the one before',
    before: was,
    job: { ...is, maxConcurrentUpgrades: 2, healthCheck },
    story: [
      'restart batch 1/2: w1 w2',
      'restart w1 succeeded',
      'restart w2 succeeded',
      'health succeeded',
      'w1 promoted 1.0.0',
      'w2 promoted 1.0.0',
      'restart batch 2/2: w3',
      'restart w3 succeeded',
      'health succeeded',
      'w3 promoted 1.0.0',
      'api deployed',
    ],
    records: recordsOf('promoted 1.0.0', 'promoted 1.0.0', 'promoted 1.0.0'),
  },
  {
    title: 'finishes the batch in which a worker fails, and begins no other',
    before: was,
    job: { ...is, maxConcurrentUpgrades: 2 },
    answers: { 'w1 restart': 'exit 1' },
    story: [
      'restart batch 1/2: w1 w2',
      'restart w1 failed',
      'restart w2 succeeded',
      'api failed: restart updated allocations: worker w1: make restart failed (exit 2)',
    ],
    records: recordsOf('promoted 1.0.0, other files sent', 'applied 1.0.0', 'promoted 1.0.0, other files sent'),
  },
  {
    title: 'promotes who is well when another is not, and begins no further batch',
    before: was,
    job: { ...is, maxConcurrentUpgrades: 2, healthCheck },
    answers: { 'w2 restart': SICK },
    story: [
      'restart batch 1/2: w1 w2',
      'restart w1 succeeded',
      'restart w2 succeeded',
      'health failed',
      'w1 promoted 1.0.0',
      'api failed: restart updated allocations: health check failed: ssh w2: exit 1',
    ],
    records: recordsOf('promoted 1.0.0', 'applied 1.0.0', 'promoted 1.0.0, other files sent'),
  },
  {
    title: 'stops when a worker that was rolled before falls sick',
    before: was,
    job: { ...is, healthCheck },
    answers: { 'w2 restart': 'touch ~/../w1/sick' },
    story: [
      'restart batch 1/3: w1',
      'restart w1 succeeded',
      'health succeeded',
      'w1 promoted 1.0.0',
      'restart batch 2/3: w2',
      'restart w2 succeeded',
      'health failed',
      'w2 promoted 1.0.0',
      'api failed: restart updated allocations: health check failed: ssh w1: exit 1',
    ],
    records: recordsOf('promoted 1.0.0', 'promoted 1.0.0', 'promoted 1.0.0, other files sent'),
  },
  {
    title: 'counts a batch as not done when a hook that belongs to it fails',
    job: { maxConcurrentStarts: 2, hooks: [started] },
    run: { hooks: ({ batch }) => (batch?.index === 0 ? FAILED_HOOK : undefined) },
    story: [
      'start batch 1/2: w1 w2',
      'start w1 succeeded',
      'start w2 succeeded',
      'after_allocation_started failed',
      'api failed: start new allocations: the hook failed',
    ],
    records: recordsOf('uploaded 0.0.0, to be repeated', 'uploaded 0.0.0, to be repeated', 'uploaded 0.0.0'),
  },
  {
    title: 'is cancelled between two batches',
    before: was,
    job: is,
    run: { cancelAt: (event) => event.type === 'allocation-promoted' },
    story: [
      'restart batch 1/3: w1',
      'restart w1 succeeded',
      'w1 promoted 1.0.0',
      'restart batch 2/3: w2',
      'restart w2 cancelled',
      'api cancelled: restart updated allocations: worker w2: cancelled',
    ],
    records: recordsOf('promoted 1.0.0', 'promoted 1.0.0, other files sent', 'promoted 1.0.0, other files sent'),
  },
];

async function rigFor({ before, job = {}, answers = {} }: Row): Promise<EngineRig> {
  const rig = await EngineRig.create({ hosts: HOSTS, jobs: { api: before ?? job } });
  if (before) {
    await rig.deploy();
    await rig.build({ hosts: HOSTS, jobs: { api: job } });
  }
  for (const [what, script] of Object.entries(answers)) {
    const [host = '', target = ''] = what.split(' ');
    await rig.answer(host, `api.${target}`, script);
  }
  return rig;
}

describe('a group of allocations', () => {
  it.each(rows)('$title', async (row) => {
    const rig = await rigFor(row);
    const { story, records } = await rig.deploy(row.run);
    const first = story.findIndex((line) => / batch 1\//.test(line));
    expect({ story: story.slice(first), records }).toEqual({ story: row.story, records: row.records });
  });
});
