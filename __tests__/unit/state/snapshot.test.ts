import { createCipheriv, hkdfSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseDocument, toStored } from '../../../src/state/formats/stored-document.ts';
import { deriveKey, keyId, parseStateKeys } from '../../../src/state/keys.ts';
import {
  LARGEST_DOCUMENT_BYTES,
  type OpenRequest,
  openSnapshot,
  type SealRequest,
  sealSnapshot,
  snapshotDigest,
} from '../../../src/state/snapshot.ts';
import {
  describeHeader,
  LARGEST_SNAPSHOT_BYTES,
  readSnapshotHeader,
  SNAPSHOT_MAGIC,
  type SnapshotHeader,
  writeSnapshotHeader,
} from '../../../src/state/snapshot-header.ts';
import { stateOf } from '../../support/state-document.ts';

const keyOf = (seed: number) => Buffer.from(Array.from({ length: 32 }, (_, at) => (at * 41 + seed * 7 + 3) & 255));
const key = keyOf(1);
const document = stateOf(0);
const stored = toStored(document);
const writer = { runId: '4711', attempt: 2, sha: 'c0ffee', ref: 'refs/heads/main', actor: 'octocat' };
const at = new Date('2026-05-06T07:08:09Z');
const own = { name: document.name, lineage: document.bucketId };

const seal = (change: Partial<SealRequest> = {}) =>
  sealSnapshot({ document, parent: 'ab'.repeat(32), writer, at, keys: [key], ...change });
const open = (bytes: Buffer, change: Partial<OpenRequest> = {}) =>
  openSnapshot({ bytes, keys: [key], expect: own, ...change });

function headerOf(bytes: Buffer) {
  const read = readSnapshotHeader(bytes);
  if (read.kind !== 'header') throw new Error(read.message);
  return read;
}

/** Returns correctly sealed bytes with contents that maand would never seal. */
function forge(contents: Buffer, change: Partial<SnapshotHeader> = {}): Buffer {
  const header = { ...headerOf(sealed).header, ...change };
  const clear = Buffer.concat([writeSnapshotHeader(header), Buffer.alloc(12, 5)]);
  const salt = Buffer.from(header.salt, 'base64');
  const own = Buffer.from(hkdfSync('sha256', deriveKey(key, 'snapshot'), salt, 'maand sealed snapshot v1', 32));
  const cipher = createCipheriv('aes-256-gcm', own, Buffer.alloc(12, 5)).setAAD(clear);
  return Buffer.concat([clear, cipher.update(contents), cipher.final(), cipher.getAuthTag()]);
}

let sealed: Buffer;
beforeAll(async () => {
  sealed = await seal();
});

