import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListingReader } from '../../../src/adopt/read-listing.ts';
import { TreesReader } from '../../../src/adopt/read-trees.ts';
import { assembleTree, digestFile, fileDigests } from '../../../src/stage/digest.ts';

const key = Buffer.alloc(32, 7);

function base64Lines(bytes: Buffer): string[] {
  return bytes.toString('base64').match(/.{1,76}/g) ?? [];
}

/** Returns the bytes in the form that `od -An -v -tx1` prints. */
function hexLines(bytes: Buffer): string[] {
  const pairs = bytes.toString('hex').match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < pairs.length; at += 16) lines.push(` ${pairs.slice(at, at + 16).join(' ')}`);
  return ['hex', ...lines];
}

const read = (lines: readonly string[]) => {
  const reader = new TreesReader({ key, modeOf: ({ mode }) => mode });
  for (const line of lines) reader.take(line);
  return reader.finish();
};

describe('the files on a worker', () => {
  it.each([
    ['Base64', base64Lines],
    ['hex', hexLines],
  ])('gets the hash that staging would give it, from %s', async (_form, linesOf) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 500 }),
        fc.constantFrom(0o644, 0o755, 0o600),
        async (content, mode) => {
          const bytes = Buffer.from(content);
          const source = { kind: 'bytes', bytes } as const;
          const file = { path: 'conf/a b.txt', mode, source, digest: await digestFile({ key, mode, source }) } as const;
          const staged = assembleTree(key, [file], ['spool/today']);
          const tree = read([
            'job web',
            'dir ./conf',
            'dir ./spool',
            'dir ./spool/today',
            `file ${mode.toString(8)} ./conf/a b.txt`,
            ...linesOf(bytes),
            '.',
            'end',
          ]).get('web');
          expect(tree).toEqual({ hash: staged.hash, files: fileDigests(staged), version: undefined });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('leaves out files that are never delivered, and reads the version that the original maand CLI wrote', () => {
    const manifest = Buffer.from('{ "version": " 2.0.1 " }');
    const trees = read([
      'job a',
      'manifest',
      ...base64Lines(manifest),
      '.',
      'file 644 ./__pycache__/x',
      '.',
      'file 644 ./vars.conf',
      '.',
      'job b',
      'end',
    ]);
    expect(trees.get('a')).toMatchObject({ files: {}, version: '2.0.1' });
    expect(trees.get('b')?.hash).toBe(trees.get('a')?.hash);
  });

  it.each([
    ['is cut off', ['job a', 'file 644 ./x', 'AAAA']],
    ['lacks its end', ['job a']],
    ['holds a name with a line break', ['job a', 'file 644 ./x', '.', 'second line of a name', 'end']],
    ['begins with a file', ['file 644 ./x', 'end']],
  ])('is refused when the answer %s', (_what, lines) => expect(() => read(lines)).toThrow(RangeError));
});

describe('the list of buckets', () => {
  const list = (lines: readonly string[]) => {
    const reader = new ListingReader();
    for (const line of lines) reader.take(line);
    return reader.finish();
  };
  const json = (value: unknown) => [...base64Lines(Buffer.from(JSON.stringify(value))), '.'];

  it('reports buckets, their jobs, and their writer', () => {
    const identity = { bucket_id: 'b1', worker_id: 'w1', update_seq: 4 };
    const listing = list([
      'mark b1 shop/default',
      'bucket ours b1',
      'worker',
      ...json(identity),
      'jobs',
      ...json([{ job: 'web', disabled: 1 }, { job: 3 }]),
      'end',
    ]);
    expect(listing.marks).toEqual(new Map([['b1', 'shop/default']]));
    expect(listing.buckets).toEqual([
      { id: 'b1', layout: 'ours', workerId: 'w1', updateSeq: 4, jobs: [{ job: 'web', disabled: true }] },
    ]);
  });

  it.each([
    ['not JSON', ['bucket other b', 'worker', 'AAAA', '.', 'end'], 'b/worker.json is not JSON'],
    ['no list', ['bucket other b', 'worker', ...json({}), 'jobs', ...json({}), 'end'], 'not a list'],
    ['cut off', ['bucket other b', 'worker'], 'not whole'],
  ])('is refused when it is %s', (_what, lines, message) => expect(() => list(lines)).toThrow(message));
});
