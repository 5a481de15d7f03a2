/**
 * Uploads and downloads the contents of entries, one `PUT` or one `GET` each, at the signed addresses that the cache
 * service returns. These requests carry no token.
 */
import { callHttp } from './http-call.ts';
import { type Trouble, unavailable } from './types.ts';

/** What every entry of this program looks like. */
export interface EntryShape {
  /** Name of the format; entries of other formats are never seen. */
  readonly format: string;
  /** The first bytes of every entry. */
  readonly magic: Buffer;
  readonly largestBytes: number;
}

export interface UploadRequest {
  readonly url: string;
  readonly bytes: Buffer;
  readonly signal: AbortSignal;
}

/**
 * Uploads the bytes in one request: the storage takes up to 128 MiB at once, and an entry is never that large. A
 * repetition does no harm.
 */
export async function uploadBlob({
  url,
  bytes,
  signal,
}: UploadRequest): Promise<{ readonly kind: 'uploaded' } | Trouble> {
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/octet-stream' };
  const answer = await callHttp({ method: 'PUT', url, headers, body: bytes, largestBytes: 64 * 1024, signal });
  if (answer.kind !== 'answer') return unavailable(`the upload failed: ${answer.reason}`);
  if (answer.status === 200 || answer.status === 201) return { kind: 'uploaded' };
  return unavailable(`the upload was answered with status ${answer.status}`);
}

export interface DownloadRequest {
  readonly url: string;
  readonly shape: EntryShape;
  readonly signal: AbortSignal;
}

/**
 * Reads the whole entry into memory. An entry whose size or first bytes are wrong is `corrupt`, and its bytes are
 * dropped.
 */
export async function downloadBlob({
  url,
  shape: { magic, largestBytes },
  signal,
}: DownloadRequest): Promise<{ readonly kind: 'downloaded'; readonly bytes: Buffer } | Trouble> {
  const answer = await callHttp({ method: 'GET', url, headers: {}, largestBytes, signal });
  if (answer.kind !== 'answer') {
    if (answer.kind === 'too-large') return { kind: 'corrupt', reason: `the entry is too large: ${answer.reason}` };
    return unavailable(`the download failed: ${answer.reason}`);
  }
  if (answer.status !== 200) return unavailable(`the download was answered with status ${answer.status}`);
  if (answer.body.subarray(0, magic.length).equals(magic)) return { kind: 'downloaded', bytes: answer.body };
  return { kind: 'corrupt', reason: 'the entry is not a sealed state of this program' };
}
