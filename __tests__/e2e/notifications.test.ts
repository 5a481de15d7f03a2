/**
 * Tests notifications of real deploys through the bundle: which messages are sent, and how a deploy ends when messages cannot
 * be delivered.
 */
import { execFile } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startReceiver, startSlack } from '../support/http-receiver.ts';
import { findNode20 } from '../support/node20.ts';
import { CLI } from '../support/run-maand.ts';
import { startSmtp } from '../support/smtp-receiver.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

const run = promisify(execFile);
const everywhere = { version: '1.0.0', selectors: ['worker'] };
const deploy = ['deploy', '--build', '--json'];

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

async function bucketWithJob(manifest: object = everywhere): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.addJob('api', manifest);
  return bucket;
}

describe('notifications', () => {
  it('deploys although no message can be sent, and warns of this', async () => {
    const bucket = await bucketWithJob();
    const address = `127.0.0.1:${await freePort('127.0.0.1')}`;
    const login = 'username=u&password=mail-password&tls=false';
    const ended = await bucket.maand(
      [
        ...deploy,
        '--notify',
        `http://${address}/`,
        '--notify',
        `smtp://${address}/a@example.com?${login}`,
        '--notify',
        `slack://ops?api=http://${address}/`,
      ],
      { env: { SLACK_TOKEN: 'xoxb-1' } },
    );
    expect(ended).toMatchObject({ status: 0, json: { ok: true } });
    for (const message of ['Webhook send failure', 'Mail send failure', 'Slack postMessage failure'])
      expect(ended.stderr).toMatch(new RegExp(`warning: ${message}: .*ECONNREFUSED.*\\(3 attempts\\)`));
  });

  it('sends the same messages on Node 20', async () => {
    await using slack = await startSlack();
    await using smtp = await startSmtp({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    await using receiver = await startReceiver();
    const bucket = await bucketWithJob();
    const mail = `smtp://127.0.0.1:${smtp.port}/a@example.com?username=u@example.com&password=mail-password&tls=false`;
    const env = { SLACK_TOKEN: 'xoxb-1', MAAND_NOTIFY: `slack://ops?api=${slack.url}/\n${mail}\n${receiver.url}` };
    const ended = await bucket.maand([...deploy, '--after-deploy-hook', 'true'], { env, node: await findNode20() });
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stderr).not.toContain('warning');
    expect([slack.calls, smtp.mails, receiver.calls].map(({ length }) => length)).toEqual([3, 3, 3]);
  });

  it('sends a message about a deploy that never started', async () => {
    await using receiver = await startReceiver();
    const bucket = await bucketWithJob({ ...everywhere, restart_policy: 'bounce' });
    const ended = await bucket.maand([...deploy, '--environment', 'production', '--notify', receiver.url]);
    expect(ended.status).toBe(2);
    const [message] = receiver.calls.map(({ body }) => JSON.parse(body));
    expect(message).toMatchObject({ event: 'deploy-failed', ok: false });
    expect(message.text).toContain('bucket (production): deploy failed: the workspace has');
    expect(message.text).toContain('workspace/jobs/api/manifest.json:');
  });

  it('sends mail through TLS when the certificate is trusted', async () => {
    const folder = await temporaryFolder();
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const self = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const name = ['-subj', '/CN=mail', '-addext', 'subjectAltName=IP:127.0.0.1'];
    await run('openssl', [...self, ...name, '-keyout', keyFile, '-out', certFile]);
    const [key, cert] = [await readFile(keyFile), await readFile(certFile)];
    await using smtp = await startSmtp({ key, cert });
    const bucket = await bucketWithJob();
    const env = {
      NODE_EXTRA_CA_CERTS: certFile,
      MAAND_NOTIFY: `smtp://127.0.0.1:${smtp.port}/ops@example.com?username=me@example.com&password=mail-password`,
    };
    const ended = await bucket.maand(deploy, { env });
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stderr).not.toContain('warning');
    expect(smtp.mails.map(({ secure, text }) => [secure, text.split(':')[0]])).toEqual([
      [true, 'bucket'],
      [true, 'bucket'],
    ]);
  });

  it('a run without notifications does not load their code', async () => {
    const place = join(await temporaryFolder(), 'dist');
    await cp(dirname(CLI), place, { recursive: true });
    const names = (await readdir(place)).filter((name) => name.endsWith('.js'));
    const marks = [
      'Slack postMessage failure',
      'Mail send failure',
      'Webhook send failure',
      'No more error notifications',
    ];
    let broken = 0;
    for (const name of names) {
      const source = await readFile(join(place, name), 'utf8');
      if (!marks.some((mark) => source.includes(mark))) continue;
      await writeFile(join(place, name), 'throw new Error("loaded");\n');
      broken++;
    }
    expect(broken).toBe(marks.length);
    const bucket = await bucketWithJob();
    const cli = join(place, 'cli.js');
    for (const words of [['build', '--check'], deploy, ['cat', 'jobs']])
      expect(await bucket.maand(words, { cli })).toMatchObject({ status: 0 });
    const told = await bucket.maand([...deploy, '--notify', 'http://127.0.0.1:1/'], { cli });
    expect(told).toMatchObject({ status: 0, stderr: expect.stringContaining('Notification error: loaded') });
  });
});
