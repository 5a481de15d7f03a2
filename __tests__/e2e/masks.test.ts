/**
 * Tests secrets that look like names, in the action and on the command line. Records must stay readable, and free text must
 * be masked.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActionRun, type MainRun, runAction } from '../support/action-runner.ts';
import { startReceiver } from '../support/http-receiver.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

const actionDir = join(import.meta.dirname, '../..');
const stateKey = createHash('sha256').update('a key for tests').digest('hex');

/** Words with at least 6 characters that occur in plans, results and events, and some keys of documents. */
const WORDS = [
  'deployed',
  'skipped',
  'failed',
  'blocked',
  'cancelled',
  'succeeded',
  'timed-out',
  'restart',
  'reload',
  'promote',
  'stop+promote',
  'stop+remove',
  'forget',
  'job_control',
  'content',
  'version',
  'forced',
  'applied',
  'unhealthy',
  'unfinished',
  'needs-hook',
  'unchanged',
  'disabled',
  'post_build',
  'pre_deploy',
  'post_deploy',
  'health_check',
  'after_allocation_started',
  'run_command',
  'before-deploy',
  'after-deploy',
  'health',
  'stdout',
  'stderr',
  'warning',
  'required',
  'reconcile',
  'allocations',
  'batches',
  'update_seq',
  'duration_ms',
  'outcome',
  'worker',
];
const NAMES = ['postgres', 'broken-job', 'api-db-1', 'quiet-job', 'label-blue', 'hook_plant', 'hook_told', 'port_main'];
const FREE = 'correct-horse-battery';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

const planted = (): string[] => [...WORDS, ...NAMES, ...farm.workers.map(({ host }) => host)];

/** A hook that stores the values of the variable PLANT. It prints a real secret and every word of the list. */
const PLANTING = `
import json, os, sys
import maand
plant = json.loads(os.environ["PLANT"])
for at, value in enumerate(plant):
    maand.kv.put_secret(f"word-{at}", value)
maand.kv.put_secret("free", "${FREE}")
print("said: ${FREE} " + os.environ["SAY"])
print("told: ${FREE}", file=sys.stderr)
`;

/** Makes a bucket with four jobs: one is deployed, one is up to date, one fails, and one waits for the failed job. */
async function layBucket(bucket: TestBucket): Promise<void> {
  await bucket.useWorkers(farm.workers, () => ['label-blue']);
  const everywhere = { version: '1.0.0', selectors: ['label-blue'] };
  const hooks = { hook_plant: { executed_on: ['post_build', 'post_deploy'] } };
  const templates = planted().map((_, at) => `{{ getSecret "word-${at}" }}`);
  await bucket.addJob(
    'postgres',
    { ...everywhere, hooks, resources: { ports: { port_main: 31234 } } },
    { '_hooks/hook_plant.py': PLANTING, 'words.tpl': `{{ getSecret "free" }}\n${templates.join('\n')}\n` },
  );
  const hook = { hook_told: { executed_on: ['cli'] } };
  const failing = `start restart reload stop:\n\t@echo "fails with ${FREE}" >&2; exit 3\n`;
  await bucket.addJob(
    'broken-job',
    { ...everywhere, hooks: hook },
    { '_hooks/hook_told.py': '', 'Makefile.tpl': failing },
  );
  const demands = { job: 'broken-job', hook: 'hook_told', config: {} };
  await bucket.addJob(
    'api-db-1',
    { ...everywhere, hooks: { hook_told: { executed_on: ['cli'], demands } } },
    { '_hooks/hook_told.py': '' },
  );
  await bucket.addJob('quiet-job', everywhere);
}

interface Round {
  readonly env: Readonly<Record<string, string>>;
}

/** Replaces values that differ in every run and are never masked: times, counters and random names. */
function steady(text: string): string {
  return text
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\b\d+(?:\.\d+)? ?m?s\b/g, 'SPAN')
    .replaceAll(/\bmaand-results-\w+/g, 'FOLDER')
    .replaceAll(/\/maand-runner-\w+/g, '/RUNNER')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/("(?:duration_ms|update_seq|serial)": ?)\d+/g, '$10')
    .replaceAll(/serial \d+/g, 'serial N')
    .replaceAll(/update_seq \d+/g, 'update_seq N')
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'DIGEST');
}

interface Told {
  readonly run: ActionRun;
  /** Every output by name, the files of `result` and `plan-file`, and the summary. */
  readonly told: Readonly<Record<string, string>>;
}

