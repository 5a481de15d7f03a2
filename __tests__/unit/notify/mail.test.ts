import { describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { startSmtp } from '../../support/smtp-receiver.ts';
import { notices, openRig } from './rig.ts';

const OPEN = { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] };
const target = (port: number, settings: string) => `smtp://127.0.0.1:${port}/ops@example.com?${settings}`;
const LOGIN = 'username=deployer@example.com&password=mail-password';

describe('mail', () => {
  it('brings a message to its recipient, from the user', async () => {
    await using smtp = await startSmtp(OPEN);
    const rig = await openRig(target(smtp.port, `${LOGIN}&tls=false`));
    await rig.send(notices.started);
    expect(rig.warnings).toEqual([]);
    expect(smtp.logins).toEqual(['deployer@example.com:mail-password']);
    expect(smtp.mails).toEqual([
      {
        from: 'deployer@example.com',
        to: ['ops@example.com'],
        subject: 'maand notification',
        text: 'shop: deploy of 1 job started: api\n\nHost: runner-1\nUser: deployer\nWorking dir: /srv/shop\n-- \nsent by maand\n',
        secure: false,
      },
    ]);
  });

  it('sends the result of a hook, with a verdict after the configured subject', async () => {
    await using smtp = await startSmtp(OPEN);
    const rig = await openRig(target(smtp.port, 'tls=false&subject=Shop'), {
      env: { MAIL_USERNAME: 'user', MAIL_PASSWORD: 'mail-password', MAIL_FROM: 'maand@example.com' },
    });
    await rig.send(notices.hookFailed, notices.hookSucceeded);
    expect(smtp.mails.map(({ from, subject }) => [from, subject])).toEqual([
      ['maand@example.com', 'Shop Before Deploy Hook FAILED'],
      ['maand@example.com', 'Shop Before Deploy Hook SUCCESS'],
    ]);
    expect(smtp.mails[0]?.text).toBe(
      'Before Deploy Hook FAILED\n\nCommand: ./checks.sh\nExit Code: 1\nDuration: 2.5s\n\nSTDOUT:\nall fine\n\nSTDERR:\ndisk full\n\n' +
        'Host: runner-1\nUser: deployer\nWorking dir: /srv/shop\n-- \nsent by maand\n',
    );
    expect(smtp.mails[1]?.text).not.toContain('STDERR');
  });

  it.each([
    ['smtp:///ops@example.com?username=u&password=p', 'mail host is required'],
    ['smtp://h/ops@example.com?password=p', 'mail username is required'],
    ['smtp://h/ops@example.com?username=u', 'mail password is required'],
    ['smtp://h?username=u&password=p', 'mail to address is required'],
  ])('warns that %s cannot be used', async (line, problem) => {
    expect((await openRig(line)).warnings).toEqual([expect.stringContaining(`${problem}; nothing is sent there`)]);
  });

  it('sends no password to a server without TLS, unless the URL allows it', async () => {
    await using smtp = await startSmtp(OPEN);
    const rig = await openRig(target(smtp.port, LOGIN));
    await rig.send(notices.started);
    expect(rig.warnings).toEqual([expect.stringMatching(/^Mail send failure: mail 127\.0\.0\.1: /)]);
    expect(smtp).toMatchObject({ mails: [], logins: [] });
  });

  it('refuses a certificate that is not trusted', async () => {
    await using smtp = await startSmtp();
    const rig = await openRig(target(smtp.port, LOGIN));
    await rig.send(notices.hookFailed);
    expect(rig.warnings).toEqual([expect.stringMatching(/^Mail hook result send failure: .*certificate/)]);
    expect(smtp).toMatchObject({ mails: [], logins: [] });
  });

  it('makes one attempt with a wrong password, and does not show the password', async () => {
    await using smtp = await startSmtp(OPEN);
    const rig = await openRig(target(smtp.port, 'username=u&password=wrong-password&tls=false'));
    await rig.send(notices.started);
    expect(rig.warnings).toEqual([expect.stringContaining('Invalid login')]);
    expect(rig.warnings.join()).not.toContain('wrong-password');
    expect(smtp.logins).toHaveLength(1);
  });

  it('makes three attempts when no server listens', async () => {
    const rig = await openRig(target(await freePort('127.0.0.1'), `${LOGIN}&tls=false`));
    await rig.send(notices.started);
    expect(rig.warnings).toEqual([expect.stringMatching(/ECONNREFUSED.*\(3 attempts\)$/)]);
  });
});
