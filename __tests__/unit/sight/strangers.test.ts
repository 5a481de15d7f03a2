import { describe, expect, it } from 'vitest';
import { findStrangers } from '../../../src/sight/strangers.ts';
import type { BucketFacts, WorkerFacts, Writer } from '../../../src/sight/worker-facts.ts';
import { factsOf } from '../../support/sights.ts';

const NEWCOMER = { name: 'shop/production', bucketId: 'ours', jobs: new Set(['web', 'api']) };

interface Found {
  readonly jobs?: readonly string[];
  /** Name of the state that signed `worker.json`. */
  readonly writer?: string;
  /** Name of the state that has a mark for this bucket. */
  readonly mark?: string;
}

function workerWith(bucketId: string, { jobs = [], writer, mark }: Found): WorkerFacts {
  const signed: Writer | undefined =
    writer === undefined ? undefined : { kind: 'file', name: writer, serial: 1, run: '' };
  const bucket: BucketFacts = {
    identity: { bucketId, workerId: 'w', updateSeq: 1, writer: signed },
    kind: 'folder',
    isCutOff: false,
    jobs: new Map(jobs.map((job) => [job, 'folder'])),
  };
  return {
    ...factsOf('10.0.0.1', { states: mark === undefined ? [] : [{ bucketId, name: mark }] }),
    buckets: new Map([[bucketId, bucket]]),
  };
}

describe('a first deploy', () => {
  it.each([
    ['an empty worker', factsOf('10.0.0.1'), []],
    ['our own bucket', workerWith('ours', { jobs: ['web'], writer: 'shop/production' }), []],
    ['a bucket of other jobs that nobody signed', workerWith('x', { jobs: ['mail'] }), []],
    ['a bucket of our jobs that nobody signed', workerWith('x', { jobs: ['mail', 'web'] }), ['lost']],
    [
      'a bucket of our jobs that another state signed',
      workerWith('x', { jobs: ['web'], writer: 'blog/production' }),
      [],
    ],
    ['a bucket of our jobs with the mark of another state', workerWith('x', { jobs: ['web'], mark: 'blog/x' }), []],
    ['another bucket that a state of our name signed', workerWith('x', { writer: 'shop/production' }), ['lost']],
    ['another bucket with the mark of our name', workerWith('x', { mark: 'shop/production' }), ['lost']],
    ['another environment of our bucket', workerWith('x', { writer: 'shop/staging' }), ['other-name']],
    ['another environment of our bucket, by its mark', workerWith('x', { mark: 'shop/staging' }), ['other-name']],
  ])('meets %s', (_what, facts, kinds) => {
    expect(findStrangers([facts], NEWCOMER).map(({ kind }) => kind)).toEqual(kinds);
  });
});
