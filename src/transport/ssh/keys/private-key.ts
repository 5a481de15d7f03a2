/** Repairs and parses the private key that the user gave. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import { Failure, messageOf } from '../../../base/failure.ts';
import { toOpenSshText } from './openssh-key.ts';

/**
 * The text of a private key and its passphrase. `source` names the key in messages, such as `input ssh-private-key` or
 * `secrets/worker.key`.
 */
export interface PrivateKeyText {
  readonly text: string;
  readonly source: string;
  readonly passphrase?: string | undefined;
}

type Parse = (text: string, passphrase?: string) => ParsedKey | Error;

const ARMOUR = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/;

/**
 * Repairs the usual damage from copying a key: CRLF, indentation, a literal `
 * `, all text on one line, or no last line break. Throws a `Failure` (exit code 2) when the text is clearly not a
 * private key, or when its passphrase is missing. Needs no SSH library.
 */
export function repairPrivateKey(key: PrivateKeyText): string {
  const text = key.text
    .replace(/^\uFEFF/, '')
    .replaceAll('\\n', '\n')
    .trim();
  if (text === '') throw refuse(key, 'is empty');
  if (text.startsWith('PuTTY-User-Key-File')) {
    throw refuse(key, 'is in the format of PuTTY', { hint: 'convert it: puttygen KEY.ppk -O private-openssh -o KEY' });
  }
  const [, label, body] = ARMOUR.exec(text) ?? [];
  if (label === undefined || body === undefined) throw refuse(key, `is not a private key: ${whatElse(text)}`);
  if (!label.endsWith('PRIVATE KEY')) throw refuse(key, `is not a private key but a ${label.toLowerCase()}`);
  const repaired = rearmour(label, body);
  if (isEncrypted(label, body) && !key.passphrase) {
    throw refuse(key, 'is encrypted and no passphrase was given', {
      hint: 'set ssh-passphrase (MAAND_SSH_PASSPHRASE)',
    });
  }
  return repaired;
}

/**
 * Parses a private key once for all connections, because opening an encrypted key takes a third of a second. `parse` is
 * the function of `ssh2` and reads OpenSSH's own format; Node's crypto reads all other formats. Throws a `Failure`
 * (exit code 2) when the key cannot be used.
 */
export function parsePrivateKey(key: PrivateKeyText, parse: Parse): ParsedKey {
  const text = repairPrivateKey(key);
  const parsed = text.startsWith('-----BEGIN OPENSSH') ? parse(text, key.passphrase) : parse(fromPem(key, text));
  if (parsed instanceof Error) {
    if (key.passphrase && /passphrase|bad decrypt|integrity check/i.test(parsed.message)) {
      throw refuse(key, WRONG_PASSPHRASE, { hint: PASSPHRASE_HINT, cause: parsed });
    }
    throw refuse(key, reasonOf(parsed.message), { cause: parsed });
  }
  if (!parsed.isPrivateKey()) throw refuse(key, 'has no private key');
  if (parsed.type === 'ssh-dss') throw refuse(key, 'is a DSA key, which no current sshd accepts', { hint: GENERATE });
  return parsed;
}

const WRONG_PASSPHRASE = 'cannot be opened with the passphrase that was given';
const PASSPHRASE_HINT =
  'check ssh-passphrase (MAAND_SSH_PASSPHRASE); if it is right, the key is damaged: give the whole text of its file';
const GENERATE = 'make a new one: ssh-keygen -t ed25519 -N "" -f worker.key';

function fromPem(key: PrivateKeyText, text: string): string {
  let opened: KeyObject;
  try {
    opened = createPrivateKey({ key: text, ...(key.passphrase ? { passphrase: key.passphrase } : {}) });
  } catch (thrown) {
    if (isEncryptedPem(text)) throw refuse(key, WRONG_PASSPHRASE, { hint: PASSPHRASE_HINT, cause: thrown });
    throw refuse(key, reasonOf(messageOf(thrown)), { cause: thrown });
  }
  const openSsh = toOpenSshText(opened);
  if (openSsh === undefined) {
    throw refuse(key, `is a ${opened.asymmetricKeyType} key, which cannot be used for SSH`, { hint: GENERATE });
  }
  return openSsh;
}

function rearmour(label: string, body: string): string {
  const lines = body.split(/\r\n|\r|\n/).map((line) => line.trim());
  const headers = lines.filter((line) => line.includes(':'));
  const base64 = lines
    .filter((line) => !line.includes(':'))
    .join('')
    .replace(/\s+/g, '');
  const wrapped = base64.match(/.{1,64}/g)?.join('\n') ?? '';
  const head = headers.length > 0 ? `${headers.join('\n')}\n\n` : '';
  return `-----BEGIN ${label}-----\n${head}${wrapped}\n-----END ${label}-----\n`;
}

/**
 * Returns whether the PEM text is encrypted. The error message is not enough to detect a wrong passphrase: about one in
 * 256 passes the padding check, and OpenSSL then reports malformed data.
 */
const isEncryptedPem = (text: string): boolean =>
  /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(text);

function isEncrypted(label: string, body: string): boolean {
  if (isEncryptedPem(`-----BEGIN ${label}-----\n${body}`)) return true;
  if (label !== 'OPENSSH PRIVATE KEY') return false;
  // The name of the cipher follows the 15 bytes of magic and the 4 bytes that contain its length.
  const head = Buffer.from(body.replace(/\s+/g, '').slice(0, 64), 'base64');
  const isOpenSsh = head.toString('latin1', 0, 14) === 'openssh-key-v1';
  return isOpenSsh && head.toString('latin1', 19, 23) !== 'none';
}

function whatElse(text: string): string {
  if (/^(ssh-|ecdsa-|sk-)\S+ AAAA/.test(text)) return 'it is a public key; give the file without .pub';
  if (text.includes('-----BEGIN')) return 'its END line is missing, so the text is incomplete';
  return 'it has no line "-----BEGIN … PRIVATE KEY-----"';
}

function reasonOf(message: string): string {
  return `cannot be read: ${message.replace(/^error:[0-9A-F]+:/, '')}`;
}

interface Advice {
  /** Default: a hint to provide the whole text of the file. */
  readonly hint?: string;
  readonly cause?: unknown;
}

function refuse(key: PrivateKeyText, what: string, { hint, cause }: Advice = {}): Failure {
  return new Failure(`the SSH private key from ${key.source} ${what}`, {
    exitCode: 2,
    hint: hint ?? 'give the whole text of the key file, from its BEGIN line to its END line',
    cause,
  });
}
