/**
 * Checks ten thousand broken workspaces. Each check must quickly end with findings or with success, and without an uncaught
 * error. Nothing outside of the bucket may be read, quoted or written. `MUTATIONS` sets the number of workspaces; a smaller
 * number checks the first of them.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { readArgs } from '../../src/cli/args.ts';
import { runRequest } from '../../src/compose.ts';
import type { Face } from '../../src/session/face.ts';
import { doorFace, localFace } from '../support/local-face.ts';
import { CANARY, MutableBucket, PLACED } from '../support/mutable-bucket.ts';
import { readTree } from '../support/tree.ts';

const MANIFEST = {
  version: '1.2.0',
  selectors: ['web'],
  restart_policy: 'reload',
  restart_globs: ['conf/**'],
  resources: { memory: { min: '1 MB', max: '2 MB' }, ports: { api_port: {}, db_port: 5432 } },
  hooks: { hook_x: { executed_on: ['cli'], demands: { job: 'db', hook: 'hook_y', config: { min_version: '1' } } } },
  health_check: { checks: [{ type: 'http', port: 'api_port', path: '/' }], wait: { attempts: 3 } },
};

const FILES = {
  'maand.conf': 'ssh_port = 22\nuse_sudo = false\nstate_name = "x"\n',
  'workspace/workers.json': JSON.stringify([
    { host: '10.0.0.1', labels: ['web'], memory: '1 GB', tags: { zone: 'a' } },
  ]),
  'workspace/bucket.conf': 'port_range = "30000,30010"\na = "1"\n',
  'workspace/bucket.jobs.conf': '[api]\nmemory = "2 MB"\n',
  'workspace/disabled.json': JSON.stringify({ jobs: { db: { allocations: ['10.0.0.1'] } }, workers: [] }),
  'workspace/jobs/api/manifest.json': JSON.stringify(MANIFEST, null, 1),
  'workspace/jobs/api/Makefile': 'start:\n',
  'workspace/jobs/api/vars.conf': 'x = "1"\n',
  'workspace/jobs/api/_hooks/hook_x.py': '',
  'workspace/jobs/db/manifest.json': JSON.stringify({ version: '1', hooks: { hook_y: { executed_on: ['cli'] } } }),
  'workspace/jobs/db/Makefile.tpl': '{{ .Job }}',
  'workspace/jobs/db/_hooks/hook_y.js': '',
} as const;
const PATHS = Object.keys(FILES);

const MUTATIONS = Number(process.env.MUTATIONS ?? 10_000);
const runsOf = (percent: number): number => Math.ceil((MUTATIONS * percent) / 100);

/** Files whose content a build reads. */
const DOCUMENTS = PATHS.filter((path) => /\.(?:json|conf)$/.test(path));
const FOLDERS = ['workspace', 'workspace/jobs', 'workspace/jobs/api', 'workspace/jobs/api/_hooks'];

const face: Face = {
  ...localFace(),
  env: {},
  workingDirectory: '/',
  temporaryFolder: undefined,
  ...doorFace(),
  signal: new AbortController().signal,
  warn: () => {},
  onStaging: () => {},
  onHandover: async () => {},
};

/** Checks the bucket in its present form, and checks that this check obeys its own limits. */
async function check(bucketDir: string): Promise<void> {
  const invocation = readArgs({ argv: ['--bucket', bucketDir, 'build', '--check'], env: {}, workingDirectory: '/' });
  if (invocation.kind !== 'run') throw new Error('no request');
  const before = process.cpuUsage();
  const { exitCode, messages } = await runRequest(invocation.request, face).then(
    ({ exitCode: code, show }) => ({ exitCode: code, messages: messagesOf(show((text) => text).json) }),
    (thrown) => {
      if (!(thrown instanceof Failure)) throw thrown;
      return { exitCode: thrown.exitCode, messages: [thrown.message, thrown.hint ?? ''] };
    },
  );
  const { user, system } = process.cpuUsage(before);
  const text = messages.join('');
  expect([0, 2]).toContain(exitCode);
  if (exitCode === 2) expect(text).not.toBe('');
  expect(text).not.toContain(CANARY);
  expect(text).not.toMatch(/\p{Cc}/u);
  // only the CPU time of this process counts, so other programs cannot make this check fail; the time limit of the test ends
  // a check that waits
  expect((user + system) / 1_000_000).toBeLessThan(1);
}

