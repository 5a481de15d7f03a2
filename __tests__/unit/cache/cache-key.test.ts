import { describe, expect, it } from 'vitest';
import { cacheKeyPrefix, newCacheKey, parseCacheKey } from '../../../src/cache/cache-key.ts';

const key = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const lineage = '0a1b2c3d-4e5f-4678-9abc-def012345678';
const request = { key, name: 'shop/production', lineage, serial: 41, runId: '4711', attempt: 2 };

describe('keys of cache entries', () => {
  it('contain only lineage, serial and run, and are never the same', () => {
    const made = newCacheKey(request);
    expect(made).toMatch(/^maand-state-1\/[0-9a-f]{32}\/0a1b2c3d\/41-4711-2-[0-9a-f]{12}$/);
    expect(made).not.toContain('shop');
    expect(newCacheKey(request)).not.toBe(made);
  });

  it('are read back', () => {
    const nameHash = cacheKeyPrefix({ key, name: 'shop/production' }).split('/')[1];
    expect(parseCacheKey(newCacheKey(request))).toEqual({
      nameHash,
      lineage8: '0a1b2c3d',
      serial: 41,
      runId: '4711',
      attempt: 2,
    });
    expect(parseCacheKey('node-modules-linux-4711')).toBeUndefined();
    expect(parseCacheKey(`${newCacheKey(request)}x`)).toBeUndefined();
  });

  it.each(['a,b\nc', '', '3f2a-11', 'é'])('stay valid with the run id %j', (runId) => {
    const made = newCacheKey({ ...request, runId });
    expect(made).toMatch(/^[A-Za-z0-9_./-]{1,512}$/);
    expect(parseCacheKey(made)).toMatchObject({ serial: 41, attempt: 2 });
  });

  it('begin with a prefix that ends at a delimiter', () => {
    const made = newCacheKey(request);
    const prefixes = [
      cacheKeyPrefix({ key, name: request.name }),
      cacheKeyPrefix({ key, name: request.name, lineage }),
      cacheKeyPrefix({ key, name: request.name, lineage, serial: 41 }),
    ];
    for (const prefix of prefixes) expect(made.startsWith(prefix), prefix).toBe(true);
    expect(made.startsWith(cacheKeyPrefix({ key, name: request.name, lineage, serial: 4 }))).toBe(false);
  });

  it('depend on the name and on the key', () => {
    const other = Buffer.from(key).reverse();
    const of = (name: string, by = key) => cacheKeyPrefix({ key: by, name });
    expect(new Set([of('a'), of('b'), of('a', other)]).size).toBe(3);
  });
});
