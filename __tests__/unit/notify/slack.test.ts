import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { postMessage } from '../../../src/notify/slack-call.ts';
import { hostColour, slackAttachment } from '../../../src/notify/slack-message.ts';
import { hookNotice } from '../../../src/report/notice.ts';
import { slackMessage, startReceiver, startSlack } from '../../support/http-receiver.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { notices, openRig, origin, record } from './rig.ts';

const plain = { title: undefined, url: undefined };
const target = (url: string, settings = '') => `slack://ops?api=${encodeURIComponent(`${url}/api/`)}${settings}`;

function* endless(chunk: string): Generator<string> {
  for (;;) yield chunk;
}

describe('Slack', () => {
  it('gets a message with token, channel and name', async () => {
    await using slack = await startSlack();
    const rig = await openRig(target(slack.url, '&title=shop&url=https://example.com/'));
    await rig.send(notices.hookFailed);
    expect(rig.warnings).toEqual([]);
    const [call] = slack.calls;
    expect(call).toMatchObject({ path: '/api/chat.postMessage', headers: { authorization: 'Bearer xoxb-token' } });
    expect(call && slackMessage(call)).toMatchObject({
      channel: 'ops',
      username: 'maand',
      attachments: [
        {
          color: '#dd0000',
          title: 'Before Deploy Hook',
          text: '```\n./checks.sh\n```',
          fields: [
            { title: 'Stdout', value: '```\nall fine\n```', short: false },
            { title: 'Stderr', value: '```\ndisk full\n```', short: false },
            { title: 'Exit Code', value: '`1`', short: true },
            { title: 'Duration', value: '2.5s', short: true },
          ],
          footer: '<https://example.com/|shop>/runner-1',
          ts: expect.stringMatching(/^\d{10}$/),
        },
      ],
    });
  });

  it('answers in the thread that the bucket names; only errors show in the channel, too', async () => {
    await using slack = await startSlack();
    const bucketDir = await temporaryFolder();
    await writeFile(join(bucketDir, '.slack-thread-ts'), '1503435956.000247\n');
    const rig = await openRig(target(slack.url, '&thread=true'), { bucketDir });
    await rig.send(notices.started, notices.hookFailed, notices.failed);
    expect(slack.calls.map(slackMessage).map(({ thread_ts, reply_broadcast }) => [thread_ts, reply_broadcast])).toEqual(
      [
        ['1503435956.000247', undefined],
        ['1503435956.000247', undefined],
        ['1503435956.000247', 'true'],
      ],
    );
  });

  it('writes normal messages when there is no thread', async () => {
    await using slack = await startSlack();
    const rig = await openRig(target(slack.url, '&thread=true'));
    await rig.send(notices.failed);
    expect(slack.calls.map(slackMessage)[0]).not.toHaveProperty('thread_ts');
    expect(rig.warnings).toEqual([]);
  });

  it.each([
    ['channel_not_found', 'channel_not_found (check its name, or invite the app to a private channel)'],
    ['some_new_error', 'some_new_error'],
  ])('warns of %s at once', async (error, problem) => {
    await using slack = await startSlack({ 1: error });
    const rig = await openRig(target(slack.url));
    await rig.send(notices.started);
    expect(rig.warnings).toEqual([`Slack postMessage failure: slack ops: ${problem}`]);
    expect(slack.calls).toHaveLength(1);
  });

  it('names the hook whose result could not be sent', async () => {
    await using slack = await startSlack({ 1: 'invalid_auth' });
    const rig = await openRig(target(slack.url));
    await rig.send(notices.hookFailed);
    expect(rig.warnings).toEqual([
      'Slack hook result notification failure: slack ops: invalid_auth (check SLACK_TOKEN)',
    ]);
  });

  it('leaves no token in a warning, whatever the answer repeats', async () => {
    await using slack = await startSlack({ 1: 'token xoxb-token is not known' });
    const rig = await openRig(target(slack.url));
    rig.masker.add('xoxb-token');
    await rig.send(notices.started);
    expect(rig.warnings).toEqual(['Slack postMessage failure: slack ops: token *** is not known']);
  });

  it('repeats an attempt after temporary failures: an outage, a busy Slack', async () => {
    await using slack = await startReceiver((response, _call, number) => {
      if (number === 1) response.statusCode = 503;
      if (number === 2) response.writeHead(429, { 'retry-after': '0' });
      response.end(JSON.stringify({ ok: true }));
    });
    const rig = await openRig(target(slack.url));
    await rig.send(notices.started);
    expect(rig.warnings).toEqual([]);
    expect(slack.calls).toHaveLength(3);
  });

  it.each([
    ['slack://ops', { env: {} }, 'the variable SLACK_TOKEN is not set'],
    ['slack://', {}, 'slack channel is required (slack://CHANNEL, without #)'],
  ])('warns that %s cannot be used', async (line, surroundings, problem) => {
    const rig = await openRig(line, surroundings);
    expect(rig.warnings).toEqual([expect.stringContaining(`${problem}; nothing is sent there`)]);
    await rig.send(notices.failed);
    expect(rig.warnings).toHaveLength(1);
  });
});

const STRANGE = 'the answer is not one of the Web API (check the setting api)';
const UNNAMED = 'Slack refuses the message without naming an error';

