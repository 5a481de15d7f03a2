import { describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';

describe('Masker', () => {
  it('hides a value and its Base64, URL and JSON forms', () => {
    const masker = new Masker();
    const secret = 'p"ss w/rd+1';
    expect(masker.add(secret)).toBe(true);
    const forms = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret), JSON.stringify(secret)];
    expect(masker.mask(forms.join(' | '))).toBe('*** | *** | *** | "***"');
  });

  it('hides the forms in which Python quotes', () => {
    const masker = new Masker();
    masker.add('aB3/xY9+qW7=é');
    const forms = ['aB3/xY9%2BqW7%3D%C3%A9', 'aB3%2fxY9%2bqW7%3d%c3%a9', 'aB3/xY9+qW7=\\u00e9'];
    for (const form of forms) expect(masker.mask(form)).toBe('***');
  });

  it('hides each line of a longer value, but no PEM armour and no short line', () => {
    const masker = new Masker();
    masker.add('-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nab\n-----END PRIVATE KEY-----\n');
    expect(masker.mask('x MIIEvQIBADANBg y ab -----BEGIN PRIVATE KEY-----')).toBe(
      'x *** y ab -----BEGIN PRIVATE KEY-----',
    );
  });

  it('prefers the longer of two values, and takes patterns literally', () => {
    const masker = new Masker();
    masker.add('secret');
    masker.add('secret.*long');
    expect(masker.mask('secret.*long secretXXlong')).toBe('*** ***XXlong');
  });

  it('reports when a value is too short, and reports each new form once', () => {
    const forms: string[] = [];
    const masker = new Masker((form) => forms.push(form));
    expect(masker.add('short')).toBe(false);
    masker.add('longer-value');
    masker.add('longer-value');
    expect(forms).toEqual([...new Set(forms)]);
    expect(forms).toContain('longer-value');
  });

  it('bears a lone surrogate', () => {
    const masker = new Masker();
    expect(masker.add('abc\ud800defg')).toBe(true);
  });

  it('hides all of two secrets that overlap, and keeps apart two that only touch', () => {
    const masker = new Masker();
    masker.add('abcdefgh');
    masker.add('efghijkl');
    expect(masker.mask('<abcdefghijkl> <efghijklabcdefgh>')).toBe('<***> <******>');
  });

  it.each([
    ['Base64 for URLs', '<<???>>~~', (text: string) => Buffer.from(text).toString('base64url')],
    ['Base64 for URLs, padded', '<<???>>~~~', () => 'PDw_Pz8-Pn5-fg=='],
    ['JSON as Go writes it', 'a<b>&c-secret', () => 'a\\u003cb\\u003e\\u0026c-secret'],
    ['JSON with escaped slashes', 'path/of/secret', () => 'path\\/of\\/secret'],
    ['HTML as Go writes it', `a<b>&"c"'d'`, () => 'a&lt;b&gt;&amp;&#34;c&#34;&#39;d&#39;'],
    ['HTML as Python writes it', `a<b>&"c"'d'`, () => 'a&lt;b&gt;&amp;&quot;c&quot;&#x27;d&#x27;'],
    ['XML', `a<b>&"c"'d'`, () => 'a&lt;b&gt;&amp;&quot;c&quot;&apos;d&apos;'],
    ['a POSIX shell', `it's a secret`, () => `it'\\''s a secret`],
    ['a shell, as Python quotes it', `it's a secret`, () => `it'"'"'s a secret`],
    ['double quotes of a shell', 'p$ss"word`', () => 'p\\$ss\\"word\\`'],
  ])('hides a secret in the form of %s', (_name, secret, write) => {
    const masker = new Masker();
    masker.add(secret);
    expect(masker.mask(`<${write(secret)}>`)).toBe('<***>');
  });

  it('hides the parts of a value with a CR, together and separately', () => {
    const masker = new Masker();
    masker.add('first-half\rsecond-half');
    expect(masker.mask('[first-half\rsecond-half] [first-half] [second-half]')).toBe('[***] [***] [***]');
  });

  it('hides one line of several in Base64', () => {
    const masker = new Masker();
    masker.add('user=shop\npassword=hunter2hunter2\n');
    expect(masker.mask(`[${Buffer.from('password=hunter2hunter2').toString('base64')}]`)).toBe('[***]');
  });

  it.each(['u:', 'us:', 'use:'])(
    'hides all but the edges of a secret in the Base64 of a longer text: %s…',
    (before) => {
      const masker = new Masker();
      masker.add('correct-horse-battery');
      const encoded = Buffer.from(`${before}correct-horse-battery!`).toString('base64');
      const shown = masker.mask(encoded);
      expect(shown).toContain('***');
      const rest = Buffer.from(shown.replace('***', ''), 'base64').toString('latin1');
      expect(rest).not.toMatch(/orr|ors|bat|ery/);
    },
  );
});

