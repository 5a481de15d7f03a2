/** Reads `workspace/bucket.conf`: the variables of the bucket and its pool of port numbers. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { misspelling } from '../base/text/nearest-name.ts';
import { quoted } from '../base/text/quote.ts';
import { type DocumentNode, recordOf } from '../document/document.ts';
import { dropMember, replace, spanOf } from '../document/edits.ts';
import { Findings } from '../document/findings.ts';
import { flatStrings } from '../document/flat-strings.ts';
import { parseToml, type TomlDocument } from '../document/toml.ts';
import { OlderWords } from './older/older-words.ts';
import type { BucketReader } from './reader.ts';
import { readText } from './text-file.ts';
import type { Workspace } from './types.ts';

export interface BucketConfResult {
  readonly bucketVars: Workspace['bucketVars'];
  readonly portPool: Workspace['portPool'];
  readonly diagnostics: readonly Diagnostic[];
}

const FILE = 'workspace/bucket.conf';
const SUBJECT = 'invalid bucket.conf';
const OLDER = ['port_min', 'port_max'] as const;
const DEFAULT_POOL = { min: 30000, max: 39999 } as const;

/** Reads `bucket.conf`. Every key is a variable of the bucket. The key `port_range` also sets the port pool. */
export async function readBucketConf(reader: BucketReader): Promise<BucketConfResult> {
  const findings = new Findings('ErrInvalidBucketConf');
  const source = await readText({ reader, path: FILE, subject: SUBJECT, findings });
  const document = source === 'missing' || source === 'refused' ? undefined : parseToml(source, SUBJECT, findings);
  if (!document) return { bucketVars: recordOf([]), portPool: DEFAULT_POOL, diagnostics: findings.diagnostics };
  const bucketVars = flatStrings({ source: document.source, table: document.root, findings, about: `${SUBJECT}:` });
  refuseMisspelt(document, findings);
  const portPool = readPool({ document, bucketVars, findings });
  return { bucketVars, portPool, diagnostics: findings.diagnostics };
}

/**
 * Refuses a variable whose name is a misspelling of `port_range`, `port_min` or `port_max`. Otherwise the default port
 * pool would be used, and the ports of all jobs could change.
 */
function refuseMisspelt({ source, root }: TomlDocument, findings: Findings): void {
  const keys = ['port_range', ...OLDER];
  for (const [key, { keyStart }] of root.members) {
    const meant = keys.includes(key) ? undefined : misspelling(key, keys);
    if (!meant) continue;
    const message = `${SUBJECT}: unknown key ${quoted(key)}`;
    findings.error({ message, place: source.placeAt(keyStart), hint: meant.hint });
  }
}

interface PoolRequest {
  readonly document: TomlDocument;
  readonly bucketVars: Readonly<Record<string, string>>;
  readonly findings: Findings;
}

/** Reads `port_range = "min,max"`, or the older `port_min` and `port_max` when `port_range` is missing. */
function readPool(request: PoolRequest): Workspace['portPool'] {
  const written = Object.keys(request.bucketVars); // in the order of the file
  const older = written.flatMap((key) => OLDER.find((one) => one === key) ?? []);
  const range = request.bucketVars.port_range;
  const pool = range === undefined ? readBounds(request) : readRange(range, request);
  reportOlder({ ...request, older, pool: pool ?? DEFAULT_POOL });
  if (!pool) return DEFAULT_POOL;
  if (pool.min >= 1 && pool.min <= pool.max && pool.max <= 65535) return pool;
  const key = range === undefined ? (older[0] ?? 'port_min') : 'port_range';
  refuse(request, { key, detail: `port_min=${pool.min} port_max=${pool.max}` });
  return DEFAULT_POOL;
}

function readRange(range: string, request: PoolRequest): Workspace['portPool'] | undefined {
  const [min, max, ...more] = range.split(',').map(integerIn);
  if (min !== undefined && max !== undefined && more.length === 0) return { min, max };
  refuse(request, {
    key: 'port_range',
    detail: `port_range ${quoted(range)}`,
    hint: 'write port_range = "30000,39999"',
  });
  return undefined;
}

function readBounds(request: PoolRequest): Workspace['portPool'] | undefined {
  const read = (key: string, fallback: number): number | undefined => {
    const text = request.bucketVars[key] ?? '';
    const number = text.trim() === '' ? fallback : integerIn(text);
    if (number === undefined) refuse(request, { key, detail: `${key} ${quoted(text)}` });
    return number;
  };
  const min = read('port_min', DEFAULT_POOL.min);
  const max = read('port_max', DEFAULT_POOL.max);
  return min === undefined || max === undefined ? undefined : { min, max };
}

function integerIn(text: string): number | undefined {
  return /^[+-]?\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

interface OlderPool extends PoolRequest {
  readonly older: readonly (typeof OLDER)[number][];
  readonly pool: Workspace['portPool'];
}

/**
 * Reports the older keys. The repair replaces the first older key with `port_range` and removes the second older key.
 */
function reportOlder({ document, bucketVars, findings, older, pool }: OlderPool): void {
  const words = new OlderWords({ source: document.source, findings, title: 'bucket.conf' });
  const today = document.root.members.get('port_range');
  const own = { port_min: pool.min, port_max: pool.max };
  for (const [index, key] of older.entries()) {
    const member = document.root.members.get(key);
    if (!member) continue;
    const says = integerIn(bucketVars[key] ?? '') ?? own[key];
    const rivals = today && ([scalarOf(says, member.node), scalarOf(own[key], today.node)] as const);
    const range = replace(spanOf(member), `port_range = "${pool.min},${pool.max}"`);
    const edit = index === 0 && !today ? range : dropMember(document.source, document.root, key);
    words.report({
      older: key,
      today: 'port_range',
      start: member.keyStart,
      edits: [edit],
      ...(rivals && { rivals }),
      hint: 'write port_range = "min,max"',
    });
  }
}

const scalarOf = (value: number, { start, end }: DocumentNode): DocumentNode => ({ kind: 'scalar', value, start, end });

interface Refusal {
  readonly key: string;
  readonly detail: string;
  readonly hint?: string;
}

function refuse({ document, findings }: PoolRequest, { key, detail, hint }: Refusal): void {
  findings.error({
    code: 'ErrInvalidPortRange',
    message: `invalid port range in bucket.conf: ${detail}`,
    place: document.source.placeAt(document.root.members.get(key)?.node.start ?? 0),
    hint,
  });
}
