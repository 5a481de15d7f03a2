/**
 * Tests a job that is written in older words on a real worker. The job deploys and its hooks run. To rewrite the words causes
 * no rollout.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;

beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});

afterAll(() => farm.stop());

const MANIFEST = {
  version: '1.0.0',
  selectors: ['worker'],
  update_parallel_count: 2,
  commands: { command_note: { executed_on: ['pre_deploy', 'direct'], depends_on: { job: '', command: '' } } },
};

const hook = (journal: string) => `import maand, os
order = maand.get_deploy_order().json()["value"]
active = maand.get_kv_value("maand", "activejobs")
host = os.environ["CONTAINER_HOST"]
assert maand.list_command_demands().json() == []
with open(${JSON.stringify(journal)}, "a") as out:
    out.write(f"{maand.command_name()} {maand.command_event()} {order} {active} {host}\\n")
`;

it('deploys unchanged, and build --fix causes no rollout and no delivery', async () => {
  const bucket = await TestBucket.create(farm);
  const [worker] = farm.workers;
  if (!worker) throw new Error('no worker');
  const { host } = worker;
  await bucket.addJob('app', MANIFEST, {
    '_modules/command_note.py': hook(bucket.journalFile),
    'vars.toml': 'colour = "red"\n',
    'app.conf.tpl': '{{ get "vars/job/app" "colour" }} {{ get "maand" "activejobs" }} {{ getJob "deploy_order" }}\n',
  });
  const first = await bucket.maand(['deploy', '--build']);
  expect(first).toMatchObject({ status: 0 });
  expect(first.stderr).toContain('"update_parallel_count" is an older word for "max_concurrent_upgrades"');
  const noted = (event: string) => `hook_note ${event} ${host} app 127.0.0.1`;
  expect(await bucket.journal()).toEqual([noted('pre_deploy'), `start app ${host} 0.0.0 1.0.0`]);
  const delivered = ['Makefile', 'app.conf', 'release.txt'];
  expect(await bucket.filesOn(worker, 'jobs/app')).toEqual(delivered);
  expect(await bucket.maand(['cat', 'hashes', '--json'])).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('"hashes" is an older word for "deployments"'),
  });

  const byHand = await bucket.maand(['job_command', 'command_note', 'app']);
  expect(byHand).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('"command_note" is an older word for "hook_note"'),
  });
  expect(await bucket.journal()).toEqual([noted('cli')]);

  const fixed = await bucket.maand(['build', '--fix', '--json']);
  expect(fixed).toMatchObject({ status: 0, json: { ok: true, fixed: expect.arrayContaining([expect.anything()]) } });
  expect(fixed.stderr.match(/older/g)).toHaveLength(1); // vars.toml keeps its older name
  const second = await bucket.maand(['deploy', '--json']);
  expect(second).toMatchObject({ status: 0, json: { jobs: [{ job: 'app', outcome: 'skipped' }] } });
  expect(await bucket.journal()).toEqual([noted('pre_deploy')]);
  expect(await bucket.filesOn(worker, 'jobs/app')).toEqual(delivered);
});