async function act(bucket: TestBucket, inputs: Readonly<Record<string, string>>, { env }: Round): Promise<Told> {
  const files: Record<string, string> = {};
  const laterSteps = async ({ outputs }: MainRun) => {
    for (const name of ['result', 'plan-file']) if (outputs[name]) files[name] = await readFile(outputs[name], 'utf8');
  };
  const run = await runAction({ actionDir, workspaceDir: bucket.dir, inputs, env, laterSteps });
  const counted = ['update-seq', 'state-serial'];
  const outputs = Object.entries(run.outputs).filter(([name]) => !counted.includes(name));
  const all = Object.entries({ ...Object.fromEntries(outputs), ...files, summary: run.summary });
  // replaces the row of the summary that contains numbers
  const rows = (text: string) => text.replaceAll(/^(\|[^|\n]*\|) SPAN \| \d+ \| \d+ \| ID \|$/gm, '$1 COUNTED |');
  return { run, told: Object.fromEntries(all.map(([name, text]) => [name, rows(steady(text))])) };
}

const warningsOf = (log: string): string[] =>
  [...log.matchAll(/(?:warning: |::warning::)(the secret [^\n]*)/g)].map((found) => found[1] ?? '').sort();

const EQUAL =
  'equals a name of this bucket or a word of the log, so it is not masked: choose a value that nobody can guess';

function expectedWarnings(): string[] {
  return planted()
    .map((_, at) => `the secret secrets/job/postgres word-${at} ${EQUAL}`)
    .sort();
}

