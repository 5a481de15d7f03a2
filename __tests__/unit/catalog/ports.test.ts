import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignPorts, type PortNumbers } from '../../../src/catalog/ports.ts';
import { job } from '../../support/workspace-values.ts';

const pool = { min: 30_000, max: 30_005 };

function jobWith(name: string, ports: Record<string, number | undefined>) {
  return job(name, { ports: Object.entries(ports).map(([port, number]) => ({ name: port, number })) });
}

const assign = (jobs: ReturnType<typeof jobWith>[], previous: PortNumbers = {}, range = pool) =>
  assignPorts({ jobs, pool: range, previous });

describe('assignPorts', () => {
  it('keeps numbers of earlier builds and fills the lowest free one', () => {
    const previous = { api: { api_port: 30_001 }, db: { db_port: 30_002 } };
    const jobs = [
      jobWith('api', { api_port: undefined }),
      jobWith('db', { db_port: undefined }),
      jobWith('worker', { w: undefined }),
    ];
    expect(assign(jobs, previous).ports).toEqual({
      api: { api_port: 30_001 },
      db: { db_port: 30_002 },
      worker: { w: 30_000 },
    });
  });

  it('gives a fixed number of a removed job to its new owner, and lets two jobs swap theirs', () => {
    expect(assign([jobWith('b', { b_port: 8080 })], { a: { a_port: 8080 } }).diagnostics).toEqual([]);
    const swapped = assign([jobWith('a', { a_port: 2 }), jobWith('b', { b_port: 1 })], {
      a: { a_port: 1 },
      b: { b_port: 2 },
    });
    expect(swapped).toEqual({ ports: { a: { a_port: 2 }, b: { b_port: 1 } }, diagnostics: [] });
  });

  it('never gives a new dynamic port a number that a later job declares as fixed', () => {
    const { ports } = assign([jobWith('a', { a_port: undefined }), jobWith('z', { z_port: 30_000 })]);
    expect(ports).toEqual({ a: { a_port: 30_001 }, z: { z_port: 30_000 } });
  });

  it('moves a dynamic port off a number that became fixed, with a warning that names both', () => {
    const jobs = [jobWith('a', { a_port: undefined }), jobWith('z', { z_port: 30_003 })];
    const { ports, diagnostics } = assign(jobs, { a: { a_port: 30_003 } });
    expect(ports).toEqual({ a: { a_port: 30_000 }, z: { z_port: 30_003 } });
    expect(diagnostics).toMatchObject([
      { severity: 'warning', message: expect.stringMatching(/"a_port" of job a .*job z/) },
    ]);
  });

  it('reassigns a dynamic number only when it falls outside a narrowed pool', () => {
    const jobs = [jobWith('a', { a1: undefined, a2: undefined })];
    const { ports } = assign(jobs, { a: { a1: 30_009, a2: 30_004 } });
    expect(ports).toEqual({ a: { a1: 30_000, a2: 30_004 } });
  });

  it.each([
    ['two jobs with one fixed number', [jobWith('a', { x: 1 }), jobWith('b', { y: 1 })], 'ErrPortCollision'],
    ['one job with one number twice', [jobWith('a', { x: 1, y: 1 })], 'ErrPortCollision'],
    ['one name in two jobs', [jobWith('a', { x: 1 }), jobWith('b', { x: 2 })], 'ErrPortCollision'],
    ['a reserved name', [jobWith('a', { bucket_id: 1 })], 'ErrPortKeyFormat'],
  ])('refuses %s', (_what, jobs, code) => {
    expect(assign(jobs).diagnostics).toMatchObject([{ severity: 'error', code }]);
  });

  it('names the exhausted range', () => {
    const jobs = [jobWith('a', { x: undefined }), jobWith('b', { y: undefined })];
    const { diagnostics } = assign(jobs, {}, { min: 30_000, max: 30_000 });
    expect(diagnostics).toMatchObject([
      { code: 'ErrPortRangeExhausted', message: expect.stringContaining('30000-30000') },
    ]);
  });

  it('never hands out a number twice, and keeps every number that can stay, whatever was edited', () => {
    const portsOf = fc.dictionary(
      fc.constantFrom('p', 'q', 'r'),
      fc.option(fc.integer({ min: 29_998, max: 30_012 }), { nil: undefined }),
    );
    const bucket = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), portsOf);
    fc.assert(
      fc.property(bucket, bucket, (first, second) => {
        const build = (declared: typeof first, previous: PortNumbers) => {
          const jobs = Object.entries(declared).map(([name, ports]) =>
            jobWith(
              name,
              Object.fromEntries(Object.entries(ports).map(([port, number]) => [`${name}_${port}`, number])),
            ),
          );
          return { jobs, ...assign(jobs, previous, { min: 30_000, max: 30_020 }) };
        };
        const before = build(first, {});
        const after = build(second, before.ports);
        fc.pre(![...before.diagnostics, ...after.diagnostics].some(({ severity }) => severity === 'error'));
        const numbers = Object.values(after.ports).flatMap((ports) => Object.values(ports));
        expect(new Set(numbers).size).toBe(numbers.length);
        const again = build(second, after.ports);
        expect(again.ports).toEqual(after.ports);
      }),
    );
  });
});
