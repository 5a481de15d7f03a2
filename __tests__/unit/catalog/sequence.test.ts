import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demandedJobs, sequenceJobs, wavesOf } from '../../../src/catalog/sequence.ts';
import { demanding, hook, job } from '../../support/workspace-values.ts';

const jobsOf = (demands: Record<string, string[]>) =>
  Object.entries(demands).map(([name, upstream]) =>
    job(name, { hooks: [hook('hook_up'), ...upstream.map((one) => demanding(one))] }),
  );

const seqs = (demands: Record<string, string[]>) => Object.fromEntries(sequenceJobs(jobsOf(demands)).seqOf);

describe('sequenceJobs', () => {
  it.each([
    [
      { a: [], b: ['a'], c: ['a'] },
      { a: 0, b: 1, c: 1 },
    ],
    [
      { a: [], b: ['a'], c: ['b'], d: ['a', 'b'] },
      { a: 0, b: 1, c: 2, d: 2 },
    ],
    [{ lonely: [] }, { lonely: 0 }],
  ])('%j', (demands, expected) => {
    expect(seqs(demands)).toEqual(expected);
  });

  it('reports a cycle once, starting at its smallest name', () => {
    const { diagnostics, seqOf } = sequenceJobs(jobsOf({ c: ['b'], b: ['a'], a: ['c'], free: [] }));
    expect(diagnostics.map(({ message }) => message)).toEqual(['circular hook dependency: a -> c -> b -> a']);
    expect([...seqOf.keys()]).toEqual(['free']);
  });

  it('puts every job after all that it demands, and every job in one wave', () => {
    const graph = fc
      .integer({ min: 1, max: 25 })
      .chain((size) => fc.array(fc.array(fc.nat(), { maxLength: 5 }), { minLength: size, maxLength: size }));
    fc.assert(
      fc.property(graph, (rows) => {
        const demands = Object.fromEntries(
          rows.map((row, at) => [`j${at}`, at === 0 ? [] : [...new Set(row.map((pick) => `j${pick % at}`))]]),
        );
        const jobs = jobsOf(demands);
        const { seqOf, diagnostics } = sequenceJobs(jobs);
        expect(diagnostics).toEqual([]);
        for (const one of jobs) {
          const upstream = demandedJobs(one).map((name) => seqOf.get(name) ?? Number.NaN);
          expect(seqOf.get(one.name)).toBe(Math.max(-1, ...upstream) + 1);
        }
        expect(wavesOf(seqOf).flat().sort()).toEqual(jobs.map(({ name }) => name).sort());
      }),
    );
  });

  it('handles a dense graph and a long chain quickly and without a stack overflow', () => {
    const dense = Object.fromEntries(
      Array.from({ length: 150 }, (_, at) => [`j${at}`, Array.from({ length: at }, (_unused, up) => `j${up}`)]),
    );
    expect(seqs(dense).j149).toBe(149);
    const chain = Object.fromEntries(
      Array.from({ length: 3000 }, (_, at) => [`j${at}`, at === 0 ? [] : [`j${at - 1}`]]),
    );
    expect(seqs(chain).j2999).toBe(2999);
  });
});
