import { describe, expect, it } from 'vitest';
import { chooseBucket } from '../../../src/adopt/choose-bucket.ts';
import type { WorkerListing } from '../../../src/adopt/read-listing.ts';
import { refusalOf } from '../../support/refusal-of.ts';

const NAME = 'shop/production';

/** Returns the listing of one worker: ids of buckets, and the bucket of each state that has a mark there. */
const listing = (ids: readonly string[], marks: Readonly<Record<string, string>> = {}): WorkerListing => ({
  buckets: ids.map((id) => ({ id, layout: 'ours', workerId: 'w', updateSeq: 1, writer: undefined, jobs: [] })),
  marks: new Map(Object.entries(marks)),
});

describe('the bucket that is adopted', () => {
  it.each<readonly [what: string, listings: readonly WorkerListing[], wanted: string | undefined, chosen: string]>([
    ['is the only one', [listing(['a']), listing(['a']), listing([])], undefined, 'a'],
    ['is the only one that belongs to nobody', [listing(['a', 'b'], { a: 'other/production' })], undefined, 'b'],
    ['may belong to this state already', [listing(['a'], { a: NAME })], undefined, 'a'],
    ['is the one that was named', [listing(['a']), listing(['b'])], 'b', 'b'],
  ])('%s', (_what, listings, wanted, chosen) => {
    expect(chooseBucket(listings, { name: NAME, wanted })).toBe(chosen);
  });

  it.each<
    readonly [
      what: string,
      listings: readonly WorkerListing[],
      wanted: string | undefined,
      exitCode: number,
      message: string,
    ]
  >([
    ['nothing is deployed', [listing([])], undefined, 2, 'no bucket is deployed on the workers of this bucket'],
    ['another one was named', [listing(['a'])], 'b', 2, 'bucket b is not deployed on the workers of this bucket'],
    [
      'all of them belong to others',
      [listing(['a'], { a: 'other/production' })],
      undefined,
      2,
      'no bucket is deployed on the workers of this bucket',
    ],
    [
      'the one that was named belongs to another state',
      [listing(['a']), listing([], { a: 'other/production' })],
      'a',
      3,
      'bucket a belongs to "other/production"',
    ],
    [
      'several could be meant',
      [listing(['b']), listing(['a'])],
      undefined,
      2,
      'several buckets are deployed there: a, b',
    ],
  ])('is refused when %s', async (_what, listings, wanted, exitCode, message) => {
    const refused = await refusalOf(async () => chooseBucket(listings, { name: NAME, wanted }));
    expect(refused).toMatchObject({ exitCode, message: expect.stringContaining(message) });
  });
});
