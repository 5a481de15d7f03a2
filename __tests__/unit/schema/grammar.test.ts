import { describe, expect, it } from 'vitest';
import type { Parsed } from '../../../src/base/parsed.ts';
import {
  isFileWord,
  isJobName,
  parseHost,
  parseHostKey,
  parseLabel,
  parseProxyJump,
  parseRoot,
  parseUser,
} from '../../../src/grammar/names.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBUubFZyeEhYpVZlFbYC0wSQcVYZVqLvHOnZmzcKqbCE';

interface Table {
  readonly parse: (text: string) => Parsed<string>;
  /** The accepted texts with their normal form, and the refused texts. */
  readonly accepted: readonly (readonly [string, string])[];
  readonly refused: readonly string[];
}

const TABLES: Readonly<Record<string, Table>> = {
  host: {
    parse: parseHost,
    accepted: [
      ['10.0.0.1', '10.0.0.1'],
      [' web-1.example.org ', 'web-1.example.org'],
      ['2001:db8::1', '2001:db8::1'],
      ['::1', '::1'],
      ['a', 'a'],
      ['3com', '3com'],
    ],
    refused: [
      '',
      '  ',
      '10.0.0.256',
      '10.0.0',
      '1.2.3.4.5',
      '[::1]',
      'fe80::1%eth0',
      'a_b',
      '-a',
      'a-',
      'a..b',
      'a.',
      'a b',
      'a/b',
      'a|b',
      "a'b",
      'a;reboot',
      'a\nb',
      '$(x)',
      `${'a'.repeat(64)}`,
      `${'abc.'.repeat(64)}x`,
      'user@host',
      'é',
    ],
  },
  user: {
    parse: parseUser,
    accepted: [
      ['agent', 'agent'],
      [' _svc-1 ', '_svc-1'],
    ],
    refused: ['', 'Agent', '1a', '-l', 'a b', 'a;b', 'root\n-x'],
  },
  root: {
    parse: parseRoot,
    accepted: [
      ['/opt/worker', '/opt/worker'],
      ['/srv//x/', '/srv/x'],
      ['/a.b_c-d', '/a.b_c-d'],
      ['/..a', '/..a'],
    ],
    refused: ['', '/', '//', 'opt', '/opt/../etc', '/opt/..', '/.', '/a b', "/a'b", '/a\nb', '~/x', '/a$b'],
  },
  label: {
    parse: parseLabel,
    accepted: [
      ['Web', 'web'],
      [' a_b.c-d ', 'a_b.c-d'],
      ['', ''],
      ['  ', ''],
      ['9', '9'],
    ],
    refused: ['-a', '_a', 'a b', 'a/b', 'é', 'a\nb'],
  },
  'host key': {
    parse: parseHostKey,
    accepted: [
      [KEY, KEY],
      [` ${KEY} me@here `, KEY],
    ],
    refused: [
      '',
      'ssh-ed25519',
      'ssh-ed25519 AAAA',
      KEY.replace('ssh-ed25519', 'ssh-rsa'),
      KEY.slice(12),
      `${KEY}\nx y`,
    ],
  },
  'proxy jump': {
    parse: parseProxyJump,
    accepted: [
      ['', ''],
      ['jump', 'jump'],
      ['ops@jump.example.org:2222', 'ops@jump.example.org:2222'],
      ['a, b:22', 'a,b:22'],
      ['ops@[2001:db8::1]:22', 'ops@[2001:db8::1]:22'],
    ],
    refused: [',', 'a,', 'a:0', 'a:65536', 'a:x', 'Bad@a', '@a', '2001:db8::1', '-oProxyCommand=x', 'a b'],
  },
};

describe.each(Object.entries(TABLES))('%s', (_, { parse, accepted, refused }) => {
  it.each(accepted)('%j is %j', (text, value) => {
    expect(parse(text)).toEqual({ ok: true, value });
  });

  it.each(refused)('%j is refused', (text) => {
    expect(parse(text)).toEqual({ ok: false, reason: expect.any(String) });
  });
});

describe('names', () => {
  it.each(['a', 'API', '9lives', 'a.b_c-d', 'a'.repeat(63)])('%j can be a job', (name) => {
    expect(isJobName(name)).toBe(true);
  });

  it.each(['', '.a', '-a', '_a', 'a b', 'a/b', 'a\n', 'é', 'a'.repeat(64), '..'])('%j cannot be a job', (name) => {
    expect(isJobName(name)).toBe(false);
  });

  it('keeps environments and selectors inside their file name', () => {
    expect(['prod', 'eu-1', 'a.b'].every(isFileWord)).toBe(true);
    expect(['', '..', '../x', 'a/b', 'a b', 'a\n'].some(isFileWord)).toBe(false);
  });
});
