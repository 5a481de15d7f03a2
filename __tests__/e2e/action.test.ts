import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActionRun, runAction } from '../support/action-runner.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

const actionDir = join(import.meta.dirname, '../..');
const stateKey = createHash('sha256').update('a key for tests').digest('hex');

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 4 });
});
afterAll(() => farm.stop());

/** Returns a bucket as a workflow checks it out: without secrets and without a state. */
async function checkout(): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  for (const path of ['secrets', 'data', 'tmp', 'logs']) await bucket.remove(path);
  return bucket;
}

interface Start {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stateDir: string;
}

function run(bucket: TestBucket, { inputs = {}, env = {}, stateDir }: Start): Promise<ActionRun> {
  return runAction({
    actionDir,
    workspaceDir: bucket.dir,
    env,
    inputs: { 'ssh-private-key': farm.privateKey, 'state-key': stateKey, state: `file:${stateDir}`, ...inputs },
  });
}

const errorsOf = ({ log }: ActionRun): string =>
  log
    .annotations('error')
    .map(({ value }) => value)
    .join('\n');

const everywhere = { version: '1.0.0', selectors: ['worker'] };

/**
 * A script that searches for a part of the private key in files, and in the arguments and environment of every child process. The
 * key must not be in any of these places.
 */
const SEARCH = `import os, sys
needle = os.environ["KEY_PIECE"][::-1].encode()
found = []
for root in os.environ["SEARCHED"].split(":"):
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and needle in open(path, "rb").read():
                found.append(path)
pid = os.getppid()
def children(parent):
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = open(f"/proc/{entry}/stat").read()
            except OSError:
                continue
            if int(stat[stat.rindex(")") + 2:].split()[1]) == parent:
                yield int(entry)
                yield from children(int(entry))
for child in children(pid):
    for part in ("cmdline", "environ"):
        try:
            if needle in open(f"/proc/{child}/{part}", "rb").read():
                found.append(f"{child}/{part}")
        except OSError:
            pass
for name in os.environ:
    if name.startswith("INPUT_"):
        found.append(name)
with open(os.environ["VERDICT"], "a") as verdict:
    verdict.write(f"{os.environ['EVENT']} {found}\\n")
`;

