import { describe, expect, it } from 'vitest';
import { type CacheLimits, openActionsCache } from '../../../src/cache/actions-cache.ts';
import type { ActionsCache } from '../../../src/cache/types.ts';
import type { CacheFault } from '../../support/cache-faults.ts';
import {
  type CacheServer,
  type CacheServiceOptions,
  type Job,
  startCacheService,
} from '../../support/cache-service.ts';

const shape = { format: 'test-1', magic: Buffer.from('MAGIC'), largestBytes: 1000 };
const entry = (text: string) => Buffer.from(`MAGIC ${text}`);
const never = new AbortController().signal;
const LIMITS: CacheLimits = { findMs: 5_000, saveMs: 15_000, pausesMs: [1, 1] };
/** Limits for tests that wait until a limit is reached. */
const SHORT: CacheLimits = { findMs: 100, saveMs: 100, pausesMs: [1] };

let keys = 0;
const newKey = () => `state/${++keys}-`;

async function withService(
  test: (service: CacheServer) => Promise<void>,
  options?: CacheServiceOptions,
): Promise<void> {
  await using service = await startCacheService(options);
  await test(service);
}

function connect(service: CacheServer, job?: Job, limits = LIMITS): ActionsCache {
  const opened = openActionsCache({ env: service.environment(job), server: '', shape, limits });
  if (opened.kind === 'absent') throw new Error(opened.reason);
  return opened;
}

const find = (cache: ActionsCache, ...prefixes: string[]) =>
  cache.find({ prefixes: prefixes.length > 0 ? prefixes : ['state/'], signal: never });
const save = (cache: ActionsCache, text: string) => cache.save({ newKey, bytes: entry(text), signal: never });
const calls = ({ log }: CacheServer) => log.map(({ call }) => call).join(' ');

async function saved(cache: ActionsCache, text: string): Promise<string> {
  const outcome = await save(cache, text);
  if (outcome.kind !== 'saved') throw new Error(outcome.reason);
  return outcome.key;
}

describe('an entry', () => {
  it('is missing before it is saved, and is found unchanged afterwards', () =>
    withService(async (service) => {
      const cache = connect(service);
      expect(await find(cache)).toEqual({ kind: 'none' });
      const key = await saved(cache, 'one');
      expect(await find(cache)).toEqual({ kind: 'found', key, bytes: entry('one') });
      expect(calls(service)).toBe('lookup reserve upload finalize lookup download lookup download');
    }));

  it('is the newest of a prefix, or the first of several prefixes', () =>
    withService(async (service) => {
      const cache = connect(service);
      const [first, second] = [await saved(cache, 'one'), await saved(cache, 'two')];
      expect(await find(cache)).toMatchObject({ key: second, bytes: entry('two') });
      expect(await find(cache, first)).toMatchObject({ key: first });
      expect(await find(cache, 'other/', first, 'state/')).toMatchObject({ key: first });
      expect(await find(cache, 'stat/')).toEqual({ kind: 'none' });
    }));

  it('of another format or of a cache step is not seen', () =>
    withService(async (service) => {
      service.entries.plant({
        scope: 'refs/heads/main',
        key: 'state/9-',
        version: 'of-a-cache-step',
        bytes: entry('x'),
      });
      expect(await find(connect(service))).toEqual({ kind: 'none' });
    }));

  it('of the own ref wins, then of the base, then of the default branch; other refs are not seen', () =>
    withService(async (service) => {
      const [main, base, own] = [{}, { ref: 'refs/heads/next' }, { ref: 'refs/pull/1/merge', base: 'refs/heads/next' }];
      await saved(connect(service, own), 'own');
      await saved(connect(service, base), 'base');
      await saved(connect(service, main), 'main');
      await saved(connect(service, { ref: 'refs/tags/v1' }), 'tag');
      const seen = async () => find(connect(service, own));
      expect(await seen()).toMatchObject({ bytes: entry('own') });
      service.entries.evict(({ scope }) => scope === own.ref);
      expect(await seen()).toMatchObject({ bytes: entry('base') });
      service.entries.evict(({ scope }) => scope === base.ref);
      expect(await seen()).toMatchObject({ bytes: entry('main') });
      service.entries.evict(({ scope }) => scope === 'refs/heads/main');
      expect(await seen()).toEqual({ kind: 'none' });
      expect(service.entries.all).toHaveLength(1);
    }));

  it('is not sent to the storage together with the token', () =>
    withService(async (service) => {
      await saved(connect(service), 'one'); // the storage responds with 400 to an authorization header
      expect(service.log.find(({ call }) => call === 'upload')).toMatchObject({ method: 'PUT' });
    }));
});

