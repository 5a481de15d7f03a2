/**
 * The blob storage behind the cache service, with the features that caches use: signed addresses, uploads in one piece or in
 * blocks, and downloads of ranges.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { CacheEntries, CacheEntry } from './cache-entries.ts';
import type { CacheFault } from './cache-faults.ts';
import { signAddress } from './cache-token.ts';

export interface BlobRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Buffer;
}

const blocks = new WeakMap<CacheEntry, Map<string, Buffer>>();

/** Answers one request for `/blob/<id>`. */
export function answerBlob(entries: CacheEntries, request: BlobRequest, fault: CacheFault | undefined): Reply {
  const { method, url, headers } = request;
  const entry = entries.byId(Number(/^\/blob\/(\d+)$/.exec(url.pathname)?.[1] ?? 0));
  if (entry === undefined) return { status: 404 };
  const use = method === 'PUT' ? 'write' : 'read';
  if (url.searchParams.get('sig') !== signAddress(entry.id, use)) return { status: 403 };
  // the real storage accepts either a signature or a header, but not both
  if (headers.authorization !== undefined) return { status: 400 };
  return use === 'write' ? upload(entry, request) : download(entry, request, fault);
}

function upload(entry: CacheEntry, { url, headers, body }: BlobRequest): Reply {
  if (entry.isFinal) return { status: 409 };
  const staged = blocks.get(entry) ?? new Map<string, Buffer>();
  blocks.set(entry, staged);
  switch (url.searchParams.get('comp') ?? 'whole') {
    case 'block':
      staged.set(url.searchParams.get('blockid') ?? '', body);
      return { status: 201 };
    case 'blocklist': {
      const ids = [...body.toString('utf8').matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map(
        ([, id]) => id as string,
      );
      const parts = ids.map((id) => staged.get(id));
      if (parts.includes(undefined)) return { status: 400 };
      entry.bytes = Buffer.concat(parts as Buffer[]);
      return { status: 201 };
    }
    default:
      if (headers['x-ms-blob-type'] !== 'BlockBlob') return { status: 400 };
      entry.bytes = body;
      return { status: 201 };
  }
}

function download({ id, bytes: stored }: CacheEntry, { method, headers }: BlobRequest, fault?: CacheFault): Reply {
  if (stored === undefined) return { status: 404 };
  const bytes = spoil(stored, fault);
  const range = /^bytes=(\d+)-(\d*)$/.exec(String(headers['x-ms-range'] ?? headers.range ?? ''));
  const from = Number(range?.[1] ?? 0);
  const to = Math.min(range?.[2] ? Number(range[2]) : Number.POSITIVE_INFINITY, bytes.length - 1);
  if (range && from > to) return { status: 416 };
  const shown = bytes.subarray(from, to + 1);
  return {
    status: range ? 206 : 200,
    headers: {
      ...(range ? { 'content-range': `bytes ${from}-${to}/${bytes.length}` } : {}),
      'content-length': shown.length,
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      etag: `"${id}"`,
      'last-modified': 'Mon, 05 Jan 2026 00:00:00 GMT',
      'x-ms-blob-type': 'BlockBlob',
    },
    ...(method === 'HEAD' ? {} : { body: shown }),
  };
}

function spoil(bytes: Buffer, fault: CacheFault | undefined): Buffer {
  if (fault?.kind === 'truncated') return bytes.subarray(0, fault.toBytes);
  if (fault?.kind !== 'corrupt') return bytes;
  const spoilt = Buffer.from(bytes);
  spoilt[fault.atByte] = (spoilt[fault.atByte] ?? 0) ^ 0xff;
  return spoilt;
}
