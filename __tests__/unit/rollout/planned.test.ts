import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KvDraft } from '../../../src/kv/draft.ts';
import { rollOut } from '../../../src/rollout/deploy.ts';
import { type PlannedDeploy, planDeploy, publishVersions, renewJob, renewPlan } from '../../../src/rollout/planned.ts';
import type { Run } from '../../../src/rollout/run.ts';
import { EngineRig } from '../../support/engine-rig.ts';
import { hook } from '../../support/workspace-values.ts';

const NOTHING: ReadonlySet<string> = new Set();
const reads = (text: string) => ({ files: { 'conf.txt': '1', 'made.txt.tpl': text } });
const jobs = {
  api: { ...reads('{{ getOptional "vars/job/api" "x" }}'), hooks: [hook('hook_a')] },
  lists: reads('{{ len (keys "vars/job/lists") }}'),
  seq: reads('{{ .UpdateSeq }}'),
  version: reads('{{ .CurrentVersion }}'),
  web: reads('{{ .WorkerIP }}'),
};

/** The changes between the plan and its use, and the jobs whose trees must change because of them. */
const moves: readonly [string, (run: Run, rig: EngineRig) => unknown, readonly string[]][] = [
  ['nothing happens', () => {}, []],
  ['versions are published for hooks', (run) => publishVersions(run), []],
  ['a key that a template asked for is written', ({ ledger }) => ledger.kv.put('vars/job/api', 'x', '1'), ['api']],
  ['another key is written', ({ ledger }) => ledger.kv.put('vars/job/api', 'y', '1'), []],
  [
    'a key appears in a namespace that was listed',
    ({ ledger }) => ledger.kv.put('vars/job/lists', 'y', '1'),
    ['lists'],
  ],
  ['the update sequence moves', ({ ledger }) => ledger.raiseUpdateSeq(), ['seq']],
  [
    'a version is promoted',
    ({ ledger }) => {
      for (const record of ledger.allocations) ledger.record({ ...record, currentVersion: '3.0.0' });
    },
    ['version'],
  ],
  [
    'a file is written that is asked for again',
    async ({ stager }, rig) => {
      await writeFile(join(rig.folder, 'jobs/web/conf.txt'), '22');
      await stager.forgetChangedFiles();
    },
    ['web'],
  ],
  [
    'a template is written that is asked for again',
    async ({ stager }, rig) => {
      await writeFile(join(rig.folder, 'jobs/web/made.txt.tpl'), 'other');
      await stager.forgetChangedFiles();
    },
    ['web'],
  ],
];

const hashesOf = ({ jobs: planned }: PlannedDeploy) =>
  Object.fromEntries(
    [...planned].map(([name, { staged }]) => [
      name,
      [...staged.values()].map((outcome) => (outcome.kind === 'staged' ? outcome.tree.hash : outcome.kind)).join(),
    ]),
  );

describe('a plan that was made', () => {
  it.each(moves)('is renewed where trees would be others: %s', async (_title, move, moved) => {
    const rig = await EngineRig.create({ hosts: ['w1', 'w2'], jobs });
    await using run = rig.open();
    const before = await planDeploy(run);
    await move(run, rig);
    const after = await renewPlan(run, before, NOTHING);
    const renewed = [...after.jobs].filter(([name, job]) => job !== before.jobs.get(name)).map(([name]) => name);
    expect(renewed).toEqual(moved);
    if (moved.length === 0) expect(after).toBe(before);
    expect(hashesOf(after)).toEqual(hashesOf(await planDeploy(run)));
    for (const [name, job] of before.jobs) {
      const { staged } = await renewJob(run, job);
      expect([name, staged === job.staged]).toEqual([name, !moved.includes(name)]);
    }
  });

  it('is the plan that the engine carries out and reports', async () => {
    const rig = await EngineRig.create({ hosts: ['w1'], jobs });
    await using run = rig.open();
    const planned = await planDeploy(run);
    const { plan } = await rollOut(run, planned);
    expect(plan).toBe(planned.plan);
    expect(rig.events[0]).toEqual({ type: 'plan-made', plan });
    expect((rig.events[0] as { readonly plan: unknown }).plan).toBe(planned.plan);
  });

  it('changes nothing in the state', async () => {
    const rig = await EngineRig.create({ hosts: ['w1'], jobs });
    const before = JSON.stringify(rig.ledger.toDocument(0));
    await using run = rig.open();
    await planDeploy(run);
    expect(JSON.stringify(rig.ledger.toDocument(0))).toBe(before);
    expect(rig.sent).toEqual([]);
  });

  it('from a draft of the store is renewed where the store turns out otherwise', async () => {
    const rig = await EngineRig.create({ hosts: ['w1'], jobs });
    await using run = rig.open();
    const draft = new KvDraft(rig.ledger.kv);
    draft.put('vars/job/api', 'x', 'a mark');
    draft.put('vars/job/web', 'x', 'a mark');
    const before = await planDeploy(run, draft);
    const after = await renewPlan(run, before, NOTHING);
    expect([...after.jobs].filter(([name, job]) => job !== before.jobs.get(name)).map(([name]) => name)).toEqual([
      'api',
    ]);
  });

  it('shares files that are equal on several workers', async () => {
    const rig = await EngineRig.create({ hosts: ['w1', 'w2'], jobs: { api: reads('the same everywhere') } });
    await using run = rig.open();
    const { jobs: planned } = await planDeploy(run);
    const files = [...(planned.get('api')?.staged.values() ?? [])].flatMap((outcome) =>
      outcome.kind === 'staged' ? outcome.tree.files.filter(({ path }) => path === 'made.txt') : [],
    );
    expect(files).toHaveLength(2);
    expect(files[0]).toBe(files[1]);
  });
});
