import { describe, expect, it } from 'vitest';
import { checksOfState } from '../../../src/doctor/state-checks.ts';
import { judgeFacts } from '../../../src/doctor/worker-checks.ts';
import type { StatePicture } from '../../../src/state/picture.ts';
import { stateOf } from '../../support/state-document.ts';

const worker = { host: 'h', user: 'agent', root: '/opt/worker', useSudo: false };
const sound = { make: 'GNU Make 4', rsync: 'rsync 3', root: 'yes /opt/worker', free: '9000000', time: '1000' };

describe('the answer of a worker', () => {
  const judge = (changes: Readonly<Record<string, string>>, useSudo = false) => {
    const facts = new Map(Object.entries({ ...sound, ...changes }).filter(([, text]) => text !== ''));
    return judgeFacts({ facts, worker: { ...worker, useSudo }, beganMs: 999_900, endedMs: 1_000_400 });
  };

  it('is well', () => expect(judge({}).filter(({ outcome }) => outcome !== 'ok')).toEqual([]));

  it.each([
    ['make', { make: '' }, 'failed', 'not installed'],
    ['root', { root: 'no /opt' }, 'failed', 'agent may not write /opt'],
    ['root', { root: 'file /opt/worker' }, 'failed', 'is not a folder'],
    ['disk', { free: '20000' }, 'failed', '19 MB free'],
    ['disk', { free: '500000' }, 'warning', '488 MB free'],
    ['disk', { free: '' }, 'warning', 'could not be read'],
    ['clock', { time: '1100' }, 'warning', '100 s ahead'],
    ['clock', { time: '900' }, 'warning', '99 s behind'],
    ['clock', { time: '' }, 'warning', 'could not be read'],
  ])('is judged: %s %j', (check, changes, outcome, seen) => {
    const found = judge(changes).filter((one) => one.outcome !== 'ok');
    expect(found).toEqual([
      { subject: 'h', check, outcome, seen: expect.stringContaining(seen), fix: expect.any(String) },
    ]);
  });
});

describe('the picture of the state', () => {
  const document = stateOf(1000);
  const copy = (where: string, serial: number, digest = 'd') => ({ where, status: 'found' as const, serial, digest });
  const picture = (changes: Partial<StatePicture>): StatePicture => ({
    name: 'n',
    copies: [copy('a', 412), copy('b', 412), copy('the cache', 412)],
    locks: [],
    verdict: { kind: 'proven', document },
    ...changes,
  });
  const lock = { where: ['a'], token: 't', runId: '1', command: 'deploy', actor: 'kim', url: '', since: '' };

  it('is well', () =>
    expect(checksOfState(picture({})).map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok']));

  it.each([
    [
      'a stop',
      { verdict: { kind: 'stopped', code: 'state-fork', message: 'm', hint: 'h', document: undefined } },
      { check: 'state', outcome: 'failed', seen: 'm', fix: 'h; see docs/state.md#state-fork' },
    ],
    [
      'a copy behind',
      { copies: [copy('a', 412), copy('b', 411)] },
      { check: 'copies', outcome: 'warning', seen: expect.stringContaining('b (serial 411)') },
    ],
    ['a fork', { copies: [copy('a', 412), copy('b', 412, 'other')] }, { check: 'copies', outcome: 'failed' }],
    [
      'a silent cache',
      { copies: [copy('a', 412), { where: 'the cache', status: 'unknown', problem: '503' }] },
      { check: 'cache', outcome: 'warning', seen: '503' },
    ],
    [
      'a token for reading',
      { cacheReadOnly: 'why' },
      { check: 'cache', outcome: 'warning', seen: expect.stringContaining('why') },
    ],
    [
      'a lock',
      { locks: [lock] },
      { check: 'lock', outcome: 'warning', fix: expect.stringContaining('maand state unlock t') },
    ],
  ] as const)('shows %s', (_what, changes, row) => {
    const found = checksOfState(picture(changes as Partial<StatePicture>)).filter(({ outcome }) => outcome !== 'ok');
    expect(found).toMatchObject([row]);
  });
});