describe('a sealed snapshot', () => {
  it('returns the document', async () => {
    expect(await open(sealed)).toEqual({ kind: 'opened', header: headerOf(sealed).header, document });
  });

  it('describes itself without a key', () => {
    const { header } = headerOf(sealed);
    expect(header).toMatchObject({
      format: 1,
      name: 'shop/production',
      lineage: document.bucketId,
      serial: 412,
      updateSeq: 87,
      parent: 'ab'.repeat(32),
      writer,
      at: '2026-05-06T07:08:09.000Z',
      kid: keyId(key),
    });
    expect(describeHeader(header)).toBe(
      'serial 412 of "shop/production" (lineage "0a1b2c3d-4e5f-4678-9abc-def012345678"), written by run "4711" of "octocat" on "refs/heads/main" at "2026-05-06T07:08:09.000Z"',
    );
  });

  it('shows no job, host, file, port or value', () => {
    const shown = sealed.toString('latin1');
    const words = [...JSON.stringify(document).matchAll(/"([^"\\]{6,})"/g)].map(([, word]) => word as string);
    const inHeader = new Set([document.name, document.bucketId, 'serial', 'format', 'updateSeq']);
    expect(words.length).toBeGreaterThan(300);
    expect(words.filter((word) => !inHeader.has(word) && shown.includes(word))).toEqual([]);
  });

  it('never looks the same twice', async () => {
    const [one, other] = [headerOf(sealed), headerOf(await seal())];
    expect(one.header.salt).not.toBe(other.header.salt);
    expect(snapshotDigest(sealed)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('opens with an older key of the list and is sealed with the first', async () => {
    const rotated = [keyOf(2), key];
    expect((await open(sealed, { keys: rotated })).kind).toBe('opened');
    expect(headerOf(await seal({ keys: rotated })).header.kid).toBe(keyId(keyOf(2)));
  });
});

describe('refused is', () => {
  it('every other key, with both ids', async () => {
    const result = await open(sealed, { keys: [keyOf(2), keyOf(3)] });
    expect(result).toEqual({
      kind: 'refused',
      code: 'other-key',
      message: `it is sealed with another state key: id "${keyId(key)}", given are: ${keyId(keyOf(2))}, ${keyId(keyOf(3))}`,
    });
  });

  it.each([
    [
      'wrong-name',
      { expect: { name: 'shop/staging' } },
      'it is the state of "shop/production", this bucket is "shop/staging"',
    ],
    [
      'wrong-lineage',
      { expect: { name: own.name, lineage: 'x' } },
      `it is of lineage "${own.lineage}", expected is "x"`,
    ],
    ['too-large', { largestDocumentBytes: 1000 }, 'it is larger than 1000 bytes when unpacked'],
  ] as const)('%s', async (code, change, message) => {
    expect(await open(sealed, change)).toEqual({ kind: 'refused', code, message });
  });

  it('a file that is not a snapshot, after reading only its start', async () => {
    const huge = Buffer.alloc(LARGEST_SNAPSHOT_BYTES + 1);
    expect(await open(Buffer.alloc(0))).toMatchObject({ code: 'not-a-snapshot' });
    expect(await open(huge)).toMatchObject({ code: 'not-a-snapshot' });
    SNAPSHOT_MAGIC.copy(huge);
    expect(await open(huge)).toMatchObject({ code: 'too-large' });
    expect(LARGEST_DOCUMENT_BYTES).toBeGreaterThan(LARGEST_SNAPSHOT_BYTES);
  });

  it('a newer format of the snapshot and of the document', async () => {
    const newer = writeSnapshotHeader({ ...headerOf(sealed).header, format: 2 });
    const message = (format: number) =>
      `it has format ${format}, written by a newer version; this one knows format ${format - 1}`;
    expect(await open(newer)).toEqual({ kind: 'refused', code: 'newer-format', message: message(2) });
    const inside = forge(gzipSync(JSON.stringify({ ...stored, format: 3 })));
    expect(await open(inside)).toEqual({ kind: 'refused', code: 'newer-format', message: message(3) });
  });

  it.each([
    ['is not packed', () => forge(Buffer.from('{}'))],
    ['is not JSON', () => forge(gzipSync('nonsense'))],
    ['is no state', () => forge(gzipSync('{"format":1}'))],
    ['is another serial than its header says', () => forge(gzipSync(JSON.stringify(stored)), { serial: 413 })],
    ['is another update than its header says', () => forge(gzipSync(JSON.stringify(stored)), { updateSeq: 88 })],
    [
      'is of another lineage',
      () =>
        forge(gzipSync(JSON.stringify({ ...stored, bucketId: `${'1'.repeat(8)}-0000-4000-8000-${'1'.repeat(12)}` }))),
    ],
    ['is of another name', () => forge(gzipSync(JSON.stringify({ ...stored, name: 'shop/staging' })))],
  ])('sealed contents that %s', async (_what, make) => {
    expect(await open(make())).toMatchObject({ kind: 'refused', code: 'damaged' });
  });

  it('no correct snapshot that this test forges', async () => {
    expect(await open(forge(gzipSync(JSON.stringify(stored))))).toMatchObject({ kind: 'opened' });
  });

  it('every snapshot with one byte changed, whichever and however', async () => {
    const codes = new Set<string>();
    for (let index = 0; index < sealed.length; index++) {
      const flipped = Buffer.from(sealed);
      flipped[index] = (flipped[index] as number) ^ (1 << (index % 8));
      const result = await open(flipped);
      if (result.kind !== 'refused') throw new Error(`opened with byte ${index} changed`);
      codes.add(result.code);
    }
    expect(codes).toContain('damaged');
    expect(codes).toContain('not-a-snapshot');
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (index, mask) => {
        const flipped = Buffer.from(sealed);
        flipped[index] = (flipped[index] as number) ^ mask;
        expect((await open(flipped)).kind).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });

  it('every beginning of a snapshot, and one with a tail', async () => {
    for (let length = 0; length < sealed.length; length++) {
      const result = await open(sealed.subarray(0, length));
      if (result.kind !== 'refused') throw new Error(`opened when cut to ${length} bytes`);
    }
    expect(await open(Buffer.concat([sealed, Buffer.alloc(1)]))).toMatchObject({ code: 'damaged' });
  });

  it('any bytes after the magic', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(300), async (tail, length) => {
        const count = Buffer.alloc(4);
        count.writeUInt32BE(length);
        const bytes = Buffer.concat([SNAPSHOT_MAGIC, count, tail]);
        expect(await open(bytes)).toMatchObject({ kind: 'refused', code: 'damaged' });
      }),
    );
  });

  it('the header of another environment or serial before these contents', async () => {
    const rest = (bytes: Buffer) => bytes.subarray(headerOf(bytes).endsAt);
    const others = [
      await seal({ document: { ...document, name: 'shop/staging' } }),
      await seal({ document: { ...document, serial: 413 } }),
      await seal({ document: { ...document, updateSeq: 88 } }),
      await seal({ parent: '' }),
      await seal(),
    ];
    for (const other of others) {
      const { header, endsAt } = headerOf(other);
      const swapped = Buffer.concat([other.subarray(0, endsAt), rest(sealed)]);
      const result = await open(swapped, { expect: { name: header.name, lineage: header.lineage } });
      expect(result).toMatchObject({ kind: 'refused', code: 'damaged' });
    }
  });
});

describe('fixtures of released formats', () => {
  const folder = join(import.meta.dirname, '../../fixtures/snapshots');
  const formats = readdirSync(folder).filter((name) => name.endsWith('.snapshot'));

  it('are there', () => expect(formats).toContain('format-1.snapshot'));

  it.each(formats)('%s still opens', async (name) => {
    const text = (end: string) => readFileSync(join(folder, name.replace('.snapshot', end)), 'utf8');
    const [keys, document] = [parseStateKeys(text('.key'), name), await parseDocument(text('.json'))];
    const result = await openSnapshot({
      bytes: readFileSync(join(folder, name)),
      keys,
      expect: { name: document.name },
    });
    expect(result).toMatchObject({ kind: 'opened', document });
  });
});
