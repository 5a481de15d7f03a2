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

  it('masks plain data through and through', () => {
    const masker = new Masker();
    masker.add('s3cret-value');
    expect(masker.maskAll({ a: ['x s3cret-value', 1, null], b: { c: true } })).toEqual({
      a: ['x ***', 1, null],
      b: { c: true },
    });
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

  it('says when a value is too short, and tells of each new form once', () => {
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
});
