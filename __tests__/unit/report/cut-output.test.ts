import { describe, expect, it } from 'vitest';
import { cutOutput } from '../../../src/report/log/cut-output.ts';

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`).join('\n');

describe('cutOutput', () => {
  it('does not change a short output', () => {
    expect(cutOutput(lines(50))).toBe(lines(50));
    expect(cutOutput('x'.repeat(2000))).toBe('x'.repeat(2000));
  });

  it('shows the first 50 lines', () => {
    expect(cutOutput(lines(62))).toBe(`${lines(50)}\n... (12 more lines truncated)`);
  });

  it('cuts long text near 1900 characters, at a line break where it can', () => {
    expect(cutOutput('x'.repeat(2245))).toBe(`${'x'.repeat(1900)}\n... (345 more characters truncated)`);
    const text = `${'x'.repeat(1500)}\n${'y'.repeat(1000)}`;
    expect(cutOutput(text)).toBe(`${'x'.repeat(1500)}\n... (1001 more characters truncated)`);
  });

  it('does not cut a character in two', () => {
    expect(cutOutput(`x${'😀'.repeat(1500)}`)).toBe(`x${'😀'.repeat(949)}\n... (1102 more characters truncated)`);
  });
});
