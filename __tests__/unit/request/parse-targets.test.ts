import { describe, expect, it } from 'vitest';
import { parseTargets } from '../../../src/request/notify/parse-targets.ts';
import type { NotifyTarget } from '../../../src/request/notify/target.ts';

function targetOf(line: string): NotifyTarget {
  const result = parseTargets(line);
  if (!result.ok) throw new Error(result.reason);
  return result.value[0] as NotifyTarget;
}

function reasonOf(text: string): string {
  const result = parseTargets(text);
  return result.ok ? '' : result.reason;
}

describe('parseTargets', () => {
  it.each(['', '\n \n'])('reads no target from %j', (text) => {
    expect(parseTargets(text)).toEqual({ ok: true, value: [] });
  });

  it('reads a line each, in order', () => {
    const result = parseTargets(
      ' slack://ops \n\nhttps://hooks.example.com/x\r\nmail://mail.example.com/a@example.com',
    );
    expect(result.ok && result.value.map(({ kind, label }) => [kind, label])).toEqual([
      ['slack', 'slack ops'],
      ['webhook', 'webhook hooks.example.com'],
      ['mail', 'mail mail.example.com'],
    ]);
  });

  it('reads Slack’s settings', () => {
    expect(targetOf('slack://Ops-Alerts?title=shop&url=https://example.com&quiet=1&thread=true')).toEqual({
      kind: 'slack',
      label: 'slack Ops-Alerts',
      channel: 'Ops-Alerts',
      title: 'shop',
      url: 'https://example.com',
      username: 'maand',
      quiet: true,
      thread: { kind: 'in-file' },
      apiUrl: undefined,
      secrets: [],
    });
    expect(targetOf('slack://ops?thread_ts=1503435956.000247')).toMatchObject({
      thread: { kind: 'given', timestamp: '1503435956.000247' },
    });
  });

  it('reads a mailbox, and treats its password as secret', () => {
    expect(
      targetOf('smtp://mail.example.com/ops@example.com?username=u&password=p%40ss-word&subject=Shop'),
    ).toMatchObject({
      host: 'mail.example.com',
      port: 587,
      to: 'ops@example.com',
      username: 'u',
      password: 'p@ss-word',
      subject: 'Shop',
      tls: 'upgrade',
      secrets: ['p@ss-word'],
    });
    expect(targetOf('smtp://me:se%2Fcret@mail.example.com:465/ops@example.com')).toMatchObject({
      username: 'me',
      password: 'se/cret',
      port: 465,
      tls: 'from-start',
    });
    expect(targetOf('mail://localhost:25/a@b.c?tls=false')).toMatchObject({ port: 25, tls: 'none' });
    expect(targetOf('mail://localhost/a@b.c?tls=true')).toMatchObject({ tls: 'upgrade' });
  });

  it('keeps a webhook’s query for the receiver, and its own settings in the fragment', () => {
    expect(targetOf('https://h.example.com/x?sig=0123456789abcdef#secret=hmac-key&quiet=true')).toEqual({
      kind: 'webhook',
      label: 'webhook h.example.com',
      url: 'https://h.example.com/x?sig=0123456789abcdef',
      template: 'json',
      secret: 'hmac-key',
      quiet: true,
      secrets: ['https://h.example.com/x?sig=0123456789abcdef', '0123456789abcdef', 'hmac-key'],
    });
  });

  it.each([
    ['https://discord.com/api/webhooks/1/abc', 'discord'],
    ['https://prod-1.westeurope.logic.azure.com/workflows/1?sig=x', 'teams'],
    ['https://x.webhook.office.com/y', 'teams'],
    ['https://notdiscord.com/api', 'json'],
    ['https://proxy.example.com/#template=teams', 'teams'],
  ])('takes %s for %s', (line, template) => {
    expect(targetOf(line)).toMatchObject({ template });
  });

  it.each([
    ['slack://ops?quite=true', 'line 1: unknown setting "quite" (did you mean "quiet"?)'],
    ['slack://ops?thread_ts=now', 'thread_ts must be the timestamp of a message'],
    ['slack://ops?url=javascript:x', 'url must be a web address (got "javascript:x")'],
    ['https://h.example.com/#template=xml', 'template must be json, teams, discord (got "xml")'],
    ['https://u:p@h.example.com/', 'an address with user or password cannot be called'],
  ])('refuses %s', (line, reason) => {
    expect(reasonOf(line)).toContain(reason);
  });

  it('reports all refused lines at once, without their secret parts', () => {
    const reason = reasonOf(
      'hooks.example.com/s3cret-token\nslack://ok\nteams://example.com/s3cret-token\nfile:///s3cret-token',
    );
    expect(reason).not.toContain('s3cret');
    expect(reason).toContain('line 1: unsupported notify: a text that is not a URL');
    expect(reason).toContain('line 3: unsupported notify: teams://example.com/…');
    expect(reason).toContain('line 4: unsupported notify: file:…');
  });

  it.each(['%', 'slack://%E0', 'smtp://h/%E0%A4?password=%', 'https://'])('never throws for %j', (line) => {
    expect(() => parseTargets(line)).not.toThrow();
  });
});