describe('postMessage', () => {
  const post = (apiUrl: string, signal = AbortSignal.timeout(30_000)) =>
    postMessage({
      apiUrl,
      token: 'xoxb-token',
      message: { channel: 'ops', username: 'maand', attachments: [] },
      signal,
    });

  it.each([
    [200, '{"ok":true,"ts":"1.1"}', { kind: 'sent' }],
    [200, '<html>', { kind: 'failed', problem: STRANGE }],
    [200, '', { kind: 'failed', problem: STRANGE }],
    [200, 'null', { kind: 'failed', problem: STRANGE }],
    [200, '{"ok":false}', { kind: 'failed', problem: UNNAMED }],
    [200, '{"ok":false,"error":{}}', { kind: 'failed', problem: UNNAMED }],
    [200, `{"ok":false,"error":"${'x'.repeat(201)}"}`, { kind: 'failed', problem: UNNAMED }],
    [200, '{"ok":false,"error":"no_\\nline"}', { kind: 'failed', problem: 'no_ line' }],
    [200, '{"ok":false,"error":"constructor"}', { kind: 'failed', problem: 'constructor' }],
    [200, '{"ok":false,"error":"fatal_error"}', { kind: 'failed', problem: 'fatal_error', again: 500 }],
    [204, '', { kind: 'failed', problem: 'HTTP 204' }],
    [404, 'a page', { kind: 'failed', problem: 'HTTP 404' }],
    [500, 'a page', { kind: 'failed', problem: 'HTTP 500', again: 500 }],
    [429, '', { kind: 'failed', problem: 'Slack asks to send less', again: 500 }],
  ])('takes %i with %j for what it is', async (status, body, delivery) => {
    await using slack = await startReceiver((response) => response.writeHead(status).end(body));
    expect(await post(slack.url)).toEqual(delivery);
  });

  it('waits as long as the response of Slack asks', async () => {
    await using slack = await startReceiver((response) => response.writeHead(429, { 'retry-after': '7' }).end());
    expect(await post(slack.url)).toMatchObject({ kind: 'failed', again: 7000 });
  });

  it('calls the address that is named, and no other', async () => {
    await using other = await startReceiver();
    await using slack = await startReceiver((response) => response.writeHead(307, { location: other.url }).end());
    expect(await post(slack.url)).toEqual({ kind: 'failed', problem: expect.stringMatching(/redirect/), again: 500 });
    expect(other.calls).toEqual([]);
  });

  it('does not read an answer that has no end', async () => {
    const ended: Promise<unknown>[] = [];
    await using slack = await startReceiver((response) => {
      ended.push(once(response, 'close'));
      pipeline(Readable.from(endless('{"ok":true,'.padEnd(64 * 1024))), response, () => {});
    });
    expect(await post(slack.url)).toEqual({ kind: 'failed', problem: STRANGE });
    await Promise.all(ended);
    expect(ended).toHaveLength(1);
  });

  it('ends with its signal, also in the middle of an answer', async () => {
    const limit = new AbortController();
    await using slack = await startReceiver((response) => {
      response.write('{"ok":');
      limit.abort();
    });
    expect(await post(slack.url, limit.signal)).toMatchObject({ kind: 'failed', again: 500 });
  });
});

describe('slackAttachment', () => {
  const hostsNote = { event: 'deploy-started', text: 'a <!channel> & b' } as const;

  it('escapes mentions and the end of a code block', () => {
    expect(slackAttachment(hostsNote, origin, plain)).toMatchObject({ text: 'a &lt;!channel&gt; &amp; b' });
    const { text } = slackAttachment(hookNotice(record({ command: 'a ``` <@U1>' })), origin, plain);
    expect(text?.match(/```/g)).toHaveLength(2);
    expect(text).toContain('&lt;@U1&gt;');
  });

  it('omits empty outputs, and is green after success', () => {
    const { color, fields } = slackAttachment(hookNotice(record({ stdout: '' })), origin, plain);
    expect(color).toBe('#36a64f');
    expect(fields?.map(({ title }) => title)).toEqual(['Exit Code', 'Duration']);
  });

  it('has the configured footer', () => {
    const footOf = (heading: typeof plain | { title: string; url: string | undefined }) =>
      slackAttachment(hostsNote, origin, heading).footer;
    expect(footOf(plain)).toBe('runner-1');
    expect(footOf({ title: 'shop', url: undefined })).toBe('shop/runner-1');
    expect(footOf({ title: 'shop', url: 'https://x.example/' })).toBe('<https://x.example/|shop>/runner-1');
  });

  it('gives a host its colour, which never looks like an alarm', () => {
    expect(hostColour('a')).toBe(hostColour('a'));
    expect(hostColour('a')).not.toBe(hostColour('b'));
    for (let at = 0; at < 500; at++) {
      const [red = 255, green = 0, blue = 0] = Buffer.from(hostColour(`host-${at}`).slice(1), 'hex');
      expect(red).toBeLessThan(0x60);
      expect(Math.max(green, blue)).toBeGreaterThanOrEqual(0x40);
    }
  });

  it('links the run', () => {
    const seen = slackAttachment(notices.failed, { ...origin, runUrl: 'https://github.com/o/r/actions/runs/1' }, plain);
    expect(seen.text).toContain('<https://github.com/o/r/actions/runs/1|Run>');
    expect(seen.color).toBe('#dd0000');
  });
});
