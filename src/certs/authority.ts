/** Checks a CA, and returns the reason when the CA cannot be used. This file does not load the X.509 library. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Diagnostic } from '../base/diagnostic.ts';
import { messageOf } from '../base/failure.ts';
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { type Lifetime, lifetimeOf, statusOf } from './lifetime.ts';
import { parseCertificate } from './parse-certificate.ts';

/** A certificate and its private key as PEM texts. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** The source of a CA, in the words that messages use. */
export type AuthoritySource = 'secrets/ca.crt' | 'the state';

/** A CA without its key. The certificate of the CA is enough to decide which certificates must be issued again. */
export interface AuthorityView {
  /** The certificate as trimmed PEM text. */
  readonly certificate: string;
  /**
   * The SHA-256 fingerprint of the certificate. Text in the PEM file outside of the certificate does not change the
   * fingerprint.
   */
  readonly fingerprint: string;
  readonly lifetime: Lifetime;
  readonly source: AuthoritySource;
}

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

export const NEW_PAIR_HINT =
  'put a new pair in its place: openssl req -x509 -newkey rsa:4096 -nodes -days 3650 -subj "/CN=my CA" -addext keyUsage=critical,keyCertSign,cRLSign -keyout secrets/ca.key -out secrets/ca.crt';

/** Checks a CA certificate without its key. Returns the reason when the text is not the certificate of a CA. */
export function viewAuthority(certificate: string, source: AuthoritySource): Parsed<AuthorityView> {
  const leaf = parseCertificate(certificate);
  if (leaf === undefined) return refused(`${source} holds no certificate in PEM form`);
  if (!leaf.ca) return refused(`${source} holds no certificate of a CA: its basic constraints lack CA:TRUE`);
  const view = {
    certificate: certificate.trim(),
    fingerprint: leaf.fingerprint256,
    lifetime: lifetimeOf(leaf),
    source,
  };
  return parsed(view);
}

/**
 * Checks the CA certificate and the key in `secrets/`. The key must belong to the certificate and must have a supported
 * type.
 */
export function viewAuthorityPair({ certificate, key }: PemPair): Parsed<AuthorityView> {
  const view = viewAuthority(certificate, 'secrets/ca.crt');
  if (!view.ok) return view;
  const problem = keyProblem({ certificate, key });
  return problem === undefined ? view : refused(problem);
}

function keyProblem({ certificate, key }: PemPair): string | undefined {
  const privateKey = parseKey(key);
  if (typeof privateKey === 'string') return privateKey;
  const type = privateKey.asymmetricKeyType ?? 'unknown';
  const curve = privateKey.asymmetricKeyDetails?.namedCurve;
  if (type !== 'rsa' && !(type === 'ec' && CURVES.includes(curve ?? ''))) {
    return `secrets/ca.key is a key of type ${curve ?? type}: RSA, P-256, P-384 and P-521 can be used`;
  }
  const fits = new X509Certificate(certificate).checkPrivateKey(privateKey);
  return fits ? undefined : 'secrets/ca.key is not the key of secrets/ca.crt';
}

/** Returns the key, or the reason why it cannot be read. */
function parseKey(text: string): KeyObject | string {
  try {
    return createPrivateKey(text);
  } catch (thrown) {
    return /passphrase|interrupted or cancelled/i.test(messageOf(thrown))
      ? 'secrets/ca.key is protected with a passphrase: remove the passphrase, since nobody can type it here'
      : 'secrets/ca.key has no private key in PEM form (PKCS#1, PKCS#8 or EC)';
  }
}

export interface AuthorityCheck {
  readonly authority: AuthorityView;
  readonly nowMs: number;
  readonly bufferDays: number;
  /** The path of `secrets/ca.crt`, relative to the repository root. */
  readonly file: string;
}

/** Returns an error when the CA has expired or is not valid yet, and a warning when the CA must be renewed soon. */
export function judgeAuthority({ authority, nowMs, bufferDays, file }: AuthorityCheck): Diagnostic[] {
  const { lifetime, source } = authority;
  const subject =
    source === 'the state' ? 'the bucket CA certificate in the state' : `bucket CA certificate (${source})`;
  const place = source === 'the state' ? {} : { place: { file, line: 1, column: 1 } };
  const until = rfc3339(lifetime.notAfterMs);
  if (nowMs > lifetime.notAfterMs) {
    return [
      {
        severity: 'error',
        code: 'ErrExpiredCA',
        message: `${subject} expired on ${until}`,
        hint: NEW_PAIR_HINT,
        ...place,
      },
    ];
  }
  if (nowMs < lifetime.notBeforeMs) {
    const message = `${subject} is not valid before ${rfc3339(lifetime.notBeforeMs)}`;
    return [{ severity: 'error', code: 'ErrInvalidCA', message, hint: 'check the clock of this machine', ...place }];
  }
  if (statusOf(lifetime, { nowMs, bufferDays }) !== 'expiring') return [];
  const message = `${subject} expires on ${until}; its certificates are not valid for longer`;
  return [
    {
      severity: 'warning',
      code: 'ErrExpiredCA',
      message,
      hint: 'docs/certificates.md describes how to replace it',
      ...place,
    },
  ];
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
