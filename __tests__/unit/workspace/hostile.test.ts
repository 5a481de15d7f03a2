import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { copyBucket, makeBucket, messages } from './bucket-folder.ts';

const FILES = [
  'maand.conf',
  'workspace/workers.json',
  'workspace/bucket.conf',
  'workspace/bucket.jobs.conf',
  'workspace/disabled.json',
  'workspace/jobs/api/manifest.json',
  'workspace/jobs/api/vars.conf',
] as const;

const SIGNS = ['', '"', '{', '}', '[', ']', ',', ':', '\\', '=', "'", '\0', '\ufeff', '\r\n', '\u{10ffff}'];
const WORDS = ['__proto__', '../', 'null', '1e999', '{}', '[[', '-1', 'true'];

/** A mutation that replaces some bytes of a file by other bytes. */
const mutation = fc.record({
  file: fc.constantFrom(...FILES),
  at: fc.nat(),
  removed: fc.nat({ max: 12 }),
  inserted: fc.oneof(
    fc.constantFrom(...SIGNS, ...WORDS).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
  ),
});

describe('a mutated workspace', () => {
  it('always ends in a result whose places lie in their files', async () => {
    const bucketDir = await copyBucket('good');
    const originals = new Map<string, Buffer>();
    for (const file of FILES) originals.set(file, await readFile(join(bucketDir, file)));
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const contents = new Map(originals);
        for (const { file, at, removed, inserted } of mutations) {
          const bytes = contents.get(file) ?? Buffer.alloc(0);
          const from = at % (bytes.length + 1);
          contents.set(file, Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(from + removed)]));
        }
        for (const [file, bytes] of contents) await writeFile(join(bucketDir, file), bytes);
        const { workspace, diagnostics } = await readWorkspace({ bucketDir });
        expect(workspace?.bucketDir).toBe(bucketDir);
        for (const { place, message } of diagnostics) {
          expect(message).not.toContain('\n');
          const bytes = contents.get(place?.file ?? '');
          if (!place || !bytes) continue;
          const line = new TextDecoder().decode(bytes).split('\n')[place.line - 1];
          expect(line).toBeDefined();
          expect(place.column).toBeGreaterThan(0);
          expect(place.column).toBeLessThanOrEqual((line ?? '').length + 1);
        }
      }),
      { numRuns: 400 },
    );
    expect(({} as Record<string, unknown>).deep).toBeUndefined();
  });

  it.each([
    ['{"hooks":{"__proto__":{"executed_on":["cli"]}}}', 'hook __proto__ must begin with hook_'],
    ['{"resources":{"ports":{"__proto__":5}}}', 'invalid port key format: port name "__proto__"'],
    ['{"__proto__":{"version":"9"}}', 'unknown field "__proto__" is ignored'],
    ['{"constructor":1,"toString":2}', 'unknown field "constructor" is ignored'],
    [`{"version":${'['.repeat(100_000)}`, 'values are nested more than 100 levels deep'],
    [`{"version":"${'9'.repeat(1_000_000)}"}`, 'invalid job version: "999'],
    [`{"restart_policy":"${'x'.repeat(1_000_000)}"}`, 'restart_policy must be one of'],
    ['{"max_concurrent_upgrades":1e400}', 'a number is too large'],
    ['{"hooks":{"hook_../../x":{"executed_on":["cli"]}}}', 'hook hook_../../x must begin with hook_'],
    ['{"hooks":{"hook_\\n\\u001b[31m":{"executed_on":["cli"]}}}', 'hook hook_ \\u001b[31m must begin with hook_'],
    ['{"selectors":["\\u0000"]}', 'job api selectors[0] must begin with a letter or digit'],
  ])('is a finding of one short line, whatever is written (%#)', async (manifest, text) => {
    const bucketDir = await makeBucket({
      'workspace/jobs/api/manifest.json': manifest,
      'workspace/jobs/api/Makefile': '',
    });
    const { diagnostics } = await readWorkspace({ bucketDir });
    expect(messages(diagnostics).some((message) => message.includes(text))).toBe(true);
    expect(Math.max(...messages(diagnostics).map((message) => message.length))).toBeLessThan(500);
    expect(messages(diagnostics).join('')).not.toMatch(/\p{Cc}/u);
  });
});
