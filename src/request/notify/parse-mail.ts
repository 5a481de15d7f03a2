/** Parses the mail targets of `notify`. */
import type { Parsed } from '../../base/parsed.ts';
import type { MailTarget } from './target.ts';
import { decoded, UrlSettings } from './url-settings.ts';

const SUBMISSION_PORT = 587;
/** The standard port for connections that start with TLS. */
const TLS_PORT = 465;
const NAMES = ['username', 'password', 'from', 'subject', 'tls', 'quiet'];

/**
 * Parses `smtp://HOST[:PORT]/RECIPIENT?username=…&password=…`. A missing setting is not reported here but when the channel is
 * opened.
 */
export function parseMail(url: URL): Parsed<MailTarget> {
  const settings = new UrlSettings(url.searchParams, NAMES);
  const password = settings.text('password') ?? (decoded(url.password) || undefined);
  const port = url.port === '' ? SUBMISSION_PORT : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return settings.finish({
    kind: 'mail',
    label: host === '' ? 'mail' : `mail ${host}`,
    host,
    port,
    to: decoded(url.pathname.replace(/^\//, '')),
    username: settings.text('username') ?? (decoded(url.username) || undefined),
    password,
    from: settings.text('from'),
    subject: settings.text('subject'),
    quiet: settings.flag('quiet'),
    tls: tlsOf(settings, port),
    secrets: password === undefined ? [] : [password],
  });
}

/** Returns the TLS mode. TLS is off only for `tls=false`, `tls=0` or `tls=f`. */
function tlsOf(settings: UrlSettings, port: number): MailTarget['tls'] {
  if (/^(0|f|F|false|FALSE|False)$/.test(settings.text('tls') ?? '')) return 'none';
  return port === TLS_PORT ? 'from-start' : 'upgrade';
}