describe('a failed find reports', () => {
  it.each<[string, CacheFault, string, RegExp]>([
    ['denied (401)', { kind: 'status', status: 401 }, 'denied', /the lookup was answered with status 401/],
    ['denied (403)', { kind: 'status', status: 403 }, 'denied', /status 403/],
    ['denied (policy)', { kind: 'denied' }, 'denied', /"cache read denied: /],
    ['rate-limited', { kind: 'status', status: 429, retryAfterSeconds: 7 }, 'rate-limited', /status 429/],
    ['unavailable (500)', { kind: 'status', status: 500, msg: 'oh' }, 'unavailable', /status 500: "oh"$/],
    ['unavailable (503)', { kind: 'status', status: 503 }, 'unavailable', /status 503$/],
    ['unavailable (404)', { kind: 'status', status: 404 }, 'unavailable', /status 404$/],
    ['unavailable (reset)', { kind: 'reset' }, 'unavailable', /the lookup failed: ECONNRESET/],
    ['unavailable (lost)', { kind: 'lost-answer' }, 'unavailable', /the lookup failed: ECONNRESET/],
    ['unavailable (page)', { kind: 'body', text: '<html>sign in' }, 'unavailable', /none of a cache service/],
    ['unavailable (JSON)', { kind: 'body', text: '{"page":1}' }, 'unavailable', /none of a cache service/],
    ['unavailable (types)', { kind: 'body', text: '{"ok":"yes"}' }, 'unavailable', /none of a cache service/],
    ['unavailable (no URL)', { kind: 'body', text: '{"ok":true}' }, 'unavailable', /none of a cache service/],
    ['unavailable (both)', { kind: 'body', text: '{"ok":false,"matched_key":"x"}' }, 'unavailable', /none of a/],
  ])('%s', (_name, fault, kind, reason) =>
    withService(async (service) => {
      await saved(connect(service), 'one');
      service.fail({ on: 'lookup', fault });
      const outcome = await find(connect(service));
      expect(outcome).toMatchObject({ kind, reason: expect.stringMatching(reason) });
      if (kind === 'rate-limited') expect(outcome).toMatchObject({ retryAfterSeconds: 7 });
    }),
  );

  it.each<[string, CacheFault, string, RegExp]>([
    ['corrupt (first bytes)', { kind: 'corrupt', atByte: 1 }, 'corrupt', /not a sealed state/],
    ['corrupt (empty)', { kind: 'truncated', toBytes: 0 }, 'corrupt', /not a sealed state/],
    ['unavailable (cut)', { kind: 'cut', afterBytes: 7 }, 'unavailable', /the download failed: /],
    ['unavailable (503)', { kind: 'status', status: 503 }, 'unavailable', /the download was answered with status 503/],
    ['unavailable (evicted)', { kind: 'status', status: 404 }, 'unavailable', /status 404/],
    ['unavailable (reset)', { kind: 'reset' }, 'unavailable', /the download failed: ECONNRESET/],
  ])('%s, of the download', (_name, fault, kind, reason) =>
    withService(async (service) => {
      await saved(connect(service), 'one');
      service.fail({ on: 'download', fault });
      expect(await find(connect(service))).toMatchObject({ kind, reason: expect.stringMatching(reason) });
    }),
  );

  it('corrupt, of an entry that is too large, and stops reading', () =>
    withService(async (service) => {
      const { version = '' } = await saved(connect(service), 'one').then(() => service.log[0]?.message ?? {});
      const bytes = Buffer.concat([shape.magic, Buffer.alloc(5_000_000)]);
      service.entries.plant({ scope: 'refs/heads/main', key: 'state/x', version, bytes });
      expect(await find(connect(service))).toEqual({
        kind: 'corrupt',
        reason: 'the entry is too large: it has more than 1000 bytes',
      });
    }));

  it('corrupt, of an entry that was not asked for', () =>
    withService(async (service) => {
      const text = JSON.stringify({ ok: true, matched_key: 'other', signed_download_url: service.url });
      service.fail({ on: 'lookup', fault: { kind: 'body', text } });
      expect(await find(connect(service))).toMatchObject({
        kind: 'corrupt',
        reason: expect.stringContaining('another entry than the requested one'),
      });
    }));

  it('nothing when the trouble passes', () =>
    withService(async (service) => {
      await saved(connect(service), 'one');
      service.fail({ on: 'lookup', fault: { kind: 'status', status: 503 }, times: 1 });
      service.fail({ on: 'download', fault: { kind: 'reset' }, times: 1 });
      expect(await find(connect(service))).toMatchObject({ kind: 'found' });
    }));

  it('nothing about an older entry, because only the caller can detect it', () =>
    withService(async (service) => {
      const first = await saved(connect(service), 'one');
      await saved(connect(service), 'two');
      service.fail({ on: 'lookup', fault: { kind: 'stale', skip: 1 } });
      expect(await find(connect(service))).toMatchObject({ kind: 'found', key: first });
    }));
});

describe('a failed save reports', () => {
  it.each<[string, CacheFault, string, RegExp]>([
    ['denied (policy)', { kind: 'denied' }, 'denied', /the reservation was refused: "cache write denied: /],
    ['denied (401)', { kind: 'status', status: 401 }, 'denied', /status 401/],
    ['quota', { kind: 'quota' }, 'quota', /insufficient usage/],
    ['rate-limited', { kind: 'status', status: 429 }, 'rate-limited', /status 429/],
    ['conflict', { kind: 'status', status: 409 }, 'conflict', /status 409/],
    ['unavailable', { kind: 'status', status: 502 }, 'unavailable', /status 502/],
    ['unavailable (reset)', { kind: 'reset' }, 'unavailable', /the reservation failed: ECONNRESET/],
    ['unavailable (no URL)', { kind: 'body', text: '{"ok":true}' }, 'unavailable', /none of a cache service/],
  ])('%s', (_name, fault, kind, reason) =>
    withService(async (service) => {
      service.fail({ on: 'reserve', fault });
      expect(await save(connect(service), 'one')).toMatchObject({ kind, reason: expect.stringMatching(reason) });
      expect(service.entries.all).toEqual([]);
    }),
  );

  it('quota, when the repository is full', () =>
    withService(
      async (service) => {
        await saved(connect(service), 'one');
        expect(await save(connect(service), 'two')).toMatchObject({ kind: 'quota' });
      },
      { quotaBytes: 5 },
    ));

  it('denied before a single call, when the token only reads', () =>
    withService(async (service) => {
      await saved(connect(service), 'one');
      const before = service.log.length;
      const reader = connect(service, { permission: 1 });
      expect(reader.mayWrite).toBe('no');
      expect(await save(reader, 'two')).toEqual({ kind: 'denied', reason: 'this run may only read the cache' });
      expect(service.log.length).toBe(before);
      expect(await find(reader)).toMatchObject({ kind: 'found' });
    }));

  it('unavailable, when the upload or its end fails for good', () =>
    withService(async (service) => {
      service.fail({ on: 'upload', fault: { kind: 'status', status: 500 } });
      expect(await save(connect(service), 'one')).toMatchObject({ reason: 'the upload was answered with status 500' });
      service.recover();
      service.fail({ on: 'finalize', fault: { kind: 'status', status: 500 } });
      expect(await save(connect(service), 'one')).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringContaining('the end of the upload'),
      });
    }));

  it('the result of reading back', () =>
    withService(async (service) => {
      service.fail({ on: 'lookup', fault: { kind: 'body', text: '{}' } });
      expect(await save(connect(service), 'one')).toEqual({
        kind: 'unavailable',
        reason: 'the entry was stored and cannot be found',
      });
      service.recover();
      service.fail({ on: 'download', fault: { kind: 'corrupt', atByte: 8 } });
      expect(await save(connect(service), 'one')).toEqual({
        kind: 'corrupt',
        reason: 'the stored entry differs when it is read back',
      });
      service.recover();
      service.fail({ on: 'download', fault: { kind: 'status', status: 500 } });
      expect(await save(connect(service), 'one')).toMatchObject({
        reason: expect.stringMatching(/^the entry was stored and cannot be read back: /),
      });
    }));
});

