/** Writes buckets to disk for the tests of this room. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'buckets');

/** Copies `__tests__/fixtures/buckets/<name>` into a new folder, which is its own repository. Returns the folder. */
export async function copyBucket(name: string): Promise<string> {
  const dir = await temporaryFolder();
  await cp(join(FIXTURES, name), dir, { recursive: true });
  await mkdir(join(dir, '.git'));
  return dir;
}

/** Writes a bucket with these files, and with an empty `maand.conf` unless one is given. Returns its folder. */
export async function makeBucket(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const dir = await temporaryFolder();
  await mkdir(join(dir, '.git'));
  await addFiles(dir, { 'maand.conf': '', ...files });
  return dir;
}

export async function addFiles(dir: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
}

/** Returns a diagnostic as a text such as `error ErrInvalidManifest workspace/jobs/api/manifest.json:3:21`. */
export function whereAndWhat({ severity, code, place }: Diagnostic): string {
  return `${severity} ${code} ${place ? `${place.file}:${place.line}:${place.column}` : 'nowhere'}`;
}

export function messages(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ message }) => message);
}
