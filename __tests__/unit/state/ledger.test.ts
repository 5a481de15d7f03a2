import { describe, expect, it } from 'vitest';
import { continuityOf, recordBuild } from '../../../src/build/record-build.ts';
import { buildCatalog } from '../../../src/catalog/build-catalog.ts';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import type { StateDocument } from '../../../src/state/document.ts';
import { newDocument } from '../../../src/state/first-document.ts';
import { Ledger } from '../../../src/state/ledger.ts';
import { job, worker, workspace } from '../../support/workspace-values.ts';

function open() {
  const saved: StateDocument[] = [];
  const gates: (() => void)[] = [];
  let hold = false;
  const ledger = new Ledger(newDocument('n', createSecretBox([Buffer.alloc(32, 1)])), {
    nowSeconds: () => 0,
    save: async (next) => {
      if (hold) await new Promise<void>((open) => gates.push(open));
      saved.push(next);
    },
  });
  return {
    ledger,
    saved,
    gates,
    hold: () => {
      hold = true;
    },
  };
}

describe('Ledger', () => {
  it('raises the serial with every save', async () => {
    const { ledger, saved } = open();
    await ledger.commit();
    ledger.raiseUpdateSeq();
    await ledger.commit();
    expect(saved.map(({ serial }) => serial)).toEqual([1, 2]);
    expect(ledger.serial).toBe(2);
  });

  it('does not save a document that is already durable', async () => {
    const { ledger, saved } = open();
    await ledger.commit();
    await ledger.commit();
    ledger.kv.put('n', 'k', 'v');
    ledger.kv.put('n', 'k', 'v');
    await Promise.all([ledger.commit(), ledger.commit()]);
    await ledger.commit();
    expect(saved.map(({ serial }) => serial)).toEqual([1, 2]);
  });

  it('saves everything that was changed before the commit, and waiting callers share a save', async () => {
    const { ledger, saved, gates, hold } = open();
    hold();
    const first = ledger.commit();
    await expect.poll(() => gates.length).toBe(1);
    const rest = Array.from({ length: 50 }, (_, at) => {
      ledger.kv.put('n', `k${at}`, 'v');
      return ledger.commit();
    });
    gates.shift()?.();
    await first;
    await expect.poll(() => gates.length).toBe(1);
    gates.shift()?.();
    await Promise.all(rest);
    expect(saved.map(({ kv }) => Object.keys(kv.n ?? {}).length)).toEqual([0, 50]);
  });

  it('reports a failed save to every waiting caller, and saves again with the next commit', async () => {
    const saved: number[] = [];
    let fails = true;
    const ledger = new Ledger(newDocument('n', createSecretBox([Buffer.alloc(32, 1)])), {
      nowSeconds: () => 0,
      save: async ({ serial }) => {
        if (fails) throw new Error('disk full');
        saved.push(serial);
      },
    });
    await expect(ledger.commit()).rejects.toThrow('disk full');
    fails = false;
    await ledger.commit();
    expect(saved).toEqual([1]);
  });

  it('saves a revision once, unless it is already durable', async () => {
    const { ledger, saved } = open();
    await ledger.keep(0);
    expect(saved).toEqual([]);
    ledger.kv.put('n', 'first', '1');
    await ledger.keep(ledger.kv.revisionOf('n', 'first'));
    ledger.kv.put('n', 'second', '2');
    await ledger.keep(ledger.kv.revisionOf('n', 'first'));
    expect(saved.map(({ kv }) => Object.keys(kv.n ?? {}))).toEqual([['first']]);
  });

  it('does not report changes as durable when a running save may not contain them', async () => {
    const { ledger, saved, gates, hold } = open();
    hold();
    ledger.kv.put('n', 'k', 'v');
    const first = ledger.keep(1);
    await expect.poll(() => gates.length).toBe(1);
    ledger.kv.put('n', 'k', 'newer');
    let isKept = false;
    const second = ledger.keep(2).then(() => {
      isKept = true;
    });
    gates[0]?.();
    await first;
    expect(isKept).toBe(false);
    await expect.poll(() => gates.length).toBe(2);
    gates[1]?.();
    await second;
    expect(saved.map(({ kv }) => kv.n?.k?.length)).toEqual([1, 2]);
  });

  it('never reports a change as durable when its save failed', async () => {
    let fails = true;
    const ledger = new Ledger(newDocument('n', createSecretBox([Buffer.alloc(32, 1)])), {
      nowSeconds: () => 0,
      save: () => (fails ? Promise.reject(new Error('disk full')) : Promise.resolve()),
    });
    ledger.kv.put('n', 'k', 'v');
    await expect(ledger.keep(1)).rejects.toThrow('disk full');
    await expect(ledger.keep(1)).rejects.toThrow('disk full');
    fails = false;
    await ledger.keep(1);
    fails = true;
    await ledger.keep(1);
  });

  it('keeps only trees that an allocation has', async () => {
    const { ledger, saved } = open();
    ledger.record({
      id: 'a',
      job: 'j',
      host: 'h',
      disabled: false,
      removed: false,
      currentVersion: '1',
      promoted: { hash: 'x', version: '1' },
    });
    ledger.keepTree('x', { Makefile: '1' });
    ledger.keepTree('old', {});
    await ledger.commit();
    expect(saved[0]?.trees).toEqual({ x: { Makefile: '1' } });
  });
});

describe('recordBuild', () => {
  const build = (ledger: Ledger, parts: Parameters<typeof workspace>[0]) => {
    const { catalog } = buildCatalog({
      workspace: workspace(parts),
      continuity: continuityOf(ledger),
      newId: () => 'w',
    });
    recordBuild(ledger, catalog, 'digest');
  };
  const disabledAll = {
    jobs: { a: { allocations: [] } },
    workers: [],
    placeOf: () => ({ file: '', line: 1, column: 1 }),
  };

  it('marks removed allocations, and restores them with the same id', () => {
    const { ledger } = open();
    const parts = { workers: [worker('w1')], jobs: [job('a')] };
    build(ledger, parts);
    const [record] = ledger.allocations;
    build(ledger, { ...parts, jobs: [] });
    expect(ledger.allocations).toMatchObject([{ id: record?.id, removed: true }]);
    build(ledger, parts);
    expect(ledger.allocations).toMatchObject([{ id: record?.id, removed: false }]);
  });

  it('drops the promoted version when an allocation is enabled again', () => {
    const { ledger } = open();
    const parts = { workers: [worker('w1')], jobs: [job('a')] };
    build(ledger, parts);
    const [record] = ledger.allocations;
    if (record) ledger.record({ ...record, promoted: { hash: 'x', version: '1' }, currentVersion: '1' });
    build(ledger, { ...parts, disabled: disabledAll });
    expect(ledger.allocations[0]).toMatchObject({ disabled: true, promoted: { hash: 'x' } });
    build(ledger, parts);
    expect(ledger.allocations[0]).toEqual({
      id: record?.id,
      job: 'a',
      host: 'w1',
      disabled: false,
      removed: false,
      currentVersion: '1',
      repeat: true,
    });
  });
});
