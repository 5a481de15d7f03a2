/** Decides whether to trust the key that a host shows. */
import type { TransportProblem } from '../../port.ts';
import { findKnownHosts, fingerprint, hostName, type KnownHost, type KnownHosts, keyTypeOf } from './known-hosts.ts';

/** Which host keys are trusted, and what happens to the first key of an unknown host. */
export interface HostKeyPolicy {
  readonly policy: 'strict' | 'accept-new';
  readonly knownHosts: KnownHosts;
  /** Name of the file to which people should add a line. It is the first source of known_hosts text. */
  readonly source: string;
  /**
   * Called with the line of each key that `accept-new` accepted. The call follows the host's proof that it owns the
   * key.
   */
  readonly onNewHostKey: (host: string, port: number, keyLine: string) => void;
}

/** The host that the key belongs to. */
export interface KeyOwner {
  /** Name of the host in messages, such as `worker 10.0.0.1` or `jump host bastion`. */
  readonly title: string;
  readonly host: string;
  readonly port: number;
  /** Pinned key from `workers.json`, such as `ssh-ed25519 AAAA…`. When it is set, no other key is accepted. */
  readonly pinned: string | undefined;
}

export type HostKeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'new'; readonly keyLine: string }
  | { readonly kind: 'refused'; readonly problem: TransportProblem };

/** The rules for the key of one host, before the host has shown its key. */
export type HostKeyExpectation =
  | { readonly kind: 'refused'; readonly problem: TransportProblem }
  | {
      readonly kind: 'ready';
      /**
       * Key types to offer. They are limited to the types of the known keys, so that the host shows a key that can be
       * compared.
       */
      readonly algorithms: readonly HostKeyAlgorithm[];
      /** Judges the key that the host shows. Must be synchronous, because `ssh2` treats a promise as acceptance. */
      readonly judge: (blob: Uint8Array) => HostKeyVerdict;
    };

const ALGORITHMS = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
} as const;

type KeyType = keyof typeof ALGORITHMS;
export type HostKeyAlgorithm = (typeof ALGORITHMS)[KeyType][number];

/**
 * Decides which key types to request from a host, and how to judge the key that the host shows. Refuses a doubtful key.
 */
export function expectHostKey(owner: KeyOwner, policy: HostKeyPolicy): HostKeyExpectation {
  const lines = linesFor(owner, policy.knownHosts);
  const trusted = lines.filter((line) => line.marker === 'none');
  if (trusted.length === 0 && lines.some((line) => line.marker === 'cert-authority')) {
    return { kind: 'refused', problem: onlyCertified(owner, lines) };
  }
  const types = Object.keys(ALGORITHMS) as KeyType[];
  const wanted = trusted.length === 0 ? types : types.filter((type) => trusted.some((line) => line.keyType === type));
  if (wanted.length === 0) return { kind: 'refused', problem: noUsableType(owner, trusted) };
  return {
    kind: 'ready',
    algorithms: wanted.flatMap((type) => ALGORITHMS[type]),
    judge: (blob) => judge({ blob, owner, lines, policy }),
  };
}

/** Returns the problem for a host that has no key of a known type. */
export function noCommonKeyType(owner: KeyOwner, policy: HostKeyPolicy): TransportProblem {
  const types = linesFor(owner, policy.knownHosts).map((line) => `${line.keyType} (${place(line)})`);
  const known =
    types.length > 0 ? `of the types known for it: ${[...new Set(types)].join(', ')}` : 'type that is safe to use';
  return problem(owner, `${owner.title} has no host key ${known}`, {
    hint: `compare with \`ssh-keyscan -p ${owner.port} ${owner.host}\`; if the worker was reinstalled, replace the line`,
  });
}

function linesFor(owner: KeyOwner, known: KnownHosts): readonly KnownHost[] {
  const lines = findKnownHosts(known, owner.host, owner.port);
  if (owner.pinned === undefined) return lines;
  const [keyType = '', key = ''] = owner.pinned.trim().split(/\s+/);
  const hosts = hostName(owner.host, owner.port);
  const pinned = {
    marker: 'none',
    hosts,
    keyType,
    key: key.replace(/=+$/, ''),
    source: 'workers.json',
    line: 0,
  } as const;
  return [pinned, ...lines.filter((line) => line.marker === 'revoked')];
}

