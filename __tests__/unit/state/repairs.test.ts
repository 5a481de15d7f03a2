import { describe, expect, it } from 'vitest';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import { isMeant, serialAbove } from '../../../src/state/picture.ts';
import { repairDocument } from '../../../src/state/repairs.ts';
import { resealDocument, unopenable } from '../../../src/state/reseal.ts';
import { stateOf } from '../../support/state-document.ts';

const [old, fresh] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

describe('repairDocument', () => {
  const record = { at: 'now', actor: 'kim', runId: '1', what: 'w', reason: 'r' };

  it('deploys again only on workers that are newer', () => {
    const before = stateOf(1000);
    const [newer = '', other = ''] = Object.keys(before.workers);
    const seen = new Map([
      [newer, before.updateSeq + 2],
      [other, before.updateSeq],
    ]);
    const after = repairDocument(before, { record, serial: 900, seen });
    expect(after).toMatchObject({ serial: 900, updateSeq: before.updateSeq + 2, repairs: [record] });
    const of = (host: string) => after.allocations.filter((one) => one.host === host);
    for (const one of of(newer)) expect(one).toMatchObject({ promoted: { hash: 'unknown', version: '1.4.2' } });
    expect(of(newer)).not.toEqual([]);
    expect(of(other)).toEqual(before.allocations.filter((one) => one.host === other));
  });

  it('keeps the last fifty records', () => {
    const repairs = Array.from({ length: 50 }, (_, at) => ({ ...record, what: String(at) }));
    const after = repairDocument({ ...stateOf(1000), repairs }, { record, serial: 1, seen: new Map() });
    expect(after.repairs).toHaveLength(50);
    expect(after.repairs?.at(-1)).toEqual(record);
  });
});

describe('resealDocument', () => {
  it('seals every sealed text again with the first key', () => {
    const box = createSecretBox([old]);
    const both = createSecretBox([fresh, old]);
    const kv = {
      'secrets/job/a': {
        x: [
          { value: box.seal('one'), version: 1, at: 1 },
          { value: both.seal('two'), version: 2, at: 2 },
        ],
      },
    };
    const document = { ...stateOf(1000), hashKey: box.seal('hash'), kv };
    const resealed = resealDocument(document, both, createSecretBox([fresh]));
    if (resealed.kind === 'refused') throw new Error(resealed.places.join());
    expect(resealed.count).toBe(3);
    expect(unopenable(document, createSecretBox([fresh]))).toEqual(['hashKey', 'kv / secrets/job/a / x / 0 / value']);
    expect(unopenable(resealed.document, createSecretBox([fresh]))).toEqual([]);
    expect({ ...resealed.document, hashKey: '', kv: {} }).toEqual({ ...document, hashKey: '', kv: {} });
    expect(resealDocument(document, createSecretBox([Buffer.alloc(32, 3)]), both)).toMatchObject({
      kind: 'refused',
      places: { length: 3 },
    });
  });
});

describe('a picture', () => {
  it('finds the named worker, and a serial above all others', () => {
    const lock = { where: ['h'], token: 't', runId: '4711', command: 'deploy', actor: 'kim', url: '', since: '' };
    expect(['t', '4711', '471', ''].map((word) => isMeant(lock, word))).toEqual([true, true, false, false]);
    expect(serialAbove([])).toBe(1);
    expect(
      serialAbove([
        { where: 'a', status: 'found', serial: 3 },
        { where: 'b', status: 'none' },
        { where: 'c', status: 'refused', serial: 9 },
      ]),
    ).toBe(10);
  });
});
