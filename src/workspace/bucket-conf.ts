import type { Diagnostic } from '../base/diagnostic.ts';
import { quoted } from '../base/quote.ts';
import { recordOf } from '../document/document.ts';
import { Findings } from '../document/findings.ts';
import { flatStrings } from '../document/flat-strings.ts';
import { parseToml, type TomlDocument } from '../document/toml.ts';
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
const DEFAULT_POOL = { min: 30000, max: 39999 } as const;

/** `bucket.conf`: variables of the bucket, the pool of ports among them (spec 01 §1.3). */
export async function readBucketConf(reader: BucketReader): Promise<BucketConfResult> {
  const findings = new Findings('ErrInvalidBucketConf');
  const source = await readText({ reader, path: FILE, subject: SUBJECT, findings });
  const document = source === 'missing' || source === 'refused' ? undefined : parseToml(source, SUBJECT, findings);
  if (!document) return { bucketVars: recordOf([]), portPool: DEFAULT_POOL, diagnostics: findings.diagnostics };
  const bucketVars = flatStrings({ source: document.source, table: document.root, findings, about: `${SUBJECT}:` });
  const portPool = readPool({ document, bucketVars, findings });
  return { bucketVars, portPool, diagnostics: findings.diagnostics };
}

interface PoolRequest {
  readonly document: TomlDocument;
  readonly bucketVars: Readonly<Record<string, string>>;
  readonly findings: Findings;
}

/** `port_range = "min,max"`; the older `port_min` and `port_max` where it is not there. */
function readPool(request: PoolRequest): Workspace['portPool'] {
  const older = ['port_min', 'port_max'].filter((key) => request.bucketVars[key] !== undefined);
  for (const key of older) warnOlder(request, key);
  const range = request.bucketVars.port_range;
  const pool = range === undefined ? readBounds(request) : readRange(range, request);
  if (!pool) return DEFAULT_POOL;
  if (pool.min >= 1 && pool.min <= pool.max && pool.max <= 65535) return pool;
  const key = range === undefined ? (older[0] ?? 'port_min') : 'port_range';
  refuse(request, key, `port_min=${pool.min} port_max=${pool.max}`);
  return DEFAULT_POOL;
}

function readRange(range: string, request: PoolRequest): Workspace['portPool'] | undefined {
  const [min, max, ...more] = range.split(',').map(integerIn);
  if (min !== undefined && max !== undefined && more.length === 0) return { min, max };
  refuse(request, 'port_range', `port_range ${quoted(range)}`, 'write port_range = "30000,39999"');
  return undefined;
}

function readBounds(request: PoolRequest): Workspace['portPool'] | undefined {
  const read = (key: string, fallback: number): number | undefined => {
    const text = request.bucketVars[key] ?? '';
    const number = text.trim() === '' ? fallback : integerIn(text);
    if (number === undefined) refuse(request, key, `${key} ${quoted(text)}`);
    return number;
  };
  const min = read('port_min', DEFAULT_POOL.min);
  const max = read('port_max', DEFAULT_POOL.max);
  return min === undefined || max === undefined ? undefined : { min, max };
}

function integerIn(text: string): number | undefined {
  return /^[+-]?\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

function warnOlder({ document, bucketVars, findings }: PoolRequest, key: string): void {
  const ignored = bucketVars.port_range === undefined ? '' : ', which is there too and counts';
  findings.warning({
    message: `bucket.conf: "${key}" is an older word for "port_range"${ignored}`,
    place: document.source.placeAt(document.root.members.get(key)?.keyStart ?? 0),
    hint: 'write port_range = "min,max"',
  });
}

function refuse({ document, findings }: PoolRequest, key: string, detail: string, hint?: string): void {
  findings.error({
    code: 'ErrInvalidPortRange',
    message: `invalid port range in bucket.conf: ${detail}`,
    place: document.source.placeAt(document.root.members.get(key)?.node.start ?? 0),
    hint,
  });
}
