/** What must survive between runs, as plain data. Every reader goes through `parseDocument`. */
import type { KnownWorker } from '../catalog/types.ts';
import type { KvHistory } from '../kv/store.ts';

export const STATE_FORMAT = 1;

/** One delivered tree: what was on a worker at some time. `hash` names an entry of `trees`. */
export interface DeployedTree {
  readonly hash: string;
  readonly version: string;
}

export interface AllocationRecord {
  readonly id: string;
  readonly job: string;
  readonly host: string;
  readonly disabled: boolean;
  readonly removed: boolean;
  /** Version promoted last, `0.0.0` before the first promote. */
  readonly currentVersion: string;
  /** What is deployed and known to be well; absent: must be started. */
  readonly promoted?: DeployedTree;
  /** The lifecycle command ran with this tree, health is not confirmed yet. */
  readonly applied?: DeployedTree;
  /** Hash of the tree that was sent last, noted before it is sent: what lies on the worker may be newer than what runs there. */
  readonly delivered?: string;
  /** Its lifecycle command counts as not run, whatever the worker noted: a hook that belongs to it failed. */
  readonly repeat?: true;
  /** A disabled allocation that was stopped already. */
  readonly stopped?: true;
}

/** Relative path → keyed digest of mode and content. */
export type TreeFiles = Readonly<Record<string, string>>;

/** The bucket's CA, and what the certificates of each job were made from. */
export interface CertificateRecord {
  /** PEM texts; the key is sealed. */
  readonly authority: { readonly certificate: string; readonly sealedKey: string };
  /** Fingerprint of the CA that signed what the KV store holds; empty before the first build. */
  readonly issuedBy: string;
  /** Job → digest of the `certs` of its manifest. */
  readonly jobs: Readonly<Record<string, string>>;
}

export interface StateDocument {
  readonly format: typeof STATE_FORMAT;
  /** `state_name` and environment: whose state this is. */
  readonly name: string;
  /** Random, made once; also the lineage of the state. */
  readonly bucketId: string;
  /** Grows by one with every saved document. */
  readonly serial: number;
  readonly updateSeq: number;
  /** Digest of the workspace that was built last; empty before the first build. */
  readonly builtDigest: string;
  /** Key of the content digests, sealed: digests of files that hold short secrets must not be guessable. */
  readonly hashKey: string;
  readonly workers: Readonly<Record<string, KnownWorker>>;
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly allocations: readonly AllocationRecord[];
  readonly trees: Readonly<Record<string, TreeFiles>>;
  /** Jobs whose `post_deploy` has not succeeded since their last rollout. */
  readonly postDeployPending: readonly string[];
  /** `host:port` → key line seen first (`host-key-policy: accept-new`). */
  readonly hostKeys: Readonly<Record<string, string>>;
  /** Absent: no build has needed a CA yet. */
  readonly certificates?: CertificateRecord;
  readonly kv: KvHistory;
  /** Workers that hold copies of the state, sorted; absent where it is kept in a file. */
  readonly members?: readonly string[];
  /** What operators overrode by hand, oldest first. */
  readonly repairs?: readonly RepairRecord[];
}

/** One `state recover` or `state adopt`. */
export interface RepairRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly runId: string;
  /** What was overridden or taken over, with the evidence. */
  readonly what: string;
  /** The operator's own words. */
  readonly reason: string;
}

/** A state that is there but cannot be used; the message says why. */
export class StateFormatError extends Error {
  override readonly name: string = 'StateFormatError';
}

/** A state of a newer version: never to be overwritten. */
export class NewerStateError extends StateFormatError {
  override readonly name = 'NewerStateError';
}

/** JSON text → document. Throws `StateFormatError` for anything that this version did not write. */
export function parseDocument(text: string): StateDocument {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('format' in value)) {
    throw new StateFormatError('it is not a state document');
  }
  const { format } = value;
  if (typeof format === 'number' && format > STATE_FORMAT) {
    throw new NewerStateError(
      `it has format ${format}, written by a newer version; this one knows format ${STATE_FORMAT}`,
    );
  }
  const missing: (readonly [string, string])[] = REQUIRED.filter(
    ([field, type]) => !hasType((value as Record<string, unknown>)[field], type),
  );
  if (missing.length === 0) missing.push(...strangeParts(value as StateDocument).map((part) => [part, ''] as const));
  if (format !== STATE_FORMAT || missing.length > 0) {
    throw new StateFormatError(
      `it is damaged: ${missing.map(([field]) => field).join(', ') || 'format'} missing or of a wrong type`,
    );
  }
  return value as StateDocument;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Values that are there and cannot be ours; ids become paths on workers. */
function strangeParts(document: StateDocument): string[] {
  const { bucketId, allocations, kv, workers, ports, trees, hostKeys, certificates, repairs = [] } = document;
  const isRow = (row: unknown) => isObject(row) && hasType(row.value, 'string') && hasType(row.version, 'count');
  const isHistory = (rows: unknown) => Array.isArray(rows) && rows.length > 0 && rows.every(isRow);
  const isRecord = (record: unknown) =>
    isObject(record) && ['id', 'job', 'host', 'currentVersion'].every((field) => hasType(record[field], 'string'));
  const every = (part: object, test: (value: unknown) => boolean) => Object.values(part).every(test);
  const checks: readonly (readonly [string, boolean])[] = [
    ['bucketId', UUID.test(bucketId)],
    ['allocations', allocations.every(isRecord)],
    ['kv', every(kv, (keys) => isObject(keys) && every(keys, isHistory))],
    ['workers', every(workers, (known) => isObject(known) && hasType(known.root, 'string'))],
    ['ports', every(ports, (numbers) => isObject(numbers) && every(numbers, (number) => hasType(number, 'count')))],
    ['trees', every(trees, (files) => isObject(files) && every(files, (digest) => hasType(digest, 'string')))],
    ['repairs', Array.isArray(repairs)],
    ['hostKeys', every(hostKeys, (line) => hasType(line, 'string'))],
    ['certificates', certificates === undefined || isCertificateRecord(certificates)],
  ];
  return checks.flatMap(([part, isSound]) => (isSound ? [] : [part]));
}

function isCertificateRecord(value: unknown): boolean {
  if (!isObject(value) || !isObject(value.authority) || !isObject(value.jobs)) return false;
  const { authority, issuedBy, jobs } = value;
  const texts = [authority.certificate, authority.sealedKey, issuedBy, ...Object.values(jobs)];
  return texts.every((text) => hasType(text, 'string'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return hasType(value, 'object');
}

const REQUIRED: readonly (readonly [keyof StateDocument, 'string' | 'count' | 'object' | 'list'])[] = [
  ['name', 'string'],
  ['bucketId', 'string'],
  ['serial', 'count'],
  ['updateSeq', 'count'],
  ['builtDigest', 'string'],
  ['hashKey', 'string'],
  ['workers', 'object'],
  ['ports', 'object'],
  ['allocations', 'list'],
  ['trees', 'object'],
  ['postDeployPending', 'list'],
  ['hostKeys', 'object'],
  ['kv', 'object'],
];

function hasType(value: unknown, type: 'string' | 'count' | 'object' | 'list'): boolean {
  if (type === 'count') return Number.isSafeInteger(value) && (value as number) >= 0;
  if (type === 'list') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new StateFormatError('it is not JSON', { cause: thrown });
  }
}