function judge(shown: {
  readonly blob: Uint8Array;
  readonly owner: KeyOwner;
  readonly lines: readonly KnownHost[];
  readonly policy: HostKeyPolicy;
}): HostKeyVerdict {
  const { blob, owner, lines, policy } = shown;
  const bytes = Buffer.from(blob);
  const key = bytes.toString('base64').replace(/=+$/, '');
  const revoked = lines.find((line) => line.marker === 'revoked' && line.key === key);
  if (revoked) return { kind: 'refused', problem: isRevoked(owner, revoked, bytes) };
  const trusted = lines.filter((line) => line.marker === 'none');
  if (trusted.some((line) => line.key === key)) return { kind: 'known' };
  const keyLine = `${hostName(owner.host, owner.port)} ${keyTypeOf(bytes) ?? 'unknown'} ${bytes.toString('base64')}`;
  if (trusted.length > 0) return { kind: 'refused', problem: hasChanged(owner, trusted, { bytes, keyLine }) };
  if (policy.policy === 'accept-new') return { kind: 'new', keyLine };
  return { kind: 'refused', problem: isUnknown(owner, policy, { bytes, keyLine }) };
}

interface ShownKey {
  readonly bytes: Buffer;
  readonly keyLine: string;
}

function isUnknown(owner: KeyOwner, policy: HostKeyPolicy, { bytes, keyLine }: ShownKey): TransportProblem {
  const message = `the host key of ${owner.title} is not known: it shows ${describeKey(bytes)}`;
  const { unreadable } = policy.knownHosts;
  const skipped = unreadable.length > 0 ? ` (these lines could not be read: ${unreadable.join(', ')})` : '';
  return problem(owner, message, {
    hint: `if the fingerprint is the worker's, add this line to ${policy.source}${skipped}: ${keyLine}`,
  });
}

function hasChanged(owner: KeyOwner, trusted: readonly KnownHost[], { bytes, keyLine }: ShownKey): TransportProblem {
  const type = keyTypeOf(bytes);
  const old = trusted.find((line) => line.keyType === type) ?? (trusted[0] as KnownHost);
  const oldKey = describeKey(Buffer.from(old.key, 'base64'));
  const message = `the host key of ${owner.title} has changed: it shows ${describeKey(bytes)}, but ${place(old)} says ${oldKey}`;
  const what =
    old.line === 0
      ? `host_key in workers.json with: ${keyLine.split(' ').slice(1).join(' ')}`
      : `${place(old)} with: ${keyLine}`;
  return problem(owner, message, {
    hint: `somebody may be listening in. Only if you know that the worker was reinstalled, replace ${what}`,
  });
}

function isRevoked(owner: KeyOwner, line: KnownHost, bytes: Buffer): TransportProblem {
  return problem(owner, `the host key of ${owner.title}, ${describeKey(bytes)}, is revoked by ${place(line)}`, {
    hint: 'give the worker new host keys; do not use the revoked one',
  });
}

function onlyCertified(owner: KeyOwner, lines: readonly KnownHost[]): TransportProblem {
  const places = lines.filter((line) => line.marker === 'cert-authority').map(place);
  return problem(
    owner,
    `${owner.title} is known only by a certificate authority (${places.join(', ')}), and host certificates cannot be verified here`,
    { hint: `add the worker's plain host key as well: ssh-keyscan -p ${owner.port} ${owner.host}` },
  );
}

function noUsableType(owner: KeyOwner, trusted: readonly KnownHost[]): TransportProblem {
  const known = trusted.map((line) => `${line.keyType} (${place(line)})`).join(', ');
  return problem(owner, `the only key known for ${owner.title} is of a type that cannot be used here: ${known}`, {
    hint: `add its ssh-ed25519, ecdsa or rsa key: ssh-keyscan -p ${owner.port} ${owner.host}`,
  });
}

function describeKey(bytes: Buffer): string {
  return `${keyTypeOf(bytes) ?? 'a key of unknown type'} ${fingerprint(bytes)}`;
}

function place(line: KnownHost): string {
  return line.line === 0 ? `host_key in ${line.source}` : `${line.source}:${line.line}`;
}

function problem(owner: KeyOwner, message: string, { hint }: { readonly hint: string }): TransportProblem {
  return { kind: 'host-key', host: owner.host, message, hint };
}
