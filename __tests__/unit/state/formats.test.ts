/** Tests stored documents: a real document of every format is opened, and written back unchanged. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateState } from '../../../src/schema/compiled-state-schema.ts';
import type { StateDocument } from '../../../src/state/document.ts';
import { NewerStateError } from '../../../src/state/formats/format-error.ts';
import { parseDocument, toStored } from '../../../src/state/formats/stored-document.ts';
import { openHashKey } from '../../../src/state/hash-key.ts';
import { boxOf, parseStateKeys } from '../../../src/state/keys.ts';
import { Ledger } from '../../../src/state/ledger.ts';
import { unopenable } from '../../../src/state/reseal.ts';
import { stateOf } from '../../support/state-document.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures/state', name), 'utf8');
/** A document that was exported after a recovery. It has a worker that left, a disabled job, and a removed job. */
const text = fixture('format-1.json');
const format1 = JSON.parse(text);
const box = boxOf(parseStateKeys(fixture('format-1.key'), 'the key of the fixture'));

const ledgerOf = (document: StateDocument, saved: StateDocument[] = []) =>
  new Ledger(document, { nowSeconds: () => 0, save: async (next) => void saved.push(next) });

describe('a document of format 1', () => {
  it('is the same in memory, with the workers that hold the state as holders', async () => {
    const { members, ...rest } = format1;
    expect(members).toEqual(['127.77.7.2', '127.77.7.4']);
    expect(await parseDocument(text)).toEqual({ ...rest, format: 2, holders: members });
  });

  it('is written back as it was, byte by byte', async () => {
    expect(`${JSON.stringify(toStored(await parseDocument(text)), null, 1)}\n`).toBe(text);
  });

  it('is used like one of today: its secrets open, a run changes it and stores format 1 again', async () => {
    const document = await parseDocument(text);
    expect(openHashKey(box, document)).toHaveLength(32);
    expect(unopenable(document, box)).toEqual([]);
    const saved: StateDocument[] = [];
    const ledger = ledgerOf(document, saved);
    expect(box.open(ledger.kv.get('secrets/job/web', 'password') ?? '')).toBe('correct-horse');
    ledger.raiseUpdateSeq();
    await ledger.commit();
    const [next] = saved.map(toStored);
    expect(await validateState(next)).toEqual([]);
    const { members: _held, ...kept } = format1;
    expect(next).toEqual({ ...kept, serial: format1.serial + 1, updateSeq: format1.updateSeq + 1 });
  });

  it('of a large size also matches its schema', async () => {
    expect(await validateState(toStored(stateOf(100_000)))).toEqual([]);
  });
});

describe('a document with something that format 1 cannot hold', () => {
  it('is stored in format 2, and read as it was', async () => {
    const deployer = { repository: 'octo/shop', workflow: 'deploy.yml', runNumber: 7, attempt: 2, sha: 'abc' };
    const document = { ...(await parseDocument(text)), deployer };
    const stored = toStored(document);
    expect(stored).toMatchObject({ format: 2, deployer });
    expect(await validateState(stored)).toEqual([]);
    expect(await parseDocument(JSON.stringify(stored))).toEqual(document);
    expect(ledgerOf(document).toDocument(document.serial)).toMatchObject({ format: 2, deployer });
  });
});

describe('a text that is not a document', () => {
  it.each([
    ['of a newer format is refused as newer, whatever else it holds', { format: 3 }],
    ['of a much newer format, too', { ...format1, format: 17 }],
  ])('%s', async (_what, value) => {
    const parsing = parseDocument(JSON.stringify(value));
    await expect(parsing).rejects.toBeInstanceOf(NewerStateError);
    await expect(parsing).rejects.toThrow(
      `it has format ${value.format}, written by a newer version; this one knows format 2`,
    );
  });

  const allocation = format1.allocations[0];
  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'it is not a state document'],
    ['null', 'it is not a state document'],
    ['{"format":1}', 'it is damaged: name is missing'],
    [{ format: '1' }, 'it is damaged: format must be'],
    [{ serial: '1' }, 'it is damaged: serial must be an integer'],
    [{ serial: -1 }, 'it is damaged: serial must be >= 0'],
    [{ bucketId: '../../tmp' }, 'it is damaged: bucketId must match ^[0-9a-f]{8}'],
    [{ allocations: {} }, 'it is damaged: allocations must be a list'],
    [{ allocations: [allocation, null] }, 'it is damaged: allocations[1] must be an object'],
    [{ allocations: [{ ...allocation, host: 7 }] }, 'it is damaged: allocations[0].host must be a string'],
    [{ allocations: [{ ...allocation, mode: 1 }] }, 'it is damaged: allocations[0].mode is not a field of this format'],
    [{ kv: { 'vars/job/web': { limit: 5 } } }, 'it is damaged: kv["vars/job/web"].limit must be a list'],
    [{ kv: { n: { k: [] } } }, 'it is damaged: kv.n.k must not be empty'],
    [{ workers: { '10.0.0.1': {} } }, 'it is damaged: workers["10.0.0.1"].id is missing'],
    [{ holders: [] }, 'it is damaged: holders is not a field of this format'],
  ])('%j: %s', async (change, message) => {
    const damaged = typeof change === 'string' ? change : JSON.stringify({ ...format1, ...change });
    await expect(parseDocument(damaged)).rejects.toThrow(message);
  });
});
