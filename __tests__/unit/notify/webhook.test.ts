import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { webhookBody } from '../../../src/notify/webhook-body.ts';
import { hookNotice } from '../../../src/report/notice.ts';
import { type ReceivedCall, startReceiver } from '../../support/http-receiver.ts';
import { notices, openRig, origin, record } from './rig.ts';

const envelope = { id: 'id-1', sentAt: new Date(0), origin };
const FLOOD = record({
  command: 'c'.repeat(50_000),
  stdout: '<@1> *line* ```\n'.repeat(5000),
  stderr: 'é'.repeat(50_000),
  exitCode: 1,
  problem: 'failed (exit 1)',
});

function isSignedWith(secret: string, { headers, body }: ReceivedCall): boolean {
  const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return headers['x-maand-signature-256'] === expected;
}

describe('a webhook', () => {
  it('gets JSON, signed with the secret of its fragment, which is not sent', async () => {
    await using receiver = await startReceiver();
    const rig = await openRig(`${receiver.url}/in?sig=1#secret=hmac-secret`);
    await rig.send(notices.hookFailed);
    const [call] = receiver.calls;
    expect(call).toMatchObject({ path: '/in?sig=1', headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(call && isSignedWith('hmac-secret', call)).toBe(true);
    expect(call && isSignedWith('another', call)).toBe(false);
    expect(JSON.parse(call?.body ?? '')).toEqual({
      id: call?.headers['x-maand-delivery'],
      sent_at: expect.stringMatching(/^\d{4}-.*Z$/),
      event: 'hook-failed',
      ok: false,
      text: expect.stringContaining('✗ Before Deploy Hook Result\n**Command:** ./checks.sh\n**Exit Code:** 1'),
      host: 'runner-1',
      run_id: 'run-1',
      hook: {
        hook: 'before-deploy',
        command: './checks.sh',
        stdout: 'all fine',
        stderr: 'disk full',
        exit_code: 1,
        duration_ms: 2500,
        success: false,
      },
    });
  });

  it('is signed with the secret of the environment, or not at all', async () => {
    await using receiver = await startReceiver();
    await (await openRig(receiver.url, { env: { NOTIFY_SECRET: 'from-env' } })).send(notices.started);
    await (await openRig(receiver.url)).send(notices.started);
    const [signed, unsigned] = receiver.calls;
    expect(signed && isSignedWith('from-env', signed)).toBe(true);
    expect(unsigned?.headers).not.toHaveProperty('x-maand-signature-256');
  });

  it('gets the same message again after an outage', async () => {
    await using receiver = await startReceiver((response, _call, number) => {
      if (number < 3) response.statusCode = 502;
      response.end();
    });
    const rig = await openRig(receiver.url);
    await rig.send(notices.started);
    expect(rig.warnings).toEqual([]);
    expect(new Set(receiver.calls.map(({ body }) => body)).size).toBe(1);
    expect(receiver.calls).toHaveLength(3);
  });

  it.each([
    [500, 3, 'HTTP 500: broken here (3 attempts)'],
    [404, 1, 'HTTP 404: broken here'],
    [307, 1, 'HTTP 307: broken here'],
  ])('is warned about when it answers %i', async (status, calls, problem) => {
    await using receiver = await startReceiver((response) => {
      response.writeHead(status, { location: '/elsewhere' });
      response.end('broken\n here');
    });
    const rig = await openRig(`${receiver.url}/a-token-that-nobody-must-see`);
    await rig.send(notices.started);
    expect(rig.warnings).toEqual([`Webhook send failure: webhook ${new URL(receiver.url).host}: ${problem}`]);
    expect(receiver.calls).toHaveLength(calls);
  });
});

describe('webhookBody', () => {
  it('is a card for Teams, below its 28 KB', () => {
    const json = JSON.stringify(webhookBody('teams', hookNotice(FLOOD), envelope));
    expect(Buffer.byteLength(json)).toBeLessThan(28 * 1024);
    const [attachment] = JSON.parse(json).attachments;
    expect(attachment).toMatchObject({
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: { type: 'AdaptiveCard' },
    });
    expect(attachment.content.body[0]).toMatchObject({ text: 'Before Deploy Hook: exit code 1', color: 'Attention' });
  });

  it('is an embed for Discord, within its limits and without active mentions', () => {
    // biome-ignore lint/suspicious/noExplicitAny: a document of a service
    const body = webhookBody('discord', hookNotice(FLOOD), envelope) as any;
    const [embed] = body.embeds;
    expect(body.allowed_mentions).toEqual({ parse: [] });
    expect(embed.description.length).toBeLessThanOrEqual(4096);
    for (const { value } of embed.fields) {
      expect(value.length).toBeLessThanOrEqual(1024);
      expect((value.match(/```/g) ?? []).length % 2).toBe(0);
    }
    const texts = [embed.title, embed.description, embed.footer.text, ...embed.fields.flatMap(Object.values)];
    expect(texts.join('').length).toBeLessThanOrEqual(6000);
  });

  it.each(['json', 'teams', 'discord'] as const)('says in the form of %s how a deploy ended', (template) => {
    const json = JSON.stringify(webhookBody(template, notices.failed, envelope));
    expect(json).toContain('shop: deploy failed: job api');
  });
});
