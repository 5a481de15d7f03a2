/** Sends notices as mail over SMTP. The mail library is loaded together with this file. */
import { connect, type Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Notice } from '../report/notice.ts';
import type { MailTarget } from '../request/notify/target.ts';
import {
  type Channel,
  type ChannelSurroundings,
  type MessageOutcome,
  networkReason,
  SOON_MS,
  type Unusable,
} from './channel.ts';
import { mailText } from './mail-message.ts';

interface Mailbox {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string | undefined;
  readonly tls: MailTarget['tls'];
}

export function openMail(target: MailTarget, { env, origin }: ChannelSurroundings): Channel | Unusable {
  const username = target.username ?? env.MAIL_USERNAME ?? '';
  const password = target.password ?? env.MAIL_PASSWORD ?? '';
  const from = target.from ?? (env.MAIL_FROM || username);
  const mailbox = { ...target, username, password, from };
  const missing = missingPart(mailbox);
  if (missing !== undefined) return { problem: `mail ${missing} is required` };
  return {
    label: target.label,
    quiet: target.quiet,
    failure: { message: 'Mail send failure', hook: 'Mail hook result send failure' },
    send: async (notice, signal) => deliver(mailbox, toMail(notice), signal),
  };

  function toMail(notice: Notice) {
    return { from, to: target.to, ...mailText(notice, origin, target.subject) };
  }
}

function missingPart({ host, username, password, from, to }: Mailbox): string | undefined {
  const parts = { host, username, password, 'from address': from, 'to address': to };
  return Object.entries(parts).find(([, value]) => value === '')?.[0];
}

interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * Delivers one mail. The library cannot be aborted, so this function opens the connection itself and closes it when the
 * signal is aborted.
 */
async function deliver(mailbox: Mailbox, mail: Mail, signal: AbortSignal): Promise<MessageOutcome> {
  const { host, port, username, password, tls } = mailbox;
  let socket: Socket;
  try {
    socket = await dial(host, port, signal);
  } catch (thrown) {
    return { kind: 'failed', problem: networkReason(thrown), again: SOON_MS };
  }
  const end = (): void => void socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    const transport = createTransport({
      host,
      port,
      connection: socket,
      secure: tls === 'from-start',
      ...(tls === 'upgrade' ? { requireTLS: true } : {}),
      ...(tls === 'none' ? { ignoreTLS: true } : {}),
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
      auth: { user: username, pass: password },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    await transport.sendMail(mail);
    return { kind: 'sent' };
  } catch (thrown) {
    return problemOf(signal.aborted ? signal.reason : thrown);
  } finally {
    signal.removeEventListener('abort', end);
    socket.destroy();
  }
}

function dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((connected, failed) => {
    const socket = connect({ host, port });
    const abort = (): void => void socket.destroy(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', failed);
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', failed);
      connected(socket);
    });
    if (signal.aborted) abort();
  });
}

/**
 * Returns the problem. SMTP codes 4xx and connection errors are temporary. Certificate errors and codes 5xx are permanent.
 */
function problemOf(thrown: unknown): MessageOutcome {
  const { code, responseCode } = thrown as { readonly code?: string; readonly responseCode?: number };
  const isPermanent = code === 'EAUTH' || code === 'ETLS' || code === 'EENVELOPE' || (responseCode ?? 0) >= 500;
  const problem = networkReason(thrown);
  return isPermanent ? { kind: 'failed', problem } : { kind: 'failed', problem, again: SOON_MS };
}
