/**
 * Seals and opens the snapshots of the state that leave this machine (docs/state-design.md): `magic | header length |
 * header JSON | nonce | AES-256-GCM(gzip(state JSON)) | tag`. The tag also authenticates everything before the
 * ciphertext, so a header cannot be combined with other contents.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { quoted } from '../base/text/quote.ts';
import type { StateDocument } from './document.ts';
import { NewerStateError, StateFormatError } from './formats/format-error.ts';
import { parseDocument, toStored } from './formats/stored-document.ts';
import { deriveKey, keyId } from './keys.ts';
import {
  LARGEST_SNAPSHOT_BYTES,
  type ReadHeader,
  readSnapshotHeader,
  refuse,
  SNAPSHOT_FORMAT,
  type SnapshotHeader,
  type SnapshotRefusal,
  type SnapshotWriter,
  writeSnapshotHeader,
} from './snapshot-header.ts';
import { stopFailure } from './stop.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 32;
/** Measured with `bench/state.ts`: levels 1 to 3 cost the same; level 6 costs a third more CPU for 3 % fewer bytes. */
const GZIP = { level: 3, chunkSize: 256 * 1024 };
export const LARGEST_DOCUMENT_BYTES = 512 * 1024 * 1024;

export interface SealRequest {
  readonly document: StateDocument;
  /** `snapshotDigest` of the snapshot that the document was made from. Empty for the first snapshot. */
  readonly parent: string;
  readonly writer: SnapshotWriter;
  readonly at: Date;
  /** State keys. The first key seals. */
  readonly keys: readonly Buffer[];
}

export interface OpenRequest {
  readonly bytes: Buffer;
  /** State keys, current and older. The id in the header selects the key. */
  readonly keys: readonly Buffer[];
  readonly expect: { readonly name: string; readonly lineage?: string };
  /** Default: `LARGEST_DOCUMENT_BYTES`. */
  readonly largestDocumentBytes?: number;
}

export interface OpenedSnapshot {
  readonly kind: 'opened';
  readonly header: SnapshotHeader;
  readonly document: StateDocument;
}

/**
 * Seals a document with a key that is derived from the state key and a random salt. Throws a `Failure` (exit code 1)
 * when the document is too large.
 */
export async function sealSnapshot({ document, parent, writer, at, keys }: SealRequest): Promise<Buffer> {
  const [key] = keys;
  if (key === undefined) throw new Error('no key to seal with');
  const salt = randomBytes(SALT_BYTES);
  const header = writeSnapshotHeader({
    format: SNAPSHOT_FORMAT,
    name: document.name,
    lineage: document.bucketId,
    serial: document.serial,
    updateSeq: document.updateSeq,
    parent,
    writer,
    at: at.toISOString(),
    kid: keyId(key),
    salt: salt.toString('base64'),
  });
  const packed = await promisify(gzip)(JSON.stringify(toStored(document)), GZIP);
  const clear = Buffer.concat([header, randomBytes(NONCE_BYTES)]);
  const cipher = createCipheriv(CIPHER, snapshotKey(key, salt), clear.subarray(header.length)).setAAD(clear);
  const sealed = Buffer.concat([clear, cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
  if (sealed.length <= LARGEST_SNAPSHOT_BYTES) return sealed;
  throw stopFailure({
    code: 'state-unusable',
    message: `the state is too large: ${sealed.length} bytes sealed, ${LARGEST_SNAPSHOT_BYTES} at most`,
    hint: 'maand gc drops old values of the KV store',
    exitCode: 1,
  });
}

/**
 * Returns the document of a snapshot. First proves that one of the keys sealed the snapshot, that the snapshot is
 * complete, and that it is the requested snapshot. Never throws for wrong bytes.
 */
export async function openSnapshot(request: OpenRequest): Promise<OpenedSnapshot | SnapshotRefusal> {
  const read = readSnapshotHeader(request.bytes);
  if (read.kind === 'refused') return read;
  const { header } = read;
  const foreign = refuseForeign(header, request.expect);
  if (foreign) return foreign;
  const key = request.keys.find((candidate) => keyId(candidate) === header.kid);
  if (key === undefined) {
    const ours = request.keys.map(keyId).join(', ');
    return refuse('other-key', `it is sealed with another state key: id ${quoted(header.kid)}, given are: ${ours}`);
  }
  const packed = decrypt(request.bytes, read, key);
  if (packed === undefined) return refuse('damaged', 'its seal is broken: bytes were changed or are missing');
  const text = await inflate(packed, request.largestDocumentBytes ?? LARGEST_DOCUMENT_BYTES);
  return typeof text === 'string' ? readSealedDocument(text, header) : text;
}

/** Returns the SHA-256 of a sealed snapshot in hex. The next snapshot contains this digest as its `parent`. */
export function snapshotDigest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function refuseForeign(header: SnapshotHeader, { name, lineage }: OpenRequest['expect']): SnapshotRefusal | undefined {
  if (header.name !== name) {
    return refuse('wrong-name', `it is the state of ${quoted(header.name)}, this bucket is ${quoted(name)}`);
  }
  if (lineage === undefined || header.lineage === lineage) return undefined;
  return refuse('wrong-lineage', `it is of lineage ${quoted(header.lineage)}, expected is ${quoted(lineage)}`);
}

function snapshotKey(key: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', deriveKey(key, 'snapshot'), salt, 'maand sealed snapshot v1', 32));
}

function decrypt(bytes: Buffer, { header, endsAt }: ReadHeader, key: Buffer): Buffer | undefined {
  const from = endsAt + NONCE_BYTES;
  const to = bytes.length - TAG_BYTES;
  if (to < from) return undefined;
  const nonce = bytes.subarray(endsAt, from);
  const decipher = createDecipheriv(CIPHER, snapshotKey(key, Buffer.from(header.salt, 'base64')), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(bytes.subarray(0, from)).setAuthTag(bytes.subarray(to));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(from, to)), decipher.final()]);
  } catch {
    return undefined; // final() only throws for a wrong tag
  }
}

async function inflate(packed: Buffer, largestBytes: number): Promise<string | SnapshotRefusal> {
  try {
    return (await promisify(gunzip)(packed, { maxOutputLength: largestBytes, chunkSize: GZIP.chunkSize })).toString(
      'utf8',
    );
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      return refuse('too-large', `it is larger than ${largestBytes} bytes when unpacked`);
    }
    return refuse('damaged', 'what was sealed cannot be unpacked');
  }
}

async function readSealedDocument(text: string, header: SnapshotHeader): Promise<OpenedSnapshot | SnapshotRefusal> {
  try {
    const document = await parseDocument(text);
    const { name, bucketId, serial, updateSeq } = document;
    const fits = name === header.name && bucketId === header.lineage;
    if (!fits || serial !== header.serial || updateSeq !== header.updateSeq) {
      return refuse('damaged', 'its header and its contents are of different states');
    }
    return { kind: 'opened', header, document };
  } catch (thrown) {
    if (!(thrown instanceof StateFormatError)) throw thrown;
    return refuse(thrown instanceof NewerStateError ? 'newer-format' : 'damaged', thrown.message);
  }
}
