/** The contents of entries: one `PUT`, one `GET`, on the signed addresses that the cache service hands out. No token goes there. */
import { callHttp } from './http-call.ts';
import { type Trouble, unavailable } from './types.ts';

/** What every entry of ours looks like. */
export interface EntryShape {
  /** Name of the format; entries of another are never seen. */
  readonly format: string;
  /** The first bytes. */
  readonly magic: Buffer;
  readonly largestBytes: number;
}

export interface UploadRequest {
  readonly url: string;
  readonly bytes: Buffer;
  readonly signal: AbortSignal;
}

/** One request: the storage takes up to 128 MiB at once, more than an entry may have. Repeating it is harmless. */
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

/** The whole entry, in memory. One that cannot be ours by its size or first bytes is `corrupt`, and nothing of it is kept. */
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