describe('the action', () => {
  it('deploys, and writes outputs, summary and log', async () => {
    const bucket = await checkout();
    await bucket.addJob(
      'api',
      {
        ...everywhere,
        hooks: {
          hook_check: { executed_on: ['pre_deploy'], demands: { job: 'database', hook: 'hook_up', config: {} } },
        },
      },
      {
        '_hooks/hook_check.py':
          'print("::set-output name=deployed-jobs::forged")\nimport maand\nmaand.kv.put_secret("password", "correct-horse-battery")\n',
        'conf.tpl': '{{ getSecret "password" }}',
      },
    );
    await bucket.addJob(
      'database',
      { ...everywhere, hooks: { hook_up: { executed_on: ['cli'] } } },
      { '_hooks/hook_up.py': '' },
    );
    const stateDir = await temporaryFolder();
    const first = await run(bucket, { stateDir });
    expect(first.exitCode, first.log.text).toBe(0);
    expect(first.outputs).toMatchObject({
      changed: 'true',
      'deployed-jobs': '["database","api"]',
      'failed-jobs': '[]',
      'skipped-jobs': '[]',
      'blocked-jobs': '[]',
      'update-seq': '1',
      hosts: JSON.stringify(farm.workers.map(({ host }) => host)),
      'bucket-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(first.summary).toMatch(/database/);
    expect(first.summary).toMatch(/\| *api/);
    expect(first.post?.exitCode).toBe(0);
    expect(first.leftBehind).toEqual([]);
    expect((await bucket.journal()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      ...Array(4).fill('start database'),
      ...Array(4).fill('start api'),
    ]);
    for (const secret of [stateKey, 'correct-horse-battery', farm.privateKey.split('\n')[2] ?? '']) {
      expect(first.log.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(secret);
      expect(first.summary).not.toContain(secret);
    }

    const second = await run(bucket, { stateDir });
    expect(second).toMatchObject({
      exitCode: 0,
      outputs: { changed: 'false', 'skipped-jobs': '["database","api"]', 'update-seq': '1' },
    });
    expect(await bucket.journal()).toEqual([]);
  });

  it('keeps the private key out of files, arguments and environments, and leaves nothing on the runner', async () => {
    const bucket = await checkout();
    await bucket.addJob(
      'web',
      { ...everywhere, hooks: { hook_look: { executed_on: ['pre_deploy', 'post_deploy'] } } },
      { '_hooks/hook_look.py': SEARCH },
    );
    const [temporary, tools, stateDir] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
    const [verdict, dump] = [join(tools, 'verdict'), join(tools, 'dump')];
    await mkdir(join(tools, 'bin'));
    await writeFile(
      join(tools, 'bin/rsync'),
      `#!/bin/sh\ncat /proc/self/environ /proc/$$/cmdline >>${dump}\nPATH=\${PATH#*:}\nexec rsync "$@"\n`,
    );
    await chmod(join(tools, 'bin/rsync'), 0o755);
    const piece = farm.privateKey.split('\n')[2]?.slice(0, 40) ?? '';
    const env = {
      TMPDIR: temporary,
      PATH: `${join(tools, 'bin')}${delimiter}${process.env.PATH}`,
      KEY_PIECE: piece.split('').reverse().join(''),
      SEARCHED: [temporary, bucket.dir, stateDir].join(':'),
      VERDICT: verdict,
    };
    const done = await run(bucket, { env, stateDir });
    expect(done.exitCode, done.log.text).toBe(0);
    expect((await readFile(verdict, 'utf8')).trim().split('\n')).toEqual([
      ...Array(4).fill('pre_deploy []'),
      ...Array(4).fill('post_deploy []'),
    ]);
    const seen = await readFile(dump, 'utf8');
    expect(seen).toContain('PATH=');
    expect(seen).not.toContain(piece);
    expect(seen).not.toContain('INPUT_');
    expect(done.leftBehind).toEqual([]);
  });

  it('plans without a state key, as if nothing had been deployed', async () => {
    const bucket = await checkout();
    await bucket.addJob('web', everywhere);
    const plan = await run(bucket, { stateDir: await temporaryFolder(), inputs: { command: 'plan', 'state-key': '' } });
    expect(plan).toMatchObject({ exitCode: 0, outputs: { changed: 'true', 'changed-jobs': '["web"]' } });
    expect(JSON.parse(plan.outputs.plan ?? '')).toMatchObject({
      required: true,
      state: 'none',
      digest: plan.outputs['plan-digest'],
    });
    expect(await bucket.journal()).toEqual([]);
  });

  it('validates and plans for a pull request from a fork, which gets no secrets, and refuses the rest in a sentence', async () => {
    const bucket = await checkout();
    await bucket.addJob('web', everywhere);
    const stateDir = await temporaryFolder();
    const none = { 'state-key': '', 'ssh-private-key': '', state: 'cache' };
    const forked = (command: string, args = '') => run(bucket, { stateDir, inputs: { ...none, command, args } });
    expect(await forked('build', '--check')).toMatchObject({ exitCode: 0 });
    expect(await forked('build')).toMatchObject({ exitCode: 0 });
    expect(await forked('plan')).toMatchObject({ exitCode: 0, outputs: { 'changed-jobs': '["web"]' } });
    for (const command of ['deploy', 'health_check', 'cat jobs', 'hooks hook_x', 'state show', 'state adopt']) {
      const refused = await forked(command);
      expect(refused.exitCode, command).toBe(2);
      expect(errorsOf(refused)).toMatch(
        /^[a-z_]+ needs the input state-key, and it is empty \[state-key\] \(.*forks.*\)$/,
      );
    }
    expect((await readdir(bucket.dir)).includes('data')).toBe(false);
  });

  it('runs state show, state export and doctor in a workflow, with operands after the command and in args', async () => {
    const bucket = await checkout();
    await bucket.addJob('web', everywhere);
    const stateDir = await temporaryFolder();
    expect((await run(bucket, { stateDir })).exitCode).toBe(0);
    const shown = await run(bucket, { stateDir, inputs: { command: 'state', args: 'show' } });
    expect(shown.exitCode).toBe(0);
    expect(shown.summary).toContain('proven');
    let exported: unknown;
    const done = await runAction({
      actionDir,
      workspaceDir: bucket.dir,
      inputs: { command: 'state export', 'state-key': stateKey, state: `file:${stateDir}` },
      laterSteps: async ({ outputs }) => {
        exported = JSON.parse(await readFile(outputs.result ?? '', 'utf8'));
      },
    });
    expect(done.exitCode).toBe(0);
    expect(exported).toMatchObject({ format: 1, updateSeq: 1 });
    expect(done.log.text).not.toContain('hashKey');
    const newKey = await run(bucket, { stateDir, inputs: { command: 'state rotate-key', args: '--new-key' } });
    expect(newKey.exitCode).toBe(2);
    const rotated = await run(bucket, {
      stateDir,
      inputs: { command: 'state rotate-key', 'state-key': `${randomBytes(32).toString('hex')}\n${stateKey}` },
    });
    expect(rotated.exitCode, errorsOf(rotated)).toBe(0);
    expect(errorsOf(await run(bucket, { stateDir, inputs: { command: 'plan' } }))).toMatch(/another state-key/);
    const doctor = await run(bucket, { stateDir, inputs: { command: 'doctor' } });
    expect(doctor.exitCode).toBe(1); // the given key is the old one
    expect(doctor.summary).toContain('| Where | What |');
  });

  it('turns mistakes into annotations, and a failed deploy into a failed step with its outputs', async () => {
    const bucket = await checkout();
    await bucket.addJob('web', { ...everywhere, restart_policy: 'bounce' });
    const invalid = await run(bucket, {
      stateDir: await temporaryFolder(),
      inputs: { command: 'validate', 'state-key': '', 'ssh-private-key': '' },
    });
    expect(invalid.exitCode).toBe(2);
    expect(invalid.log.annotations('error')).toMatchObject([
      {
        properties: { file: 'workspace/jobs/web/manifest.json', line: '6' },
        value: expect.stringContaining('restart_policy'),
      },
      {},
    ]);
    expect(invalid.summary).toContain('restart\\_policy');

    await bucket.addJob('web', everywhere, { 'Makefile.tpl': 'start:\n\t@exit 7\n' });
    const failed = await run(bucket, { stateDir: await temporaryFolder() });
    expect(failed).toMatchObject({
      exitCode: 1,
      outputs: { 'failed-jobs': '["web"]', 'deployed-jobs': '[]' },
      leftBehind: [],
    });
    expect(failed.summary).toMatch(/web/);
    expect(
      failed.log
        .annotations('error')
        .map(({ value }) => value)
        .join(),
    ).toContain('make start failed (exit 2)');
  });

  it('names the missing inputs', async () => {
    const bucket = await checkout();
    await bucket.addJob('web', everywhere);
    const stateDir = await temporaryFolder();
    const noKey = await run(bucket, { stateDir, inputs: { 'state-key': '' } });
    expect(noKey.exitCode).toBe(2);
    expect(errorsOf(noKey)).toMatch(/state-key/);
    const other = await run(bucket, { stateDir, inputs: { 'state-key': randomBytes(32).toString('hex') } });
    expect(other.exitCode).toBe(0); // a first run with its own key
    const foreign = await run(bucket, { stateDir });
    expect(foreign.exitCode).toBe(3);
    expect(errorsOf(foreign)).toMatch(/state-key/);
    const command = await run(bucket, { stateDir, inputs: { command: 'rollback' } });
    expect(errorsOf(command)).toMatch(/rollback.*not available/);
  });
});
