import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { jumpHostsOf, routeTo, workerEndpoint } from '../../../src/transport/ssh/endpoint.ts';

const worker = { host: '10.0.0.1', port: 22, user: 'agent', root: '/opt/worker', useSudo: false, hostKey: undefined };

describe('parseProxyJump', () => {
  it.each([
    ['', []],
    ['bastion', [{ host: 'bastion', port: 22, user: undefined }]],
    ['ops@bastion.example:2222', [{ host: 'bastion.example', port: 2222, user: 'ops' }]],
    ['ops@[fd00::1]:22', [{ host: 'fd00::1', port: 22, user: 'ops' }]],
    [
      'a@one, b@two:23',
      [
        { host: 'one', port: 22, user: 'a' },
        { host: 'two', port: 23, user: 'b' },
      ],
    ],
  ])('reads "%s"', (text, hops) => {
    expect(jumpHostsOf(text)).toEqual(hops);
  });

  it.each(['ops@', 'ops@host:', 'ops@host:70000', 'ops@host:0', 'fd00::1', 'a b', 'ops@host/22'])(
    'refuses "%s"',
    (text) => {
      expect(() => jumpHostsOf(text)).toThrow(Failure);
      expect(() => jumpHostsOf(text)).toThrow(`"${text}" is not a jump host`);
    },
  );
});

describe('routeTo', () => {
  it('logs in to a jump host as the user of the worker, unless another user is given', () => {
    const route = routeTo(workerEndpoint(worker), jumpHostsOf('ops@one,two'));
    expect(route.map(({ user, host }) => `${user}@${host}`)).toEqual(['ops@one', 'agent@two']);
  });

  it('does not jump through a worker to reach that worker', () => {
    expect(routeTo(workerEndpoint(worker), jumpHostsOf('ops@one,agent@10.0.0.1,two'))).toHaveLength(1);
  });
});