describe('a save gets through', () => {
  it('with another key, when the answer to the reservation is lost', () =>
    withService(async (service) => {
      service.fail({ on: 'reserve', fault: { kind: 'lost-answer' }, times: 1 });
      const key = await saved(connect(service), 'one');
      const [burnt, used] = service.entries.all;
      expect(burnt).toMatchObject({ isFinal: false });
      expect(used).toMatchObject({ key, isFinal: true });
      expect(used?.key).not.toBe(burnt?.key);
    }));

  it('when the answer to the upload or to its end is lost', () =>
    withService(async (service) => {
      service.fail({ on: 'upload', fault: { kind: 'lost-answer' }, times: 1 });
      service.fail({ on: 'finalize', fault: { kind: 'lost-answer' }, times: 1 });
      await saved(connect(service), 'one');
      expect(await find(connect(service))).toMatchObject({ bytes: entry('one') });
    }));

  it('when a key is taken', () =>
    withService(async (service) => {
      const cache = connect(service);
      const taken = await saved(cache, 'one');
      const offered = [taken, 'state/new'];
      const outcome = await cache.save({ newKey: () => offered.shift() ?? '', bytes: entry('two'), signal: never });
      expect(outcome).toEqual({ kind: 'saved', key: 'state/new' });
      expect(await find(cache, taken)).toMatchObject({ bytes: entry('one') });
    }));
});

