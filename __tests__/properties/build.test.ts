/** Tests properties that hold for every bucket, whatever its content is and in whatever order the content was made. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCatalog } from '../../src/catalog/build-catalog.ts';
import { assignPorts, type PortNumbers } from '../../src/catalog/ports.ts';
import { sequenceJobs, wavesOf } from '../../src/catalog/sequence.ts';
import type { JobEntry } from '../../src/workspace/types.ts';
import { CaseBucket } from '../support/case-bucket.ts';
import { demanding, hook, job, worker, workspace } from '../support/workspace-values.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;

describe('ports over a history of edits', () => {
  const number = fc.option(fc.integer({ min: 95, max: 112 }), { nil: undefined });
  /** The ports of each job: some of its two ports, assigned or fixed. Undefined when the job does not exist at this time. */
  const ports = fc.option(fc.record({ x: fc.option(number), y: fc.option(number) }), { nil: undefined });
  const edit = fc.record({
    jobs: fc.record({ a: ports, b: ports, c: ports, d: ports, e: ports }),
    pool: fc.record({ min: fc.integer({ min: 98, max: 102 }), width: fc.integer({ min: 0, max: 12 }) }),
  });
  type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

  const entriesOf = ({ jobs }: Edit): JobEntry[] =>
    NAMES.flatMap((name) => {
      const declared = jobs[name];
      if (!declared) return [];
      const own = (['x', 'y'] as const).flatMap((port) =>
        declared[port] === null ? [] : [{ name: `${name}_${port}`, number: declared[port] }],
      );
      return [job(name, { ports: own })];
    });

  const flat = (numbers: PortNumbers): Map<string, number> =>
    new Map(Object.values(numbers).flatMap((own) => Object.entries(own)));

  it('no number is used twice, fixed ports keep theirs, and other ports stay in the pool unless they must move', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        let previous: PortNumbers = {};
        for (const one of edits) {
          const entries = entriesOf(one);
          const pool = { min: one.pool.min, max: one.pool.min + one.pool.width };
          const { ports: numbers, diagnostics } = assignPorts({ jobs: entries, pool, previous });
          const declared = entries.flatMap((entry) => entry.ports);
          const fixed = new Set(declared.flatMap((port) => port.number ?? []));
          const dynamic = declared.filter((port) => port.number === undefined);
          const isRefused = diagnostics.some(({ severity }) => severity === 'error');
          const clash = fixed.size < declared.length - dynamic.length;
          const room = pool.max - pool.min + 1 - [...fixed].filter((at) => at >= pool.min && at <= pool.max).length;
          expect(isRefused).toBe(clash || room < dynamic.length);
          if (isRefused) continue; // a build that fails keeps the previous numbers
          const given = flat(numbers);
          const before = flat(previous);
          expect([...given.keys()].sort()).toEqual(declared.map(({ name }) => name).sort());
          expect(new Set(given.values()).size).toBe(given.size);
          for (const { name, number: wanted } of declared) {
            const is = given.get(name) ?? 0;
            if (wanted !== undefined) expect(is).toBe(wanted);
            else {
              expect(is >= pool.min && is <= pool.max).toBe(true);
              const was = before.get(name);
              const canStay = was !== undefined && was >= pool.min && was <= pool.max && !fixed.has(was);
              if (canStay) expect(is, `${name} has moved`).toBe(was);
            }
          }
          previous = numbers;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('placement', () => {
  const labels = fc.subarray(['gpu', 'ssd', 'eu', 'us']);
  const bucket = fc.record({
    workers: fc.array(fc.record({ labels, position: fc.integer({ min: -2, max: 2 }) }), { maxLength: 6 }),
    jobs: fc.array(labels, { maxLength: 5 }),
  });

  it('puts a job on exactly those workers that have all its selectors, in one order', () => {
    fc.assert(
      fc.property(bucket, (given) => {
        const workers = given.workers
          .map(({ labels: own, position }, at) => worker(`w${at}`, { labels: [...own, 'worker'].sort(), position }))
          .sort((a, b) => a.position - b.position || (a.host < b.host ? -1 : 1));
        const jobs = given.jobs.map((selectors, at) => job(`job${at}`, { selectors: ['worker', ...selectors] }));
        const continuity = { bucketId: 'b', workers: {}, ports: {}, allocations: [] };
        const { catalog } = buildCatalog({ workspace: workspace({ workers, jobs }), continuity, newId: () => 'id' });
        for (const [at, selectors] of given.jobs.entries()) {
          const expected = workers.filter((one) => selectors.every((label) => one.labels.includes(label)));
          const allocations = catalog.jobs[at]?.allocations ?? [];
          expect(allocations.map(({ host }) => host)).toEqual(expected.map(({ host }) => host));
          expect(allocations.map(({ index }) => index)).toEqual(allocations.map((_, index) => index));
        }
        const ids = catalog.jobs.flatMap(({ allocations }) => allocations.map(({ id }) => id));
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

describe('sequence', () => {
  const pair = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES));

  /** Returns whether a job demands itself, directly or through other jobs. Adds the indirect demands step by step. */
  function hasCircle(pairs: readonly (readonly [string, string])[]): boolean {
    const reach = new Set(pairs.map(([from, to]) => `${from}>${to}`));
    for (const middle of NAMES) {
      for (const from of NAMES) {
        for (const to of NAMES) {
          if (reach.has(`${from}>${middle}`) && reach.has(`${middle}>${to}`)) reach.add(`${from}>${to}`);
        }
      }
    }
    return NAMES.some((name) => reach.has(`${name}>${name}`));
  }

  it('respects every demand, as early as possible, and finds a circle exactly when there is one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(pair, { selector: String, maxLength: 10 }), (written) => {
        const pairs = written.filter(([from, to]) => from !== to); // a demand of a job on itself is refused earlier
        const jobs = NAMES.map((name) => {
          const hooks = pairs.filter(([from]) => from === name).map(([, to]) => demanding(to));
          return job(name, { hooks: [hook('hook_up'), ...hooks] });
        });
        const { seqOf, diagnostics } = sequenceJobs(jobs);
        expect(diagnostics.length > 0).toBe(hasCircle(pairs));
        if (diagnostics.length > 0) return;
        for (const name of NAMES) {
          const below = pairs.filter(([from]) => from === name).map(([, to]) => seqOf.get(to) ?? Number.NaN);
          expect(seqOf.get(name)).toBe(Math.max(-1, ...below) + 1);
        }
        expect(wavesOf(seqOf).flat().sort()).toEqual([...NAMES]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('builds of a bucket', () => {
  const ports = fc.dictionary(
    fc.constantFrom('p_one', 'p_two', 'p_three'),
    fc.constantFrom<object | number>({}, {}, 8080, 8081),
    { maxKeys: 2 },
  );
  const manifest = fc.record({
    version: fc.constantFrom('1', '2.0.0', 'banana'),
    selectors: fc.constantFrom(['worker'], ['web'], ['nowhere']),
    resources: fc.record({ ports }),
    min_allocations_count: fc.constantFrom(0, 0, 2),
  });
  const jobFile = fc.option(manifest, { nil: undefined, freq: 3 });
  const edit = fc.record({
    jobs: fc.record({ a: jobFile, b: jobFile, c: jobFile }),
    workers: fc.array(
      fc.record({ host: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'), labels: fc.subarray(['web']) }),
      { maxLength: 3 },
    ),
    files: fc.record({
      'workspace/bucket.conf': fc.constantFrom('', 'a = "1"', 'a = 1', 'port_range = "30000,30001"'),
      'workspace/disabled.json': fc.constantFrom('{}', '{"jobs":{"a":{}}}', '{"workers":["10.0.0.1"]}'),
    }),
  });

  it('change nothing when they fail, and nothing when they are repeated', async () => {
    const endings = { built: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 2, maxLength: 4 }), async (edits) => {
        const bucket = await CaseBucket.create();
        for (const one of edits) {
          await bucket.edit(one);
          const before = await bucket.stateText();
          const { exitCode } = await bucket.maand('build');
          const after = await bucket.stateText();
          if (exitCode === 0) {
            endings.built++;
            expect((await bucket.maand('build')).exitCode).toBe(0);
            expect(await bucket.stateText()).toBe(after);
          } else {
            endings.refused++;
            expect(exitCode).toBe(2);
            expect(after).toBe(before);
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(endings.built).toBeGreaterThan(10); // both outcomes occur often enough
    expect(endings.refused).toBeGreaterThan(10);
  });
});
