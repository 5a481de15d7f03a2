import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActionRun, runAction } from '../support/action-runner.ts';
import { runMaand } from '../support/run-maand.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { everywhere, freshBucket } from '../support/state-bucket.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TestBucket } from '../support/test-bucket.ts';

/** Which state a run takes: the place of it, and its name. */
let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

const actionDir = join(import.meta.dirname, '../..');
const stateKey = randomBytes(32).toString('hex');

interface Start {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly workspaceDir: string;
  readonly key?: string;
}

function act({ inputs = {}, workspaceDir, key = stateKey }: Start): Promise<ActionRun> {
  const keys = { 'ssh-private-key': farm.privateKey, 'state-key': key };
  return runAction({ actionDir, workspaceDir, inputs: { ...keys, ...inputs } });
}

const conf = (bucket: TestBucket): Promise<string> => readFile(join(bucket.dir, 'maand.conf'), 'utf8');
const keyOf = (bucket: TestBucket): Promise<string> => readFile(join(bucket.dir, 'secrets/state.key'), 'utf8');
const told = ({ log, exitCode }: ActionRun): string => `${exitCode} ${log.text}`;

describe('where the state is kept', () => {
  it('is kept in maand.conf by state adopt: then a laptop and an action have one state', async () => {
    const bucket = await freshBucket(farm);
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({ status: 0 });
    const before = await conf(bucket);
    const adopted = await bucket.maand(['state', 'adopt', '--state', 'cache', '--json']);
    expect(adopted.status, adopted.stderr).toBe(0);
    expect(adopted.json.maand_conf).toEqual({ line: 'state = "cache"', written: true });
    expect(await conf(bucket)).toBe(`${before}\n# Where the state of this bucket is kept.\nstate = "cache"\n`);
    await bucket.journal();

    const laptop = await bucket.maand(['deploy', '--build', '--json']);
    expect(laptop.json, laptop.stderr).toMatchObject({ ok: true, jobs: [{ job: 'web', outcome: 'skipped' }] });
    const { key } = { key: await keyOf(bucket) };
    const action = await act({ workspaceDir: bucket.dir, key, inputs: { command: 'plan' } });
    expect(action.outputs.changed, told(action)).toBe('false');

    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect(told(await act({ workspaceDir: bucket.dir, key }))).toMatch(/^0 /);
    const after = await bucket.maand(['plan', '--json']);
    expect(after.json, after.stderr).toMatchObject({ required: false });
    expect(await bucket.journal()).toHaveLength(1);

    const other = { MAAND_STATE_KEY: randomBytes(32).toString('hex') };
    const refused = await bucket.maand(['plan', '--json'], { env: other });
    expect(refused).toMatchObject({ status: 3, json: { code: 'state-other-key' } });
    const flag = await bucket.maand(['plan', '--json', '--state', 'file:data']);
    expect(flag.json, 'a flag wins over maand.conf').toMatchObject({ required: true });
  }, 120_000);

  it('replaces the line that is there, and writes none for a place that was not asked for', async () => {
    const bucket = await freshBucket(farm);
    await bucket.edit('maand.conf', (text) => `${text}state = "workers" # for now\n`);
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({ status: 0 });
    const adopted = await bucket.maand(['state', 'adopt', '--state', 'file:kept'], { cwd: bucket.dir });
    expect(adopted.status, adopted.stderr).toBe(0);
    expect(await conf(bucket)).toMatch(/\nstate = "file:kept" # for now\n$/);
    const elsewhere = await bucket.maand(['plan', '--json'], { cwd: await temporaryFolder() });
    expect(elsewhere.json, elsewhere.stderr).toMatchObject({ required: false });
    await rm(join(bucket.dir, 'kept'), { recursive: true });
    const again = await bucket.maand(['state', 'adopt', '--json']);
    expect(again.status, again.stderr).toBe(0);
    expect(again.json.maand_conf).toBeUndefined();
  }, 60_000);

  it('is told as a line to commit by an action, which cannot keep maand.conf', async () => {
    const bucket = await freshBucket(farm);
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({ status: 0 });
    const before = await conf(bucket);
    const adopted = await act({
      workspaceDir: bucket.dir,
      key: await keyOf(bucket),
      inputs: { command: 'state adopt', state: 'workers' },
    });
    expect(told(adopted)).toMatch(/^0 /);
    expect(adopted.log.text).toContain(
      'to keep where the state is, write this line into maand.conf and commit it: state = "workers"',
    );
    expect(await conf(bucket)).toBe(before);
  }, 60_000);

  it.each([
    ['by name', (bucket: TestBucket) => ['file:.state', join(bucket.dir, '.state')]],
    ['by way of ..', (bucket: TestBucket) => [`file:${bucket.dir}/../bucket/kept`, join(bucket.dir, 'kept')]],
  ])('is refused in the checkout of an action (%s), and nothing is touched', async (_how, placeIn) => {
    const bucket = await freshBucket(farm);
    const [state = '', folder = ''] = placeIn(bucket);
    const refused = await act({ workspaceDir: bucket.dir, inputs: { state } });
    expect(refused.exitCode).toBe(2);
    expect(refused.log.text).toContain(
      `the state cannot be kept in ${folder}: this folder is in the checkout (${bucket.dir}), which is gone on the next runner`,
    );
    expect(await bucket.journal()).toEqual([]);
  });

  it('is on the workers: init makes neither a key nor a state of its own', async () => {
    const bucket = await freshBucket(farm);
    for (const path of ['data', 'secrets']) await bucket.remove(path);
    await bucket.edit('maand.conf', (text) => `${text}state = "cache"\n`);
    const again = await runMaand(['init', bucket.dir, '--json']);
    expect(again.status, again.stderr).toBe(0);
    expect(again.json.created.filter((path: string) => !path.endsWith('/'))).toEqual([]);
    const built = await bucket.maand(['build']);
    expect(built).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no state key') });
  });
});

/** A checkout with a bucket in each folder: without `state_name`, and without `.git`, as an artifact unpacks it. */
async function unpacked(folders: readonly string[]): Promise<string> {
  const root = await temporaryFolder();
  const shared = await freshBucket(farm);
  for (const path of ['secrets', 'data', 'tmp', 'logs']) await shared.remove(path);
  await shared.edit('maand.conf', (text) => text.replace(/^state_name.*$/m, ''));
  await shared.remove('workspace/jobs/web');
  for (const folder of folders) {
    await cp(shared.dir, join(root, folder), { recursive: true });
    await addJob(join(root, folder), `job-of-${folder.replace('/', '-')}`, join(root, 'journal'));
  }
  return root;
}

async function addJob(bucket: string, name: string, journal: string): Promise<void> {
  const folder = join(bucket, 'workspace/jobs', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(everywhere));
  const targets = ['start', 'stop', 'restart'].map((target) => `${target}:\n\t@echo ${target} ${name} >> ${journal}\n`);
  await writeFile(join(folder, 'Makefile'), targets.join('\n'));
}

const journalIn = async (root: string): Promise<string[]> =>
  (await readFile(join(root, 'journal'), 'utf8')).split('\n').filter(Boolean);

describe('whose state it is', () => {
  it('is told by the path in the checkout, with and without .git', async () => {
    const root = await unpacked(['a', 'deep/b']);
    for (const bucket of ['a', 'deep/b']) {
      expect(told(await act({ workspaceDir: root, inputs: { bucket, state: 'workers' } }))).toMatch(/^0 /);
    }
    expect(await journalIn(root)).toEqual(['start job-of-a', 'start job-of-deep-b']);
    await mkdir(join(root, '.git'));
    for (const bucket of ['a', 'deep/b']) {
      const plan = await act({ workspaceDir: root, inputs: { bucket, state: 'workers', command: 'plan' } });
      expect(plan.outputs.changed, told(plan)).toBe('false');
    }
    await rm(join(root, '.git'), { recursive: true });
    await mkdir(join(root, 'deep/b/.git'));
    const inner = await act({ workspaceDir: root, inputs: { bucket: 'deep/b', state: 'workers', command: 'plan' } });
    expect(inner.outputs.changed, told(inner)).toBe('false');
  }, 120_000);

  it('is told by the name of the first edition, too: its state goes on, and no other bucket takes it', async () => {
    const root = await unpacked(['a', 'b']);
    const confOfA = join(root, 'a/maand.conf');
    const text = await readFile(confOfA, 'utf8');
    await writeFile(confOfA, `${text}state_name = "octo/shop"\n`); // as the first edition named it, without .git
    expect(told(await act({ workspaceDir: root, inputs: { bucket: 'a', state: 'workers' } }))).toMatch(/^0 /);
    await writeFile(confOfA, text);
    const found = await act({ workspaceDir: root, inputs: { bucket: 'a', state: 'workers' } });
    expect(told(found)).toMatch(/^0 /);
    expect(found.log.text).toContain('keep it with this line in maand.conf: state_name = "octo/shop"');
    const beside = await act({ workspaceDir: root, inputs: { bucket: 'b', state: 'workers' } });
    expect(told(beside)).toMatch(/^0 /);
    expect(beside.log.text).not.toContain('state_name');
    expect(await journalIn(root)).toEqual(['start job-of-a', 'start job-of-b']);
  }, 120_000);

  it('puts annotations where the file is in the repository', async () => {
    const root = await unpacked(['deep/b']);
    await writeFile(join(root, 'deep/b/workspace/workers.json'), '[{ "host": "" }]\n');
    const checked = await act({ workspaceDir: root, inputs: { bucket: 'deep/b', command: 'validate' } });
    expect(checked.exitCode).toBe(2);
    const files = checked.log.annotations('error').flatMap(({ properties }) => properties.file ?? []);
    expect(new Set(files)).toEqual(new Set(['deep/b/workspace/workers.json']));
  });

  it('must be written down on a laptop without .git; validate does not ask, and init writes it', async () => {
    const bucket = await freshBucket(farm);
    await bucket.edit('maand.conf', (text) => `${text.replace(/^state_name.*\n/m, '')}# ours\n`);
    const before = await conf(bucket);
    const state = JSON.parse(await readFile(join(bucket.dir, 'data/state.json'), 'utf8'));
    await bucket.write('data/state.json', JSON.stringify({ ...state, name: 'local/default' }), 0o600);
    for (const words of [['build'], ['deploy', '--build'], ['plan'], ['state', 'show'], ['cat', 'jobs']]) {
      const refused = await bucket.maand([...words, '--json']);
      expect(refused, refused.stderr).toMatchObject({ status: 2, json: { code: 'state-unnamed' } });
      expect(refused.json.hint).toContain('state_name = "bucket"');
    }
    expect(await bucket.maand(['validate'])).toMatchObject({ status: 0 });
    expect(await bucket.maand(['build', '--check'])).toMatchObject({ status: 0 });
    const named = await runMaand(['init', bucket.dir, '--json']);
    expect(named.status, named.stderr).toBe(0);
    expect(named.json.created).toEqual(['maand.conf']);
    expect(await conf(bucket)).toBe(
      `${before}\n# Names the state of this bucket wherever the repository moves. Keep it.\nstate_name = "local"\n`,
    );
    const { json } = await bucket.maand(['cat', 'info', '--json']);
    expect(json.bucket_id).toBe(state.bucketId);
  }, 60_000);

  it('is new for a bucket that init completes, unless an action of its repository has it', async () => {
    const [plain, cloned] = [await temporaryFolder(), await temporaryFolder()];
    for (const dir of [plain, cloned]) await writeFile(join(dir, 'maand.conf'), '[x]\r\ny = 1\r\n');
    await mkdir(join(cloned, '.git'));
    await writeFile(join(cloned, '.git/HEAD'), 'ref: refs/heads/main\n');
    for (const name of ['objects', 'refs']) await mkdir(join(cloned, '.git', name));
    await writeFile(join(cloned, '.git/config'), '[remote "origin"]\n\turl = git@github.com:octo/shop.git\n');
    for (const dir of [plain, cloned]) expect(await runMaand(['init', dir])).toMatchObject({ status: 0 });
    const text = await readFile(join(plain, 'maand.conf'), 'utf8');
    expect(text).toMatch(/^# Names .*\r\nstate_name = "bucket-[0-9a-f]{12}"\r\n\r\n\[x\]\r\ny = 1\r\n$/);
    expect(await readFile(join(cloned, 'maand.conf'), 'utf8')).toContain('state_name = "octo/shop"\r\n');
    for (const dir of [plain, cloned]) {
      expect(await runMaand(['build', '--bucket', dir])).toMatchObject({ status: 0 });
    }
  });
});
