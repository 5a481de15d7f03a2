import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sealed } from '../../../src/state/snapshot-header.ts';
import { type CacheCopy, CacheLog } from '../../../src/state-fleet/cache-copy.ts';

const sealed = (serial: number): Sealed => ({ bytes: Buffer.from(`serial ${serial}`), lineage: 'x', serial });

/** A cache that records each save, and ends the save when the test asks for it. */
class SlowCache implements CacheCopy {
  readonly readOnly = undefined;
  readonly begun: number[] = [];
  mostAtOnce = 0;
  #atOnce = 0;
  #end: (problem?: string) => void = () => {};

  async find() {
    return { kind: 'none' } as const;
  }

  newKey(): string {
    return 'key';
  }

  async save({ serial }: Sealed, signal: AbortSignal): Promise<string | undefined> {
    this.begun.push(serial);
    this.#atOnce++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    const problem = await new Promise<string | undefined>((resolve) => {
      this.#end = resolve;
      if (signal.aborted) resolve('it took too long');
      signal.addEventListener('abort', () => resolve('it took too long'));
    });
    this.#atOnce--;
    return problem;
  }

  /** Ends the save that is in progress. */
  async end(problem?: string): Promise<void> {
    this.#end(problem);
    await vi.advanceTimersByTimeAsync(0);
  }
}

let cache: SlowCache;
let warnings: string[];
let log: CacheLog;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  cache = new SlowCache();
  warnings = [];
  log = new CacheLog(cache, (message) => warnings.push(message));
});
afterEach(() => {
  vi.useRealTimers();
});

describe('saves to the cache', () => {
  it('are at most one in 20 s, of the newest', async () => {
    log.offer(sealed(1));
    await pass(0);
    await cache.end();
    for (const serial of [2, 3, 4]) log.offer(sealed(serial));
    await pass(19_999);
    expect(cache.begun).toEqual([1]);
    await pass(1);
    expect(cache.begun).toEqual([1, 4]);
    await cache.end();
    await pass(60_000);
    expect(cache.begun).toEqual([1, 4]);
    expect(warnings).toEqual([]);
  });

  it('never run two at once; a later state is saved afterwards automatically', async () => {
    log.offer(sealed(1));
    await pass(0);
    log.offer(sealed(2));
    await pass(60_000);
    log.offer(sealed(3));
    expect(cache.begun).toEqual([1]);
    await cache.end();
    await pass(0);
    expect(cache.begun).toEqual([1, 3]);
    expect(cache.mostAtOnce).toBe(1);
  });

  it('are completed at the end: first the running save, then the newest state', async () => {
    log.offer(sealed(1));
    await pass(0);
    log.offer(sealed(2));
    const flushed = log.flush(never);
    await pass(0);
    expect(cache.begun).toEqual([1]);
    await cache.end();
    expect(cache.begun).toEqual([1, 2]);
    await cache.end();
    expect(await flushed).toBeUndefined();
    expect(cache.mostAtOnce).toBe(1);
    expect(await log.flush(never)).toBeUndefined();
    expect(cache.begun).toEqual([1, 2]);
  });

  it('are not waited for at the end when nothing is left to save', async () => {
    expect(await log.flush(never)).toBeUndefined();
    expect(cache.begun).toEqual([]);
  });

  it('need not wait for their time at the end', async () => {
    log.offer(sealed(1));
    await pass(0);
    await cache.end();
    log.offer(sealed(2));
    const flushed = log.flush(never);
    await pass(0);
    await cache.end();
    expect(await flushed).toBeUndefined();
    expect(cache.begun).toEqual([1, 2]);
  });

  it('are tried again when they fail, and warned about once', async () => {
    log.offer(sealed(1));
    await pass(0);
    await cache.end('status 503');
    expect(warnings).toEqual(['the state (serial 1) is not in the cache: status 503']);
    await pass(20_000);
    expect(cache.begun).toEqual([1, 1]);
    await cache.end('status 503');
    const flushed = log.flush(never);
    await pass(0);
    await cache.end('status 503');
    expect(await flushed).toBe('status 503');
    expect(warnings).toHaveLength(1);
  });

  it('are given up for something newer', async () => {
    log.offer(sealed(1));
    await pass(0);
    log.offer(sealed(2));
    await cache.end('status 503');
    await pass(20_000);
    expect(cache.begun).toEqual([1, 2]);
  });

  it('end at the final time limit, including the running save', async () => {
    log.offer(sealed(1));
    await pass(0);
    log.offer(sealed(2));
    const end = new AbortController();
    const flushed = log.flush(end.signal);
    await pass(0);
    end.abort();
    expect(await flushed).toBe('it took too long');
    expect(cache.mostAtOnce).toBe(1);
  });
});
