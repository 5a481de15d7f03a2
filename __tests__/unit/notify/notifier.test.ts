import { describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';
import { Notifier } from '../../../src/notify/notifier.ts';
import { openWebhook } from '../../../src/notify/webhook.ts';
import { type HttpReceiver, startReceiver } from '../../support/http-receiver.ts';
import { notices, openRig, origin, PATIENT, record } from './rig.ts';

const bodiesOf = ({ calls }: HttpReceiver) => calls.map(({ body }) => JSON.parse(body));

describe('Notifier', () => {
  it('sends in order, to every channel', async () => {
    await using one = await startReceiver();
    await using other = await startReceiver();
    const rig = await openRig(`${one.url}\n${other.url}`);
    await rig.send(notices.started, notices.hookSucceeded, notices.succeeded);
    for (const receiver of [one, other])
      expect(bodiesOf(receiver).map(({ event }) => event)).toEqual([
        'deploy-started',
        'hook-succeeded',
        'deploy-succeeded',
      ]);
  });

  it('sends less in quiet mode', async () => {
    await using receiver = await startReceiver();
    const rig = await openRig(`${receiver.url}#quiet=T`);
    await rig.send(...Object.values(notices));
    expect(bodiesOf(receiver).map(({ event }) => event)).toEqual(['hook-failed', 'deploy-succeeded', 'deploy-failed']);
  });

  it('stops reporting errors, and starts again after a success; a failed hook is always reported', async () => {
    await using receiver = await startReceiver();
    const rig = await openRig(receiver.url);
    const { failed, started, hookFailed, hookSucceeded, succeeded } = notices;
    await rig.send(failed, started, hookSucceeded, hookFailed, failed, failed, failed, succeeded, failed);
    expect(bodiesOf(receiver).map(({ text }) => text.split('\n')[0])).toEqual([
      'Error occurred (count: 1): shop: deploy failed: job api',
      '✗ Before Deploy Hook Result',
      'Error occurred (count: 2): shop: deploy failed: job api',
      '⚠️ No more error notifications will be sent until errors are resolved.',
      'shop: deploy finished',
      'Error occurred (count: 1): shop: deploy failed: job api',
    ]);
  });

  it('masks before it cuts, so that no half of a secret is left', async () => {
    await using receiver = await startReceiver();
    const rig = await openRig(receiver.url);
    rig.masker.add('correct-horse-battery');
    const hook = record({ stdout: `${'x'.repeat(1890)}correct-horse-battery${'y'.repeat(500)}` });
    await rig.send({ event: 'hook-succeeded', text: 'done', hook });
    expect(receiver.calls[0]?.body).not.toMatch(/correct|horse/);
  });

  it('never delays the deploy, and drops messages after the time limit', async () => {
    await using receiver = await startReceiver(() => {}); // this receiver never responds
    const rig = await openRig(receiver.url);
    rig.notifier.send(notices.started);
    rig.notifier.send(notices.succeeded);
    await receiver.until(1);
    await rig.notifier.close({ ...PATIENT, limitMs: 0 });
    expect(rig.warnings).toHaveLength(2);
    expect(rig.warnings.join()).toContain('no more time');
  });

  it('hurries when the run is cancelled while it waits', async () => {
    await using receiver = await startReceiver(() => {});
    const rig = await openRig(receiver.url);
    const cancelled = new AbortController();
    rig.notifier.send(notices.started);
    const closed = rig.notifier.close({ ...PATIENT, cancelledMs: 0, signal: cancelled.signal });
    await receiver.until(1);
    cancelled.abort();
    await closed;
    expect(rig.warnings).toEqual([expect.stringContaining('no more time')]);
  });

  it('waits for one answer only so long', async () => {
    await using receiver = await startReceiver(() => {});
    const target = { kind: 'webhook', label: 'w', url: receiver.url, template: 'json', quiet: false } as const;
    const channel = openWebhook({ ...target, secret: undefined, secrets: [] }, { env: {}, bucketDir: '/', origin });
    const warnings: string[] = [];
    const warn = (message: string) => warnings.push(message);
    const notifier = new Notifier({ channels: [channel], masker: new Masker(), warn, attemptMs: 50 });
    notifier.send(notices.started);
    await notifier.close(PATIENT);
    expect(warnings).toEqual(['Webhook send failure: w: no answer within 0.05 s (3 attempts)']);
  });
});
