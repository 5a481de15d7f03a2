/** Tests shell hooks and notifications in a workflow and at a terminal, through the bundle and on real workers. */
import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActionRun, type ActionSetup, runAction } from '../support/action-runner.ts';
import { slackMessage, startReceiver, startSlack } from '../support/http-receiver.ts';
import { processesWith } from '../support/process-tree.ts';
import { startSmtp } from '../support/smtp-receiver.ts';
import { emptyRoots, type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

const run = promisify(execFile);
const actionDir = join(import.meta.dirname, '../..');
const stateKey = createHash('sha256').update('a key for tests').digest('hex');
const everywhere = { version: '1.0.0', selectors: ['worker'] };
const deploy = ['deploy', '--build', '--json'];

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});
afterAll(() => farm.stop());

async function bucketWithJob(manifest: object = everywhere, files: Readonly<Record<string, string>> = {}) {
  const bucket = await TestBucket.create(farm);
  await bucket.addJob('api', manifest, files);
  return bucket;
}

async function runInWorkflow(
  bucket: TestBucket,
  inputs: Readonly<Record<string, string>>,
  setup: Partial<ActionSetup> = {},
): Promise<ActionRun & { readonly stateDir: string; readonly result: string }> {
  await emptyRoots(farm.workers); // each run has its own state
  const stateDir = await temporaryFolder();
  const ssh = { 'ssh-private-key': farm.privateKey, 'state-key': stateKey, state: `file:${stateDir}` };
  let result = '';
  const ended = await runAction({
    actionDir,
    workspaceDir: bucket.dir,
    inputs: { ...ssh, ...inputs },
    laterSteps: async ({ outputs }) => {
      result = await readFile(outputs.result ?? '', 'utf8');
    },
    ...setup,
  });
  return { ...ended, stateDir, result };
}

const annotationsOf = ({ log }: ActionRun, kind: string): string =>
  log
    .annotations(kind)
    .map(({ value }) => value)
    .join('\n');

