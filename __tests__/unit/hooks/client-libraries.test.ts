import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClientLibraries } from '../../../src/hooks/client-libraries.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CLIENTS = join(ROOT, 'src/hooks/clients');

/** Matches a comment without code. Such a comment remains when an interface is removed. */
const COMMENT_OF_NOTHING = /^\/\*\* .* \*\/\n\n+/gm;

/** Returns the TypeScript client without types, formatted as the other files of the repository. */
async function withoutTypes(): Promise<string> {
  const typed = await readFile(join(CLIENTS, 'maand.ts'), 'utf8');
  const blank = stripTypeScriptTypes(typed).replace(/^[ \t]+$/gm, '');
  const bare = `// Made from maand.ts. Do not edit.\n${blank.replace(COMMENT_OF_NOTHING, '')}`;
  const biome = [join(ROOT, 'node_modules/.bin/biome'), 'format', '--stdin-file-path=maand.js'];
  const formatted = spawnSync(process.execPath, biome, { input: bare, encoding: 'utf8', cwd: ROOT });
  expect(formatted.stderr).toBe('');
  return formatted.stdout;
}

describe('client libraries', () => {
  it('has in maand.js what maand.ts is without its types (vitest -u writes it)', async () => {
    await expect(await withoutTypes()).toMatchFileSnapshot(join(CLIENTS, 'maand.js'));
  });

  it.each([
    ['maand.py', ['def get_store_value(', 'def put_job_secret(', 'def acquire_semaphore(', 'kv = ', 'kv_get = ']],
    [
      'maand.ts',
      ['function getStoreValue(', 'function putJobSecret(', 'function acquireSemaphore(', 'const kv = ', ' as kvGet'],
    ],
    [
      'maand.js',
      ['function getStoreValue(', 'function putJobSecret(', 'function acquireSemaphore(', 'const kv = ', ' as kvGet'],
    ],
  ])('%s has the documented names', async (name, expected) => {
    const file = (await readClientLibraries()).find((one) => one.name === name);
    for (const text of expected) expect(file?.bytes.toString()).toContain(text);
  });
});
