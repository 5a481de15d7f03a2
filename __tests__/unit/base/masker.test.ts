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
