import { describe, expect, it } from 'vitest';
import { chooseState } from '../../../src/state-fleet/find-state/choose-state.ts';
import type { Choice } from '../../../src/state-fleet/find-state/evidence.ts';
import { type Proof, refuteChoice } from '../../../src/state-fleet/find-state/prove-newest.ts';
import type { CacheSight, WorkerSight } from '../../../src/state-fleet/find-state/sights.ts';
import { hasQuorum } from '../../../src/state-fleet/holders/quorum.ts';
import { answered, candidateOf, holding, LINEAGE, NAME, OTHER_LINEAGE, silent } from '../../support/sights.ts';

const OFF: CacheSight = { kind: 'off' };
const NONE: CacheSight = { kind: 'none' };
const OUTAGE: CacheSight = { kind: 'unknown', reason: 'status 503' };
const FOREIGN: CacheSight = { kind: 'refused', otherKey: false, reason: 'its seal is broken' };
const OTHER_KEY: CacheSight = { kind: 'refused', otherKey: true, reason: 'sealed with key id aa, given are: bb' };
const cached = (serial: number, variant = '', lineage = LINEAGE): CacheSight => ({
  kind: 'found',
  candidate: candidateOf(serial, variant, lineage),
});

const decide = (cache: CacheSight, workers: readonly WorkerSight[], initialize: 'auto' | 'never' = 'auto') =>
  chooseState({ name: NAME, cache, workers, initialize });

/** Returns one word for each choice, for use in tables. */
function wordOf(choice: Choice): string {
  switch (choice.kind) {
    case 'stop':
      return choice.stop.code;
    case 'initialise':
      return 'initialise';
    case 'chosen':
      return `${choice.candidate.digest.slice('digest of '.length)} of ${[...choice.holders, ...(choice.inCache ? ['cache'] : [])].join('+')}`;
  }
}

interface Row {
  readonly when: string;
  readonly cache: CacheSight;
  readonly workers: readonly WorkerSight[];
  readonly gives: string;
}

const decisions = (rows: readonly Row[]) => {
  it.each(rows)('$when: $gives', ({ cache, workers, gives }) => {
    expect(wordOf(decide(cache, workers))).toBe(gives);
  });
};

const [a, b, c] = ['w1', 'w2', 'w3'] as const;
const never = [answered(a), answered(b)];
const cliBucket = { buckets: new Map([['made-by-the-cli', 3]]) };

describe('rule 1: a run is the first one only when all workers confirm it', () => {
  decisions([
    { when: 'no cache, no worker has seen it', cache: OFF, workers: never, gives: 'initialise' },
    { when: 'the cache said none, no worker has seen it', cache: NONE, workers: never, gives: 'initialise' },
    { when: 'no workers at all, the cache said none', cache: NONE, workers: [], gives: 'initialise' },
    { when: 'the cache is out of order', cache: OUTAGE, workers: never, gives: 'state-unknown' },
    { when: 'the cache has something that is not ours', cache: FOREIGN, workers: never, gives: 'state-unknown' },
    { when: 'one worker is silent', cache: NONE, workers: [answered(a), silent(b)], gives: 'state-unknown' },
    {
      when: 'all are silent and there is no cache',
      cache: OFF,
      workers: [silent(a), silent(b)],
      gives: 'state-unknown',
    },
  ]);

  it('begins nothing with initialize "never"', () => {
    expect(wordOf(decide(NONE, never, 'never'))).toBe('state-missing');
    expect(wordOf(decide(OUTAGE, never, 'never'))).toBe('state-unknown');
  });

  it('names every worker that did not confirm', () => {
    const choice = decide(OUTAGE, [answered(a), silent(b)]);
    expect(choice).toMatchObject({
      stop: { message: expect.stringMatching(/w2: no route to host; the cache: status 503/) },
    });
  });
});

describe('rule 2: two lineages, another name, another key', () => {
  const foreign = candidateOf(9, '', OTHER_LINEAGE);
  decisions([
    {
      when: 'two workers hold two states',
      cache: NONE,
      workers: [holding(a, candidateOf(4)), holding(b, foreign)],
      gives: 'state-two-lineages',
    },
    {
      when: 'the cache holds another one than the workers, even a newer one',
      cache: cached(9, '', OTHER_LINEAGE),
      workers: [holding(a, candidateOf(4))],
      gives: 'state-two-lineages',
    },
    {
      when: 'a worker has the mark of another one and lost its copy',
      cache: NONE,
      workers: [holding(a, candidateOf(4)), answered(b, { mark: OTHER_LINEAGE })],
      gives: 'state-two-lineages',
    },
    {
      when: "staging's host is listed in production",
      cache: NONE,
      workers: [
        holding(a, candidateOf(4)),
        answered(b, { others: [{ bucketId: OTHER_LINEAGE, name: 'shop/staging' }] }),
      ],
      gives: 'state-other-name',
    },
    {
      when: 'a worker is shared with another bucket',
      cache: NONE,
      workers: [
        holding(a, candidateOf(4)),
        answered(b, { others: [{ bucketId: OTHER_LINEAGE, name: 'blog/production' }] }),
      ],
      gives: '4 of w1',
    },
    { when: 'the only copy has another key', cache: OTHER_KEY, workers: never, gives: 'state-other-key' },
    {
      when: 'the cache has an entry with another key, the workers hold the state',
      cache: OTHER_KEY,
      workers: [holding(a, candidateOf(4))],
      gives: '4 of w1',
    },
  ]);

  it('names both sides and their writers', () => {
    const choice = decide(NONE, [holding(a, candidateOf(4)), holding(b, foreign)]);
    expect(choice).toMatchObject({
      stop: { message: expect.stringContaining(`bucket ${LINEAGE} on worker w1, written by run 4`) },
    });
    expect(choice).toMatchObject({
      stop: { message: expect.stringContaining(`bucket ${OTHER_LINEAGE} on worker w2, written by run 9`) },
    });
  });
});

