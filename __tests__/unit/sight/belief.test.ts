import { describe, expect, it } from 'vitest';
import { type Belief, jobOn, judgeWorker, type KnownHere, type OurState } from '../../../src/sight/belief.ts';
import type { BucketFacts, Identity, WorkerFacts } from '../../../src/sight/worker-facts.ts';
import { factsOf } from '../../support/sights.ts';

const OURS: OurState = { kind: 'file', name: 'shop/default', bucketId: 'bucket', serial: 20, updateSeq: 7 };
const KNOWN: KnownHere = { workerId: 'w1', listedIds: new Set(['w1', 'w2']), noted: 5, upload: 'none' };
const writer = { kind: 'file', name: 'shop/default', serial: 20, run: 'alice' } as const;

interface Row {
  readonly what: string;
  readonly identity: Partial<Identity> | BucketFacts['identity'];
  readonly ours?: Partial<OurState>;
  readonly known?: Partial<KnownHere>;
  readonly belief: Belief['kind'];
}

function workerWith(identity: BucketFacts['identity']): WorkerFacts {
  const bucket: BucketFacts = { identity, kind: 'folder', isCutOff: false, jobs: new Map() };
  return { ...factsOf('10.0.0.1'), buckets: new Map([['bucket', bucket]]) };
}

const ROWS: readonly Row[] = [
  { what: 'what was noted, without a writer', identity: {}, belief: 'ours' },
  { what: 'no note of an update in the state', identity: {}, known: { noted: undefined }, belief: 'ours' },
  { what: 'an older update, without a writer', identity: { updateSeq: 4 }, belief: 'restored' },
  { what: 'an update that was not noted', identity: { updateSeq: 6 }, belief: 'elsewhere' },
  { what: 'the same while an upload is open', identity: { updateSeq: 6 }, known: { upload: 'open' }, belief: 'ours' },
  { what: 'an update that this state never gave', identity: { updateSeq: 8 }, belief: 'elsewhere' },
  {
    what: 'the same while an upload is open: not ours',
    identity: { updateSeq: 8 },
    known: { upload: 'open' },
    belief: 'elsewhere',
  },
  { what: 'our own writer', identity: { writer }, belief: 'ours' },
  {
    what: 'our own writer, with a later update that was not noted',
    identity: { writer, updateSeq: 6 },
    belief: 'ours',
  },
  { what: 'our own writer, with an older update', identity: { writer, updateSeq: 3 }, belief: 'restored' },
  { what: 'our own name under an update that we never gave', identity: { writer, updateSeq: 8 }, belief: 'elsewhere' },
  { what: 'a newer copy of this state', identity: { writer: { ...writer, serial: 21 } }, belief: 'elsewhere' },
  {
    what: 'a state of the other kind',
    identity: { writer: { ...writer, kind: 'workers', serial: 1 } },
    belief: 'elsewhere',
  },
  {
    what: 'the state that this one was adopted from',
    identity: { writer: { kind: 'workers', name: 'shop', serial: 30, run: '' } },
    ours: { adopted: { kind: 'workers', name: 'shop', serial: 30 } },
    belief: 'ours',
  },
  {
    what: 'that state after the adoption',
    identity: { writer: { kind: 'workers', name: 'shop', serial: 31, run: '' } },
    ours: { adopted: { kind: 'workers', name: 'shop', serial: 30 } },
    belief: 'elsewhere',
  },
  {
    what: 'another state than the adopted one',
    identity: { writer: { kind: 'workers', name: 'blog', serial: 3, run: '' } },
    ours: { adopted: { kind: 'workers', name: 'shop', serial: 30 } },
    belief: 'elsewhere',
  },
  { what: 'the files of another listed worker', identity: { workerId: 'w2' }, belief: 'other-worker' },
  { what: 'the files of a worker that has left', identity: { workerId: 'w9' }, belief: 'other-worker' },
  { what: 'no worker.json', identity: 'absent', belief: 'unsigned' },
  { what: 'a damaged worker.json', identity: 'damaged', belief: 'unsigned' },
  { what: 'a worker.json of another bucket', identity: { bucketId: 'x' }, belief: 'unsigned' },
];

describe('what is believed of a worker', () => {
  it.each(ROWS)('$what: $belief', ({ identity, ours, known, belief }) => {
    const base: Identity = { bucketId: 'bucket', workerId: 'w1', updateSeq: 5, writer: undefined };
    const whole = typeof identity === 'string' ? identity : { ...base, ...identity };
    expect(judgeWorker(workerWith(whole), { ...OURS, ...ours }, { ...KNOWN, ...known }).kind).toBe(belief);
  });

  it('nothing of the bucket: nothing', () => {
    expect(judgeWorker(factsOf('10.0.0.1'), OURS, KNOWN)).toEqual({ kind: 'nothing' });
  });

  it('distinguishes a listed worker from a removed one', () => {
    const standing = (workerId: string) =>
      judgeWorker(workerWith({ bucketId: 'bucket', workerId, updateSeq: 5, writer: undefined }), OURS, KNOWN);
    expect(standing('w2')).toMatchObject({ standing: 'listed' });
    expect(standing('w9')).toMatchObject({ standing: 'former' });
  });
});

describe('the folder of a job', () => {
  const bucket = (changes: Partial<BucketFacts>): WorkerFacts => {
    const whole: BucketFacts = { identity: 'absent', kind: 'folder', isCutOff: false, jobs: new Map(), ...changes };
    return { ...factsOf('10.0.0.1'), buckets: new Map([['bucket', whole]]) };
  };

  it.each([
    ['is there', bucket({ jobs: new Map([['web', 'folder']]) }), 'there'],
    ['is behind a link', bucket({ jobs: new Map([['web', 'link']]) }), 'there'],
    ['is a file', bucket({ jobs: new Map([['web', 'file']]) }), 'missing'],
    ['is not there', bucket({}), 'missing'],
    ['is not there, nor its bucket', factsOf('10.0.0.1'), 'missing'],
    [
      'is behind a link that leads nowhere',
      bucket({ jobs: new Map([['web', 'dangling']]) }),
      { dangling: 'bucket/jobs/web' },
    ],
    ['is below such a link', bucket({ isCutOff: true }), { dangling: 'bucket/jobs' }],
    ['is in a bucket behind such a link', bucket({ kind: 'dangling' }), { dangling: 'bucket' }],
    ['is below such a root', { ...factsOf('10.0.0.1'), isRootCutOff: true }, { dangling: '' }],
  ])('%s', (_what, facts, sight) => {
    expect(jobOn(facts, 'bucket', 'web')).toEqual(sight);
  });
});
