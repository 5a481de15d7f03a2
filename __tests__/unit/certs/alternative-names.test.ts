import { describe, expect, it } from 'vitest';
import { alternativeNames } from '../../../src/certs/alternative-names.ts';

const worker = (host: string, hostname = '') => ({ host, hostname });

describe('alternativeNames', () => {
  it.each([
    ['an address', [worker('10.0.0.1')], '', ['127.0.0.1', '10.0.0.1'], ['localhost']],
    [
      'workers in order of text',
      [worker('10.0.0.9'), worker('10.0.0.10')],
      '',
      ['127.0.0.1', '10.0.0.10', '10.0.0.9'],
      ['localhost'],
    ],
    ['a host that is a name', [worker('web1.example.org')], '', ['127.0.0.1'], ['localhost', 'web1.example.org']],
    ['IPv6', [worker('fd00::1')], '', ['127.0.0.1', 'fd00::1'], ['localhost']],
    ['a hostname', [worker('10.0.0.1', 'web1')], '', ['127.0.0.1', '10.0.0.1'], ['localhost', 'web1']],
    [
      'a hostname that is an address',
      [worker('10.0.0.1', '192.0.2.1')],
      '',
      ['127.0.0.1', '10.0.0.1', '192.0.2.1'],
      ['localhost'],
    ],
    ['a hostname that is no name', [worker('10.0.0.1', 'rack 7, left')], '', ['127.0.0.1', '10.0.0.1'], ['localhost']],
    [
      'a common name',
      [worker('10.0.0.1')],
      'web.example.org',
      ['127.0.0.1', '10.0.0.1'],
      ['localhost', 'web.example.org'],
    ],
    ['a wildcard', [], '*.example.org', ['127.0.0.1'], ['localhost', '*.example.org']],
    ['a star alone', [], '*.', ['127.0.0.1'], ['localhost']],
    ['a common name for people', [], 'Payments API', ['127.0.0.1'], ['localhost']],
    ['a virtual address', [], '192.0.2.7', ['127.0.0.1', '192.0.2.7'], ['localhost']],
    ['everything twice', [worker('127.0.0.1', 'localhost')], 'localhost', ['127.0.0.1'], ['localhost']],
  ])('%s', (_what, workers, commonName, ips, dns) => {
    expect(alternativeNames(workers, commonName)).toEqual({ ips, dns });
  });
});
