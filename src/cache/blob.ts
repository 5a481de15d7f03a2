/**
 * Uploads and downloads the contents of entries, with one `PUT` or one `GET` for each. The cache service returns signed
 * addresses for these requests, so they carry no token.
 */
import { callHttp } from './http-call.ts';
import { type Trouble, unavailable } from './types.ts';

/** The format, first bytes and size limit of every entry of this program. */
export interface EntryShape {
  /** Name of the format. Entries of other formats are not found. */
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
 * Uploads the bytes in one request. The storage accepts up to 128 MiB in a request, and an entry is always smaller.
 * Repeating the upload is safe.
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
 * Reads the whole entry into memory. When the size or the first bytes are wrong, the outcome is `corrupt` and the bytes
 * are dropped.
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
