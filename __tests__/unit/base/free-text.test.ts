import { describe, expect, it } from 'vitest';
import { maskFreeText, type WordingOf } from '../../../src/base/free-text.ts';

const mask = (text: string): string => `<${text.length}>`;

interface Told {
  readonly job: string;
  readonly outcome: 'failed' | 'deployed';
  readonly error?: string;
  readonly lines: readonly string[];
  readonly byHost: Readonly<Record<string, string>>;
  readonly count: number;
  readonly nested: readonly { readonly name: string; readonly why: string | null }[];
  readonly anything: unknown;
}

const WORDING: WordingOf<Told> = {
  job: 'name',
  error: 'text',
  lines: 'text',
  byHost: { '*': 'text' },
  nested: { name: 'name', why: 'text' },
  anything: 'text',
};

describe('free text', () => {
  it('is masked at every depth; names, words, keys and numbers stay', () => {
    const told: Told = {
      job: 'api',
      outcome: 'failed',
      error: 'boom',
      lines: ['a', 'bc'],
      byHost: { 'host-1': 'down' },
      count: 3,
      nested: [
        { name: 'x', why: 'because' },
        { name: 'y', why: null },
      ],
      anything: { deep: ['four'], flag: true },
    };
    expect(maskFreeText(told, WORDING, mask)).toEqual({
      job: 'api',
      outcome: 'failed',
      error: '<4>',
      lines: ['<1>', '<2>'],
      byHost: { 'host-1': '<4>' },
      count: 3,
      nested: [
        { name: 'x', why: '<7>' },
        { name: 'y', why: null },
      ],
      anything: { deep: ['<4>'], flag: true },
    });
  });

  it('may be a whole value, or nothing of it', () => {
    const value = { a: 'one', b: [{ c: 'three' }] };
    expect(maskFreeText(value, 'text', mask)).toEqual({ a: '<3>', b: [{ c: '<5>' }] });
    expect(maskFreeText(value, 'name', mask)).toBe(value);
  });

  it('cannot be forgotten, because the compiler requires the wording of every string', () => {
    // @ts-expect-error: `why` has no wording
    const forgotten: WordingOf<{ readonly job: string; readonly why?: string }> = { job: 'name' };
    // @ts-expect-error: in one type of the union, `error` has no wording
    const ofUnion: WordingOf<{ readonly kind: 'a' } | { readonly kind: 'b'; readonly error: string }> = {};
    // @ts-expect-error: a union of literal words is always a name
    const superfluous: WordingOf<{ readonly job: string; readonly kind: 'a' | 'b' }> = { job: 'name', kind: 'text' };
    expect([forgotten, ofUnion, superfluous]).toHaveLength(3);
  });
});