describe('in a workflow', () => {
  it('a before-deploy hook that fails fails the step, with nothing touched', async () => {
    const hooks = { hook_a: { executed_on: ['post_build', 'pre_deploy'] } };
    const bucket = await bucketWithJob({ ...everywhere, hooks }, { '_hooks/hook_a.py': 'open("/nowhere/at/all")' });
    const connections = await bucket.connections();
    const ended = await runInWorkflow(bucket, {
      'before-deploy-hook': 'echo looking\necho "::set-output name=changed::forged"\necho disk full >&2\nexit 3',
      'after-deploy-hook': 'echo never',
    });
    expect(ended.exitCode, ended.log.text).toBe(1);
    expect(annotationsOf(ended, 'error')).toBe(
      'before-deploy hook failed (exit 3) (nothing was changed: fix the problem that the hook reported, and deploy again)',
    );
    expect(ended.outputs).toMatchObject({
      changed: 'false',
      'before-deploy-exit-code': '3',
      'after-deploy-exit-code': '',
      'deployed-jobs': '[]',
    });
    expect(ended.log.groups).toEqual([
      { title: 'before-deploy hook', lines: expect.arrayContaining(['| looking', '! disk full']) },
    ]);
    expect(ended.log.text).toContain('before-deploy hook failed (exit 3) after');
    expect(ended.summary).toContain('| ❌ | before-deploy |');
    expect(ended.summary).toContain('disk full');
    expect(JSON.parse(ended.result)).toMatchObject({
      ok: false,
      hooks: [{ hook: 'before-deploy', stderr: 'disk full', exit_code: 3 }],
    });
    expect(await bucket.connections()).toEqual(connections);
    expect(await readdir(ended.stateDir)).toEqual([]);
  });

  it('an after-deploy hook that fails leaves the step successful, with an annotation and a message', async () => {
    await using receiver = await startReceiver();
    const ended = await runInWorkflow(await bucketWithJob(), {
      'before-deploy-hook': 'echo fine',
      'after-deploy-hook': 'echo smoke test failed; exit 7',
      notify: `${receiver.url}/hooks/a-token-in-the-address#secret=hmac-secret`,
    });
    expect(ended.exitCode, ended.log.text).toBe(0);
    expect(annotationsOf(ended, 'warning')).toContain('after-deploy hook failed (exit 7); the deploy itself succeeded');
    expect(ended.outputs).toMatchObject({
      changed: 'true',
      'deployed-jobs': '["api"]',
      'before-deploy-exit-code': '0',
      'after-deploy-exit-code': '7',
    });
    expect(ended.summary).toMatch(/✅ \| before-deploy[^\n]*\n\| ❌ \| after-deploy/);
    const [, , failed, finished] = receiver.calls.map(({ body }) => JSON.parse(body));
    expect(failed).toMatchObject({ event: 'hook-failed', hook: { stdout: 'smoke test failed', exit_code: 7 } });
    expect(finished).toMatchObject({
      event: 'deploy-succeeded',
      text: expect.stringContaining('octo/shop: deploy finished'),
      run_url: 'https://github.invalid/octo/shop/actions/runs/4711',
    });
    for (const { headers, body } of receiver.calls)
      expect(headers['x-maand-signature-256']).toBe(
        `sha256=${createHmac('sha256', 'hmac-secret').update(body).digest('hex')}`,
      );
    const seen = [ended.log.text, ended.summary, ended.result, JSON.stringify(ended.outputs)].join();
    expect(seen).not.toMatch(/a-token-in-the-address|hmac-secret/);
  });

  it('shows a secret nowhere, however a hook prints it', async () => {
    await using slack = await startSlack();
    await using smtp = await startSmtp({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    await using receiver = await startReceiver();
    const secret = 'correct/horse "battery" & staple';
    const forms = [
      secret,
      Buffer.from(secret).toString('base64'),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ];
    const bucket = await bucketWithJob();
    const half = Math.floor(secret.length / 2);
    await bucket.write('forms', `${forms.join('\n')}\n`);
    await bucket.write('first', secret.slice(0, half));
    await bucket.write('second', `${secret.slice(half)}\n`);
    const print = 'cat forms; cat first; cat second; cat forms >&2; exit 1';
    const login = `username=me@example.com&password=mail-password&tls=false`;
    const api = encodeURIComponent(`${slack.url}/`);
    const notify = [
      `slack://ops?api=${api}`,
      `smtp://127.0.0.1:${smtp.port}/to@example.com?${login}`,
      receiver.url,
      `${receiver.url}#template=teams`,
      `${receiver.url}#template=discord`,
    ].join('\n');
    const env = { SLACK_TOKEN: 'xoxb-token-of-slack' };
    const inputs = { notify, 'ssh-passphrase': secret, 'after-deploy-hook': print };
    for (const logFormat of ['text', 'json']) {
      const ended = await runInWorkflow(bucket, { ...inputs, 'log-format': logFormat }, { env });
      expect(ended.exitCode, ended.log.text).toBe(0);
      const shown = ended.log.raw.replaceAll(/^::add-mask::.*$/gm, '');
      const told = [...slack.calls, ...receiver.calls].map(
        ({ body }) => `${body}\n${decodeURIComponent(body.replaceAll('+', ' '))}`,
      );
      const texts = [
        shown,
        ended.summary,
        ended.result,
        JSON.stringify(ended.outputs),
        ...told,
        JSON.stringify(smtp.mails),
      ];
      for (const text of texts) {
        for (const form of forms) {
          expect(text).not.toContain(form);
          expect(text).not.toContain(JSON.stringify(form).slice(1, -1));
        }
        expect(text).not.toMatch(/xoxb-token-of-slack|mail-password/);
      }
      expect(ended.result).toContain('***');
    }
    expect(slack.calls.map(slackMessage).some(({ attachments }) => attachments[0].fields !== undefined)).toBe(true);
    expect(smtp.mails.map(({ subject }) => subject)).toContain('maand After Deploy Hook FAILED');
  });

  it('a cancelled hook ends with all its children, and its end is reported', async () => {
    await using receiver = await startReceiver();
    const mark = `MARK_OF_TEST=${process.pid}`;
    const ended = await runInWorkflow(
      await bucketWithJob(),
      { 'before-deploy-hook': `${mark} sleep 100 & echo sleeping; wait`, notify: receiver.url },
      { cancelWhen: (log) => log.until('sleeping') },
    );
    expect(ended.exitCode).toBe(1);
    expect(processesWith(mark)).toEqual([]);
    expect(JSON.parse(receiver.calls.at(-1)?.body ?? '')).toMatchObject({
      event: 'deploy-failed',
      text: expect.stringContaining('cancelled (SIGINT)'),
    });
    expect(JSON.parse(ended.result).hooks).toMatchObject([{ hook: 'before-deploy', exit_code: 143 }]);
    expect(ended.leftBehind).toEqual([]);
  });
});

describe('on the command line', () => {
  it('writes the log lines that people collect', async () => {
    const bucket = await bucketWithJob();
    const hooks = ['--before-deploy-hook', 'echo all fine', '--after-deploy-hook', 'echo; echo oops >&2; exit 1'];
    const ended = await bucket.maand([...deploy, '--log-format', 'json', ...hooks]);
    const lines = ended.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [before, after, failure] = lines.filter(({ time }) => time !== undefined);
    expect(Object.keys(before)).toEqual([
      'time',
      'level',
      'msg',
      'hook',
      'command',
      'stdout',
      'stderr',
      'exit_code',
      'duration',
      'duration_ms',
    ]);
    expect(before).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'INFO',
      msg: 'Execute hook success',
      hook: 'before-deploy',
      command: 'echo all fine',
      stdout: 'all fine',
      stderr: '',
      exit_code: 0,
      duration: expect.stringMatching(/^[\d.]+m?s$/),
    });
    expect(after).toMatchObject({ level: 'ERROR', msg: 'Execute hook failed', stderr: 'oops', exit_code: 1 });
    expect(failure).toMatchObject({ level: 'ERROR', msg: 'After deploy hook failure', error: 'exit status 1' });
    expect(lines).toContainEqual(
      expect.objectContaining({ action: 'before-deploy', stream: 'stdout', msg: 'all fine' }),
    );

    const kv = await bucket.maand([...deploy, '--log-format', 'kv', '--before-deploy-hook', 'exit 4']);
    expect(kv.stderr).toMatch(
      /^time=\S+ level=ERROR msg="Execute hook failed" hook=before-deploy command="exit 4" stdout="" stderr="" exit_code=4 duration=/m,
    );
    expect(kv.stderr).toMatch(/level=ERROR msg="Before deploy hook failure" error="exit status 4"$/m);
  });

  it('gives hooks the environment of the caller without secrets, and variables about the deploy', async () => {
    const bucket = await bucketWithJob();
    await bucket.addJob('web', everywhere);
    const env = {
      OWN: 'inherited',
      MAAND_STATE_KEY: await readFile(join(bucket.dir, 'secrets/state.key'), 'utf8'),
      MAAND_EXTRA: 'allowed',
      INPUT_X: 'withheld',
    };
    const show = 'env | grep -E "^(DEPLOY_|OWN|MAAND_|INPUT_)" | sort; pwd';
    const flags = [
      '--hook-env',
      'MAAND_EXTRA',
      '--jobs',
      'web,api',
      '--before-deploy-hook',
      show,
      '--after-deploy-hook',
      show,
    ];
    const first = await bucket.maand([...deploy, ...flags], { env });
    expect(first.status, first.stderr).toBe(0);
    const common = [
      `DEPLOY_DRY_RUN=false`,
      expect.stringMatching(/^DEPLOY_JOBS=(web,api|api,web)$/),
      `DEPLOY_RUN_ID=${first.json.run_id}`,
      'MAAND_EXTRA=allowed',
      'OWN=inherited',
      bucket.dir,
    ];
    const linesOf = (at: number) => first.json.hooks[at].stdout.split('\n');
    expect(linesOf(0)).toHaveLength(common.length);
    expect(linesOf(0)).toEqual(expect.arrayContaining(common));
    expect(linesOf(1)).toEqual(expect.arrayContaining([...common, 'DEPLOY_STATUS=success', 'DEPLOY_FAILED_JOBS=']));
    const again = await bucket.maand([...deploy, ...flags, '--working-directory', farm.folder], { env });
    expect(again.json.hooks[1].stdout).toContain('DEPLOY_STATUS=skipped');
    expect(again.json.hooks[1].stdout).toContain(`\n${farm.folder}`);
  });

  it('runs no hook and sends nothing for a plan or before a plan that was not approved', async () => {
    await using receiver = await startReceiver();
    const bucket = await bucketWithJob();
    const hooks = ['--before-deploy-hook', `touch ${bucket.dir}/ran`, '--after-deploy-hook', 'exit 1'];
    const told = ['--notify', receiver.url];
    for (const words of [['plan'], ['deploy', '--build', '--dry-run']])
      expect(await bucket.maand([...words, ...hooks, ...told])).toMatchObject({ status: 0 });
    expect(receiver.calls).toEqual([]);
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(await bucket.maand([...deploy, '--plan-digest', digest, ...hooks])).toMatchObject({ status: 3 });
    expect(await readdir(bucket.dir)).not.toContain('ran');
  });

  it('ends a hook at its time limit, and refuses a folder that is not there', async () => {
    const bucket = await bucketWithJob();
    const slow = ['--hook-timeout', '1', '--before-deploy-hook', 'sleep 100'];
    expect(await bucket.maand([...deploy, ...slow])).toMatchObject({
      status: 1,
      json: { error: 'before-deploy hook timed out after 1 s (exit 124)', hooks: [{ exit_code: 124 }] },
    });
    const nowhere = ['--working-directory', '/no/such/folder', '--before-deploy-hook', 'true'];
    expect(await bucket.maand([...deploy, ...nowhere])).toMatchObject({
      status: 2,
      json: { error: 'working-directory /no/such/folder is not a directory' },
    });
    expect(await bucket.journal()).toEqual([]);
  });

  it('finds missing tools on this machine before the hook runs', async () => {
    const bucket = await bucketWithJob();
    const tools = await temporaryFolder();
    await run('ln', ['-s', '/bin/sh', '/bin/touch', tools]);
    const ended = await bucket.maand([...deploy, '--before-deploy-hook', `touch ${bucket.dir}/ran`], {
      env: { PATH: tools },
    });
    expect(ended).toMatchObject({ status: 2, json: { error: expect.stringContaining('rsync was not found') } });
    expect(await readdir(bucket.dir)).not.toContain('ran');
  });
});
