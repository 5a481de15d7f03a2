/** Reads a file of the bucket as UTF-8 text. Reports a file that cannot be read. */
import { isUtf8 } from 'node:buffer';
import { excerpt } from '../base/text/quote.ts';
import type { Findings } from '../document/findings.ts';
import { Source } from '../document/source.ts';
import { fileIn, startOf } from './bucket.ts';
import type { Attempt, BucketReader, KnownFile } from './reader.ts';

export interface TextRequest {
  readonly reader: BucketReader;
  /** The path relative to the bucket. */
  readonly path: string;
  /** The beginning of each message, e.g. `invalid worker.json`. */
  readonly subject: string;
  readonly findings: Findings;
}

/**
 * The text, or `missing` or `refused` when there is no text. A refused file has been reported as an error; a missing
 * file has not.
 */
export type TextRead = Source | 'missing' | 'refused';

/** Reads the text of a file of the bucket. */
export async function readText(request: TextRequest): Promise<TextRead> {
  return sourceOf(request, await request.reader.readDocument(request.path));
}

/** Reads the text of a file that was already found inside the bucket. */
export async function readKnownText(request: TextRequest, known: KnownFile): Promise<TextRead> {
  return sourceOf(request, await request.reader.readKnown(known));
}

function sourceOf(request: TextRequest, read: Attempt<Uint8Array>): TextRead {
  const { reader, path, subject, findings } = request;
  switch (read.kind) {
    case 'missing':
      return 'missing';
    case 'refused': {
      const message = `${subject}: ${excerpt(path)} cannot be read: ${read.reason}`;
      findings.error({ message, place: startOf(reader.bucket, path) });
      return 'refused';
    }
    case 'done':
      return decode(request, read.value);
  }
}

function decode({ reader, path, subject, findings }: TextRequest, bytes: Uint8Array): TextRead {
  const source = new Source(fileIn(reader.bucket, path), new TextDecoder('utf-8').decode(bytes));
  if (isUtf8(bytes)) return source;
  const before = new TextDecoder('utf-8').decode(bytes.subarray(0, lengthOfText(bytes)));
  findings.error({ message: `${subject}: ${excerpt(path)} is not UTF-8 text`, place: source.placeAt(before.length) });
  return 'refused';
}

/** Returns the number of bytes before the first invalid byte. */
function lengthOfText(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isTextSoFar(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isTextSoFar(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