describe('rule 3: the highest serial, and the majority of workers in a fork', () => {
  const [left, right] = [candidateOf(7, ' left'), candidateOf(7, ' right')];
  decisions([
    {
      when: 'all agree',
      cache: cached(5),
      workers: [holding(a, candidateOf(5)), holding(b, candidateOf(5))],
      gives: '5 of w1+w2+cache',
    },
    {
      when: 'the cache is behind',
      cache: cached(3),
      workers: [holding(a, candidateOf(5)), holding(b, candidateOf(4))],
      gives: '5 of w1',
    },
    { when: 'the cache is ahead', cache: cached(6), workers: [holding(a, candidateOf(5))], gives: '6 of cache' },
    {
      when: 'everything was evicted',
      cache: NONE,
      workers: [holding(a, candidateOf(5)), holding(b, candidateOf(5))],
      gives: '5 of w1+w2',
    },
    { when: 'the entry is poisoned', cache: FOREIGN, workers: [holding(a, candidateOf(5))], gives: '5 of w1' },
    { when: 'the cache is out of order', cache: OUTAGE, workers: [holding(a, candidateOf(5))], gives: '5 of w1' },
    { when: 'only the cache is left', cache: cached(5), workers: [silent(a), silent(b)], gives: '5 of cache' },
    {
      when: 'a new worker has nothing',
      cache: NONE,
      workers: [holding(b, candidateOf(5)), answered(a)],
      gives: '5 of w2',
    },
    {
      when: 'two against one',
      cache: NONE,
      workers: [holding(a, right), holding(b, left), holding(c, left)],
      gives: '7 left of w2+w3',
    },
    { when: 'one against one', cache: NONE, workers: [holding(a, left), holding(b, right)], gives: 'state-fork' },
    {
      when: 'one against one, one of them cached',
      cache: cached(7, ' left'),
      workers: [holding(a, left), holding(b, right)],
      gives: 'state-fork',
    },
    {
      when: 'a worker against the cache',
      cache: cached(7, ' left'),
      workers: [holding(a, right)],
      gives: '7 right of w1',
    },
    {
      when: 'two against two',
      cache: NONE,
      workers: [holding(a, left), holding(b, left), holding(c, right), holding('w4', right)],
      gives: 'state-fork',
    },
    {
      when: 'a fork below the newest serial',
      cache: NONE,
      workers: [holding(a, left), holding(b, right), holding(c, candidateOf(8))],
      gives: '8 of w3',
    },
  ]);

  it('names both sides of a fork', () => {
    const choice = decide(NONE, [holding(a, left), holding(b, right)]);
    expect(choice).toMatchObject({
      stop: { message: expect.stringMatching(/w1 \(written by run 7 left\); w2 \(written by run 7 right\)/) },
    });
  });
});

describe('rule 7: deployed, and no readable state anywhere', () => {
  decisions([
    {
      when: 'the copies are gone, the mark is there',
      cache: NONE,
      workers: [answered(a, { mark: LINEAGE })],
      gives: 'state-lost',
    },
    {
      when: 'something else deployed a bucket',
      cache: NONE,
      workers: [answered(a, cliBucket), answered(b)],
      gives: 'state-lost',
    },
    {
      when: "another bucket's deploy is accounted for by its own mark",
      cache: NONE,
      workers: [
        answered(a, { buckets: new Map([[OTHER_LINEAGE, 3]]), others: [{ bucketId: OTHER_LINEAGE, name: 'blog/x' }] }),
      ],
      gives: 'initialise',
    },
  ]);
});

