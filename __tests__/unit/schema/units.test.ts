import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCpuMhz, parseMemoryMb } from '../../../src/grammar/units.ts';

describe('parseMemoryMb', () => {
  it.each([
    ['', 0],
    ['  ', 0],
    ['23', 23],
    ['23 GB', 23_552],
    ['23gb', 23_552],
    [' 512 mB ', 512],
    ['0.5 GB', 512],
    ['1 TB', 1_048_576],
    ['-1', -1],
    ['+7', 7],
    ['1.25', 1.25],
  ])('%j is %d MB', (text, megabytes) => {
    expect(parseMemoryMb(text)).toEqual({ ok: true, value: megabytes });
  });

  it.each([
    ['5 GiB', 'unsupported memory unit "GIB"'],
    ['5 KB', 'unsupported memory unit "KB"'],
    ['5M', 'unsupported memory unit "M"'],
    ['1 GHZ', 'unsupported memory unit "GHZ"'],
    ['-1 mb', 'invalid memory size "-1 mb"'],
    ['NaN', 'invalid memory size "NaN"'],
    ['Infinity', 'invalid memory size "Infinity"'],
    ['1e9', 'invalid memory size "1e9"'],
    ['0x10', 'invalid memory size "0x10"'],
    ['1,5 GB', 'invalid memory size "1,5 GB"'],
    ['.5', 'invalid memory size ".5"'],
    ['99999999999999999999', 'invalid memory size "99999999999999999999"'],
  ])('%j is refused', (text, reason) => {
    expect(parseMemoryMb(text)).toEqual({ ok: false, reason });
  });
});

describe('parseCpuMhz', () => {
  it.each([
    ['100', 100],
    ['100 GHz', 100_000],
    ['2.4 GHZ', 2400],
    ['1.005 GHZ', 1005],
    ['2 thz', 2_000_000],
    ['', 0],
  ])('%j is %d MHz', (text, megahertz) => {
    expect(parseCpuMhz(text)).toEqual({ ok: true, value: megahertz });
  });

  it.each([
    ['5 mb', 'unsupported cpu unit "MB"'],
    ['fast', 'invalid cpu frequency "fast"'],
  ])('%j is refused', (text, reason) => {
    expect(parseCpuMhz(text)).toEqual({ ok: false, reason });
  });

  it('returns numbers whose text has no exponent and no rounding digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999 }), fc.integer({ min: 0, max: 999 }), (whole, thousandths) => {
        const result = parseCpuMhz(`${whole}.${String(thousandths).padStart(3, '0')} GHZ`);
        expect(result).toEqual({ ok: true, value: whole * 1000 + thousandths });
        expect(result.ok && String(result.value)).toMatch(/^\d+$/);
      }),
    );
  });
});
