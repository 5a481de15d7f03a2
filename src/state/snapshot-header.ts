/** The part of a sealed snapshot that needs no key for reading: `magic | header length | header JSON`. */
import { quoted } from '../base/text/quote.ts';

export const SNAPSHOT_FORMAT = 1;
/** First bytes of every sealed snapshot, in all formats. */
export const SNAPSHOT_MAGIC: Buffer = Buffer.from('MAANDSNP');
/** Size limit of a sealed snapshot. A larger snapshot is neither written nor read. */
export const LARGEST_SNAPSHOT_BYTES = 64 * 1024 * 1024;

const LARGEST_HEADER_BYTES = 16 * 1024;
const LENGTH_BYTES = 4;

/** The run that wrote a snapshot, as GitHub names it. */
export interface SnapshotWriter {
  readonly runId: string;
  readonly attempt: number;
  readonly sha: string;
  readonly ref: string;
  readonly actor: string;
}

export interface SnapshotHeader {
  readonly format: number;
  /** `state_name` and environment of the state. */
  readonly name: string;
  /** The bucket id. */
  readonly lineage: string;
  readonly serial: number;
  readonly updateSeq: number;
  /** `snapshotDigest` of the snapshot that this snapshot was made from. Empty for the first snapshot. */
  readonly parent: string;
  readonly writer: SnapshotWriter;
  /** Time in ISO 8601. */
  readonly at: string;
  /** `keyId` of the state key. */
  readonly kid: string;
  /** The salt in Base64. */
  readonly salt: string;
}

export type SnapshotRefusalCode =
  | 'not-a-snapshot'
  | 'newer-format'
  | 'damaged'
  | 'wrong-name'
  | 'wrong-lineage'
  | 'other-key'
  | 'too-large';

/** Why bytes cannot be used as a snapshot. The message completes the sentence "the state in … cannot be used: ". */
export interface SnapshotRefusal {
  readonly kind: 'refused';
  readonly code: SnapshotRefusalCode;
  readonly message: string;
}

export interface ReadHeader {
  readonly kind: 'header';
  /** The header, not authenticated: anyone who can write the bytes can write any header. */
  readonly header: SnapshotHeader;
  /** Offset of the first byte after the header. */
  readonly endsAt: number;
}

export function refuse(code: SnapshotRefusalCode, message: string): SnapshotRefusal {
  return { kind: 'refused', code, message };
}

/** Reads the header of a sealed snapshot. This needs no key and proves nothing about the contents. */
export function readSnapshotHeader(bytes: Buffer): ReadHeader | SnapshotRefusal {
  if (!bytes.subarray(0, SNAPSHOT_MAGIC.length).equals(SNAPSHOT_MAGIC)) {
    return refuse('not-a-snapshot', 'it is not a sealed state of this program');
  }
  if (bytes.length > LARGEST_SNAPSHOT_BYTES) {
    return refuse('too-large', `it has ${bytes.length} bytes, ${LARGEST_SNAPSHOT_BYTES} at most are looked into`);
  }
  const startsAt = SNAPSHOT_MAGIC.length + LENGTH_BYTES;
  if (bytes.length < startsAt) return refuse('damaged', 'it ends within its header');
  const length = bytes.readUInt32BE(SNAPSHOT_MAGIC.length);
  const endsAt = startsAt + length;
  if (length > LARGEST_HEADER_BYTES) return refuse('damaged', 'its header has an impossible length');
  if (endsAt > bytes.length) return refuse('damaged', 'it ends within its header');
  const wire = parseObject(bytes.toString('utf8', startsAt, endsAt));
  const format = wire?.format;
  if (typeof format === 'number' && format > SNAPSHOT_FORMAT) {
    const known = `this one knows format ${SNAPSHOT_FORMAT}`;
    return refuse('newer-format', `it has format ${format}, written by a newer version; ${known}`);
  }
  const header = wire && fromWire(wire);
  return header ? { kind: 'header', header, endsAt } : refuse('damaged', 'its header is not one of this program');
}

/**
 * Returns `magic | header length | header JSON`. Throws for a header that the reader would not accept, which is a bug.
 */
export function writeSnapshotHeader(header: SnapshotHeader): Buffer {
  const json = Buffer.from(JSON.stringify(toWire(header)));
  if (json.length > LARGEST_HEADER_BYTES) throw new Error(`the header of a snapshot has ${json.length} bytes`);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  return Buffer.concat([SNAPSHOT_MAGIC, length, json]);
}

/** Returns one line for people that identifies the snapshot and its writer. */
export function describeHeader({ name, lineage, serial, writer, at }: SnapshotHeader): string {
  const who = `run ${quoted(writer.runId)} of ${quoted(writer.actor)} on ${quoted(writer.ref)}`;
  return `serial ${serial} of ${quoted(name)} (lineage ${quoted(lineage)}), written by ${who} at ${quoted(at)}`;
}

function toWire(header: SnapshotHeader): object {
  const { format, name, lineage, serial, updateSeq, parent, at, kid, salt } = header;
  const { runId, attempt, sha, ref, actor } = header.writer;
  const writer = { run_id: runId, attempt, sha, ref, actor };
  return { format, name, lineage, serial, update_seq: updateSeq, parent, writer, at, kid, salt };
}

function fromWire(wire: Readonly<Record<string, unknown>>): SnapshotHeader | undefined {
  const { format, name, lineage, serial, update_seq: updateSeq, parent, at, kid, salt } = wire;
  const writer = isObject(wire.writer) ? writerFromWire(wire.writer) : undefined;
  if (format !== SNAPSHOT_FORMAT || writer === undefined || !isCount(serial) || !isCount(updateSeq)) return undefined;
  if (!isText(name) || !isText(lineage) || !isText(parent) || !isText(at) || !isText(kid) || !isText(salt)) {
    return undefined;
  }
  return { format, name, lineage, serial, updateSeq, parent, writer, at, kid, salt };
}

function writerFromWire({ run_id: runId, attempt, sha, ref, actor }: Readonly<Record<string, unknown>>) {
  if (!isText(runId) || !isCount(attempt) || !isText(sha) || !isText(ref) || !isText(actor)) return undefined;
  return { runId, attempt, sha, ref, actor };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // the caller reports it as damaged
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A snapshot as it is sent: its bytes and the values that identify it. */
export interface Sealed {
  readonly bytes: Buffer;
  readonly lineage: string;
  readonly serial: number;
}