describe('rule 4: a rollback is proven by one worker', () => {
  const proof = (updateSeq: number, more: Partial<Proof> = {}) =>
    refuteChoice({
      name: NAME,
      candidate: candidateOf(5),
      inCache: true,
      holders: [a],
      workers: [answered(a, { buckets: new Map([[LINEAGE, updateSeq]]) })],
      ...more,
    });

  it('refuses a state that is older than the copy of a worker', () => {
    expect(proof(6)).toMatchObject({
      code: 'state-rolled-back',
      message: expect.stringContaining('worker w1, which has update 6'),
    });
  });

  it('accepts a state that is equally new or newer', () => {
    expect(proof(5)).toBeUndefined();
    expect(proof(4)).toBeUndefined();
  });

  it('also checks workers without a state, but not other buckets', () => {
    const workers = [answered(a), answered(b, { buckets: new Map([[LINEAGE, 9]]) })];
    expect(proof(0, { workers })).toMatchObject({ code: 'state-rolled-back' });
    expect(proof(0, { workers: [answered(a, { buckets: new Map([[OTHER_LINEAGE, 9]]) })] })).toBeUndefined();
  });
});

describe('rule 5: freshness is proven by the cache or a majority of the holders', () => {
  const holders = ['w1', 'w2', 'w3', 'w4'];
  const codeOf = (inCache: boolean, hosts: readonly string[]) =>
    refuteChoice({
      name: NAME,
      candidate: candidateOf(5),
      inCache,
      holders,
      workers: holders.map((host) => (hosts.includes(host) ? holding(host, candidateOf(4)) : silent(host))),
    })?.code;

  it.each([
    { inCache: false, hosts: ['w1', 'w2', 'w3'], code: undefined },
    { inCache: false, hosts: ['w1', 'w2'], code: undefined },
    { inCache: false, hosts: ['w2', 'w3'], code: 'state-not-proven' },
    { inCache: false, hosts: [], code: 'state-not-proven' },
    { inCache: true, hosts: [], code: undefined },
  ])('in the cache: $inCache, answered: $hosts: $code', ({ inCache, hosts, code }) => {
    expect(codeOf(inCache, hosts)).toBe(code);
  });

  it('names the workers that do not answer', () => {
    const workers = [holding('w1', candidateOf(5)), silent('w2'), silent('w3')];
    const stop = refuteChoice({
      name: NAME,
      candidate: candidateOf(5),
      inCache: false,
      holders: ['w1', 'w2', 'w3'],
      workers,
    });
    expect(stop?.message).toMatch(/only 1 of 3 .* \(silent, or without: w2, w3\)/);
  });

  it('does not count a holder that lost its copy: it may have had a newer one', () => {
    const proof = { name: NAME, inCache: false, holders: ['w1', 'w2', 'w3'] };
    const workers = [holding('w1', candidateOf(5)), answered('w2', { mark: LINEAGE }), silent('w3')];
    expect(refuteChoice({ ...proof, candidate: candidateOf(5), workers })?.code).toBe('state-not-proven');
    const first = [holding('w1', candidateOf(1)), answered('w2'), silent('w3')];
    expect(refuteChoice({ ...proof, candidate: candidateOf(1), workers: first })).toBeUndefined();
  });

  it('does not count workers that are no holders', () => {
    const workers = [silent('w1'), holding('w8', candidateOf(5)), holding('w9', candidateOf(5))];
    const stop = refuteChoice({ name: NAME, candidate: candidateOf(5), inCache: false, holders: ['w1'], workers });
    expect(stop?.code).toBe('state-not-proven');
  });
});

describe('a quorum', () => {
  const subsetsOf = (holders: readonly string[]): string[][] =>
    Array.from({ length: 2 ** holders.length }, (_, bits) => holders.filter((_holder, at) => (bits >> at) & 1));

  it.each([1, 2, 3, 4, 5, 6, 7])(
    'of %i holders shares one with every other quorum, and more than half is always one',
    (count) => {
      const holders = Array.from({ length: count }, (_, at) => `w${at}`);
      const quorums = subsetsOf(holders).filter((voices) => hasQuorum({ holders, voices }));
      for (const one of quorums) {
        for (const other of quorums) expect(one.some((host) => other.includes(host))).toBe(true);
      }
      for (const voices of subsetsOf(holders)) {
        if (voices.length * 2 > count) expect(hasQuorum({ holders, voices })).toBe(true);
        if (voices.length * 2 < count) expect(hasQuorum({ holders, voices })).toBe(false);
      }
    },
  );

  it('of two workers is the first, never the second', () => {
    expect(hasQuorum({ holders: ['w1', 'w2'], voices: ['w1'] })).toBe(true);
    expect(hasQuorum({ holders: ['w1', 'w2'], voices: ['w2'] })).toBe(false);
  });

  it('of zero workers is reached', () => {
    expect(hasQuorum({ holders: [], voices: [] })).toBe(true);
  });
});

it('answers the same whatever order workers answer in', () => {
  const sights = [
    holding(a, candidateOf(7, ' left')),
    holding(b, candidateOf(7, ' right')),
    holding(c, candidateOf(7, ' left')),
  ];
  const rotate = (at: number) => [...sights.slice(at), ...sights.slice(0, at)];
  const words = [0, 1, 2].map((at) => wordOf(decide(NONE, rotate(at))));
  expect(new Set(words)).toEqual(new Set(['7 left of w1+w3']));
});