type Findings = readonly { readonly message: string; readonly hint?: string }[];

function messagesOf(json: unknown): string[] {
  const { errors, warnings } = json as { errors: Findings; warnings: Findings };
  return [...errors, ...warnings].map(({ message, hint = '' }) => `${message}${hint}`);
}

interface Mutations<T> {
  /** The share of all mutations, in percent. */
  readonly percent: number;
  readonly of: fc.Arbitrary<T>;
  /** Applies a mutation. Returns a function that reverts it. */
  readonly apply: (bucket: MutableBucket, mutation: T) => () => void;
}

interface Outcome {
  readonly checked: number;
  /** Files outside of the bucket that were read or written. */
  readonly disturbed: readonly string[];
}

/** Mutates, checks and restores its own bucket, as many times as the share requires. */
async function checkAll<T>({ percent, of, apply }: Mutations<T>): Promise<Outcome> {
  using bucket = new MutableBucket(FILES);
  const before = await readTree(bucket.dir);
  expect(bucket.notesReading(), 'this file system notes that a file was read').toBe(true);
  let checked = 0;
  await fc.assert(
    fc.asyncProperty(of, async (mutation) => {
      checked++;
      const mend = apply(bucket, mutation);
      try {
        await check(bucket.dir);
      } finally {
        mend();
      }
    }),
    { numRuns: runsOf(percent) },
  );
  const disturbed = bucket.disturbed();
  expect(await readTree(bucket.dir)).toEqual(before); // the bucket is the same as before
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  return { checked, disturbed };
}

/** Writes a file. Returns a function that restores the original file. */
function rewrite(bucket: MutableBucket, path: string, content: string | Uint8Array): () => void {
  bucket.write(path, content);
  return () => bucket.write(path, bucket.original(path));
}

const HOSTILE_VALUES = [
  'null',
  'true',
  '-1',
  '0',
  '1e999',
  '1e308',
  '9007199254740993',
  '0.1',
  '""',
  '" "',
  '[]',
  '{}',
  '[[]]',
  '{"a":1,"a":2}',
  '"__proto__"',
  '{"__proto__":{"x":1}}',
  '"../../etc"',
  '"/"',
  '"a\\nb"',
  '"a\\u0000b"',
  '"\\u001b[31m"',
  '"\\""',
  "'",
  '`id`',
  '"$(id)"',
  '"{{ .Job }}"',
  '"\\ud800"',
  '"constructor"',
  '"99999999999999999999"',
  '1_000',
  '1979-05-27',
  '"""',
  'inf',
  'nan',
  '[1,',
  '//',
  '#',
  '=',
  '"10.0.0.1"',
  '"hook_y"',
  '"api"',
  '"%00"',
  '"a".b.c',
  `"${'x'.repeat(5000)}"`,
  '['.repeat(200),
  '{"a":'.repeat(150),
];
const WHOLE: readonly ((text: string) => string | Uint8Array)[] = [
  (text) => `\ufeff${text}`,
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replaceAll('\n', '\r'),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0xc0])]),
  (text) => `${text}${text}`,
  (text) => `\0${text}`,
  (text) => `${text}\0`,
  (text) => `${'['.repeat(3000)}${text}`,
  (text) => `a.${'b.'.repeat(2000)}c = 1\n${text}`,
  (text) => `x = ${'{ y = '.repeat(500)}1${' }'.repeat(500)}\n${text}`,
  (text) => text.replace('{', '{"version":"1","version":"2","host":"a","host":"b",'),
  (text) => text.replace('{', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},'),
  () => '[__proto__]\npolluted = "1"\n[constructor.prototype]\npolluted = "1"\n',
  () => 'x'.repeat(200_000),
  () => ' '.repeat(5 * 1024 * 1024),
];
const NAMES: readonly (string | Buffer)[] = [
  'a\nb',
  'a"b',
  "it's",
  '$(id)',
  '`id`',
  '\u001b[31m',
  '-rf',
  '*',
  '..a',
  ' ',
  'ü',
  'x'.repeat(255),
  '__proto__',
  'constructor',
  'manifest.json.tpl',
  'data',
  'bin',
  '.tpl',
  Buffer.from([0xff, 0xfe, 0x61]),
  Buffer.from('a\u2028b'),
];

