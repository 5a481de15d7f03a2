import { describe, expect, it } from 'vitest';
import { flushChanges } from '../../../src/hooks/durable-writes.ts';

/** A store whose saves end when the test says so. */
function openSlowStore() {
  const saves: { readonly succeed: () => void; readonly fail: (cause: Error) => void }[] = [];
  let revision = 5;
  const persist = () => new Promise<void>((succeed, fail) => void saves.push({ succeed, fail }));
  return { saves, write: () => revision++, flush: flushChanges(() => revision, persist) };
}

describe('flushChanges', () => {
  it('saves nothing when nothing was written', async () => {
    const { saves, flush } = openSlowStore();
    await flush();
    expect(saves).toHaveLength(0);
  });

  it('answers only once the save has ended', async () => {
    const { saves, write, flush } = openSlowStore();
    write();
    let answered = false;
    const flushed = flush().then(() => {
      answered = true;
    });
    await Promise.resolve();
    expect(answered).toBe(false);
    saves[0]?.succeed();
    await flushed;
    await flush();
    expect(saves).toHaveLength(1);
  });

  it('does not take a value for durable whose first save is still under way', async () => {
    const { saves, write, flush } = openSlowStore();
    write();
    const first = flush();
    const unchanged = flush();
    expect(saves).toHaveLength(2);
    for (const save of saves) save.succeed();
    await Promise.all([first, unchanged]);
  });

  it('tries again after a save that failed', async () => {
    const { saves, write, flush } = openSlowStore();
    write();
    const first = flush();
    saves[0]?.fail(new Error('no space left'));
    await expect(first).rejects.toThrow('no space left');
    const second = flush();
    saves[1]?.succeed();
    await second;
    expect(saves).toHaveLength(2);
  });
});