describe('words that are reserved', () => {
  function listening(words: readonly string[]) {
    const told: string[] = [];
    const spared: unknown[] = [];
    const masker = new Masker((form) => told.push(form));
    masker.onSpared((one) => spared.push(one));
    masker.reserve(words);
    return { masker, told, spared };
  }

  it('are never masked when a secret equals one, are not reported as masks, and cause one warning', () => {
    const { masker, told, spared } = listening(['postgres', 'deployed']);
    expect(masker.add('postgres', 'secrets/job/postgres user')).toBe(true);
    masker.add('postgres\n', 'secrets/job/postgres user');
    masker.add('deployed', 'secrets/job/api word');
    expect(masker.mask('job postgres: deployed, cG9zdGdyZXM=')).toBe('job postgres: deployed, cG9zdGdyZXM=');
    expect(told).toEqual([]);
    expect(spared).toEqual([
      { origin: 'secrets/job/postgres user', likeness: 'equal' },
      { origin: 'secrets/job/api word', likeness: 'equal' },
    ]);
  });

  it('also apply when they are registered after the secret', () => {
    const { masker, told, spared } = listening([]);
    masker.add('postgres', 'the input ssh-passphrase');
    masker.add('correct-horse', 'a key');
    masker.reserve(['postgres']);
    expect(masker.mask('postgres correct-horse')).toBe('postgres ***');
    expect(spared).toEqual([{ origin: 'the input ssh-passphrase', likeness: 'equal' }]);
    expect(told.filter((form) => form === 'correct-horse')).toEqual(['correct-horse']);
  });

  it('spare the one line of a secret that equals them', () => {
    const { masker, spared } = listening(['postgres']);
    masker.add('postgres\nhunter2hunter2', 'secrets/job/postgres login');
    expect(masker.mask('postgres hunter2hunter2')).toBe('postgres ***');
    expect(spared).toEqual([{ origin: 'secrets/job/postgres login', likeness: 'equal' }]);
  });

  it('stay complete when a secret is a part of them; elsewhere the secret is masked', () => {
    const { masker, told, spared } = listening(['api-db-1', 'deployed']);
    masker.add('api-db', 'secrets/job/api user');
    masker.add('deploy', 'secrets/job/api word');
    expect(masker.mask('job api-db-1: deployed by api-db.')).toBe('job api-db-1: deployed by ***.');
    expect(masker.mask('api-db-12, xapi-db-1, redeployed, deploy')).toBe('***-12, x***-1, re***ed, ***');
    expect(told).not.toContain('api-db');
    expect(told).not.toContain('deploy');
    expect(spared).toEqual([
      { origin: 'secrets/job/api user', likeness: 'part' },
      { origin: 'secrets/job/api word', likeness: 'part' },
    ]);
  });

  it('do not spare a secret that holds them', () => {
    const { masker, spared } = listening(['postgres']);
    masker.add('postgres-hunter2', 'secrets/job/postgres password');
    expect(masker.mask('postgres: postgres-hunter2')).toBe('postgres: ***');
    expect(spared).toEqual([]);
  });
});
