import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const codes = [...read('src/replicas/stop.ts').matchAll(/\| '(state-[a-z-]+)'/g)].map(([, code]) => code as string);

describe('docs/state.md', () => {
  it('has a section for each stop, and for no other', () => {
    expect(codes.length).toBeGreaterThan(10);
    const sections = [...read('docs/state.md').matchAll(/^### (state-[a-z-]+)$/gm)].map(([, name]) => name);
    expect(new Set(sections)).toEqual(new Set(codes));
    expect(sections).toHaveLength(codes.length);
  });
});
