/** Tests shell hooks and notifications on real workers and with real receivers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slackAttachment } from '../../../src/notify/slack-message.ts';
import { hookNotice } from '../../../src/report/notice.ts';
import { parseTargets } from '../../../src/request/notify/parse-targets.ts';
import { type HttpReceiver, slackMessage, startReceiver, startSlack } from '../../support/http-receiver.ts';
import { startSmtp } from '../../support/smtp-receiver.ts';
import { type Farm, startFarm } from '../../support/ssh-farm.ts';
import { TestBucket } from '../../support/test-bucket.ts';
import { notices, openRig, origin, record } from '../../unit/notify/rig.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };
const deploy = ['deploy', '--build', '--json'];

async function bucketWithJob(files: Readonly<Record<string, string>> = {}): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.addJob('api', everywhere, files);
  return bucket;
}

const eventsOf = ({ calls }: HttpReceiver): string[] => calls.map(({ body }) => JSON.parse(body).event);
const slackUrl = ({ url }: HttpReceiver, more = ''): string =>
  `slack://ops?api=${encodeURIComponent(`${url}/`)}${more}`;

describe('shell hooks', () => {
  it('both succeed: two results, two notifications', async () => {
    await using receiver = await startReceiver();
    const bucket = await bucketWithJob();
    const hooks = ['--before-deploy-hook', 'echo ready', '--after-deploy-hook', 'echo "$DEPLOY_STATUS $DEPLOY_JOBS"'];
    const run = await bucket.maand([...deploy, ...hooks, '--notify', receiver.url]);
    expect(run.status, run.stderr).toBe(0);
    expect(run.json.hooks).toMatchObject([
      { hook: 'before-deploy', event: 'before-deploy', command: 'echo ready', stdout: 'ready', exit_code: 0 },
      { hook: 'after-deploy', event: 'after-deploy', stdout: 'success api', stderr: '', exit_code: 0 },
    ]);
    expect(eventsOf(receiver)).toEqual(['deploy-started', 'hook-succeeded', 'hook-succeeded', 'deploy-succeeded']);
  });

  it('the before hook fails: nothing changes, no worker is contacted, and a notification is sent', async () => {
    await using receiver = await startReceiver();
    const bucket = await bucketWithJob();
    const connections = await bucket.connections();
    const state = await readFile(join(bucket.dir, 'data/state.json'), 'utf8');
    const hooks = ['--before-deploy-hook', 'echo no >&2; exit 3', '--after-deploy-hook', 'echo never'];
    const run = await bucket.maand([...deploy, ...hooks, '--notify', receiver.url]);
    expect(run).toMatchObject({
      status: 1,
      json: { ok: false, exit_code: 1, error: 'before-deploy hook failed (exit 3)', jobs: [] },
    });
    expect(run.json.hooks).toMatchObject([{ hook: 'before-deploy', stderr: 'no', exit_code: 3 }]);
    expect(await bucket.connections()).toEqual(connections);
    expect(await bucket.journal()).toEqual([]);
    expect(await readFile(join(bucket.dir, 'data/state.json'), 'utf8')).toBe(state);
    expect(eventsOf(receiver)).toEqual(['deploy-started', 'hook-failed', 'deploy-failed']);
    expect(JSON.parse(receiver.calls.at(-1)?.body ?? '').text).toContain('before-deploy hook failed (exit 3)');
  });

  it('the after hook fails: the deploy succeeds, and the failure is logged and sent', async () => {
    await using receiver = await startReceiver();
    const bucket = await bucketWithJob();
    const run = await bucket.maand([...deploy, '--after-deploy-hook', 'exit 1', '--notify', receiver.url]);
    expect(run).toMatchObject({ status: 0, json: { ok: true, jobs: [{ job: 'api', outcome: 'deployed' }] } });
    expect(run.json.hooks).toMatchObject([{ hook: 'after-deploy', exit_code: 1 }]);
    expect(run.stderr).toContain('warning: after-deploy hook failed (exit 1); the deploy itself succeeded');
    expect(eventsOf(receiver)).toEqual(['deploy-started', 'hook-failed', 'deploy-succeeded']);
  });

  it('no hooks, no results', async () => {
    const bucket = await bucketWithJob();
    const run = await bucket.maand([...deploy, '--before-deploy-hook', ' \n', '--after-deploy-hook', '']);
    expect(run).toMatchObject({ status: 0, json: { hooks: [] } });
    expect(run.stderr).not.toContain('hook');
  });

  it('outputs are trimmed', async () => {
    const bucket = await bucketWithJob();
    const hook = 'echo output; echo; echo; echo "   error   " >&2; exit 1';
    const run = await bucket.maand([...deploy, '--after-deploy-hook', hook]);
    expect(run.json.hooks).toMatchObject([{ stdout: 'output', stderr: 'error', exit_code: 1 }]);
  });

  it('the deploy fails: no after hook', async () => {
    const bucket = await bucketWithJob({ 'Makefile.tpl': 'start:\n\t@exit 7\n' });
    const run = await bucket.maand([
      ...deploy,
      '--before-deploy-hook',
      'echo ran',
      '--after-deploy-hook',
      'echo never',
    ]);
    expect(run).toMatchObject({ status: 1, json: { ok: false } });
    expect(run.json.hooks.map(({ hook }: { hook: string }) => hook)).toEqual(['before-deploy']);
  });
});

describe('notifications', () => {
  it('quiet mode keeps failures and the end of a deploy', async () => {
    await using receiver = await startReceiver();
    const { hookSucceeded, hookFailed, succeeded, failed, started } = notices;
    await (await openRig(`${receiver.url}#quiet=1`)).send(started, hookSucceeded, hookFailed, succeeded, failed);
    expect(eventsOf(receiver)).toEqual(['hook-failed', 'deploy-succeeded', 'deploy-failed']);
  });

  it.each([
    ['quiet=1', true],
    ['quiet=T', true],
    ['quiet=TRUE', true],
    ['quiet=0', false],
    ['title=x', false],
  ])('the setting %s means %s', (setting, quiet) => {
    expect(parseTargets(`slack://ops?${setting}`)).toMatchObject({ ok: true, value: [{ quiet }] });
  });

  it('three consecutive errors are sent, the third with a notice; a success resets the count', async () => {
    await using receiver = await startReceiver();
    const { failed, succeeded } = notices;
    await (await openRig(receiver.url)).send(failed, failed, failed, failed, succeeded, failed);
    const texts = receiver.calls.map(({ body }) => JSON.parse(body).text);
    expect(texts.filter((text) => text.includes('Error occurred'))).toEqual([
      expect.stringMatching(/^Error occurred \(count: 1\)/),
      expect.stringMatching(/^Error occurred \(count: 2\)/),
      expect.stringMatching(/^⚠️ No more error notifications .*\nError occurred \(count: 3\)/),
      expect.stringMatching(/^Error occurred \(count: 1\)/),
    ]);
  });

  it('Slack without a token: a warning is logged, nothing is sent, the deploy continues', async () => {
    const bucket = await bucketWithJob();
    const run = await bucket.maand([...deploy, '--notify', 'slack://ops'], { env: { SLACK_TOKEN: '' } });
    expect(run).toMatchObject({ status: 0, json: { ok: true } });
    const warnings = run.stderr.match(/Notification error.*|Slack .*failure.*/g);
    expect(warnings).toEqual([
      'Notification error: slack ops: the variable SLACK_TOKEN is not set; nothing is sent there',
    ]);
  });

  it('an unknown scheme is an error', async () => {
    const bucket = await bucketWithJob();
    const run = await bucket.maand([...deploy, '--notify', 'ftp://example.com/token']);
    expect(run).toMatchObject({ status: 2, json: { ok: false } });
    expect(run.json.error).toContain('--notify line 1: unsupported notify: ftp://example.com/…');
    expect(await bucket.journal()).toEqual([]);
  });

  it('long outputs are cut, and their code block is closed', () => {
    const stdout = Array.from({ length: 80 }, (_, at) => `line ${at}`).join('\n');
    const notice = hookNotice(record({ stdout, stderr: 'x'.repeat(5000) }));
    const { fields = [] } = slackAttachment(notice, origin, { title: undefined, url: undefined });
    expect(fields[0]?.value).toMatch(/^```\nline 0\n.*line 49\n\.\.\. \(30 more lines truncated\)\n```$/s);
    expect(fields[1]?.value).toMatch(/x\n\.\.\. \(3100 more characters truncated\)\n```$/);
  });

  it('the attachment of Slack: colours, fields, footer', async () => {
    await using slack = await startSlack();
    const bucket = await bucketWithJob();
    const run = await bucket.maand(
      [
        ...deploy,
        '--before-deploy-hook',
        'echo out',
        '--after-deploy-hook',
        'echo oops >&2; exit 2',
        '--notify',
        slackUrl(slack, '&title=shop&url=https://example.com'),
      ],
      { env: { SLACK_TOKEN: 'xoxb-1' } },
    );
    expect(run.status, run.stderr).toBe(0);
    const [started, before, after] = slack.calls.map(slackMessage).map(({ attachments }) => attachments[0]);
    expect(started).toMatchObject({ text: expect.stringContaining('deploy of 1 job started: api') });
    expect(before).toMatchObject({
      color: '#36a64f',
      title: 'Before Deploy Hook',
      text: '```\necho out\n```',
      fields: [{ title: 'Stdout' }, { title: 'Exit Code', value: '`0`' }, { title: 'Duration' }],
      footer: expect.stringMatching(/^<https:\/\/example\.com\|shop>\/.+/),
    });
    expect(after).toMatchObject({ color: '#dd0000', fields: [{ title: 'Stderr' }, { value: '`2`' }, {}] });
  });

  it('mail without a recipient, and from the user', async () => {
    expect((await openRig('smtp://h/?username=u&password=p')).warnings).toEqual([
      'Notification error: mail h: mail to address is required; nothing is sent there',
    ]);
    await using smtp = await startSmtp({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const settings = 'username=me@example.com&password=mail-password&tls=false';
    await (await openRig(`smtp://127.0.0.1:${smtp.port}/to@example.com?${settings}`)).send(notices.started);
    expect(smtp.mails).toMatchObject([{ from: 'me@example.com', to: ['to@example.com'] }]);
  });

  it('threads: replies with a timestamp, normal messages without; errors are broadcast', async () => {
    await using slack = await startSlack();
    const bucket = await bucketWithJob({ 'Makefile.tpl': 'start:\n\t@exit 7\n' });
    const env = { SLACK_TOKEN: 'xoxb-1' };
    const threaded = [...deploy, '--notify', slackUrl(slack, '&thread=true')];
    await bucket.maand(threaded, { env });
    await bucket.write('.slack-thread-ts', '1503435956.000247');
    await bucket.maand(threaded, { env });
    const seen = slack.calls.map(slackMessage).map((message) => [message.thread_ts, message.reply_broadcast]);
    expect(seen).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      ['1503435956.000247', undefined],
      ['1503435956.000247', 'true'],
    ]);
  });

  it('a secret that a hook prints is masked in log, Slack and mail', async () => {
    await using slack = await startSlack();
    await using smtp = await startSmtp({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const bucket = await bucketWithJob();
    const mail = `smtp://127.0.0.1:${smtp.port}/to@example.com?username=me@example.com&password=mail-password&tls=false`;
    const run = await bucket.maand([...deploy, '--before-deploy-hook', 'sh ./print.sh'], {
      env: {
        SLACK_TOKEN: 'xoxb-1',
        MAAND_NOTIFY: `${slackUrl(slack)}\n${mail}`,
        MAAND_SSH_PASSPHRASE: 'pass phrase of the key',
      },
    });
    expect(run.status).toBe(1); // print.sh does not exist yet
    await bucket.write('print.sh', "printf 'pass phrase '; printf 'of the key\\n'; echo mail-password xoxb-1\n");
    const again = await bucket.maand([...deploy, '--before-deploy-hook', 'sh ./print.sh'], {
      env: {
        SLACK_TOKEN: 'xoxb-1',
        MAAND_NOTIFY: `${slackUrl(slack)}\n${mail}`,
        MAAND_SSH_PASSPHRASE: 'pass phrase of the key',
      },
    });
    expect(again.json.hooks).toMatchObject([{ stdout: '***\n*** ***', exit_code: 0 }]);
    expect(smtp.mails.map(({ subject }) => subject)).toContain('maand Before Deploy Hook SUCCESS');
    for (const text of [run, again, slack.calls.map(({ body }) => body), smtp.mails].map((seen) =>
      JSON.stringify(seen),
    ))
      expect(text).not.toMatch(/pass[ +]phrase|mail-password|xoxb-1/);
  });
});
