/** Tests the promises that every kind of state store makes to its callers. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import type { StateDocument } from '../../../src/state/document.ts';
import { newDocument } from '../../../src/state/first-document.ts';
import type { HeldState, StateReader } from '../../../src/state/port.ts';
import { StopFailure } from '../../../src/state/stop.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { type OpenPlace, PLACE_KEYS, PLACE_KINDS, PLACE_NAME, type Place } from '../../support/state-places.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runShell } from '../../support/worker-shell.ts';

const NEVER = new AbortController().signal;
const first = newDocument(PLACE_NAME, createSecretBox(PLACE_KEYS));
const documentOf = (serial: number, updateSeq = 0): StateDocument => ({ ...first, serial, updateSeq });

const ownerOf = (runId: string) => ({ runId, command: 'deploy', actor: `actor-${runId}`, url: '' });
const lock = ({ store }: OpenPlace, runId: string, waitMs = 0, signal = NEVER): Promise<HeldState> =>
  store.lock(ownerOf(runId), waitMs, signal);

async function serialIn(reader: Pick<StateReader, 'load'>): Promise<number | 'none'> {
  const loaded = await reader.load(NEVER);
  return loaded.kind === 'none' ? 'none' : loaded.document.serial;
}

async function refusalOf(work: Promise<unknown>): Promise<StopFailure> {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (thrown instanceof StopFailure) return thrown;
  throw new Error(`it was not refused: ${String(thrown)}`);
}

describe.each(PLACE_KINDS)('the state in $kind', ({ at }) => {
  let folder: string;
  let place: Place;
  let one: OpenPlace;
  let other: OpenPlace;
  beforeEach(async () => {
    folder = await temporaryFolder();
    place = at(folder);
    one = place.open('1');
    other = place.open('2');
  });

  describe('load', () => {
    it('returns no state before the first save, and makes no file', async () => {
      const before = await fingerprint(folder);
      expect(await one.store.load(NEVER)).toMatchObject({ kind: 'none' });
      expect(await fingerprint(folder)).toBe(before);
    });

    it('returns the last saved state to every run', async () => {
      await using held = await lock(one, '1');
      expect(await held.load()).toMatchObject({ kind: 'none' });
      await held.save(documentOf(1));
      await held.save(documentOf(2, 7));
      const expected = { kind: 'found', document: documentOf(2, 7) };
      expect(await held.load()).toMatchObject(expected);
      expect(await other.store.load(NEVER)).toMatchObject(expected);
    });

    it('needs no lock', async () => {
      await using held = await lock(one, '1');
      await held.save(documentOf(1));
      expect(await serialIn(other.store)).toBe(1);
    });
  });

  describe('lock', () => {
    it('keeps others out, names its owner to them, and is free once it was given back', async () => {
      const held = await lock(one, '1');
      const refusal = await refusalOf(lock(other, '2'));
      expect(refusal).toMatchObject({ code: 'state-locked', exitCode: 3 });
      expect(refusal.message).toContain('"deploy" by actor-1');
      const [{ token } = { token: '' }] = (await other.inspector.inspect(NEVER)).locks;
      expect(refusal.hint).toContain(`maand state unlock ${token}`);
      await held[Symbol.asyncDispose]();
      await using again = await lock(other, '2');
      expect(await again.load()).toMatchObject({ kind: 'none' });
    });

    it('passes to the waiting run, which reads everything that was saved under it', async () => {
      const held = await lock(one, '1');
      const waiting = lock(other, '2', 60_000);
      await held.save(documentOf(1));
      await held[Symbol.asyncDispose]();
      await using next = await waiting;
      expect(await next.load()).toMatchObject({ kind: 'found', document: { serial: 1 } });
      await next.save(documentOf(2));
    });

    it('is refused after the time limit for waiting', async () => {
      await using _held = await lock(one, '1');
      const refusal = await refusalOf(lock(other, '2', 300));
      expect(refusal).toMatchObject({ code: 'state-locked', message: expect.stringContaining('actor-1') });
    });

    it('is no longer waited for by a cancelled run, which leaves nothing behind', async () => {
      const held = await lock(one, '1');
      const cancel = new AbortController();
      const waiting = lock(other, '2', 60_000, cancel.signal);
      cancel.abort();
      await expect(waiting).rejects.toThrow(/abort/i);
      await held[Symbol.asyncDispose]();
      expect((await one.inspector.inspect(NEVER)).locks).toEqual([]);
      await using _next = await lock(place.open('3'), '3');
    });

    it('can be given back twice, the second time without taking it from the next owner', async () => {
      const held = await lock(one, '1');
      await held[Symbol.asyncDispose]();
      await using _next = await lock(other, '2');
      await held[Symbol.asyncDispose]();
      expect((await refusalOf(lock(place.open('3'), '3'))).message).toContain('actor-2');
    });
  });

  describe('save', () => {
    it('refuses a document that does not follow the stored one, and changes nothing', async () => {
      await using held = await lock(one, '1');
      await held.save(documentOf(1));
      for (const serial of [1, 3]) {
        expect(await refusalOf(held.save(documentOf(serial, 9)))).toMatchObject({
          code: 'state-taken-over',
          exitCode: 3,
        });
      }
      expect(await other.store.load(NEVER)).toMatchObject({ document: { serial: 1, updateSeq: 0 } });
      await held.save(documentOf(2));
    });

    it('is over once the lock was given back', async () => {
      const held = await lock(one, '1');
      await held.save(documentOf(1));
      await held[Symbol.asyncDispose]();
      await expect(held.save(documentOf(2))).rejects.toThrow('given back');
      expect(await serialIn(other.store)).toBe(1);
    });

    it('refuses a run whose lock was taken over, and that run does not release the lock of another run', async () => {
      const lost = await lock(one, '1');
      await lost.save(documentOf(1));
      expect(await other.inspector.unlock('1', NEVER)).toMatchObject({ kind: 'broken', problems: [] });
      await using held = await lock(other, '2');
      await held.save(documentOf(2, 2));
      expect(await refusalOf(lost.save(documentOf(2, 1)))).toMatchObject({ code: 'state-taken-over', exitCode: 3 });
      await lost[Symbol.asyncDispose]();
      expect((await refusalOf(lock(place.open('3'), '3'))).message).toContain('actor-2');
      expect(await place.open('3').store.load(NEVER)).toMatchObject({ document: { serial: 2, updateSeq: 2 } });
    });
  });

  it('has a fence on every worker that keeps it: it ends the shell of a run whose lock is another’s by now', async () => {
    const lost = await lock(one, '1');
    await lost.save(documentOf(1));
    const passes = async ({ fence }: HeldState, root: string) => {
      const line = fence.line({ root });
      const { stdout } = await runShell(`${line}\necho passed`, { shell: ['sh'] });
      return line !== undefined && stdout === 'passed\n';
    };
    for (const root of place.roots) expect(await passes(lost, root)).toBe(true);
    await other.inspector.unlock('1', NEVER);
    await using held = await lock(other, '2');
    for (const root of place.roots) {
      expect(await passes(held, root)).toBe(true);
      expect(await passes(lost, root)).toBe(false);
    }
    if (place.roots.length === 0) expect(held.fence.line({ root: folder })).toBeUndefined();
    await lost[Symbol.asyncDispose]();
  });

  describe('inspect', () => {
    it('shows that no state exists', async () => {
      const before = await fingerprint(folder);
      const picture = await one.inspector.inspect(NEVER);
      expect(picture).toMatchObject({ name: PLACE_NAME, locks: [], verdict: { kind: 'none' } });
      expect(new Set(picture.copies.map(({ status }) => status))).toEqual(new Set(['none']));
      expect(await fingerprint(folder)).toBe(before);
    });

    it('shows the state, its copies and the owner of its lock, and writes nothing', async () => {
      await using held = await lock(one, '1');
      await held.save(documentOf(1, 4));
      const before = await fingerprint(folder);
      const { verdict, copies, locks } = await other.inspector.inspect(NEVER);
      expect(verdict).toMatchObject({ kind: 'proven', document: documentOf(1, 4) });
      expect(copies).toContainEqual(
        expect.objectContaining({ status: 'found', lineage: first.bucketId, serial: 1, updateSeq: 4 }),
      );
      expect(locks).toEqual([expect.objectContaining({ runId: '1', command: 'deploy', actor: 'actor-1' })]);
      expect(await fingerprint(folder)).toBe(before);
    });
  });

  describe('unlock', () => {
    it('finds no lock when no lock exists', async () => {
      expect(await one.inspector.unlock('1', NEVER)).toEqual({ kind: 'none', unasked: [] });
    });

    it('does not break a lock with another token and another run id', async () => {
      await using _held = await lock(one, '1');
      expect(await other.inspector.unlock('2', NEVER)).toMatchObject({ kind: 'another', locks: [{ runId: '1' }] });
      expect(await refusalOf(lock(other, '2'))).toMatchObject({ code: 'state-locked' });
    });

    it.each(['token', 'runId'] as const)('breaks the lock that has this %s', async (word) => {
      await using _lost = await lock(one, '1');
      const [owned] = (await other.inspector.inspect(NEVER)).locks;
      const broken = await other.inspector.unlock(owned?.[word] ?? '', NEVER);
      expect(broken).toMatchObject({ kind: 'broken', lock: { runId: '1' }, problems: [] });
      await using held = await lock(other, '2');
      await held.save(documentOf(1));
    });
  });
});