describe('no call hangs', () => {
  it.each(['lookup', 'download'] as const)('find, when the %s does', (on) =>
    withService(async (service) => {
      await saved(connect(service), 'one');
      service.fail({ on, fault: { kind: 'hang' } });
      const outcome = await find(connect(service, {}, SHORT));
      expect(outcome).toEqual({ kind: 'unavailable', reason: `the ${on} failed: no answer in time` });
    }),
  );

  it.each([
    ['reserve', 'the reservation failed: no answer in time'],
    ['upload', 'the upload failed: no answer in time'],
    ['finalize', 'the end of the upload failed: no answer in time'],
    ['lookup', 'the entry was stored and cannot be read back: the lookup failed: no answer in time'],
  ] as const)('save, when %s does', (on, reason) =>
    withService(async (service) => {
      service.fail({ on, fault: { kind: 'hang' } });
      expect(await save(connect(service, {}, SHORT), 'one')).toEqual({ kind: 'unavailable', reason });
    }),
  );

  it('and an abort of the caller ends it at once', () =>
    withService(async (service) => {
      service.fail({ on: 'every call', fault: { kind: 'hang' } });
      const stop = new AbortController();
      const running = connect(service).save({ newKey, bytes: entry('one'), signal: stop.signal });
      await service.arrived('reserve');
      stop.abort();
      expect(await running).toMatchObject({ kind: 'unavailable' });
      expect(await connect(service).find({ prefixes: ['state/'], signal: stop.signal })).toMatchObject({
        kind: 'unavailable',
      });
      expect(calls(service)).toBe('reserve');
    }));

  it('and permanent errors end before the limit', () =>
    withService(async (service) => {
      service.fail({ on: 'every call', fault: { kind: 'status', status: 503 } });
      expect(await find(connect(service))).toMatchObject({ kind: 'unavailable' });
      expect(calls(service)).toBe('lookup lookup lookup');
    }));

  it('and reports a missing service as unavailable', async () => {
    const gone = await startCacheService();
    const cache = connect(gone);
    await gone[Symbol.asyncDispose]();
    expect(await find(cache)).toEqual({ kind: 'unavailable', reason: 'the lookup failed: ECONNREFUSED' });
  });
});
