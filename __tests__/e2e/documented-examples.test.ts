/**
 * Runs the examples for shell hooks and notifications from docs/. Only the addresses are changed: servers of this test
 * replace those of Slack and other services.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runAction } from '../support/action-runner.ts';
import { type HttpReceiver, slackMessage, startReceiver, startSlack } from '../support/http-receiver.ts';
import { CLI } from '../support/run-maand.ts';
import { runShell } from '../support/run-shell.ts';
import { type SmtpReceiver, startSmtp } from '../support/smtp-receiver.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';
import { notices, openRig } from '../unit/notify/rig.ts';

const root = join(import.meta.dirname, '../..');

const stateKey = createHash('sha256').update('a key for tests').digest('hex');

interface Example {
  readonly language: string;
  readonly text: string;
}

async function examplesOf(document: string, heading: string): Promise<Example[]> {
  const whole = `\n${await readFile(join(root, 'docs', document), 'utf8')}`;
  const text = whole.slice(whole.indexOf(`\n${heading}\n`));
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', body = '']) => ({
    language,
    text: body,
  }));
}

let farm: Farm;
let slack: HttpReceiver;
let receiver: HttpReceiver;
let smtp: SmtpReceiver;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
  slack = await startSlack();
  receiver = await startReceiver();
  smtp = await startSmtp({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
});
afterAll(async () => {
  await Promise.all([farm.stop(), ...[slack, receiver, smtp].map((one) => one[Symbol.asyncDispose]())]);
});

/** Replaces the addresses of services by those of the servers of this test. */
function localised(text: string): string {
  return text
    .replaceAll(/slack:\/\/([a-z-]+)\??/g, `slack://$1?api=${encodeURIComponent(`${slack.url}/`)}&`)
    .replaceAll('https://hooks.example.com', receiver.url)
    .replaceAll(/smtp:\/\/smtp\.example\.com\/(\S+)/g, `smtp://127.0.0.1:${smtp.port}/$1&tls=false`);
}

const SECRETS: Readonly<Record<string, string>> = {
  SLACK_TOKEN: 'xoxb-token-of-slack',
  MAIL_PASSWORD: 'mail-password',
  HOOK_SECRET: 'hmac-secret',
};

async function bucketWithJob(): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.addJob('api', { version: '1.0.0', selectors: ['worker'] });
  return bucket;
}

async function runStep(text: string) {
  const [step] = parse(localised(text));
  const values = { ...SECRETS, WORKER_SSH_KEY: farm.privateKey, MAAND_STATE_KEY: stateKey };
  const filled = (fields: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{\{ secrets\.(\w+) \}\}/g, (_whole, secret: keyof typeof values) => values[secret]),
      ]),
    );
  const bucket = await bucketWithJob();
  const inputs = { ...filled(step.with), state: `file:${await temporaryFolder()}` };
  return runAction({ actionDir: root, workspaceDir: bucket.dir, inputs, env: filled(step.env) });
}

/** Runs the script in a bucket, with `maand` on PATH. */
async function runScript(text: string) {
  const bucket = await bucketWithJob();
  const bin = await temporaryFolder();
  await writeFile(join(bin, 'maand'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, { mode: 0o755 });
  return runShell(`set -e\n${localised(text)}`, { cwd: bucket.dir, path: bin });
}

describe('docs/notifications.md', () => {
  it('shows a workflow that notifies Slack, a mailbox and a webhook', async () => {
    const [step] = (await examplesOf('notifications.md', '# Notifications')).filter(
      ({ language }) => language === 'yaml',
    );
    const ended = await runStep(step?.text ?? '');
    expect(ended.exitCode, ended.log.text).toBe(0);
    expect(ended.log.annotations('warning')).toEqual([]);
    const channels = slack.calls.map(slackMessage).map(({ channel }) => channel);
    expect(channels.filter((name) => name === 'deploys')).toHaveLength(3);
    expect(channels.filter((name) => name === 'ops-alerts')).toHaveLength(1);
    expect(smtp.mails.map(({ subject }) => subject)).toEqual(['Shop', 'Shop After Deploy Hook SUCCESS', 'Shop']);
    expect(receiver.calls).toHaveLength(3);
  });

  it('shows how a receiver verifies a message', async () => {
    const [code] = (await examplesOf('notifications.md', '## Webhooks')).filter(({ language }) => language === 'js');
    const file = join(await temporaryFolder(), 'receiver.mjs');
    await writeFile(file, code?.text ?? '');
    const { isGenuine } = await import(file);
    await (await openRig(`${receiver.url}#secret=hmac-secret`)).send(notices.started);
    const call = receiver.calls.at(-1);
    const signature = call?.headers['x-maand-signature-256'];
    expect(isGenuine(call?.body, signature, 'hmac-secret')).toBe(true);
    expect(isGenuine(call?.body, signature, 'another')).toBe(false);
    expect(isGenuine(`${call?.body} `, signature, 'hmac-secret')).toBe(false);
  });

  it('shows commands that work', async () => {
    const scripts = (await examplesOf('notifications.md', '# Notifications')).filter(
      ({ language }) => language === 'sh',
    );
    expect(scripts).toHaveLength(1);
    const before = receiver.calls.length;
    for (const { text } of scripts) {
      const ended = await runScript(text);
      expect(ended.status, ended.stderr).toBe(0);
      expect(ended.stderr).not.toContain('warning');
    }
    expect(receiver.calls.length - before).toBe(2);
  });
});

describe('docs/hooks.md, shell hooks', () => {
  it('shows a workflow that works', async () => {
    const [step] = (await examplesOf('hooks.md', '## Shell hooks')).filter(({ language }) => language === 'yaml');
    const ended = await runStep(step?.text ?? '');
    expect(ended.exitCode, ended.log.text).toBe(0);
    expect(ended.log.text).toContain('| backing up before api');
    expect(ended.log.text).toContain('| deployed, telling the load balancer');
    expect(ended.outputs).toMatchObject({ 'before-deploy-exit-code': '0', 'after-deploy-exit-code': '0' });
  });

  it('shows a command that works', async () => {
    const [script] = (await examplesOf('hooks.md', '## Shell hooks')).filter(({ language }) => language === 'sh');
    const ended = await runScript(script?.text ?? '');
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('before-deploy | Starting deployment');
    expect(ended.stderr).toContain('after-deploy | Deployment completed');
  });
});
