import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';
import { type OutputStream, ProcessOutput } from '../../../src/hooks/process/output-lines.ts';

const SECRET = 'correct-horse-battery';

/** Returns the lines that are reported for chunks on stdout, and the tail. */
function report(chunks: readonly (string | Buffer)[], masker = new Masker()) {
  const lines: string[] = [];
  const output = new ProcessOutput({ mask: (text) => masker.mask(text), onLine: (line) => lines.push(line) });
  for (const chunk of chunks) output.push('stdout', Buffer.from(chunk));
  output.end();
  return { lines, tail: output.tail('stdout') };
}

function knowing(secret: string): Masker {
  const masker = new Masker();
  masker.add(secret);
  return masker;
}

describe('ProcessOutput', () => {
  it('reports lines as they end, and the last one without an end', () => {
    expect(report(['one\ntw', 'o\n\nthree']).lines).toEqual(['one', 'two', '', 'three']);
  });

  it('keeps the streams apart', () => {
    const seen: [OutputStream, string][] = [];
    const output = new ProcessOutput({ mask: (text) => text, onLine: (line, stream) => seen.push([stream, line]) });
    output.push('stdout', Buffer.from('out'));
    output.push('stderr', Buffer.from('err\n'));
    output.end();
    expect(seen).toEqual([
      ['stderr', 'err'],
      ['stdout', 'out'],
    ]);
    expect([output.tail('stdout'), output.tail('stderr')]).toEqual(['out', 'err']);
  });

  it('returns the same lines for every split of the bytes', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'ü', '🎉', '\x1b[1m', SECRET) });
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (whole, sizes) => {
        const bytes = Buffer.from(whole);
        const chunks: Buffer[] = [];
        let from = 0;
        for (const size of sizes) {
          chunks.push(bytes.subarray(from, from + size));
          from += size;
        }
        chunks.push(bytes.subarray(from));
        expect(report(chunks, knowing(SECRET))).toEqual(report([bytes], knowing(SECRET)));
      }),
    );
  });

  it('masks a secret that comes in two writes or with an escape in its middle', () => {
    const chunks = [SECRET.slice(0, 7), `${SECRET.slice(7)}\n`, `${SECRET.slice(0, 5)}\x1b[0m${SECRET.slice(5)}`];
    const { lines, tail } = report(chunks, knowing(SECRET));
    expect(lines).toEqual(['***', '***']);
    expect(tail).toBe('***\n***');
  });

  it('masks a secret in the tail even when it is registered after it was printed', () => {
    const masker = new Masker();
    const output = new ProcessOutput({ mask: (text) => masker.mask(text), onLine: () => {} });
    output.push('stderr', Buffer.from(`got ${SECRET}\n`));
    masker.add(SECRET);
    expect(output.tail('stderr')).toBe('got ***');
  });

  it('replaces bytes that are no UTF-8', () => {
    expect(report([Buffer.from([0x61, 0xff, 0xc3, 0x0a, 0xe2, 0x82])]).lines).toEqual(['a\ufffd\ufffd', '\ufffd']);
  });

  it('turns text between carriage returns into lines', () => {
    expect(report(['10%\r50%\r100%\r\ndone\r\n']).lines).toEqual(['10%', '50%', '100%', 'done']);
  });

  it('shows a line of 200 KiB whole', () => {
    const line = 'x'.repeat(200 * 1024);
    expect(report([`${line}\n`]).lines).toEqual([line]);
  });

  it('cuts a line of 50 MB with a mark, and continues after it', () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const { lines } = report([...Array.from({ length: 50 }, () => chunk), '\nafter\n']);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe(`${'x'.repeat(256 * 1024)} … [line cut: longer than 256 KiB]`);
    expect(lines[1]).toBe('after');
  });

  it.each([0, 5, 20, 64 * 1024 + 5])('shows no part of a secret at the edge of a cut line (%i)', (overlap) => {
    const line = `${'x'.repeat(256 * 1024 - overlap)}${SECRET.repeat(8000)}`;
    const [shown = ''] = report([line], knowing(SECRET)).lines;
    for (let length = 4; length <= SECRET.length; length++) expect(shown).not.toContain(SECRET.slice(0, length));
  });

  it('stops reporting a flood of lines, keeps its end, and reports both facts', () => {
    const line = `${'y'.repeat(1023)}\n`;
    const { lines, tail } = report([...Array.from({ length: 20_000 }, () => line), 'the end\n']);
    expect(lines).toHaveLength(8 * 1024 + 1);
    expect(lines.at(-1)).toBe('… [output cut after 8 MiB]');
    expect(tail.startsWith('[earlier output cut] …\n')).toBe(true);
    expect(tail.endsWith('\nthe end')).toBe(true);
    expect(tail.length).toBeLessThanOrEqual(64 * 1024 + 30);
  });

  it('keeps the end of a single long line', () => {
    const { tail } = report([`${'z'.repeat(100 * 1024)}!\n`]);
    expect(tail).toBe(`[earlier output cut] …\n${'z'.repeat(64 * 1024 - 2)}!`);
  });
});