describe('secrets that equal every name and word', () => {
  const neutral = () => planted().map((_, at) => `neutral-value-${at}`);
  const round = (plant: readonly string[]): Round => ({
    env: { PLANT: JSON.stringify(plant), SAY: planted().join(' ') },
  });

  it('do not change the output of the action, are not masked by the runner, and cause one warning each', async () => {
    const bucket = await TestBucket.create(farm);
    for (const path of ['secrets', 'data', 'tmp', 'logs']) await bucket.remove(path);
    await layBucket(bucket);
    const state = `file:${await temporaryFolder()}`;
    const inputs = { 'ssh-private-key': farm.privateKey, 'state-key': stateKey, state, verbose: 'true' };
    const deploy = (plant: readonly string[]) => act(bucket, inputs, round(plant));
    const plan = () => act(bucket, { ...inputs, command: 'plan' }, round([]));
    await deploy(['first', ...neutral().slice(1)]);
    const [without, planWithout] = [await deploy(neutral()), await plan()];
    const [withThem, planWith] = [await deploy(planted()), await plan()];
    expect(without.run.outputs, without.run.log.text).toMatchObject({
      'deployed-jobs': '["postgres"]',
      'failed-jobs': '["broken-job"]',
      'skipped-jobs': '["quiet-job"]',
      'blocked-jobs': '["api-db-1"]',
    });
    expect(withThem.told).toEqual(without.told);
    expect(planWith.told).toEqual(planWithout.told);
    for (const { run, told } of [without, withThem]) {
      expect(told.result).toContain(`said: *** ${planted().join(' ')}`);
      expect(run.log.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(FREE);
      for (const text of Object.values(told)) expect(text).not.toContain(FREE);
    }
    for (const { run } of [withThem, planWith]) {
      const masks = run.log.commands.filter(({ name }) => name === 'add-mask').map(({ value }) => value);
      expect(masks.filter((mask) => planted().some((word) => word.includes(mask)))).toEqual([]);
      expect(masks).toContain(FREE);
      expect(warningsOf(run.log.raw)).toEqual(expectedWarnings());
    }
  });

  it('do not change the output of the command line, in text and in JSON', async () => {
    const bucket = await TestBucket.create(farm);
    await layBucket(bucket);
    const deploy = (plant: readonly string[], ...words: string[]) =>
      bucket.maand(['deploy', '--build', '--verbose', ...words], round(plant));
    const plan = (...words: string[]) => bucket.maand(['plan', ...words], round([]));
    const both = async (plant: readonly string[]) => {
      const runs = [await deploy(plant, '--json'), await deploy(plant, '--force'), await plan('--json'), await plan()];
      return { runs, results: runs.map(({ status, stdout }) => [status, steady(stdout)]) };
    };
    await deploy(['first', ...neutral().slice(1)]);
    const without = await both(neutral());
    const withThem = await both(planted());
    expect(without.runs[0]?.status, without.runs[0]?.stderr).toBe(1);
    expect(withThem.results).toEqual(without.results);
    for (const { stdout, stderr } of withThem.runs) {
      expect(stdout).not.toContain(FREE);
      expect(stderr).not.toContain(FREE);
      expect(warningsOf(stderr)).toEqual(expectedWarnings());
    }
  });
});

describe('a secret that is a part of a name', () => {
  it('is masked in free text but not within the name, and is not masked by the runner', async () => {
    const bucket = await TestBucket.create(farm);
    for (const path of ['secrets', 'data', 'tmp', 'logs']) await bucket.remove(path);
    const manifest = { version: '1.0.0', selectors: ['worker'], hooks: { hook_part: { executed_on: ['pre_deploy'] } } };
    const script = 'import maand\nmaand.kv.put_secret("user", "api-db")\nprint("user api-db of job api-db-1")\n';
    await bucket.addJob('api-db-1', manifest, { '_hooks/hook_part.py': script });
    const state = `file:${await temporaryFolder()}`;
    const inputs = { 'ssh-private-key': farm.privateKey, 'state-key': stateKey, state, verbose: 'true' };
    const { run, told } = await act(bucket, inputs, { env: {} });
    expect(run.outputs['deployed-jobs'], run.log.text).toBe('["api-db-1"]');
    expect(told.result).toContain('user *** of job api-db-1');
    expect(told.summary).toContain('**api-db-1**');
    expect(run.log.commands.filter(({ name, value }) => name === 'add-mask' && value === 'api-db')).toEqual([]);
    expect(warningsOf(run.log.raw)).toEqual([
      'the secret secrets/job/api-db-1 user is a part of a name of this bucket or of a word of the log: within such names it is not masked, and no CI system is told to mask it',
    ]);
  });
});

describe('everything that a run leaves', () => {
  /** A secret that needs escapes in several output formats. It is printed in all these formats. */
  const SECRET = `p|<a>ss*&'word'_4711`;
  const quoted = SECRET.replaceAll(`'`, `'\\''`);
  const FORMS = [SECRET, quoted, 'p\\|', 'ss\\*', '&lt;a', '\\u003ca', '_4711'];

  it('hides a secret: log, JSON, summary, outputs, messages, hook records, answers of the hook API, state', async () => {
    await using receiver = await startReceiver();
    const bucket = await TestBucket.create(farm);
    for (const path of ['secrets', 'data', 'tmp', 'logs']) await bucket.remove(path);
    const script = `
import shlex
import maand
secret = ${JSON.stringify(SECRET)}
maand.kv.put_secret("password", secret)

def tell(ask):
    try:
        print(ask())
    except Exception as refused:
        print("refused:", refused)

tell(lambda: maand.kv.get(secret, secret))
tell(lambda: maand.run_make_target(secret))
tell(lambda: maand.run_ssh(maand.allocation_ip(), "echo " + shlex.quote(secret) + " >&2; exit 3"))
tell(lambda: maand.run_ssh(secret, "true"))
print("html <b>", secret)
raise SystemExit("failed with " + secret)
`;
    const manifest = {
      version: '1.0.0',
      selectors: ['worker'],
      hooks: { hook_tell: { executed_on: ['post_deploy'] }, hook_first: { executed_on: ['post_build'] } },
    };
    const telling = `start restart reload stop:\n\t@cat password; cat password >&2\n`;
    await bucket.addJob('api', manifest, {
      '_hooks/hook_tell.py': script,
      '_hooks/hook_first.py': `import maand\nmaand.kv.put_secret("password", ${JSON.stringify(SECRET)})\n`,
      'Makefile.tpl': telling,
      'password.tpl': '{{ getSecret "password" }}\n',
    });
    const folder = await temporaryFolder();
    const inputs = {
      'ssh-private-key': farm.privateKey,
      'state-key': stateKey,
      state: `file:${folder}`,
      verbose: 'true',
      'before-deploy-hook': `echo '${quoted}'; env | grep 'ss.*4711' || echo not in env`,
      notify: receiver.url,
    };
    const { 'before-deploy-hook': _, notify: __, ...first } = inputs;
    await act(bucket, first, { env: {} }); // after this run, the secret is known before anything is printed
    const told: string[] = [];
    for (const logFormat of ['text', 'json', 'kv']) {
      const { run, told: texts } = await act(bucket, { ...inputs, 'log-format': logFormat }, { env: {} });
      expect(run.exitCode, run.log.text).toBe(1);
      for (const said of ['failed with ***', 'refused: ', 'not in env']) expect(texts.result).toContain(said);
      const log = run.log.raw.split('\n').filter((line) => !line.startsWith('::add-mask::'));
      told.push(...log, ...Object.values(texts), JSON.stringify(run.state));
    }
    const messages = receiver.calls.map(({ body }) => body);
    expect(messages.length).toBeGreaterThanOrEqual(6);
    const everything = [...told, ...messages, ...(await filesIn(folder))].join('\n');
    expect(FORMS.filter((form) => everything.includes(form))).toEqual([]);
  });
});

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
}
