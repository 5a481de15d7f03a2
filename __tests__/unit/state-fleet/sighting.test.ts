import { describe, expect, it } from 'vitest';
import { headText, parseSighting } from '../../../src/state-fleet/holders/sighting.ts';
import { factsOf } from '../../support/sights.ts';

const HEAD = {
  name: 'the shop/production',
  lineage: '0a1b2c3d-4e5f-4678-9abc-def012345678',
  serial: 41,
  digest: 'ab'.repeat(32),
  updateSeq: 7,
  writer: 'run 12 of Octo Cat on refs/heads/main at 2026-01-01T00:00:00.000Z',
};
const answer = (...lines: readonly string[]) =>
  `maand-state 1\nnow 1000\nfence 3\n${lines.map((line) => `${line}\n`).join('')}end\n`;

describe('the answer of a worker', () => {
  it('is nothing but its clock and fence when it has never seen the state', () => {
    expect(parseSighting('w1', answer())).toEqual({
      host: 'w1',
      mark: undefined,
      head: undefined,
      lock: undefined,
      fence: 3,
      replaced: false,
      facts: factsOf('w1'),
    });
  });

  it('returns the written HEAD, including spaces', () => {
    const lines = headText(HEAD)
      .split('\n')
      .map((line) => `head ${line}`);
    expect(parseSighting('w1', answer(`mark ${HEAD.lineage}`, ...lines))).toMatchObject({
      mark: HEAD.lineage,
      head: HEAD,
    });
  });

  it('returns the age of a lock by the clock of the worker', () => {
    const owner = '{"runId":"7","command":"deploy --build"}';
    expect(parseSighting('w1', answer(`lock tok 970 120 ${owner}`)).lock).toEqual({
      token: 'tok',
      ageSeconds: 30,
      ttlSeconds: 120,
      owner,
    });
    expect(parseSighting('w1', answer('lock tok 970 120 ')).lock?.owner).toBe('');
  });

  it('lists other states, buckets, and a lock that was not given back', () => {
    const sighting = parseSighting(
      'w1',
      answer(
        'replaced tok',
        'state id-2 my blog/production',
        'folder id-1 folder',
        'identity id-1 {"bucket_id": "id-1", "worker_id": "x", "update_seq": 4}',
        'folder id-2 link',
        'job id-2 folder web',
        'identity id-2 {',
      ),
    );
    expect(sighting.replaced).toBe(true);
    expect(sighting.facts.states).toEqual([{ bucketId: 'id-2', name: 'my blog/production' }]);
    expect([...sighting.facts.buckets]).toEqual([
      [
        'id-1',
        {
          identity: { bucketId: 'id-1', workerId: 'x', updateSeq: 4, writer: undefined },
          kind: 'folder',
          isCutOff: false,
          jobs: new Map(),
        },
      ],
      ['id-2', { identity: 'damaged', kind: 'link', isCutOff: false, jobs: new Map([['web', 'folder']]) }],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a banner before it', `Welcome\n${answer()}`],
    ['no end', answer().replace('end\n', '')],
    ['another version', answer().replace('maand-state 1', 'maand-state 2')],
    ['its tail only', 'head serial 4\nend\n'],
  ])('is not whole: %s', (_what, text) => {
    expect(() => parseSighting('w1', text)).toThrow(RangeError);
  });

  it.each(['head serial -1', 'head serial 1e99', 'head serial x', 'head serial 99999999999999999999'])(
    'counts from nothing when a number makes no sense: %s',
    (line) => {
      expect(parseSighting('w1', answer(line)).head?.serial).toBe(0);
    },
  );

  it('has no lock where the file makes no sense', () => {
    expect(parseSighting('w1', answer('lock tok')).lock).toBeUndefined();
    expect(parseSighting('w1', answer('lock tok x y z')).lock).toBeUndefined();
  });
});