const document = fc.constantFrom(...DOCUMENTS);
const WATCHDOG_MS = 120_000;

describe('a mutated workspace', { timeout: WATCHDOG_MS }, () => {
  it('with bytes replaced', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc
        .constantFrom('\0', '\ufeff', '\r\n', '"', '{', '}', '[', '\\', '=', '\u{10ffff}')
        .map((text) => Buffer.from(text)),
    );
    const outcome = await checkAll({
      percent: 45,
      of: fc.record({ path: document, at: fc.nat(), removed: fc.nat({ max: 12 }), bytes }),
      apply: (bucket, { path, at, removed, bytes: inserted }) => {
        const content = bucket.original(path);
        const from = at % (content.length + 1);
        const mutated = Buffer.concat([content.subarray(0, from), inserted, content.subarray(from + removed)]);
        return rewrite(bucket, path, mutated);
      },
    });
    expect(outcome).toEqual({ checked: runsOf(45), disturbed: [] });
  });

  it('with words replaced by hostile ones', async () => {
    const outcome = await checkAll({
      percent: 40,
      of: fc.record({ path: document, at: fc.nat(), value: fc.constantFrom(...HOSTILE_VALUES) }),
      apply: (bucket, { path, at, value }) => {
        const text = bucket.original(path).toString();
        const words = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[\w.-]+|[^\s]/g)];
        const word = words[at % words.length];
        if (!word) return () => {};
        const mutated = text.slice(0, word.index) + value + text.slice(word.index + word[0].length);
        return rewrite(bucket, path, mutated);
      },
    });
    expect(outcome).toEqual({ checked: runsOf(40), disturbed: [] });
  });

  it('with a file of random changes', async () => {
    const outcome = await checkAll({
      percent: 5,
      of: fc.record({ path: document, turn: fc.constantFrom(...WHOLE) }),
      apply: (bucket, { path, turn }) => rewrite(bucket, path, turn(bucket.original(path).toString())),
    });
    expect(outcome).toEqual({ checked: runsOf(5), disturbed: [] });
  });

  it('with pipes, links and folders in place of files, and with missing files', async () => {
    const outcome = await checkAll({
      percent: 7,
      of: fc.record({ path: fc.constantFrom(...PATHS, ...FOLDERS), what: fc.constantFrom(...PLACED) }),
      apply: (bucket, { path, what }) => {
        bucket.place(path, what);
        return () => bucket.mend(path);
      },
    });
    expect(outcome).toEqual({ checked: runsOf(7), disturbed: [] });
  });

  it('with very unusual names', async () => {
    const outcome = await checkAll({
      percent: 3,
      of: fc.record({
        folder: fc.constantFrom(...FOLDERS),
        name: fc.constantFrom(...NAMES),
        file: fc.constantFrom('', '/manifest.json', '/Makefile'),
      }),
      apply: (bucket, { folder, name, file }) => {
        const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
        bucket.write(Buffer.concat([path, Buffer.from(file)]), '{}');
        return () => bucket.remove(path);
      },
    });
    expect(outcome).toEqual({ checked: runsOf(3), disturbed: [] });
  });
});
